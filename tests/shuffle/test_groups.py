import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyrdd.shuffle.groups import cogroup
from pyrdd.shuffle.spill import Scratch

MakeScratch = Callable[..., Scratch]

properties = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PAIRS = st.lists(
    st.tuples(st.one_of(st.integers(-4, 4), st.text("ab", max_size=1)), st.integers()), max_size=50
)
INPUTS = st.lists(PAIRS, min_size=1, max_size=4)


def model(inputs: Any) -> list[Any]:
    table: dict[Any, tuple[list[Any], ...]] = {}
    for source, pairs in enumerate(inputs):
        for k, v in pairs:
            table.setdefault(k, tuple([] for _ in inputs))[source].append(v)
    return list(table.items())


def run(inputs: Any, where: Scratch) -> Any:
    return cogroup([iter(pairs) for pairs in inputs], where.memory, where.directory, where.metrics)


@properties
@given(INPUTS)
def test_without_pressure_groups_come_in_the_order_of_first_appearance(
    scratch: MakeScratch, inputs: Any
) -> None:
    assert list(run(inputs, scratch())) == model(inputs)


@properties
@given(INPUTS, st.integers(1, 6))
def test_under_any_pressure_the_groups_are_the_models(scratch: MakeScratch, inputs: Any, every: int) -> None:
    where = scratch(every)
    found = list(run(inputs, where))
    assert len(found) == len(dict(found))
    assert dict(found) == dict(model(inputs))
    assert os.listdir(where.directory) == []


def test_spills_are_counted(scratch: MakeScratch) -> None:
    where = scratch(every=2)
    inputs = [[(i, "left") for i in range(60)], [(i, "right") for i in range(30, 90)]]
    assert len(list(run(inputs, where))) == 90
    assert where.metrics.disk_spilled == where.metrics.memory_spilled == sum(where.memory.spills)  # type: ignore[attr-defined]
    assert where.metrics.disk_spilled > 0


def test_every_list_belongs_to_the_caller(scratch: MakeScratch) -> None:
    groups = [lists for _, lists in run([[(1, 1), (2, 2)], [(3, 3)]], scratch())]
    for lists in groups:
        for values in lists:
            values.append("mine")
    assert [len(values) for lists in groups for values in lists] == [2, 1, 2, 1, 1, 2]


def test_no_inputs_make_no_groups(scratch: MakeScratch) -> None:
    assert list(run([], scratch())) == []


def test_nothing_is_read_before_the_first_group_is_asked_for(scratch: MakeScratch) -> None:
    pairs = iter([(1, 1)])
    where = scratch()
    cogroup([pairs], where.memory, where.directory, where.metrics)
    assert next(pairs) == (1, 1)
