"""Functions with state over the micro-batches of a stream: what groups keep, timeouts and timers by event time, late rows,
a query that goes on from its checkpoint. Values are PySpark's."""

from __future__ import annotations

import json
import os

import pandas as pd
import pytest

from pyrdd.errors import AnalysisException, StreamingQueryException
from pyrdd.sql import Row, SparkSession
from pyrdd.sql import functions as F
from pyrdd.sql.streaming.stateful_processor import StatefulProcessor

SECOND = 1000
START = 1609459200 * SECOND


@pytest.fixture
def spark(sc):
    session = SparkSession(sc)
    SparkSession._instantiatedSession = SparkSession._activeSession = session
    session.conf.set("spark.sql.shuffle.partitions", "3")
    session.conf.set("spark.sql.session.timeZone", "UTC")
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def row(k, s="", second=0):
    return {"k": k, "s": s, "t": f"2021-01-01T00:00:{second:02}Z"}


class Stream:
    """A directory to which batches of rows are added, and a query over it with a checkpoint."""

    def __init__(self, spark, directory):
        self.spark = spark
        self.rows, self.checkpoint = str(directory / "rows"), str(directory / "checkpoint")
        os.makedirs(self.rows)
        self.count = 0
        self.progress = []

    def add(self, batch):
        path = f"{self.rows}/{self.count}.json"
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(item) + "\n" for item in batch)
        self.count += 1
        os.utime(path, (self.count, self.count))

    def run(self, build, *batches, mode="update", **trigger):
        """The rows that each batch puts out."""
        for batch in batches:
            self.add(batch)
        df = (
            self.spark.readStream.schema("k int, s string, t timestamp").option("maxFilesPerTrigger", 1).json(self.rows)
        )
        found = []
        writer = build(df).writeStream.outputMode(mode).option("checkpointLocation", self.checkpoint)
        writer = writer.foreachBatch(lambda rows, number: found.append((number, sorted(map(tuple, rows.collect())))))
        query = writer.trigger(**(trigger or {"availableNow": True})).start()
        try:
            query.awaitTermination()
        finally:
            query.stop()
        self.progress = query.recentProgress
        return found


@pytest.fixture
def stream(spark, tmp_path):
    return Stream(spark, tmp_path)


def with_state(function, schema="told string", timeout="NoTimeout", mode="update", watermark=None):
    def build(df):
        df = df if watermark is None else df.withWatermark("t", watermark)
        return df.groupBy("k").applyInPandasWithState(function, schema, "n long", mode, timeout)

    return build


def transformed(processor, schema="told string", times="None", watermark=None, initial=None, mode="Update"):
    def build(df):
        df = df if watermark is None else df.withWatermark("t", watermark)
        return df.groupBy("k").transformWithState(processor, schema, mode, times, initial)

    return build


def says(*told):
    return pd.DataFrame({"told": [" ".join(map(str, told))]})


# --- applyInPandasWithState ------------------------------------------------------------------------------------------


def counting(key, frames, state):
    seen = str(state)
    count = sum(len(frame) for frame in frames) + (state.get[0] if state.exists else 0)
    state.update((count,))
    if count >= 3:
        state.remove()
    yield says(key[0], seen, state.exists, state.getOption, state.hasTimedOut)


def test_a_group_finds_the_state_that_it_left(stream):
    found = stream.run(with_state(counting), [row(1), row(1), row(2)], [row(1)], [row(1), row(3)])
    assert found == [
        (0, [("1 GroupState(<undefined>) True (2,) False",), ("2 GroupState(<undefined>) True (1,) False",)]),
        (1, [("1 GroupState((2,)) False None False",)]),
        (2, [("1 GroupState(<undefined>) True (1,) False",), ("3 GroupState(<undefined>) True (1,) False",)]),
    ]
    told = [(p.stateOperators[0].operatorName, p.stateOperators[0].numRowsTotal) for p in stream.progress]
    assert told == [("applyInPandasWithState", 2), ("applyInPandasWithState", 1), ("applyInPandasWithState", 3)]


def test_a_query_goes_on_with_its_state(stream):
    assert stream.run(with_state(counting), [row(1)]) == [(0, [("1 GroupState(<undefined>) True (1,) False",)])]
    assert stream.run(with_state(counting), [row(1)]) == [(1, [("1 GroupState((1,)) True (2,) False",)])]


def test_keys_and_frames_are_as_in_pandas(stream):
    def function(key, frames, state):
        kinds = [(list(frame.columns), [dtype.kind for dtype in frame.dtypes], len(frame)) for frame in frames]
        yield says(type(key).__name__, [type(k).__name__ for k in key], kinds)

    found = stream.run(with_state(function), [row(1, "a"), row(1, "b"), row(None)])
    assert found == [
        (
            0,
            [
                ("tuple ['float64'] [(['k', 's', 't'], ['f', 'O', 'M'], 1)]",),
                ("tuple ['int32'] [(['k', 's', 't'], ['i', 'O', 'M'], 2)]",),
            ],
        )
    ]


def test_a_state_takes_what_fits_its_schema(stream):
    def function(key, frames, state):
        seen = state.getOption
        state.update(("x",) if key[0] == 1 else (None,))
        yield says(seen)

    found = stream.run(with_state(function), [row(1), row(2)], [row(1), row(2)])
    assert found == [(0, [("None",), ("None",)]), (1, [("(None,)",), ("(None,)",)])]


def test_groups_time_out_when_the_watermark_has_passed(stream):
    def function(key, frames, state):
        count = sum(len(frame) for frame in frames)
        wm = state.getCurrentWatermarkMs()
        told = says(key[0], count, state, state.hasTimedOut, (wm - START) // SECOND if wm else "none")
        if state.hasTimedOut:
            state.remove()
        else:
            state.update((count,))
            state.setTimeoutTimestamp(max(START + 5 * SECOND, wm + SECOND))
        yield told

    build = with_state(function, timeout="EventTimeTimeout", watermark="1 second")
    found = stream.run(build, [row(1), row(2, "", 1)], [row(3, "", 20)], [row(3, "", 1), row(4, "", 40)])
    assert found == [
        (0, [("1 1 GroupState(<undefined>) False none",), ("2 1 GroupState(<undefined>) False none",)]),
        (1, [("3 1 GroupState(<undefined>) False 0",)]),
        (
            2,
            [
                ("1 0 GroupState((1,)) True 19",),
                ("2 0 GroupState((1,)) True 19",),
                ("3 1 GroupState((1,)) False 19",),
                ("4 1 GroupState(<undefined>) False 19",),
            ],
        ),
        (3, [("3 0 GroupState((1,)) True 39",), ("4 0 GroupState((1,)) True 39",)]),
    ]


def test_columns_that_a_result_does_not_name_are_null(stream):
    def function(key, frames, state):
        yield pd.DataFrame({"a": [1], "b": ["x"]})
        yield pd.DataFrame([(1, "x")])
        yield pd.DataFrame()

    found = stream.run(with_state(function, "k int, n string"), [row(1)])
    assert found == [(0, [(None, None), (None, None)])]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (None, "UDF_RETURN_TYPE.*iterable, not NoneType"),
        (pd.DataFrame({"k": [1]}), "UDF_RETURN_TYPE.*iterable of pandas.DataFrame, not DataFrame"),
        ([1], "UDF_RETURN_TYPE.*iterator of int"),
        ([pd.DataFrame({"k": [1]})], "RESULT_COLUMN_SCHEMA_MISMATCH"),
        ([pd.DataFrame({"k": ["q"], "n": ["x"]})], "int32"),
    ],
)
def test_results_that_are_no_frames_of_the_schema_end_the_query(stream, result, message):
    with pytest.raises(StreamingQueryException, match=message):
        stream.run(with_state(lambda key, frames, state: result, "k int, n string"), [row(1)])


def test_the_mode_of_the_function_is_that_of_the_query(stream):
    for own, of_query in (("update", "append"), ("append", "update")):
        with pytest.raises(AnalysisException, match=f"{own} mode is not supported with {of_query.capitalize()}"):
            stream.run(with_state(counting, mode=own), mode=of_query)


def test_timeouts_by_event_time_need_a_watermark(stream):
    with pytest.raises(AnalysisException, match="Watermark must be specified"):
        stream.run(with_state(counting, timeout="EventTimeTimeout"))


# --- transformWithState ----------------------------------------------------------------------------------------------


class Variables(StatefulProcessor):
    def init(self, handle):
        self.handle = handle
        self.value = handle.getValueState("v", "n int")
        self.list = handle.getListState("l", "s string")
        self.map = handle.getMapState("m", "s string", "n int")

    def handleInputRows(self, key, rows, timerValues):
        given = list(rows)
        count = (self.value.get() or (0,))[0]
        yield Row(told=f"{key[0]} {count} {[s for (s,) in self.list.get()]} {list(self.map.iterator())}")
        self.value.update((count + len(given),))
        self.list.appendList([(r.s,) for r in given])
        for r in given:
            self.map.updateValue((r.s,), (count,))


def test_variables_last_from_batch_to_batch(stream):
    batches = [row(1, "a"), row(2, "c")], [row(1, "e")], [row(1, "f"), row(3, "g")]
    assert stream.run(transformed(Variables()), *batches) == [
        (0, [("1 0 [] []",), ("2 0 [] []",)]),
        (1, [("1 1 ['a'] [(('a',), (0,))]",)]),
        (2, [("1 2 ['a', 'e'] [(('a',), (0,)), (('e',), (1,))]",), ("3 0 [] []",)]),
    ]
    # a value, a list and a map for each of three groups
    assert stream.progress[-1].stateOperators[0].numRowsTotal == 9


class WithInitial(Variables):
    def handleInitialState(self, key, initialState, timerValues):
        self.list.appendValue((initialState.init,))


def test_the_initial_state_is_given_in_the_first_batch(stream, spark):
    initial = spark.createDataFrame([(1, "i1"), (1, "i2"), (3, "i3")], "kk int, init string").groupBy("kk")
    found = stream.run(transformed(WithInitial(), initial=initial), [row(1, "a")], [row(1, "b"), row(3, "c")])
    assert found == [
        (0, [("1 0 ['i1', 'i2'] []",)]),
        (1, [("1 1 ['i1', 'i2', 'a'] [(('a',), (0,))]",), ("3 0 ['i3'] []",)]),
    ]


class Timers(StatefulProcessor):
    def init(self, handle):
        self.handle = handle
        self.value = handle.getValueState("v", "n int")

    def handleInputRows(self, key, rows, timerValues):
        self.value.update(((self.value.get() or (0,))[0] + len(list(rows)),))
        for second in (5, 30, 3):
            self.handle.registerTimer(START + second * SECOND)
        yield Row(told=f"{key[0]} {self._timers()} {self._watermark(timerValues)}")

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        due = (expiredTimerInfo.getExpiryTimeInMs() - START) // SECOND
        yield Row(told=f"{key} due {due} {self.value.get()} {self._timers()} {self._watermark(timerValues)}")

    def _timers(self):
        return [(timer - START) // SECOND for timer in self.handle.listTimers()]

    def _watermark(self, times):
        return (times.getCurrentWatermarkInMs() - START) // SECOND if times.getCurrentWatermarkInMs() else "none"


def test_timers_are_due_when_the_watermark_has_passed(stream):
    build = transformed(Timers(), times="EventTime", watermark="1 second")
    assert stream.run(build, [row(1)], [row(1, "", 20)], [row(2, "", 2), row(3, "", 40)]) == [
        (0, [("1 [3, 5, 30] none",)]),
        (1, [("1 [3, 5, 30] -1",)]),
        (
            2,
            [
                ("2 [3, 5, 30] 19",),
                ("3 [3, 5, 30] 19",),
                ("Row(k=1) due 3 (2,) [3, 5, 30] 19",),
                ("Row(k=1) due 5 (2,) [5, 30] 19",),
                ("Row(k=2) due 3 (1,) [3, 5, 30] 19",),
                ("Row(k=2) due 5 (1,) [5, 30] 19",),
                ("Row(k=3) due 3 (1,) [3, 5, 30] 19",),
                ("Row(k=3) due 5 (1,) [5, 30] 19",),
            ],
        ),
        (
            3,
            [
                ("Row(k=1) due 30 (2,) [30] 39",),
                ("Row(k=2) due 30 (1,) [30] 39",),
                ("Row(k=3) due 30 (1,) [30] 39",),
            ],
        ),
    ]


def test_rows_behind_the_watermark_are_not_given(stream):
    build = transformed(Variables(), times="EventTime", watermark="1 second")
    batches = [row(1, "a", 10)], [row(1, "b", 20)], [row(1, "late", 8), row(1, "c", 15)]
    assert stream.run(build, *batches)[2] == (2, [("1 2 ['a', 'b'] [(('a',), (0,)), (('b',), (1,))]",)])
    assert stream.run(build, [row(1, "d", 50)])[0][1] == [
        ("1 3 ['a', 'b', 'c'] [(('a',), (0,)), (('b',), (1,)), (('c',), (2,))]",)
    ]


def test_without_event_times_no_row_is_late(stream):
    build = transformed(Variables(), watermark="1 second")
    batches = [row(1, "a", 10)], [row(1, "b", 20)], [row(1, "late", 8)]
    assert stream.run(build, *batches)[2] == (2, [("1 2 ['a', 'b'] [(('a',), (0,)), (('b',), (1,))]",)])
    assert stream.run(build, [row(1, "d", 50)])[0][1][0][0].startswith("1 3 ['a', 'b', 'late']")


class Times(StatefulProcessor):
    def init(self, handle):
        pass

    def handleInputRows(self, key, rows, timerValues):
        for r in rows:
            yield Row(k=r.k, at=r.t)


def test_an_event_time_that_a_processor_puts_out_can_be_grouped_by(stream):
    def build(df):
        groups = df.withWatermark("t", "1 second").groupBy("k")
        times = groups.transformWithState(Times(), "k int, at timestamp", "Append", "EventTime", None, "at")
        return times.groupBy(F.window("at", "5 seconds")).count().select(F.col("window.start").cast("long"), "count")

    found = stream.run(build, [row(1), row(2, "", 1)], [row(1, "", 20)], mode="append")
    assert found == [(0, []), (1, []), (2, [(START // SECOND, 2)])]


def test_an_event_time_is_a_column_of_the_results(stream):
    def build(df):
        groups = df.withWatermark("t", "1 second").groupBy("k")
        return groups.transformWithState(Times(), "k int, at timestamp", "Append", "EventTime", None, "zz")

    with pytest.raises(AnalysisException) as error:
        stream.run(build)
    assert error.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"


def test_state_of_groups_needs_groups(stream):
    with pytest.raises(Exception, match="keys to group by"):
        stream.run(lambda df: df.groupBy().applyInPandasWithState(counting, "n int", "n int", "update", "NoTimeout"))
