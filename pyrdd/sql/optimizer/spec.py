"""What every plan between two batches of rules must be: resolved, in scope, with the columns that it had."""

from __future__ import annotations

from collections.abc import Iterator

from pyrdd.sql.expressions import Attribute, Expression, SubqueryExpression
from pyrdd.sql.plan import Filter, LogicalPlan
from pyrdd.sql.types import BooleanType


def check(plan: LogicalPlan, before: LogicalPlan | None = None) -> None:
    """Raises AssertionError with what is wrong with a plan, or with how it differs from the one before."""
    problems = list(_problems(plan))
    if before is not None:
        was, found = ([(c.id, c.name, c.data_type) for c in p.output] for p in (before, plan))
        if was != found:
            problems.append(f"the columns {was} have become {found}")
    if problems:
        raise AssertionError("; ".join(problems))


def _problems(plan: LogicalPlan) -> Iterator[str]:
    for node in plan.walk():
        known = frozenset[int]().union(*(child.output_ids for child in node.children))
        for expression in node.expressions:
            yield from _of_expression(expression, known, type(node).__name__)
        if isinstance(node, Filter) and not isinstance(node.condition.data_type, BooleanType):
            yield f"the condition {node.condition!r} is no boolean"


def _of_expression(expression: Expression, known: frozenset[int], where: str) -> Iterator[str]:
    if not expression.resolved:
        yield f"{where} has the unresolved {expression!r}"
        return
    for e in expression.walk():
        if isinstance(e, Attribute) and e.id not in known:
            yield f"{where} reads {e.name}#{e.id}, which no input has"
        if isinstance(e, SubqueryExpression):
            yield from _problems(e.plan)
            missing = [a for a in e.outer if a.id not in known]
            yield from (f"a subquery in {where} reads {a.name}#{a.id} around it, which is not there" for a in missing)
