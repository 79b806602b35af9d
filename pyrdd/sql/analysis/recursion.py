"""Recursive common table expressions: ``WITH RECURSIVE t AS (anchor UNION ALL ... FROM t)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.expressions import Alias, SubqueryExpression, WindowExpression, new_id
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import (
    Aggregate,
    ColumnAliases,
    CteDefinition,
    CteReference,
    Deduplicate,
    Distinct,
    Join,
    LogicalPlan,
    Project,
    RecursiveCte,
    RecursiveReference,
    Sort,
    SubqueryAlias,
    Union,
    UnresolvedRelation,
    UnresolvedWith,
)

Analyze = Callable[[LogicalPlan, AnalysisContext], LogicalPlan]


def mentions(plan: Any, name: str, ctx: AnalysisContext) -> bool:
    """Whether a plan reads a relation of this name, in subqueries too."""
    if isinstance(plan, UnresolvedRelation):
        return len(plan.parts) == 1 and ctx.same_name(plan.parts[0], name)
    if isinstance(plan, UnresolvedWith):
        for definition in plan.definitions:
            hides = ctx.same_name(definition.name, name)
            if not (hides and plan.recursive) and mentions(definition.plan, name, ctx):
                return True
            if hides:
                return False
        return mentions(plan.child, name, ctx)
    inside = (found.plan for expression in plan.expressions for found in expression.find(SubqueryExpression))
    return any(mentions(each, name, ctx) for each in (*plan.children, *inside))


def is_recursive(definition: CteDefinition, ctx: AnalysisContext) -> bool:
    """Whether a definition reads itself."""
    return mentions(definition.plan, definition.name, ctx)


def resolve_recursive(definition: CteDefinition, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """The recursion with its anchor's columns. Raises INVALID_RECURSIVE_CTE, INVALID_RECURSIVE_REFERENCE.*"""
    plan, distinct, wrap = _body(definition)
    anchor_plan, recursion_plan = plan.inputs
    if mentions(wrap(anchor_plan), definition.name, ctx):
        raise analysis_error("INVALID_RECURSIVE_CTE")
    if distinct:
        raise analysis_error("UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE")
    anchor = analyze(wrap(_named(anchor_plan, definition.columns)), ctx)
    columns = tuple(c.copy(id=new_id(), nullable=True, qualifier=()) for c in anchor.output)
    identity = new_id()

    def round_before() -> LogicalPlan:
        return RecursiveReference(tuple(c.copy(id=new_id()) for c in columns), definition.name, identity)

    key = definition.name if ctx.case_sensitive else definition.name.lower()
    recursion = analyze(wrap(recursion_plan), ctx.with_(ctes={**ctx.ctes, key: round_before}))
    check_places(recursion, identity)
    recursion = _fitted(recursion, columns, ctx)
    depth = definition.max_depth
    if depth is None:
        depth = int(ctx.conf.get("spark.sql.cteRecursionLevelLimit") or 100)
    return RecursiveCte(definition.name, identity, anchor, recursion, columns, distinct, depth)


def check_places(plan: LogicalPlan, identity: int) -> None:
    """Raises INVALID_RECURSIVE_REFERENCE.PLACE where the recursion refers to itself below what needs all its rows."""
    if _misplaced(plan, identity):
        raise analysis_error("INVALID_RECURSIVE_REFERENCE.PLACE")


def _misplaced(plan: Any, identity: int) -> bool:
    match plan:
        case CteReference():
            return _misplaced(plan.plan, identity)
        case Aggregate() | Distinct() | Deduplicate() | Sort() | RecursiveCte():
            return reads_round(plan, identity)
        case Join(join_type="left" | "semi" | "anti"):
            return reads_round(plan.right, identity) or _misplaced(plan.left, identity)
        case Join(join_type="right"):
            return reads_round(plan.left, identity) or _misplaced(plan.right, identity)
        case Join(join_type="full"):
            return reads_round(plan, identity)
    subqueries = (s for e in plan.expressions for s in e.find(SubqueryExpression))
    if any(_misplaced(s.plan, identity) for s in subqueries):
        return True
    if any(e.contains(WindowExpression) for e in plan.expressions) and reads_round(plan, identity):
        return True
    return any(_misplaced(child, identity) for child in plan.children)


def reads_round(plan: Any, identity: int) -> bool:
    """Whether a plan reads the round before of a recursion."""
    for node in plan.walk():
        if isinstance(node, RecursiveReference) and node.cte_id == identity:
            return True
        if isinstance(node, CteReference) and reads_round(node.plan, identity):
            return True
        if any(reads_round(s.plan, identity) for e in node.expressions for s in e.find(SubqueryExpression)):
            return True
    return False


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
        Alias(coercion.cast(b, a.data_type, ctx), a.name, new_id())
        for a, b in zip(columns, recursion.output, strict=True)
    )
    return Project(cast, recursion)
