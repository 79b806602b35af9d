from __future__ import annotations

import os
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.core.collections import INLINE_BYTES, slices_of
from pyrdd.errors import PySparkPicklingError
from pyrdd.rdd.parallel_collection_rdd import FileSlice, InlineSlice
from pyrdd.serializers import CPickleSerializer, MarshalSerializer


def read(slices: Any) -> list[list[Any]]:
    return [list(each.read()) for each in slices]


@given(st.lists(st.integers(), max_size=60), st.integers(1, 9), st.integers(-1, 5))
def test_slices_hold_all_records_in_order(records: list[int], count: int, batch_size: int) -> None:
    slices = slices_of(records, count, batch_size, 0, None, CPickleSerializer())
    assert len(slices) == count
    assert list(chain.from_iterable(read(slices))) == records


@given(st.integers(0, 200), st.integers(1, 12))
def test_slices_differ_by_one_record_when_batches_hold_one(size: int, count: int) -> None:
    lengths = [len(part) for part in read(slices_of(range(size), count, 1, 0, None, CPickleSerializer()))]
    assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize("collection", [{"a": 1, "b": 2}, {1, 2}, "ab", (1, 2), iter([1, 2]), range(2)])
def test_any_iterable_is_sliced(collection: Any) -> None:
    expected = list(collection) if not hasattr(collection, "__next__") else [1, 2]
    assert list(chain.from_iterable(read(slices_of(collection, 3, 0, 0, None, CPickleSerializer())))) == expected


def test_small_slices_travel_with_their_tasks_and_large_ones_by_file(tmp_path: Any) -> None:
    small = slices_of([b"x"] * 4, 2, 0, 7, str(tmp_path), CPickleSerializer())
    assert all(isinstance(each, InlineSlice) for each in small)
    assert os.listdir(tmp_path) == []
    records = [os.urandom(INLINE_BYTES // 4) for _ in range(8)]
    large = slices_of(records, 3, 0, 7, str(tmp_path), CPickleSerializer())
    assert all(isinstance(each, FileSlice) for each in large)
    assert list(chain.from_iterable(read(large))) == records


def test_another_serializer_sees_and_refuses_the_records() -> None:
    assert read(slices_of([1, "a"], 1, 0, 0, None, MarshalSerializer())) == [[1, "a"]]
    with pytest.raises(PySparkPicklingError, match="unmarshallable"):
        slices_of([object()], 1, 0, 0, None, MarshalSerializer())
