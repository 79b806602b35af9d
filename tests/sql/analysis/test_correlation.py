"""Columns of a query around: what subqueries of HAVING see of groups, and where they cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import SparkSession

VALUES = "VALUES (1, 2), (1, 5), (3, 4) AS t(a, b)"
CATEGORY = "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY"


@pytest.fixture
def spark(sc: Any) -> SparkSession:
    return SparkSession(sc)


def rows(spark: SparkSession, text: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in spark.sql(text).collect())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"SELECT a AS x FROM {VALUES} GROUP BY a HAVING (SELECT a = 1)", [(1,)]),
        (f"SELECT a FROM {VALUES} GROUP BY a HAVING max(b) = (SELECT 5 WHERE max(b) = 5)", [(1,)]),
        (
            f"SELECT a FROM {VALUES} GROUP BY a HAVING EXISTS (SELECT 1 FROM range(9) u WHERE u.id = sum(t.b))",
            [(1,), (3,)],
        ),
        (
            f"SELECT a FROM {VALUES} GROUP BY a HAVING (SELECT max(u.id) FROM range(9) u WHERE u.id = max(t.b)"
            " GROUP BY u.id HAVING (SELECT v.id FROM range(9) v WHERE v.id = max(u.id)) > 4) > 0",
            [(1,)],
        ),
    ],
)
def test_subqueries_of_having_read_keys_and_aggregates(
    text: str, expected: list[tuple[Any, ...]], spark: SparkSession
) -> None:
    assert rows(spark, text) == expected


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (
            f"SELECT a FROM {VALUES} GROUP BY a HAVING EXISTS (SELECT first(t.b) = 0)",
            f"{CATEGORY}.CORRELATED_REFERENCE",
        ),
        (f"SELECT a FROM {VALUES} GROUP BY a HAVING (SELECT b = 1)", f"{CATEGORY}.CORRELATED_COLUMN_NOT_FOUND"),
        (
            f"SELECT a FROM {VALUES} GROUP BY a HAVING EXISTS (SELECT 1 FROM range(2) u WHERE sum(t.b + u.id) = 1)",
            f"{CATEGORY}.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES",
        ),
        (
            f"SELECT * FROM {VALUES} WHERE EXISTS (SELECT 1 FROM range(2) u WHERE u.id = max(t.b))",
            "INVALID_WHERE_CONDITION",
        ),
        (f"SELECT * FROM {VALUES} ORDER BY (SELECT a)", f"{CATEGORY}.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY"),
        (f"SELECT * FROM {VALUES} LIMIT a", "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE"),
        (f"SELECT * FROM {VALUES} LIMIT zz", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        (
            f"SELECT * FROM {VALUES} WHERE EXISTS (SELECT 1 FROM range(3) u WHERE EXISTS"
            " (SELECT 1 FROM range(3) v WHERE v.id = t.a))",
            "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        ),
        (
            f"SELECT * FROM {VALUES}, LATERAL (SELECT rand(0) FROM range(2))",
            f"{CATEGORY}.NON_DETERMINISTIC_LATERAL_SUBQUERIES",
        ),
        (
            f"SELECT * FROM {VALUES} JOIN LATERAL (SELECT * FROM range(2)) s ON t.a + rand(0) = s.id",
            f"{CATEGORY}.LATERAL_JOIN_CONDITION_NON_DETERMINISTIC",
        ),
        (
            f"SELECT * FROM {VALUES} JOIN LATERAL (SELECT u.id - t.a FROM range(2) u GROUP BY u.id - t.a)",
            f"{CATEGORY}.CORRELATED_REFERENCE",
        ),
    ],
)
def test_columns_around_are_refused_by_name_elsewhere(text: str, condition: str, spark: SparkSession) -> None:
    with pytest.raises(AnalysisException) as error:
        spark.sql(text)
    assert error.value.getCondition() == condition


def test_one_row_may_draw_a_number(spark: SparkSession) -> None:
    assert spark.sql("SELECT * FROM (SELECT 1 AS a), LATERAL (SELECT rand(0))").count() == 1


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("SELECT b FROM VALUES (1, 2) t(a, b) GROUP BY b HAVING b > 1 ORDER BY a", "CORRELATED_REFERENCE"),
        ("SELECT b FROM VALUES (1, 2) t(a, b) ORDER BY x.a", "CORRELATED_REFERENCE"),
        (
            "SELECT l.id FROM range(3) l LEFT JOIN (SELECT * FROM range(3) WHERE id = x.a) r ON l.id = r.id",
            "ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED",
        ),
        (
            "SELECT l.id FROM range(3) l LEFT SEMI JOIN (SELECT * FROM range(3) WHERE id = x.a) r ON l.id = r.id",
            "ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED",
        ),
    ],
)
def test_places_that_cannot_differ_from_row_to_row_around(spark: SparkSession, query: str, condition: str) -> None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql(f"SELECT ({query}) FROM VALUES (1, 2) x(a, b)")
    assert caught.value.getCondition() == f"{CATEGORY}.{condition}"


@pytest.mark.parametrize("key", ["a IN (SELECT 1)", "EXISTS (SELECT 1)"])
def test_rows_are_not_ordered_by_looking_for_others(spark: SparkSession, key: str) -> None:
    with pytest.raises(AnalysisException, match="UNSUPPORTED_IN_EXISTS_SUBQUERY"):
        spark.sql(f"SELECT a FROM {VALUES} ORDER BY {key}")
    assert spark.sql(f"SELECT a FROM {VALUES} ORDER BY (SELECT 1)").count() == 3
