"""The narrow steps: small picklable objects ``step(index, records) -> records`` that `MapPartitionsRDD` pipelines.

Each pulls from the step before it, so a chain of them is one pass over the partition; those that are a line of text
(`FusableStep`) are fused into one generator besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol

from pyrdd.join import cogrouped
from pyrdd.rdd.fusion import FusableStep
from pyrdd.shuffle.combine import combined
from pyrdd.shuffle.sort import external_sorted
from pyrdd.shuffle.spill import Scratch
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.aggregator import Aggregator
    from pyrdd.taskcontext import TaskContext


class Step(Protocol):
    """A narrow transformation of one partition."""

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[Any]: ...


@frozen
class Map(FusableStep):
    """``f`` of each record."""

    text = "{y} = {f}({x})"
    f: Callable[[Any], Any]


@frozen
class FlatMap(FusableStep):
    """The records of ``f`` of each record, one after the other."""

    text = "for {y} in {f}({x}):"
    f: Callable[[Any], Iterable[Any]]


@frozen
class Flatten(FusableStep):
    """The records of each record, one after the other."""

    text = "for {y} in {x}:"


@frozen
class Filter(FusableStep):
    """The records for which ``f`` is true."""

    text = "if not {f}({x}): continue"
    f: Callable[[Any], Any]


@frozen
class MapPartitions:
    """``f`` of the partition's iterator."""

    f: Callable[[Iterator[Any]], Iterable[Any]]

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[Any]:
        return iter(self.f(records))


@frozen
class MapPartitionsWithIndex:
    """``f`` of the partition's index and iterator."""

    f: Callable[[int, Iterator[Any]], Iterable[Any]]

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[Any]:
        return iter(self.f(index, records))


@frozen
class MapValues(FusableStep):
    """``f`` of each pair's value; keys stay."""

    text = "{x}k, {x}v = {x}\n{y} = ({x}k, {f}({x}v))"
    f: Callable[[Any], Any]


@frozen
class FlatMapValues(FusableStep):
    """A pair of the key with each of ``f`` of the value."""

    text = "{x}k, {x}v = {x}\nfor {x}e in {f}({x}v):\n{y} = ({x}k, {x}e)"
    f: Callable[[Any], Iterable[Any]]


@frozen
class KeyBy(FusableStep):
    """Each record with ``f`` of it as its key."""

    text = "{y} = ({f}({x}), {x})"
    f: Callable[[Any], Any]


@frozen
class Keys(FusableStep):
    """The keys of pairs."""

    text = "{y} = {x}[0]"


@frozen
class Values(FusableStep):
    """The values of pairs."""

    text = "{y} = {x}[1]"


@frozen
class Glom:
    """All records of the partition in one list."""

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[Any]:
        return iter((list(records),))


@frozen
class CoGroup:
    """Cogrouped records as users see them: `ResultIterable` for each side."""

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[Any]:
        return cogrouped(records)


class ScratchStep(Protocol):
    """A narrow transformation that may spill: it gets the task for its memory budget, directory and counters."""

    def __call__(self, records: Iterator[Any], task: TaskContext) -> Iterator[Any]: ...


@frozen
class SortByKey:
    """Pairs in the order of their keys; external when large, stable."""

    keyfunc: Callable[[Any], Any] | None
    ascending: bool

    def __call__(self, records: Iterator[Any], task: TaskContext) -> Iterator[Any]:
        env, keyfunc = task.env, self.keyfunc
        key = first if keyfunc is None else lambda pair: keyfunc(pair[0])
        return external_sorted(
            records, env.memory, str(env.directory), task.metrics, key=key, reverse=not self.ascending
        )


@frozen
class CombineLocally:
    """Combines each key inside its partition: `combineByKey` where every key already is in the right place."""

    aggregator: Aggregator

    def __call__(self, records: Iterator[Any], task: TaskContext) -> Iterator[Any]:
        scratch = Scratch(task.env.memory, str(task.env.directory), task.metrics)
        return combined(records, self.aggregator, scratch, raw=True)


first = itemgetter(0)
