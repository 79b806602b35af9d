"""Rows with null keys find no partner: they are not exchanged where nobody misses them."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.physical.nodes import ExchangeExec, QueryExec
from pyrdd.sql.plan import Filter


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    session.conf.set("spark.sql.shuffle.partitions", 3)
    for name, rows in {"x": [(1, 10), (None, 20), (3, None)], "y": [(1, 5), (None, 6), (None, 7), (4, 8)]}.items():
        frame = session.createDataFrame(rows, f"k{name} int, v{name} int").repartition(2)
        frame.createOrReplaceTempView(name)
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


JOINS = {
    "x join y on kx = ky": ["(kx IS NOT NULL)", "(ky IS NOT NULL)"],
    "x left join y on kx = ky": ["(ky IS NOT NULL)"],
    "x right join y on kx = ky": ["(kx IS NOT NULL)"],
    "x full join y on kx = ky": [],
    "x left semi join y on kx = ky": ["(kx IS NOT NULL)", "(ky IS NOT NULL)"],
    "x left anti join y on kx = ky": ["(ky IS NOT NULL)"],
    "x join y on kx <=> ky": [],
    "x join y on kx = ky and vx = vy": [
        "(kx IS NOT NULL)", "(ky IS NOT NULL)", "(vx IS NOT NULL)", "(vy IS NOT NULL)",
    ],
    "x join y on cast(kx as bigint) = ky": ["(kx IS NOT NULL)", "(ky IS NOT NULL)"],
    "x join y on coalesce(kx, 1) = ky": ["(ky IS NOT NULL)"],
}  # fmt: skip


@pytest.mark.parametrize("join", JOINS)
def test_null_keys_are_dropped_where_they_leave_no_trace(join: str, spark: Any) -> None:
    frame = spark.sql(f"select * from {join}")
    plan = frame._execution.physical(partitioned=True)
    sent = [e.child.plan for e in plan.find(ExchangeExec) if isinstance(e.child, QueryExec) and not e.fixed]
    assert sorted(pretty_name(f.condition) for p in sent for f in p.find(Filter)) == JOINS[join]
    assert sorted(map(repr, frame.rdd.collect())) == sorted(map(repr, frame.collect()))
