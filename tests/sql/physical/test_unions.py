"""A union keeps a distribution that all its inputs have; numbers of partitions are PySpark's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pyrdd.sql import SparkSession, Window
from pyrdd.sql import functions as F
from pyrdd.sql.physical.nodes import ExchangeExec


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.conf.set("spark.sql.shuffle.partitions", 4)
    session.conf.set("spark.sql.adaptive.enabled", "false")
    session.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def frames(spark: Any) -> tuple[Any, Any]:
    a = spark.range(100, numPartitions=2).select((F.col("id") % 7).alias("k"), F.col("id").alias("v"))
    b = spark.range(50, numPartitions=2).select((F.col("id") % 5).alias("k2"), F.col("id").alias("w"))
    return a, b


def numbered(frame: Any, key: str, order: str) -> Any:
    return frame.select(key, F.row_number().over(Window.partitionBy(key).orderBy(order)))


UNIONS: dict[str, tuple[int, Callable[[Any, Any], Any]]] = {
    "equal keys": (4, lambda a, b: a.repartition(4, "k").union(b.repartition(4, "k2"))),
    "other numbers": (9, lambda a, b: a.repartition(4, "k").union(b.repartition(5, "k2"))),
    "other columns": (8, lambda a, b: a.repartition(4, "k").union(b.repartition(4, "w"))),
    "fewer columns": (8, lambda a, b: a.repartition(4, "k", "v").union(b.repartition(4, "k2"))),
    "two columns": (4, lambda a, b: a.repartition(4, "k", "v").union(b.repartition(4, "k2", "w"))),
    "expressions": (
        4,
        lambda a, b: a.repartition(4, F.col("k") % 2).union(b.repartition(4, F.col("k2") % 2)),
    ),
    "round robin": (8, lambda a, b: a.repartition(4, "k").union(b.repartition(4))),
    "ranges": (8, lambda a, b: a.repartitionByRange(4, "k").union(b.repartitionByRange(4, "k2"))),
    "one partition each": (1, lambda a, b: a.coalesce(1).union(b.repartition(1))),
    "limits and totals": (1, lambda a, b: a.limit(3).union(b.agg(F.sum("w"), F.max("w")))),
    "groups": (4, lambda a, b: a.groupBy("k").count().union(b.groupBy("k2").count())),
    "windows": (4, lambda a, b: numbered(a, "k", "v").union(numbered(b, "k2", "w"))),
    "joins": (4, lambda a, b: a.join(b, a.k == b.k2).select("k", "v").union(a.repartition(4, "k"))),
    "a full join": (8, lambda a, b: a.join(b, a.k == b.k2, "full").select("k", "v").union(a.repartition(4, "k"))),
    "set operations": (4, lambda a, b: a.exceptAll(b).union(b.exceptAll(a))),
    "other types": (
        8,
        lambda a, b: a.select(F.col("k").cast("int")).repartition(4, "k").union(b.select("k2").repartition(4, "k2")),
    ),
    "by name": (
        4,
        lambda a, b: a.repartition(4, "k").unionByName(b.selectExpr("w as v", "k2 as k").repartition(4, "k")),
    ),
}


@pytest.mark.parametrize("name", UNIONS)
def test_a_union_has_the_partitions_that_all_inputs_have(name: str, spark: Any) -> None:
    expected, union = UNIONS[name]
    frame = union(*frames(spark))
    assert frame.rdd.getNumPartitions() == expected
    rows = sorted(map(tuple, frame.rdd.collect()))
    spark.conf.set("spark.sql.unionOutputPartitioning", "false")
    again = union(*frames(spark))
    assert again.rdd.getNumPartitions() >= expected
    if name != "limits and totals":
        assert rows == sorted(map(tuple, again.rdd.collect()))


def test_rows_of_equal_keys_are_together(spark: Any) -> None:
    a, b = frames(spark)
    parts = a.repartition(4, "k").union(b.repartition(4, "k2")).rdd.glom().collect()
    places = [{row.k for row in part} for part in parts]
    assert sum(map(len, places)) == len(set().union(*places)) == 7
    assert sum(map(len, parts)) == 150


def exchanges(frame: Any) -> int:
    return len(list(frame._execution.physical(partitioned=True).find(ExchangeExec)))


def test_what_groups_or_joins_by_the_keys_exchanges_nothing_more(spark: Any) -> None:
    a, b = frames(spark)
    union = a.repartition(4, "k").union(b.repartition(4, "k2"))
    grouped = union.groupBy("k").count()
    assert exchanges(grouped) == 2
    assert dict(map(tuple, grouped.rdd.collect())) == {0: 25, 1: 25, 2: 24, 3: 24, 4: 24, 5: 14, 6: 14}
    joined = union.join(a.repartition(4, "k").withColumnRenamed("v", "z"), "k")
    assert exchanges(joined) == 3
    assert joined.rdd.count() == 2150


def test_inputs_that_depend_on_places_are_computed_before(spark: Any) -> None:
    a, b = frames(spark)
    numbers = [
        frame.select(F.col(key), F.monotonically_increasing_id().alias("n"))
        for frame, key in ((a.repartition(4, "k"), "k"), (b.repartition(4, "k2"), "k2"))
    ]
    parts = numbers[0].union(numbers[1]).rdd.glom().collect()
    assert len(parts) == 4
    alone = [frame.rdd.glom().collect() for frame in numbers]
    assert [[row.n for row in part] for part in parts] == [
        [row.n for row in (*x, *y)] for x, y in zip(*alone, strict=True)
    ]
