"""Recursive common table expressions: ``WITH RECURSIVE t AS (anchor UNION ALL ... FROM t)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.expressions import Alias, SubqueryExpression, new_id
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import (
    ColumnAliases,
    CteDefinition,
    Distinct,
    LogicalPlan,
    Project,
    RecursiveCte,
    RecursiveReference,
    SubqueryAlias,
    Union,
    UnresolvedRelation,
    UnresolvedWith,
)

Analyze = Callable[[LogicalPlan, AnalysisContext], LogicalPlan]


def mentions(plan: Any, name: str, ctx: AnalysisContext) -> bool:
    """Whether a plan reads a relation of this name, in subqueries too."""
    for node in plan.walk():
        if isinstance(node, UnresolvedRelation) and len(node.parts) == 1 and ctx.same_name(node.parts[0], name):
            return True
        if isinstance(node, UnresolvedWith) and any(mentions(d.plan, name, ctx) for d in node.definitions):
            return True
        for expression in node.expressions:
            if any(mentions(e.plan, name, ctx) for e in expression.find(SubqueryExpression)):
                return True
    return False


def is_recursive(definition: CteDefinition, ctx: AnalysisContext) -> bool:
    """Whether a definition reads itself."""
    return mentions(definition.plan, definition.name, ctx)


def resolve_recursive(definition: CteDefinition, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """The recursion with its anchor's columns. Raises INVALID_RECURSIVE_CTE, INVALID_RECURSIVE_REFERENCE.*"""
    plan, distinct, wrap = _body(definition)
    anchor_plan, recursion_plan = plan.inputs
    if mentions(anchor_plan, definition.name, ctx):
        raise analysis_error("INVALID_RECURSIVE_REFERENCE.PLACE")
    anchor = analyze(wrap(_named(anchor_plan, definition.columns)), ctx)
    columns = tuple(c.copy(id=new_id(), nullable=True, qualifier=()) for c in anchor.output)
    identity = new_id()

    def round_before() -> LogicalPlan:
        return RecursiveReference(tuple(c.copy(id=new_id()) for c in columns), definition.name, identity)

    key = definition.name if ctx.case_sensitive else definition.name.lower()
    recursion = analyze(wrap(recursion_plan), ctx.with_(ctes={**ctx.ctes, key: round_before}))
    recursion = _fitted(recursion, columns, ctx)
    return RecursiveCte(definition.name, identity, anchor, recursion, columns, distinct, definition.max_depth)


def _body(definition: CteDefinition) -> tuple[Union, bool, Callable[[LogicalPlan], LogicalPlan]]:
    plan, distinct = definition.plan, False
    wrap: Callable[[LogicalPlan], LogicalPlan] = lambda inner: inner  # noqa: E731
    while isinstance(plan, SubqueryAlias | UnresolvedWith):
        if isinstance(plan, UnresolvedWith):
            outer = plan
            wrap = lambda inner, outer=outer: outer.copy(child=inner)  # type: ignore[misc]  # noqa: E731
        plan = plan.child
    if isinstance(plan, Distinct):
        plan, distinct = plan.child, True
    if not isinstance(plan, Union) or len(plan.inputs) != 2:
        raise analysis_error("INVALID_RECURSIVE_CTE")
    return plan, distinct, wrap


def _named(plan: LogicalPlan, names: tuple[str, ...]) -> LogicalPlan:
    return ColumnAliases(names, plan) if names else plan


def _fitted(recursion: LogicalPlan, columns: Any, ctx: AnalysisContext) -> LogicalPlan:
    if len(recursion.output) != len(columns):
        raise analysis_error(
            "NUM_COLUMNS_MISMATCH",
            operator="UNION",
            firstNumColumns=len(columns),
            invalidOrdinalNum="second",
            invalidNumColumns=len(recursion.output),
        )
    for a, b in zip(columns, recursion.output, strict=True):
        if coercion.common_type(a.data_type, b.data_type, ctx) is None:
            raise analysis_error("INVALID_RECURSIVE_CTE", name=quoted(a.name))
    cast = tuple(
        Alias(coercion.cast(b, a.data_type, ctx), a.name, new_id()) for a, b in zip(columns, recursion.output, strict=True)
    )
    return Project(cast, recursion)


