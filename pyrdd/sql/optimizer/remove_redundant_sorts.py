"""Sorts whose order nobody sees: Sort(a, Sort(b, x))  ->  Sort(a, x), and those below joins and aggregations that give
the same for any order."""

from __future__ import annotations

from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.expressions import AggregateCall
from pyrdd.sql.optimizer.predicates import has_window
from pyrdd.sql.plan import Aggregate, Filter, Join, LogicalPlan, Project, Sort

_ANY_ORDER = frozenset("min max count count_if bit_and bit_or bit_xor bool_and bool_or every some any".split())
_EXACT_ONLY = frozenset("sum avg mean".split())


def remove_redundant_sorts(plan: LogicalPlan) -> LogicalPlan:
    """The plan without sorts that another operator above undoes."""
    found: LogicalPlan = plan.transform_up(_without)
    return found


def _without(plan: Any) -> Any:
    match plan:
        case Sort(order=()):
            return plan.child
        case Sort(is_global=True):
            return plan.map_children(_unsorted)
        case Aggregate() if _takes_any_order(plan):
            return plan.map_children(_unsorted)
        case Join(lateral=False) if plan.condition is None or plan.condition.deterministic:
            return plan.map_children(_unsorted)
    return plan


def _unsorted(plan: Any) -> Any:
    """What is below the first sorts, seen through operators that look at one row only."""
    if isinstance(plan, Sort):
        return _unsorted(plan.child)
    fine = isinstance(plan, Filter) or (isinstance(plan, Project) and not has_window(plan))
    if fine and all(e.deterministic for e in plan.expressions):
        return plan.map_children(_unsorted)
    return plan


def _takes_any_order(plan: Aggregate) -> bool:
    calls = [e for output in plan.aggregates for e in output.walk() if isinstance(e, AggregateCall)]
    return all(_any_order(call) for call in calls)


def _any_order(call: AggregateCall) -> bool:
    name = call.function.name
    # the sum of floats depends on the order in the last digits
    exact = name in _EXACT_ONLY and not isinstance(call.args[0].data_type, t.FloatType | t.DoubleType)
    return name in _ANY_ORDER or exact
