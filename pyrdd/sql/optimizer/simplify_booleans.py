"""AND, OR and NOT with literals, by the three-valued logic; filters that keep all rows."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Call, Literal
from pyrdd.sql.plan import Filter, LogicalPlan
from pyrdd.sql.types import BooleanType

_NONE = object()


def simplify_booleans(plan: LogicalPlan) -> LogicalPlan:
    """The plan with shorter conditions."""
    made: LogicalPlan = plan.transform_expressions(_simpler)
    found: LogicalPlan = made.transform_up(_without_filter)
    return found


def _without_filter(plan: Any) -> Any:
    return plan.child if isinstance(plan, Filter) and _value(plan.condition) is True else plan


def _value(expression: Any) -> Any:
    if isinstance(expression, Literal) and isinstance(expression.data_type, BooleanType):
        return expression.value
    return _NONE


def _simpler(expression: Any) -> Any:
    if not isinstance(expression, Call):
        return expression
    name = expression.function.name
    if name == "not":
        return _negated(expression)
    if name not in ("and", "or"):
        return expression
    neutral = name == "and"
    left, right = expression.args
    for a, b in ((left, right), (right, left)):
        if _value(a) is neutral:
            return b
        # what is dropped could have failed, if it does more than compare; Spark drops it too
        if _value(a) is (not neutral) and b.deterministic:
            return a
    return expression


def _negated(call: Call) -> Any:
    (child,) = call.args
    value = _value(child)
    if value is True or value is False:
        return Literal(not value, BooleanType())
    if isinstance(child, Call) and child.function.name == "not":
        return child.args[0]
    return call
