"""IN of a query is true or false as a value, as Spark's existence joins have it; conditions leave out what is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession

Q = "VALUES (5), (1), (null) q(a)"
T = "SELECT x FROM VALUES (1), (null) t(x)"


@pytest.fixture
def spark(spark: SparkSession) -> SparkSession:
    spark.conf.set("pyrdd.sql.checkPlans", "true")
    return spark


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (f"a IN ({T})", [False, True, False]),
        (f"a NOT IN ({T})", [False, False, False]),
        (f"NOT a IN ({T}) OR a = 5", [True, False, None]),
        (f"CASE WHEN a IN ({T}) THEN 1 ELSE 0 END", [0, 1, 0]),
        ("a IN (SELECT 1)", [False, True, False]),
        ("a IN (1, null)", [None, True, None]),
    ],
)
def test_values(spark: Any, item: str, expected: list[Any]) -> None:
    assert [row[0] for row in spark.sql(f"SELECT {item} FROM {Q}").collect()] == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"a IN ({T})", [1]),
        (f"a NOT IN ({T})", []),
        (f"a NOT IN ({T} WHERE x IS NOT NULL)", [5]),
        (f"(a IN ({T})) IS NULL", []),
        (f"a = 5 OR a NOT IN ({T})", [5]),
    ],
)
def test_conditions(spark: Any, condition: str, expected: list[Any]) -> None:
    assert [row[0] for row in spark.sql(f"SELECT a FROM {Q} WHERE {condition}").collect()] == expected


def test_sums_of_values(spark: Any) -> None:
    query = f"SELECT sum(CAST(a IN ({T}) AS int)), count(a NOT IN ({T})) FROM {Q}"
    assert spark.sql(query).collect() == [(1, 3)]
