"""Names of subqueries are for analysis alone; hints move to the join that they are about."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.plan import Join, JoinHint, LogicalPlan, SetOperation, SubqueryAlias, Unary


def remove_subquery_aliases(plan: LogicalPlan) -> LogicalPlan:
    """The plan without `SubqueryAlias` and `JoinHint`."""
    hinted: LogicalPlan = plan.transform_up(_with_hints)
    found: LogicalPlan = hinted.transform_up(lambda p: p.child if isinstance(p, SubqueryAlias | JoinHint) else p)
    return found


def _with_hints(plan: Any) -> Any:
    if not isinstance(plan, Join):
        return plan
    hint = (plan.hint[0] or _hint_of(plan.left), plan.hint[1] or _hint_of(plan.right))
    return plan if hint == plan.hint else plan.copy(hint=hint)


def _hint_of(plan: LogicalPlan) -> str | None:
    """The strategy that is asked for a side, where no other join is between; the outermost one."""
    while isinstance(plan, Unary | SetOperation):
        if isinstance(plan, JoinHint):
            return plan.strategy
        plan = plan.left if isinstance(plan, SetOperation) else plan.child
    return None
