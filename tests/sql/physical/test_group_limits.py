"""The first rows of each group: fewer rows are exchanged, and the same come out."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql.expressions import WindowExpression
from pyrdd.sql.physical.nodes import ExchangeExec, QueryExec


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.conf.set("spark.sql.shuffle.partitions", 3)
    rows = [(i % 3 if i % 11 else None, (i * 7) % 20 if i % 5 else None) for i in range(60)]
    session.createDataFrame(rows, "k int, x int").repartition(4).createOrReplaceTempView("t")
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


LIMITED = {
    "rank() over (partition by k order by x) as n": "n <= 2",
    "row_number() over (partition by k order by x desc, k) as n": "n = 1",
    "dense_rank() over (partition by k order by x) as n": "3 > n",
    "rank() over (order by x desc) as n": "n < 4",
    "rank() over (partition by k order by x) as n, dense_rank() over (partition by k order by x) as m": "m <= 2 and x > 0",
}
WHOLE = {
    "rank() over (partition by k order by x) as n, count(*) over (partition by k) as m": "n <= 2",
    "rank() over (partition by k order by x) as n, rank() over (partition by x order by k) as m": "n <= 2",
    "rank() over (partition by k order by x) as n, x + 1 as m": "m <= 2",
    "sum(x) over (partition by k order by x) as n": "n <= 2",
    "row_number() over (partition by k order by x) % 2 as n": "n <= 1",
    "rank() over (partition by k order by x) as n, k as m": "n <= 2 or k = 1",
    "rank() over (partition by k order by x) as n, -x as m": "n <= 2000",
    "rank() over (partition by k order by x) as n, -k as m": "n >= 2",
}


def numbered(columns: str, condition: str, spark: Any) -> Any:
    return spark.sql(f"select * from (select k, x, {columns} from t) where {condition}")


@pytest.mark.parametrize("columns", [*LIMITED, *WHOLE])
def test_rows_are_limited_before_the_exchange_where_no_other_window_sees_them(columns: str, spark: Any) -> None:
    frame = numbered(columns, {**LIMITED, **WHOLE}[columns], spark)
    plan = frame._execution.physical(partitioned=True)
    sent = [e.child for e in plan.find(ExchangeExec) if not e.fixed and isinstance(e.child, QueryExec)]
    limited = [q for q in sent if any(e.contains(WindowExpression) for e in q.plan.all_expressions())]
    assert len(limited) == (columns in LIMITED)


@pytest.mark.parametrize("columns", [*LIMITED, *WHOLE])
def test_the_rows_are_those_of_one_query(columns: str, spark: Any) -> None:
    frame = numbered(columns, {**LIMITED, **WHOLE}[columns], spark)
    # rows that are alike in all that orders them are numbered in any order
    assert sorted(map(repr, frame.rdd.collect())) == sorted(map(repr, frame.collect()))
