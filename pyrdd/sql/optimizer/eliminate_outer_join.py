"""Filter(b.x > 1, Join(left, a, b))  ->  Filter(b.x > 1, Join(inner, a, b)): the rows without a partner go anyway."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Attribute, Call, Cast, Expression, Literal
from pyrdd.sql.optimizer.predicates import conjuncts
from pyrdd.sql.plan import Filter, Join, LogicalPlan

_STRICT = frozenset("= < <= > >= + - * / % div not negative positive in like rlike length upper lower abs".split())
"""Functions that are null if (one of) their first two arguments are."""


def eliminate_outer_join(plan: LogicalPlan) -> LogicalPlan:
    """The plan with joins that keep unmatched rows only where a filter above lets such rows through."""
    found: LogicalPlan = plan.transform_up(_inner)
    return found


def _inner(plan: Any) -> Any:
    if not isinstance(plan, Filter) or not isinstance(plan.child, Join):
        return plan
    join = plan.child
    parts = conjuncts(plan.condition)
    # which sides must have a partner for the condition to hold
    left = any(_drops_nulls(part, join.left.output_ids) for part in parts)
    right = any(_drops_nulls(part, join.right.output_ids) for part in parts)
    made = {
        "left": "inner" if right else "left",
        "right": "inner" if left else "right",
        "full": {(True, True): "inner", (True, False): "left", (False, True): "right"}.get((left, right), "full"),
    }.get(join.join_type, join.join_type)
    if made == join.join_type or (join.condition is None and made == "inner"):
        return plan
    return plan.copy(child=join.copy(join_type=made))


def _drops_nulls(condition: Expression, ids: frozenset[int]) -> bool:
    """Whether a condition cannot be true where all of some columns are null."""
    if isinstance(condition, Call) and condition.function.name == "isnotnull":
        return is_null(condition.args[0], ids)
    if isinstance(condition, Call) and condition.function.name in ("and", "or"):
        sides = [_drops_nulls(arg, ids) for arg in condition.args]
        return any(sides) if condition.function.name == "and" else all(sides)
    return is_null(condition, ids)


def is_null(value: Expression, ids: frozenset[int]) -> bool:
    """Whether a value is sure to be null where all of some columns are."""
    match value:
        case Attribute():
            return value.id in ids
        case Literal():
            return value.value is None
        case Cast(child=child):
            return is_null(child, ids)
        case Call(function=function, args=args) if function.name in _STRICT:
            return any(is_null(arg, ids) for arg in args[: 1 if function.name == "in" else 2])
    return False
