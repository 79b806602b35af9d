"""What stands in an aggregate is computed for the rows that its FILTER lets through; expected values are PySpark's."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import ArithmeticException
from pyrdd.sql import SparkSession


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    rows = [(0, "x", 1), (2, "7", 1), (4, "9", 2), (None, None, 2), (0, "y", 3)]
    session.createDataFrame(rows, "a int, s string, g int").createOrReplaceTempView("t")
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


ANSWERS = {
    "sum(1/a) filter (where a <> 0)": 0.75,
    "sum(cast(s as int)) filter (where s rlike '^[0-9]+$')": 16,
    "sort_array(collect_list(10 div a) filter (where a <> 0))": [2, 5],
    "max_by(s, 10 div a) filter (where a <> 0)": "7",
    "percentile(10 div a, 0.5) filter (where a <> 0)": 3.5,
    "approx_count_distinct(10 div a) filter (where a <> 0)": 2,
    "first(10 div a) filter (where a > 3)": 2,
    "any_value(10 div a) filter (where a = 4)": 2,
    "sum(element_at(array(1,2), a)) filter (where a = 2)": 2,
    "sum(raise_error('x')) filter (where a > 100)": None,
    "listagg(cast(10 div a as string), ',') within group (order by 10 div a) filter (where a <> 0)": "2,5",
    "bool_or(10 div a > 2) filter (where a <> 0)": True,
}


@pytest.mark.parametrize("text", ANSWERS)
def test_rows_that_the_filter_drops_cannot_fail(text: str, spark: Any) -> None:
    assert spark.sql(f"select {text} as v from t").collect()[0].v == ANSWERS[text]


def test_groups_without_a_row_are_null(spark: Any) -> None:
    found = spark.sql("select g, sum(10 div a) filter (where a <> 0) as v from t group by g order by g").collect()
    assert [tuple(row) for row in found] == [(1, 5), (2, 2), (3, None)]


def test_partitions_aggregated_by_themselves_drop_the_rows_too(spark: Any) -> None:
    spread = spark.table("t").repartition(3)
    spread.createOrReplaceTempView("spread")
    text = "select g, sum(10 div a) filter (where a <> 0) as v from spread group by g"
    assert sorted(map(tuple, spark.sql(text).rdd.collect())) == [(1, 5), (2, 2), (3, None)]


@pytest.mark.parametrize(
    "text",
    [
        "sum(a) filter (where 10 div a > 1)",
        "count(distinct 10 div a) filter (where a <> 0)",
    ],
)
def test_the_filter_itself_and_distinct_values_are_computed_for_every_row(text: str, spark: Any) -> None:
    with pytest.raises(ArithmeticException):
        spark.sql(f"select {text} from t").collect()


@pytest.mark.parametrize("others", ["", ", count(distinct g)"])
def test_partitions_compute_distinct_values_for_every_row_too(others: str, spark: Any) -> None:
    spark.table("t").repartition(3).createOrReplaceTempView("spread")
    text = "select count(distinct 10 div {}) filter (where a <> 0){} from spread"
    with pytest.raises(ArithmeticException):
        spark.sql(text.format("a", others)).rdd.collect()
    assert spark.sql(text.format("(a + 1)", others)).rdd.collect()[0][0] == 2
