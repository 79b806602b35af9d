"""Aggregate and window functions: types, names, nulls, NaN, empty groups, frames and refusals."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import pytest

from pyrdd.errors import AnalysisException, ArithmeticException, PySparkNotImplementedError
from pyrdd.sql import SparkSession
from pyrdd.sql import functions as F
from pyrdd.sql.functions.statistics import kurtosis_of, skewness_of

ROWS = """
    select * from values
      (1, 'a', 1.5D, cast(1.25 as decimal(5,2)), true, date'2024-01-01', timestamp'2024-01-01 00:00:00', interval '1' day),
      (1, 'b', 2.5D, cast(2.50 as decimal(5,2)), false, date'2024-01-02', timestamp'2024-01-02 00:00:00', interval '2' day),
      (2, null, null, null, null, null, null, null),
      (2, 'c', cast('nan' as double), cast(-3.10 as decimal(5,2)), true, date'2024-02-02', timestamp'2024-03-02 00:00:00',
       interval '3' hour)
      as t(k, s, d, m, b, dt, ts, di)
"""


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.sql(ROWS).createOrReplaceTempView("t")
    return session


def first(spark: SparkSession, query: str) -> tuple[Any, ...]:
    return tuple(spark.sql(query).first())  # type: ignore[arg-type]


def test_sums_and_means_have_the_types_and_values_of_spark(spark: SparkSession) -> None:
    query = "select sum(m), avg(m), sum(di), avg(di), sum(k), avg(k), sum('1'), sum(null) from t"
    assert [f.dataType.simpleString() for f in spark.sql(query).schema] == [
        "decimal(15,2)", "decimal(9,6)", "interval day to hour", "interval day to second", "bigint", "double", "double",
        "double",
    ]  # fmt: skip
    days = datetime.timedelta
    assert first(spark, query) == (
        Decimal("0.65"), Decimal("0.216667"), days(days=3, hours=3), days(days=1, hours=1), 6, 1.5, 4.0, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select sum(9223372036854775807L) from t", "overflow"),
        (
            "select sum(cast('99999999999999999999999999999999999999' as decimal(38,0))) from t",
            "Overflow in sum of decimals",
        ),
    ],
)
def test_a_sum_that_does_not_fit_is_an_arithmetic_overflow(spark: SparkSession, query: str, message: str) -> None:
    with pytest.raises(ArithmeticException) as caught:
        spark.sql(query).collect()
    assert caught.value.getCondition() == "ARITHMETIC_OVERFLOW"
    assert caught.value.getMessageParameters()["message"] == message


def test_tolerant_sums_are_null_where_they_do_not_fit(spark: SparkSession) -> None:
    big = "cast('99999999999999999999999999999999999999' as decimal(38,0))"
    assert first(spark, f"select try_sum(9223372036854775807L), try_sum({big}), try_avg(2) from t") == (None, None, 2.0)


def test_counts_leave_out_rows_with_nulls(spark: SparkSession) -> None:
    query = "select count(*), count(distinct k, s), count(k, s), count_if(b), count(distinct k) filter (where b) from t"
    assert first(spark, query) == (4, 3, 3, 2, 2)


def test_nan_is_the_greatest_and_null_the_least_inside_of_structs(spark: SparkSession) -> None:
    greatest, least, smallest = first(spark, "select max(d), min(d), min(struct(s, k)) from t")
    assert math.isnan(greatest)
    assert (least, tuple(smallest)) == (1.5, (None, 2))


def test_an_empty_group_has_the_answers_of_spark(spark: SparkSession) -> None:
    query = """select corr(k, k), max_by(s, k, 2), listagg(s), collect_list(s), median(k), approx_count_distinct(k),
                      histogram_numeric(k, 2), percentile(k, array(0.5)), count(k) from t where s = 'zzz'"""
    assert first(spark, query) == (None, None, None, [], None, 0, None, None, 0)


def test_quantiles_are_exact_or_chosen_from_the_values(spark: SparkSession) -> None:
    query = """select median(m), percentile(k, array(0.1, 0.9)), percentile(k, 0.5, 2),
                      percentile_cont(0.5) within group (order by k desc), percentile_disc(0.5) within group (order by k),
                      percentile_approx(k, 0.5), approx_percentile(dt, 0.5), mode() within group (order by s desc) from t"""
    assert first(spark, query) == (1.25, [1.0, 2.0], 1.5, 1.5, 1.0, 1, datetime.date(2024, 1, 2), "c")


def test_moments_are_computed_in_one_pass_as_spark_does() -> None:
    assert skewness_of([1, 1, 2, 2]) == -1.1102230246251565e-16
    assert kurtosis_of([]) is None
    assert skewness_of([3.0, None, 3.0]) is None


def test_the_first_value_may_be_null_unless_nulls_are_ignored(spark: SparkSession) -> None:
    df = spark.createDataFrame([(None,), (1,), (2,)], "n int")
    found = df.select(F.first("n"), F.first("n", True), F.last_value("n"), F.any_value("n", True))
    assert found.columns == ["first(n)", "first(n)", "last_value(n)", "any_value(n)"]
    assert tuple(found.first()) == (None, 1, 2, 1)  # type: ignore[arg-type]


def test_strings_are_joined_in_the_order_of_within_group(spark: SparkSession) -> None:
    query = """select listagg(s), listagg(distinct s, '-') within group (order by s desc), string_agg(k, '{d}'),
                      listagg(cast(s as binary), x'2c') from t"""
    assert first(spark, query) == ("abc", "c-b-a", "1{d}1{d}2{d}2", b"a,b,c")


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("select sum(b) from t", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
        ("select max(map(1, 2)) from t", "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"),
        ("select max_by(s, k, 0) from t", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
        ("select percentile(k, 1.1) from t", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
        ("select percentile(k, k) from t", "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"),
        ("select mode() from t", "INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING"),
        ("select mode(k) within group (order by k) from t", "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS"),
        ("select sum(k) within group (order by k) from t", "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX"),
        ("select grouping(k) from t group by k", "UNSUPPORTED_GROUPING_EXPRESSION"),
        ("select count(t.*) from t", "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT"),
        ("select sum(distinct k) over () from t", "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED"),
        ("select median(k) over (order by k) from t", "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC"),
        ("select row_number() over () from t", "WINDOW_FUNCTION_FRAME_NOT_ORDERED"),
        ("select row_number() from t", "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE"),
        ("select k from t where rank() over (order by k) > 1", "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE"),
        ("select sum(k) over w from t", "MISSING_WINDOW_SPECIFICATION"),
        (
            "select sum(k) over (order by k, s range between 1 preceding and current row) from t",
            "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER",
        ),
        (
            "select sum(k) over (order by ts range between 1 preceding and current row) from t",
            "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE",
        ),
        (
            "select sum(k) over (order by k rows between 1 following and 1 preceding) from t",
            "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
        ),
        (
            "select sum(k) over (order by k rows between 1.5 preceding and current row) from t",
            "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
        ),
    ],
)
def test_what_spark_refuses_is_refused_by_the_same_condition(spark: SparkSession, query: str, condition: str) -> None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql(query).collect()
    assert caught.value.getCondition() == condition


def test_sketches_of_frequent_values_are_refused_by_name(spark: SparkSession) -> None:
    with pytest.raises(PySparkNotImplementedError, match="approx_top_k_accumulate"):
        spark.sql("select approx_top_k_accumulate(k) from t")


def test_window_functions_have_the_names_of_their_frames(spark: SparkSession) -> None:
    df = spark.sql(
        """select rank() over (order by k), lag(s) over (order by k), sum(k) over (order by k rows 2 preceding),
                  sum(k) over (order by d range between 1 preceding and 1 following) from t"""
    )
    assert df.columns == [
        "RANK() OVER (ORDER BY k ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        "lag(s, 1, NULL) OVER (ORDER BY k ASC NULLS FIRST ROWS BETWEEN -1 FOLLOWING AND -1 FOLLOWING)",
        "sum(k) OVER (ORDER BY k ASC NULLS FIRST ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)",
        "sum(k) OVER (ORDER BY d ASC NULLS FIRST RANGE BETWEEN (- 1) FOLLOWING AND 1 FOLLOWING)",
    ]


@pytest.mark.parametrize(
    ("over", "sums"),
    [
        ("order by dt range between interval '1' day preceding and current row", [1, 2, 2, 2]),
        ("order by dt range between 1 preceding and current row", [1, 2, 2, 2]),
        ("order by dt range between interval 1 month preceding and current row", [1, 2, 2, 3]),
        ("order by ts range between interval '1' day preceding and interval '2' days following", [2, 2, 2, 2]),
        ("order by di range between interval '1' day preceding and current row", [2, 2, 2, 3]),
        ("order by k range between 1 following and 2 following", [4, 4, None, None]),
        ("order by k rows between current row and 1 preceding", [None, None, None, None]),
    ],
)
def test_frames_of_values_reach_as_far_as_their_offsets(spark: SparkSession, over: str, sums: list[int]) -> None:
    found = [row[0] for row in spark.sql(f"select sum(k) over ({over}) from t").collect()]
    assert sorted(found, key=lambda x: (x is None, x)) == sums


def test_windows_may_stand_inside_of_windows(spark: SparkSession) -> None:
    rows = spark.sql("select sum(row_number() over (order by k)) over () from t").collect()
    assert [row[0] for row in rows] == [10, 10, 10, 10]
