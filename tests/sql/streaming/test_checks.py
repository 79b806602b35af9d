"""What a stream cannot do: PySpark's exceptions and conditions."""

import pytest

from pyrdd.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkNotImplementedError,
    PySparkValueError,
    UnsupportedOperationException,
)
from pyrdd.sql import Window
from pyrdd.sql import functions as F


@pytest.fixture
def stream(session):
    return session.readStream.format("rate").load()


@pytest.fixture
def fixed(session):
    return session.range(5)


def refused(df, mode="append"):
    with pytest.raises(AnalysisException) as caught:
        df.writeStream.format("memory").queryName("q").outputMode(mode).start()
    parameters = caught.value.getMessageParameters()
    return caught.value.getCondition(), parameters.get("msg") or parameters


MODE = "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION"
OTHER = "_LEGACY_ERROR_TEMP_3102"


def test_output_modes_that_do_not_fit(stream):
    count = stream.groupBy("value").count()
    no_watermark = {"outputMode": "append", "operation": "streaming aggregations without watermark"}
    assert refused(count) == (MODE, no_watermark)
    assert refused(stream.withWatermark("timestamp", "1 second").groupBy("value").count()) == (MODE, no_watermark)
    assert refused(stream, "complete") == (
        MODE,
        {"outputMode": "complete", "operation": "no streaming aggregations"},
    )
    assert refused(count.groupBy().count(), "update")[1].startswith("Detected pattern of possible 'correctness' issue")
    with pytest.raises(IllegalArgumentException) as caught:
        stream.writeStream.outputMode("foo")
    assert caught.value.getCondition() == "STREAMING_OUTPUT_MODE.INVALID"


def test_operators_that_need_an_end(stream):
    sorting = (
        "Sorting is not supported on streaming DataFrames/Datasets, unless it is on aggregated DataFrame/Dataset in "
    )
    assert refused(stream.orderBy("value")) == (OTHER, sorting + "Complete output mode")
    count = stream.groupBy("value").count()
    assert refused(count.orderBy("value"), "update") == (OTHER, sorting + "Complete output mode")
    assert refused(count.limit(1), "update")[1] == (
        "Limits are not supported on streaming DataFrames/Datasets in Update output mode"
    )
    assert refused(stream.offset(1))[1] == "Offset is not supported on streaming DataFrames/Datasets"
    assert refused(stream.sample(0.5))[1] == "Sampling is not supported on streaming DataFrames/Datasets"
    assert refused(stream.withColumn("m", F.monotonically_increasing_id()))[1] == (
        "Expression(s): monotonically_increasing_id() is not supported with streaming DataFrames/Datasets"
    )
    row_number = F.row_number().over(Window.partitionBy("value").orderBy("timestamp"))
    condition, shown = refused(stream.withColumn("r", row_number))
    assert (condition, shown["columnName"]) == ("NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING", "`r`")


def test_aggregations_of_distinct_values(stream):
    df = stream.groupBy("value").agg(F.countDistinct("timestamp"))
    assert refused(df, "complete")[1].startswith("Distinct aggregations are not supported on streaming")


def test_joins_that_would_need_the_end_of_the_stream(stream, fixed):
    on = stream.value == fixed.id
    right = (
        "RightOuter join with a streaming DataFrame/Dataset on the left and a static DataFrame/DataSet on the right "
    )
    assert refused(stream.join(fixed, on, "right"))[1] == right + "not supported"
    assert refused(fixed.join(stream, on, "anti"))[1] == (
        "LeftAnti joins with a streaming DataFrame/Dataset on the right are not supported"
    )
    for kind in ("left", "semi"):
        assert refused(fixed.join(stream, on, kind))[1].endswith(
            "static DataFrame/Dataset on the left is not supported"
        )
    both = stream.join(stream.withColumnRenamed("timestamp", "t2"), "value").groupBy("value").count()
    assert refused(both, "complete")[1].startswith(
        "Inner join between two streaming DataFrames/Datasets is not supported"
    )


def test_sets_of_streams_and_rows_that_stay(stream, fixed):
    numbers = stream.select("value")
    assert refused(numbers.union(fixed))[1] == "Union between streaming and batch DataFrames/Datasets is not supported"
    assert refused(numbers.intersect(numbers))[1] == "Intersect of streaming DataFrames/Datasets is not supported"


def test_duplicates_within_a_watermark_need_one(stream, fixed):
    assert refused(stream.dropDuplicatesWithinWatermark(["value"]))[1] == (
        "dropDuplicatesWithinWatermark is not supported on streaming DataFrames/DataSets without watermark"
    )
    with pytest.raises(AnalysisException, match="with batch DataFrames/DataSets"):
        fixed.dropDuplicatesWithinWatermark().collect()


def test_watermarks_of_what_is_no_time(stream):
    with pytest.raises(AnalysisException) as caught:
        stream.withWatermark("value", "1 second")
    assert caught.value.getCondition() == "EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE"
    assert caught.value.getMessageParameters() == {"eventName": "`value`", "eventType": '"BIGINT"'}
    with pytest.raises(AnalysisException) as caught:
        stream.withWatermark("timestamp", "x")
    assert caught.value.getCondition() == "CANNOT_PARSE_INTERVAL"
    with pytest.raises(IllegalArgumentException, match="should not be negative"):
        stream.withWatermark("timestamp", "-10 seconds")


def test_triggers(stream):
    with pytest.raises(PySparkValueError) as caught:
        stream.writeStream.trigger()
    assert caught.value.getCondition() == "ONLY_ALLOW_SINGLE_TRIGGER"
    with pytest.raises(IllegalArgumentException) as caught:
        stream.writeStream.trigger(processingTime="x")
    assert caught.value.getCondition() == "INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER"
    with pytest.raises(PySparkNotImplementedError, match="continuous"):
        stream.writeStream.format("noop").trigger(continuous="1 second").start()


def test_sources_that_are_none(session, tmp_path):
    for load, error, condition in (
        (lambda r: r.csv(str(tmp_path)), IllegalArgumentException, "_LEGACY_ERROR_TEMP_2048"),
        (lambda r: r.schema("a int").parquet(str(tmp_path / "no")), AnalysisException, "PATH_NOT_FOUND"),
        (lambda r: r.schema("a int").load(), IllegalArgumentException, "_LEGACY_ERROR_TEMP_2047"),
        (lambda r: r.format("rate").schema("a int").load(), UnsupportedOperationException, "_LEGACY_ERROR_TEMP_2242"),
        (lambda r: r.format("jdbc").load(), UnsupportedOperationException, "_LEGACY_ERROR_TEMP_2049"),
        (lambda r: r.format("kafka").load(), PySparkNotImplementedError, "NOT_IMPLEMENTED"),
    ):
        with pytest.raises(error) as caught:
            load(session.readStream)
        assert caught.value.getCondition() == condition
    session.range(1).createOrReplaceTempView("still")
    with pytest.raises(AnalysisException) as caught:
        session.readStream.table("still")
    assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_1008"
    session.catalog.dropTempView("still")


def test_a_view_of_a_stream_is_a_stream(session, stream):
    stream.createOrReplaceTempView("rates")
    assert session.sql("WITH r AS (SELECT value FROM rates) SELECT value + 1 FROM r").isStreaming
    assert session.readStream.table("rates").isStreaming
    session.catalog.dropTempView("rates")
