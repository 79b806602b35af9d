"""Python functions in queries: expected values are PySpark's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pyrdd.errors import AnalysisException, PySparkValueError, PythonException
from pyrdd.sql import Observation, Row, SparkSession, Window
from pyrdd.sql import functions as F
from pyrdd.sql.functions import udtf


def test_a_function_of_a_function_is_evaluated_inside_out(spark: SparkSession) -> None:
    plus = F.udf(lambda x: x + 1, "long")
    assert spark.range(3).select(plus(plus(F.col("id") * 2)).alias("n")).collect() == [Row(n=2), Row(n=4), Row(n=6)]


def test_a_join_condition_of_both_sides_filters_an_inner_join(spark: SparkSession) -> None:
    same = F.udf(lambda a, b: a == b, "boolean")
    df = spark.range(5)
    joined = df.alias("a").join(df.alias("b"), same(F.col("a.id"), F.col("b.id")))
    assert joined.count() == 5


def test_a_join_condition_of_both_sides_is_refused_for_an_outer_join(spark: SparkSession) -> None:
    same = F.udf(lambda a, b: a == b, "boolean")
    df = spark.range(5)
    with pytest.raises(AnalysisException) as raised:
        df.alias("a").join(df.alias("b"), same(F.col("a.id"), F.col("b.id")), "left").collect()
    assert raised.value.getCondition() == "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE"
    assert raised.value.getMessageParameters() == {"joinType": "LEFT OUTER"}


def test_a_pickled_result_of_a_wrong_class_is_null(spark: SparkSession) -> None:
    wrong = F.udf(lambda x: "a", "int", useArrow=False)
    assert spark.range(1).select(wrong("id").alias("n")).collect() == [Row(n=None)]


def test_the_error_of_a_function_is_the_cause_and_names_the_row(spark: SparkSession) -> None:
    with pytest.raises(PythonException) as raised:
        spark.range(5).select(F.udf(lambda x: 1 / (x - 3), "double")("id")).collect()
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    assert "with the arguments (3)" in str(raised.value)


def test_a_registered_function_takes_named_arguments_in_sql(spark: SparkSession) -> None:
    spark.udf.register("less", lambda a, b: a - b, "int")
    assert spark.sql("SELECT less(b => 1, a => 5) AS n").collect() == [Row(n=4)]
    with pytest.raises(AnalysisException) as raised:
        spark.sql("SELECT less(a => 1, a => 2)")
    assert raised.value.getCondition() == "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE"


@F.pandas_udf("double")
def mean(values: pd.Series) -> float:
    return float(values.mean())


def test_an_aggregate_of_no_rows_has_no_row(spark: SparkSession) -> None:
    assert spark.range(5).filter("id > 10").agg(mean("id")).collect() == []


def test_python_aggregates_do_not_mix_with_those_of_sql(spark: SparkSession) -> None:
    with pytest.raises(AnalysisException) as raised:
        spark.range(5).agg(mean("id"), F.sum("id")).collect()
    assert raised.value.getCondition() == "INVALID_PANDAS_UDF_PLACEMENT"


def test_a_python_aggregate_over_a_window_sees_its_frame(spark: SparkSession) -> None:
    window = Window.orderBy("id")
    found = spark.range(4).select(
        mean("id").over(window).alias("so_far"),
        mean("id").over(window.rowsBetween(-1, 0)).alias("two"),
        mean("id").over(Window.partitionBy()).alias("all"),
    )
    assert [tuple(row) for row in found.collect()] == [
        (0.0, 0.0, 1.5),
        (0.5, 0.5, 1.5),
        (1.0, 1.5, 1.5),
        (1.5, 2.5, 1.5),
    ]


def test_functions_of_batches_take_series_arrays_and_iterators(spark: SparkSession) -> None:
    @F.pandas_udf("long")
    def doubled(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for batch in batches:
            yield batch * 2

    @F.arrow_udf("long")
    def plus_ten(values: pa.Array) -> pa.Array:
        return pc.add(values, 10)

    assert spark.range(2).select(doubled("id").alias("a"), plus_ten("id").alias("b")).collect() == [
        Row(a=0, b=10),
        Row(a=2, b=11),
    ]


def test_apply_in_pandas_gets_whole_groups_and_hides_computed_keys(spark: SparkSession) -> None:
    def count(key: tuple[int], group: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"k": [key[0]], "n": [len(group)], "columns": [",".join(group.columns)]})

    found = spark.range(5).groupBy(F.col("id") % 2).applyInPandas(count, "k long, n long, columns string")
    assert found.sort("k").collect() == [Row(k=0, n=3, columns="id"), Row(k=1, n=2, columns="id")]


def test_apply_in_pandas_refuses_functions_of_three_arguments(spark: SparkSession) -> None:
    with pytest.raises(PySparkValueError) as raised:
        spark.range(1).groupBy("id").applyInPandas(lambda a, b, c: a, "id long")
    assert raised.value.getCondition() == "INVALID_PANDAS_UDF"


def test_samples_are_sparks(spark: SparkSession) -> None:
    rows = spark.range(0, 20, 1, 2)
    assert [r.id for r in rows.sample(0.5, 3).collect()] == [0, 4, 5, 8, 11, 12, 13, 14, 15, 16, 18]
    assert [r.id for r in rows.sample(True, 0.5, -7).collect()] == [3, 7, 8, 11, 11, 12, 13, 14, 15, 15]


def test_an_observation_is_told_its_metrics(spark: SparkSession) -> None:
    seen = Observation()
    df = spark.range(5).observe(seen, F.count(F.lit(1)).alias("n"), F.max("id").alias("top"))
    assert df.filter("id > 2").count() == 2
    assert seen.get == {"n": 5, "top": 4}


def test_a_table_function_joins_laterally_and_ends_with_its_last_row(spark: SparkSession) -> None:
    @udtf(returnType="n int")
    class Below:
        def eval(self, top: int) -> Iterator[tuple[int]]:
            for n in range(top):
                yield (n,)

        def terminate(self) -> Iterator[tuple[int]]:
            yield (-1,)

    spark.udtf.register("below", Below)
    found = spark.sql("SELECT id, n FROM range(0, 3, 1, 1), LATERAL below(CAST(id AS INT))").collect()
    assert [tuple(row) for row in found] == [(1, 0), (2, 0), (2, 1), (2, -1)]


def test_a_table_function_has_an_instance_for_each_group(spark: SparkSession) -> None:
    @udtf(returnType="k int, total int")
    class Total:
        def __init__(self) -> None:
            self.key, self.total = 0, 0

        def eval(self, row: Row) -> None:
            self.key, self.total = row.k, self.total + row.v

        def terminate(self) -> Iterator[tuple[int, int]]:
            yield self.key, self.total

    df = spark.createDataFrame([(1, 2), (2, 3), (1, 5)], "k int, v int")
    assert Total(df.asTable().partitionBy("k")).sort("k").collect() == [Row(k=1, total=7), Row(k=2, total=3)]


@pytest.mark.masters("local[2]")
def test_queries_over_python_functions_run_where_the_functions_run(spark: SparkSession) -> None:
    where = F.udf(lambda x: os.getpid(), "long")
    found = spark.range(0, 8, 1, 4).select(where("id").alias("pid")).groupBy("pid").count().collect()
    assert os.getpid() not in {row.pid for row in found}
    assert sum(row["count"] for row in found) == 8
