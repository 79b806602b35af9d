"""`TwsTester`: a `StatefulProcessor` without a query, so that a test can call it, look at its state and move its clock."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from pyrdd.errors import IllegalArgumentException, PySparkAssertionError, PySparkValueError
from pyrdd.sql.streaming.stateful_processor import (
    ExpiredTimerInfo,
    ListState,
    MapState,
    StatefulProcessor,
    StatefulProcessorHandle,
    TimerValues,
    ValueState,
)
from pyrdd.sql.types import Row, StructType

__all__ = ["TwsTester"]


class _Values:
    """What a state variable stands for: a value for each group, kept as it was given. TTLs are not followed."""

    def __init__(self, handle: _Handle, empty: Callable[[], Any]) -> None:
        self.handle, self._empty = handle, empty
        self.state: dict[Hashable, Any] = {}

    @property
    def value(self) -> Any:
        """What the group at hand has."""
        return self.state.get(self.handle.key)

    def change(self) -> Any:
        """What the group at hand has, to be changed in place."""
        return self.state.setdefault(self.handle.key, self._empty())

    def exists(self, name: str = "") -> bool:
        """Whether the group has something."""
        return self.handle.key in self.state

    def clear(self, name: str = "") -> None:
        """Forgets what the group has."""
        self.state.pop(self.handle.key, None)

    # --- values, lists -----------------------------------------------------------------------------------------

    def update(self, name: str, row: Any) -> None:
        """Sets a row."""
        self.state[self.handle.key] = row

    put = update

    def append(self, name: str, rows: Sequence[Any]) -> None:
        """Adds rows to a list."""
        self.change().extend(rows)

    # --- maps --------------------------------------------------------------------------------------------------

    def get_value(self, name: str, key: Any) -> Any:
        """The row of a key of a map."""
        return (self.value or {}).get(key)

    def contains_key(self, name: str, key: Any) -> bool:
        """Whether a map has a key."""
        return key in (self.value or {})

    def update_value(self, name: str, key: Any, row: Any) -> None:
        """Sets the row of a key of a map."""
        self.change()[key] = row

    def remove_key(self, name: str, key: Any) -> None:
        """Forgets a key of a map."""
        (self.value or {}).pop(key, None)

    def pairs(self) -> list[tuple[Any, Any]]:
        """The keys of a map with their rows."""
        return list((self.value or {}).items())


class _OneValue(_Values):
    def get(self, name: str = "") -> Any:
        return self.value


class _ManyValues(_Values):
    def get(self, name: str = "") -> Iterator[Any]:
        return iter(list(self.value or []))


class _Handle(StatefulProcessorHandle):
    """The handle of a processor that is tested. A variable that is asked for again is the same one."""

    def __init__(self, mode: str) -> None:
        self.key: Hashable = None
        self.mode = mode
        self.watermark = 0
        self.timers: dict[Hashable, set[int]] = {}
        self.variables: dict[str, dict[str, _Values]] = {"value": {}, "list": {}, "map": {}}

    def _variable(self, kind: str, name: str) -> Any:
        make: Any = {"value": (_OneValue, tuple), "list": (_ManyValues, list), "map": (_ManyValues, dict)}[kind]
        return self.variables[kind].setdefault(name, make[0](self, make[1]))

    def getValueState(self, stateName: str, schema: StructType | str, ttlDurationMs: int | None = None) -> ValueState:
        return ValueState(self._variable("value", stateName), stateName)

    def getListState(self, stateName: str, schema: StructType | str, ttlDurationMs: int | None = None) -> ListState:
        return ListState(self._variable("list", stateName), stateName)

    def getMapState(
        self,
        stateName: str,
        userKeySchema: StructType | str,
        valueSchema: StructType | str,
        ttlDurationMs: int | None = None,
    ) -> MapState:
        return MapState(self._variable("map", stateName), stateName)

    def _check_time(self) -> None:
        if self.mode == "none":
            raise unsupported("Timers with TimeMode.None")

    def registerTimer(self, expiryTimestampMs: int) -> None:
        self._check_time()
        if self.mode == "eventtime" and expiryTimestampMs <= self.watermark:
            raise IllegalArgumentException(
                f"A timer at {expiryTimestampMs} ms would not be after the watermark, which is {self.watermark} ms."
            )
        self.timers.setdefault(self.key, set()).add(expiryTimestampMs)

    def deleteTimer(self, expiryTimestampMs: int) -> None:
        self._check_time()
        self.timers.get(self.key, set()).discard(expiryTimestampMs)

    def listTimers(self) -> Iterator[int]:
        self._check_time()
        return iter(sorted(self.timers.get(self.key, ())))

    def deleteIfExists(self, stateName: str) -> None:
        for variables in self.variables.values():
            variables.pop(stateName, None)


class TwsTester:
    """Calls a processor as `transformWithState` would, group by group, and shows its state.

    The clock (`setProcessingTime`) and the watermark (`setWatermark`) stand still unless the test moves them; then timers
    that are due are handled. Values do not expire.

    >>> from pyrdd.sql.streaming.stateful_processor import StatefulProcessor
    >>> class Count(StatefulProcessor):
    ...     def init(self, handle):
    ...         self.count = handle.getValueState("count", "n long")
    ...     def handleInputRows(self, key, rows, timerValues):
    ...         self.count.update(((self.count.get() or (0,))[0] + len(list(rows)),))
    ...         yield Row(key=key[0], n=self.count.get()[0])
    >>> tester = TwsTester(Count())
    >>> tester.test("a", [Row(v=1), Row(v=2)]), tester.test("a", [Row(v=3)]), tester.peekValueState("count", "a")
    ([Row(key='a', n=2)], [Row(key='a', n=3)], (3,))
    """

    def __init__(
        self,
        processor: StatefulProcessor,
        initialStateRow: list[tuple[Any, Row]] | None = None,
        initialStatePandas: list[tuple[Any, Any]] | None = None,
        timeMode: str = "None",
        outputMode: str = "Append",
        eventTimeExtractor: Callable[[Any], int] | None = None,
    ) -> None:
        self.processor = processor
        self._mode = timeMode.lower()
        assert self._mode in ("none", "eventtime", "processingtime"), timeMode
        if self._mode == "eventtime" and eventTimeExtractor is None:
            raise PySparkValueError(
                errorClass="ARGUMENT_REQUIRED",
                messageParameters={"arg_name": "eventTimeExtractor", "condition": "timeMode is EventTime"},
            )
        both = initialStateRow is not None and initialStatePandas is not None
        assert not both, "An initial state is of Rows or of DataFrames, not of both."
        self._event_time = eventTimeExtractor
        self._time = 0
        self._pandas = initialStatePandas is not None
        self.handle = _Handle(self._mode)
        processor.init(self.handle)
        for key, state in initialStatePandas or initialStateRow or ():
            self.handle.key = key
            processor.handleInitialState((key,), state, self._times)

    # --- calls -------------------------------------------------------------------------------------------------

    def test(self, key: Any, input: list[Row]) -> list[Row]:
        """What a processor of Rows puts out for rows of a group. Late rows are left out."""
        self._pandas, self.handle.key = False, key
        rows = [row for row in input if self._in_time(row)]
        return list(self.processor.handleInputRows((key,), iter(rows), self._times))

    def testInPandas(self, key: Any, input: Any) -> Any:
        """What a processor of DataFrames puts out for rows of a group. Late rows are left out."""
        self._pandas, self.handle.key = True, key
        if self._mode == "eventtime":
            input = input[input.apply(self._in_time, axis=1)].reset_index(drop=True)
        return self._made(list(self.processor.handleInputRows((key,), iter([input]), self._times)))

    def _in_time(self, row: Any) -> bool:
        return self._mode != "eventtime" or self._event_time is None or self._event_time(row) > self.handle.watermark

    def _made(self, results: list[Any]) -> Any:
        if not self._pandas:
            return results
        import pandas as pd  # here: only processors of DataFrames need it

        return pd.concat(results, ignore_index=True) if results else pd.DataFrame()

    @property
    def _times(self) -> TimerValues:
        if self._mode == "none":
            return TimerValues()
        return TimerValues(self._time, self.handle.watermark if self._mode == "eventtime" else -1)

    # --- state -------------------------------------------------------------------------------------------------

    def _variable(self, kind: str, name: str, key: Any) -> _Values:
        found = self.handle.variables[kind].get(name)
        assert found is not None, f"State {name} has not been initialized."
        self.handle.key = key
        return found

    def updateValueState(self, stateName: str, key: Any, value: tuple[Any, ...]) -> None:
        """Sets a group's value."""
        self._variable("value", stateName, key).update(stateName, value)

    def peekValueState(self, stateName: str, key: Any) -> tuple[Any, ...] | None:
        """A group's value, None if it has none."""
        found: tuple[Any, ...] | None = self._variable("value", stateName, key).value
        return found

    def updateListState(self, stateName: str, key: Any, value: list[tuple[Any, ...]]) -> None:
        """Sets a group's list."""
        self._variable("list", stateName, key).put(stateName, value)

    def peekListState(self, stateName: str, key: Any) -> list[tuple[Any, ...]]:
        """A group's list."""
        return list(self._variable("list", stateName, key).value or [])

    def updateMapState(self, stateName: str, key: Any, value: dict[Any, Any]) -> None:
        """Sets a group's map."""
        self._variable("map", stateName, key).put(stateName, dict(value))

    def peekMapState(self, stateName: str, key: Any) -> dict[Any, Any]:
        """A group's map."""
        return dict(self._variable("map", stateName, key).pairs())

    def deleteState(self, stateName: str, key: Any) -> None:
        """Forgets what a group has in a variable. Raises PySparkAssertionError (STATE_NOT_EXISTS) if there is no such."""
        self.handle.key = key
        for variables in self.handle.variables.values():
            if stateName in variables:
                variables[stateName].clear()
                return
        raise PySparkAssertionError(errorClass="STATE_NOT_EXISTS", messageParameters={})

    # --- times -------------------------------------------------------------------------------------------------

    def setProcessingTime(self, currentTimeMs: int) -> Any:
        """Moves the clock. Returns what is put out for timers that are due."""
        if self._mode != "processingtime":
            raise unsupported("setProcessingTime with TimeMode other than ProcessingTime")
        _check_forward("Processing time", self._time, currentTimeMs)
        self._time = currentTimeMs
        return self._due(currentTimeMs)

    def setWatermark(self, currentWatermarkMs: int) -> Any:
        """Moves the watermark. Returns what is put out for timers that are due."""
        if self._mode != "eventtime":
            raise unsupported("setWatermark with TimeMode other than EventTime")
        _check_forward("Watermark", self.handle.watermark, currentWatermarkMs)
        self.handle.watermark = currentWatermarkMs
        return self._due(currentWatermarkMs)

    def _due(self, limit: int) -> Any:
        made: list[Any] = []
        for key in list(self.handle.timers):
            self.handle.key = key
            for expiry in [timer for timer in self.handle.listTimers() if timer <= limit]:
                made += self.processor.handleExpiredTimer((key,), self._times, ExpiredTimerInfo(expiry))
                self.handle.deleteTimer(expiry)
        return self._made(made)


def unsupported(operation: str) -> PySparkValueError:
    """UNSUPPORTED_OPERATION."""
    return PySparkValueError(errorClass="UNSUPPORTED_OPERATION", messageParameters={"operation": operation})


def _check_forward(what: str, now: int, wanted: int) -> None:
    if wanted <= now:
        raise IllegalArgumentException(f"{what} only moves forward: it is {now} ms, and {wanted} ms is not after that.")
