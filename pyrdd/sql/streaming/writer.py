"""DataStreamWriter: what `DataFrame.writeStream` returns."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from pyrdd.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkValueError,
    UnsupportedOperationException,
)
from pyrdd.io.filesystem import filesystem_of, join, qualify
from pyrdd.sql.arguments import check_not_blank, not_implemented
from pyrdd.sql.builders import Writer
from pyrdd.sql.datasource import DataSourceStreamWriter
from pyrdd.sql.datasource_run import RegisteredSource, checked_kind, registered_source
from pyrdd.sql.sources import Options, format_named
from pyrdd.sql.sources.listing import SINK_LOG
from pyrdd.sql.sources.registry import is_file_format
from pyrdd.sql.streaming.checks import check_stream
from pyrdd.sql.streaming.execution import QuerySpec, Trigger
from pyrdd.sql.streaming.lineage import inlined
from pyrdd.sql.streaming.sinks import (
    ConsoleSink,
    FileSink,
    ForeachBatchSink,
    ForeachSink,
    MemorySink,
    NoopSink,
    PythonSink,
    Sink,
    foreach_task,
)
from pyrdd.sql.streaming.times import duration_millis

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.streaming.query import StreamingQuery

CHECKPOINTS = "spark.sql.streaming.checkpointLocation"
_MODES = {"append", "complete", "update"}
_IN_MEMORY = {"memory", "console", "noop", "foreach", "foreachbatch"}


class DataStreamWriter(Writer):
    """Collects where the rows of a stream go: the sink (parquet, csv, json, orc, text, xml, console, memory, noop, or a
    registered Python data source) and its options. `start` runs the query in the background.

    >>> query = spark.readStream.format("rate").load().writeStream.format("noop").start()
    >>> query.stop()
    """

    # where PySpark has it
    __module__ = "pyrdd.sql.streaming.readwriter"

    def __init__(self, df: DataFrame) -> None:
        super().__init__(df)
        self._mode = "append"
        self._name: str | None = None
        self._trigger = Trigger()
        self._sink: Sink | None = None

    def outputMode(self, outputMode: str) -> Self:
        """Sets which rows are put out: ``append`` (new ones, the default), ``complete`` (all of the result, each time) or
        ``update`` (those that have changed)."""
        check_not_blank("outputMode", outputMode)
        if outputMode.lower() not in _MODES:
            raise IllegalArgumentException(
                errorClass="STREAMING_OUTPUT_MODE.INVALID", messageParameters={"outputMode": outputMode}
            )
        self._mode = outputMode.lower()
        return self

    def queryName(self, queryName: str) -> Self:
        """Names the query; the memory sink's view gets this name."""
        check_not_blank("queryName", queryName)
        self._name = queryName
        return self

    def trigger(
        self,
        *,
        processingTime: str | None = None,
        once: bool | None = None,
        continuous: str | None = None,
        availableNow: bool | None = None,
        realTime: str | None = None,
    ) -> Self:
        """Sets when batches run: every ``processingTime``, ``once``, or until what is ``availableNow`` is processed. One of
        them; without, a batch follows the other. `start` refuses ``continuous`` and ``realTime``."""
        if [processingTime, once, continuous, availableNow, realTime].count(None) != 4:
            raise PySparkValueError(errorClass="ONLY_ALLOW_SINGLE_TRIGGER", messageParameters={})
        for name, interval in (("continuous", continuous), ("realTime", realTime)):
            if interval is not None:
                check_not_blank(name, interval)
                self._trigger = Trigger(name, duration_millis(interval.strip()))
        if processingTime is not None:
            check_not_blank("processingTime", processingTime)
            self._trigger = Trigger("processing", duration_millis(processingTime.strip()))
        for name, flag in (("once", once), ("availableNow", availableNow)):
            if flag is not None and flag is not True:
                shown = {"arg_name": name, "allowed_values": "[True]"}
                raise PySparkValueError(errorClass="VALUE_NOT_ALLOWED", messageParameters=shown)
            if flag:
                self._trigger = Trigger("once" if name == "once" else "available")
        return self

    def foreach(self, f: Any) -> Self:
        """Gives each row to a function, or to an object's ``process``, in the tasks; the object's ``open(partition, batch)``
        says whether it wants the partition, and ``close(error)`` is called at its end."""
        self._format, self._sink = "foreach", ForeachSink(foreach_task(f))
        return self

    def foreachBatch(self, func: Callable[[DataFrame, int], None]) -> Self:
        """Gives each batch to a function, in the driver: its rows as a DataFrame, and its number. After a crash the last
        batch may come again, with the same number."""
        self._format, self._sink = "foreachBatch", ForeachBatchSink(func)
        return self

    def start(
        self,
        path: str | None = None,
        format: str | None = None,
        outputMode: str | None = None,
        partitionBy: Any = None,
        queryName: str | None = None,
        **options: Any,
    ) -> StreamingQuery:
        """Starts the query. Raises AnalysisException for what a stream cannot do."""
        self._given(format, partitionBy, options)._named(outputMode, queryName)
        if path is not None:
            self.option("path", path)
        return self._started()

    def toTable(
        self,
        tableName: str,
        format: str | None = None,
        outputMode: str | None = None,
        partitionBy: Any = None,
        queryName: str | None = None,
        **options: Any,
    ) -> StreamingQuery:
        """Starts the query; its rows go into a table, which is made if there is none. The table must be one that streams
        have written, and no other programs."""
        self._given(format, partitionBy, options)._named(outputMode, queryName)
        if self._partitions:
            raise not_implemented("toTable with partitionBy", "Use start(path), and read the path.")
        self.option("path", self._table(tableName))
        return self._started()

    def _named(self, outputMode: str | None, queryName: str | None) -> None:
        if outputMode is not None:
            self.outputMode(outputMode)
        if queryName is not None:
            self.queryName(queryName)

    def _table(self, name: str) -> str:
        """The directory of a table, which is made if it is not there."""
        spark, parts = self._spark, self._spark._name(name)
        if not spark._table_exists(parts):
            spark.createDataFrame([], self._df.schema).write.format(self._format_or_default()).saveAsTable(name)
            self._make_log(spark._catalog.find_table(parts))
        found = spark._catalog.find_table(parts)
        if found is None or found.location is None:
            raise not_implemented("toTable into a view", "Name a table.")
        location = qualify(found.location)
        if filesystem_of(location).status(join(location, SINK_LOG)) is None:
            raise not_implemented("toTable into a table that others write", "Use foreachBatch and insertInto.")
        self._format = found.provider
        return location

    def _make_log(self, table: Any) -> None:
        """Empties a new table's directory but for the log of what streams write."""
        location = qualify(table.location)
        filesystem_of(location).delete(location)
        filesystem_of(location).make_dirs(join(location, SINK_LOG))

    # --- starting -------------------------------------------------------------------------------------------------

    def _started(self) -> StreamingQuery:
        source = self._format_or_default()
        kind = source.lower()
        self._check_partitions(source)
        if self._trigger.kind in ("continuous", "realTime"):
            raise not_implemented(f"trigger({self._trigger.kind}=...)", "Use processingTime: batches are small.")
        if kind == "memory" and self._name is None:
            raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1194", messageParameters={})
        sink = self._sink if kind in ("foreach", "foreachbatch") else self._sink_of(source)
        assert sink is not None
        plan = inlined(self._df._plan)
        check_stream(plan, self._mode)
        checkpoint, temporary = self._checkpoint(kind)
        if kind == "memory":
            self._check_no_recovery(checkpoint)
        spec = QuerySpec(self._spark, plan, sink, self._mode, self._trigger, self._name, checkpoint, temporary)
        try:
            query = self._spark.streams._start(spec)
        except BaseException:
            if temporary:
                filesystem_of(checkpoint).delete(checkpoint)
            raise
        if isinstance(sink, MemorySink):
            self._spark._catalog.create_view(str(self._name), sink.relation(), True)
        return query

    def _check_partitions(self, source: str) -> None:
        if self._partitions and source.lower() in ("foreachbatch", "foreach", "memory"):
            raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1197", messageParameters={"operation": source})
        names = [name.lower() for name in self._df.columns]
        for name in self._partitions:
            if name.lower() not in names:
                shown = {
                    "columnType": "Partition",
                    "columnName": name,
                    "validColumnNames": ", ".join(self._df.columns),
                }
                raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1196", messageParameters=shown)

    def _sink_of(self, source: str) -> Sink:
        kind = source.lower()
        options = Options(self._options, dict(self._spark.conf._values))
        if kind == "memory":
            return MemorySink(self._df.schema, self._mode == "complete")
        if kind == "console":
            return ConsoleSink(options)
        if kind == "noop":
            return NoopSink()
        if is_file_format(source):
            return self._files(source)
        registered = registered_source(self._spark, source)
        if registered is not None:
            return self._python(registered)
        if kind == "kafka":
            raise not_implemented("The streaming sink kafka", "Use foreachBatch.")
        if kind in ("jdbc", "rate", "rate-micro-batch", "socket"):
            raise UnsupportedOperationException(
                errorClass="_LEGACY_ERROR_TEMP_2049", messageParameters={"className": source, "operator": "writing"}
            )
        format_named(source)
        raise AssertionError(f"{source} is a file format")

    def _files(self, source: str) -> Sink:
        path = self._option("path")
        if path is None:
            raise IllegalArgumentException(errorClass="_LEGACY_ERROR_TEMP_2047", messageParameters={})
        if self._mode != "append":
            raise AnalysisException(
                errorClass="STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE",
                messageParameters={"className": source, "outputMode": self._mode},
            )
        options = self._options_but("path", "checkpointLocation")
        return FileSink(self._spark, path, source, tuple(self._partitions), options)

    def _python(self, registered: RegisteredSource) -> Sink:
        source = registered.open(self._option("path"), self._options)
        writer = source.streamWriter(self._df.schema, self._mode == "complete")
        return PythonSink(checked_kind(writer, DataSourceStreamWriter), source.name())

    def _checkpoint(self, kind: str) -> tuple[str, bool]:
        """The checkpoint directory, and whether it is temporary."""
        given = self._option("checkpointLocation")
        if given is not None:
            return qualify(given), False
        shared = self._spark.conf.get(CHECKPOINTS, None)
        if shared:
            return join(qualify(shared), self._name or str(uuid.uuid4())), False
        if kind in _IN_MEMORY:
            return tempfile.mkdtemp(prefix="temporary-"), True
        raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1298", messageParameters={"config": CHECKPOINTS})

    def _check_no_recovery(self, checkpoint: str) -> None:
        offsets = join(checkpoint, "offsets")
        if self._mode != "complete" and filesystem_of(offsets).status(offsets) is not None:
            raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1299", messageParameters={"checkpointPath": offsets})
