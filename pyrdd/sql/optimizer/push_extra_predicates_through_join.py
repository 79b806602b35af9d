"""Join(inner, a, b, (a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.y = 4))
->  Join(inner, Filter(a.x = 1 OR a.x = 3, a), Filter(b.y = 2 OR b.y = 4, b), ... the same condition)

A condition that asks both sides goes to neither, but each of its alternatives may ask something of one alone.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import Call, Expression
from pyrdd.sql.optimizer.constraints import cannot_fail, constraints
from pyrdd.sql.optimizer.infer_filters_from_constraints import PARTNERS
from pyrdd.sql.optimizer.predicates import all_of, conjuncts, filtered
from pyrdd.sql.plan import Join, LogicalPlan


def push_extra_predicates_through_join(plan: LogicalPlan) -> LogicalPlan:
    """The plan with filters below joins that keep what one of the alternatives of a join's condition could take."""
    found: LogicalPlan = plan.transform_up(_pushed)
    return found


def _pushed(plan: Any) -> Any:
    if not isinstance(plan, Join) or plan.lateral:
        return plan
    choices = [found for part in conjuncts(plan.condition) if len(found := alternatives(part)) > 1]
    changes: dict[str, LogicalPlan] = {}
    for name in PARTNERS[plan.join_type]:
        side = getattr(plan, name)
        weaker = [made for found in choices if (made := _of_side(found, side)) is not None]
        new = [part for part in weaker if part not in constraints(side)]
        if new:
            changes[name] = filtered(new, side)
    return plan.copy(**changes) if changes else plan


def alternatives(condition: Expression) -> list[Expression]:
    """What ORs join, in order."""
    if isinstance(condition, Call) and condition.function.name == "or":
        return [part for arg in condition.args for part in alternatives(arg)]
    return [condition]


def _of_side(found: list[Expression], side: LogicalPlan) -> Expression | None:
    """What each alternative asks of one side, joined by OR; None where one asks nothing."""
    asked = [
        [
            part
            for part in conjuncts(one)
            if cannot_fail(part) and part.references and part.references <= side.output_ids
        ]
        for one in found
    ]
    return reduce(lambda a, b: make_call("or", a, b), map(all_of, asked)) if all(asked) else None
