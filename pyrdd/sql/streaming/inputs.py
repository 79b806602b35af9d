"""The rows of a batch, read once. They are kept as an Arrow table of the driver, which all operators of the batch read;
files that are large are read by the operators themselves, as in any other query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.arrow import to_arrow_schema
from pyrdd.sql.execution.query import QueryExecution, schema_of
from pyrdd.sql.expressions import Alias, Attribute, Cast, Expression, new_id
from pyrdd.sql.plan import Aggregate, FileScan, LocalRelation, LogicalPlan, Project
from pyrdd.sql.plan.streaming import StreamingRelation
from pyrdd.sql.types import DoubleType, TimestampType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.streaming.incremental import Batch
    from pyrdd.sql.streaming.sources.base import StreamSource

LARGE_BYTES = 128 << 20
ROWS_OF_A_PARTITION = 10_000


def rows_between(
    batch: Batch, relation: StreamingRelation, source: StreamSource, start: str | None, end: str | None
) -> tuple[LogicalPlan, int]:
    """The rows of a source between two offsets, and how many there are. Runs a job."""
    if end is None or end == start:
        return empty(relation.columns), 0
    plan = source.rows(start, end)
    if isinstance(plan, FileScan) and sum(file.size for file in plan.listing.files) > LARGE_BYTES:
        return plan, QueryExecution(batch.session, plan).count()
    made = materialised(batch.session, plan)
    return made, made.table.num_rows


def materialised(session: SparkSession, plan: LogicalPlan) -> LocalRelation:
    """A plan's rows in the driver, under the same columns. Runs a job."""
    execution = QueryExecution(session, plan)
    return local(session, execution.analyzed.output, execution.to_table())


def local(session: SparkSession, columns: Sequence[Attribute], table: pa.Table) -> LocalRelation:
    """Rows of the driver as a relation; in several partitions if there are many."""
    parts = session._sc.defaultParallelism if table.num_rows > ROWS_OF_A_PARTITION else None
    return LocalRelation(tuple(columns), table, parts)


def empty(columns: Sequence[Attribute]) -> LocalRelation:
    """No rows."""
    return LocalRelation(tuple(columns), empty_table(columns))


def empty_table(columns: Sequence[Attribute]) -> pa.Table:
    """A table without rows for some columns."""
    kinds = [f.type for f in to_arrow_schema(schema_of(LocalRelation(tuple(columns), None)))]
    return pa.table([pa.array([], kind) for kind in kinds], names=[f"c{i}" for i in range(len(kinds))])


def as_columns(plan: LogicalPlan, columns: Sequence[Attribute]) -> LogicalPlan:
    """A plan's columns, by name, as other ones."""
    by_name = {column.name.lower(): column for column in plan.output}
    given = [by_name[column.name.lower()] for column in columns]
    if isinstance(plan, LocalRelation) and len(given) == len(plan.columns):
        order = [plan.columns.index(column) for column in given]
        if order == list(range(len(order))):
            return plan.copy(columns=tuple(columns))
    aliases = [Alias(a, c.name, c.id, c.metadata) for a, c in zip(given, columns, strict=True)]
    return Project(tuple(aliases), plan)


def event_times(plan: LogicalPlan, column: Attribute, batch: Batch) -> tuple[int, int, int] | None:
    """The latest, earliest and mean event time of a plan's rows in milliseconds; None if there are none. Runs a job."""
    if isinstance(plan, LocalRelation) and not plan.table.num_rows:
        return None
    stamp: Expression = column
    if not isinstance(column.data_type, TimestampType):
        stamp = Cast(column, TimestampType())
    micros = make_call("unix_micros", stamp)
    calls = [make_call("max", micros), make_call("min", micros), make_call("avg", Cast(micros, DoubleType()))]
    outputs = tuple(Alias(call, f"c{i}", new_id()) for i, call in enumerate(calls))
    row = [column[0].as_py() for column in batch.table(Aggregate((), outputs, plan)).columns]
    if row[0] is None:
        return None
    return row[0] // 1000, row[1] // 1000, int(row[2]) // 1000
