"""What a plan reads of the queries around it."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import OuterReference, SubqueryExpression
from pyrdd.sql.plan.base import LogicalPlan
from pyrdd.sql.plan.joins import RecursiveCte
from pyrdd.sql.plan.relations import CteReference, RecursiveReference


def reads_outside(plan: LogicalPlan) -> bool:
    """Whether a plan cannot be computed by itself: it reads columns of a query around it, or the round before of a
    recursion that it is inside."""
    inside: set[int] = set()
    recursions: set[int] = set()
    outside: list[int] = []
    rounds: list[int] = []

    def visit(node: Any) -> None:
        for each in node.walk():
            inside.update(c.id for c in each.output)
            if isinstance(each, CteReference):
                visit(each.plan)
            elif isinstance(each, RecursiveCte):
                recursions.add(each.cte_id)
            elif isinstance(each, RecursiveReference):
                rounds.append(each.cte_id)
            for expression in each.expressions:
                for e in expression.walk():
                    if isinstance(e, OuterReference):
                        outside.append(e.attribute.id)
                    elif isinstance(e, SubqueryExpression):
                        visit(e.plan)

    visit(plan)
    return any(i not in inside for i in outside) or any(r not in recursions for r in rounds)
