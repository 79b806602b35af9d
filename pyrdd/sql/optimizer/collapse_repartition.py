"""Repartition(4, Repartition(8, x))  ->  Repartition(4, x)"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.plan import LogicalPlan, Repartition, RepartitionBy


def collapse_repartition(plan: LogicalPlan) -> LogicalPlan:
    """The plan without exchanges that the one above undoes."""
    found: LogicalPlan = plan.transform_up(_collapsed)
    return found


def _collapsed(plan: Any) -> Any:
    child = getattr(plan, "child", None)
    if not isinstance(child, Repartition | RepartitionBy):
        return plan
    if isinstance(plan, Repartition) and not plan.shuffle and (isinstance(child, RepartitionBy) or child.shuffle):
        # fewer partitions of what was spread; more there cannot be
        wanted = child.num_partitions
        return child if wanted is not None and plan.num_partitions >= wanted else plan
    if isinstance(plan, Repartition | RepartitionBy):
        return plan.copy(child=child.child)
    return plan
