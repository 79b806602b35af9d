"""Scope: which columns a name can mean where an expression stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import ambiguous
from pyrdd.sql.expressions import Attribute, Expression, LambdaVariable

Fallback = Callable[[tuple[str, ...]], Expression | None]


@dataclass(frozen=True)
class Scope:
    """The columns of an operator's input, and what else a name may mean there.

    ``hidden`` columns are found only when no other is (keys of USING under their qualified names). ``fallback`` is asked
    next: aliases of the same select list. Then come the queries around (``ctx.outer``).
    """

    ctx: AnalysisContext
    columns: tuple[Attribute, ...] = ()
    hidden: tuple[Attribute, ...] = ()
    lambdas: Mapping[str, LambdaVariable] = field(default_factory=dict)
    fallback: Fallback | None = None
    # the columns further below, from the nearest plan on: conditions and keys may read what a select list left out
    below: Iterable[tuple[Attribute, ...]] = ()
    # whether a name that several of the columns have means none of them: ORDER BY goes on to the input of the select list
    shared_names_hide: bool = False
    # what kind of clause this is, for messages: "SELECT", "WHERE", ...
    clause: str = ""

    def with_(self, **changes: Any) -> Scope:
        """This scope with some fields replaced."""
        return replace(self, **changes)


def match_columns(
    parts: Sequence[str], columns: Sequence[Attribute], ctx: AnalysisContext
) -> tuple[list[Attribute], tuple[str, ...]]:
    """The columns that a dotted name can mean, and the parts left over (fields of a struct).

    The longest qualifier that matches wins: ``t.a`` is column a of t before it is field a of column t.
    """
    for length in range(len(parts) - 1, -1, -1):
        qualifier, name, rest = parts[:length], parts[length], tuple(parts[length + 1 :])
        found = [c for c in columns if ctx.same_name(c.name, name) and _qualified(qualifier, c.qualifier, ctx)]
        if found:
            return _distinct(found), rest
    return [], ()


def _qualified(written: Sequence[str], qualifier: Sequence[str], ctx: AnalysisContext) -> bool:
    if len(written) > len(qualifier):
        return False
    ends = qualifier[len(qualifier) - len(written) :]
    return all(ctx.same_name(a, b) for a, b in zip(written, ends, strict=True))


def _distinct(found: list[Attribute]) -> list[Attribute]:
    return list({c.id: c for c in found}.values())


def find_column(
    parts: Sequence[str], columns: Sequence[Attribute], ctx: AnalysisContext
) -> tuple[Attribute, tuple[str, ...]] | None:
    """The one column that a name means and the parts left over; None if there is none. Raises AMBIGUOUS_REFERENCE."""
    found, rest = match_columns(parts, columns, ctx)
    if len(found) > 1:
        raise ambiguous(parts, found)
    return (found[0], rest) if found else None
