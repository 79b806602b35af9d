"""The same queries on one process and on several: answers do not depend on who computes them, nor on the optimiser."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql.execution import query
from tests.sql.every_master_queries import ORDERED, QUERIES, TABLES

pytestmark = pytest.mark.masters("local", "local[2]", "local-cluster[2,1,512]")

_answers: dict[str, list[str]] = {}


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.conf.set("pyrdd.sql.checkPlans", "true")
    for name, (schema, rows) in TABLES.items():
        # more than one partition each, one of them empty for the small ones
        session.createDataFrame(sc.parallelize(rows, 3), schema).createOrReplaceTempView(name)
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def answer(frame: Any, ordered: bool) -> list[str]:
    """The rows as text, where a nan is equal to itself; -0.0 as 0.0, for either may stand for their group."""
    rows = [repr(tuple(row)).replace("-0.0", "0.0") for row in frame.collect()]
    return rows if ordered else sorted(rows)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_the_same_answer_on_every_master(name: str, spark: Any) -> None:
    found = answer(spark.sql(QUERIES[name]), name in ORDERED)
    assert _answers.setdefault(name, found) == found


@pytest.mark.parametrize("name", QUERIES)
def test_joins_without_broadcasts_give_the_same(name: str, spark: Any) -> None:
    spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    found = answer(spark.sql(QUERIES[name]), name in ORDERED)
    assert _answers.setdefault(name, found) == found
