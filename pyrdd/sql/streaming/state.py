"""What `applyInPandasWithState` gives its function beside the rows of a group: the state of the group."""

from __future__ import annotations

import datetime
import json
from typing import Any

from pyrdd.errors import PySparkRuntimeError, PySparkTypeError, PySparkValueError
from pyrdd.sql.arguments import not_positive, wrong_type
from pyrdd.sql.streaming.state_values import plain
from pyrdd.sql.types import Row, StructType, TimestampType

__all__ = ["GroupState", "GroupStateTimeout"]


class GroupStateTimeout:
    """The kinds of timeouts: what ends the waiting of a group for rows."""

    NoTimeout: str = "NoTimeout"
    ProcessingTimeTimeout: str = "ProcessingTimeTimeout"
    EventTimeTimeout: str = "EventTimeTimeout"


_TIMEOUTS = (
    GroupStateTimeout.NoTimeout,
    GroupStateTimeout.ProcessingTimeTimeout,
    GroupStateTimeout.EventTimeTimeout,
)


class GroupState:
    """The state of one group in one call of the function. What is changed here counts once the call's results were
    taken, all of them. A timeout lasts until the next call only.

    >>> from pyrdd.sql.types import StructType
    >>> schema = StructType().add("count", "long")
    >>> state = GroupState(None, 1000, 0, "NoTimeout", False, False, False, False, False, -1, b"", schema)
    >>> state.update((3,))
    >>> state.get, str(state)
    ((3,), 'GroupState((3,))')
    """

    NO_TIMESTAMP: int = -1

    def __init__(
        self,
        optionalValue: Row | tuple[Any, ...] | None,
        batchProcessingTimeMs: int,
        eventTimeWatermarkMs: int,
        timeoutConf: str,
        hasTimedOut: bool,
        watermarkPresent: bool,
        defined: bool,
        updated: bool,
        removed: bool,
        timeoutTimestamp: int,
        keyAsUnsafe: bytes,
        valueSchema: StructType,
    ) -> None:
        assert timeoutConf in _TIMEOUTS, timeoutConf
        self._key = keyAsUnsafe
        self._value: Any = optionalValue
        self._processing_time, self._watermark = batchProcessingTimeMs, eventTimeWatermarkMs
        self._timeout_conf = timeoutConf
        self._timed_out, self._has_watermark = hasTimedOut, watermarkPresent
        self._defined, self._updated, self._removed = defined, updated, removed
        self._timeout = self._old_timeout = timeoutTimestamp
        self._schema = valueSchema

    @property
    def exists(self) -> bool:
        """Whether the group has a state."""
        return self._defined

    @property
    def get(self) -> tuple[Any, ...]:
        """The state. Raises PySparkValueError (STATE_NOT_EXISTS) if there is none."""
        if not self._defined:
            raise PySparkValueError(errorClass="STATE_NOT_EXISTS", messageParameters={})
        return tuple(self._value)

    @property
    def getOption(self) -> tuple[Any, ...] | None:
        """The state, None if there is none."""
        return tuple(self._value) if self._defined else None

    @property
    def hasTimedOut(self) -> bool:
        """Whether the function is called because the group waited too long, and not for new rows."""
        return self._timed_out

    @property
    def oldTimeoutTimestamp(self) -> int:
        """The timeout that was set when the call began."""
        return self._old_timeout

    def update(self, newValue: tuple[Any, ...]) -> None:
        """Sets the state. Raises PySparkTypeError (CANNOT_BE_NONE) for None."""
        if newValue is None:
            raise PySparkTypeError(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "newValue"})
        self._value = Row(*map(plain, newValue))
        self._defined, self._updated, self._removed = True, True, False

    def remove(self) -> None:
        """Forgets the state."""
        self._defined, self._updated, self._removed = False, False, True

    def setTimeoutDuration(self, durationMs: Any) -> None:
        """Sets a timeout that many milliseconds after the batch's time. Raises without processing-time timeouts
        (CANNOT_WITHOUT), and for a number that is not positive (VALUE_NOT_POSITIVE)."""
        if isinstance(durationMs, str):
            raise wrong_type("durationMs", "int", durationMs)
        if self._timeout_conf != GroupStateTimeout.ProcessingTimeTimeout:
            raise _without("set timeout duration", _ENABLED)
        if durationMs <= 0:
            raise not_positive("durationMs", durationMs)
        self._timeout = durationMs + self._processing_time

    def setTimeoutTimestamp(self, timestampMs: Any) -> None:
        """Sets a timeout at an event time, which must not be before the watermark (INVALID_TIMEOUT_TIMESTAMP). Raises
        without event-time timeouts (CANNOT_WITHOUT), and for a number that is not positive (VALUE_NOT_POSITIVE)."""
        if self._timeout_conf != GroupStateTimeout.EventTimeTimeout:
            raise _without("set timeout duration", _ENABLED)
        if isinstance(timestampMs, datetime.datetime):
            timestampMs = (TimestampType().toInternal(timestampMs) or 0) / 1000
        if timestampMs <= 0:
            raise not_positive("timestampMs", timestampMs)
        if self._watermark != GroupState.NO_TIMESTAMP and timestampMs < self._watermark:
            raise PySparkValueError(
                errorClass="INVALID_TIMEOUT_TIMESTAMP",
                messageParameters={"timestamp": str(timestampMs), "watermark": str(self._watermark)},
            )
        self._timeout = timestampMs

    def getCurrentWatermarkMs(self) -> int:
        """The watermark in milliseconds. Raises PySparkRuntimeError (CANNOT_WITHOUT) if the stream has none."""
        if not self._has_watermark:
            raise _without("get event time watermark timestamp", "setting watermark before applyInPandasWithState")
        return self._watermark

    def getCurrentProcessingTimeMs(self) -> int:
        """The batch's time in milliseconds: the same in the whole batch, also if it runs again."""
        return self._processing_time

    def __str__(self) -> str:
        return f"GroupState({self.get})" if self._defined else "GroupState(<undefined>)"

    def json(self) -> str:
        """All but the value, as JSON."""
        return json.dumps(
            {
                "optionalValue": None,
                "batchProcessingTimeMs": self._processing_time,
                "eventTimeWatermarkMs": self._watermark,
                "timeoutConf": self._timeout_conf,
                "hasTimedOut": self._timed_out,
                "watermarkPresent": self._has_watermark,
                "defined": self._defined,
                "updated": self._updated,
                "removed": self._removed,
                "timeoutTimestamp": self._timeout,
            }
        )


_ENABLED = "enabling processing time timeout in applyInPandasWithState"


def _without(what: str, needed: str) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="CANNOT_WITHOUT", messageParameters={"condition1": what, "condition2": needed}
    )
