"""Windows of time: which rows are in which, and how sessions merge. Expected values are Spark's."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException, IllegalArgumentException, PySparkNotImplementedError
from pyrdd.sql import DataFrame, SparkSession
from pyrdd.sql import functions as F


@pytest.fixture
def spark(sc: Any) -> Any:
    return SparkSession(sc)


@pytest.fixture
def events(spark: SparkSession) -> DataFrame:
    rows = [("09:00:07", 1, "a"), ("09:00:08", 2, "a"), ("09:00:21", 3, "a"), (None, 4, "a"), ("09:00:09", 5, "b")]
    given = [(at and f"2016-03-11 {at}", n, k) for at, n, k in rows]
    return spark.createDataFrame(given, "at string, n int, k string").withColumn("at", F.col("at").cast("timestamp"))


def shown(frame: DataFrame, window: str = "window") -> list[tuple[str, ...]]:
    start, end = (F.date_format(f"{window}.{edge}", "mm:ss") for edge in ("start", "end"))
    rest = [F.col(f"`{name}`").cast("string") for name in frame.columns if name != window]
    return [tuple(row) for row in frame.select(start, end, *rest).collect()]


def test_a_window_is_a_column_and_rows_without_a_time_are_left_out(events: DataFrame) -> None:
    made = events.select(F.window("at", "5 seconds"), "n")
    assert not made.schema["window"].nullable
    assert made.schema["window"].metadata == {"spark.timeWindow": True}
    assert shown(made) == [
        ("00:05", "00:10", "1"),
        ("00:05", "00:10", "2"),
        ("00:20", "00:25", "3"),
        ("00:05", "00:10", "5"),
    ]


def test_a_window_that_slides_makes_several_rows_of_one(events: DataFrame) -> None:
    grouped = events.groupBy(F.window("at", "10 seconds", "4 seconds", "1 second"), "k").agg(F.sum("n").alias("s"))
    assert shown(grouped.orderBy("window", "k")) == [
        ("00:01", "00:11", "a", "3"),
        ("00:01", "00:11", "b", "5"),
        ("00:05", "00:15", "a", "3"),
        ("00:05", "00:15", "b", "5"),
        ("00:09", "00:19", "b", "5"),
        ("00:13", "00:23", "a", "3"),
        ("00:17", "00:27", "a", "3"),
        ("00:21", "00:31", "a", "3"),
    ]


def test_the_window_of_a_group_goes_by_its_name(events: DataFrame, spark: SparkSession) -> None:
    events.createOrReplaceTempView("events")
    text = "SELECT window, sum(n) FROM events GROUP BY window(at, '10 seconds', '5 seconds') ORDER BY 1"
    assert shown(spark.sql(text)) == [
        ("00:00", "00:10", "8"),
        ("00:05", "00:15", "8"),
        ("00:15", "00:25", "3"),
        ("00:20", "00:30", "3"),
    ]


def test_windows_of_windows_go_by_their_last_moment(events: DataFrame) -> None:
    counts = events.groupBy(F.window("at", "5 seconds")).count()
    again = counts.groupBy(F.window("window", "10 seconds")).agg(F.sum("count").alias("n")).orderBy("window")
    assert shown(again) == [("00:00", "00:10", "3"), ("00:20", "00:30", "1")]
    last = counts.orderBy("window").select(F.date_format(F.window_time("window"), "mm:ss.SSSSSS"))
    assert [row[0] for row in last.collect()] == ["00:09.999999", "00:24.999999"]


@pytest.mark.parametrize(
    ("durations", "condition"),
    [
        (("5 seconds", "6 seconds"), "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION"),
        (("5 seconds", "5 seconds", "6 seconds"), "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION"),
        (("-5 seconds",), "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
        (("foo",), "CANNOT_PARSE_INTERVAL"),
        (("1 month",), "_LEGACY_ERROR_TEMP_3231"),
    ],
)
def test_durations_that_do_not_fit_are_refused(events: DataFrame, durations: tuple[str, ...], condition: str) -> None:
    with pytest.raises((AnalysisException, IllegalArgumentException)) as caught:
        events.select(F.window("at", *durations))
    assert caught.value.getCondition() == condition


def test_two_kinds_of_windows_in_one_operator_are_refused(events: DataFrame) -> None:
    with pytest.raises(AnalysisException) as caught:
        events.select(F.window("at", "5 seconds"), F.window("at", "6 seconds"))
    assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_1039"
    with pytest.raises(AnalysisException) as caught:
        events.select(F.window_time(F.struct(F.col("at").alias("start"), F.col("at").alias("end"))))
    assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_3101"


def test_sessions_merge_by_the_other_keys(events: DataFrame) -> None:
    grouped = events.groupBy(F.session_window("at", "5 seconds"), "k").agg(F.sum("n").alias("s"))
    assert shown(grouped.orderBy("session_window", "k"), "session_window") == [
        ("00:07", "00:13", "a", "3"),
        ("00:09", "00:14", "b", "5"),
        ("00:21", "00:26", "a", "3"),
    ]
    alone = events.groupBy(F.session_window("at", "5 seconds")).agg(F.countDistinct("k").alias("s"))
    assert shown(alone.orderBy("session_window"), "session_window") == [
        ("00:07", "00:14", "2"),
        ("00:21", "00:26", "1"),
    ]


def test_a_session_ends_after_the_gap_not_at_it(spark: SparkSession) -> None:
    frame = spark.sql(
        "SELECT session_window, collect_list(n) c FROM VALUES (timestamp'2020-01-01 00:00:00', 1), "
        "(timestamp'2020-01-01 00:00:05', 2), (timestamp'2020-01-01 00:00:10.000001', 3) AS v(at, n) "
        "GROUP BY session_window(at, '5 seconds') ORDER BY 1"
    )
    assert shown(frame, "session_window") == [("00:00", "00:10", "[1, 2]"), ("00:10", "00:15", "[3]")]


def test_gaps_may_differ_from_row_to_row(events: DataFrame) -> None:
    gap = F.when(F.col("n") < 3, "20 seconds").otherwise("1 second")
    grouped = events.groupBy("k", F.session_window("at", gap)).agg(F.collect_list("n").alias("l"))
    assert shown(grouped.orderBy("session_window", "k"), "session_window") == [
        ("00:07", "00:28", "a", "[1, 2, 3]"),
        ("00:09", "00:10", "b", "[5]"),
    ]
    short = events.groupBy(F.session_window("at", F.when(F.col("n") < 3, "-1 second").otherwise("1 second"))).count()
    assert shown(short.orderBy("session_window"), "session_window") == [
        ("00:09", "00:10", "1"),
        ("00:21", "00:22", "1"),
    ]


def test_gaps_are_intervals(events: DataFrame) -> None:
    with pytest.raises(AnalysisException) as caught:
        events.groupBy(F.session_window("at", F.col("n"))).count()
    assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_1040"


def test_sessions_in_a_rollup_are_refused_by_name(events: DataFrame) -> None:
    with pytest.raises(PySparkNotImplementedError, match="session_window in GROUPING SETS"):
        events.rollup(F.session_window("at", "5 seconds"), "k").count()
