"""Union(Union(x, y), z)  ->  Union(x, y, z)"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.plan import LogicalPlan, Union


def combine_unions(plan: LogicalPlan) -> LogicalPlan:
    """The plan with one union in place of nested ones, whose columns go by position."""
    found: LogicalPlan = plan.transform_up(_combined)
    return found


def _combined(plan: Any) -> Any:
    if not isinstance(plan, Union):
        return plan
    inputs = tuple(part for child in plan.inputs for part in _parts(child, plan))
    return plan if len(inputs) == len(plan.inputs) else plan.copy(inputs=inputs)


def _parts(child: LogicalPlan, plan: Union) -> tuple[LogicalPlan, ...]:
    if isinstance(child, Union) and [c.data_type for c in child.output] == [c.data_type for c in plan.output]:
        return child.inputs
    return (child,)
