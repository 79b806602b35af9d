"""``|>``: each operator on the plan before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import TokenType, exp

from pyrdd.sql.expressions import Expression, UnresolvedAlias, UnresolvedStar
from pyrdd.sql.parser import nodes
from pyrdd.sql.parser.nodes import identifiers_of
from pyrdd.sql.plan import Aggregate, Distinct, Filter, LogicalPlan, Project, SetOperation, SubqueryAlias, Union

if TYPE_CHECKING:
    from pyrdd.sql.parser.query import QueryConverter


def pipe_plan(queries: QueryConverter, node: nodes.Pipe) -> LogicalPlan:
    """The plan of a query with its pipe operators."""
    plan = queries(node.this)
    for name, syntax in node.args["operators"]:
        plan = _OPERATORS[name](queries, plan, syntax)
    return plan


def _select(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    return queries.modified(syntax, queries.select(syntax, plan))


def _where(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    return Filter(queries.expressions(syntax), plan)


def _extend(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    return Project((UnresolvedStar(), *queries.expressions.all(syntax)), plan)


def _drop(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    return Project((UnresolvedStar((), tuple(identifiers_of(column) or () for column in syntax)),), plan)


def _alias(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    return SubqueryAlias((syntax,), plan)


def _aggregate(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    aggregates = queries.expressions.all(syntax[0])
    keys = queries.expressions.all(syntax[1])
    return Aggregate(tuple(_unaliased(key) for key in keys), (*keys, *aggregates), plan)


def _unaliased(key: Expression) -> Expression:
    return key.child if isinstance(key, UnresolvedAlias) else key


def _pivot(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    return queries.relations.pivoted(plan, syntax)


def _sample(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    return queries.relations.sampled(plan, syntax)


def _join(queries: QueryConverter, plan: LogicalPlan, syntax: exp.Join) -> LogicalPlan:
    return queries.relations.joined(plan, [syntax])


def _set_operation(queries: QueryConverter, plan: LogicalPlan, syntax: Any) -> LogicalPlan:
    kind, distinct, right = syntax
    other = queries(right)
    if kind == TokenType.UNION:
        union = Union((plan, other))
        return Distinct(union) if distinct else union
    return SetOperation("except" if kind == TokenType.EXCEPT else "intersect", not distinct, plan, other)


def _organization(queries: QueryConverter, plan: LogicalPlan, syntax: exp.Select) -> LogicalPlan:
    return queries.modified(syntax, plan)


_OPERATORS: dict[str, Callable[[QueryConverter, LogicalPlan, Any], LogicalPlan]] = {
    "select": _select, "where": _where, "extend": _extend, "drop": _drop, "alias": _alias, "aggregate": _aggregate,
    "pivot": _pivot, "sample": _sample, "join": _join, "set_operation": _set_operation, "organization": _organization,
}  # fmt: skip
