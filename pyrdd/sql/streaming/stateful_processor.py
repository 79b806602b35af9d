"""Programs with state of their own: a `StatefulProcessor` is called for each group of each micro-batch, and keeps values,
lists, maps and timers between the calls (``GroupedData.transformWithState``)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from pyrdd.sql.streaming.stateful_variables import ListVariable, MapVariable, ProcessorState, ValueVariable
from pyrdd.sql.types import StructType

__all__ = ["StatefulProcessor", "StatefulProcessorHandle"]


class ValueState:
    """One row for each group."""

    def __init__(self, valueStateClient: ValueVariable, stateName: str) -> None:
        self._client, self._name = valueStateClient, stateName

    def exists(self) -> bool:
        """Whether the group has a row."""
        return self._client.exists(self._name)

    def get(self) -> tuple[Any, ...] | None:
        """The row, None if there is none."""
        return self._client.get(self._name)

    def update(self, newValue: tuple[Any, ...]) -> None:
        """Sets the row."""
        self._client.update(self._name, newValue)

    def clear(self) -> None:
        """Forgets the row."""
        self._client.clear(self._name)


class TimerValues:
    """The times of a batch in milliseconds; -1 where the time mode has none."""

    def __init__(self, currentProcessingTimeInMs: int = -1, currentWatermarkInMs: int = -1) -> None:
        self._processing_time, self._watermark = currentProcessingTimeInMs, currentWatermarkInMs

    def getCurrentProcessingTimeInMs(self) -> int:
        """When the batch began."""
        return self._processing_time

    def getCurrentWatermarkInMs(self) -> int:
        """The watermark of the batch."""
        return self._watermark


class ExpiredTimerInfo:
    """The timer for which `StatefulProcessor.handleExpiredTimer` is called."""

    def __init__(self, expiryTimeInMs: int = -1) -> None:
        self._expiry = expiryTimeInMs

    def getExpiryTimeInMs(self) -> int:
        """When it expired, in milliseconds."""
        return self._expiry


class ListState:
    """Rows in their order for each group."""

    def __init__(self, listStateClient: ListVariable, stateName: str) -> None:
        self._client, self._name = listStateClient, stateName

    def exists(self) -> bool:
        """Whether the group has rows."""
        return self._client.exists(self._name)

    def get(self) -> Iterator[tuple[Any, ...]]:
        """The rows."""
        return self._client.get(self._name)

    def put(self, newState: list[tuple[Any, ...]]) -> None:
        """Sets the rows."""
        self._client.put(self._name, newState)

    def appendValue(self, newState: tuple[Any, ...]) -> None:
        """Adds a row."""
        self._client.append(self._name, [newState])

    def appendList(self, newState: list[tuple[Any, ...]]) -> None:
        """Adds rows."""
        self._client.append(self._name, newState)

    def clear(self) -> None:
        """Forgets the rows."""
        self._client.clear(self._name)


class MapState:
    """Rows by keys for each group."""

    def __init__(self, mapStateClient: MapVariable, stateName: str) -> None:
        self._client, self._name = mapStateClient, stateName

    def exists(self) -> bool:
        """Whether the group has rows."""
        return self._client.exists(self._name)

    def getValue(self, key: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """The row of a key, None if there is none."""
        return self._client.get_value(self._name, key)

    def containsKey(self, key: tuple[Any, ...]) -> bool:
        """Whether a key has a row."""
        return self._client.contains_key(self._name, key)

    def updateValue(self, key: tuple[Any, ...], value: tuple[Any, ...]) -> None:
        """Sets the row of a key."""
        self._client.update_value(self._name, key, value)

    def iterator(self) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """The keys with their rows."""
        return iter(self._client.pairs())

    def keys(self) -> Iterator[tuple[Any, ...]]:
        """The keys."""
        return iter([key for key, _ in self._client.pairs()])

    def values(self) -> Iterator[tuple[Any, ...]]:
        """The rows."""
        return iter([row for _, row in self._client.pairs()])

    def removeKey(self, key: tuple[Any, ...]) -> None:
        """Forgets a key."""
        self._client.remove_key(self._name, key)

    def clear(self) -> None:
        """Forgets all keys."""
        self._client.clear(self._name)


class StatefulProcessorHandle:
    """What a processor asks for its state variables, in `StatefulProcessor.init`, and for timers, later.

    A ``ttlDurationMs`` is how long a value lives after it was set, and needs the time mode ProcessingTime. What cannot be
    raises PySparkRuntimeError.
    """

    def __init__(self, statefulProcessorApiClient: ProcessorState) -> None:
        self._client = statefulProcessorApiClient

    def getValueState(self, stateName: str, schema: StructType | str, ttlDurationMs: int | None = None) -> ValueState:
        """A variable that holds one row of this schema."""
        return ValueState(self._client.value_variable(stateName, schema, ttlDurationMs), stateName)

    def getListState(self, stateName: str, schema: StructType | str, ttlDurationMs: int | None = None) -> ListState:
        """A variable that holds rows of this schema."""
        return ListState(self._client.list_variable(stateName, schema, ttlDurationMs), stateName)

    def getMapState(
        self,
        stateName: str,
        userKeySchema: StructType | str,
        valueSchema: StructType | str,
        ttlDurationMs: int | None = None,
    ) -> MapState:
        """A variable that holds rows by keys."""
        return MapState(self._client.map_variable(stateName, userKeySchema, valueSchema, ttlDurationMs), stateName)

    def registerTimer(self, expiryTimestampMs: int) -> None:
        """Lets `handleExpiredTimer` be called for the group when the time has come."""
        self._client.register_timer(expiryTimestampMs)

    def deleteTimer(self, expiryTimestampMs: int) -> None:
        """Takes a timer of the group away."""
        self._client.delete_timer(expiryTimestampMs)

    def listTimers(self) -> Iterator[int]:
        """The timers of the group, the earliest first."""
        return self._client.list_timers()

    def deleteIfExists(self, stateName: str) -> None:
        """Forgets a variable for all groups."""
        self._client.delete_if_exists(stateName)


class StatefulProcessor(ABC):
    """The program. Rows and results are Rows in `transformWithState`, pandas DataFrames in `transformWithStateInPandas`.

    One instance is made for each task of each micro-batch; only what is in state variables lasts.
    """

    @abstractmethod
    def init(self, handle: StatefulProcessorHandle) -> None:
        """Called before all else: asks the handle for the state variables."""

    @abstractmethod
    def handleInputRows(self, key: Any, rows: Iterator[Any], timerValues: TimerValues) -> Iterator[Any]:
        """Called for each group that has rows in the batch. Returns what is put out."""

    def handleExpiredTimer(
        self, key: Any, timerValues: TimerValues, expiredTimerInfo: ExpiredTimerInfo
    ) -> Iterator[Any]:
        """Called for each timer that is due, after the rows of the batch. Returns what is put out."""
        return iter([])

    def close(self) -> None:
        """Called after all else."""
        return

    def handleInitialState(self, key: Any, initialState: Any, timerValues: TimerValues) -> None:
        """Called in the first batch for each row (or DataFrame) of the initial state, before the group's rows."""
        return
