"""How shuffles are read after their sizes are known: the decisions, and what a program sees of them."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import functions as F
from pyrdd.sql.physical.adaptive import AdaptiveSettings, Read, coalesced, map_ranges, skewed_buckets, split_skewed

pytestmark = pytest.mark.masters("local[2]", "local-cluster[2,1,512]")

SMALL = AdaptiveSettings(advisory=10, smallest=1, parallelism=1, skew_factor=2, skew_threshold=10)


def runs(reads: list[Read]) -> list[tuple[int, int]]:
    return [(read.first, read.end) for read in reads]


def test_buckets_go_together_up_to_the_wanted_size() -> None:
    assert runs(coalesced([[3, 3, 3, 3, 3]], SMALL)) == [(0, 3), (3, 5)]


def test_the_buckets_of_all_shuffles_count_together() -> None:
    assert runs(coalesced([[3, 3, 3, 3], [4, 1, 1, 1]], SMALL)) == [(0, 1), (1, 3), (3, 4)]


def test_empty_buckets_are_not_read() -> None:
    assert runs(coalesced([[0, 9, 9, 0, 0, 9, 0]], SMALL)) == [(1, 2), (2, 3), (5, 6)]


def test_one_task_is_left_where_there_is_nothing() -> None:
    assert runs(coalesced([[0, 0, 0]], SMALL)) == [(0, 3)]


def test_every_slot_has_work_unless_partitions_get_too_small() -> None:
    assert len(coalesced([[10] * 8], AdaptiveSettings(advisory=1000, smallest=1, parallelism=4))) == 4
    assert len(coalesced([[10] * 8], AdaptiveSettings(advisory=1000, smallest=40, parallelism=4))) == 2


def test_map_outputs_are_cut_into_pieces_of_the_wanted_size() -> None:
    assert map_ranges([10, 10, 10], 10) == [(0, 1), (1, 2), (2, 3)]
    assert map_ranges([10, 10, 1], 10) == [(0, 1), (1, 3)]


def test_a_bucket_is_skewed_by_the_median_and_the_threshold() -> None:
    assert skewed_buckets([5, 5, 30, 5], SMALL) == ({2}, 10)
    assert skewed_buckets([1, 1, 9, 1], SMALL) == (set(), 10)


def test_each_piece_of_a_skewed_bucket_meets_the_whole_bucket_of_the_other_side() -> None:
    left, right = [[1, 10, 1], [1, 10, 1]], [[2, 2, 2]]
    found = split_skewed((left, right), "left", SMALL)
    assert found is not None
    assert found[0] == [Read(0, 1), Read(1, 2, (0, 1)), Read(1, 2, (1, 2)), Read(2, 3)]
    assert found[1] == [Read(0, 1), Read(1, 2), Read(1, 2), Read(2, 3)]


def test_the_side_whose_unmatched_rows_another_piece_would_repeat_is_not_split() -> None:
    outputs: Any = ([[1, 10, 1], [1, 10, 1]], [[2, 2, 2]])
    assert split_skewed(outputs, "right", SMALL) is None
    assert split_skewed(outputs, "full", SMALL) is None


# --- in programs; the numbers are PySpark's ---------------------------------------------------------------------


@pytest.fixture
def spark(spark: Any) -> Any:
    spark.conf.set("spark.sql.shuffle.partitions", "8")
    return spark


def test_small_shuffles_are_read_by_one_task(spark: Any) -> None:
    df = spark.range(0, 1000, 1, 4).withColumn("k", F.col("id") % 10)
    for made in (
        df.groupBy("k").count(),
        df.repartition("k"),
        df.repartitionByRange("k"),
        df.select("k").distinct(),
        df.orderBy("k", "id"),
    ):
        assert made.rdd.getNumPartitions() == 1


def test_the_partitions_that_were_asked_for_are_there(spark: Any) -> None:
    df = spark.range(0, 1000, 1, 4).withColumn("k", F.col("id") % 10)
    assert df.repartition(5).rdd.getNumPartitions() == 5
    assert df.repartition(5, "k").groupBy("k").count().rdd.getNumPartitions() == 5
    assert df.repartitionByRange(3, "k").rdd.getNumPartitions() == 3


@pytest.mark.parametrize("key", ["spark.sql.adaptive.enabled", "spark.sql.adaptive.coalescePartitions.enabled"])
def test_shuffles_have_the_set_number_of_partitions_where_they_are_not_coalesced(key: str, spark: Any) -> None:
    spark.conf.set(key, "false")
    df = spark.range(0, 1000, 1, 4).withColumn("k", F.col("id") % 10)
    assert df.groupBy("k").count().rdd.getNumPartitions() == 8
    assert sorted(df.groupBy("k").count().rdd.map(tuple).collect()) == [(k, 100) for k in range(10)]
    assert df.orderBy(F.col("id").desc()).rdd.map(lambda row: row.id).collect() == list(range(999, -1, -1))


def test_coalesced_partitions_hold_about_the_advised_size(spark: Any) -> None:
    spark.conf.set("spark.sql.adaptive.coalescePartitions.minPartitionSize", "1b")
    df = spark.range(0, 4000, 1, 4).withColumn("k", F.col("id") % 1000)
    many = df.groupBy("k").count().rdd.getNumPartitions()
    spark.conf.set("spark.sql.adaptive.coalescePartitions.parallelismFirst", "false")
    assert df.groupBy("k").count().rdd.getNumPartitions() == 1 < many <= 3


@pytest.mark.parametrize("how", ["inner", "left", "right", "full", "left_semi", "left_anti"])
def test_a_skewed_join_has_the_rows_of_a_plain_one(how: str, spark: Any) -> None:
    a = spark.range(0, 3000, 1, 6).selectExpr("case when id % 4 < 3 then 1 else id % 60 end as k", "id as v")
    b = spark.range(0, 50, 1, 2).selectExpr("id as k", "id as w")
    expected = sorted(map(repr, a.join(b, "k", how).collect()))
    settings = {
        "autoBroadcastJoinThreshold": "-1",
        "adaptive.coalescePartitions.enabled": "false",
        "adaptive.skewJoin.skewedPartitionThresholdInBytes": "4KB",
        "adaptive.advisoryPartitionSizeInBytes": "4KB",
        "adaptive.skewJoin.skewedPartitionFactor": "2",
    }
    for name, value in settings.items():
        spark.conf.set(f"spark.sql.{name}", value)
    joined = a.join(b, "k", how).rdd
    assert (joined.getNumPartitions() > 8) == (how not in ("right", "full"))
    assert sorted(map(repr, joined.collect())) == expected
    grouped = a.join(b, "k", how).groupBy("k").count().rdd
    assert grouped.getNumPartitions() == 8
    assert sum(row["count"] for row in grouped.collect()) == len(expected)


@pytest.mark.masters("local-cluster[2,1,512]")
def test_explain_tells_how_shuffles_were_read(spark: Any, capsys: Any) -> None:
    grouped = spark.range(0, 1000, 1, 4).groupBy((F.col("id") % 3).alias("k")).count()
    grouped.explain()
    assert "AQEShuffleRead" not in capsys.readouterr().out
    grouped.collect()
    grouped.explain()
    shown = capsys.readouterr().out
    assert "AdaptivePlan isFinalPlan=true" in shown
    assert "8 partitions (AQEShuffleRead coalesced, 1 partitions)" in shown


def test_what_is_read_twice_is_shuffled_once(spark: Any) -> None:
    text = "with t as (select id % 5 as k, count(*) as n from range(0, 100, 1, 4) group by id % 5) "
    query = spark.sql(text + "select a.k, b.n from t a join t b on a.k = b.k")._execution
    plan = query.physical(True)
    builder = query.builder(plan, True)
    builder.build(plan)
    assert len(builder._shuffles) == 1
    assert sorted(map(tuple, spark.sql(text + "select a.k, b.n from t a join t b on a.k = b.k").collect())) == [
        (k, 20) for k in range(5)
    ]


def test_equal_sides_of_a_join_are_shuffled_once(spark: Any) -> None:
    spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    df = spark.range(0, 20, 1, 4).withColumn("k", F.col("id") % 5)
    joined = df.alias("a").join(df.alias("b"), F.col("a.k") == F.col("b.k"))
    plan = joined._execution.physical(True)
    builder = joined._execution.builder(plan, True)
    builder.build(plan)
    assert len(builder._shuffles) == 1
    assert joined.rdd.count() == 80


# --- sorts ------------------------------------------------------------------------------------------------------


@pytest.fixture
def spread(spark: Any) -> Any:
    """Sorts of any size by ranges."""
    spark.conf.set("spark.sql.adaptive.coalescePartitions.enabled", "false")
    rows = [
        (None if i % 7 == 0 else i * 37 % 11, float("nan") if i % 5 == 0 else i % 3 - 0.5, f"v{i}") for i in range(60)
    ]
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, 3), "a int, b double, c string")


def sort_key(row: Any, a_first: bool, a_down: bool, b_down: bool) -> tuple[Any, ...]:
    null = (row.a is None) != a_first
    number = 1e9 if row.b != row.b else row.b
    return null, (-row.a if a_down else row.a) if row.a is not None else 0, -number if b_down else number


@pytest.mark.parametrize(
    ("order", "ways"),
    [
        ("a, b, c", (True, False, False)),
        ("a desc, b desc, c", (False, True, True)),
        ("a asc nulls last, b desc, c", (False, False, True)),
        ("a desc nulls first, b, c", (True, True, False)),
    ],
)
def test_ranges_follow_one_another_in_the_order(order: str, ways: Any, spread: Any) -> None:
    spread.createOrReplaceTempView("spread")
    made = spread.sparkSession.sql(f"select * from spread order by {order}").rdd
    assert 1 < made.getNumPartitions() <= 8
    found = made.collect()
    assert [row.c for row in found] == [row.c for row in sorted(found, key=lambda r: (*sort_key(r, *ways), r.c))]
    assert len(found) == 60


def test_few_keys_make_few_ranges(spread: Any) -> None:
    assert spread.orderBy(F.lit(1)).rdd.getNumPartitions() == 1
    assert spread.orderBy("a").rdd.getNumPartitions() <= 8
    assert spread.limit(0).orderBy("a").rdd.getNumPartitions() == 1


def test_the_first_rows_are_found_in_each_partition(spread: Any) -> None:
    top = spread.orderBy(F.col("a").desc(), "c").offset(1).limit(3)
    assert [row.c for row in top.rdd.collect()] == ["v30", "v41", "v52"]
    assert "range" not in top._execution.physical(True).inputs[0].distribution.kind


def test_a_sorted_result_is_kept_without_a_job(spark: Any) -> None:
    ran = len(spark.sparkContext.statusTracker().getJobIdsForGroup())
    kept = spark.range(0, 100, 1, 4).orderBy(F.col("id").desc()).cache()
    assert len(spark.sparkContext.statusTracker().getJobIdsForGroup()) == ran
    assert kept.first().id == 99
    kept.unpersist()
