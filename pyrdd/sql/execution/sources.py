"""How leaves are read: slices of local tables, ranges, files, rows of RDDs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pyrdd.sql.arrow import array_of, rows_to_table
from pyrdd.sql.execution.border import to_inside
from pyrdd.sql.execution.file_scans import Given, Split, file_splits, scan_text
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.physical.partitions import slice_bounds
from pyrdd.sql.plan import FileScan, LocalRelation, OneRow, PythonSourceScan, Range, RddRelation, Relation
from pyrdd.sql.types import StructType


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
            return [Given(pa.table({"c0": array_of([1], pa.int32())}))]
        case Range():
            count = 1 if together else relation.num_slices or parallelism
            return _range_splits(relation, count)
        case FileScan():
            return file_splits(relation, parallelism, together)
        case PythonSourceScan():
            splits: list[Split] = relation.source.splits()
            return splits
    raise AssertionError(f"{type(relation).__name__} has no splits")


@dataclass(frozen=True)
class RangeSlice:
    """A piece of `range`."""

    start: int
    step: int
    count: int

    def __call__(self) -> Iterator[pa.Table]:
        numbers = self.start + self.step * np.arange(self.count, dtype=np.int64)
        # from the buffer: `pyarrow.array` would load pandas, to know its values
        yield pa.table({"c0": pa.Array.from_buffers(pa.int64(), self.count, [None, pa.py_buffer(numbers)])})


def _range_splits(relation: Range, count: int) -> list[Split]:
    length = max(0, -(-(relation.end - relation.start) // relation.step))
    return [
        RangeSlice(relation.start + a * relation.step, relation.step, b - a) for a, b in slice_bounds(length, count)
    ]


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


__all__ = ["local_table", "rows_reader", "scan_text", "splits_of"]
