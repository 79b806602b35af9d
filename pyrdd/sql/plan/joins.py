"""Operators with several inputs: joins, set operations, cogroups, common table expressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from typing import Literal as OneOf

from pyrdd.sql.expressions import Attribute, Expression
from pyrdd.sql.plan.base import LogicalPlan

JoinType = OneOf["inner", "cross", "left", "right", "full", "semi", "anti"]


def _nullable(columns: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    return tuple(a if a.nullable else a.copy(nullable=True) for a in columns)


@dataclass(frozen=True)
class Join(LogicalPlan):
    """A join. ``using`` and ``natural`` stand for themselves until analysis; ``lateral``: the right side sees the left's
    columns (as OuterReference)."""

    left: LogicalPlan
    right: LogicalPlan
    join_type: JoinType
    condition: Expression | None = None
    using: tuple[str, ...] = ()
    natural: bool = False
    lateral: bool = False
    hint: tuple[str | None, str | None] = (None, None)

    child_fields = ("left", "right")
    expression_fields = ("condition",)

    @cached_property
    def resolved(self) -> bool:
        return not self.using and not self.natural and super().resolved

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        left, right = self.left.output, self.right.output
        if self.join_type in ("semi", "anti"):
            return left
        if self.join_type in ("right", "full"):
            left = _nullable(left)
        if self.join_type in ("left", "full"):
            right = _nullable(right)
        return left + right


@dataclass(frozen=True)
class AsOfJoin(LogicalPlan):
    """The nearest row of the right side for each row of the left (pandas-on-Spark's merge_asof)."""

    left: LogicalPlan
    right: LogicalPlan
    left_as_of: Expression
    right_as_of: Expression
    condition: Expression | None
    join_type: JoinType
    tolerance: Expression | None
    allow_exact: bool
    direction: str

    child_fields = ("left", "right")
    expression_fields = ("left_as_of", "right_as_of", "condition", "tolerance")

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        right = self.right.output
        return self.left.output + (_nullable(right) if self.join_type == "left" else right)


@dataclass(frozen=True)
class Union(LogicalPlan):
    """UNION ALL. The columns are those of the first input by name, of types common to all (``columns``, set by analysis)."""

    inputs: tuple[LogicalPlan, ...]
    by_name: bool = False
    allow_missing: bool = False
    columns: tuple[Attribute, ...] = ()

    child_fields = ("inputs",)

    @cached_property
    def resolved(self) -> bool:
        return bool(self.columns or not self.inputs[0].resolved or not self.inputs[0].output) and super().resolved

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.columns


@dataclass(frozen=True)
class SetOperation(LogicalPlan):
    """INTERSECT or EXCEPT, of distinct rows or of all. ``columns`` are set by analysis."""

    kind: OneOf["intersect", "except"]
    all: bool
    left: LogicalPlan
    right: LogicalPlan
    columns: tuple[Attribute, ...] = ()

    child_fields = ("left", "right")

    @cached_property
    def resolved(self) -> bool:
        return bool(self.columns) and super().resolved

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.columns


@dataclass(frozen=True)
class CoGroup(LogicalPlan):
    """A Python function on the two groups of each key: cogroup().applyInPandas / applyInArrow."""

    function: Callable[..., Any]
    kind: int
    left_grouping: tuple[Expression, ...]
    right_grouping: tuple[Expression, ...]
    columns: tuple[Attribute, ...]
    left: LogicalPlan
    right: LogicalPlan

    child_fields = ("left", "right")
    expression_fields = ("left_grouping", "right_grouping")

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.columns


@dataclass(frozen=True)
class CteDefinition:
    """``name(columns) AS (plan)``. ``max_depth`` is MAX RECURSION LEVEL."""

    name: str
    plan: Any
    columns: tuple[str, ...] = ()
    max_depth: int | None = None


@dataclass(frozen=True)
class UnresolvedWith(LogicalPlan):
    """WITH before analysis; each definition sees the ones before it, and itself if ``recursive``."""

    definitions: tuple[CteDefinition, ...]
    child: LogicalPlan
    recursive: bool = False

    child_fields = ("child",)

    @cached_property
    def resolved(self) -> bool:
        return False


@dataclass(frozen=True)
class RecursiveCte(LogicalPlan):
    """``anchor UNION [ALL] recursion``, repeated until a round makes no rows; `RecursiveReference` with the same id
    inside ``recursion`` is the round before."""

    name: str
    cte_id: int
    anchor: LogicalPlan
    recursion: LogicalPlan
    columns: tuple[Attribute, ...]
    distinct: bool = False
    max_depth: int | None = None

    child_fields = ("anchor", "recursion")

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.columns
