"""Subqueries in expressions: analysed in the scope of the query around them, with what they read of it noted."""

from __future__ import annotations

from pyrdd.sql.analysis.correlation import check_correlation
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.expressions import Attribute, Expression, OuterReference, SubqueryExpression
from pyrdd.sql.plan import CteReference, LogicalPlan


def resolve_subquery(expression: SubqueryExpression, scope: Scope) -> Expression:
    """The subquery with its plan analysed. Raises what Spark refuses about its columns."""
    from pyrdd.sql.analysis.analyzer import analyze  # here: plans contain expressions contain plans
    from pyrdd.sql.analysis.relations import check_hiding  # here: as above

    check_hiding(expression.plan, scope.ctx)
    plan = analyze(expression.plan, scope.ctx.inside((*scope.columns, *scope.hidden)))
    check_correlation(plan)
    if expression.kind == "scalar" and len(plan.output) != 1:
        raise analysis_error(
            "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
            number=len(plan.output),
        )
    made = expression.copy(plan=plan, outer=outer_columns(plan, scope.columns + scope.hidden))
    if expression.kind != "in":
        return made
    from pyrdd.sql.analysis.in_subquery import coerced  # here: IN alone needs it

    return coerced(made, scope.ctx)


def outer_columns(plan: LogicalPlan, columns: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    """The columns of the query around that a plan reads, each as often as it does so, as names of subqueries have them:
    those of common table expressions first, then those of the query from the top."""
    known = {c.id: c for c in columns}
    found: list[Attribute] = []
    definitions: set[int] = set()

    def visit(query: LogicalPlan) -> None:
        for node in query.walk():
            if isinstance(node, CteReference) and node.cte_id not in definitions:
                definitions.add(node.cte_id)
                visit(node.plan)
        for expression in query.all_expressions():
            if isinstance(expression, OuterReference) and expression.attribute.id in known:
                found.append(known[expression.attribute.id])
            elif isinstance(expression, SubqueryExpression):
                visit(expression.plan)

    visit(plan)
    return tuple(found)
