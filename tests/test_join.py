"""Joins of grouped values: PySpark's pairs in PySpark's order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.join import Join, cogrouped, only_left

LEFT_TABLE: dict[str, list[Any]] = {"a": [1, 2], "b": [4], "c": [5]}
RIGHT_TABLE: dict[str, list[Any]] = {"d": [3], "b": [9], "a": [7, 8]}
BOTH = [("a", (1, 7)), ("a", (1, 8)), ("a", (2, 7)), ("a", (2, 8)), ("b", (4, 9))]
LEFT: list[Any] = [("c", (5, None))]
RIGHT: list[Any] = [("d", (None, 3))]


def tables() -> list[dict[str, list[Any]]]:
    return [dict(LEFT_TABLE), dict(RIGHT_TABLE)]


@pytest.mark.parametrize(
    ("keep_left", "keep_right", "expected"),
    [
        (False, False, BOTH),
        (True, False, BOTH + LEFT),
        (False, True, BOTH + RIGHT),
        (True, True, BOTH + LEFT + RIGHT),
    ],
)
def test_joins_pair_the_values_of_both_sides(keep_left: bool, keep_right: bool, expected: list[Any]) -> None:
    assert list(Join(keep_left, keep_right)(tables())) == expected


def test_only_left_keeps_the_pairs_whose_key_the_right_side_lacks() -> None:
    assert list(only_left(tables())) == [("c", 5)]


def test_cogroup_hands_out_an_iterable_for_each_side() -> None:
    ((key, sides),) = cogrouped([("k", ([1], [2, 3], []))])
    assert (key, [list(side) for side in sides], len(sides[1])) == ("k", [[1], [2, 3], []], 2)


VALUES = st.dictionaries(st.integers(0, 5), st.lists(st.integers(), min_size=1, max_size=3), max_size=5)


@given(VALUES, VALUES)
def test_a_full_outer_join_loses_nothing(left: dict[int, list[int]], right: dict[int, list[int]]) -> None:
    pairs = list(Join(True, True)([dict(left), dict(right)]))
    expected = sum(len(left.get(key, [None])) * len(right.get(key, [None])) for key in {*left, *right})
    assert len(pairs) == expected
    assert {(key, one) for key, (one, _) in pairs} >= {(key, v) for key in left for v in left[key]}
    assert {(key, two) for key, (_, two) in pairs} >= {(key, v) for key in right for v in right[key]}
