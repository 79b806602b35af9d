"""The same queries on one process and on several: PySpark's answers, whoever computes them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.sql.every_master_queries import ORDERED, QUERIES, TABLES

pytestmark = pytest.mark.masters("local", "local[2]", "local-cluster[2,1,512]")

# recorded from PySpark
ANSWERS: dict[str, list[str]] = json.loads((Path(__file__).parent / "every_master_answers.json").read_text())


@pytest.fixture
def spark(spark: Any) -> Any:
    spark.conf.set("pyrdd.sql.checkPlans", "true")
    return spark


@pytest.fixture
def small_tables(spark: Any) -> Any:
    """Tables whose sizes are known, and small: joins broadcast them."""
    for name, (schema, rows) in TABLES.items():
        spark.createDataFrame(rows, schema).createOrReplaceTempView(name)
    return spark


@pytest.fixture
def spread_tables(spark: Any) -> Any:
    """Tables of unknown size in several partitions, some of them empty: joins exchange them."""
    for name, (schema, rows) in TABLES.items():
        spark.createDataFrame(spark.sparkContext.parallelize(rows, 3), schema).createOrReplaceTempView(name)
    return spark


def answer(rows: list[Any], name: str) -> list[str]:
    """The rows as text, in which a nan is equal to itself."""
    texts = [repr(tuple(row)) for row in rows]
    return texts if name in ORDERED else sorted(texts)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_small_tables_has_pysparks_answer(name: str, small_tables: Any) -> None:
    assert answer(small_tables.sql(QUERIES[name]).collect(), name) == ANSWERS[name]


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_spread_tables_has_pysparks_answer(name: str, spread_tables: Any) -> None:
    assert answer(spread_tables.sql(QUERIES[name]).collect(), name) == ANSWERS[name]


@pytest.mark.parametrize("name", QUERIES)
def test_the_rows_of_the_rdd_are_those_of_the_query(name: str, spread_tables: Any) -> None:
    assert answer(spread_tables.sql(QUERIES[name]).rdd.collect(), name) == ANSWERS[name]


def test_a_group_of_zeros_is_positive_zero(spread_tables: Any) -> None:
    for text in (
        "select f, count(*) as n from floats where f = 0 group by f",
        "select distinct f from floats where f = 0",
        "select f from floats where f = 0 union select f from floats where f = 0",
    ):
        (row,) = spread_tables.sql(text).collect()
        assert math.copysign(1, row[0]) == 1, text
