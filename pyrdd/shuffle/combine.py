"""Combine: fold the values of each key in a dict; when memory runs short, in many small ones in turn.

Spark calls this external aggregation. Under pressure the table goes to disk, split by a hash of the key into
sub-partitions, and an empty one takes its place. In the end each sub-partition is combined alone, which may
overflow again: then it is split further, by other bits of the hash.

    records --> table --pressure--> | sub 0 | sub 1 | ... | sub 31 |   one run per spill in each
                                        |
                                        +--> table --pressure--> | sub 0 | ...

What is in memory is one table that fits, and never more of a key's values than its combiner holds itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from pyrdd.aggregator import Aggregator
from pyrdd.shuffle.spill import Run, Scratch, SpillFile

BITS = 5
FANOUT = 1 << BITS
MASK = FANOUT - 1
DEEPEST = 5
SLICE = 1 << 16

Pair = tuple[Any, Any]
Table = dict[Any, Any]
Fold = Callable[[Table, Iterable[Pair]], None]


def new_list(value: Any) -> list[Any]:
    """The list that starts with ``value``."""
    return [value]


def append(values: list[Any], value: Any) -> list[Any]:
    """``values`` with ``value`` added, in place."""
    values.append(value)
    return values


def extend(values: list[Any], more: list[Any]) -> list[Any]:
    """``values`` with all of ``more`` added, in place."""
    values += more
    return values


LISTS = Aggregator(new_list, append, extend)
"""Collects the values of each key in a list: what `groupByKey` gives. Known to the loops below, which then
make no
function call for a value."""


def collect_values(table: Table, pairs: Iterable[Pair]) -> None:
    """Folds values into a table of lists."""
    for k, v in pairs:
        if k in table:
            table[k].append(v)
        else:
            table[k] = [v]


def collect_lists(table: Table, pairs: Iterable[Pair]) -> None:
    """Folds lists of values into a table of lists."""
    for k, values in pairs:
        if k in table:
            table[k] += values
        else:
            table[k] = values


def fold_values(aggregator: Aggregator) -> Fold:
    """A function that folds raw values into a table of combiners."""
    if aggregator == LISTS:
        return collect_values
    create, merge = aggregator.create_combiner, aggregator.merge_value

    def fold(table: Table, pairs: Iterable[Pair]) -> None:
        for k, v in pairs:
            if k in table:
                table[k] = merge(table[k], v)
            else:
                table[k] = create(v)

    return fold


def fold_combiners(aggregator: Aggregator) -> Fold:
    """A function that folds combiners made elsewhere into a table of combiners."""
    if aggregator == LISTS:
        return collect_lists
    merge = aggregator.merge_combiners

    def fold(table: Table, pairs: Iterable[Pair]) -> None:
        for k, c in pairs:
            if k in table:
                table[k] = merge(table[k], c)
            else:
                table[k] = c

    return fold


def combined(pairs: Iterable[Pair], aggregator: Aggregator, scratch: Scratch, raw: bool) -> Iterator[Pair]:
    """Each key of ``pairs`` with its combiner, lazily; ``raw`` says that values are not combiners yet.

    Keys come in the order of their first appearance, or sub-partition by sub-partition when memory ran short.
    The values of a key are folded in their order either way.
    """
    fold = fold_values(aggregator) if raw else fold_combiners(aggregator)
    return chain.from_iterable(_tables(pairs, fold, fold_combiners(aggregator), scratch, 0))


def _tables(
    pairs: Iterable[Pair], fold: Fold, refold: Fold, scratch: Scratch, depth: int
) -> Iterator[Iterable[Pair]]:
    """The combined pairs, table by table: chaining the tables costs no frame of ours per pair."""
    monitor = scratch.monitor()
    table: Table = {}
    spill: SubPartitions | None = None
    try:
        for part in monitor.parts(pairs):
            fold(table, part)
            # One key cannot be split, and keys that still collide at the deepest level have one hash.
            if monitor.pressed() and len(table) > 1 and depth < DEEPEST:
                spill = spill or SubPartitions(scratch, depth)
                spill.move(0, table)
        if spill is None:
            yield table.items()
            return
        spill.move(0, table)
        for index in range(FANOUT):
            yield from _tables(spill.read(0, index), refold, refold, scratch, depth + 1)
    finally:
        if spill is not None:
            spill.close()


def slices(table: Table) -> Iterator[list[Pair]]:
    """The items of a table, some at a time: each is a new tuple, and memory may be short."""
    items = iter(table.items())
    while some := list(islice(items, SLICE)):
        yield some


class SubPartitions:
    """Tables spilled by a hash of the key; each ``depth`` takes other bits of it.

    Several ``sources`` can be kept apart (the inputs of a cogroup), split by the same hash.
    """

    def __init__(self, scratch: Scratch, depth: int, sources: int = 1) -> None:
        self._scratch, self._depth = scratch, depth
        self._file = SpillFile(scratch)
        self._runs: list[list[list[Run]]] = [[[] for _ in range(FANOUT)] for _ in range(sources)]

    def move(self, source: int, table: Table) -> None:
        """Writes a table and empties it, counted as one spill."""
        nbytes = sum(self._write(self._runs[source], items) for items in slices(table))
        self._file.flush()
        table.clear()  # before memory is looked at again
        self._scratch.spilled(nbytes)

    def _write(self, runs: list[list[Run]], items: list[Pair]) -> int:
        written = [(index, self._file.append(part)) for index, part in enumerate(self._split(items)) if part]
        for index, run in written:
            runs[index].append(run)
        return sum(run.length for _, run in written)

    def _split(self, items: list[Pair]) -> list[list[Pair]]:
        split: list[list[Pair]] = [[] for _ in range(FANOUT)]
        appends, shift = [part.append for part in split], BITS * self._depth
        for item in items:
            # A tuple's hash mixes the bits of its item's, which for an int is the int itself.
            appends[hash((item[0],)) >> shift & MASK](item)
        return split

    def read(self, source: int, index: int) -> Iterator[Pair]:
        """What was spilled of ``source`` to the sub-partition ``index``, in the order of writing, lazily."""
        return self._file.read(*self._runs[source][index])

    def close(self) -> None:
        """Gives the disk space back."""
        self._file.close()
