"""Filter(EXISTS (SELECT ... WHERE u.k = outer(t.k)), t)  ->  Join(semi, t, u, t.k = u.k), and IN and NOT EXISTS alike.

So they are joined where the rows of both sides are spread over tasks; otherwise each task had to read all of u. NOT IN
stays where a null may be among the values, for then it is not true of any row; so does what stands under OR.
"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import Call, Expression, SubqueryExpression
from pyrdd.sql.optimizer.decorrelate import Pulled, always_has_a_row, pull_up
from pyrdd.sql.optimizer.predicates import all_of, conjuncts, filtered
from pyrdd.sql.plan import Distinct, Filter, Join, Limit, LogicalPlan, Project, Sort


def rewrite_predicate_subquery(plan: LogicalPlan) -> LogicalPlan:
    """The plan with semi and anti joins for the subqueries that its filters ask."""
    found: LogicalPlan = plan.transform_up(_joined)
    return found


def _joined(plan: Any) -> Any:
    if not isinstance(plan, Filter):
        return plan
    rest: list[Expression] = []
    joins: list[tuple[str, Pulled]] = []
    for part in conjuncts(plan.condition):
        found = _join_for(part, plan.child)
        if found is None:
            rest.append(part)
        else:
            joins.append(found)
    made = filtered(rest, plan.child) if joins else plan
    for join_type, side in joins:
        made = Join(made, side.plan, join_type, all_of(side.conditions))  # type: ignore[arg-type]
    return made


def _join_for(condition: Expression, left: LogicalPlan) -> tuple[str, Pulled] | None:
    """The kind of join that a condition is, and its right side; None if it is none."""
    negated = isinstance(condition, Call) and condition.function.name == "not"
    question = condition.children[0] if negated else condition
    if not isinstance(question, SubqueryExpression) or question.kind == "scalar":
        return None
    outer = left.output_ids
    plan = _rows(question.plan) if question.kind == "exists" else question.plan
    if always_has_a_row(plan, outer) or (question.kind == "in" and not _simple(question, negated)):
        return None
    pulled = pull_up(plan, outer)
    if pulled is None:
        return None
    beside = pulled.beside(left)
    equal = [make_call("=", v, c) for v, c in zip(question.values, beside.plan.output, strict=False)]
    if not beside.conditions and not equal:
        # asked once for all rows
        return None
    return "anti" if negated else "semi", Pulled(beside.plan, (*equal, *beside.conditions))


def _rows(plan: LogicalPlan) -> LogicalPlan:
    """A plan that has a row where the other has one, whatever is in it."""
    while True:
        match plan:
            case Project() if all(e.deterministic for e in plan.projections):
                plan = plan.child
            case Distinct() | Sort():
                plan = plan.child
            case Limit() if getattr(plan.limit, "value", 0) > 0:
                plan = plan.child
            case _:
                return plan


def _simple(question: SubqueryExpression, negated: bool) -> bool:
    """Whether a join says the same as IN: its values may be compared beside the other side, and where it is negated no
    null is among either."""
    if any(v.contains(SubqueryExpression) or not v.deterministic for v in question.values):
        return False
    return not negated or not any(e.nullable for e in (*question.values, *question.plan.output))
