"""Aggregation before an exchange gives what aggregation after it gives, under the same columns."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.physical.partial_aggregate import split
from pyrdd.sql.plan import Aggregate


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.range(10).selectExpr("id % 3 as k", "id as v", "cast(id as decimal(15,2)) as m").createOrReplaceTempView(
        "t"
    )
    return session


def aggregation(spark: Any, query: str) -> Aggregate:
    plan = analyze(spark.sql(query)._plan, spark._analysis_context())
    return next(node for node in plan.walk() if isinstance(node, Aggregate))


@pytest.mark.parametrize(
    "query",
    [
        "select k, sum(v), count(*), avg(v), max(m), sum(m) from t group by k",
        "select k + 1, k + 1 as again, avg(v) + 1 as mean from t group by k + 1",
        "select sum(v) filter (where v > 3), count_if(v > 3), bit_xor(v) from t",
    ],
)
def test_both_steps_have_the_columns_of_the_one(spark: Any, query: str) -> None:
    plan = aggregation(spark, query)
    parts = split(plan, None)
    assert parts is not None
    partial, final = parts
    assert [(a.id, a.name, a.data_type) for a in final.output] == [(a.id, a.name, a.data_type) for a in plan.output]
    assert partial.output[: len(plan.grouping)] == final.grouping
    assert len({a.id for a in partial.output}) == len(partial.output)


@pytest.mark.parametrize(
    "query",
    [
        "select count(distinct v) from t",
        "select avg(cast(m as decimal(38,10))) from t",
        "select median(v) from t",
        "select first(v) from t",
        "select listagg(v) within group (order by v) from t",
    ],
)
def test_a_function_that_needs_all_rows_is_not_split(spark: Any, query: str) -> None:
    assert split(aggregation(spark, query), None) is None
