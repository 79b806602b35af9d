"""A filter above a filter is one filter by both conditions, the lower one's first."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.optimizer.predicates import all_of, conjuncts
from pyrdd.sql.plan import Filter, LogicalPlan


def combine_filters(plan: LogicalPlan) -> LogicalPlan:
    """The plan with no filter right above another one, where both are deterministic."""
    found: LogicalPlan = plan.transform_up(_combined)
    return found


def _combined(plan: Any) -> Any:
    if not isinstance(plan, Filter) or not isinstance(plan.child, Filter):
        return plan
    above, below = plan.condition, plan.child.condition
    if not above.deterministic or not below.deterministic:
        return plan
    known = conjuncts(below)
    new = [part for part in conjuncts(above) if part not in known]
    return plan.child.copy(condition=all_of([*known, *new])) if new else plan.child
