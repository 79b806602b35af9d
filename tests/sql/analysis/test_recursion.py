"""Recursive common table expressions: names inside of them, places of the recursion, and limits that end it."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException

ENDLESS = "WITH RECURSIVE t1(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t1)"


def rows(spark: Any, text: str) -> list[Any]:
    return [row[0] for row in spark.sql(text).collect()]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("n < (SELECT max(z) FROM VALUES (3) q(z))", [1, 2, 3]),
        ("n < 5 AND EXISTS (SELECT 1 FROM t1 x WHERE x.n < 3)", [1, 2, 3]),
        ("n IN (SELECT n FROM t1 WHERE n < 3)", [1, 2, 3]),
    ],
)
def test_subqueries_may_read_the_round_before(spark: Any, condition: str, expected: list[int]) -> None:
    assert rows(spark, f"{ENDLESS[:-1]} WHERE {condition}) SELECT * FROM t1") == expected


def test_a_recursion_may_consist_of_a_subquery(spark: Any) -> None:
    query = "WITH RECURSIVE t1(n) AS (SELECT 1 UNION ALL SELECT (SELECT n + 1 FROM t1 WHERE n < 5)) SELECT * FROM t1"
    assert rows(spark, f"{query} LIMIT 7") == [1, 2, 3, 4, 5, None, None]


def test_aggregates_of_the_round_before_are_refused_in_subqueries_too(spark: Any) -> None:
    query = "WITH RECURSIVE t(c) AS (SELECT 1 UNION ALL SELECT (SELECT max(c) FROM t)) SELECT * FROM t LIMIT 5"
    with pytest.raises(AnalysisException, match="INVALID_RECURSIVE_REFERENCE.PLACE"):
        spark.sql(query)


def test_a_definition_inside_hides_the_recursion_of_its_name(spark: Any) -> None:
    inner = "WITH RECURSIVE r(level) AS (VALUES 0 UNION ALL SELECT level + 1 FROM r WHERE level < 3) SELECT * FROM r"
    query = f"WITH RECURSIVE r(level) AS (({inner}) UNION ALL SELECT level + 1 FROM r WHERE level < 3) SELECT * FROM r"
    assert sorted(rows(spark, query)) == [0, 1, 1, 2, 2, 2, 3, 3, 3, 3]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("WITH t2(n) AS (SELECT 1) SELECT * FROM t2 UNION ALL SELECT n + 1 FROM t1 WHERE n < 3", [1, 2, 3]),
        ("WITH t2(m) AS (SELECT 2) SELECT 1 UNION ALL SELECT n + 1 FROM t1, t2 WHERE n < m", [1, 2]),
    ],
)
def test_definitions_before_the_anchor(spark: Any, body: str, expected: list[int]) -> None:
    assert rows(spark, f"WITH RECURSIVE t1(n) AS ({body}) SELECT * FROM t1") == expected


def test_definitions_before_the_anchor_cannot_read_the_recursion(spark: Any) -> None:
    body = "WITH t2(n) AS (SELECT * FROM t1) SELECT 1 UNION ALL SELECT n + 1 FROM t2 WHERE n < 5"
    with pytest.raises(AnalysisException, match="INVALID_RECURSIVE_CTE"):
        spark.sql(f"WITH RECURSIVE t1(n) AS ({body}) SELECT * FROM t1")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "SELECT (SELECT sum(n) FROM (SELECT * FROM t1 LIMIT 5)) * (SELECT sum(n) FROM (SELECT * FROM t1 LIMIT 3))",
            [90],
        ),
        ("((SELECT n FROM t1) UNION ALL (SELECT n FROM t1)) LIMIT 20", list(range(1, 21))),
        ("SELECT a FROM (SELECT n + 1 AS a FROM t1) LIMIT 3", [2, 3, 4]),
    ],
)
def test_each_limit_ends_its_own_use_of_a_recursion(spark: Any, query: str, expected: list[int]) -> None:
    assert rows(spark, f"{ENDLESS} {query}") == expected


@pytest.mark.parametrize(("word", "expected"), [("EXCEPT", [1]), ("INTERSECT", [1, 2, 3, 4, 5])])
def test_set_operations_of_the_round_before(spark: Any, word: str, expected: list[int]) -> None:
    body = f"SELECT n + 1 FROM t WHERE n < 10 {word} SELECT n + 1 FROM t WHERE n < 5"
    assert rows(spark, f"WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL ({body})) SELECT * FROM t") == expected
