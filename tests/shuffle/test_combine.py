import os
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyrdd.aggregator import Aggregator
from pyrdd.shuffle import combine
from pyrdd.shuffle.combine import LISTS, SubPartitions, combined
from pyrdd.shuffle.spill import Scratch

MakeScratch = Callable[..., Scratch]

properties = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEYS = st.one_of(
    st.integers(-3, 3), st.text("ab", max_size=2), st.none(), st.booleans(), st.tuples(st.integers(0, 2)),
    st.sampled_from([0.0, 1.0, -0.0]), st.binary(max_size=1),
)  # fmt: skip
PAIRS = st.lists(st.tuples(KEYS, st.integers()), max_size=80)
# not commutative, so that the order of the values shows
JOINED = Aggregator(lambda v: (v,), lambda c, v: (*c, v), lambda a, b: a + b)


def model(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, tuple[Any, ...]]:
    table: dict[Any, tuple[Any, ...]] = {}
    for k, v in pairs:
        table[k] = (*table.get(k, ()), v)
    return table


def with_tuples(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, tuple[Any, ...]]:
    found = [(k, tuple(c)) for k, c in pairs]
    assert len(dict(found)) == len(found), "a key came twice"
    return dict(found)


@properties
@given(PAIRS)
def test_without_pressure_keys_come_in_the_order_of_first_appearance(
    scratch: MakeScratch, pairs: Any
) -> None:
    where = scratch()
    assert list(combined(iter(pairs), JOINED, where, raw=True)) == list(model(pairs).items())
    assert where.metrics.disk_spilled == 0


@properties
@given(PAIRS, st.integers(1, 6), st.sampled_from([JOINED, LISTS]))
def test_under_any_pressure_the_result_is_the_models(
    scratch: MakeScratch, pairs: Any, every: int, aggregator: Aggregator
) -> None:
    where = scratch(every)
    assert with_tuples(combined(iter(pairs), aggregator, where, raw=True)) == model(pairs)
    assert os.listdir(where.directory) == []


@properties
@given(PAIRS, st.integers(0, 6), st.sampled_from([JOINED, LISTS]))
def test_combiners_are_merged_in_their_order(
    scratch: MakeScratch, pairs: Any, every: int, aggregator: Aggregator
) -> None:
    combiners = [(k, aggregator.create_combiner(v)) for k, v in pairs]
    assert with_tuples(combined(combiners, aggregator, scratch(every), raw=False)) == model(pairs)


def test_spills_are_counted_and_the_memory_manager_is_told(scratch: MakeScratch) -> None:
    where = scratch(every=1)
    drained = dict(combined(((i, i) for i in range(100)), JOINED, where, raw=True))
    assert len(drained) == 100
    assert where.metrics.disk_spilled == where.metrics.memory_spilled == sum(where.memory.spills)  # type: ignore[attr-defined]
    assert where.metrics.disk_spilled > 0


def test_nothing_is_read_before_the_first_pair_is_asked_for(scratch: MakeScratch) -> None:
    pairs = iter([(1, 1)])
    combined(pairs, JOINED, scratch(), raw=True)
    assert next(pairs) == (1, 1)


class SameHash:
    """Keys that differ and have one hash: no split can part them."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameHash) and self.n == other.n


def test_keys_that_no_hash_can_part_are_combined_in_memory_in_the_end(scratch: MakeScratch) -> None:
    pairs = [(SameHash(i % 10), i) for i in range(100)]
    assert with_tuples(combined(pairs, LISTS, scratch(every=1), raw=True)) == model(pairs)


def test_a_single_key_is_never_spilled(scratch: MakeScratch) -> None:
    where = scratch(every=1)
    assert list(combined([("k", i) for i in range(50)], LISTS, where, raw=True)) == [("k", list(range(50)))]
    assert where.metrics.disk_spilled == 0


class Tracked:
    """Counts its instances that are alive."""

    live = most = 0

    def __init__(self) -> None:
        Tracked.live += 1
        Tracked.most = max(Tracked.most, Tracked.live)

    def __reduce__(self) -> Any:
        return Tracked, ()

    def __del__(self) -> None:
        Tracked.live -= 1


@pytest.mark.parametrize("slice_size", [combine.SLICE, 4])
def test_the_table_in_memory_stays_small_under_pressure(
    scratch: MakeScratch, monkeypatch: pytest.MonkeyPatch, slice_size: int
) -> None:
    monkeypatch.setattr(combine, "SLICE", slice_size)
    monkeypatch.setattr(Tracked, "most", 0)
    track = Aggregator(lambda v: Tracked(), lambda c, v: c, lambda a, b: a)
    found = combined(((i, i) for i in range(2000)), track, scratch(every=3), raw=True)
    assert sum(1 for _ in found) == 2000
    assert Tracked.most < 100
    assert Tracked.live == 0


@pytest.mark.parametrize("make", [int, str, float, lambda i: (i, 0), lambda i: i << 32])
@pytest.mark.parametrize("depth", range(1, combine.DEEPEST))
def test_what_is_together_at_one_depth_is_parted_at_the_next(
    scratch: MakeScratch, depth: int, make: Callable[[int], Any]
) -> None:
    where = scratch()
    keys = {make(i): None for i in range(1 << 15)}
    for level in (depth - 1, depth):
        with closing(SubPartitions(where, level)) as spill:
            spill.move(0, keys)
            sizes = [len(list(spill.read(0, i))) for i in range(combine.FANOUT)]
            assert min(sizes) > 0
            assert max(sizes) < 5 * sum(sizes) / len(sizes)
            keys = dict(spill.read(0, 3))


@pytest.mark.parametrize("every", [0, 2])
def test_errors_of_user_code_pass_through_and_leave_nothing(scratch: MakeScratch, every: int) -> None:
    def merge(a: int, b: int) -> int:
        raise ZeroDivisionError("mine")

    where = scratch(every)
    pairs = [(i % 20, i) for i in range(100)]
    with pytest.raises(ZeroDivisionError, match="mine"):
        list(combined(pairs, Aggregator(lambda v: v, merge, merge), where, raw=True))
    assert os.listdir(where.directory) == []


def test_an_unhashable_key_is_a_type_error(scratch: MakeScratch) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        list(combined([([1], 1)], LISTS, scratch(), raw=True))


def test_a_result_that_is_dropped_half_way_leaves_nothing(scratch: MakeScratch) -> None:
    where = scratch(every=1)
    result = combined([(i, i) for i in range(200)], LISTS, where, raw=True)
    next(result)
    del result
    assert os.listdir(where.directory) == []
