"""ParallelCollectionRDD: records that came from the driver program (``sc.parallelize``), sliced as Spark slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD
from pyrdd.serializers.records import load_batches
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext


@frozen
class InlineSlice:
    """A slice small enough to travel with its task: frames of pickled batches."""

    frames: Sequence[bytes]
    records: int = 0

    def read(self) -> Iterator[Any]:
        """The records."""
        return load_batches(self.frames)


@frozen
class FileSlice:
    """A slice that waits in a file of the application's directory, which every local executor can read."""

    path: str
    offset: int
    lengths: Sequence[int]
    records: int = 0

    def read(self) -> Iterator[Any]:
        """The records, one batch in memory at a time."""
        return load_batches(self._frames())

    def _frames(self) -> Iterator[bytes]:
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            for length in self.lengths:
                yield file.read(length)


class ParallelCollectionRDD(BaseRDD):
    """Pickled slices; the objects of the program are never shared with a task."""

    def __init__(self, rdd_id: int, slices: Sequence[InlineSlice | FileSlice], call_site: str = "") -> None:
        super().__init__(rdd_id, call_site=call_site)
        self.slices = slices
        self._num_partitions = len(slices)

    def split(self, index: int) -> InlineSlice | FileSlice:
        return self.slices[index]

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        slice_: InlineSlice | FileSlice = partition.split
        task.metrics.records_read += slice_.records
        return slice_.read()


def slice_bounds(size: int, num_slices: int, batch_size: int) -> list[tuple[int, int]]:
    """Where Spark cuts ``size`` records into ``num_slices``: PySpark batches them first, and Spark slices the batches.

    ``batch_size`` 0 lets PySpark choose, as its default does.

    >>> slice_bounds(5, 5, 0)
    [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    >>> slice_bounds(3, 2, 0)
    [(0, 1), (1, 3)]
    """
    batch = max(1, min(size // num_slices, batch_size or 1024)) if batch_size >= 0 else max(size, 1)
    batches = -(-size // batch)
    cuts = [min(i * batches // num_slices * batch, size) for i in range(num_slices + 1)]
    return list(pairwise(cuts))


class EmptyRDD(BaseRDD):
    """No partitions, no records."""

    def __init__(self, rdd_id: int, call_site: str = "") -> None:
        super().__init__(rdd_id, call_site=call_site)
        self._num_partitions = 0


def range_slices(numbers: range, num_slices: int) -> list[range]:
    """Where PySpark cuts a ``range`` into ``num_slices``.

    >>> range_slices(range(0, 6, 2), 5)
    [range(0, 0, 2), range(0, 2, 2), range(2, 2, 2), range(2, 4, 2), range(4, 6, 2)]
    """
    size = len(numbers)
    # int(a / b) is what PySpark computes; above 2**53 it would lose records, so whole-number division from there on
    exact = size * num_slices >= 1 << 53
    cuts = [i * size // num_slices if exact else int(i * size / num_slices) for i in range(num_slices + 1)]
    return [numbers[start:end] for start, end in pairwise(cuts)]
