"""Leaves: where rows come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyrdd.sql.expressions import Attribute, Expression, new_id
from pyrdd.sql.plan.base import Leaf, LogicalPlan, UnresolvedPlan
from pyrdd.sql.types import LongType, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.rdd.facade import RDD


def attributes_of(schema: StructType) -> tuple[Attribute, ...]:
    """New columns for a schema."""
    return tuple(Attribute(f.name, f.dataType, f.nullable, new_id(), (), f.metadata or None) for f in schema.fields)


class Relation(Leaf):
    """A leaf with known columns. Identity, not content, makes two of them equal."""

    columns: tuple[Attribute, ...]

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.columns


@dataclass(frozen=True, eq=False)
class LocalRelation(Relation):
    """Rows that the driver holds, as an Arrow table (columns by position). ``num_slices``: into how many partitions
    Spark would cut them (None: as few as possible)."""

    columns: tuple[Attribute, ...]
    table: pa.Table
    num_slices: int | None = None


@dataclass(frozen=True, eq=False)
class OneRow(Relation):
    """One row without columns: what a SELECT without FROM reads."""

    columns: tuple[Attribute, ...] = ()


@dataclass(frozen=True, eq=False)
class Range(Relation):
    """``range(start, end, step, slices)``: one bigint column ``id``."""

    start: int
    end: int
    step: int
    num_slices: int | None
    columns: tuple[Attribute, ...]

    @staticmethod
    def of(start: int, end: int, step: int, num_slices: int | None) -> Range:
        """A new range with a column of its own."""
        return Range(start, end, step, num_slices, (Attribute("id", LongType(), False, new_id()),))


@dataclass(frozen=True, eq=False)
class RddRelation(Relation):
    """Rows of an RDD. ``arrow``: its records are Arrow tables in column order; else rows that match ``schema``."""

    columns: tuple[Attribute, ...]
    rdd: RDD[Any]
    schema: StructType
    arrow: bool = False


@dataclass(frozen=True, eq=False)
class FileScan(Relation):
    """Files of one format. ``columns`` are the data columns, then the partition columns of the directories.

    ``schema`` is that of the data columns (what the format reads).
    """

    columns: tuple[Attribute, ...]
    format: str
    schema: StructType
    listing: Any
    options: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None
    # the column `_metadata` (of the file that a row is from), which only those that name it get to see
    metadata: Attribute | None = None


@dataclass(frozen=True, eq=False)
class CachedRelation(Relation):
    """A plan whose result is stored: ``cache`` is the entry of the session's cache manager, ``plan`` what it holds."""

    columns: tuple[Attribute, ...]
    plan: LogicalPlan
    cache: Any


@dataclass(frozen=True, eq=False)
class PythonSourceScan(Relation):
    """A table of a user's Python data source (``pyrdd.sql.datasource``)."""

    columns: tuple[Attribute, ...]
    source: Any
    schema: StructType


@dataclass(frozen=True, eq=False)
class RecursiveReference(Relation):
    """Inside a recursive common table expression: the rows of the round before."""

    columns: tuple[Attribute, ...]
    name: str
    cte_id: int


@dataclass(frozen=True, eq=False)
class CteReference(Relation):
    """A use of a common table expression that is defined by the `WithCte` above. ``columns`` are new for each use;
    ``plan`` is the definition's plan."""

    columns: tuple[Attribute, ...]
    name: str
    cte_id: int
    plan: LogicalPlan


# --- before analysis -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnresolvedRelation(UnresolvedPlan):
    """A table or view by name, or a file by ``format.`path```."""

    parts: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RelationByExpression(UnresolvedPlan):
    """``FROM IDENTIFIER(text)``: a relation whose name is the value of a constant expression."""

    text: Expression

    expression_fields = ("text",)


@dataclass(frozen=True)
class UnresolvedInlineTable(UnresolvedPlan):
    """``VALUES (1, 'a'), (2, 'b')``; columns are ``col1, col2, ...`` unless ``names`` are given."""

    rows: tuple[tuple[Expression, ...], ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnresolvedTableFunction(UnresolvedPlan):
    """A table-valued function in FROM: ``range(10)``, ``explode(...)``, a UDTF. ``args`` may hold plans (`TableArgument`)."""

    name: tuple[str, ...]
    args: tuple[Any, ...]
    column_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableArgument:
    """``TABLE(query) [PARTITION BY ...] [ORDER BY ...] [WITH SINGLE PARTITION]`` as the argument of a UDTF."""

    plan: Any
    partition: tuple[Expression, ...] = ()
    order: tuple[Expression, ...] = ()
    single_partition: bool = False
