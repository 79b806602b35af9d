"""The RDDs of a physical plan. Their records are Arrow tables: one for each partition, several for a large one.

SourceRDD        slices of a local table, ranges, files
QueryRDD         one DuckDB query for each partition of its parents
TablesRDD        a function over the tables: Python operators, the two sides of an exchange
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pyrdd.dependency import OneToOneDependency
from pyrdd.errors import QueryContext
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD
from pyrdd.sql.codegen.expressions import Kernel
from pyrdd.sql.execution import database
from pyrdd.sql.execution.border import empty, to_inside
from pyrdd.sql.execution.pieces import in_pieces, piece_bytes
from pyrdd.sql.execution.tables import Carried, TableRef
from pyrdd.sql.expressions import Attribute

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext

LANE = "vectorised"


def lane_over(parents: Sequence[BaseRDD]) -> str:
    """Where the stage of these narrow parents runs: Python code in one of them takes it to the Python workers, for in
    threads it would run one task at a time."""
    return "python" if any(parent.lane == "python" for parent in parents) else LANE


def one_table(tables: Iterator[pa.Table], columns: Sequence[Attribute]) -> pa.Table:
    """The tables of a partition as one, without copying; an empty one if there are none."""
    found = [to_inside(table, columns) for table in tables]
    if not found:
        return empty(columns)
    return found[0] if len(found) == 1 else pa.concat_tables(found)


def _input(records: Iterator[pa.Table | str], columns: Sequence[Attribute], nbytes: int) -> database.Input:
    """What a query reads of a partition: the text of a scan, or its rows. Those that are more than a piece, and do not lie in
    memory as one table anyway, are handed on piece by piece."""
    head = list(islice(records, 2))
    if len(head) < 2:
        return head[0] if head and isinstance(head[0], str) else one_table(iter(head), columns)
    pieces = in_pieces(chain(head, records), columns, nbytes)
    del head
    first = [next(pieces)]
    first += islice(pieces, 1)
    return first[0] if len(first) < 2 else chain(first, pieces)


class SourceRDD(BaseRDD):
    """Rows that come from outside: each split is a function that yields the partition's tables."""

    lane = LANE
    ships = ("columns", "as_text")

    def __init__(
        self,
        rdd_id: int,
        splits: Sequence[Callable[[], Iterator[pa.Table]]],
        columns: Sequence[Attribute],
        call_site: str = "",
        as_text: bool = False,
    ) -> None:
        super().__init__(rdd_id, call_site=call_site)
        self.splits, self.columns, self.as_text = splits, tuple(columns), as_text
        self._num_partitions = len(splits)

    def split(self, index: int) -> Any:
        return self.splits[index]

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[pa.Table | str]:
        # only a query that reads this in the same task asks for text: filters and projections then reach the files
        text = partition.split.text() if self.as_text else None
        if text is not None:
            yield text
            return
        some = False
        for table in partition.split():
            some = True
            task.metrics.records_read += table.num_rows
            yield to_inside(table, self.columns)
        if not some:
            yield empty(self.columns)


class QueryRDD(BaseRDD):
    """A stage's query. ``feeds`` say where each ``inputN`` comes from: a table, or the n-th parent (its columns with it).
    ``origins`` are what its errors may name, ``scanned`` the bytes that the text itself reads."""

    ships = ("text", "feeds", "kernels", "settings", "origins", "scanned")

    def __init__(
        self,
        rdd_id: int,
        parents: Sequence[BaseRDD],
        text: str,
        feeds: Sequence[TableRef | Carried | tuple[int, tuple[Attribute, ...]]],
        kernels: Sequence[Kernel],
        settings: Mapping[str, str],
        call_site: str = "",
        origins: Sequence[QueryContext] = (),
        scanned: int = 0,
    ) -> None:
        super().__init__(rdd_id, [OneToOneDependency(p) for p in parents], call_site=call_site)
        self.lane = lane_over(parents)
        self.text, self.feeds, self.kernels, self.settings = text, feeds, kernels, settings
        self.origins, self.scanned = tuple(origins), scanned

    def _count_partitions(self) -> int:
        return self.dependencies[0].rdd.num_partitions if self.dependencies else 1

    def compute(self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext) -> Iterator[pa.Table]:
        nbytes = piece_bytes(self.settings)
        database.configure(task, int(self.settings.get("threads", "1")))
        tables = [
            _input(inputs[feed[0]], feed[1], nbytes) if isinstance(feed, tuple) else feed.table for feed in self.feeds
        ]
        return database.stream(
            self.text, tables, self.kernels, self.settings, partition.index, self.origins, nbytes, self.scanned
        )


class TablesRDD(BaseRDD):
    """Tables of a partition through a function of (partition index, tables): Python operators, renaming, buckets. It runs
    where its parents do, unless a ``lane`` is given."""

    ships = ("function",)

    def __init__(
        self,
        rdd_id: int,
        parents: Sequence[BaseRDD],
        function: Callable[..., Iterator[Any]],
        call_site: str = "",
        lane: str | None = None,
    ) -> None:
        super().__init__(rdd_id, [OneToOneDependency(p) for p in parents], call_site=call_site)
        self.function = function
        self.lane = lane or lane_over(parents)

    def compute(self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext) -> Iterator[Any]:
        return self.function(partition.index, *inputs)
