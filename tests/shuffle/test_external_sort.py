import os
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyrdd.shuffle import sort
from pyrdd.shuffle.sort import external_sorted
from pyrdd.shuffle.spill import Scratch

MakeScratch = Callable[..., Scratch]

properties = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
RECORDS = st.lists(st.tuples(st.integers(-3, 3), st.integers()), max_size=80)


def run(records: Any, where: Scratch, **how: Any) -> Any:
    return external_sorted(iter(records), where.memory, where.directory, where.metrics, **how)


@properties
@given(RECORDS, st.integers(0, 6), st.booleans(), st.sampled_from([None, itemgetter(0), lambda r: -r[0]]))
def test_the_result_is_that_of_sorted_and_equal_records_keep_their_order(
    scratch: MakeScratch, records: Any, every: int, reverse: bool, key: Any
) -> None:
    where = scratch(every)
    found = list(run(records, where, key=key, reverse=reverse))
    assert found == sorted(records, key=key, reverse=reverse)
    assert os.listdir(where.directory) == []


@pytest.mark.parametrize("reverse", [False, True])
def test_more_runs_than_are_merged_at_once_are_merged_in_passes(
    scratch: MakeScratch, monkeypatch: pytest.MonkeyPatch, reverse: bool
) -> None:
    monkeypatch.setattr(sort, "FAN_IN", 3)
    where = scratch(every=1)
    records = [(i * 7919 % 10, i) for i in range(200)]
    found = list(run(records, where, key=itemgetter(0), reverse=reverse))
    assert found == sorted(records, key=itemgetter(0), reverse=reverse)
    assert len(where.memory.spills) > 27  # type: ignore[attr-defined]
    assert os.listdir(where.directory) == []


def test_spills_are_counted(scratch: MakeScratch) -> None:
    where = scratch(every=4)
    list(run(range(100), where))
    assert where.metrics.disk_spilled == where.metrics.memory_spilled == sum(where.memory.spills)  # type: ignore[attr-defined]
    assert where.metrics.disk_spilled > 0


def test_nothing_is_read_before_the_first_record_is_asked_for(scratch: MakeScratch) -> None:
    records = iter([1])
    where = scratch()
    external_sorted(records, where.memory, where.directory, where.metrics)
    assert next(records) == 1


@pytest.mark.parametrize("every", [0, 1])
def test_records_that_cannot_be_compared_are_a_type_error_and_leave_nothing(
    scratch: MakeScratch, every: int
) -> None:
    where = scratch(every)
    with pytest.raises(TypeError, match="not supported between"):
        list(run([1, "a"] * 20, where))
    assert os.listdir(where.directory) == []
