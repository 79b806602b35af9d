"""What a columnar exchange sends and receives: each table cut into buckets, one for each reduce partition.

The bucket of a row is DuckDB's hash of its keys (for a range: how many bounds are below it), computed by one query for a
whole table; a stable sort by bucket and slices then make what goes to each (0.10 s for 1.5M rows of six columns and
16 buckets; one query for each bucket took 0.87 s). A large partition is cut piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pyrdd.sql.codegen.expressions import Writer, column
from pyrdd.sql.codegen.ordering import comparable
from pyrdd.sql.execution import database
from pyrdd.sql.execution.pieces import in_pieces, piece_bytes
from pyrdd.sql.expressions import Attribute, Call, SortOrder
from pyrdd.sql.physical.nodes import Distribution

SAMPLE_ROWS = 2000
DIRECT = "direct_shuffle_partition_id"
"""The function whose value is the number of a partition."""


def bucket_function(
    wanted: Distribution, columns: Sequence[Attribute], bounds: pa.Table | None, settings: Mapping[str, str]
) -> Callable[..., Iterator[tuple[int, bytes]]]:
    """The map side of an exchange: (partition, tables) -> (bucket, packed table) pairs."""
    if wanted.num_partitions == 1:
        return OneBucket()
    if wanted.kind == "round_robin":
        return RoundRobin(wanted.num_partitions, tuple(columns), dict(settings))
    writer = Writer(None, settings["TimeZone"])
    names = ", ".join(f"c{i} AS {column(c)}" for i, c in enumerate(columns))
    source = f"(SELECT {names} FROM input0)"
    if wanted.kind == "range":
        keys = ", ".join(writer.text(o.child) for o in wanted.order)
        text = _range_text(source, keys, wanted.order)
        return ByQuery(
            text, tuple(columns), wanted.num_partitions, dict(settings), bounds, tuple(writer.kernels.values())
        )
    key = wanted.keys[0]
    if isinstance(key, Call) and key.function.name == DIRECT:
        n = wanted.num_partitions
        bucket = f"coalesce(({writer.text(key)} % {n} + {n}) % {n}, 0)"
    else:
        bucket = f"hash({', '.join(writer.texts(wanted.keys))}) % {wanted.num_partitions}"
    text = f"SELECT CAST({bucket} AS INTEGER) AS bucket FROM {source}"
    return ByQuery(text, tuple(columns), wanted.num_partitions, dict(settings), None, tuple(writer.kernels.values()))


def _direction(name: str, order: SortOrder) -> str:
    way, nulls = "ASC" if order.ascending else "DESC", "FIRST" if order.nulls_first else "LAST"
    return f"{comparable(name, order.child.data_type)} {way} NULLS {nulls}"


def _range_text(source: str, keys: str, order: Sequence[SortOrder]) -> str:
    """Rows and bounds sorted together: a row's bucket is the number of bounds before it."""
    names = ", ".join(f"k{i}" for i in range(len(order)))
    by = ", ".join(_direction(f"k{i}", o) for i, o in enumerate(order))
    rows = f"SELECT {keys} FROM {source}"
    return (
        f"WITH rows({names}) AS ({rows}), "
        f"numbered AS (SELECT {names}, row_number() OVER () AS n, 0 AS bound FROM rows), "
        f"cuts({names}) AS (SELECT * FROM input1), "
        f"everything AS (SELECT * FROM numbered UNION ALL SELECT {names}, 0, 1 FROM cuts) "
        f"SELECT bucket FROM (SELECT n, CAST(sum(bound) OVER (ORDER BY {by}, bound "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS INTEGER) AS bucket, bound FROM everything) "
        f"WHERE bound = 0 ORDER BY n"
    )


@dataclass(frozen=True)
class OneBucket:
    """Everything goes to the only partition."""

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[tuple[int, bytes]]:
        return ((0, packed(table)) for table in tables if table.num_rows)


@dataclass(frozen=True)
class RoundRobin:
    """Rows dealt out in turn, each partition beginning elsewhere."""

    num_partitions: int
    columns: tuple[Attribute, ...]
    settings: dict[str, str]

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[tuple[int, bytes]]:
        turn = index
        for table in in_pieces(tables, self.columns, piece_bytes(self.settings)):
            buckets = (np.arange(table.num_rows) + turn) % self.num_partitions
            turn += table.num_rows
            parts = packed_buckets(table, buckets, self.num_partitions)
            del table  # it is let go as soon as its rows are in order
            yield from parts


@dataclass(frozen=True)
class ByQuery:
    """Rows whose bucket a query computes."""

    text: str
    columns: tuple[Attribute, ...]
    num_partitions: int
    settings: dict[str, str]
    bounds: pa.Table | None
    kernels: tuple[Any, ...]

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[tuple[int, bytes]]:
        for table in in_pieces(tables, self.columns, piece_bytes(self.settings)):
            if table.num_rows:
                parts = packed_buckets(table, self._buckets(table, index), self.num_partitions)
                del table  # it is let go as soon as its rows are in order
                yield from parts

    def _buckets(self, table: pa.Table, index: int) -> Any:
        inputs = [table] if self.bounds is None else [table, self.bounds]
        return database.run(self.text, inputs, self.kernels, self.settings, index).column(0).to_numpy()


def packed_buckets(table: pa.Table, buckets: Any, count: int) -> Iterator[tuple[int, bytes]]:
    """The rows of each bucket that has any, in their order."""
    order = np.argsort(buckets, kind="stable")
    ordered = table.take(pa.array(order)).combine_chunks()
    del table
    ends = np.searchsorted(buckets[order], np.arange(count), side="right")
    start = 0
    for bucket, end in enumerate(ends.tolist()):
        if end > start:
            yield bucket, packed(ordered.slice(start, end - start))
        start = end


def packed(table: pa.Table) -> bytes:
    """A table as one stretch of bytes, those of its own rows: of a slice, pickling would send all that it is cut from."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def unpacked(data: bytes) -> pa.Table:
    """What `packed` packed, without copying."""
    return pa.ipc.open_stream(data).read_all()


@dataclass(frozen=True)
class Received:
    """The reduce side: the tables of a bucket, map partition by map partition."""

    columns: tuple[Attribute, ...]
    settings: Mapping[str, str]

    def __call__(self, index: int, pairs: Iterator[tuple[int, bytes]]) -> Iterator[pa.Table]:
        return in_pieces((unpacked(part) for _, part in pairs), self.columns, piece_bytes(self.settings))


@dataclass(frozen=True)
class KeySample:
    """What is looked at of each piece before a range exchange: some sort keys, spread evenly over its rows, and their
    number; all rows if they have ``few`` bytes."""

    wanted: Distribution
    columns: tuple[Attribute, ...]
    settings: Mapping[str, str]
    few: int = 0

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, int, pa.Table | None]]:
        for table in in_pieces(tables, self.columns, piece_bytes(self.settings)):
            yield self._keys(table, index), table.num_rows, self._whole(table)

    def _keys(self, table: pa.Table, index: int) -> pa.Table:
        writer = Writer(None, self.settings["TimeZone"])
        names = ", ".join(f"c{i} AS {column(c)}" for i, c in enumerate(self.columns))
        keys = ", ".join(f"{writer.text(o.child)} AS k{i}" for i, o in enumerate(self.wanted.order))
        step = max(1, table.num_rows // SAMPLE_ROWS)
        text = (
            f"SELECT * EXCLUDE (n) FROM (SELECT {keys}, row_number() OVER () AS n FROM (SELECT {names} FROM input0))"
            f" WHERE n % {step} = 0"
        )
        return database.run(text, [table], tuple(writer.kernels.values()), self.settings, index)

    def _whole(self, table: pa.Table) -> pa.Table | None:
        return unpacked(packed(table)) if self.few and table.nbytes <= self.few else None


class Sample:
    """What `KeySample` found in all pieces."""

    def __init__(self, found: Sequence[Sequence[tuple[pa.Table, int, pa.Table | None]]]) -> None:
        parts = [part for parts in found for part in parts]
        self.keys = [keys for keys, _, _ in parts]
        self.rows = [rows for _, rows, _ in parts]
        tables = [whole for _, _, whole in parts if whole is not None]
        self.whole = pa.concat_tables(tables) if parts and len(tables) == len(parts) else None
        """All rows, if they are few."""

    def bounds(self, wanted: Distribution, settings: Mapping[str, str]) -> pa.Table:
        """The keys at which a range exchange cuts, no two of them the same: those at which the first i/n of the rows
        end, as Spark's RangePartitioner has it. A key of a large partition stands for more rows than one of a small
        one."""
        if not self.keys:
            return pa.table({"c0": pa.array([], pa.int32())})
        weighted = [
            keys.append_column("weight", pa.repeat(pa.scalar(rows / max(1, keys.num_rows)), keys.num_rows))
            for keys, rows in zip(self.keys, self.rows, strict=True)
        ]
        count = len(wanted.order)
        names = ", ".join(f"c{i}" for i in range(count))
        by = ", ".join(_direction(f"c{i}", o) for i, o in enumerate(wanted.order))
        text = f"SELECT {names}, sum(c{count}) AS weight FROM input0 GROUP BY {names} ORDER BY {by}"
        ordered = database.run(text, [pa.concat_tables(weighted)], (), settings)
        ends = np.cumsum(ordered.column(count).to_numpy())
        if not len(ends):
            return ordered.drop_columns("weight")
        n = wanted.num_partitions
        # what the keys weigh together is no whole number
        wishes = [ends[-1] * i / n * (1 - 1e-9) for i in range(1, n)]
        positions = sorted({int(p) for p in np.searchsorted(ends, wishes)} - {len(ends) - 1})
        return ordered.drop_columns("weight").take(pa.array(positions, pa.int64()))
