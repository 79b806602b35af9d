"""HyperLogLog++: Spark's very answers, and merging that does not depend on the parting."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.partial.hll_bias import LINEAR_COUNTING_LIMITS, cardinalities, raw_estimates
from pyrdd.partial.hyperloglog import HyperLogLog, murmur64, precision_for

#: sc.parallelize(range(n)).countApproxDistinct(relativeSD), recorded from PySpark 4.3
RECORDED = {
    0.05: {
        0: 0,
        1: 1,
        5: 5,
        20: 19,
        100: 99,
        300: 300,
        450: 477,
        700: 702,
        1000: 1006,
        2000: 2111,
        3000: 3071,
    },
    0.3: {5000: 4383},
    0.2: {5000: 4582},
    0.1: {5000: 4523},
    0.02: {5000: 4950},
    0.01: {5000: 4974},
    0.005: {5000: 4999},
    0.5: {40: 26},
}


@pytest.mark.parametrize(("relative_sd", "count"), [(sd, count) for sd in RECORDED for count in RECORDED[sd]])
def test_estimates_are_spark_s(relative_sd: float, count: int) -> None:
    sketch = HyperLogLog(precision_for(relative_sd))
    sketch.offer_all(range(count))
    assert sketch.cardinality() == RECORDED[relative_sd][count]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", -7207201254813729732),
        ("0", 3482904090867950579),
        ("1234567", 3312645255980952401),
        ("12345678", 1123327355903392148),
        ("4294967295", -8809835345866786294),
        ("héllo wörld", -8427631824480887829),
    ],
)
def test_the_hash_is_the_library_s(text: str, value: int) -> None:
    assert murmur64(text.encode()) == value % 2**64


def test_the_precision_follows_from_the_deviation() -> None:
    assert [precision_for(sd) for sd in (0.9, 0.05, 0.005)] == [4, 9, 16]
    with pytest.raises(ValueError, match=r"greater than 0\.000017"):
        precision_for(0.00001)


def test_every_precision_has_its_tables() -> None:
    for precision in range(4, 19):
        points = cardinalities(precision)
        assert len(raw_estimates(precision)) == len(points)
        assert list(points) == sorted(set(points))
    assert len(LINEAR_COUNTING_LIMITS) == 15


def test_a_precision_above_the_tables_is_not_corrected() -> None:
    sketch = HyperLogLog(19)
    sketch.offer_all(range(100))
    assert sketch.cardinality() == 100


def test_sketches_of_different_precision_do_not_merge() -> None:
    with pytest.raises(ValueError, match="precision"):
        HyperLogLog(4).merge(HyperLogLog(5))
    with pytest.raises(ValueError, match="at least 4"):
        HyperLogLog(3)


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=30), min_size=1, max_size=4))
def test_the_parting_does_not_matter(parts: list[list[int]]) -> None:
    whole, merged = HyperLogLog(6), HyperLogLog(6)
    whole.offer_all(value for part in parts for value in part)
    for part in parts:
        sketch = HyperLogLog(6)
        sketch.offer_all(part)
        merged.merge(pickle.loads(pickle.dumps(sketch)))
    assert merged.registers == whole.registers
