"""Limit(n, Project(x))  ->  Project(Limit(n, x)); each input of a union, and the side of an outer join all of whose rows
come out, gives no more than n rows; a recursion makes no more than n."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Alias, Literal
from pyrdd.sql.optimizer.predicates import has_window
from pyrdd.sql.plan import CteReference, Join, Limit, LogicalPlan, Project, RecursiveCte, Union


def push_limit(plan: LogicalPlan) -> LogicalPlan:
    """The plan with limits as low as the first rows stay the first; the smaller one of two."""
    found: LogicalPlan = plan.transform_down(_pushed)
    return found


def _pushed(plan: Any) -> Any:
    if not isinstance(plan, Limit) or not isinstance(plan.limit, Literal):
        return plan
    child = plan.child
    match child:
        case Project() if not has_window(child) and all(e.deterministic for e in child.projections):
            return child.copy(child=plan.copy(child=child.child))
        case CteReference() if _is_recursion(child.plan):
            # the rounds end once there are rows enough for this use
            renamed = zip(child.plan.output, child.columns, strict=True)
            return plan.copy(child=Project(tuple(Alias(a, b.name, b.id) for a, b in renamed), child.plan))
        case Union():
            made = child.map_children(lambda x: x if _is_limited(x, plan.limit) else plan.copy(child=x))
            return plan if made is child else plan.copy(child=made)
        case Join(lateral=False):
            joined = _limited_join(child, plan)
            return plan if joined is child else plan.copy(child=joined)
        case Limit(limit=Literal(value=below)):
            return child if below <= plan.limit.value else plan.copy(child=child.child)
    return plan


def _limited_join(join: Join, limit: Limit) -> Join:
    """The join of no more rows than are wanted, on the sides each row of which gives one at least."""
    sides: tuple[str, ...] = {"left": ("left",), "right": ("right",)}.get(join.join_type, ())
    if join.join_type in ("cross", "inner") and join.condition is None:
        sides = ("left", "right")
    inputs = {name: getattr(join, name) for name in sides}
    new = {name: limit.copy(child=side) for name, side in inputs.items() if not _is_limited(side, limit.limit)}
    return join.copy(**new) if new else join


def _is_recursion(plan: LogicalPlan) -> bool:
    while isinstance(plan, Project) and not has_window(plan):
        plan = plan.child
    return isinstance(plan, RecursiveCte)


def _is_limited(plan: LogicalPlan, limit: Any) -> bool:
    while isinstance(plan, Project):
        plan = plan.child
    return isinstance(plan, Limit) and isinstance(plan.limit, Literal) and plan.limit.value <= limit.value
