"""Conditions above and of a join go to the side that they are about, or become the join's condition.

    Filter(a = b AND a > 1, Join(cross, x, y))  ->  Join(inner, Filter(a > 1, x), y, a = b)

Of an outer join the side whose unmatched rows are kept is filtered by conditions above it, the other one by the join's
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql.expressions import Expression
from pyrdd.sql.optimizer.predicates import all_of, conjuncts, filtered, has_subquery, movable
from pyrdd.sql.plan import Filter, Join, LogicalPlan

# the sides that a condition above the join may go to, and those that a part of the join's own condition may go to
_FROM_ABOVE = {
    "inner": ("left", "right"), "cross": ("left", "right"), "left": ("left",), "right": ("right",),
    "semi": ("left",), "anti": ("left",), "full": (),
}  # fmt: skip
_FROM_CONDITION = {
    "inner": ("left", "right"), "cross": ("left", "right"), "left": ("right",), "right": ("left",),
    "semi": ("left", "right"), "anti": ("right",), "full": (),
}  # fmt: skip


def push_filter_into_join(plan: LogicalPlan) -> LogicalPlan:
    """The plan with each condition as far below joins as its columns allow."""
    found: LogicalPlan = plan.transform_down(_pushed)
    return found


def _pushed(plan: Any) -> Any:
    if isinstance(plan, Filter) and isinstance(plan.child, Join):
        return _from_above(plan, plan.child)
    if isinstance(plan, Join) and plan.condition is not None:
        return _from_condition(plan)
    return plan


def _from_above(plan: Filter, join: Join) -> LogicalPlan:
    sides, rest = _shared_out(conjuncts(plan.condition), join, _FROM_ABOVE[join.join_type])
    joined: list[Expression] = []
    if join.join_type in ("inner", "cross") and not join.lateral:
        joined = [part for part in rest if movable(part) and not has_subquery(part)]
        rest = [part for part in rest if part not in joined]
    if not joined and not any(sides.values()):
        return plan
    made = _with_sides(join, sides)
    if joined:
        made = made.copy(condition=all_of([*conjuncts(made.condition), *joined]), join_type="inner")
    return filtered(rest, made)


def _from_condition(join: Join) -> LogicalPlan:
    sides, rest = _shared_out(conjuncts(join.condition), join, _FROM_CONDITION[join.join_type])
    if not any(sides.values()):
        return join
    return _with_sides(join, sides).copy(condition=all_of(rest) if rest else None)


def _shared_out(
    parts: Sequence[Expression], join: Join, allowed: Sequence[str]
) -> tuple[dict[str, list[Expression]], list[Expression]]:
    """Which parts go to which side, and which go to none."""
    sides: dict[str, list[Expression]] = {"left": [], "right": []}
    rest: list[Expression] = []
    for part in parts:
        side = _side(part, join) if movable(part) else None
        (sides[side] if side in allowed else rest).append(part)  # type: ignore[index]
    return sides, rest


def _side(part: Expression, join: Join) -> str | None:
    if not part.references:
        # a constant, or a question to the query around: either is best asked where it stands
        return None
    if has_subquery(part):
        # a join of its own to DuckDB, which moves only the joins that it finds above one another
        return None
    if part.references <= join.left.output_ids:
        return "left"
    # a lateral right side names columns that only the join knows
    return "right" if part.references <= join.right.output_ids and not join.lateral else None


def _with_sides(join: Join, sides: dict[str, list[Expression]]) -> Join:
    return join.copy(left=filtered(sides["left"], join.left), right=filtered(sides["right"], join.right))
