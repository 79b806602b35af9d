"""Filter(c, Sort(x))  ->  Sort(Filter(c, x)), and the same for other operators that neither change nor count rows."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Attribute
from pyrdd.sql.optimizer.predicates import filtered, split
from pyrdd.sql.plan import Deduplicate, Distinct, Filter, Generate, LogicalPlan, RepartitionBy, Sort


def push_filter_through_operator(plan: LogicalPlan) -> LogicalPlan:
    """The plan with conditions below sorts, repartitioning by keys and DISTINCT; below generators and deduplication as
    far as they read only the child's columns or the keys."""
    found: LogicalPlan = plan.transform_up(_pushed)
    return found


def _pushed(plan: Any) -> Any:
    if not isinstance(plan, Filter):
        return plan
    child = plan.child
    ids = _columns_that_pass(child)
    if ids is None:
        return plan
    below, above = split(plan.condition, lambda part: part.references <= ids)
    if not below:
        return plan
    return filtered(above, child.map_children(lambda x: filtered(below, x)))


def _columns_that_pass(plan: LogicalPlan) -> frozenset[int] | None:
    match plan:
        case Sort() | Distinct() | RepartitionBy():
            return plan.output_ids
        case Generate():
            return plan.child.output_ids if plan.generator.deterministic else None
        case Deduplicate(keys=keys) if keys:
            return frozenset(k.id for k in keys if isinstance(k, Attribute))
    return None
