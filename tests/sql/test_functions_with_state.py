"""Functions that go on from row to row give each row its value, however many threads a query has."""

from __future__ import annotations

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql import functions as F

ROWS = 300_000


@pytest.mark.parametrize("master", ["threads[2]", "local[2]"])
def test_rows_of_a_large_partition_are_taken_in_their_order(make_context, master):
    spark = SparkSession(make_context(master))
    rows = spark.range(0, ROWS, 1, 1).select(
        "id", F.monotonically_increasing_id().alias("number"), F.rand(42).alias("r")
    )
    assert rows.filter("id <> number").count() == 0
    # the rows in the middle of the partition have PySpark's numbers too
    (found,) = rows.filter("id = 250000").collect()
    assert found.r == 0.5614446868320193
