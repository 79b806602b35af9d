"""Histograms: buckets, counts and errors as recorded from PySpark 4.3."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.histogram import (
    Buckets,
    check_bucket_number,
    even_buckets,
    extremes,
    given_buckets,
    merge_counts,
)

nan, inf = math.nan, math.inf


def histogram(records: list[Any], buckets: Any) -> tuple[Any, list[int]]:
    """As `RDD.histogram` over two partitions."""
    parts = [records[: len(records) // 2], records[len(records) // 2 :]]
    if isinstance(buckets, int):
        check_bucket_number(buckets)
        chosen = even_buckets(buckets, [pair for part in parts for pair in extremes(part)])
    else:
        chosen = given_buckets(buckets)
    return chosen.bounds, merge_counts(*map(chosen.count, parts))


@pytest.mark.parametrize(
    ("records", "buckets", "expected"),
    [
        (list(range(51)), 2, ([0, 25, 50], [25, 26])),
        (list(range(51)), [0, 5, 25, 50], ([0, 5, 25, 50], [5, 20, 26])),
        (list(range(51)), [0, 15, 30, 45, 60], ([0, 15, 30, 45, 60], [15, 15, 15, 6])),
        (["ab", "ac", "b", "bd", "ef"], ("a", "b", "c"), (("a", "b", "c"), [2, 2])),
        ([1.0, nan, None, 4.5], 3, ([1.0, 2.166666666666667, 3.3333333333333335, 4.5], [1, 0, 1])),
        ([1, 1, 1], 4, ([1, 1], [3])),
        (["a", "b"], 1, (["a", "b"], [2])),
        ([0.1, 0.7, 0.3], [0.0, 0.1, 0.2, 0.3], ([0.0, 0.1, 0.2, 0.3], [0, 1, 1])),
        ([True, 3], 2, ([1, 2, 3], [1, 1])),
        ([], [0, 1], ([0, 1], [0])),
        ([None, nan, 0.5], [0, 1], ([0, 1], [1])),
    ],
)
def test_counts_are_those_recorded_from_pyspark(records: list[Any], buckets: Any, expected: Any) -> None:
    assert histogram(records, buckets) == expected


@pytest.mark.parametrize(
    ("records", "buckets", "error", "message"),
    [
        ([], 2, ValueError, "empty RDD"),
        ([1, 2], 0, ValueError, "number of buckets must be >= 1"),
        (["a", "b"], 2, TypeError, "Can not generate buckets with non-number in RDD"),
        ([1.0, inf], 2, ValueError, "Can not generate buckets with infinite value"),
        ([1], [1], ValueError, "buckets should have more than one value"),
        ([1], [2, 1], ValueError, "buckets should be sorted"),
        ([1], [1, 1], ValueError, "buckets should not contain duplicated values"),
        ([1], [1, None], ValueError, "can not have None or NaN in buckets"),
        ([1], [1, 2, nan], ValueError, "can not have None or NaN in buckets"),
        ([1], "x", TypeError, "buckets should be a list or tuple or number"),
        ([1], 3.0, TypeError, "buckets should be a list or tuple or number"),
    ],
)
def test_errors_are_pyspark_s(records: list[Any], buckets: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        histogram(records, buckets)


def test_buckets_travel_to_tasks() -> None:
    assert pickle.loads(pickle.dumps(Buckets([0, 1, 2], 1.0).count))([0, 1, 2]) == [1, 2]


def test_extremes_of_more_records_than_a_chunk() -> None:
    assert extremes(range(10_000)) == [(0, 9999)]
    assert extremes([None, nan]) == []


@given(st.lists(st.integers(-100, 100), min_size=1), st.integers(1, 8))
def test_every_record_is_counted_once(records: list[int], number: int) -> None:
    _, counts = histogram(records, number)
    assert sum(counts) == len(records)
