"""Physical plans: stages of DuckDB queries and Python operators, and the exchanges between them.

ExchangeExec(hash(k), 8)          a shuffle: a stage boundary of the scheduler
+- QueryExec(Filter(Project))     one query text, run for each partition in one task
   +- SourceExec(FileScan)        where partitions begin
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyrdd.sql.expressions import Attribute, Expression, SortOrder, TreeNode
from pyrdd.sql.plan import LogicalPlan, Relation


@dataclass(frozen=True)
class Distribution:
    """How rows are spread over partitions. ``kind``: ``single`` (all in one), ``hash`` of keys, ``range`` by an order,
    ``round_robin``, ``broadcast`` (all rows to every task), ``unknown``."""

    kind: str
    num_partitions: int = 1
    keys: tuple[Expression, ...] = ()
    order: tuple[SortOrder, ...] = ()

    def satisfies(self, wanted: Distribution) -> bool:
        """Whether rows spread like this need no exchange for what is wanted."""
        if self.kind == "single" or (self.kind != "broadcast" and self.num_partitions == 1):
            return wanted.kind in ("single", "hash", "range")
        if wanted.kind == "hash":
            # rows that agree on all wanted keys agree on any of them
            return self.kind == "hash" and bool(self.keys) and set(self.keys) <= set(wanted.keys)
        return self == wanted


SINGLE = Distribution("single")


class PhysicalPlan(TreeNode):
    """The base of physical operators: which columns come out, spread how."""

    output: tuple[Attribute, ...]
    distribution: Distribution


@dataclass(frozen=True, eq=False)
class SourceExec(PhysicalPlan):
    """A leaf: rows of a relation, in the partitions that it has by itself (or in one, if ``together``)."""

    relation: Relation
    distribution: Distribution
    together: bool = False

    @cached_property
    def output(self) -> tuple[Attribute, ...]:  # type: ignore[override]
        return self.relation.output


@dataclass(frozen=True, eq=False)
class QueryExec(PhysicalPlan):
    """Operators that one DuckDB query computes. The leaves of ``plan`` that are `StageInput` are ``inputs``, in order."""

    plan: LogicalPlan
    inputs: tuple[PhysicalPlan, ...]
    distribution: Distribution

    child_fields = ("inputs",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:  # type: ignore[override]
        return self.plan.output


@dataclass(frozen=True, eq=False)
class ExchangeExec(PhysicalPlan):
    """Rows brought to another distribution. ``broadcast`` and ``single`` collect them, the others shuffle. ``fixed``: the
    number of partitions is the user's wish."""

    child: PhysicalPlan
    distribution: Distribution
    fixed: bool = False
    child_fields = ("child",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:  # type: ignore[override]
        return self.child.output


@dataclass(frozen=True, eq=False)
class PythonExec(PhysicalPlan):
    """A logical operator that runs Python in the task, on the Arrow tables of its inputs (`execution.python`)."""

    operator: LogicalPlan
    inputs: tuple[PhysicalPlan, ...]
    distribution: Distribution

    child_fields = ("inputs",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:  # type: ignore[override]
        return self.operator.output


@dataclass(frozen=True, eq=False)
class CoalesceExec(PhysicalPlan):
    """Fewer partitions without a shuffle."""

    child: PhysicalPlan
    distribution: Distribution
    child_fields = ("child",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:  # type: ignore[override]
        return self.child.output


@dataclass(frozen=True, eq=False)
class UnionExec(PhysicalPlan):
    """The partitions of several inputs one after the other, columns renamed by position."""

    inputs: tuple[PhysicalPlan, ...]
    columns: tuple[Attribute, ...]
    distribution: Distribution

    child_fields = ("inputs",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:  # type: ignore[override]
        return self.columns


@dataclass(frozen=True, eq=False)
class StageInput(Relation):
    """In the plan of a query: the rows that another physical operator hands over."""

    columns: tuple[Attribute, ...]
    source: Any
