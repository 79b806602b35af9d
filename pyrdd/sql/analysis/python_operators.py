"""Python functions of groups: their keys as columns of the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.resolve import resolve_all
from pyrdd.sql.analysis.select import scope_of
from pyrdd.sql.expressions import Alias, Attribute, Expression, new_id
from pyrdd.sql.plan import CoGroup, LogicalPlan, MapGroups, Project

KEY_ONLY = ("grouping key",)
"""The qualifier of columns that hold computed keys: functions do not see them."""


def resolve_map_groups(plan: MapGroups, ctx: AnalysisContext) -> LogicalPlan:
    """The keys of applyInPandas and applyInArrow; computed ones become columns of a projection below."""
    keys, child = _with_keys(plan.grouping, plan.child, ctx)
    return plan.copy(grouping=keys, child=child)


def resolve_cogroup(plan: CoGroup, ctx: AnalysisContext) -> LogicalPlan:
    """The keys of both sides of a cogroup."""
    left_keys, left = _with_keys(plan.left_grouping, plan.left, ctx)
    right_keys, right = _with_keys(plan.right_grouping, plan.right, ctx)
    return plan.copy(left_grouping=left_keys, right_grouping=right_keys, left=left, right=right)


def _with_keys(
    keys: Sequence[Expression], child: LogicalPlan, ctx: AnalysisContext
) -> tuple[tuple[Attribute, ...], LogicalPlan]:
    made: list[Alias] = []
    columns: list[Attribute] = []
    for key in resolve_all(keys, scope_of(child, ctx, "FlatMapGroups")):
        value: Any = key.child if isinstance(key, Alias) else key
        if not isinstance(value, Attribute):
            made.append(Alias(value, f"key{len(made)}", new_id(), None, KEY_ONLY))
            value = made[-1].to_attribute()
        columns.append(value)
    return tuple(columns), Project((*child.output, *made), child) if made else child
