"""Python data sources as streams. A reader's methods are called in the driver, but for `read`, which runs in tasks; a simple
reader does it all in the driver."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from pyrdd.errors import PySparkException
from pyrdd.sql.datasource import DataSource, DataSourceStreamReader, InputPartition, SimpleDataSourceStreamReader
from pyrdd.sql.datasource_run import ReadTask, mismatch
from pyrdd.sql.execution.python_types import Settings
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.plan import LocalRelation, LogicalPlan, RddRelation, attributes_of
from pyrdd.sql.streaming.datasource import ReadAllAvailable, SupportsTriggerAvailableNow
from pyrdd.sql.streaming.sources.base import SourceContext, StreamSource
from pyrdd.sql.types import StructType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


@dataclass(frozen=True)
class PythonProvider:
    """A source class with a schema. Its reader is made when a query starts."""

    source: DataSource
    schema: StructType

    def open(self, context: SourceContext) -> StreamSource:
        """The source of `streamReader`, else of `simpleStreamReader`."""
        if type(self.source).streamReader is not DataSource.streamReader:
            reader = self.source.streamReader(self.schema)
            if not isinstance(reader, DataSourceStreamReader):
                raise mismatch("an instance of DataSourceStreamReader", type(reader).__name__)
            return PythonSource(self, reader, context)
        simple = self.source.simpleStreamReader(self.schema)
        if not isinstance(simple, SimpleDataSourceStreamReader):
            raise mismatch("an instance of SimpleDataSourceStreamReader", type(simple).__name__)
        return SimplePythonSource(self, simple, context)


def _settings(session: SparkSession) -> Settings:
    conf = dict(session.conf.getAll)
    return Settings.of({**conf, "TimeZone": conf.get("spark.sql.session.timeZone") or "UTC"})


def _text(offset: Any) -> str:
    return json.dumps(offset, separators=(",", ":"))


class PythonSource:
    """Offsets are the reader's dictionaries."""

    def __init__(self, provider: PythonProvider, reader: DataSourceStreamReader, context: SourceContext) -> None:
        self._provider, self._reader, self._session = provider, reader, context.session
        self._limits = len(inspect.signature(reader.latestOffset).parameters) > 0
        self._limit: Any = ReadAllAvailable() if context.unlimited else reader.getDefaultReadLimit()
        self._target: str | None = None
        self._available_now = context.available_now
        self._bounded = isinstance(reader, SupportsTriggerAvailableNow)
        if context.available_now and isinstance(reader, SupportsTriggerAvailableNow):
            reader.prepareForTriggerAvailableNow()
        self._first: str | None = None

    @property
    def description(self) -> str:
        """How progress reports name the source."""
        return f"PythonMicroBatchStream[{self._provider.source.name()}]"

    def _begin(self, start: str | None) -> str:
        if start is not None:
            return start
        if self._first is None:
            self._first = _text(self._reader.initialOffset())
        return self._first

    def latest(self, start: str | None) -> str | None:
        """What the reader says. With availableNow and a reader that does not know of it, its first answer is the end."""
        if self._target is not None:
            return self._target
        reader: Any = self._reader
        begin = json.loads(self._begin(start))
        found = _text(reader.latestOffset(begin, self._limit) if self._limits else reader.latestOffset())
        if start is None and found == self._begin(None):
            return None
        if self._available_now and not self._bounded:
            self._target = found
        return found

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """The rows of the reader's partitions, as an RDD's."""
        partitions = list(self._reader.partitions(json.loads(self._begin(start)), json.loads(end)))
        for partition in partitions:
            if not isinstance(partition, InputPartition):
                raise mismatch("'partitions' to return a list of InputPartition", type(partition).__name__)
        schema = self._provider.schema
        task = ReadTask(cast(Any, self._reader), schema, self._provider.source.name(), _settings(self._session))
        rdd = self._session._sc.parallelize(partitions, max(1, len(partitions))).mapPartitions(task)
        return RddRelation(attributes_of(schema), rdd, schema, arrow=True)

    def commit(self, end: str) -> None:
        """Tells the reader."""
        self._reader.commit(json.loads(end))

    def stop(self) -> None:
        """Tells the reader."""
        self._reader.stop()


@dataclass(frozen=True)
class _Read:
    """What a simple reader has read ahead."""

    start: str
    end: str
    rows: list[Any]


class SimplePythonSource:
    """Reads in the driver when it is asked where the batch ends, and keeps the rows until they are asked for."""

    def __init__(self, provider: PythonProvider, reader: SimpleDataSourceStreamReader, context: SourceContext) -> None:
        self._provider, self._reader, self._session = provider, reader, context.session
        self._first: str | None = None
        self._ahead: _Read | None = None
        self._bounded = isinstance(reader, SupportsTriggerAvailableNow)
        self._once = context.available_now and not self._bounded
        self._target: str | None = None
        if context.available_now and isinstance(reader, SupportsTriggerAvailableNow):
            reader.prepareForTriggerAvailableNow()

    @property
    def description(self) -> str:
        """How progress reports name the source."""
        return f"PythonMicroBatchStream[{self._provider.source.name()}]"

    def _begin(self, start: str | None) -> str:
        if start is not None:
            return start
        if self._first is None:
            self._first = _text(self._reader.initialOffset())
        return self._first

    def latest(self, start: str | None) -> str | None:
        """Reads on. Raises SIMPLE_STREAM_READER_OFFSET_DID_NOT_ADVANCE for rows that end where they began."""
        if self._target is not None:
            return self._target
        begin = self._begin(start)
        if self._ahead is not None and self._ahead.start == begin:
            return self._ahead.end
        rows, stop = self._reader.read(json.loads(begin))
        end = _text(stop)
        if end == begin:
            if next(iter(rows), None) is not None:
                raise PySparkException(
                    errorClass="SIMPLE_STREAM_READER_OFFSET_DID_NOT_ADVANCE",
                    messageParameters={"start_offset": begin, "end_offset": end},
                )
            return start
        self._ahead = _Read(begin, end, list(rows))
        if self._once:
            self._target = end
        return end

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """The rows that were read ahead, or the same ones again."""
        begin, ahead = self._begin(start), self._ahead
        if ahead is not None and (ahead.start, ahead.end) == (begin, end):
            found: Iterator[Any] = iter(ahead.rows)
        else:
            found = self._reader.readBetweenOffsets(json.loads(begin), json.loads(end))
        schema = self._provider.schema
        task = ReadTask(cast(Any, _Given(found)), schema, self._provider.source.name(), _settings(self._session))
        columns = attributes_of(schema)
        tables: Iterator[pa.Table] = task(iter([InputPartition(None)]))
        return LocalRelation(columns, one_table(tables, columns))

    def commit(self, end: str) -> None:
        """Tells the reader; the rows up to here are forgotten."""
        if self._ahead is not None and self._ahead.end == end:
            self._ahead = None
        self._reader.commit(json.loads(end))

    def stop(self) -> None:
        """Nothing is open."""


class _Given:
    """Rows that are there, as a reader's."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows

    def read(self, partition: InputPartition) -> Iterator[Any]:
        """The rows."""
        return iter(self._rows)
