"""Operators with one input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from typing import Literal as OneOf

from pyrdd.sql.expressions import Alias, Attribute, Expression, GeneratorCall, SortOrder, to_attribute
from pyrdd.sql.plan.base import LogicalPlan, Unary


@dataclass(frozen=True)
class Project(Unary):
    """SELECT: named expressions (`Alias` or `Attribute` after analysis) for each row.

    ``hidden`` are columns of the child that are not passed on but may be named above (both sides of a USING join).
    """

    projections: tuple[Expression, ...]
    child: LogicalPlan
    hidden: tuple[Attribute, ...] = ()

    expression_fields = ("projections",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return tuple(to_attribute(e) for e in self.projections)

    @cached_property
    def resolved(self) -> bool:
        # a constant knows its type, but not the name of its column
        return all(isinstance(e, Alias | Attribute) for e in self.projections) and super().resolved


@dataclass(frozen=True)
class Filter(Unary):
    """WHERE: the rows for which the condition is true. ``having`` marks that of a HAVING before analysis."""

    condition: Expression
    child: LogicalPlan
    having: bool = False

    expression_fields = ("condition",)


@dataclass(frozen=True)
class GroupingSets:
    """How GROUP BY expands: ``sets`` are tuples of positions in the grouping list."""

    kind: OneOf["cube", "rollup", "sets"]
    sets: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Aggregate(Unary):
    """GROUP BY: one row for each group. ``aggregates`` are the output (named expressions over grouping and aggregates).

    ``grouping_sets`` is set for CUBE, ROLLUP and GROUPING SETS until analysis turns them into an `Expand`.
    ``group_by_all`` is GROUP BY ALL before analysis.
    """

    grouping: tuple[Expression, ...]
    aggregates: tuple[Expression, ...]
    child: LogicalPlan
    grouping_sets: GroupingSets | None = None
    group_by_all: bool = False

    expression_fields = ("grouping", "aggregates")

    @cached_property
    def resolved(self) -> bool:
        # a Python aggregate on known columns has a type, but neither a name nor its place among the aggregates yet
        return all(isinstance(e, Alias | Attribute) for e in self.aggregates) and super().resolved

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return tuple(to_attribute(e) for e in self.aggregates)


@dataclass(frozen=True)
class Expand(Unary):
    """Each row several times, once for each projection (grouping sets, unpivot). ``columns`` name the result.

    For grouping sets, ``keys`` are the grouping expressions and ``targets`` the columns that stand for them above.
    """

    projections: tuple[tuple[Expression, ...], ...]
    columns: tuple[Attribute, ...]
    child: LogicalPlan
    keys: tuple[Expression, ...] = ()
    targets: tuple[Attribute, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(e for row in self.projections for e in row)

    def map_expressions(self, function: Callable[[Any], Any]) -> Expand:
        new = tuple(tuple([function(e) for e in row]) for row in self.projections)
        same = all(a is b for r, s in zip(new, self.projections, strict=True) for a, b in zip(r, s, strict=True))
        return self if same else self.copy(projections=new)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.columns


@dataclass(frozen=True)
class Window(Unary):
    """The child's columns and one for each window expression (``Alias(WindowExpression)``), all over one window."""

    windows: tuple[Expression, ...]
    child: LogicalPlan

    expression_fields = ("windows",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return (*self.child.output, *(to_attribute(e) for e in self.windows))


@dataclass(frozen=True)
class Generate(Unary):
    """LATERAL VIEW, or a generator in a select list: the child's columns and those of the rows that a generator makes.

    ``outer`` keeps rows for which it makes none. ``columns`` are empty before analysis, ``names`` the wished names.
    """

    generator: Expression
    child: LogicalPlan
    outer: bool = False
    columns: tuple[Attribute, ...] = ()
    names: tuple[str, ...] = ()
    qualifier: tuple[str, ...] = ()

    expression_fields = ("generator",)

    @cached_property
    def resolved(self) -> bool:
        return bool(self.columns) and isinstance(self.generator, GeneratorCall) and super().resolved

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return (*self.child.output, *self.columns)


@dataclass(frozen=True)
class Sort(Unary):
    """ORDER BY (``is_global``), or SORT BY (within each partition)."""

    order: tuple[SortOrder, ...]
    is_global: bool
    child: LogicalPlan

    expression_fields = ("order",)


@dataclass(frozen=True)
class Limit(Unary):
    """The first n rows."""

    limit: Expression
    child: LogicalPlan

    expression_fields = ("limit",)


@dataclass(frozen=True)
class Offset(Unary):
    """All but the first n rows."""

    offset: Expression
    child: LogicalPlan

    expression_fields = ("offset",)


@dataclass(frozen=True)
class Tail(Unary):
    """The last n rows."""

    limit: Expression
    child: LogicalPlan

    expression_fields = ("limit",)


@dataclass(frozen=True)
class Distinct(Unary):
    """Each different row once."""

    child: LogicalPlan


@dataclass(frozen=True)
class Deduplicate(Unary):
    """One row for each value of the keys (the first one)."""

    keys: tuple[Expression, ...]
    child: LogicalPlan

    expression_fields = ("keys",)


@dataclass(frozen=True)
class Sample(Unary):
    """Rows chosen at random as Spark chooses them: Bernoulli between two bounds, or Poisson with replacement."""

    lower: float
    upper: float
    with_replacement: bool
    seed: int
    child: LogicalPlan


@dataclass(frozen=True)
class Repartition(Unary):
    """`repartition` (``shuffle``) and `coalesce` to a number of partitions."""

    num_partitions: int
    shuffle: bool
    child: LogicalPlan


@dataclass(frozen=True)
class RepartitionBy(Unary):
    """`repartition` by expressions, or `repartitionByRange` (then they are sort orders); None: the default number."""

    partitioning: tuple[Expression, ...]
    num_partitions: int | None
    child: LogicalPlan

    expression_fields = ("partitioning",)


@dataclass(frozen=True)
class SubqueryAlias(Unary):
    """``(query) AS name``: the child's columns under a new qualifier. Gone after optimisation."""

    name: tuple[str, ...]
    child: LogicalPlan

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return tuple(a.copy(qualifier=self.name) for a in self.child.output)


@dataclass(frozen=True)
class ColumnAliases(Unary):
    """``(query) AS t(a, b)`` before analysis."""

    names: tuple[str, ...]
    child: LogicalPlan

    @cached_property
    def resolved(self) -> bool:
        return False


@dataclass(frozen=True)
class Hint(Unary):
    """``/*+ BROADCAST(t) */`` and `DataFrame.hint`, before analysis."""

    name: str
    args: tuple[Any, ...]
    child: LogicalPlan

    @cached_property
    def resolved(self) -> bool:
        return False


@dataclass(frozen=True)
class JoinHint(Unary):
    """How a side of a join is to be joined: ``broadcast``, ``merge``, ``shuffle_hash`` or ``shuffle_replicate_nl``."""

    strategy: str
    child: LogicalPlan


@dataclass(frozen=True)
class Observe(Unary):
    """`DataFrame.observe`: aggregates computed on the side while the rows pass through."""

    name: str
    metrics: tuple[Expression, ...]
    child: LogicalPlan
    observation: Any = None

    expression_fields = ("metrics",)


@dataclass(frozen=True)
class Pivot(Unary):
    """PIVOT before analysis. ``grouping`` is None in SQL (all columns that are not used)."""

    grouping: tuple[Expression, ...] | None
    column: Expression
    values: tuple[Expression, ...]
    aggregates: tuple[Expression, ...]
    child: LogicalPlan

    expression_fields = ("column", "values", "aggregates")

    @cached_property
    def resolved(self) -> bool:
        return False


@dataclass(frozen=True)
class Unpivot(Unary):
    """UNPIVOT before analysis. ``ids`` or ``values`` of None mean: all the other columns.

    ``values`` are groups of columns, each with an alias or None.
    """

    ids: tuple[Expression, ...] | None
    values: tuple[tuple[tuple[Expression, ...], str | None], ...] | None
    variable_name: str
    value_names: tuple[str, ...]
    include_nulls: bool
    child: LogicalPlan

    @cached_property
    def resolved(self) -> bool:
        return False


@dataclass(frozen=True)
class NamedWindows(Unary):
    """The WINDOW clause before analysis."""

    windows: tuple[tuple[str, Expression], ...]
    child: LogicalPlan

    @cached_property
    def resolved(self) -> bool:
        return False


@dataclass(frozen=True)
class ToSchema(Unary):
    """`DataFrame.to`: the child's columns brought to a schema by name, before analysis."""

    schema: Any
    child: LogicalPlan

    @cached_property
    def resolved(self) -> bool:
        return False


@dataclass(frozen=True)
class MapBatches(Unary):
    """A Python function on iterators of batches: mapInPandas, mapInArrow."""

    function: Callable[..., Any]
    kind: int
    columns: tuple[Attribute, ...]
    child: LogicalPlan
    barrier: bool = False

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.columns


@dataclass(frozen=True)
class MapGroups(Unary):
    """A Python function on each group: applyInPandas, applyInArrow, a table UDTF. ``grouping`` are named expressions."""

    function: Callable[..., Any]
    kind: int
    grouping: tuple[Expression, ...]
    columns: tuple[Attribute, ...]
    child: LogicalPlan
    order: tuple[SortOrder, ...] = ()

    expression_fields = ("grouping", "order")

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.columns


@dataclass(frozen=True)
class EvaluatePython(Unary):
    """The child's columns and one for each Python UDF (``Alias(PythonUDF)``). Made by planning from UDFs in expressions."""

    udfs: tuple[Expression, ...]
    child: LogicalPlan

    expression_fields = ("udfs",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return (*self.child.output, *(to_attribute(e) for e in self.udfs))


@dataclass(frozen=True)
class GenerateTable(Unary):
    """The rows that a Python UDTF makes for each row of the child (lateral join), with the child's columns before."""

    udtf: Any
    args: tuple[Expression, ...]
    columns: tuple[Attribute, ...]
    child: LogicalPlan
    outer: bool = False

    expression_fields = ("args",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return (*self.child.output, *self.columns)
