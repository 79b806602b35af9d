"""The first rows of each group are looked for in each partition before rows are exchanged.

Filter(n <= 2, Project(row_number() OVER (PARTITION BY k ORDER BY x) AS n, rows))
    ->  the same, of rows that are among the first two of their group in their own partition
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import Alias, Attribute, Call, Expression, Literal, WindowCall, WindowExpression, new_id
from pyrdd.sql.plan import Filter, LogicalPlan, Project
from pyrdd.sql.types import IntegerType

_NUMBERING = frozenset(("row_number", "rank", "dense_rank"))
_MIRRORED = {"<": ">", "<=": ">=", "=": "=", ">": "<", ">=": "<="}
_MOST = 1000
"""Spark's threshold: of larger groups too few rows would be dropped."""


def group_limit(conditions: Sequence[Expression], project: Project) -> tuple[WindowExpression, int] | None:
    """The numbering of rows of which only the first are wanted, and how many; None where windows of another kind see
    the others."""
    windows = {e.id: e.child for e in project.projections if isinstance(e, Alias)}
    every = [w for e in project.projections for w in e.find(WindowExpression)]
    if not every or not all(_is_numbering(w) and w.window == every[0].window for w in every):
        return None
    limits = ((windows.get(column), limit) for column, limit in _limits(conditions))
    found = [(window, limit) for window, limit in limits if isinstance(window, WindowExpression)]
    best = min(found, key=lambda pair: pair[1], default=None)
    return best if best is not None and 0 < best[1] <= _MOST else None


def first_rows(plan: LogicalPlan, window: WindowExpression, limit: int) -> LogicalPlan:
    """The rows of a plan whose number is no larger than a limit."""
    number = Alias(window, "number", new_id())
    few = make_call("<=", number.to_attribute(), Literal(limit, IntegerType()))
    return Project(plan.output, Filter(few, Project((*plan.output, number), plan)))


def _is_numbering(window: WindowExpression) -> bool:
    call = window.function
    return isinstance(call, WindowCall) and call.function.name in _NUMBERING and bool(window.window.order)


def _limits(conditions: Sequence[Expression]) -> Iterator[tuple[int, int]]:
    """The columns that conditions keep below a number, with the largest that they let through."""
    for condition in conditions:
        if not isinstance(condition, Call) or condition.function.name not in _MIRRORED:
            continue
        name, (column, value) = condition.function.name, condition.args
        if isinstance(column, Literal):
            name, column, value = _MIRRORED[name], value, column
        if isinstance(column, Attribute) and isinstance(value, Literal) and isinstance(value.value, int):
            if name in ("<=", "="):
                yield column.id, value.value
            elif name == "<":
                yield column.id, value.value - 1
