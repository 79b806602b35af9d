"""StatCounter: PySpark's statistics, however the values are spread over partitions."""

from __future__ import annotations

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.statcounter import StatCounter

nan = math.nan


def merged(values: list[float], parts: int = 3) -> StatCounter:
    """As `RDD.stats` computes it: a counter for each partition, merged in order."""
    total = StatCounter()
    for index in range(parts):
        start, end = index * len(values) // parts, (index + 1) * len(values) // parts
        total.mergeStats(StatCounter(values[start:end]))
    return total


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 10], "(count: 5, mean: 4.0, stdev: 3.1622776601683795, max: 10.0, min: 1.0)"),
        (
            [0.1 * i for i in range(100)],
            "(count: 100, mean: 4.949999999999999, stdev: 2.886607004772211, max: 9.9, min: 0.0)",
        ),
        ([], "(count: 0, mean: 0.0, stdev: nan, max: -inf, min: inf)"),
        ([5], "(count: 1, mean: 5.0, stdev: 0.0, max: 5.0, min: 5.0)"),
        ([1.0, nan], "(count: 2, mean: nan, stdev: nan, max: nan, min: nan)"),
        ([math.inf, 1.0], "(count: 2, mean: inf, stdev: nan, max: inf, min: 1.0)"),
    ],
)
def test_statistics_are_those_recorded_from_pyspark(values: list[float], expected: str) -> None:
    assert repr(merged(values)) == expected


def test_as_dict_swaps_sample_and_population_as_pyspark_does() -> None:
    counter = StatCounter([1, 2, 3, 4, 10])
    assert counter.asDict()["variance"] == counter.sampleVariance() == 12.5
    assert counter.asDict(sample=True)["variance"] == counter.variance() == 10.0
    assert counter.asDict()["stdev"] == counter.sampleStdev() == 3.5355339059327378
    assert (counter.asDict()["count"], counter.asDict()["sum"]) == (5, 20.0)


def test_merge_counts_one_value_and_returns_the_counter() -> None:
    counter = StatCounter()
    assert counter.merge(3).merge(5) is counter
    assert (counter.count(), counter.min(), counter.max(), counter.mean()) == (2, 3.0, 5.0, 4.0)


def test_a_counter_merges_with_itself() -> None:
    counter = StatCounter([1.0, 3.0])
    counter.mergeStats(counter)
    assert (counter.count(), counter.mean(), counter.variance()) == (4, 2.0, 1.0)


def test_a_copy_changes_alone_and_a_counter_survives_pickling() -> None:
    counter = StatCounter([1.0])
    counter.copy().merge(9)
    assert counter.count() == 1
    assert repr(pickle.loads(pickle.dumps(counter))) == repr(counter)


def test_merging_an_empty_counter_into_an_empty_one_does_not_share_state() -> None:
    one, two = StatCounter(), StatCounter([1.0])
    one.mergeStats(two).merge(3.0)
    assert two.count() == 1


def test_only_counters_merge() -> None:
    with pytest.raises(TypeError, match="Can only merge StatCounter"):
        StatCounter().mergeStats([1.0])  # type: ignore[arg-type]


def test_arrays_are_counted_by_element() -> None:
    numpy = pytest.importorskip("numpy")
    counter = StatCounter([numpy.array([1.0, 5.0])]).mergeStats(StatCounter([numpy.array([3.0, 1.0])]))
    assert counter.mean().tolist() == [2.0, 3.0]
    assert (counter.min().tolist(), counter.max().tolist()) == ([1.0, 1.0], [3.0, 5.0])
    assert counter.stdev().tolist() == [1.0, 2.0]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2), st.integers(1, 4))
def test_the_parting_does_not_matter(values: list[float], parts: int) -> None:
    whole, pieces = StatCounter(values), merged(values, parts)
    assert pieces.count() == len(values)
    assert (pieces.min(), pieces.max()) == (min(values), max(values))
    assert pieces.mean() == pytest.approx(whole.mean(), abs=1e-6)
    assert pieces.variance() == pytest.approx(whole.variance(), rel=1e-6, abs=1e-3)
