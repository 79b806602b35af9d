"""Errors of analysis and execution name the place in the user's text or program. Expected texts are PySpark's."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from pyrdd.errors import (
    AnalysisException,
    ParseException,
    PySparkException,
    QueryContextType,
    UnsupportedOperationException,
)
from pyrdd.errors.origin import about
from pyrdd.errors.query_context import DataFrameQueryContext, SQLQueryContext
from pyrdd.sql import SparkSession
from pyrdd.sql import functions as F
from pyrdd.sql.expressions import UnresolvedAttribute
from pyrdd.sql.functions import col
from pyrdd.sql.parser import parse_expression, parse_query

pytestmark = pytest.mark.masters("local", "local[2]", "threads[2]")

ROWS = (
    "SELECT * FROM VALUES (1, 2147483647, 9223372036854775807, 'x', array(1, 2)), "
    "(1, 0, 0, '1', array(1, 2)) AS t(a, i, l, s, arr)"
)


@pytest.fixture
def spark(sc: Any) -> Iterator[Any]:
    yield SparkSession(sc)
    SparkSession._instantiatedSession = SparkSession._activeSession = None


@pytest.fixture
def nums(spark: Any) -> Iterator[Any]:
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW nums AS {ROWS}")
    yield spark.table("nums")
    spark.catalog.dropTempView("nums")


def error_of(run: Any) -> PySparkException:
    with pytest.raises(PySparkException) as caught:
        run()
    return caught.value


def sql_context(error: PySparkException) -> tuple[str, str, int, int, str]:
    (context,) = error.getQueryContext()
    assert context.contextType() is QueryContextType.SQL
    return (
        context.objectType(),
        context.objectName(),
        context.startIndex(),
        context.stopIndex(),
        context.fragment(),
    )


RUNTIME = [
    ("SELECT 1/0", "DIVIDE_BY_ZERO", 7, "1/0"),
    ("SELECT 1 % 0", "REMAINDER_BY_ZERO", 7, "1 % 0"),
    ("SELECT a div (a - 1) FROM nums", "DIVIDE_BY_ZERO", 7, "a div (a - 1)"),
    ("SELECT mod(1, 0)", "REMAINDER_BY_ZERO", 7, "mod(1, 0)"),
    ("SELECT pmod(1, 0)", "REMAINDER_BY_ZERO", 7, "pmod(1, 0)"),
    ("SELECT a + i FROM nums", "ARITHMETIC_OVERFLOW", 7, "a + i"),
    ("SELECT i - -1 FROM nums", "ARITHMETIC_OVERFLOW", 7, "i - -1"),
    ("SELECT l * 2 FROM nums", "ARITHMETIC_OVERFLOW", 7, "l * 2"),
    ("SELECT cast(s as int) FROM nums", "CAST_INVALID_INPUT", 7, "cast(s as int)"),
    ("SELECT s::double FROM nums", "CAST_INVALID_INPUT", 7, "s::double"),
    ("SELECT int(s) FROM nums", "CAST_INVALID_INPUT", 7, "int(s)"),
    ("SELECT s + 1 FROM nums", "CAST_INVALID_INPUT", 7, "s + 1"),
    ("SELECT a FROM nums WHERE s > 1", "CAST_INVALID_INPUT", 25, "s > 1"),
    ("SELECT arr[5] FROM nums", "INVALID_ARRAY_INDEX", 7, "arr[5]"),
    ("SELECT element_at(arr, 5) FROM nums", "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", 7, "element_at(arr, 5)"),
    ("SELECT element_at(arr, 0) FROM nums", "INVALID_INDEX_OF_ZERO", 7, "element_at(arr, 0)"),
    ("SELECT to_date('2020-13-01')", "CAST_INVALID_INPUT", 7, "to_date('2020-13-01')"),
    ("SELECT interval '1' day / 0", "INTERVAL_DIVIDED_BY_ZERO", 7, "interval '1' day / 0"),
    ("SELECT sum(a/0) FROM nums", "DIVIDE_BY_ZERO", 11, "a/0"),
    ("SELECT (SELECT 1/0)", "DIVIDE_BY_ZERO", 15, "1/0"),
    ("SELECT ((1) / (0)) + 2", "DIVIDE_BY_ZERO", 8, "(1) / (0)"),
    ("SELECT transform(arr, x -> x / 0) FROM nums", "DIVIDE_BY_ZERO", 27, "x / 0"),
    ("SELECT CASE WHEN a/0 > 1 THEN 1 END FROM nums", "DIVIDE_BY_ZERO", 17, "a/0"),
    ("SELECT a IN (1/0, 2) FROM nums", "DIVIDE_BY_ZERO", 13, "1/0"),
    ("SELECT count(*) FROM nums GROUP BY a/0", "DIVIDE_BY_ZERO", 35, "a/0"),
    ("WITH c AS (SELECT a / (a-1) AS z FROM nums) SELECT z FROM c", "DIVIDE_BY_ZERO", 18, "a / (a-1)"),
    ("-- hello\nSELECT\n  1/0", "DIVIDE_BY_ZERO", 18, "1/0"),
]


@pytest.mark.usefixtures("nums")
@pytest.mark.parametrize(("text", "condition", "start", "fragment"), RUNTIME)
def test_an_error_of_a_running_query_names_the_piece_of_its_text(
    spark: Any, text: str, condition: str, start: int, fragment: str
) -> None:
    error = error_of(spark.sql(text).collect)
    assert error.getCondition() == condition
    assert sql_context(error) == ("", "", start, start + len(fragment) - 1, fragment)


@pytest.mark.usefixtures("nums")
@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("SELECT cast(l as int) FROM nums", "CAST_OVERFLOW"),
        ("SELECT raise_error('boom')", "USER_RAISED_EXCEPTION"),
        ("SELECT assert_true(a > 2) FROM nums", "USER_RAISED_EXCEPTION"),
        ("SELECT to_date('abc', 'yyyy-MM-dd')", "CANNOT_PARSE_TIMESTAMP"),
    ],
)
def test_errors_of_which_spark_does_not_say_where_have_no_context(spark: Any, text: str, condition: str) -> None:
    error = error_of(spark.sql(text).collect)
    assert error.getCondition() == condition
    assert error.getQueryContext() == []
    assert not str(error).endswith("\n")


def test_such_an_error_has_the_place_as_a_note(spark: Any) -> None:
    error = error_of(spark.sql("SELECT cast(id + 1e10D as int) FROM range(1)").collect)
    assert error.__notes__ == [
        "== SQL (line 1, position 8) ==\nSELECT cast(id + 1e10D as int) FROM range(1)\n       ^^^^^^^^^^^^^^^^^^^^^^^"
    ]


@pytest.mark.usefixtures("nums")
@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("SELECT a+1, l-1, i+1+a FROM nums", "i+1"),
        ("SELECT a+l, 1 FROM nums WHERE a+1 > 0 AND a*2 > 0", "a+l"),
        ("SELECT sum(i*a), sum(i*2) FROM nums GROUP BY a+1", "i*2"),
        ("SELECT a % a, a % (a-1) + a % (a+1) FROM nums", "a % (a-1)"),
        ("SELECT '(i+1)' || s, a+1, \"(a+1\" || (i+1) FROM nums", "i+1"),
        ("SELECT transform(array(a, i), x -> x+1 + (x-2)) FROM nums", "x+1"),
    ],
)
def test_among_operators_of_one_kind_the_one_that_failed_is_found(spark: Any, text: str, fragment: str) -> None:
    error = error_of(spark.sql(text).collect)
    assert sql_context(error)[4] == fragment


@pytest.mark.usefixtures("nums")
def test_the_message_of_a_running_query_ends_with_the_marked_piece(spark: Any) -> None:
    error = error_of(spark.sql("SELECT 1,\n       2,\n       a /\n  0 AS z\nFROM nums").collect)
    assert str(error).endswith("\n== SQL (line 3, position 8) ==\n       a /\n       ^^^\n  0 AS z\n^^^\n")
    assert error.getQueryContext()[0].summary() in str(error)


@pytest.mark.parametrize(
    ("text", "start", "stop", "shown"),
    [
        ("SELECT sum(d) FROM (SELECT d FROM nums UNION ALL SELECT d FROM nums)", 7, 12,
         "SELECT sum(d) FROM (SELECT d FROM nums UNION ...\n       ^^^^^^\n"),
        ("SELECT count(*) FROM nums GROUP BY a/0", 35, 37,
         "...ECT count(*) FROM nums GROUP BY a/0\n                                   ^^^\n"),
        ("WITH c AS (SELECT a / (a-1) AS z FROM nums) SELECT z FROM c", 18, 26,
         "WITH c AS (SELECT a / (a-1) AS z FROM nums) SELECT z FROM c...\n                  ^^^^^^^^^\n"),
    ],
)  # fmt: skip
def test_long_lines_are_cut_around_the_piece(text: str, start: int, stop: int, shown: str) -> None:
    assert SQLQueryContext(text, start, stop).summary() == f"== SQL (line 1, position {start + 1}) ==\n{shown}"


ANALYSIS = [
    ("SELECT aa FROM nums", "UNRESOLVED_COLUMN.WITH_SUGGESTION", 7, "aa"),
    ("SELECT a, b.zz FROM nums", "UNRESOLVED_COLUMN.WITH_SUGGESTION", 10, "b.zz"),
    ("SELECT nofun(a) FROM nums", "UNRESOLVED_ROUTINE", 7, "nofun(a)"),
    ("SELECT * FROM notable", "TABLE_OR_VIEW_NOT_FOUND", 14, "notable"),
    ("SELECT a FROM nums JOIN notable USING (a)", "TABLE_OR_VIEW_NOT_FOUND", 24, "notable"),
    ("SELECT a + arr FROM nums", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", 7, "a + arr"),
    ("SELECT upper(arr, 1) FROM nums", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", 7, "upper(arr, 1)"),
    ("SELECT a FROM nums WHERE a IN ('x', array(1))", "DATATYPE_MISMATCH.DATA_DIFF_TYPES", 27, "IN ('x', array(1))"),
    ("SELECT a FROM nums WHERE a", "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", 0, "SELECT a FROM nums WHERE a"),
    ("SELECT a FROM nums x, nums y", "AMBIGUOUS_REFERENCE", 7, "a"),
    ("SELECT a FROM nums ORDER BY zz", "UNRESOLVED_COLUMN.WITH_SUGGESTION", 28, "zz"),
    ("SELECT a FROM nums ORDER BY 3", "ORDER_BY_POS_OUT_OF_RANGE", 28, "3"),
    ("SELECT a FROM nums GROUP BY 3", "GROUP_BY_POS_OUT_OF_RANGE", 28, "3"),
    ("SELECT t.* FROM nums", "CANNOT_RESOLVE_STAR_EXPAND", 7, "t.*"),
    ("SELECT a FROM nums LIMIT 1/0", "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", 25, "1/0"),
    ("SELECT sum(sum(a)) FROM nums", "NESTED_AGGREGATE_FUNCTION", 11, "sum(a)"),
    ("SELECT * FROM range(1, 2, 3, 4, 5)", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", 14, "range(1, 2, 3, 4, 5)"),
]


@pytest.mark.usefixtures("nums")
@pytest.mark.parametrize(("text", "condition", "start", "fragment"), ANALYSIS)
def test_an_error_of_analysis_names_the_piece_of_the_text(
    spark: Any, text: str, condition: str, start: int, fragment: str
) -> None:
    error = error_of(lambda: spark.sql(text))
    assert error.getCondition() == condition
    assert sql_context(error) == ("", "", start, start + len(fragment) - 1, fragment)
    assert str(error).endswith(f"; line 1 pos {start}")


@pytest.mark.usefixtures("nums")
def test_an_error_of_analysis_counts_lines(spark: Any) -> None:
    assert str(error_of(lambda: spark.sql("  \n SELECT zz FROM nums"))).endswith("; line 2 pos 8")


@pytest.mark.usefixtures("nums")
def test_an_error_inside_a_view_names_the_view(spark: Any) -> None:
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW bad AS select a, a / (a - 1) as r from nums")
    error = error_of(spark.sql("SELECT r + 1 FROM bad").collect)
    assert sql_context(error) == ("VIEW", "bad", 10, 20, "a / (a - 1)")
    assert str(error).endswith(
        "\n== SQL of VIEW bad (line 1, position 11) ==\nselect a, a / (a - 1) as r from nums\n          ^^^^^^^^^^^\n"
    )
    spark.catalog.dropTempView("bad")


@pytest.mark.usefixtures("nums")
def test_an_error_inside_a_function_shows_the_body_of_the_function(spark: Any) -> None:
    spark.sql("CREATE OR REPLACE TEMPORARY FUNCTION divme(x INT) RETURNS DOUBLE RETURN x / (x - 1)")
    error = error_of(spark.sql("SELECT 1, divme(a) FROM nums").collect)
    assert sql_context(error) == ("", "", 0, 10, "x / (x - 1)")
    spark.sql("DROP TEMPORARY FUNCTION divme")


@pytest.mark.parametrize(
    ("run", "start", "fragment"),
    [
        (lambda df: df.selectExpr("a/0"), 0, "a/0"),
        (lambda df: df.select(F.expr("1 + a / 0")), 4, "a / 0"),
        (lambda df: df.filter("a / 0 > 1"), 0, "a / 0"),
    ],
)
def test_texts_of_expressions_are_contexts_of_their_own(nums: Any, run: Any, start: int, fragment: str) -> None:
    error = error_of(run(nums).collect)
    assert sql_context(error) == ("", "", start, start + len(fragment) - 1, fragment)


CALLS = [
    (lambda df: df.select(col("a") / 0), "DIVIDE_BY_ZERO", "__truediv__"),
    (lambda df: df.select(1 / (df.a - 1)), "DIVIDE_BY_ZERO", "__rtruediv__"),
    (lambda df: df.select(col("i") + 1), "ARITHMETIC_OVERFLOW", "__add__"),
    (lambda df: df.select(col("s").cast("int")), "CAST_INVALID_INPUT", "cast"),
    (lambda df: df.select(F.to_date("s")), "CAST_INVALID_INPUT", "to_date"),
    (lambda df: df.select(F.element_at("arr", 9)), "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "element_at"),
    (lambda df: df.select(col("arr")[9]), "INVALID_ARRAY_INDEX", "__getitem__"),
    (lambda df: df.select(col("s").isin(1, 2)), "CAST_INVALID_INPUT", "isin"),
    (lambda df: df.select(F.transform("arr", lambda x: x / 0)), "DIVIDE_BY_ZERO", "__truediv__"),
    (lambda df: df.groupBy(col("a") / 0).count(), "DIVIDE_BY_ZERO", "__truediv__"),
    (lambda df: df.select(F.when(col("a") == 1, col("a") % 0)), "REMAINDER_BY_ZERO", "__mod__"),
]


@pytest.mark.parametrize(("run", "condition", "function"), CALLS)
def test_an_error_of_columns_names_the_call_and_its_line(nums: Any, run: Any, condition: str, function: str) -> None:
    error = error_of(run(nums).collect)
    (context,) = error.getQueryContext()
    line = f"{__file__}:{run.__code__.co_firstlineno}"
    assert (error.getCondition(), context.contextType()) == (condition, QueryContextType.DataFrame)
    assert (context.fragment(), context.callSite()) == (function, line)
    assert str(error).endswith(f'\n== DataFrame ==\n"{function}" was called from\n{line}\n')


def test_the_line_is_that_of_the_operator_not_of_the_action(nums: Any) -> None:
    def helper(value: Any) -> Any:
        return value / 0

    (context,) = error_of(nums.select(helper(col("a"))).collect).getQueryContext()
    assert context.callSite() == f"{__file__}:{helper.__code__.co_firstlineno + 1}"


@pytest.mark.parametrize(
    ("run", "condition", "function"),
    [
        (lambda df: df.select(col("zz")), "UNRESOLVED_COLUMN.WITH_SUGGESTION", "col"),
        (lambda df: df.select(col("a") + col("arr")), "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", "__add__"),
        (lambda df: df.select(F.date_add("arr", 1)), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "date_add"),
    ],
)
def test_an_error_of_analysis_of_columns_has_the_call_as_its_context(
    nums: Any, run: Any, condition: str, function: str
) -> None:
    error = error_of(lambda: run(nums))
    (context,) = error.getQueryContext()
    assert (error.getCondition(), context.fragment()) == (condition, function)
    assert context.callSite() == f"{__file__}:{run.__code__.co_firstlineno}"


def test_contexts_of_columns_can_be_switched_off(nums: Any, spark: Any) -> None:
    spark.conf.set("spark.sql.dataFrameQueryContext.enabled", "false")
    try:
        error = error_of(nums.select(col("a") / 0).collect)
    finally:
        spark.conf.unset("spark.sql.dataFrameQueryContext.enabled")
    assert error.getQueryContext() == []
    assert error_of(nums.select(col("a") / 0).collect).getQueryContext() != []


@pytest.mark.every_master
def test_contexts_come_back_from_wherever_the_query_runs(nums: Any, spark: Any) -> None:
    assert sql_context(error_of(spark.sql("SELECT a+1, i+1, s FROM nums").collect))[4] == "i+1"
    assert (
        sql_context(error_of(spark.sql("SELECT sum(cast(s as int)) FROM nums GROUP BY a").collect))[4]
        == "cast(s as int)"
    )
    (context,) = error_of(nums.repartition(2).select(col("a") / (col("a") - 1)).collect).getQueryContext()
    assert context.fragment() == "__truediv__"


def test_what_a_context_does_not_have_is_refused() -> None:
    call = DataFrameQueryContext("select", "app.py", 3)
    asked = [
        call.objectType,
        call.objectName,
        call.startIndex,
        call.stopIndex,
        SQLQueryContext("SELECT 1", 0, 7).callSite,
    ]
    for ask in asked:
        with pytest.raises(UnsupportedOperationException) as caught:
            ask()
        assert caught.value.getCondition() == "UNSUPPORTED_CALL.WITHOUT_SUGGESTION"


def test_an_error_with_a_context_crosses_processes() -> None:
    context = SQLQueryContext("SELECT 1/0", 7, 9, "VIEW", "v")
    error = AnalysisException(errorClass="INTERNAL_ERROR", messageParameters={"message": "x"}, contexts=[context])
    copied = pickle.loads(pickle.dumps(error))
    assert copied.getQueryContext() == [context]
    assert str(copied) == str(error)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SELECT selec 1 2", " (line 1, pos 13)\n\n== SQL ==\nSELECT selec 1 2\n-------------^^^\n"),
        ("SELECT 1 +", " (line 1, pos 10)\n\n== SQL ==\nSELECT 1 +\n----------^^^\n"),
    ],
)
def test_syntax_errors_show_the_text_and_mark_the_place(text: str, shown: str) -> None:
    with pytest.raises(ParseException) as caught:
        parse_query(text)
    assert str(caught.value).endswith(shown)
    assert caught.value.getQueryContext() == []
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_syntax_errors_mark_the_line_of_the_place() -> None:
    with pytest.raises(ParseException, match=r"\(line 2, pos 2\)") as caught:
        parse_query("SELECT a,\n  FROM t\nWHERE x\n")
    assert str(caught.value).endswith("\n== SQL ==\nSELECT a,\n  FROM t\n--^^^\nWHERE x\n")


def test_an_origin_takes_no_part_in_equality_and_stays_with_copies() -> None:
    context = SQLQueryContext("a", 0, 0)
    with about(context):
        made = UnresolvedAttribute(("a",))
    plain = UnresolvedAttribute(("a",))
    assert made == plain and hash(made) == hash(plain) and repr(made) == repr(plain)
    assert (made.origin, plain.origin) == (context, None)
    assert made.copy(parts=("b",)).origin is context
    assert pickle.loads(pickle.dumps(made)).origin == context


def test_the_origins_of_a_text_share_the_text() -> None:
    text = "a + " * 200 + "a"
    assert len(pickle.dumps(parse_expression(text))) < 50_000
