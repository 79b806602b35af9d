"""Filter(c, Union(x, y))  ->  Union(Filter(c, x), Filter(c, y))"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Expression
from pyrdd.sql.optimizer.predicates import filtered, has_subquery, split, substituted
from pyrdd.sql.plan import Filter, LogicalPlan, SetOperation, Union


def push_filter_through_union(plan: LogicalPlan) -> LogicalPlan:
    """The plan with conditions below unions, INTERSECT and EXCEPT, on each side by the names of its columns."""
    found: LogicalPlan = plan.transform_up(_pushed)
    return found


def _pushed(plan: Any) -> Any:
    if not isinstance(plan, Filter) or not isinstance(plan.child, Union | SetOperation):
        return plan
    union = plan.child
    below, above = split(plan.condition, lambda part: not has_subquery(part))
    if not below:
        return plan
    return filtered(above, union.map_children(lambda child: _filtered_input(child, below, union)))


def _filtered_input(child: LogicalPlan, conditions: list[Expression], union: Union | SetOperation) -> LogicalPlan:
    names: dict[int, Expression] = {c.id: a for c, a in zip(union.columns, child.output, strict=True)}
    return filtered([substituted(part, names) for part in conditions], child)
