"""Groups: `cogroup`, the heart of every join. The values of each key, one list per input.

Each input has its own table of lists; a key's tuple is put together only when it is handed on, so a key that
one side lacks costs nothing. Under memory pressure all tables go to disk, split by the same hash of the key,
and the sub-partitions are cogrouped one after another (see `combine`, which does the same for one input).

    input 0 --> table 0 --+
                          +--> (key, (list, list))
    input 1 --> table 1 --+
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from pyrdd.metrics import TaskMetrics
from pyrdd.shuffle.combine import (
    DEEPEST,
    FANOUT,
    Fold,
    Pair,
    SubPartitions,
    collect_lists,
    collect_values,
)
from pyrdd.shuffle.pressure import Memory
from pyrdd.shuffle.spill import Scratch

Lists = dict[Any, list[Any]]
Group = tuple[Any, tuple[list[Any], ...]]
Emit = Callable[[Sequence[Lists]], Iterator[Any]]
_NONE: list[Any] = []  # never handed out


def cogroup(
    inputs: Sequence[Iterable[Pair]], memory: Memory, directory: str, metrics: TaskMetrics
) -> Iterator[Group]:
    """Each key with a tuple of lists, its values in each of ``inputs`` (empty where it has none), lazily.

    Keys come in the order of first appearance in input 0, then input 1, and so on; sub-partition by
    sub-partition when memory ran short. Values keep their order. The lists belong to the caller.

    >>> from pyrdd.shuffle.pressure import NoPressure
    >>> list(cogroup([[("a", 1), ("b", 2), ("a", 3)], [("b", 4)]], NoPressure(), ".", TaskMetrics()))
    [('a', ([1, 3], [])), ('b', ([2], [4]))]
    """
    return emitted(inputs, _joined, memory, directory, metrics)


def emitted(
    inputs: Sequence[Iterable[Pair]], emit: Emit, memory: Memory, directory: str, metrics: TaskMetrics
) -> Iterator[Any]:
    """The records that ``emit`` makes of the inputs' tables (`pyrdd.join`), lazily.

    ``emit`` gets ``{key: values}`` for each input, and may change them; it is called again for each sub-partition when
    memory ran short. A join thus makes its pairs without a group for each key.
    """
    scratch = Scratch(memory, directory, metrics)
    return chain.from_iterable(_grouped(inputs, emit, collect_values, scratch, 0))


def _grouped(
    inputs: Sequence[Iterable[Pair]], emit: Emit, fold: Fold, scratch: Scratch, depth: int
) -> Iterator[Iterable[Any]]:
    monitor = scratch.monitor()
    tables: list[Lists] = [{} for _ in inputs]
    spill: SubPartitions | None = None
    try:
        for source, pairs in enumerate(inputs):
            for part in monitor.parts(pairs):
                fold(tables[source], part)
                if monitor.pressed() and max(map(len, tables)) > 1 and depth < DEEPEST:
                    spill = spill or SubPartitions(scratch, depth, len(inputs))
                    _spill(spill, tables)
        if spill is None:
            yield emit(tables)
            return
        _spill(spill, tables)
        for index in range(FANOUT):
            streams = [spill.read(source, index) for source in range(len(inputs))]
            yield from _grouped(streams, emit, collect_lists, scratch, depth + 1)
    finally:
        if spill is not None:
            spill.close()


def _spill(spill: SubPartitions, tables: list[Lists]) -> None:
    for source, table in enumerate(tables):
        if table:
            spill.move(source, table)


def _joined(tables: Sequence[Lists]) -> Iterator[Group]:
    if len(tables) == 2:
        return _joined_two(*tables)
    return chain.from_iterable(_joined_from(tables, source) for source in range(len(tables)))


def _joined_two(left: Lists, right: Lists) -> Iterator[Group]:
    take = right.pop
    for k, values in left.items():
        yield k, (values, take(k, _NONE) or [])
    for k, values in right.items():
        yield k, ([], values)


def _joined_from(tables: Sequence[Lists], source: int) -> Iterator[Group]:
    """The groups of the keys that appear in ``source`` first: earlier sources have taken theirs out
    already."""
    later = tables[source + 1 :]
    for k, values in tables[source].items():
        before: list[list[Any]] = [[] for _ in range(source)]
        yield k, (*before, values, *[table.pop(k, _NONE) or [] for table in later])
