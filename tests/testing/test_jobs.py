"""Assertions about how jobs run, on each kind of master."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession
from pyrdd.testing import (
    assert_max_skew,
    assert_no_shuffle,
    assert_recomputed,
    assert_shuffle_bytes,
    assert_stages,
    recorded_jobs,
)

pytestmark = pytest.mark.every_master


@pytest.fixture
def spark(sc: Any) -> Any:
    yield SparkSession(sc)
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def pairs(sc: Any, count: int = 40) -> Any:
    return sc.parallelize([(n % 4, n) for n in range(count)], 4)


def test_a_shuffle_makes_a_stage(sc: Any) -> None:
    assert_stages(pairs(sc).mapValues(str), 1)
    assert_stages(pairs(sc).groupByKey(3).mapValues(len), 2)
    assert_stages(pairs(sc).join(pairs(sc)), 3)


def test_sides_that_are_partitioned_alike_are_joined_without_another_shuffle(sc: Any) -> None:
    left, right = pairs(sc).partitionBy(3), pairs(sc).partitionBy(3)
    assert_stages(left.join(right, 3), 3)


def test_the_stages_of_a_dataframe_are_those_of_sparks_partitions(spark: Any) -> None:
    df = spark.range(0, 100, 1, 4)
    assert_stages(df.filter("id > 3"), 1)
    assert_stages(df.groupBy((df.id % 3).alias("k")).count(), 2)


def test_the_stages_of_a_function_are_those_that_it_runs(sc: Any) -> None:
    grouped = pairs(sc).groupByKey()
    assert_stages(lambda: grouped.count(), 2)
    # the map side is there
    assert_stages(lambda: grouped.count(), 1)


def test_a_wrong_number_of_stages_names_the_shuffles(sc: Any) -> None:
    grouped = pairs(sc).groupByKey()
    with pytest.raises(AssertionError, match=r"expected 1 stage, found 2\n  shuffle of groupByKey at .*test_jobs.py"):
        assert_stages(grouped, 1)


def test_a_shuffle_that_should_not_be_is_named(sc: Any, spark: Any) -> None:
    assert_no_shuffle(pairs(sc).mapValues(str))
    assert_no_shuffle(spark.range(10).filter("id > 3"))
    assert_no_shuffle(lambda: pairs(sc).count())
    for job in (
        pairs(sc).distinct(),
        spark.range(0, 9, 1, 3).selectExpr("id % 2").distinct(),
        lambda: pairs(sc).groupByKey().count(),
    ):
        with pytest.raises(AssertionError, match="expected no shuffle, found"):
            assert_no_shuffle(job)


def test_combining_on_the_map_side_shuffles_fewer_bytes(sc: Any) -> None:
    many = pairs(sc, 4000)
    with recorded_jobs() as run:
        many.groupByKey().count()
    assert_shuffle_bytes(many.reduceByKey(lambda a, b: a + b), at_most=run.shuffle_bytes // 2, at_least=1)
    with pytest.raises(AssertionError, match=r"expected at most 10 bytes shuffled, found \d+"):
        assert_shuffle_bytes(many.groupByKey(), at_most=10)
    with pytest.raises(AssertionError, match="expected at least 10 bytes shuffled, found 0"):
        assert_shuffle_bytes(many.mapValues(str), at_least=10)


def test_a_key_with_most_records_is_a_skew(sc: Any) -> None:
    assert_max_skew(pairs(sc).groupByKey(4), 1.2)
    skewed = sc.parallelize([(0, str(n * n)) for n in range(2000)] + [(n, n) for n in range(10)], 4)
    with pytest.raises(AssertionError, match=r"found 3\.\d\d times in stage \d+ \(.*\): bytes by partition \["):
        assert_max_skew(skewed.groupByKey(4), 2)


def test_what_is_cached_is_not_computed_again(sc: Any) -> None:
    numbers = sc.parallelize(range(10), 2).map(str)
    assert_recomputed(numbers, 1, lambda: (numbers.count(), numbers.map(len).collect()))
    cached = numbers.map(len).cache()
    assert_recomputed(cached, 0, lambda: (cached.count(), cached.collect()))
    # its parent is not either, nor is it now that it was cached before
    assert_recomputed(numbers, 0, lambda: cached.collect())
    cached.unpersist()
    with pytest.raises(AssertionError, match="to be recomputed 0 times, found 1"):
        assert_recomputed(numbers, 0, lambda: (cached.count(), cached.count()))


def test_without_a_context_nothing_is_recorded(contexts: Any) -> None:
    contexts.stop()
    with pytest.raises(AssertionError, match="no SparkContext is active"), recorded_jobs():
        pass
