"""Where the rows of a micro-batch go. A batch may come again after a crash, with the same number and the same rows; sinks
that must not have them twice (files, Python writers that care) look at the number."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from pyrdd.errors import PySparkAttributeError, PySparkRuntimeError
from pyrdd.io.filesystem import filesystem_of, join, qualify, to_uri
from pyrdd.sql.arrow import to_arrow_schema
from pyrdd.sql.datasource import DataSourceStreamArrowWriter, DataSourceStreamWriter
from pyrdd.sql.datasource_run import WriteTask
from pyrdd.sql.execution.query import spark_errors
from pyrdd.sql.file_writes import run_write
from pyrdd.sql.foreign_sources import discard
from pyrdd.sql.plan import LocalRelation, LogicalPlan, PythonSourceScan, attributes_of
from pyrdd.sql.sources import FileWriteJob, Options, format_named
from pyrdd.sql.sources.listing import SINK_LOG
from pyrdd.sql.streaming.log import BatchLog
from pyrdd.sql.types import StructType
from pyrdd.taskcontext import TaskContext

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.session import SparkSession

BATCH_ID = "streaming.sql.batchId"
"""The local property that tells tasks the number of the batch."""


class Sink(Protocol):
    """Takes the batches of one query."""

    @property
    def description(self) -> str:
        """How progress reports name the sink."""

    def add_batch(self, batch_id: int, df: DataFrame) -> int | None:
        """Stores the rows of a batch; how many there are, if it knows."""


@dataclass(eq=False)
class MemorySink:
    """The rows in the driver, as a temporary view with the query's name. It is there as long as the session."""

    schema: StructType
    complete: bool
    tables: list[pa.Table] = field(default_factory=list)
    description = "MemorySink"

    def add_batch(self, batch_id: int, df: DataFrame) -> int:
        """Adds the rows, or puts them in the place of all the others (output mode complete)."""
        table = df._execution.to_table()
        if self.complete:
            self.tables = [table]
        else:
            self.tables.append(table)
        return int(table.num_rows)

    def relation(self) -> LogicalPlan:
        """A relation of the rows that are there when it is read."""
        return PythonSourceScan(attributes_of(self.schema), self, self.schema)

    def planned(self, columns: tuple[Any, ...], conditions: Sequence[Any]) -> tuple[LogicalPlan, list[Any]]:
        """What a query that reads the view now sees (see `datasource_run.SourceRead`)."""
        names = [f"c{i}" for i in range(len(columns))]
        tables = [table.rename_columns(names) for table in self.tables]
        if not tables:
            kinds = [f.type for f in to_arrow_schema(self.schema)]
            tables = [pa.table([pa.array([], kind) for kind in kinds], names=names)]
        return LocalRelation(columns, pa.concat_tables(tables)), list(conditions)


@dataclass(eq=False)
class ConsoleSink:
    """Prints each batch to the standard output of the process, as Spark does: not to what a program has put in the place of
    `sys.stdout`. Options: numRows, truncate."""

    options: Options
    description = "ConsoleTable"

    def add_batch(self, batch_id: int, df: DataFrame) -> None:
        """Prints the rows below the number of the batch."""
        rule = "-" * 43
        truncate: Any = self.options.boolean("truncate", True)
        shown = df._show_string(self.options.integer("numRows", 20), truncate)
        print(f"{rule}\nBatch: {batch_id}\n{rule}\n{shown}", file=sys.__stdout__, flush=True)


class NoopSink:
    """Computes the rows and forgets them."""

    description = "NoopTable"

    def add_batch(self, batch_id: int, df: DataFrame) -> None:
        """Computes the rows."""
        discard(df)


@dataclass(eq=False)
class ForeachBatchSink:
    """Gives each batch to a function, in the driver."""

    function: Callable[[DataFrame, int], Any]
    description = "ForeachBatchSink"

    def add_batch(self, batch_id: int, df: DataFrame) -> None:
        """Calls the function with the rows as a DataFrame, which is no stream."""
        self.function(df, batch_id)


@dataclass(eq=False)
class ForeachSink:
    """Gives each row to a function, or to the methods open, process and close of an object, in the tasks."""

    task: Callable[[int, Iterator[Any]], Iterator[Any]]
    description = "ForeachWriterTable"

    def add_batch(self, batch_id: int, df: DataFrame) -> None:
        """Runs a job of one task for each partition."""
        with spark_errors():
            df._execution.row_rdd().mapPartitionsWithIndex(self.task).count()


def foreach_task(f: Any) -> Callable[[int, Iterator[Any]], Iterator[Any]]:
    """What a task of `foreach` does. Raises ATTRIBUTE_NOT_CALLABLE for an object without ``process``."""
    if callable(f):
        return partial(_each_row, f)
    if not callable(getattr(f, "process", None)):
        raise _not_callable("process")
    for name in ("open", "close"):
        if not callable(getattr(f, name, len)):
            raise _not_callable(name)
    return partial(_each_partition, f)


def _not_callable(name: str) -> PySparkAttributeError:
    return PySparkAttributeError(
        errorClass="ATTRIBUTE_NOT_CALLABLE", messageParameters={"attr_name": name, "obj_name": "f"}
    )


def _each_row(f: Callable[[Any], Any], index: int, rows: Iterator[Any]) -> Iterator[Any]:
    for row in rows:
        f(row)
    return iter(())


def _each_partition(f: Any, index: int, rows: Iterator[Any]) -> Iterator[Any]:
    context = TaskContext.get()
    batch = None if context is None else context.getLocalProperty(BATCH_ID)
    if batch is None:
        raise PySparkRuntimeError(errorClass="CANNOT_GET_BATCH_ID", messageParameters={"obj_name": "TaskContext"})
    wanted = f.open(index, int(batch)) if hasattr(f, "open") else True
    error: Exception | None = None
    try:
        if wanted:
            for row in rows:
                f.process(row)
    except Exception as raised:
        error = raised
        raise
    finally:
        if hasattr(f, "close"):
            f.close(error)
    return iter(())


@dataclass(eq=False)
class FileSink:
    """Files in a directory. A batch counts once it is in the directory's log, ``_spark_metadata``: readers see the files
    that are named there and no others, so that each row is there once."""

    session: SparkSession
    path: str
    format: str
    partitions: tuple[str, ...]
    options: dict[str, Any]

    def __post_init__(self) -> None:
        self._root = qualify(self.path)
        self._log = BatchLog(join(self._root, SINK_LOG))

    @property
    def description(self) -> str:
        """How progress reports name the sink."""
        return f"FileSink[{to_uri(self._root)}]"

    def add_batch(self, batch_id: int, df: DataFrame) -> int | None:
        """Writes the rows, then their files' names; nothing if the batch is in the log already."""
        if self._log.get(batch_id) is not None:
            return None
        options = Options(self.options, dict(self.session.conf._values))
        kind = format_named(self.format)
        job = FileWriteJob(self._root, kind, df.schema, self.partitions, 0, (), "append", options)
        commits = run_write(df, job)
        fs = filesystem_of(self._root)
        fs.delete(join(self._root, "_SUCCESS"))
        self._log.add(batch_id, [self._entry(name) for commit in commits for name in commit.files])
        return sum(commit.rows for commit in commits)

    def _entry(self, name: str) -> str:
        path = join(self._root, name)
        status = filesystem_of(path).status(path)
        shown = {
            "path": to_uri(path),
            "size": 0 if status is None else status.size,
            "isDir": False,
            "modificationTime": int(filesystem_of(path).modified(path) * 1000),
            "blockReplication": 1,
            "blockSize": 33554432,
            "action": "add",
        }
        return json.dumps(shown, separators=(",", ":"))


@dataclass(eq=False)
class PythonSink:
    """A stream writer of a user's Python data source."""

    writer: DataSourceStreamWriter
    name: str

    @property
    def description(self) -> str:
        """How progress reports name the sink."""
        return self.name

    def add_batch(self, batch_id: int, df: DataFrame) -> None:
        """Writes in the tasks, then tells the writer in the driver."""
        run = df._execution
        arrow = isinstance(self.writer, DataSourceStreamArrowWriter)
        rdd: Any = run.arrow_rdd() if arrow else run.row_rdd()
        messages: list[Any] = []
        try:
            with spark_errors():
                messages = rdd.mapPartitions(WriteTask(self.writer, arrow)).collect()
        except BaseException:
            self.writer.abort([None] * rdd.getNumPartitions(), batch_id)
            raise
        self.writer.commit(messages, batch_id)
