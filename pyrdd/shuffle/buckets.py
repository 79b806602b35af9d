"""Buckets: a map task's records on their way to disk, one bucket for each reduce partition.

    record --partitioner--> list of records --pickle--> frames in memory --pressure--> runs in a SpillFile
                            (OBJECTS in all)            (small, as bytes)

Records rest as bytes, not as objects: bytes are several times smaller and the garbage collector does not walk
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from pyrdd.partitioner import Partitioner
from pyrdd.shuffle import frames
from pyrdd.shuffle.combine import Pair
from pyrdd.shuffle.spill import Run, Scratch, SpillFile

OBJECTS = 1 << 17
OBJECTS_EACH = 64

Indexes = Callable[[Iterable[Any]], Iterable[int]]


class Buckets:
    """Collects pairs by reduce partition, in order. To be closed.

    Exceptions of the partitioner's function propagate unchanged.
    """

    def __init__(self, partitioner: Partitioner, scratch: Scratch) -> None:
        n = partitioner.num_partitions
        self._index, self._scratch = _indexer(partitioner), scratch
        self._lists: list[list[Pair]] = [[] for _ in range(n)]
        self._pieces: list[list[bytes]] = [[] for _ in range(n)]
        self._runs: list[list[Run]] = [[] for _ in range(n)]
        self._file: SpillFile | None = None
        self._objects, self._most = 0, max(OBJECTS, OBJECTS_EACH * n)
        self.records = [0] * n

    def add(self, pairs: list[Pair]) -> None:
        """Puts each pair in the bucket of its key."""
        self._objects += len(pairs)
        if len(self._lists) == 1:
            self._add_to_one(pairs)
        else:
            self._add_to_many(pairs)
        if self._objects >= self._most:
            self._pickle()

    def _add_to_one(self, pairs: list[Pair]) -> None:
        index = self._index
        for k, _ in pairs:
            index(k)
        self._lists[0] += pairs

    def _add_to_many(self, pairs: list[Pair]) -> None:
        index = self._index
        appends = [bucket.append for bucket in self._lists]
        for pair in pairs:
            k, _ = pair
            appends[index(k)](pair)

    def _pickle(self) -> None:
        for number in range(len(self._lists)):
            self._pickle_one(number)
        self._objects = 0

    def _pickle_one(self, number: int) -> None:
        bucket = self._lists[number]
        if bucket:
            self.records[number] += len(bucket)
            self._pieces[number] += frames.framed_pairs(bucket)
            bucket.clear()

    def spill(self) -> None:
        """Moves everything collected so far to disk."""
        if not any(self._lists) and not any(self._pieces):
            return
        if self._file is None:
            self._file = SpillFile(self._scratch)
        self._scratch.spilled(sum(map(self._spill_one, range(len(self._pieces)))))
        self._file.flush()
        self._objects = 0

    def _spill_one(self, number: int) -> int:
        # one bucket after the other: memory is short, and pickling copies
        self._pickle_one(number)
        pieces = self._pieces[number]
        if not pieces:
            return 0
        assert self._file is not None
        run = self._file.append_raw(pieces)
        self._runs[number].append(run)
        pieces.clear()
        return run.length

    def drain(self) -> Iterator[Iterable[bytes]]:
        """Each bucket in turn as the bytes of its frames, in the order in which the pairs were added."""
        self._pickle()
        return map(self._bucket, range(len(self._pieces)))

    def _bucket(self, number: int) -> Iterator[bytes]:
        for run in self._runs[number]:
            assert self._file is not None
            yield from self._file.read_raw(run)
        pieces, self._pieces[number] = self._pieces[number], []
        yield from pieces

    def close(self) -> None:
        """Gives memory and disk space back."""
        self._pieces.clear()
        if self._file is not None:
            self._file.close()


def _indexer(partitioner: Partitioner) -> Callable[[Any], int]:
    make = getattr(partitioner, "indexer", None)
    return make() if make is not None else partitioner


def as_pairs(records: Iterable[Any]) -> list[Pair]:
    """The records as a list of two-tuples; other two-item sequences are converted.

    >>> as_pairs([("a", 1), ["b", 2]])
    [('a', 1), ('b', 2)]
    """
    pairs = list(records)
    if not set(map(type, pairs)) <= {tuple}:
        return [(k, v) for k, v in pairs]
    return pairs


def taken(records: Iterator[Any], n: int) -> list[Pair]:
    """The next ``n`` records as pairs; empty at the end."""
    return as_pairs(islice(records, n))
