"""External sort: sort in memory what fits, spill sorted runs of what does not, merge the runs.

    records --> | list.sort | --pressure--> run 0, run 1, ...        (a SpillFile)
                                              \\   |   /
                                         k-way merge, FAN_IN runs at a time

A merge holds one frame of each run, so the number of runs merged at once is bounded; more are merged in
passes, of neighbours, which keeps equal records in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from pyrdd.metrics import TaskMetrics
from pyrdd.shuffle.pressure import Memory
from pyrdd.shuffle.spill import Run, Scratch, SpillFile

FAN_IN = 64

Key = Callable[[Any], Any] | None


def external_sorted(
    records: Iterable[Any],
    memory: Memory,
    directory: str,
    metrics: TaskMetrics,
    key: Key = None,
    reverse: bool = False,
) -> Iterator[Any]:
    """``sorted(records, key=key, reverse=reverse)``, stable too, lazily and with bounded memory.

    Nothing is read before the first record is asked for.

    >>> from pyrdd.shuffle.pressure import NoPressure
    >>> list(external_sorted([2, 3, 1], NoPressure(), ".", TaskMetrics(), reverse=True))
    [3, 2, 1]
    """
    scratch = Scratch(memory, directory, metrics)
    return chain.from_iterable(_sorted_parts(records, scratch, key, reverse))


def _sorted_parts(
    records: Iterable[Any], scratch: Scratch, key: Key, reverse: bool
) -> Iterator[Iterable[Any]]:
    """One iterable in order; chaining it costs no frame of ours per record."""
    iterator, monitor = iter(records), scratch.monitor()
    held: list[Any] = []
    runs = SortedRuns(scratch, key, reverse)
    try:
        while _fill(held, iterator, monitor.part):
            if monitor.pressed():
                held.sort(key=key, reverse=reverse)
                runs.move(held)
        held.sort(key=key, reverse=reverse)
        yield runs.merged_with(held)
    finally:
        runs.close()


def _fill(held: list[Any], iterator: Iterator[Any], n: int) -> bool:
    """Takes up to ``n`` records; whether there may be more."""
    before = len(held)
    held.extend(islice(iterator, n))
    return len(held) - before == n


class SortedRuns:
    """Sorted runs on disk and their merge. Opens no file before the first run."""

    def __init__(self, scratch: Scratch, key: Key, reverse: bool) -> None:
        self._scratch, self._key, self._reverse = scratch, key, reverse
        self._file: SpillFile | None = None
        self._runs: list[Run] = []

    def move(self, records: list[Any]) -> None:
        """Spills ``records``, which are in order, and empties the list."""
        if self._file is None:
            self._file = SpillFile(self._scratch)
        run = self._file.append(records)
        self._file.flush()
        self._runs.append(run)
        records.clear()  # before memory is looked at again
        self._scratch.spilled(run.length)

    def merged_with(self, tail: list[Any]) -> Iterable[Any]:
        """All runs and then ``tail``, which is in order, as one ordered stream."""
        if self._file is None:
            return tail
        while len(self._runs) > FAN_IN:
            self._merge_neighbours()
        return self._merge([*map(self._file.read, self._runs), tail])

    def _merge(self, streams: Sequence[Iterable[Any]]) -> Iterator[Any]:
        from heapq import merge  # only spilled sorts need it

        return merge(*streams, key=self._key, reverse=self._reverse)

    def _merge_neighbours(self) -> None:
        """One pass: each ``FAN_IN`` runs become one, in a new file that replaces the old."""
        assert self._file is not None
        with self._file as old:
            self._file = SpillFile(self._scratch)
            groups = [self._runs[i : i + FAN_IN] for i in range(0, len(self._runs), FAN_IN)]
            self._runs = [self._file.append(self._merge([*map(old.read, group)])) for group in groups]
            self._file.flush()
        self._scratch.metrics.disk_spilled += sum(run.length for run in self._runs)

    def close(self) -> None:
        """Gives the disk space back."""
        if self._file is not None:
            self._file.close()
