"""One job on the same records, spread in many ways: what depends on how they are spread is wrong on a cluster.

records --slices, orders--> RDD --job--> result        all results the same, or a smallest counter-example
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from pyrdd.accumulators import Accumulator
from pyrdd.core.context import SparkContext
from pyrdd.rdd.facade import RDD
from pyrdd.resultiterable import ResultIterable

_SEED = 20120425
"""Any: each run of a test tries the same orders."""


@dataclass(frozen=True)
class Spread:
    """A way to spread records: the order in which they come, and into how many partitions they are cut."""

    order: tuple[int, ...]
    slices: int

    def __str__(self) -> str:
        plain = self.order == tuple(range(len(self.order)))
        slices = f"{self.slices} partition{'' if self.slices == 1 else 's'}"
        return slices if plain else f"{slices}, records in the order {list(self.order)}"


@dataclass(frozen=True)
class CounterExample:
    """Few records on which a job depends on how they are spread."""

    records: list[Any]
    one: Spread
    other: Spread
    results: tuple[Any, Any]

    def __str__(self) -> str:
        return (
            f"the result depends on how the records are spread: {self.records!r}\n"
            f"  in {self.one}: {self.results[0]!r}\n  in {self.other}: {self.results[1]!r}"
        )


def assert_same_for_any_partitioning(
    job: Callable[[RDD[Any]], Any],
    records: Iterable[Any],
    *,
    ordered: bool = False,
    partitions: Sequence[int] = (1, 2, 3, 7),
    orders: int = 3,
    accumulators: Sequence[Accumulator[Any]] = (),
) -> None:
    """Runs a job on records spread in many ways; passes if it always gives the same.

    ``job(rdd)`` returns a value, or an RDD, whose records are compared in any order. The records are cut into each number
    of ``partitions`` and given in their own and in ``orders`` other orders (in their own alone if ``ordered``: the order is
    part of the input). An RDD that is returned is computed a second time, as after a lost executor: ``accumulators`` must
    not have grown by that.

    Raises AssertionError with the fewest records and the two simplest ways to spread them that give different results: a
    function that is not associative or not commutative, an assumption about the order of records or of groups, a first
    element, a count of partitions, an accumulator that counts twice.

    >>> assert_same_for_any_partitioning(lambda rdd: rdd.map(abs).reduce(max), [-3, 1, 2])
    >>> assert_same_for_any_partitioning(lambda rdd: rdd.reduce(lambda a, b: a - b), [1, 2, 3])
    Traceback (most recent call last):
    AssertionError: the result depends on how the records are spread: [1, 2]
      in 1 partition: -1
      in 1 partition, records in the order [1, 0]: 1
    """
    __tracebackhide__ = True
    context = SparkContext._active_spark_context
    assert context is not None, "no SparkContext is active"
    trial, tried = _Trial(context, job), list(records)
    if accumulators:
        _check_accumulators(trial, tried, accumulators)
    spreads = partial(_spreads, partitions=partitions, orders=0 if ordered else orders)
    expected = trial.result(tried, next(spreads(len(tried))))
    if isinstance(expected, _Raised):
        raise expected.error
    found = _difference(trial, tried, spreads)
    if found is not None:
        raise AssertionError(str(_smallest(trial, found, spreads)))


class _Trial:
    """Runs of the job."""

    def __init__(self, context: SparkContext, job: Callable[[RDD[Any]], Any]) -> None:
        self._context, self._job = context, job

    def run(self, records: Sequence[Any], spread: Spread) -> Any:
        """What the job returns."""
        return self._job(self._context.parallelize([records[i] for i in spread.order], spread.slices))

    def result(self, records: Sequence[Any], spread: Spread) -> Any:
        """What the job gives, in a form in which what means the same is equal. An error is a result too."""
        try:
            made = self.run(records, spread)
            return _comparable(made.collect(), unordered=True) if isinstance(made, RDD) else _comparable(made)
        except Exception as error:
            return _Raised(type(error).__name__, error)


@dataclass(frozen=True)
class _Raised:
    """That a job failed. Two errors of one class are the same result."""

    name: str
    error: Exception = field(compare=False)

    def __repr__(self) -> str:
        return f"{self.name} raised"


def _check_accumulators(trial: _Trial, records: Sequence[Any], accumulators: Sequence[Accumulator[Any]]) -> None:
    """Raises AssertionError for an accumulator that grows when the job's RDD is computed a second time."""
    made = trial.run(records, Spread(tuple(range(len(records))), 2))
    if not isinstance(made, RDD):
        return
    made.foreachPartition(_nothing)
    once = [accumulator.value for accumulator in accumulators]
    made.foreachPartition(_nothing)
    for accumulator, first in zip(accumulators, once, strict=True):
        if accumulator.value != first:
            raise AssertionError(
                f"an accumulator counts again what is computed again: {first!r} after one computation, "
                f"{accumulator.value!r} after two; add to it in an action such as foreach"
            )


def _nothing(records: Iterable[Any]) -> None:
    for _ in records:
        pass


def _comparable(value: Any, unordered: bool = False) -> Any:
    """A value of which two that mean the same are equal: records in an order of their own, sets and groups as lists."""
    if isinstance(value, dict):
        return ("dict", sorted(((_comparable(k), _comparable(v)) for k, v in value.items()), key=repr))
    if isinstance(value, set | frozenset):
        return ("set", sorted(map(_comparable, value), key=repr))
    if isinstance(value, list | tuple | ResultIterable):
        items = [_comparable(item) for item in value]
        if unordered or isinstance(value, ResultIterable):
            items.sort(key=repr)
        return tuple(items) if isinstance(value, tuple) else items
    return value


def _spreads(count: int, partitions: Sequence[int], orders: int) -> Iterator[Spread]:
    """The ways to spread so many records, the simplest first."""
    plain = tuple(range(count))
    random = Random(_SEED)
    shuffled = [tuple(reversed(plain)), *(tuple(random.sample(plain, count)) for _ in range(orders - 1))][:orders]
    for order in dict.fromkeys((plain, *shuffled)):
        for slices in partitions:
            yield Spread(order, slices)


def _difference(trial: _Trial, records: list[Any], spreads: Callable[[int], Iterator[Spread]]) -> CounterExample | None:
    """The first way to spread the records whose result is not that of the simplest way."""
    plain, *others = spreads(len(records))
    expected = trial.result(records, plain)
    if isinstance(expected, _Raised):
        return None
    for spread in others:
        found = trial.result(records, spread)
        if found != expected and repr(found) != repr(expected):  # nan is not equal to itself
            return CounterExample(records, plain, spread, (expected, found))
    return None


def _smallest(trial: _Trial, found: CounterExample, spreads: Callable[[int], Iterator[Spread]]) -> CounterExample:
    """The counter-example after taking away as many records as can go (Zeller's delta debugging)."""
    chunk = len(found.records) // 2
    while chunk:
        for start in range(0, len(found.records), chunk):
            fewer = found.records[:start] + found.records[start + chunk :]
            smaller = _difference(trial, fewer, spreads)
            if smaller is not None:
                found = smaller
                break
        else:
            chunk //= 2
        chunk = min(chunk, len(found.records) // 2)
    return found
