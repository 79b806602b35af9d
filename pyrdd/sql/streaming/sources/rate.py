"""Sources of numbers: `rate` gives so many rows a second, `rate-micro-batch` so many rows a batch."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrdd.errors import IllegalArgumentException, NumberFormatException
from pyrdd.sql.streaming.log import BatchLog
from pyrdd.sql.streaming.sources.base import HoldsNothing, SourceContext
from pyrdd.sql.streaming.times import duration_millis
from pyrdd.sql.types import LongType, StructField, StructType, TimestampType

if TYPE_CHECKING:
    from pyrdd.sql.plan import LogicalPlan
    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.sources import Options

SCHEMA = StructType([StructField("timestamp", TimestampType()), StructField("value", LongType())])


def number(options: Options, name: str, default: int, least: int = 1) -> int:
    """A whole number among the options. Raises IllegalArgumentException if it is too small."""
    text = options.get(name)
    try:
        found = default if text is None else int(text)
    except ValueError:
        raise NumberFormatException(f'For input string: "{text}"') from None
    if found < least:
        wanted = "positive" if least == 1 else "not negative"
        raise IllegalArgumentException(f"Invalid value '{found}'. The option '{name}' must be {wanted}")
    return found


def _numbers(session: SparkSession, first: int, end: int, partitions: int | None, stamp: str) -> LogicalPlan:
    return session.range(first, end, 1, partitions).selectExpr(f"{stamp} AS timestamp", "id AS value")._plan


@dataclass(frozen=True)
class RateProvider:
    """The format ``rate``."""

    rows_per_second: int
    ramp_up: int
    partitions: int | None
    schema = SCHEMA

    @staticmethod
    def of(options: Options) -> RateProvider:
        """From options: rowsPerSecond, rampUpTime, numPartitions."""
        ramp_up = options.get("rampUpTime") or "0s"
        seconds = int(ramp_up[:-1]) if ramp_up.endswith("s") and ramp_up[:-1].isdigit() else None
        return RateProvider(
            number(options, "rowsPerSecond", 1),
            duration_millis(ramp_up) // 1000 if seconds is None else seconds,
            number(options, "numPartitions", 1) if "numPartitions" in options else None,
        )

    def open(self, context: SourceContext) -> RateSource:
        """A source that counts from the query's first start."""
        return RateSource(self, context)


class RateSource(HoldsNothing):
    """Offsets are seconds since the query first started."""

    def __init__(self, provider: RateProvider, context: SourceContext) -> None:
        self._provider, self._session = provider, context.session
        log = BatchLog(context.directory)
        if log.get(0) is None:
            log.add(0, [str(int(time.time() * 1000))])
        self._began = int((log.get(0) or ["0"])[0])
        self._target = self._now() if context.available_now else None

    @property
    def description(self) -> str:
        """How progress reports name the source."""
        p = self._provider
        shown = p.partitions or "default"
        return f"RateStreamV2[rowsPerSecond={p.rows_per_second}, rampUpTimeSeconds={p.ramp_up}, numPartitions={shown}"

    def _now(self) -> int:
        return max(0, int(time.time() * 1000) - self._began) // 1000

    def latest(self, start: str | None) -> str | None:
        """The seconds that have passed."""
        now = self._now() if self._target is None else self._target
        return str(max(now, int(start or 0)))

    def _value_at(self, second: int) -> int:
        """How many rows there are by a second."""
        rate, ramp = self._provider.rows_per_second, self._provider.ramp_up
        speed = rate / (ramp + 1)
        if second <= ramp:
            return int(second * (1 + second) / 2 * speed) if ramp else second * rate
        return (int(ramp * (1 + ramp) / 2 * speed) if ramp else 0) + (second - ramp) * rate

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """The numbers of some seconds, evenly spread over them."""
        begin, stop = int(start or 0), int(end)
        first, last = self._value_at(begin), self._value_at(stop)
        millis = (stop - begin) * 1000 / max(1, last - first)
        stamp = f"timestamp_millis({self._began + begin * 1000} + CAST((id - {first}) * {millis:f}D AS BIGINT))"
        return _numbers(self._session, first, last, self._provider.partitions, stamp)


@dataclass(frozen=True)
class RateBatchProvider:
    """The format ``rate-micro-batch``."""

    rows: int
    partitions: int | None
    start: int
    advance: int
    schema = SCHEMA

    @staticmethod
    def of(options: Options) -> RateBatchProvider:
        """From options: rowsPerBatch, numPartitions, startTimestamp, advanceMillisPerBatch."""
        return RateBatchProvider(
            number(options, "rowsPerBatch", 0),
            number(options, "numPartitions", 1) if "numPartitions" in options else None,
            number(options, "startTimestamp", 0, 0),
            number(options, "advanceMillisPerBatch", 1000, 0),
        )

    def open(self, context: SourceContext) -> RateBatchSource:
        """A source whose first row is 0."""
        return RateBatchSource(self, context)


class RateBatchSource(HoldsNothing):
    """Offsets are the number of rows so far, and the time of the next ones."""

    def __init__(self, provider: RateBatchProvider, context: SourceContext) -> None:
        self._provider, self._session = provider, context.session
        log = BatchLog(context.directory)
        if log.get(0) is None:
            log.add(0, [self._offset(0, provider.start)])
        self._first = (log.get(0) or [""])[0]
        self._available_now = context.available_now
        self._end: str | None = None

    @property
    def description(self) -> str:
        """How progress reports name the source."""
        p = self._provider
        return (
            f"RatePerMicroBatchStream[rowsPerBatch={p.rows}, numPartitions={p.partitions or 'default'}, "
            f"startTimestamp={p.start}, advanceMsPerBatch={p.advance}]"
        )

    def _offset(self, count: int, stamp: int) -> str:
        return json.dumps({"offset": count, "timestamp": stamp}, separators=(",", ":"))

    def latest(self, start: str | None) -> str | None:
        """One batch more; with availableNow just one."""
        if self._end is not None:
            return self._end
        begin: dict[str, Any] = json.loads(start or self._first)
        end = self._offset(begin["offset"] + self._provider.rows, begin["timestamp"] + self._provider.advance)
        if self._available_now:
            self._end = end
        return end

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """The numbers between two offsets, all of the time of the first."""
        begin, stop = json.loads(start or self._first), json.loads(end)
        stamp = f"timestamp_millis({begin['timestamp']})"
        return _numbers(self._session, begin["offset"], stop["offset"], self._provider.partitions, stamp)
