"""What only streams have: a writer that runs them, and watermarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException, IllegalArgumentException
from pyrdd.sql.arguments import checked, wrong_type
from pyrdd.sql.dataframe.handle import DataFrameHandle
from pyrdd.sql.names import quoted
from pyrdd.sql.plan.streaming import DeduplicateWithinWatermark, EventTimeWatermark, is_streaming
from pyrdd.sql.streaming.times import duration_micros
from pyrdd.sql.types import StructType, TimestampNTZType, TimestampType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrdd.sql.dataframe.frame import DataFrame
    from pyrdd.sql.streaming.readwriter import DataStreamWriter


class Streams(DataFrameHandle):
    """Members of DataFrames that are streams (`SparkSession.readStream`)."""

    @property
    def isStreaming(self) -> bool:
        """Whether the rows are those of a stream, without end.

        >>> spark.range(1).isStreaming, spark.readStream.format("rate").load().isStreaming
        (False, True)
        """
        return is_streaming(self._plan)

    @property
    def writeStream(self) -> DataStreamWriter:
        """How to run a stream and where its rows go: ``df.writeStream.format("console").start()``. Raises AnalysisException
        (WRITE_STREAM_NOT_ALLOWED) if this is no stream."""
        if not self.isStreaming:
            raise AnalysisException(errorClass="WRITE_STREAM_NOT_ALLOWED", messageParameters={})
        from pyrdd.sql.streaming.readwriter import DataStreamWriter  # here: few programs have streams

        return DataStreamWriter(self._self)

    def _check_not_streaming(self, method: str) -> None:
        if self.isStreaming:
            raise AnalysisException(
                errorClass="CALL_ON_STREAMING_DATASET_UNSUPPORTED", messageParameters={"methodName": f"`{method}`"}
            )

    def withWatermark(self, eventTime: str, delayThreshold: str) -> DataFrame:
        """The same rows. For a stream, rows are not expected any more when their event time is ``delayThreshold`` behind the
        latest that was seen: state is forgotten then, and such rows are dropped by stateful operators.

        >>> events = spark.readStream.format("rate").load().withWatermark("timestamp", "10 minutes")
        >>> events.groupBy(F.window("timestamp", "1 minute")).count().isStreaming
        True
        """
        for name, value in (("eventTime", eventTime), ("delayThreshold", delayThreshold)):
            if not value or type(value) is not str:
                raise wrong_type(name, "str", value)
        delay = duration_micros(delayThreshold)
        if delay < 0:
            raise IllegalArgumentException(
                f"requirement failed: delay threshold ({delayThreshold}) should not be negative."
            )
        column = self._attribute(eventTime)
        kind = column.data_type
        if isinstance(kind, StructType) and "end" in kind.names:
            kind = kind["end"].dataType
        if not isinstance(kind, TimestampType | TimestampNTZType):
            shown = {"eventName": quoted(column.name), "eventType": f'"{column.data_type.simpleString().upper()}"'}
            raise AnalysisException(errorClass="EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE", messageParameters=shown)
        if not self.isStreaming:
            return self._with(self._plan)
        by_id = {c.id: c for c in self._output}
        return self._with(EventTimeWatermark(by_id[column.id], delay, self._plan))

    def dropDuplicatesWithinWatermark(self, subset: Iterable[str] | None = None) -> DataFrame:
        """One row for each different value of some columns, or of all, of those that are within the watermark's delay of
        each other. Streams only, after `withWatermark`.

        >>> events = spark.readStream.format("rate").load().withWatermark("timestamp", "10 minutes")
        >>> events.dropDuplicatesWithinWatermark(["value"]).isStreaming
        True
        """
        if subset is None:
            return self._with(DeduplicateWithinWatermark(self._output, self._plan))
        if not isinstance(subset, (list, tuple)):
            raise wrong_type("subset", "list or tuple", subset)
        names: Any = [checked(name, str, "subset", "str") for name in subset]
        keys = [attribute for name in names for attribute in self._all_named(name)]
        return self._with(DeduplicateWithinWatermark(tuple(dict.fromkeys(keys)), self._plan))
