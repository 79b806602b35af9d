"""transformWithState on batch queries: state begins empty, timers by the clock are due at once. Values are PySpark's."""

from __future__ import annotations

import pandas as pd
import pytest

from pyrdd.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkRuntimeError,
    PySparkValueError,
    PythonException,
    UnsupportedOperationException,
)
from pyrdd.sql import Row
from pyrdd.sql import functions as F
from pyrdd.sql.streaming.stateful_processor import StatefulProcessor


@pytest.fixture
def df(spark):
    rows = [(1, "a", 1.5), (1, "b", None), (2, "c", 3.0), (None, "d", 4.0)]
    return spark.createDataFrame(rows, "k int, s string, v double")


class Program(StatefulProcessor):
    """Runs a function for each group, and puts out what it returns."""

    def __init__(self, call, init=lambda handle: None, expired=None, close=lambda: None):
        self.call, self.start, self.expired, self.end = call, init, expired, close

    def init(self, handle):
        self.handle = handle
        self.states = self.start(handle)

    def handleInputRows(self, key, rows, timerValues):
        return self.call(self, key, rows, timerValues)

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        return self.expired(self, key, timerValues, expiredTimerInfo)

    def close(self):
        self.end()


def told(df, call, init=lambda handle: None, mode="None", keys=("k",)):
    """What a function tells of each group."""

    def say(program, key, rows, times):
        yield Row(told=repr(call(program, key, rows, times)))

    made = df.groupBy(*keys).transformWithState(Program(say, init), "told string", "Update", mode)
    return sorted(row.told for row in made.collect())


def one_group(df):
    return df.where("k = 2")


# --- rows ------------------------------------------------------------------------------------------------------------


def test_rows_come_group_by_group_as_rows(df):
    assert told(df, lambda program, key, rows, times: (key, list(rows))) == [
        "((1,), [Row(k=1, s='a', v=1.5), Row(k=1, s='b', v=None)])",
        "((2,), [Row(k=2, s='c', v=3.0)])",
        "((None,), [Row(k=None, s='d', v=4.0)])",
    ]


def test_rows_come_as_frames_whose_types_follow_the_rows(df):
    def call(program, key, rows, times):
        frames = [(list(frame.columns), [d.kind for d in frame.dtypes], len(frame)) for frame in rows]
        yield pd.DataFrame({"told": [repr((key, frames))]})

    made = (
        df.where("k is not null")
        .groupBy("k")
        .transformWithStateInPandas(Program(call), "told string", "Append", "none")
    )
    assert sorted(row.told for row in made.collect()) == [
        "((1,), [(['k', 's', 'v'], ['i', 'O', 'f'], 2)])",
        "((2,), [(['k', 's', 'v'], ['i', 'O', 'f'], 1)])",
    ]


def test_frames_have_no_more_rows_than_a_batch(df, spark):
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "1")

    def call(program, key, rows, times):
        yield pd.DataFrame({"k": [key[0]], "n": [len(list(rows))]})

    made = df.where("k = 1").groupBy("k").transformWithStateInPandas(Program(call), "k int, n int", "Append", "none")
    try:
        assert made.collect() == [Row(k=1, n=2)]
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")


def test_nothing_comes_of_no_rows(df):
    assert told(df.limit(0), lambda *_: 1) == []


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([Row(n="x", k=1)], [Row(k=1, n="x")]),
        ([Row(k=1)], [Row(k=1, n=None)]),
        ([Row(k=1, n="x", z=2)], [Row(k=1, n="x")]),
        ([Row(a=1, b="x")], [Row(k=None, n=None)]),
        ([], []),
    ],
)
def test_rows_that_are_put_out_go_by_the_names_of_their_fields(df, results, expected):
    made = (
        one_group(df).groupBy("k").transformWithState(Program(lambda *_: results), "k int, n string", "update", "none")
    )
    assert made.collect() == expected


@pytest.mark.parametrize(
    ("results", "message"),
    [
        (None, "'NoneType' object is not iterable"),
        ([(1, "x")], "'tuple' object has no attribute 'asDict'"),
        ([Row(k="q", n="x")], "Could not convert 'q'"),
    ],
)
def test_what_is_not_rows_is_an_error(df, results, message):
    made = (
        one_group(df).groupBy("k").transformWithState(Program(lambda *_: results), "k int, n string", "update", "none")
    )
    with pytest.raises(PythonException, match=message):
        made.collect()


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (pd.DataFrame({"n": ["x"], "k": [1]}), [Row(k=1, n="x")]),
        (pd.DataFrame({"k": [1], "n": ["x"], "z": [2]}), [Row(k=1, n="x")]),
        (pd.DataFrame([(1, "x")]), [Row(k=1, n="x")]),
        (pd.DataFrame(), []),
    ],
)
def test_frames_that_are_put_out_go_by_names_or_else_positions(df, frame, expected):
    program = Program(lambda *_: [frame])
    made = one_group(df).groupBy("k").transformWithStateInPandas(program, "k int, n string", "update", "none")
    assert made.collect() == expected


def test_what_is_no_frame_is_an_error(df):
    def run(result):
        program = Program(lambda *_: result)
        one_group(df).groupBy("k").transformWithStateInPandas(program, "k int, n string", "update", "none").collect()

    with pytest.raises(PySparkValueError, match=r"pandas\.DataFrame, not int"):
        run([1])
    with pytest.raises(PythonException, match=r"\['n'\] not in index"):
        run([pd.DataFrame({"k": [1]})])


# --- state -----------------------------------------------------------------------------------------------------------


def test_a_value_is_there_until_it_is_cleared(df):
    def call(program, key, rows, times):
        value = program.states
        seen = [value.exists(), value.get()]
        for given in ([1], Row(a=7), (None,), ("x",), (1.5,)):
            value.update(given)
            seen += [value.get()]
        value.clear()
        return [*seen, value.exists(), value.get()]

    expected = "[False, None, (1,), (7,), (None,), (None,), (None,), False, None]"
    assert told(one_group(df), call, lambda handle: handle.getValueState("v", "a int")) == [expected]


def test_a_list_grows_and_is_replaced(df):
    def call(program, key, rows, times):
        state = program.states
        seen = [state.exists(), list(state.get())]
        state.put([(1, "a"), (2, "b")])
        state.appendValue((3, "c"))
        state.appendList([(4, None)])
        seen += [list(state.get())]
        state.put([(9, "z")])
        seen += [list(state.get())]
        state.clear()
        return [*seen, state.exists()]

    expected = "[False, [], [(1, 'a'), (2, 'b'), (3, 'c'), (4, None)], [(9, 'z')], False]"
    assert told(one_group(df), call, lambda handle: handle.getListState("l", "a int, b string")) == [expected]


def test_a_map_has_rows_by_keys(df):
    def call(program, key, rows, times):
        state = program.states
        seen = [state.exists(), state.getValue(("a",)), list(state.iterator())]
        for name, number in (("b", 2), ("a", 1), (None, None)):
            state.updateValue((name,), (number,))
        seen += [list(state.keys()), list(state.values()), state.getValue(("a",)), state.containsKey((None,))]
        state.removeKey(("a",))
        state.removeKey(("z",))
        seen += [list(state.iterator())]
        state.clear()
        return [*seen, state.exists()]

    expected = (
        "[False, None, [], [(None,), ('a',), ('b',)], [(None,), (1,), (2,)], Row(v=1), True, "
        "[((None,), (None,)), (('b',), (2,))], False]"
    )
    assert told(one_group(df), call, lambda handle: handle.getMapState("m", "k string", "v int")) == [expected]


def test_groups_do_not_see_the_state_of_others(df):
    def call(program, key, rows, times):
        before = program.states.get()
        program.states.update((len(list(rows)),))
        return before, program.states.get()

    found = told(df, call, lambda handle: handle.getValueState("v", "a int"))
    assert found == ["(None, (1,))", "(None, (1,))", "(None, (2,))"]


def test_numbers_of_numpy_are_kept_as_pythons(df):
    import numpy as np

    def call(program, key, rows, times):
        program.states.update((np.int64(3), [np.float64(0.5)], pd.Timestamp("2021-01-01")))
        return [type(item).__name__ for item in program.states.get()]

    init = "a int, b array<double>, c timestamp_ntz"
    assert told(one_group(df), call, lambda handle: handle.getValueState("v", init)) == ["['int', 'list', 'datetime']"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.update(1), "'int' object is not iterable"),
        (lambda state: state.update((1, 2)), "FIELD_STRUCT_LENGTH_MISMATCH"),
        (lambda state: state.update(()), "FIELD_STRUCT_LENGTH_MISMATCH"),
    ],
)
def test_a_value_that_is_no_row_of_the_schema_is_an_error(df, change, message):
    def call(program, key, rows, times):
        try:
            change(program.states)
        except Exception as error:
            return str(error)

    (found,) = told(one_group(df), call, lambda handle: handle.getValueState("v", "a int"))
    assert message in found


def test_a_list_is_not_given_nothing(df):
    def call(program, key, rows, times):
        with pytest.raises(PySparkRuntimeError, match="Error updating list state"):
            program.states.put([])
        with pytest.raises(TypeError):
            program.states.appendValue(None)
        return list(program.states.get())

    assert told(one_group(df), call, lambda handle: handle.getListState("l", "a int")) == ["[]"]


@pytest.mark.parametrize(
    ("init", "mode", "message"),
    [
        (
            lambda h: [h.getValueState("v", "a int"), h.getValueState("v", "a int")],
            "None",
            "Value state v already exists",
        ),
        (lambda h: h.getValueState("v", "a foo"), "None", "Error parsing string schema"),
        (lambda h: h.getValueState("v", "int"), "None", "Error parsing string schema"),
        (lambda h: h.getValueState("", "a int"), "None", "COLUMN_FAMILY_WITH_INVALID_NAME"),
        (lambda h: h.getListState("$a", "a int"), "None", "COLUMN_FAMILY_WITH_RESERVED_CHARS"),
        (lambda h: h.getValueState("v", "a int", 1000), "None", "INCORRECT_TIME_MODE_TO_ASSIGN_TTL"),
        (lambda h: h.getMapState("v", "a int", "b int", 1000), "EventTime", "INCORRECT_TIME_MODE_TO_ASSIGN_TTL"),
        (lambda h: h.getValueState("v", "a int", -1), "ProcessingTime", "TTL_DURATION_MUST_BE_POSITIVE"),
        (lambda h: h.registerTimer(1), "ProcessingTime", "register_timer .* CREATED"),
    ],
)
def test_what_a_handle_refuses_at_the_start(df, init, mode, message):
    with pytest.raises(PySparkRuntimeError, match=message):
        told(one_group(df), lambda *_: None, init, mode)


def test_variables_of_one_name_may_be_of_two_kinds(df):
    def call(program, key, rows, times):
        value, rows = program.states
        value.update((1,))
        rows.put([(2,)])
        return value.get(), list(rows.get())

    init = lambda handle: (handle.getValueState("v", "a int"), handle.getListState("v", "a int"))  # noqa: E731
    assert told(one_group(df), call, init) == ["((1,), [(2,)])"]


def test_variables_are_asked_for_and_deleted_at_the_start_only(df):
    def call(program, key, rows, times):
        for operation in (lambda h: h.getValueState("late", "a int"), lambda h: h.deleteIfExists("v")):
            with pytest.raises(PySparkRuntimeError, match="INVALID_HANDLE_STATE"):
                operation(program.handle)
        return program.states.exists()

    def init(handle):
        handle.deleteIfExists("v")
        return handle.getValueState("v", "a int")

    assert told(one_group(df), call, init) == ["False"]


def test_a_deleted_variable_is_not_there(df):
    def call(program, key, rows, times):
        for operation in (program.states.get, lambda: program.states.update((1,))):
            with pytest.raises(PySparkRuntimeError, match="Value state v is not initialized"):
                operation()

    def init(handle):
        state = handle.getValueState("v", "a int")
        handle.deleteIfExists("v")
        return state

    assert told(one_group(df), call, init) == ["None"]


def test_a_value_with_a_ttl_is_seen_while_it_lives(df):
    def call(program, key, rows, times):
        program.states.update((1,))
        return program.states.get()

    found = told(one_group(df), call, lambda handle: handle.getValueState("v", "a int", 1000), "ProcessingTime")
    assert found == ["(1,)"]


# --- times -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "has_time"), [("None", False), ("processingTime", True), ("EVENTTIME", True)])
def test_a_batch_has_a_time_if_the_mode_has_one(df, mode, has_time):
    def call(program, key, rows, times):
        return times.getCurrentProcessingTimeInMs() > 0, times.getCurrentWatermarkInMs()

    assert told(one_group(df), call, mode=mode) == [repr((has_time, -1))]


def test_timers_that_are_due_are_handled_after_the_rows(df):
    def call(program, key, rows, times):
        now = times.getCurrentProcessingTimeInMs()
        handle = program.handle
        for expiry in (now + 100_000, now - 100, 0, now, 0):
            handle.registerTimer(expiry)
        handle.deleteTimer(now - 100)
        handle.deleteTimer(77)
        program.states.update((1,))
        yield Row(told=f"{[t - now if t else t for t in handle.listTimers()]}")

    def expired(program, key, times, info):
        expiry = info.getExpiryTimeInMs()
        shown = expiry - times.getCurrentProcessingTimeInMs() if expiry else "first"
        yield Row(told=f"{key} {shown} {program.states.get()}")

    program = Program(call, lambda handle: handle.getValueState("v", "a int"), expired)
    made = one_group(df).groupBy("k").transformWithState(program, "told string", "Update", "ProcessingTime").collect()
    assert [row.told for row in made] == ["[0, 0, 100000]", "Row(k=2) first (1,)", "Row(k=2) 0 (1,)"]


def test_there_are_no_timers_without_a_time(df):
    def call(program, key, rows, times):
        handle = program.handle
        for operation in (lambda: handle.registerTimer(1), lambda: handle.deleteTimer(1), handle.listTimers):
            with pytest.raises(PySparkRuntimeError, match="INVALID_TIME_MODE"):
                operation()

    assert told(one_group(df), call) == ["None"]


# --- initial state ---------------------------------------------------------------------------------------------------


class WithInitialState(StatefulProcessor):
    def __init__(self, pandas):
        self.pandas = pandas

    def init(self, handle):
        self.state = handle.getListState("l", "x string")

    def handleInputRows(self, key, rows, timerValues):
        told = f"{key} {len(list(rows))} {[x for (x,) in self.state.get()]}"
        yield pd.DataFrame({"told": [told]}) if self.pandas else Row(told=told)

    def handleInitialState(self, key, initialState, timerValues):
        shown = initialState.to_numpy().tolist() if self.pandas else initialState
        self.state.appendValue((f"{key} {shown}",))


def test_groups_begin_with_their_initial_state(df, spark):
    initial = spark.createDataFrame([(1, "i1"), (1, "i2"), (3, "i3")], "kk int, init string").groupBy("kk")
    groups = df.where("k is not null").groupBy("k")
    rows = groups.transformWithState(WithInitialState(False), "told string", "Update", "None", initial)
    assert sorted(row.told for row in rows.collect()) == [
        "(1,) 2 [\"(1,) Row(kk=1, init='i1')\", \"(1,) Row(kk=1, init='i2')\"]",
        "(2,) 1 []",
    ]
    frames = groups.transformWithStateInPandas(WithInitialState(True), "told string", "Update", "None", initial)
    assert sorted(row.told for row in frames.collect()) == ["(1,) 1 [\"(1,) [[1, 'i1'], [1, 'i2']]\"]", "(2,) 1 []"]


def test_an_initial_state_needs_the_same_keys(df, spark):
    initial = spark.createDataFrame([(1, "i1")], "kk int, init string")
    for keys in (("init",), ("kk", "init")):
        with pytest.raises(PySparkValueError, match="keys of the initial state"):
            df.groupBy("k").transformWithState(
                WithInitialState(False), "x int", "Update", "None", initial.groupBy(*keys)
            )
    with pytest.raises(AssertionError):
        df.groupBy("k").transformWithState(WithInitialState(False), "x int", "Update", "None", initial)


# --- what is refused -------------------------------------------------------------------------------------------------


def test_modes_have_names(df):
    program = Program(lambda *_: [])
    with pytest.raises(IllegalArgumentException) as time_mode:
        df.groupBy("k").transformWithState(program, "x int", "Update", "foo")
    assert time_mode.value.getCondition() == "STATEFUL_PROCESSOR_UNKNOWN_TIME_MODE"
    assert time_mode.value.getMessageParameters() == {"timeMode": "foo"}
    with pytest.raises(IllegalArgumentException) as output_mode:
        df.groupBy("k").transformWithStateInPandas(program, "x int", "foo", "None")
    assert output_mode.value.getCondition() == "STREAMING_OUTPUT_MODE.INVALID"


def test_keys_are_columns(df):
    program = Program(lambda *_: [])
    with pytest.raises(IllegalArgumentException, match="keys to group by"):
        df.groupBy().transformWithState(program, "x int", "Update", "None")
    with pytest.raises(AnalysisException) as unknown:
        df.groupBy((F.col("v") + 1).alias("z"), "s").transformWithState(program, "x int", "Update", "None")
    assert unknown.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    assert unknown.value.getMessageParameters()["objectName"] == "`z`"


def test_an_event_time_of_results_needs_a_watermark(df):
    with pytest.raises(AnalysisException) as error:
        df.groupBy("k").transformWithState(Program(lambda *_: []), "t timestamp", "Append", "EventTime", None, "t")
    assert error.value.getCondition() == "CANNOT_ASSIGN_EVENT_TIME_COLUMN_WITHOUT_WATERMARK"


def test_state_of_groups_is_for_streams(df):
    made = df.groupBy("k").applyInPandasWithState(
        lambda key, frames, state: [], "n int", "n int", "append", "NoTimeout"
    )
    assert made.columns == ["n"]
    with pytest.raises(UnsupportedOperationException):
        made.collect()
    with pytest.raises(IllegalArgumentException, match="append"):
        df.groupBy("k").applyInPandasWithState(print, "n int", "n int", "complete", "NoTimeout")
    with pytest.raises(AssertionError):
        df.groupBy("k").applyInPandasWithState(print, "n int", "n int", "append", "Never")


def test_a_processor_has_its_methods():
    class Half(StatefulProcessor):
        def handleInputRows(self, key, rows, timerValues):
            return iter([])

    with pytest.raises(TypeError, match="abstract"):
        Half()
