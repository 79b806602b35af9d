"""Accumulators: added to in tasks, merged exactly once told, read in the driver only."""

from __future__ import annotations

import gc
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.accumulators import (
    Accumulator,
    AccumulatorParam,
    AccumulatorRegistry,
    AddingAccumulatorParam,
    dump_updates,
)
from pyrdd.errors import PySparkRuntimeError
from pyrdd.taskcontext import TaskContext


class ListParam(AccumulatorParam[list[int]]):
    def zero(self, value: list[int]) -> list[int]:
        return []

    def addInPlace(self, value1: list[int], value2: list[int]) -> list[int]:
        value1.extend(value2)
        return value1


class BrokenParam(AccumulatorParam[int]):
    def zero(self, value: int) -> int:
        return 0

    def addInPlace(self, value1: int, value2: int) -> int:
        raise ValueError("broken")


@contextmanager
def task() -> Iterator[TaskContext]:
    context = TaskContext.start(stage_id=0, partition=0, attempt=0, task_id=0)
    try:
        yield context
    finally:
        context.finish()


def shipped(accumulator: Accumulator[Any]) -> Accumulator[Any]:
    copy: Accumulator[Any] = pickle.loads(pickle.dumps(accumulator))
    return copy


def test_the_driver_reads_sets_and_adds() -> None:
    total = AccumulatorRegistry().create(1)
    total += 5
    total.add(1)
    assert total.value == 7
    total.value = 2
    assert (total.value, str(total), repr(total)) == (2, "2", "Accumulator<id=0, value=2>")


@pytest.mark.parametrize("value", [1, 1.5, 2j, True])
def test_numbers_have_a_default_param(value: complex) -> None:
    assert AccumulatorRegistry().create(value).value == value


def test_other_types_need_a_param() -> None:
    with pytest.raises(TypeError, match="No default accumulator param for type <class 'list'>"):
        AccumulatorRegistry().create([1.0])


def test_a_task_adds_to_its_own_account_and_the_driver_counts_when_told() -> None:
    registry = AccumulatorRegistry()
    total = registry.create(10)
    pickled = pickle.dumps(total)
    with task() as context:
        copy = pickle.loads(pickled)
        copy += 3
        copy.add(4)
        assert context.accumulator_updates == {total.aid: 7}
        updates = dump_updates(context)
    assert total.value == 10
    registry.merge(updates)
    assert total.value == 17
    registry.merge({total.aid: 3})
    assert total.value == 20


def test_the_driver_s_own_object_is_no_back_door_in_a_task() -> None:
    total = AccumulatorRegistry().create(0)
    with task() as context:
        total.add(5)
        assert context.accumulator_updates == {total.aid: 5}
        with pytest.raises(PySparkRuntimeError):
            _ = total.value
    assert total.value == 0


def test_reading_or_setting_in_a_task_is_refused() -> None:
    total = AccumulatorRegistry().create(0)
    with task():
        copy = shipped(total)
        with pytest.raises(PySparkRuntimeError, match=r"Accumulator\.value") as e:
            _ = copy.value
        with pytest.raises(PySparkRuntimeError):
            copy.value = 3
    assert e.value.getCondition() == "VALUE_NOT_ACCESSIBLE"


def test_a_closure_unpickled_once_serves_many_tasks() -> None:
    seen = AccumulatorRegistry().create([7], ListParam())
    copy = shipped(seen)
    updates = []
    for number in (1, 2):
        with task() as context:
            copy.add([number])
            updates.append(context.accumulator_updates[seen.aid])
    assert updates == [[1], [2]]


def test_a_shared_mutable_zero_is_not_changed_by_a_task() -> None:
    seen = AccumulatorRegistry().create([7], AddingAccumulatorParam([]))
    for number in (1, 2):
        with task() as context:
            seen.add([number])
            assert context.accumulator_updates == {seen.aid: [number]}


def test_threads_of_the_user_s_function_count_for_the_task_that_started_them() -> None:
    total = AccumulatorRegistry().create(0)
    with task() as context:
        copy = shipped(total)
        thread = threading.Thread(target=copy.add, args=(4,))
        thread.start()
        thread.join()
        assert context.accumulator_updates == {total.aid: 4}


def test_merging_goes_on_after_a_broken_param_and_then_raises() -> None:
    registry = AccumulatorRegistry()
    broken, total = registry.create(0, BrokenParam()), registry.create(0)
    with pytest.raises(ValueError, match="broken"):
        registry.merge({broken.aid: 1, total.aid: 1})
    assert total.value == 1


def test_an_accumulator_that_the_program_dropped_is_forgotten() -> None:
    registry = AccumulatorRegistry()
    aid = registry.create(0).aid
    gc.collect()
    registry.merge({aid: 1})
    assert list(registry._accumulators) == []


def test_an_update_of_a_class_without_a_name_still_crosses() -> None:
    class Local:
        size = 3

    registry = AccumulatorRegistry()
    last = registry.create(None, KeepLast())
    with task() as context:
        last.add(Local())
        updates = dump_updates(context)
    registry.merge(updates)
    assert last.value.size == 3


class KeepLast(AccumulatorParam[Any]):
    def zero(self, value: Any) -> Any:
        return None

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        return value2


@given(st.lists(st.lists(st.integers(-9, 9), max_size=5), max_size=5))
def test_the_sum_does_not_depend_on_how_terms_are_spread_over_tasks(terms: list[list[int]]) -> None:
    registry = AccumulatorRegistry()
    total = registry.create(0)
    for task_terms in terms:
        with task() as context:
            copy = shipped(total)
            for term in task_terms:
                copy += term
        registry.merge(dump_updates(context))
    assert total.value == sum(map(sum, terms))
