"""Fields of structs changed, variants exploded, and last digits. Expected values are Spark's."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import DataFrame, Row, SparkSession
from pyrdd.sql import functions as F
from pyrdd.sql.kernels import moments
from pyrdd.sql.window import Window

WAY = "id int, a struct<b:int,c:struct<d:int,e:string>,b2:int>"


@pytest.fixture
def spark(sc: Any) -> Any:
    return SparkSession(sc)


@pytest.fixture
def nested(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([(1, (1, (2, "x"), 3)), (2, None)], WAY)


def test_fields_are_replaced_added_and_dropped(nested: DataFrame) -> None:
    changed = nested.a.withField("B", F.lit(5)).withField("c.f", F.col("id") + 1).dropFields("c.d", "b2", "missing")
    frame = nested.select(changed.alias("o"))
    assert frame.schema.simpleString() == "struct<o:struct<B:int,c:struct<e:string,f:int>>>"
    assert frame.collect() == [Row(o=Row(B=5, c=Row(e="x", f=2))), Row(o=None)]


def test_the_names_of_changed_structs_tell_the_values(nested: DataFrame) -> None:
    assert nested.select(nested.a.withField("b", F.lit(5)).dropFields("b2")).columns == [
        "update_fields(a, WithField(5), dropfield())"
    ]
    assert nested.select(nested.a.dropFields("c.d")).columns == [
        "update_fields(a, WithField(update_fields(a.c, dropfield())))"
    ]


def test_case_decides_which_fields_are_replaced_where_it_counts(spark: SparkSession) -> None:
    frame = spark.sql("SELECT named_struct('b', 1, 'c', 2) a")
    spark.conf.set("spark.sql.caseSensitive", "true")
    try:
        assert frame.select(frame.a.withField("B", F.lit(9)).alias("o")).collect() == [Row(o=Row(b=1, c=2, B=9))]
    finally:
        spark.conf.unset("spark.sql.caseSensitive")


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        (lambda a: a.withField("q.z", F.lit(1)), "FIELD_NOT_FOUND"),
        (lambda a: a.withField("b.z", F.lit(1)), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
        (lambda a: a.dropFields("b", "c", "b2"), "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS"),
    ],
)
def test_changes_that_do_not_fit_are_refused(nested: DataFrame, change: object, condition: str) -> None:
    with pytest.raises(AnalysisException) as caught:
        nested.select(change(nested.a))  # type: ignore[operator]
    assert caught.value.getCondition() == condition


def test_fields_whose_names_repeat_keep_their_values(spark: SparkSession) -> None:
    frame = spark.range(1).selectExpr("named_struct('b', id, 'B', id + 2) e", "array(named_struct('', 7, 'x', 8)) l")
    assert [tuple(row.e) + tuple(row.l[0]) for row in frame.collect()] == [(0, 2, 7, 8)]


def test_variants_explode_in_from(spark: SparkSession) -> None:
    rows = "VALUES (1, '[1,\"a\",null]'), (2, '{\"a\":1,\"b\":[2]}'), (3, '5'), (4, null), (5, '[]')"
    text = f"SELECT id, e.* FROM (SELECT id, parse_json(j) v FROM {rows} t(id, j)), LATERAL variant_explode%s(v) e"
    inner = [tuple(map(str, row)) for row in spark.sql(text % "").collect()]
    assert inner == [
        ("1", "0", "None", "1"),
        ("1", "1", "None", '"a"'),
        ("1", "2", "None", "null"),
        ("2", "0", "a", "1"),
        ("2", "1", "b", "[2]"),
    ]
    outer = [tuple(map(str, row)) for row in spark.sql(text % "_outer").collect()]
    assert outer == [*inner, *((n, "None", "None", "None") for n in "345")]
    with pytest.raises(AnalysisException) as caught:
        spark.sql("SELECT variant_explode(parse_json('[1]'))")
    assert caught.value.getCondition() == "NOT_A_SCALAR_FUNCTION"


def test_lateral_generators_keep_the_order_of_rows(spark: SparkSession) -> None:
    found = spark.sql("SELECT id, pos FROM range(2), LATERAL posexplode(array(id, 2)) e").collect()
    assert [tuple(row) for row in found] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_windows_come_out_sorted_by_their_partitions(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("b", 8), ("a", 3), ("b", 2), ("a", 1)], ["k", "n"])
    over = Window.partitionBy("k").orderBy("n")
    found = frame.withColumn("before", F.lag("n").over(over)).collect()
    assert [tuple(row) for row in found] == [("a", 1, None), ("a", 3, 1), ("b", 2, None), ("b", 8, 2)]
    assert frame.withColumn("before", F.lag("n").over(over)).limit(3).collect() == found[:3]


def test_rows_go_to_the_partitions_that_a_column_numbers(spark: SparkSession) -> None:
    frame = spark.range(10).repartitionById(4, (F.col("id") - 5).cast("int"))
    found = frame.withColumn("p", F.spark_partition_id()).collect()
    assert sorted((row.p, row.id) for row in found) == [
        (0, 1), (0, 5), (0, 9), (1, 2), (1, 6), (2, 3), (2, 7), (3, 0), (3, 4), (3, 8),
    ]  # fmt: skip
    with pytest.raises(AnalysisException) as caught:
        spark.range(10).repartitionById(4, "id")
    assert caught.value.getCondition() == "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"


def test_the_digits_of_mathematics_are_those_of_strictmath(spark: SparkSession) -> None:
    row = spark.sql(
        "SELECT exp(1D), exp(4), cosh(1), log2(3), ln(3), cbrt(27), sinh(1.676061658700079), pow(1e17D, -1), "
        "asinh(1), log(0), exp(null), log1p(-1), atan2(-0.0D, 1), pow(1D, double('nan')), acosh(0.5D)"
    ).collect()[0]
    assert list(row)[:13] == [
        2.7182818284590455, 54.598150033144236, 1.543080634815244, 1.584962500721156, 1.0986122886681096, 3.0,
        2.578678354769908, 1e-17, 0.881373587019543, None, None, None, 0.0,
    ]  # fmt: skip
    assert all(map(math.isnan, list(row)[13:]))


def test_moments_merge_partition_by_partition(spark: SparkSession) -> None:
    weights = [{"x": x, "p": p} for p, x in enumerate((37.8, 40.3, 44.1))]
    assert moments.by_partition(weights, moments.sample_deviation) == 3.1722757341273704
    assert moments.by_partition([{"x": x, "p": 0} for x in (1, 1, 2)], moments.kurtosis) == -1.499999999999999
    assert moments.by_partition([{"x": x, "p": x} for x in (1, 1, 2)], moments.kurtosis) == -1.5
    found = spark.range(0, 1000, 1, 4).agg(F.stddev("id"), F.var_pop("id"), F.skewness("id"), F.kurtosis("id"))
    assert tuple(found.collect()[0]) == (288.8194360957494, 83333.25, 0.0, -1.2000024000024)
    assert spark.range(0).agg(F.stddev("id").alias("s"), F.kurtosis("id").alias("k")).collect() == [Row(s=None, k=None)]
