"""Project(w2 OVER s, Project(w1 OVER s, x))  ->  Project(w1 OVER s, w2 OVER s, x): one sort for all windows of one kind."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Expression, WindowExpression
from pyrdd.sql.optimizer.predicates import has_subquery, has_window
from pyrdd.sql.plan import LogicalPlan, Project


def collapse_window(plan: LogicalPlan) -> LogicalPlan:
    """The plan with one projection in place of two over windows of the same partitions and order, where the upper one
    does not read what the lower one computes."""
    found: LogicalPlan = plan.transform_up(_collapsed)
    return found


def _collapsed(plan: Any) -> Any:
    if not isinstance(plan, Project) or not isinstance(plan.child, Project):
        return plan
    below = plan.child
    if not has_window(plan) or not has_window(below) or _kinds(plan) != _kinds(below) or len(_kinds(plan)) != 1:
        return plan
    made = {e.id: e for e in below.projections if isinstance(e, Alias)}
    above = [e for e in plan.projections if not isinstance(e, Attribute)]
    if any(e.references & made.keys() or has_subquery(e) for e in above):
        return plan
    if not all(e.deterministic for e in (*plan.projections, *below.projections)):
        return plan
    merged = tuple(made.get(e.id, e) if isinstance(e, Attribute) else e for e in plan.projections)
    return Project(merged, below.child)


def _kinds(plan: Project) -> set[tuple[tuple[Expression, ...], tuple[Expression, ...]]]:
    """The partitions and orders of the windows."""
    return {(w.window.partition, w.window.order) for e in plan.projections for w in e.find(WindowExpression)}
