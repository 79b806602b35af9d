"""Sketches; the expected values are the real Spark's answers."""

from __future__ import annotations

import pytest
from outcomes import outcome

from pyrdd.sql.kernels.sketches import (
    CountMinSketch,
    DistinctCounter,
    NumericHistogram,
    bitmap_and,
    bitmap_bit_position,
    bitmap_bucket_number,
    bitmap_construct,
    bitmap_count,
    bitmap_or,
)
from pyrdd.sql.types import DataType, DoubleType, LongType, StringType


@pytest.mark.parametrize(
    ("values", "data_type", "error", "expected"),
    [
        (range(20000), LongType(), 0.05, 19522),
        (range(20000), LongType(), 0.01, 19867),
        (map(str, range(20000)), StringType(), 0.05, 18604),
        ((i % 100 for i in range(20000)), LongType(), 0.05, 103),
        ((i * 1.5 for i in range(20000)), DoubleType(), 0.05, 19924),
        (range(20000), LongType(), 0.2, 18488),
    ],
)
def test_distinct_values_are_estimated_as_spark_does(
    values: range, data_type: DataType, error: float, expected: int
) -> None:
    counter = DistinctCounter(data_type, error)
    counter.add_all(values)
    assert counter.estimate() == expected


def test_merged_counters_are_one_counter_of_all() -> None:
    first, second, both = (DistinctCounter(LongType()) for _ in range(3))
    first.add_all(range(500))
    second.add_all(range(300, 900))
    both.add_all(range(900))
    assert first.merge(second).estimate() == both.estimate()


def test_a_count_min_sketch_has_sparks_bytes() -> None:
    sketch = CountMinSketch(0.5, 0.5, 1)
    for value in (1, 2, 1):
        sketch.add(value)
    assert sketch.to_bytes().hex().upper() == (
        "0000000100000000000000030000000100000004000000005D8D6AB9"
        "0000000000000000000000000000000200000000000000010000000000000000"
    )
    assert sketch.estimate(1) == 2


def test_a_count_min_sketch_of_strings_has_sparks_bytes() -> None:
    sketch = CountMinSketch(0.1, 0.9, 42)
    for value in ("a", "b", "a"):
        sketch.add(value)
    data = sketch.to_bytes()
    assert data[:52].hex().upper() == (
        "0000000100000000000000030000000400000014000000005D20CE9A0000000006FF457B000000005773DDF0000000000622E014"
    )
    table = [int.from_bytes(data[i : i + 8], "big") for i in range(52, len(data), 8)]
    assert {i: count for i, count in enumerate(table) if count} == TABLE


TABLE = {11: 1, 13: 2, 26: 1, 38: 2, 47: 2, 53: 1, 64: 2, 76: 1}


@pytest.mark.parametrize(
    ("values", "size", "expected"),
    [
        ([0, 1, 2, 10], 5, [(0, 1.0), (1, 1.0), (2, 1.0), (10, 1.0)]),
        ([0, 1, 2, 10, 11, 20], 3, [(1, 3.0), (10, 2.0), (20, 1.0)]),
        (list(range(20)), 4, [(3, 7.0), (8, 4.0), (14, 7.0), (18, 2.0)]),
    ],
)
def test_a_histogram_of_whole_numbers(values: list[int], size: int, expected: list[tuple[int, float]]) -> None:
    histogram = NumericHistogram(size)
    histogram.add_all(values)
    assert [(int(x), y) for x, y in histogram.bins] == expected


def test_a_histogram_of_doubles() -> None:
    histogram = NumericHistogram(3)
    histogram.add_all(i * 1.5 for i in range(10))
    assert histogram.bins == [[1.5, 3.0], [5.25, 2.0], [10.5, 5.0]]


@pytest.mark.parametrize(
    ("value", "position", "bucket"),
    [(1, 0, 1), (32768, 32767, 1), (32769, 0, 2), (0, 0, 0), (-1, 1, 0), (-32768, 0, -1), (-32769, 1, -1)],
)
def test_a_number_has_its_bit_in_a_bitmap(value: int, position: int, bucket: int) -> None:
    assert (bitmap_bit_position(value), bitmap_bucket_number(value)) == (position, bucket)


def test_bitmaps() -> None:
    assert bitmap_count(bytes.fromhex("1010")) == 2
    one, two = bitmap_construct([0, 1, 2]), bitmap_construct([2, 9])
    assert one[:2] == b"\x07\x00" and len(one) == 4096
    assert bitmap_or([one, two])[:2] == b"\x07\x02" and bitmap_and([one, two])[:2] == b"\x04\x00"
    assert outcome(bitmap_construct, [32768])[1] == "INVALID_BITMAP_POSITION"
