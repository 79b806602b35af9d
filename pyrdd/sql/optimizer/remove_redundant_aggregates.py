"""Aggregate(k, Aggregate(k, s, x))  ->  Aggregate(k, Project(k, s, x)): what counts no row twice needs none that are
distinct."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import AggregateCall, Attribute
from pyrdd.sql.plan import Aggregate, Distinct, Filter, LogicalPlan, Project

_REPEATABLE = frozenset("min max bool_and bool_or every some any bit_and bit_or".split())


def remove_redundant_aggregates(plan: LogicalPlan) -> LogicalPlan:
    """The plan without the lower one of two aggregations, where it only drops rows that are repeated."""
    found: LogicalPlan = plan.transform_up(_without)
    return found


def ignores_repetition(plan: LogicalPlan) -> bool:
    """Whether an operator gives the same for rows that come once or many times."""
    if isinstance(plan, Distinct):
        return True
    if not isinstance(plan, Aggregate) or plan.grouping_sets is not None:
        return False
    calls = [e for output in plan.aggregates for e in output.walk() if isinstance(e, AggregateCall)]
    return all(call.distinct or call.function.name in _REPEATABLE for call in calls)


def _without(plan: Any) -> Any:
    return plan.map_children(_repeating) if ignores_repetition(plan) else plan


def _repeating(plan: Any) -> Any:
    """What is below operators that look at one row only, with its repetitions."""
    if isinstance(plan, Project) and all(isinstance(e, Attribute) for e in plan.projections):
        return plan.map_children(_repeating)
    if isinstance(plan, Filter) and plan.condition.deterministic:
        return plan.map_children(_repeating)
    if isinstance(plan, Distinct):
        return plan.child
    if isinstance(plan, Aggregate) and plan.grouping and plan.grouping_sets is None:
        computes = any(e.contains(AggregateCall) for e in plan.aggregates)
        if not computes and all(e.deterministic for e in plan.aggregates):
            return Project(plan.aggregates, plan.child)
    return plan
