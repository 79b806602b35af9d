from __future__ import annotations

import subprocess
import sys
from collections.abc import Hashable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd import partitioner
from pyrdd.partitioner import Partitioner, RangeBounds, portable_hash


class Colour(Enum):
    RED = 1


KEYS: list[Hashable] = [
    None, 0, -1, 2**61 - 1, 2**61, 10**40, True, 1.5, -0.0, float("inf"), 3 + 4j,
    "", "a", "abc", "Ünïcode", "日本語", "𝄞 clef", "x" * 1000, b"", b"abc",
    (), ("a",), ("a", None, 1), (("nested", "ä"), 2.5),
    frozenset(), frozenset({"a", "b"}), frozenset({1, ("t", "u")}), frozenset({("a", (None, b"x")), None, -1}),
    Decimal("1.50"), Fraction(1, 3),
    date(2024, 2, 29), datetime(2024, 2, 29, 1, 2, 3), datetime(2024, 2, 29, tzinfo=UTC), time(1, 2), timedelta(3),
]  # fmt: skip


@pytest.fixture(scope="module")
def under_seed_zero() -> list[int]:
    """The hashes of KEYS in a process with PYTHONHASHSEED=0, where strings have the hash that PySpark's workers see."""
    program = f"""
import sys; sys.path[:0] = {sys.path!r}
from datetime import *
from decimal import Decimal
from fractions import Fraction
UTC = timezone.utc
import datetime as d
class datetime_: pass
inf = float("inf")
keys = {KEYS!r}
"""
    program = program.replace("datetime.datetime", "d.datetime").replace("datetime.date(", "d.date(")
    program = program.replace("datetime.timezone.utc", "d.timezone.utc").replace("datetime.time", "d.time")
    program += "from pyrdd.partitioner import portable_hash\nprint([portable_hash(k) for k in keys])\n"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=True
    )
    found: list[int] = eval(done.stdout)
    return found


def test_a_hash_is_the_same_in_every_process(under_seed_zero: list[int]) -> None:
    differing = [
        (key, portable_hash(key), there)
        for key, there in zip(KEYS, under_seed_zero, strict=True)
        if portable_hash(key) != there
    ]
    assert differing == []


def test_known_values_are_those_of_pyspark() -> None:
    assert portable_hash(None) == 0
    assert portable_hash((None, 1)) & 0xFFFFFFFF == 219750521
    assert portable_hash("a") == 4644417185603328019
    assert portable_hash(()) == 0x345678


def test_equal_keys_have_equal_hashes() -> None:
    for same in ([1, 1.0, True], [0, 0.0, -0.0, False], [("a", 1), ("a", 1.0)], [Decimal(2), 2, Fraction(2)]):
        assert len({portable_hash(key) for key in same}) == 1
    assert portable_hash(float("nan")) == portable_hash(float("nan")) == 0


def test_plus_two_datetimes_of_one_instant_hash_alike() -> None:
    there = datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert portable_hash(there) == portable_hash(datetime(2024, 1, 1, 10, tzinfo=UTC))


@pytest.mark.parametrize("key", [[1], {}, {1}, ([],), bytearray(b"x")])
def test_unhashable_keys_are_refused(key: Any) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        portable_hash(key)
    for n in (1, 3):
        with pytest.raises(TypeError, match="unhashable"):
            Partitioner(n).indexer()(key)


def test_enums_and_paths_have_a_hash() -> None:
    assert portable_hash(Colour.RED) == portable_hash("RED")
    assert isinstance(portable_hash(PurePosixPath("/a")), int)


@given(
    st.one_of(st.text(), st.binary(), st.integers(), st.tuples(st.text(), st.integers()), st.none()), st.integers(1, 50)
)
def test_the_fast_indexer_agrees_with_the_partitioner(key: Hashable, n: int) -> None:
    partitioner_ = Partitioner(n)
    assert partitioner_.indexer()(key) == partitioner_(key) < n
    assert partitioner_(key) >= 0


@given(st.binary(max_size=40), st.integers(0, 2**32))
def test_our_own_siphash_is_cpythons(data: bytes, key: int) -> None:
    assert partitioner._siphash13(key, data) == partitioner._keyed_hash(key, data)


def test_partitioners_are_equal_by_number_and_function() -> None:
    assert Partitioner(3) == Partitioner(3) and hash(Partitioner(3)) == hash(Partitioner(3))
    assert Partitioner(3) != Partitioner(4)
    assert Partitioner(3) != Partitioner(3, hash)
    assert Partitioner(3) != 3
    assert "3" in repr(Partitioner(3)) and "portable_hash" in repr(Partitioner(3))


def test_a_partition_function_may_be_negative() -> None:
    assert [Partitioner(4, lambda k: k)(k) for k in (-5, -1, 0, 7)] == [3, 3, 0, 3]


@given(st.lists(st.integers(), min_size=1, max_size=30), st.lists(st.integers(), max_size=6), st.booleans())
def test_range_bounds_order_the_partitions(keys: list[int], bounds: list[int], ascending: bool) -> None:
    ranges = RangeBounds(sorted(bounds), None, ascending)
    partition = Partitioner(len(bounds) + 1, ranges)
    index = partition.indexer()
    placed = [partition(key) for key in sorted(keys, reverse=not ascending)]
    assert placed == sorted(placed)
    assert [index(key) for key in keys] == [partition(key) for key in keys]
    assert all(0 <= p <= len(bounds) for p in placed)


def test_range_bounds_compare_what_the_key_function_gives() -> None:
    ranges = RangeBounds(["B", "d"], str.lower, True)
    assert [ranges(key) for key in ("a", "b", "C", "D", "e")] == [0, 0, 1, 1, 2]
    down = RangeBounds(["B", "d"], str.lower, False)
    assert [down(key) for key in ("a", "b", "C", "D", "e")] == [2, 2, 1, 1, 0]


def test_frozensets_hash_as_cpython_does() -> None:
    """Members without text have the same hash under every seed: there the two can be compared."""
    for key in (
        frozenset(),
        frozenset({1, 2.5, -1}),
        frozenset({(), (1,), (1, (2, 3.5), -1)}),
        frozenset({frozenset({2**70})}),
    ):
        assert portable_hash(key) == hash(key)
