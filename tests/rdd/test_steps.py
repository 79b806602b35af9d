"""The narrow steps by themselves: lazy, picklable, and safe against a StopIteration of the user's."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyrdd.rdd import steps


def failing(_: Any) -> Any:
    raise StopIteration


LAZY: dict[str, Callable[[], Any]] = {
    "map": lambda: steps.Map(str),
    "flatMap": lambda: steps.FlatMap(lambda x: [x]),
    "filter": lambda: steps.Filter(bool),
    "mapValues": lambda: steps.MapValues(str),
    "flatMapValues": lambda: steps.FlatMapValues(lambda v: [v]),
    "keyBy": lambda: steps.KeyBy(str),
    "keys": steps.Keys,
    "values": steps.Values,
}


@pytest.mark.parametrize("name", LAZY)
def test_a_step_takes_one_record_at_a_time(name: str) -> None:
    taken: list[int] = []

    def endless() -> Iterator[tuple[int, int]]:
        for i in itertools.count(1):
            taken.append(i)
            yield i, i

    out = LAZY[name]()(0, endless())
    assert taken == []
    next(out)
    assert taken == [1]


@pytest.mark.parametrize(
    "kind", [steps.Map, steps.FlatMap, steps.Filter, steps.MapValues, steps.FlatMapValues, steps.KeyBy]
)
def test_a_stop_iteration_of_the_users_does_not_end_the_partition(kind: type) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        list(kind(failing)(0, iter([(1, 2), (3, 4)])))


@pytest.mark.parametrize(
    "step",
    [
        steps.Map(str),
        steps.Filter(bool),
        steps.Glom(),
        steps.Keys(),
        steps.CoGroup(),
        steps.SortByKey(None, True),
    ],
)
def test_steps_pickle_small_and_equal(step: Any) -> None:
    data = pickle.dumps(step, 5)
    assert len(data) < 120
    assert pickle.loads(data) == step


def test_glom_makes_one_list_even_of_nothing() -> None:
    assert list(steps.Glom()(0, iter([]))) == [[]]
    assert list(steps.Glom()(0, iter([1, 2]))) == [[1, 2]]


def test_map_partitions_accepts_any_iterable() -> None:
    assert list(steps.MapPartitions(lambda records: [sum(records)])(0, iter([1, 2]))) == [3]
    assert list(steps.MapPartitionsWithIndex(lambda i, records: {i: list(records)})(7, iter([1]))) == [7]
    with pytest.raises(TypeError, match="not iterable"):
        steps.MapPartitions(lambda records: None)(0, iter([1]))  # type: ignore[arg-type, return-value]
