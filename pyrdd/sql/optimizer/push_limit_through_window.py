"""Limit(n, Project(row_number() OVER (ORDER BY k), x))  ->  Project(row_number() OVER (ORDER BY k), Limit(n, Sort(k, x)))

The numbers of the first rows depend on no row behind them, so that the others need not be numbered, nor brought together.
"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Expression, Literal, SortOrder, WindowCall, WindowExpression
from pyrdd.sql.optimizer.predicates import has_window
from pyrdd.sql.plan import Limit, LogicalPlan, Project, Sort

_NUMBERING = frozenset(("row_number", "rank", "dense_rank"))


def push_limit_through_window(plan: LogicalPlan) -> LogicalPlan:
    """The plan with limits below windows that number the rows of all partitions by one order."""
    found: LogicalPlan = plan.transform_down(_pushed)
    return found


def _pushed(plan: Any) -> Any:
    if not isinstance(plan, Limit) or not isinstance(plan.limit, Literal) or not isinstance(plan.child, Project):
        return plan
    project = plan.child
    windows = [w for e in project.projections for w in e.find(WindowExpression)]
    if not has_window(project) or not all(e.deterministic for e in project.projections):
        return plan
    order = tuple(key for key in windows[0].window.order if isinstance(key, SortOrder))
    if not all(_is_numbering(w) and w.window.order == order for w in windows):
        return plan
    return project.copy(child=plan.copy(child=Sort(order, True, project.child)))


def _is_numbering(window: WindowExpression) -> bool:
    call: Expression = window.function
    numbers = isinstance(call, WindowCall) and call.function.name in _NUMBERING
    return numbers and not window.window.partition and bool(window.window.order)
