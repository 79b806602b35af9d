"""Sessions, settings, createDataFrame, readers and writers. Expected values are PySpark's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkException,
    PySparkTypeError,
    PySparkValueError,
    SparkNoSuchElementException,
)
from pyrdd.sql import Row
from pyrdd.sql import functions as sf


def condition_of(action: Any) -> str | None:
    with pytest.raises(PySparkException) as caught:
        action()
    return caught.value.getCondition()


def test_settings_have_sparks_defaults_and_checks(spark: Any) -> None:
    assert spark.conf.get("spark.sql.shuffle.partitions") == "200"
    assert spark.conf.get("spark.sql.shuffle.partitions", "7") == "7"
    assert spark.conf.get("x.y", None) is None
    with pytest.raises(SparkNoSuchElementException):
        spark.conf.get("x.y")
    assert condition_of(lambda: spark.conf.set("spark.sql.ansi.enabled", "maybe")) == "INVALID_CONF_VALUE.TYPE_MISMATCH"
    assert condition_of(lambda: spark.conf.set("spark.sql.session.timeZone", "Mars")) == "INVALID_CONF_VALUE.TIME_ZONE"
    assert condition_of(lambda: spark.conf.set("spark.sql.warehouse.dir", "x")) == "CANNOT_MODIFY_STATIC_CONFIG"
    assert condition_of(lambda: spark.conf.set("spark.executor.memory", "x")) == "CANNOT_MODIFY_CONFIG"


def test_a_setting_has_the_value_of_its_old_name(spark: Any) -> None:
    other = spark.newSession()
    new, old = "spark.sql.execution.arrow.pyspark.enabled", "spark.sql.execution.arrow.enabled"
    assert (other.conf.get(new), other.conf.isModifiable(new)) == ("true", True)
    other.conf.set(old, "false")
    assert other.conf.get(new) == "false"
    other.conf.set(new, "true")
    assert other.conf.get(new) == "true"


def test_a_table_whose_name_begins_with_an_underscore_has_its_rows(spark: Any) -> None:
    spark.range(3).write.saveAsTable("_of_three")
    try:
        assert spark.table("_of_three").count() == 3
    finally:
        spark.sql("DROP TABLE _of_three")


def test_what_is_derived_from_a_programs_own_dataframe_is_a_dataframe(people: Any) -> None:
    class Checked(type(people)):  # type: ignore[misc]
        def __new__(cls, df: Any) -> Any:
            df.__class__ = cls
            return df

        def __init__(self, df: Any) -> None:
            self.checked = True

    own = Checked(people.select("*"))
    assert own.checked and isinstance(own, type(people))
    assert type(own.limit(1)) is type(own.groupBy().count()) is type(people)


def test_a_column_is_its_own_literal(spark: Any) -> None:
    assert spark.range(1).select(sf.lit(sf.col("id").cast("string"))).collect() == [Row(id="0")]


def test_a_new_session_has_settings_and_views_of_its_own(spark: Any) -> None:
    other = spark.newSession()
    spark.conf.set("spark.sql.shuffle.partitions", 3)
    spark.range(1).createOrReplaceTempView("mine")
    assert other.conf.get("spark.sql.shuffle.partitions") == "200"
    assert condition_of(lambda: other.table("mine")) == "TABLE_OR_VIEW_NOT_FOUND"
    assert condition_of(lambda: spark.range(1).createTempView("mine")) == "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"
    assert condition_of(lambda: spark.range(1).createTempView("a.b")) == "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS"


def test_data_of_all_shapes(spark: Any) -> None:
    assert spark.createDataFrame([{"b": 1, "a": 2}]).collect() == [Row(a=2, b=1)]
    assert spark.createDataFrame([1, 2], "int").collect() == [Row(value=1), Row(value=2)]
    assert spark.createDataFrame([(1, 2)], ["a"]).columns == ["a", "_2"]
    assert spark.createDataFrame([Row(a=1), Row(a=None)]).collect() == [Row(a=1), Row(a=None)]
    assert spark.createDataFrame([(1,), ("a",)], ["a"]).collect() == [Row(a="1"), Row(a="a")]
    assert spark.createDataFrame([(1,)], "a string").collect() == [Row(a="1")]
    assert spark.sparkContext.parallelize([(1, "a")]).toDF(["x", "y"]).collect() == [Row(x=1, y="a")]


def test_data_without_a_schema_is_refused(spark: Any) -> None:
    with pytest.raises(PySparkValueError):
        spark.createDataFrame([], ["a"])
    with pytest.raises(PySparkTypeError):
        spark.createDataFrame([1, 2])
    assert condition_of(lambda: spark.createDataFrame([(None,)], ["a"])) == "CANNOT_DETERMINE_TYPE"
    assert condition_of(lambda: spark.createDataFrame(spark.range(1))) == "INVALID_TYPE"
    with pytest.raises(TypeError):
        spark.createDataFrame(5)


def test_sql_takes_parameters_and_values(spark: Any, people: Any) -> None:
    assert spark.sql("SELECT :a AS a", args={"a": 1}).collect() == [Row(a=1)]
    assert spark.sql("SELECT {x} AS a FROM {d} LIMIT 1", x="q'", d=people).collect() == [Row(a="q'")]
    assert condition_of(lambda: spark.sql("SELECT 1", args=3)) == "INVALID_TYPE"


def test_files_come_back_as_they_were_written(spark: Any, people: Any, tmp_path: Path) -> None:
    target = str(tmp_path / "out")
    people.write.parquet(target)
    assert spark.read.parquet(target).collect() == people.collect()
    assert condition_of(lambda: people.write.parquet(target)) == "PATH_ALREADY_EXISTS"
    people.write.mode("overwrite").partitionBy("i").json(target)
    assert [tuple(row) for row in spark.read.json(target).sort("i").collect()] == [(2.0, "a", 1), (None, None, 2)]
    people.write.csv(target, mode="overwrite", header=True)
    assert spark.read.csv(target, header=True, inferSchema=True).count() == 2


def test_readers_and_writers_check_their_arguments(spark: Any, people: Any) -> None:
    assert condition_of(lambda: people.write.mode("foo")) == "INVALID_SAVE_MODE"
    assert condition_of(lambda: people.write.format("csv").save()) == "_LEGACY_ERROR_TEMP_2047"
    assert condition_of(lambda: people.write.bucketBy(2, "i").save("x")) == "_LEGACY_ERROR_TEMP_1312"
    assert condition_of(lambda: people.write.sortBy("i").saveAsTable("t")) == "SORT_BY_WITHOUT_BUCKETING"
    assert condition_of(lambda: spark.read.csv(5)) == "NOT_EXPECTED_TYPE"
    assert condition_of(lambda: spark.read.load("/nope/x")) == "PATH_NOT_FOUND"


def test_arguments_are_checked_as_spark_does(spark: Any, people: Any) -> None:
    limit = "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE"
    assert condition_of(lambda: people.limit(-1)) == limit
    assert people.tail(-1) == []
    with pytest.raises(IllegalArgumentException):
        people.repartition(0)
    with pytest.raises(IllegalArgumentException):
        people.sample(2.0)
    with pytest.raises(IllegalArgumentException):
        spark.range(0, 1, 0)
    nearest = people.nearestByJoin
    assert condition_of(lambda: nearest(people, people.i, 1, "foo", "distance")) == "NEAREST_BY_JOIN.UNSUPPORTED_MODE"
    assert condition_of(lambda: people.join(people, "i", "foo")) == "UNSUPPORTED_JOIN_TYPE"
    assert condition_of(lambda: people.groupBy(0)) == "INDEX_NOT_POSITIVE"
    with pytest.raises(AnalysisException):
        people.join(people, ["nope"])


def test_rows_without_a_rank_are_not_the_nearest(spark: Any) -> None:
    left = spark.createDataFrame([(1, "p"), (9, "q"), (None, "n")], ["a", "rank"])
    right = spark.createDataFrame([(2, "x"), (8, "y"), (7, "z")], ["b", "rank"])
    near = left.nearestByJoin(right, sf.abs(left.a - right.b), 2, "exact", "distance").select("a", "b")
    assert sorted(near.collect()) == [Row(1, 2), Row(1, 7), Row(9, 7), Row(9, 8)]
    far = left.nearestByJoin(right, sf.abs(left.a - right.b), 1, "exact", "similarity", joinType="left")
    assert far.sort("a").select("a", "b").collect() == [Row(a=None, b=None), Row(a=1, b=8), Row(a=9, b=2)]


def test_cached_rows_are_read_again(spark: Any, people: Any) -> None:
    kept = people.filter("i > 1").cache()
    assert kept.storageLevel.useMemory
    assert people.filter("i > 1").select("i").collect() == [Row(i=2)]
    kept.unpersist()
    assert not kept.storageLevel.useMemory


def test_plans_that_compute_the_same_are_the_same(people: Any) -> None:
    assert people.filter("i > 1").sameSemantics(people.filter("i > 1"))
    assert people.select("i").semanticHash() == people.select("i").semanticHash()
    assert not people.filter("i > 1").sameSemantics(people.filter("i > 2"))
