"""What the parser and the Column API make before analysis: names, stars, calls by name, parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyrdd.sql.expressions.base import Expression, Unresolved


@dataclass(frozen=True)
class UnresolvedAttribute(Unresolved):
    """A name such as ``a``, ``t.a`` or ``a.field``, split at its dots (back-quoted parts are kept whole)."""

    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The text as Spark shows it in messages and names."""
        return ".".join(f"`{p}`" if "." in p else p for p in self.parts)


@dataclass(frozen=True)
class UnresolvedStar(Unresolved):
    """``*`` or ``t.*``; ``except_columns`` are left out (``* EXCEPT (a, b.c)``), ``replaced`` given anew."""

    target: tuple[str, ...] = ()
    except_columns: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class UnresolvedRegex(Unresolved):
    """`df.colRegex`: every column whose name matches."""

    pattern: str
    table: str | None = None


@dataclass(frozen=True)
class UnresolvedOrdinal(Unresolved):
    """``ORDER BY 1``, ``GROUP BY 2``: a position in the select list."""

    position: int


@dataclass(frozen=True)
class UnresolvedExtract(Unresolved):
    """``child[key]`` and ``child.field``: an item of an array or map, a field of a struct (or of an array of them)."""

    child: Expression
    key: Expression

    child_fields = ("child", "key")


@dataclass(frozen=True)
class UnresolvedFunction(Unresolved):
    """A call by name, operators included (``+``, ``and``, ``=``, ``in``, ``case`` have function names).

    ``order`` holds the sort orders of WITHIN GROUP; ``ignore_nulls`` is None where nothing was said.
    ``public`` is the name as the user wrote it, for column names.
    """

    name: tuple[str, ...]
    args: tuple[Expression, ...]
    distinct: bool = False
    filter: Expression | None = None
    order: tuple[Expression, ...] = ()
    ignore_nulls: bool | None = None

    child_fields = ("args", "filter", "order")


@dataclass(frozen=True)
class NamedArgument(Unresolved):
    """``name => value`` in a call."""

    name: str
    value: Expression

    child_fields = ("value",)


@dataclass(frozen=True)
class UnresolvedAlias(Unresolved):
    """An expression whose column name analysis makes up from its text; several names for generators (``AS (k, v)``)."""

    child: Expression
    names: tuple[str, ...] = ()
    metadata: Any = None

    child_fields = ("child",)


@dataclass(frozen=True)
class Parameter(Unresolved):
    """``:name`` or the n-th ``?`` of a parameterised query."""

    key: str | int


@dataclass(frozen=True)
class UnresolvedLambda(Unresolved):
    """``(x, y) -> body``: the parameters are names that the body uses as `UnresolvedAttribute`."""

    params: tuple[str, ...]
    body: Expression

    child_fields = ("body",)


@dataclass(frozen=True)
class UnresolvedWindowReference(Unresolved):
    """``f(...) OVER w``: a window named in the WINDOW clause."""

    function: Expression
    name: str

    child_fields = ("function",)


@dataclass(frozen=True)
class UnresolvedIdentifier(Unresolved):
    """``IDENTIFIER(text)``: a name that is the value of a constant expression."""

    text: Expression
    args: tuple[Expression, ...] | None = None

    child_fields = ("text", "args")
