"""Python functions of groups: their keys resolved against the input."""

from __future__ import annotations

from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.resolve import resolve_all
from pyrdd.sql.analysis.select import scope_of
from pyrdd.sql.plan import CoGroup, LogicalPlan, MapGroups


def resolve_map_groups(plan: MapGroups, ctx: AnalysisContext) -> LogicalPlan:
    """The keys of applyInPandas and applyInArrow."""
    return plan.copy(grouping=tuple(resolve_all(plan.grouping, scope_of(plan.child, ctx, "FlatMapGroups"))))


def resolve_cogroup(plan: CoGroup, ctx: AnalysisContext) -> LogicalPlan:
    """The keys of both sides of a cogroup."""
    left = tuple(resolve_all(plan.left_grouping, scope_of(plan.left, ctx, "FlatMapCoGroups")))
    right = tuple(resolve_all(plan.right_grouping, scope_of(plan.right, ctx, "FlatMapCoGroups")))
    return plan.copy(left_grouping=left, right_grouping=right)
