"""Pairs of rows come out in the order of the left side, whichever side has more rows."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(("left", "right"), [(2, 3), (3, 2), (1, 5), (5, 1), (3, 0)])
def test_pairs_of_a_row_on_the_left_are_together(spark: Any, left: int, right: int) -> None:
    a = spark.createDataFrame([(i, [i]) for i in range(left)], "x int, l array<int>").coalesce(1)
    b = spark.createDataFrame([(i, {i: "m"}) for i in range(right)], "y int, m map<int,string>").coalesce(1)
    found = [(row.x, row.y) for row in a.crossJoin(b).collect()]
    assert found == [(i, j) for i in range(left) for j in range(right)]
    assert [row.x for row in a.crossJoin(b).select("x").collect()] == [i for i in range(left) for _ in range(right)]
    assert a.crossJoin(b).count() == left * right
