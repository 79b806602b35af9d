"""The analyser: a plan of names becomes a plan of typed columns, in one walk from the leaves to the root.

Each kind of operator has one function here or in a module of its topic; it gets the operator with its children analysed and
resolves its own expressions against their columns. What is resolved already is not looked at again, so that building a
DataFrame step by step costs one step each time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrdd.errors.origin import about
from pyrdd.sql.analysis import (
    aggregates,
    generators,
    hints,
    joins,
    pivots,
    python_operators,
    relations,
    select,
    set_operations,
    time_windows,
)
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.expressions.text import time_zone
from pyrdd.sql.plan import (
    Aggregate,
    AsOfJoin,
    CoGroup,
    ColumnAliases,
    CteReference,
    Deduplicate,
    Distinct,
    Filter,
    Generate,
    Hint,
    Join,
    Limit,
    LogicalPlan,
    MapGroups,
    NamedWindows,
    Observe,
    Offset,
    Pivot,
    Project,
    RecursiveCte,
    RelationByExpression,
    RepartitionBy,
    SetOperation,
    Sort,
    Tail,
    ToSchema,
    Union,
    Unpivot,
    UnresolvedInlineTable,
    UnresolvedRelation,
    UnresolvedTableFunction,
    UnresolvedWith,
)
from pyrdd.sql.plan.stateful import CoGroupWithState, MapGroupsWithState

Analyse = Callable[[LogicalPlan], LogicalPlan]


def analyze(plan: LogicalPlan, ctx: AnalysisContext) -> LogicalPlan:
    """The resolved plan. Raises AnalysisException with Spark's conditions."""
    if plan.resolved:
        return plan
    time_zone.set(ctx.time_zone)
    with about(plan.origin):
        return _analyzed(plan, ctx)


def _analyzed(plan: LogicalPlan, ctx: AnalysisContext) -> LogicalPlan:
    rule = _TOP_DOWN.get(type(plan))
    if rule is not None:
        found = rule(plan, ctx, analyze)
        return found if found.resolved else analyze(found, ctx)
    plan = time_windows.as_columns(plan.map_children(lambda child: analyze(child, ctx)), ctx)
    step = _BOTTOM_UP.get(type(plan))
    if step is not None:
        plan = step(plan, ctx)
    if not plan.resolved:
        raise analysis_error("INTERNAL_ERROR", message=f"{type(plan).__name__} could not be resolved")
    return plan


_TOP_DOWN: dict[type, Any] = {
    UnresolvedWith: relations.resolve_with,
    UnresolvedRelation: relations.resolve_relation,
    RelationByExpression: relations.resolve_relation_by_expression,
    UnresolvedTableFunction: relations.resolve_table_function,
    Join: joins.resolve_join,
    NamedWindows: select.resolve_named_windows,
    Filter: select.resolve_filter_of_names,
}
"""Operators that decide how their children are analysed: ``(plan, ctx, analyze) -> plan``."""

_BOTTOM_UP: dict[type, Callable[[Any, AnalysisContext], LogicalPlan]] = {
    UnresolvedInlineTable: relations.resolve_inline_table,
    ColumnAliases: relations.resolve_column_aliases,
    ToSchema: relations.resolve_to_schema,
    Project: select.resolve_project,
    Sort: select.resolve_sort,
    Limit: select.resolve_limit,
    Offset: select.resolve_limit,
    Tail: select.resolve_limit,
    Deduplicate: select.resolve_expressions,
    RepartitionBy: select.resolve_expressions,
    Hint: hints.resolve_hint,
    Observe: select.resolve_observe,
    MapGroups: python_operators.resolve_map_groups,
    CoGroup: python_operators.resolve_cogroup,
    MapGroupsWithState: python_operators.resolve_map_groups,
    CoGroupWithState: python_operators.resolve_cogroup,
    AsOfJoin: joins.resolve_as_of_join,
    Aggregate: lambda plan, ctx: time_windows.merge_sessions(aggregates.resolve_aggregate(plan, ctx)),
    Generate: generators.resolve_generate,
    Pivot: pivots.resolve_pivot,
    Unpivot: pivots.resolve_unpivot,
    Union: set_operations.resolve_union,
    SetOperation: set_operations.resolve_set_operation,
    Distinct: set_operations.resolve_distinct,
}
"""Operators whose children come first: ``(plan with analysed children, ctx) -> plan``."""

__all__ = ["CteReference", "RecursiveCte", "analyze"]
