"""Python data sources as streams. A reader's methods are called in the driver, but for `read`, which runs in tasks; a simple
reader does it all in the driver."""

from __future__ import annotations

import inspect
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import pyarrow as pa

from pyrdd.errors import PySparkException
from pyrdd.sql.datasource import (
    DataSource,
    DataSourceStreamReader,
    InputPartition,
    SimpleDataSourceStreamReader,
    mismatch,
)
from pyrdd.sql.datasource_run import PartitionReader, ReadTask, checked_kind, python_settings
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.plan import LocalRelation, LogicalPlan, RddRelation, attributes_of
from pyrdd.sql.streaming.datasource import ReadAllAvailable, SupportsTriggerAvailableNow
from pyrdd.sql.streaming.sources.base import HoldsNothing, SourceContext, StreamSource
from pyrdd.sql.types import StructType


@dataclass(frozen=True)
class PythonProvider:
    """A source class with a schema. Its reader is made when a query starts."""

    source: DataSource
    schema: StructType

    def open(self, context: SourceContext) -> StreamSource:
        """The source of `streamReader`, else of `simpleStreamReader`."""
        if type(self.source).streamReader is not DataSource.streamReader:
            reader = checked_kind(self.source.streamReader(self.schema), DataSourceStreamReader)
            return PythonSource(self, reader, context)
        simple = checked_kind(self.source.simpleStreamReader(self.schema), SimpleDataSourceStreamReader)
        return SimplePythonSource(self, simple, context)


def _text(offset: Any) -> str:
    return json.dumps(offset, separators=(",", ":"))


class _ReaderSource(HoldsNothing, ABC):
    """A source whose offsets are the dictionaries that a reader gives."""

    def __init__(
        self,
        provider: PythonProvider,
        reader: DataSourceStreamReader | SimpleDataSourceStreamReader,
        context: SourceContext,
    ) -> None:
        self._provider, self._session = provider, context.session
        self._initial_offset = reader.initialOffset
        self._first: str | None = None
        self._end: str | None = None
        prepared = context.available_now and isinstance(reader, SupportsTriggerAvailableNow)
        if prepared:
            cast(SupportsTriggerAvailableNow, reader).prepareForTriggerAvailableNow()
        # a reader that does not know of availableNow has what there was when it was asked first
        self._ends_at_first_answer = context.available_now and not prepared

    @property
    def description(self) -> str:
        """How progress reports name the source."""
        return f"PythonMicroBatchStream[{self._provider.source.name()}]"

    def latest(self, start: str | None) -> str | None:
        """Where the reader says that the next batch ends."""
        if self._end is not None:
            return self._end
        begin = self._begin(start)
        found = self._after(begin)
        if start is None and found == begin:
            return None
        if self._ends_at_first_answer:
            self._end = found
        return found

    @abstractmethod
    def _after(self, begin: str) -> str:
        """Asks the reader how far it has come."""

    def _begin(self, start: str | None) -> str:
        if start is not None:
            return start
        if self._first is None:
            self._first = _text(self._initial_offset())
        return self._first

    def _task(self, reader: PartitionReader) -> ReadTask:
        return ReadTask(reader, self._provider.schema, self._provider.source.name(), python_settings(self._session))


class PythonSource(_ReaderSource):
    """Reads in tasks."""

    def __init__(self, provider: PythonProvider, reader: DataSourceStreamReader, context: SourceContext) -> None:
        super().__init__(provider, reader, context)
        self._reader = reader
        # readers of earlier versions of PySpark take no arguments
        self._takes_limit = len(inspect.signature(reader.latestOffset).parameters) > 0
        self._limit = ReadAllAvailable() if context.unlimited else reader.getDefaultReadLimit()

    def _after(self, begin: str) -> str:
        latest: Callable[..., Any] = self._reader.latestOffset
        start = json.loads(begin)
        return _text(latest(start, self._limit) if self._takes_limit else latest())

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """The rows of the reader's partitions, as an RDD's."""
        partitions = list(self._reader.partitions(json.loads(self._begin(start)), json.loads(end)))
        for partition in partitions:
            if not isinstance(partition, InputPartition):
                raise mismatch("'partitions' to return a list of InputPartition", type(partition).__name__)
        rdd = self._session._sc.parallelize(partitions, max(1, len(partitions)))
        schema = self._provider.schema
        return RddRelation(attributes_of(schema), rdd.mapPartitions(self._task(self._reader)), schema, arrow=True)

    def commit(self, end: str) -> None:
        """Tells the reader."""
        self._reader.commit(json.loads(end))

    def stop(self) -> None:
        """Tells the reader."""
        self._reader.stop()


@dataclass(frozen=True)
class _ReadAhead:
    """What a simple reader has read when it was asked where the batch ends."""

    start: str
    end: str
    rows: list[Any]


class SimplePythonSource(_ReaderSource):
    """Reads in the driver when it is asked where the batch ends, and keeps the rows until they are asked for."""

    def __init__(self, provider: PythonProvider, reader: SimpleDataSourceStreamReader, context: SourceContext) -> None:
        super().__init__(provider, reader, context)
        self._reader = reader
        self._ahead: _ReadAhead | None = None

    def _after(self, begin: str) -> str:
        """Reads on. Raises SIMPLE_STREAM_READER_OFFSET_DID_NOT_ADVANCE for rows that end where they began."""
        if self._ahead is not None and self._ahead.start == begin:
            return self._ahead.end
        rows, stop = self._reader.read(json.loads(begin))
        end = _text(stop)
        if end != begin:
            self._ahead = _ReadAhead(begin, end, list(rows))
        elif next(iter(rows), None) is not None:
            raise PySparkException(
                errorClass="SIMPLE_STREAM_READER_OFFSET_DID_NOT_ADVANCE",
                messageParameters={"start_offset": begin, "end_offset": end},
            )
        return end

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """The rows that were read ahead, or the same ones again."""
        begin, ahead = self._begin(start), self._ahead
        if ahead is not None and (ahead.start, ahead.end) == (begin, end):
            found: Iterator[Any] = iter(ahead.rows)
        else:
            found = self._reader.readBetweenOffsets(json.loads(begin), json.loads(end))
        columns = attributes_of(self._provider.schema)
        tables: Iterator[pa.Table] = self._task(_Given(found))(iter([InputPartition(None)]))
        return LocalRelation(columns, one_table(tables, columns))

    def commit(self, end: str) -> None:
        """Tells the reader; the rows up to here are forgotten."""
        if self._ahead is not None and self._ahead.end == end:
            self._ahead = None
        self._reader.commit(json.loads(end))


class _Given:
    """Rows that are there, as a reader's."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows

    def read(self, partition: InputPartition) -> Iterator[Any]:
        """The rows."""
        return iter(self._rows)
