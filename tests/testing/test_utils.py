"""assertDataFrameEqual and assertSchemaEqual: what PySpark's helpers say."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import PySparkAssertionError, PySparkTypeError
from pyrdd.sql import DataFrame, Row, SparkSession
from pyrdd.sql.types import DecimalType, StructType
from pyrdd.testing import assertDataFrameEqual, assertSchemaEqual


@pytest.fixture
def spark(sc: Any) -> SparkSession:
    return SparkSession(sc)


@pytest.fixture
def people(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([("1", 1000.0, 1), ("2", 3000.0, None)], ["id", "amount", "n"])


@pytest.fixture
def richer(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([("1", 1001.0, 1), ("2", 3003.0, None)], ["id", "amount", "n"])


def refusal(*args: Any, **options: Any) -> PySparkAssertionError:
    with pytest.raises(PySparkAssertionError) as caught:
        assertDataFrameEqual(*args, **options)
    return caught.value


def test_equal_rows_pass_in_any_order(people: DataFrame) -> None:
    assertDataFrameEqual(people, people.orderBy("amount", ascending=False))
    assertDataFrameEqual(people, [Row(id="1", amount=1000.0, n=1), Row(id="2", amount=3000.0, n=None)])


def test_the_order_counts_on_demand(people: DataFrame) -> None:
    error = refusal(people, people.orderBy("amount", ascending=False), checkRowOrder=True)
    assert error.getCondition() == "DIFFERENT_ROWS"


def test_different_rows_are_shown_one_side_below_the_other(people: DataFrame, richer: DataFrame) -> None:
    assert str(refusal(people, richer)) == (
        "[DIFFERENT_ROWS] Results do not match: ( 100.00000 % )\n"
        "*** actual ***\n"
        "! Row(id='1', amount=1000.0, n=1)\n"
        "! Row(id='2', amount=3000.0, n=None)\n"
        "\n"
        "\n"
        "*** expected ***\n"
        "! Row(id='1', amount=1001.0, n=1)\n"
        "! Row(id='2', amount=3003.0, n=None)"
    )


def test_numbers_may_be_near(people: DataFrame, richer: DataFrame) -> None:
    assertDataFrameEqual(people, richer, rtol=1e-1)


def test_a_missing_row_is_one_difference(people: DataFrame) -> None:
    assert str(refusal(people, people.limit(1))) == (
        "[DIFFERENT_ROWS] Results do not match: ( 50.00000 % )\n"
        "*** actual ***\n"
        "  Row(id='1', amount=1000.0, n=1)\n"
        "- Row(id='2', amount=3000.0, n=None)\n"
        "\n"
        "\n"
        "*** expected ***"
    )


def test_the_text_stops_after_so_many_errors(people: DataFrame, richer: DataFrame) -> None:
    assert "Row(id='2'" not in str(refusal(people, richer, maxErrors=1))


def test_equal_rows_are_left_out_on_demand(spark: SparkSession) -> None:
    error = refusal(spark.range(3), spark.sql("VALUES (0L), (1L), (5L) AS t(id)"), showOnlyDiff=True)
    assert str(error).splitlines() == [
        "[DIFFERENT_ROWS] Results do not match: ( 33.33333 % )",
        "*** actual ***",
        "! Row(id=2)",
        "",
        "",
        "*** expected ***",
        "! Row(id=5)",
    ]


def test_the_error_has_the_rows_that_differ_on_demand(people: DataFrame, richer: DataFrame) -> None:
    assert refusal(people, richer).data is None
    pairs = refusal(people, richer, includeDiffRows=True).data
    assert pairs is not None
    assert [(one.amount, other.amount) for one, other in pairs] == [(1000.0, 1001.0), (3000.0, 3003.0)]


def test_schemas_are_compared_before_rows(people: DataFrame) -> None:
    assert refusal(people, people.withColumnRenamed("n", "m")).getCondition() == "DIFFERENT_SCHEMA"
    assertDataFrameEqual(people, people.select("n", "amount", "id"), ignoreColumnOrder=True)
    assertDataFrameEqual(people, people.toDF("x", "y", "z"), ignoreColumnName=True)
    floats = people.withColumn("amount", people.amount.cast("float"))
    assert refusal(people, floats).getCondition() == "DIFFERENT_SCHEMA"
    assertDataFrameEqual(people, floats, ignoreColumnType=True)


def test_nested_numbers_may_be_near_and_nan_equals_nan(spark: SparkSession) -> None:
    one, other = (
        spark.range(1).selectExpr(f"array({x}d) a", f"map('k', {x}d) m", f"struct({x}d x) s", "double('NaN') n")
        for x in ("1.0", "1.000001")
    )
    assertDataFrameEqual(one, other)


def test_nothing_equals_nothing_and_no_dataframe_is_refused(people: DataFrame) -> None:
    assert assertDataFrameEqual(None, None) is True
    calls: list[tuple[Any, Any]] = [(None, people), (people, None), (people, 5), ({}, people)]
    for arguments in calls:
        assert refusal(*arguments).getCondition() == "INVALID_TYPE_DF_EQUALITY_ARG"


def test_pandas_dataframes_are_compared_with_each_other(people: DataFrame, richer: DataFrame) -> None:
    assertDataFrameEqual(people.toPandas(), people.toPandas())
    assertDataFrameEqual(people.toPandas(), richer.toPandas(), rtol=1e-1)
    assert refusal(people.toPandas(), richer.toPandas()).getCondition() == "DIFFERENT_PANDAS_DATAFRAME"
    assert refusal(people.toPandas(), people).getCondition() == "INVALID_TYPE_DF_EQUALITY_ARG"


def test_schemas_differ_in_names_types_and_nulls() -> None:
    schema = StructType().add("a", "integer").add("b", DecimalType(5, 2))
    assertSchemaEqual(schema, StructType().add("a", "integer", False).add("b", DecimalType(5, 2)))
    assertSchemaEqual(schema, StructType().add("b", DecimalType(5, 2)).add("a", "integer"), ignoreColumnOrder=True)
    assertSchemaEqual(schema, StructType().add("x", "integer").add("y", DecimalType(5, 2)), ignoreColumnName=True)
    for other, options in (
        (StructType().add("a", "integer", False).add("b", DecimalType(5, 2)), {"ignoreNullable": False}),
        (StructType().add("a", "integer").add("b", DecimalType(5, 1)), {}),
        (StructType().add("a", "long").add("b", DecimalType(5, 2)), {}),
        (StructType().add("a", "integer"), {}),
    ):
        with pytest.raises(PySparkAssertionError) as caught:
            assertSchemaEqual(schema, other, **options)
        assert caught.value.getCondition() == "DIFFERENT_SCHEMA"


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(PySparkTypeError) as caught:
        assertSchemaEqual("a int", StructType())  # type: ignore[arg-type]
    assert caught.value.getCondition() == "NOT_EXPECTED_TYPE"
