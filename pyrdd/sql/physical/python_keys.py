"""The keys of Python functions of groups as columns: computed ones are added to the input by a projection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Expression, SortOrder, new_id
from pyrdd.sql.plan import CoGroup, LogicalPlan, MapGroups, Project

KEY_ONLY = ("grouping key",)
"""The qualifier of columns that hold computed keys: functions do not see them."""


def with_key_columns(plan: MapGroups | CoGroup) -> LogicalPlan:
    """The operator with nothing but columns of its input as keys, and in its order."""
    if isinstance(plan, CoGroup):
        left_keys, left = _columns(plan.left_grouping, plan.left)
        right_keys, right = _columns(plan.right_grouping, plan.right)
        return plan.copy(left_grouping=left_keys, right_grouping=right_keys, left=left, right=right)
    keys, child = _columns(plan.grouping, plan.child)
    order, child = _columns([o.child for o in plan.order], child)
    sorts = tuple(o.copy(child=c) for o, c in zip(plan.order, order, strict=True))
    return plan.copy(grouping=keys, order=sorts, child=child)


def _columns(keys: Sequence[Expression], child: LogicalPlan) -> tuple[tuple[Attribute, ...], LogicalPlan]:
    made: list[Alias] = []
    columns: list[Attribute] = []
    for key in keys:
        value: Any = key
        while isinstance(value, Alias | SortOrder):
            value = value.child
        if not isinstance(value, Attribute):
            made.append(Alias(value, f"key{len(made)}", new_id(), None, KEY_ONLY))
            value = made[-1].to_attribute()
        columns.append(value)
    return tuple(columns), Project((*child.output, *made), child) if made else child
