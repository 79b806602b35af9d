"""DISTINCT aggregates drop repetitions before they exchange anything, and give what one aggregation gives."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql.physical.distinct_aggregates import in_steps
from pyrdd.sql.physical.nodes import ExchangeExec, QueryExec
from pyrdd.sql.plan import Aggregate, Deduplicate, Distinct, Project


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.conf.set("spark.sql.shuffle.partitions", 3)
    rows = [(i % 3, i % 4 if i % 5 else None, "ab"[i % 2], i / 2 if i % 7 else None) for i in range(60)]
    frame = session.createDataFrame(rows, "k int, x int, s string, d double").repartition(4)
    frame.createOrReplaceTempView("t")
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


QUERIES = [
    "select count(distinct x) from t",
    "select k, count(distinct x), sum(x), count(*), avg(x), max(s) from t group by k",
    "select k, sum(distinct x), count(distinct x), avg(distinct x) from t group by k",
    "select count(distinct x, s), count(distinct s), sum(x), count(*), min(d) from t",
    "select k, count(distinct x), count(distinct s), sum(d), count(1), bool_or(x > 2) from t group by k",
    "select k + 1 as n, count(distinct x + 1) * 2, sum(distinct x) + sum(x) from t group by k + 1",
    "select k, count(distinct x) filter (where s = 'a'), count(distinct x), count(*) filter (where d > 4) from t group by k",
    "select max(distinct x), min(distinct s), count(distinct s) from t",
    "select count(distinct x), count(distinct s), sum(x), count(*) from t where k > 7",
    "select s, count(distinct k) from t group by s having count(distinct x) > 1",
    "select count(distinct cast(x as decimal(10,2))), sum(distinct cast(x as decimal(10,2))), count(distinct d) from t",
]


@pytest.mark.parametrize("text", QUERIES)
def test_steps_give_the_rows_of_one_aggregation(text: str, spark: Any) -> None:
    # one query of one process has no need of steps
    assert sorted(map(repr, spark.sql(text).rdd.collect())) == sorted(map(repr, spark.sql(text).collect()))


@pytest.mark.parametrize("text", QUERIES)
def test_every_exchange_is_of_aggregated_rows(text: str, spark: Any) -> None:
    plan = spark.sql(text)._execution.physical(partitioned=True)
    aggregations = [exchange for exchange in plan.find(ExchangeExec) if not exchange.fixed]
    assert len(aggregations) >= 1 + ("group by" in text)
    assert all(isinstance(query(exchange), Aggregate) for exchange in aggregations)


def query(exchange: ExchangeExec) -> Any:
    """What is computed last before an exchange."""
    assert isinstance(exchange.child, QueryExec)
    plan = exchange.child.plan
    while isinstance(plan, Project):
        plan = plan.child
    return plan


WHOLE = [
    "select count(distinct s collate utf8_lcase) from t",
    "select collect_list(distinct x) from t",
    "select count(distinct x), first(s) from t",
    "select count(distinct x), median(x) from t",
    "select count(distinct x, rand(1) < 2) from t",
    "select count(x) from t",
]


@pytest.mark.parametrize("text", WHOLE)
def test_what_cannot_be_taken_apart_stays_whole(text: str, spark: Any) -> None:
    (plan,) = spark.sql(text)._execution.optimized.find(Aggregate)
    assert in_steps(plan) is None


def test_rows_are_made_distinct_before_they_are_exchanged(spark: Any) -> None:
    frames = {Distinct: spark.sql("select distinct k, s from t"), Deduplicate: spark.table("t").dropDuplicates(["k"])}
    for kind, frame in frames.items():
        plan = frame._execution.physical(partitioned=True)
        assert [type(query(e)) for e in plan.find(ExchangeExec) if not e.fixed] == [kind]
    assert sorted(map(tuple, frames[Distinct].rdd.collect())) == [(k, s) for k in range(3) for s in "ab"]
    assert sorted(row.k for row in frames[Deduplicate].rdd.collect()) == [0, 1, 2]
