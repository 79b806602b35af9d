"""How leaves are read: slices of local tables, ranges, files, rows of RDDs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pyrdd.sql.arrow import rows_to_table
from pyrdd.sql.execution.border import inside_type, to_inside
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.physical.partitions import packed, slice_bounds
from pyrdd.sql.plan import FileScan, LocalRelation, OneRow, PythonSourceScan, Range, RddRelation, Relation
from pyrdd.sql.sources import format_named
from pyrdd.sql.sources.base import Options
from pyrdd.sql.types import StructType

Split = Callable[[], Iterator[pa.Table]]


def local_table(relation: LocalRelation) -> pa.Table:
    """The table of a local relation, for DuckDB."""
    return to_inside(relation.table, relation.columns)


def splits_of(relation: Relation, parallelism: int, together: bool, time_zone: str, local: bool) -> list[Split]:
    """One reader for each partition of a leaf."""
    match relation:
        case LocalRelation():
            table = local_table(relation)
            count = 1 if together else relation.num_slices or 1
            return [Given(table.slice(a, b - a)) for a, b in slice_bounds(table.num_rows, count)]
        case OneRow():
            return [Given(pa.table({"c0": pa.array([1], pa.int32())}))]
        case Range():
            count = 1 if together else relation.num_slices or parallelism
            return _range_splits(relation, count)
        case FileScan():
            groups = [list(relation.listing.files)] if together else packed(relation.listing.files, parallelism)
            return [FileReader(relation, tuple(group)) for group in groups or [[]]]
        case PythonSourceScan():
            splits: list[Split] = relation.source.splits()
            return splits
    raise AssertionError(f"{type(relation).__name__} has no splits")


@dataclass(frozen=True)
class Given:
    """A table that travels with its task."""

    table: pa.Table

    def __call__(self) -> Iterator[pa.Table]:
        yield self.table


@dataclass(frozen=True)
class RangeSlice:
    """A piece of `range`."""

    start: int
    step: int
    count: int

    def __call__(self) -> Iterator[pa.Table]:
        numbers = self.start + self.step * np.arange(self.count, dtype=np.int64)
        yield pa.table({"c0": numbers})


def _range_splits(relation: Range, count: int) -> list[Split]:
    length = max(0, -(-(relation.end - relation.start) // relation.step))
    return [
        RangeSlice(relation.start + a * relation.step, relation.step, b - a) for a, b in slice_bounds(length, count)
    ]


@dataclass(frozen=True)
class FileReader:
    """Files of one partition, with the values of their directories as further columns."""

    scan: FileScan
    files: tuple[Any, ...]

    def __call__(self) -> Iterator[pa.Table]:
        scan = self.scan
        reader = format_named(scan.format)
        options = Options(scan.options)
        for file in self.files:
            for batch in reader.read(file, scan.schema, options):
                table = pa.Table.from_batches([batch])
                yield self._with_partition_values(table, file)

    def _with_partition_values(self, table: pa.Table, file: Any) -> pa.Table:
        if not file.partition_values:
            return table
        columns = list(table.columns)
        extra = self.scan.columns[len(self.scan.schema.fields) :]
        for value, attribute in zip(file.partition_values, extra, strict=True):
            kind = inside_type(attribute.data_type)
            columns.append(pa.chunked_array([pa.array([value] * table.num_rows, kind)]))
        return pa.table(columns, names=[f"c{i}" for i in range(len(columns))])


@dataclass(frozen=True)
class RowsReader:
    """Rows of an RDD as Arrow tables."""

    schema: StructType
    columns: tuple[Attribute, ...]
    arrow: bool

    def __call__(self, index: int, rows: Iterator[Any]) -> Iterator[pa.Table]:
        if self.arrow:
            for table in rows:
                yield to_inside(table, self.columns)
        else:
            yield to_inside(rows_to_table(list(rows), self.schema), self.columns)


def rows_reader(relation: RddRelation) -> RowsReader:
    """The function that reads an RDD's partitions."""
    return RowsReader(relation.schema, relation.columns, relation.arrow)


def scan_text(relation: Any) -> str | None:
    """The DuckDB text of a file scan whose columns are called c0, c1, ...; None if files are read by Python."""
    if not isinstance(relation, FileScan) or relation.listing.partition_schema.fields or not relation.listing.files:
        return None
    reader = format_named(relation.format)
    text = reader.scan_sql(relation.listing.files, relation.schema, Options(relation.options))
    if text is None:
        return None
    names = ", ".join(f"c{i}" for i in range(len(relation.columns)))
    return f"(SELECT * FROM ({text}) AS scan({names}))"

