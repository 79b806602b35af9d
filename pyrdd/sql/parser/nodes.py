"""Syntax nodes of our dialect, beside sqlglot's own: calls keep the name and the arguments as the query has them."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

SPAN = "span"
"""The key under which a node's ``meta`` has its first and last character in the text."""


class Call(exp.Expression):
    """``name(DISTINCT args) WITHIN GROUP (ORDER BY order) FILTER (WHERE filter) IGNORE NULLS``; ``parts``: the name."""

    arg_types = {"parts": True} | dict.fromkeys(("expressions", "distinct", "order", "filter", "nulls"), False)


class Over(exp.Expression):
    """``this OVER window``; the window is a `WindowDefinition` or a name."""

    arg_types = {"this": True, "window": True}


class WindowDefinition(exp.Expression):
    """``(PARTITION BY ... ORDER BY ... frame)``. ``frame`` is (kind, lower, upper), a bound (value, side)."""

    arg_types = {"partition": False, "order": False, "frame": False}


class NamedWindow(exp.Expression):
    """``name AS (...)`` in the WINDOW clause; ``window`` may be another name."""

    arg_types = {"name": True, "window": True}


class Number(exp.Expression):
    """A number with its sign and suffix as written."""

    arg_types = {"this": True}


class TypedLiteral(exp.Expression):
    """``DATE '2020-01-01'``: a type's name before a string."""

    arg_types = {"name": True, "this": True}


class IntervalLiteral(exp.Expression):
    """``INTERVAL 1 DAY 2 HOURS``: ``pairs`` of (value text, unit); or with ``to``: ``INTERVAL '1-2' YEAR TO MONTH``."""

    arg_types = {"pairs": True, "to": False}


class TypeNode(exp.Expression):
    """A data type, already the one of `pyrdd.sql.types`."""

    arg_types = {"this": True}


class TypeCast(exp.Expression):
    """``CAST(this AS to)``, ``TRY_CAST``, ``this :: to``."""

    arg_types = {"this": True, "to": True, "safe": False}


class Item(exp.Expression):
    """``this[key]``."""

    arg_types = {"this": True, "key": True}


class QuantifiedLike(exp.Expression):
    """``this [NOT] LIKE ANY|ALL (patterns)``; ``name`` is like or ilike."""

    arg_types = {"this": True, "name": True, "every": True, "negated": False, "expressions": True}


class Comparison(exp.Expression):
    """A predicate or operator by the function name that analysis knows it by."""

    arg_types = {"name": True, "expressions": True}


class ParameterMarker(exp.Expression):
    """``:name`` or the n-th ``?``."""

    arg_types = {"key": True}


class IdentifierClause(exp.Expression):
    """``IDENTIFIER(text)``, with ``args`` when it names a function."""

    arg_types = {"this": True, "args": False}


class TableParameter(exp.Expression):
    """``TABLE(query) PARTITION BY ... ORDER BY ...`` as an argument."""

    arg_types = {"this": True, "partition": False, "order": False, "single": False}


class GroupingAnalytics(exp.Expression):
    """CUBE, ROLLUP or GROUPING SETS; ``expressions`` are lists of expressions (or nested ones for sets)."""

    arg_types = {"kind": True, "expressions": True}


class GroupBy(exp.Expression):
    """GROUP BY. ``suffix`` is that of WITH CUBE, WITH ROLLUP or a GROUPING SETS behind the list."""

    arg_types = {"expressions": True, "suffix": False}


class HintText(exp.Expression):
    """The text inside ``/*+ ... */``."""

    arg_types = {"this": True}


class PivotClause(exp.Expression):
    """PIVOT (aggregates FOR columns IN (values))."""

    arg_types = {"aggregates": True, "columns": True, "values": True, "alias": False}


class UnpivotClause(exp.Expression):
    """UNPIVOT. ``values`` are (columns, alias) pairs, ``names`` the value columns' names."""

    arg_types = {"names": True, "variable": True, "values": True, "include_nulls": False, "alias": False}


class Sampling(exp.Expression):
    """TABLESAMPLE. ``kind`` is percent, rows or bucket; ``value`` a Number or (numerator, denominator)."""

    arg_types = {"kind": True, "value": True, "seed": False}


class Pipe(exp.Expression, exp.Query):
    """``query |> operator |> ...``: each operator is (name, its syntax)."""

    arg_types = {"this": True, "operators": True, "with_": False, "joins": False, "alias": False}


class Statement(exp.Expression):
    """A command: its kind and its parts, which may hold syntax nodes."""

    arg_types = {"kind": True, "parts": True, "with_": False}


def identifiers_of(node: Any) -> tuple[str, ...] | None:
    """The parts of a name that sqlglot holds as nested columns, tables or dots; None for anything else."""
    match node:
        case exp.Identifier():
            return (node.this,)
        case exp.Column() | exp.Table():
            if any(not isinstance(part, (exp.Identifier, exp.Dot)) for part in node.parts):
                return None
            parts: tuple[str, ...] = ()
            for part in node.parts:
                inner = identifiers_of(part)
                if inner is None:
                    return None
                parts += inner
            return parts
        case exp.Dot():
            left, right = identifiers_of(node.this), identifiers_of(node.expression)
            return None if left is None or right is None else left + right
    return None
