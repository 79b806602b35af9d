"""TwsTester: processors are called without a query. Values are PySpark's."""

from __future__ import annotations

import pandas as pd
import pytest

from pyrdd.errors import IllegalArgumentException, PySparkAssertionError, PySparkValueError
from pyrdd.sql import Row
from pyrdd.sql.streaming import StatefulProcessor, TwsTester


class Everything(StatefulProcessor):
    """Keeps what comes in each kind of variable, and sets a timer a second after the latest row."""

    def __init__(self, pandas=False, timers=False):
        self.pandas, self.timers = pandas, timers

    def init(self, handle):
        self.handle = handle
        self.count = handle.getValueState("count", "n long")
        self.seen = handle.getListState("seen", "v long")
        self.times = handle.getMapState("times", "v long", "n long")

    def handleInputRows(self, key, rows, timerValues):
        values = [v for item in rows for v in (item["v"].tolist() if self.pandas else [item.v])]
        self.count.update(((self.count.get() or (0,))[0] + len(values),))
        for v in values:
            self.seen.appendValue((v,))
            self.times.updateValue((v,), ((self.times.getValue((v,)) or (0,))[0] + 1,))
            if self.timers:
                self.handle.registerTimer(v + 1000)
        yield self.made(key, timerValues)

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        if expiredTimerInfo.getExpiryTimeInMs() == max(self.handle.listTimers()):
            self.seen.clear()
        yield self.made(key, timerValues)

    def handleInitialState(self, key, initialState, timerValues):
        count = initialState["n"].iloc[0] if self.pandas else initialState.n
        self.count.update((int(count),))

    def made(self, key, times):
        now = (times.getCurrentProcessingTimeInMs(), times.getCurrentWatermarkInMs())
        values = {"key": key[0], "n": self.count.get()[0], "seen": len(list(self.seen.get())), "now": str(now)}
        return pd.DataFrame([values]) if self.pandas else Row(**values)


def rows(*values):
    return [Row(v=v) for v in values]


def test_groups_are_called_one_by_one():
    tester = TwsTester(Everything())
    assert tester.test("a", rows(1, 2)) == [Row(key="a", n=2, seen=2, now="(-1, -1)")]
    assert tester.test("b", rows(5)) == [Row(key="b", n=1, seen=1, now="(-1, -1)")]
    assert tester.test("a", rows(2)) == [Row(key="a", n=3, seen=3, now="(-1, -1)")]
    assert tester.peekValueState("count", "a") == (3,)
    assert tester.peekListState("seen", "a") == [(1,), (2,), (2,)]
    assert tester.peekMapState("times", "a") == {(1,): (1,), (2,): (2,)}
    assert tester.peekValueState("count", "z") is None
    assert tester.peekListState("seen", "z") == []
    assert tester.peekMapState("times", "z") == {}


def test_state_can_be_set_and_deleted():
    tester = TwsTester(Everything(), initialStateRow=[("a", Row(n=10))])
    tester.updateListState("seen", "a", [(7,)])
    tester.updateMapState("times", "a", {(1,): (5,)})
    assert tester.test("a", rows(1)) == [Row(key="a", n=11, seen=2, now="(-1, -1)")]
    assert tester.peekMapState("times", "a") == {(1,): (6,)}
    tester.updateValueState("count", "a", (0,))
    tester.deleteState("seen", "a")
    assert tester.test("a", rows(1)) == [Row(key="a", n=1, seen=1, now="(-1, -1)")]
    with pytest.raises(PySparkAssertionError) as error:
        tester.deleteState("nothing", "a")
    assert error.value.getCondition() == "STATE_NOT_EXISTS"
    with pytest.raises(AssertionError, match="State nothing has not been initialized"):
        tester.peekValueState("nothing", "a")


def test_frames_are_given_and_returned():
    tester = TwsTester(Everything(pandas=True), initialStatePandas=[("a", pd.DataFrame({"n": [10]}))])
    made = tester.testInPandas("a", pd.DataFrame({"v": [1, 2]}))
    assert made.to_dict("records") == [{"key": "a", "n": 12, "seen": 2, "now": "(-1, -1)"}]


def test_timers_are_due_when_the_clock_is_moved():
    tester = TwsTester(Everything(timers=True), timeMode="ProcessingTime")
    assert tester.test("a", rows(0, 500)) == [Row(key="a", n=2, seen=2, now="(0, -1)")]
    assert tester.setProcessingTime(999) == []
    assert tester.setProcessingTime(1000) == [Row(key="a", n=2, seen=2, now="(1000, -1)")]
    assert tester.setProcessingTime(5000) == [Row(key="a", n=2, seen=0, now="(5000, -1)")]
    with pytest.raises(IllegalArgumentException):
        tester.setProcessingTime(5000)
    with pytest.raises(PySparkValueError) as error:
        tester.setWatermark(1)
    assert error.value.getCondition() == "UNSUPPORTED_OPERATION"


def test_rows_behind_the_watermark_are_left_out():
    tester = TwsTester(Everything(timers=True), timeMode="EventTime", eventTimeExtractor=lambda row: row.v)
    assert tester.test("a", rows(0, 500)) == [Row(key="a", n=1, seen=1, now="(0, 0)")]
    assert tester.setWatermark(600) == []
    assert tester.test("a", rows(600, 601)) == [Row(key="a", n=2, seen=2, now="(0, 600)")]
    assert tester.setWatermark(2000) == [
        Row(key="a", n=2, seen=2, now="(0, 2000)"),
        Row(key="a", n=2, seen=0, now="(0, 2000)"),
    ]
    with pytest.raises(IllegalArgumentException):
        tester.processor.handle.registerTimer(2000)
    with pytest.raises(IllegalArgumentException):
        tester.setWatermark(2000)
    frames = TwsTester(Everything(pandas=True), timeMode="EventTime", eventTimeExtractor=lambda row: row["v"])
    made = frames.testInPandas("a", pd.DataFrame({"v": [0, 3]}))
    assert made.to_dict("records") == [{"key": "a", "n": 1, "seen": 1, "now": "(0, 0)"}]


def test_there_are_no_timers_without_a_time():
    tester = TwsTester(Everything())
    handle = tester.processor.handle
    for operation in (lambda: handle.registerTimer(1), lambda: handle.deleteTimer(1), handle.listTimers):
        with pytest.raises(PySparkValueError) as error:
            operation()
        assert error.value.getCondition() == "UNSUPPORTED_OPERATION"
    with pytest.raises(PySparkValueError) as refused:
        tester.setProcessingTime(1)
    assert refused.value.getCondition() == "UNSUPPORTED_OPERATION"


def test_what_a_tester_needs():
    with pytest.raises(PySparkValueError) as error:
        TwsTester(Everything(), timeMode="EventTime")
    assert error.value.getCondition() == "ARGUMENT_REQUIRED"
    with pytest.raises(AssertionError):
        TwsTester(Everything(), timeMode="Sometimes")
