"""Where nothing sorts, DuckDB's threads bring rows in another order each time. Of few rows the order stays the same."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql.physical.sizes import UNKNOWN, read_by

pytestmark = pytest.mark.masters("local", "threads[2]", "local[2]")


def test_groups_of_few_rows_come_in_the_same_order_each_time_on_every_master(spark: Any) -> None:
    df = spark.createDataFrame([(n % 9, str(n)) for n in range(40)], ["k", "v"])
    orders = {tuple(row.k for row in df.groupBy("k").count().collect()) for _ in range(20)}
    assert len(orders) == 1
    distinct = {tuple(row.k for row in df.select("k").distinct().collect()) for _ in range(20)}
    assert distinct == {tuple(range(9))}


def test_products_and_generators_may_make_many_rows_of_few(spark: Any) -> None:
    spark.createDataFrame([(1,)], ["a"]).createOrReplaceTempView("few_rows")

    def read(text: str) -> int:
        return read_by(spark.sql(text)._execution.physical(False).plan)

    assert 0 < read("select a, count(*) from few_rows where a in (select a from few_rows) group by a") < 1000
    assert read("select * from range(1000000) where id > 3") == 8_000_000
    assert read("select * from few_rows x cross join few_rows y") == UNKNOWN
    assert read("select explode(sequence(1, a)) from few_rows") == UNKNOWN
