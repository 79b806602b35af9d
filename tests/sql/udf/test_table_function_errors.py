"""Table functions that go wrong: what `eval`, `terminate` and `analyze` may return, and what is raised otherwise. Conditions are
PySpark's."""

from __future__ import annotations

import pytest

from pyrdd.errors import (
    AnalysisException,
    PySparkAttributeError,
    PySparkRuntimeError,
    PySparkTypeError,
    PythonException,
)
from pyrdd.sql import Row
from pyrdd.sql.functions import lit, udtf
from pyrdd.sql.types import IntegerType, StringType, StructField, StructType
from pyrdd.sql.udtf import AnalyzeResult

SCHEMA = "a int, b string"


def called(spark, evaluate, schema=SCHEMA, args=(1,), arrow=False, **methods):
    function = udtf(type("F", (), {"eval": evaluate, **methods}), returnType=schema, useArrow=arrow)
    return function(*map(lit, args)).collect()


def yields(*rows):
    def evaluate(self, x):
        yield from rows

    return evaluate


def fails():
    raise ValueError("no good")


@pytest.mark.parametrize("arrow", [False, True])
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((1, "x"), Row(a=1, b="x")),
        ([1, "x"], Row(a=1, b="x")),
        ({"a": 1, "b": "x"}, Row(a=1, b="x")),
        (None, Row(a=None, b=None)),
        ((1, 5), Row(a=1, b="5")),
    ],
)
def test_rows_are_tuples_lists_and_dicts(spark, row, expected, arrow):
    assert called(spark, yields(row), arrow=arrow) == [expected]


def test_nothing_may_be_returned(spark):
    assert called(spark, lambda self, x: None) == []


@pytest.mark.parametrize(
    ("row", "condition", "parameters"),
    [
        ((1,), "UDTF_RETURN_SCHEMA_MISMATCH", {"expected": "2", "actual": "1", "func": "eval"}),
        ((1, "x", 2), "UDTF_RETURN_SCHEMA_MISMATCH", {"expected": "2", "actual": "3", "func": "eval"}),
        (1, "UDTF_INVALID_OUTPUT_ROW_TYPE", {"type": "int", "func": "eval"}),
        ("ab", "UDTF_INVALID_OUTPUT_ROW_TYPE", {"type": "str", "func": "eval"}),
    ],
)
def test_rows_of_another_shape_are_errors(spark, row, condition, parameters):
    with pytest.raises(PySparkRuntimeError) as error:
        called(spark, yields(row))
    assert (error.value.getCondition(), error.value.getMessageParameters()) == (condition, parameters)


@pytest.mark.parametrize("row", [(1,), (1, "x", 2), 1, "ab", ("q", "x"), Row(b="x", a=1)])
def test_rows_that_arrow_cannot_take_are_errors(spark, row):
    with pytest.raises(PySparkRuntimeError) as error:
        called(spark, yields(row), arrow=True)
    assert error.value.getCondition() == "UDTF_ARROW_DATA_CONVERSION_ERROR"
    assert error.value.getMessageParameters() == {
        "data": str([row]),
        "schema": "struct<a:int,b:string>",
        "arrow_schema": "struct<a: int32, b: string>",
    }


def test_values_of_other_types_become_null_without_arrow(spark):
    assert called(spark, yields(("q", "x"))) == [Row(a=None, b="x")]


@pytest.mark.parametrize("arrow", [False, True])
@pytest.mark.parametrize(
    ("methods", "condition", "where"),
    [
        ({"evaluate": lambda self, x: 1}, "UDTF_RETURN_NOT_ITERABLE", {"type": "int", "func": "eval"}),
        (
            {"evaluate": yields((1, "x")), "terminate": lambda self: 1},
            "UDTF_RETURN_NOT_ITERABLE",
            {"type": "int", "func": "terminate"},
        ),
        ({"evaluate": lambda self, x: fails()}, "UDTF_EXEC_ERROR", {"method_name": "eval", "error": "no good"}),
        (
            {"evaluate": yields((1, "x")), "terminate": lambda self: fails()},
            "UDTF_EXEC_ERROR",
            {"method_name": "terminate", "error": "no good"},
        ),
        (
            {"evaluate": yields((1, "x")), "__init__": lambda self: fails()},
            "UDTF_EXEC_ERROR",
            {"method_name": "__init__", "error": "no good"},
        ),
    ],
)
def test_methods_that_fail_are_named(spark, methods, condition, where, arrow):
    with pytest.raises(PySparkRuntimeError) as error:
        called(spark, arrow=arrow, **methods)
    assert (error.value.getCondition(), error.value.getMessageParameters()) == (condition, where)


def test_a_failing_cleanup_is_the_users_exception(spark):
    with pytest.raises(PythonException, match="ValueError: no good"):
        called(spark, yields((1, "x")), cleanup=lambda self: fails())


def test_arguments_are_those_of_eval(spark):
    with pytest.raises(PySparkRuntimeError) as error:
        called(spark, yields((1, "x")), args=(1, 2))
    assert error.value.getCondition() == "UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE"


@pytest.mark.parametrize("arrow", [False, True])
def test_a_column_that_is_not_nullable_has_values(spark, arrow):
    schema = StructType([StructField("a", IntegerType(), False), StructField("b", StringType())])
    with pytest.raises(PySparkRuntimeError) as error:
        called(spark, yields((None, "x")), schema, arrow=arrow)
    assert error.value.getCondition() == "UDTF_EXEC_ERROR"
    assert "Column 0 within a returned row had a value of None" in str(error.value)


@pytest.mark.parametrize(
    ("analyze", "message"),
    [
        (lambda x: fails(), "no good"),
        (lambda x: 1, "instead this method returned a value of type: <class 'int'>"),
        (lambda x: AnalyzeResult(1), "'schema' field comprising a StructType"),
        (lambda: AnalyzeResult(StructType()), "did not match the expected signature of the static 'analyze' method"),
    ],
)
def test_analysis_that_fails_says_why(spark, analyze, message):
    with pytest.raises(AnalysisException) as error:
        called(spark, yields((1,)), None, analyze=staticmethod(analyze))
    assert error.value.getCondition() == "TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON"
    assert message in error.value.getMessageParameters()["msg"]


def test_what_a_table_function_needs(spark):
    for schema, kind, condition in (
        (None, PySparkAttributeError, "INVALID_UDTF_RETURN_TYPE"),
        ("int", PySparkTypeError, "UDTF_RETURN_TYPE_MISMATCH"),
        (1, PySparkTypeError, "UDTF_RETURN_TYPE_MISMATCH"),
    ):
        with pytest.raises(kind) as error:
            called(spark, yields((1,)), schema)
        assert error.value.getCondition() == condition
    with pytest.raises(PySparkAttributeError) as error:
        udtf(type("F", (), {}), returnType=SCHEMA)
    assert error.value.getCondition() == "INVALID_UDTF_NO_EVAL"
