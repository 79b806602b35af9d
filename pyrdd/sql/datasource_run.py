"""Reading from and writing to users' Python data sources.

A read is planned late, when the query's conditions are known: the reader may take some over, says what its
partitions are, and then reads each in a task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pyarrow as pa

from pyrdd.errors import AnalysisException, PySparkRuntimeError, PySparkValueError
from pyrdd.sql.arrow import to_arrow_schema
from pyrdd.sql.datasource import (
    CaseInsensitiveDict,
    DataSource,
    DataSourceArrowWriter,
    DataSourceReader,
    DataSourceStreamWriter,
    DataSourceWriter,
    InputPartition,
    WriterCommitMessage,
    mismatch,
)
from pyrdd.sql.datasource_filters import filter_of
from pyrdd.sql.execution.python_types import Settings, arrow_results
from pyrdd.sql.execution.query import spark_errors
from pyrdd.sql.expressions import Attribute, Expression
from pyrdd.sql.plan import LogicalPlan, PythonSourceScan, RddRelation, attributes_of
from pyrdd.sql.types import DataType, Row, StructType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.session import SparkSession

T = TypeVar("T")

PUSHDOWN = "spark.sql.python.filterPushdown.enabled"


@dataclass(frozen=True)
class RegisteredSource:
    """A source class as the session's catalog holds it."""

    kind: type[DataSource]

    def open(self, path: Any, options: Mapping[str, Any]) -> DataSource:
        """The source for a path and options."""
        made = CaseInsensitiveDict({k: str(v) for k, v in options.items() if v is not None})
        if isinstance(path, (list, tuple)):
            path = path[0] if len(path) == 1 else None
        if path is not None:
            made["path"] = str(path)
        return self.kind(made)

    def load(self, session: SparkSession, path: Any, schema: StructType | None, options: Mapping[str, Any]) -> LogicalPlan:
        """The relation of a read."""
        source = self.open(path, options)
        found = schema_of_source(source, schema)
        return PythonSourceScan(attributes_of(found), SourceRead(session, source, found), found)

    def save(self, session: SparkSession, df: DataFrame, path: Any, mode: str, options: Mapping[str, Any]) -> None:
        """Writes the rows of a DataFrame. Runs a job."""
        check_save_mode(self.kind.name(), mode)
        writer = checked_kind(self.open(path, options).writer(df.schema, mode == "overwrite"), DataSourceWriter)
        run = df._execution
        arrow = isinstance(writer, DataSourceArrowWriter)
        rdd: Any = run.arrow_rdd() if arrow else run.row_rdd()
        written: Any = rdd.mapPartitions(WriteTask(writer, arrow))
        # what a failed write leaves behind is told by the tasks that ended before
        messages: list[Any] = [None] * rdd.getNumPartitions()
        try:
            with spark_errors():
                for index, (message,) in session._sc._job_results(written._node, list):
                    messages[index] = message
        except BaseException:
            writer.abort(messages)
            raise
        writer.commit(messages)


def registered_source(session: SparkSession, name: str) -> RegisteredSource | None:
    """The source class of a name, which may be in any case."""
    return session._catalog.data_sources.get(name.lower())


def check_save_mode(source: str, mode: str) -> None:
    """Sources cannot tell whether there is something already: raises unless rows are added, or replace what there is."""
    if mode not in ("append", "overwrite"):
        shown = {"ignore": "Ignore"}.get(mode, "ErrorIfExists")
        raise AnalysisException(
            errorClass="UNSUPPORTED_DATA_SOURCE_SAVE_MODE",
            messageParameters={"source": source, "createMode": f'"{shown}"'},
        )


def schema_of_source(source: DataSource, given: StructType | None) -> StructType:
    """The schema that the query gives, else the source's own. Raises DATA_SOURCE_TYPE_MISMATCH where that is none."""
    if given is not None:
        return given
    own: Any = source.schema()
    found: Any = DataType.fromDDL(own) if isinstance(own, str) else own
    if not isinstance(found, StructType):
        raise mismatch("the schema to be a 'StructType'", type(found).__name__)
    return found


def python_settings(session: SparkSession) -> Settings:
    """The settings with which a source's rows become columns."""
    conf = dict(session.conf.getAll)
    return Settings.of({**conf, "TimeZone": conf.get("spark.sql.session.timeZone") or "UTC"})


def checked_kind(made: T, kind: type[Any]) -> T:
    """What a user's method gave. Raises DATA_SOURCE_TYPE_MISMATCH unless it is of the kind that it should be."""
    if not isinstance(made, kind):
        raise mismatch(f"an instance of {kind.__name__}", type(made).__name__)
    return made


def _partitions_of(reader: DataSourceReader) -> list[InputPartition]:
    """The partitions of a read; one without a value where the reader has none."""
    whole = [InputPartition(None)]
    try:
        found: Any = reader.partitions()
    except NotImplementedError:
        found = whole
    if not isinstance(found, list):
        raise _bad_partitions("'partitions' to return a list", f"'{type(found).__name__}'")
    if not all(isinstance(partition, InputPartition) for partition in found):
        shown = ", ".join(f"'{type(partition).__name__}'" for partition in found)
        raise _bad_partitions("elements in 'partitions' to be of type 'InputPartition'", shown)
    return found or whole


def _bad_partitions(expected: str, actual: str) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="DATA_SOURCE_TYPE_MISMATCH", messageParameters={"expected": expected, "actual": actual}
    )


@dataclass(eq=False)
class SourceRead:
    """A read that is not planned yet. What is planned is kept: partitions are asked for once for each set of
    conditions."""

    session: SparkSession
    source: DataSource
    schema: StructType
    made: dict[Any, tuple[LogicalPlan, list[Expression]]] = field(default_factory=dict)

    def planned(
        self, columns: tuple[Attribute, ...], conditions: Sequence[Expression]
    ) -> tuple[LogicalPlan, list[Expression]]:
        """The rows as an RDD's, and the conditions that the reader left."""
        key = tuple(conditions)
        if key not in self.made:
            self.made[key] = self._plan(columns, conditions)
        plan, left = self.made[key]
        return plan.copy(columns=columns), left

    def _plan(
        self, columns: tuple[Attribute, ...], conditions: Sequence[Expression]
    ) -> tuple[LogicalPlan, list[Expression]]:
        reader = checked_kind(self.source.reader(self.schema), DataSourceReader)
        left = self._pushed(reader, conditions)
        partitions = _partitions_of(reader)
        task = ReadTask(reader, self.schema, self.source.name(), python_settings(self.session))
        sc = self.session._sc
        rdd = sc.parallelize(partitions, len(partitions)).mapPartitions(task)
        return RddRelation(columns, rdd, self.schema, arrow=True), left

    def _pushed(self, reader: DataSourceReader, conditions: Sequence[Expression]) -> list[Expression]:
        """Offers the conditions that can be told to the reader; those that remain."""
        if type(reader).pushFilters is DataSourceReader.pushFilters:
            return list(conditions)
        if str(self.session.conf.get(PUSHDOWN, "false")).lower() != "true":
            raise AnalysisException(
                errorClass="DATA_SOURCE_PUSHDOWN_DISABLED",
                messageParameters={"type": type(reader).__name__, "conf": PUSHDOWN},
            )
        offered = [(c, f) for c in conditions if (f := filter_of(c)) is not None]
        if not offered:
            return list(conditions)
        returned = list(reader.pushFilters([f for _, f in offered]))
        refused = {id(f) for f in returned}
        extra = refused - {id(f) for _, f in offered}
        if extra:
            raise PySparkValueError(
                errorClass="DATA_SOURCE_EXTRANEOUS_FILTERS",
                messageParameters={
                    "type": type(reader).__name__,
                    "input": str([f for _, f in offered]),
                    "extraneous": str([f for f in returned if id(f) in extra]),
                },
            )
        taken = {id(c) for c, f in offered if id(f) not in refused}
        return [c for c in conditions if id(c) not in taken]


class PartitionReader(Protocol):
    """What a task needs of a reader."""

    def read(self, partition: InputPartition) -> Iterator[Any]:
        """The rows of a partition."""


@dataclass(frozen=True)
class ReadTask:
    """Reads one partition."""

    reader: PartitionReader
    schema: StructType
    name: str
    settings: Settings

    def __call__(self, partitions: Iterator[InputPartition]) -> Iterator[pa.Table]:
        for partition in partitions:
            rows = self.reader.read(partition)
            if not isinstance(rows, Iterator):
                raise self._wrong(rows, "iterator")
            yield from self._tables(rows)

    def _tables(self, rows: Iterator[Any]) -> Iterator[pa.Table]:
        nothing = object()
        first = next(rows, nothing)
        if first is nothing:
            return
        rows = chain([first], rows)
        if isinstance(first, pa.RecordBatch):
            self._check_batch(first)
            yield from (pa.Table.from_batches([batch]) for batch in rows)
            return
        while piece := list(islice(rows, self.settings.batch_rows)):
            yield self._table([self._checked(row) for row in piece])

    def _table(self, rows: list[Any]) -> pa.Table:
        columns = list(zip(*rows, strict=True))
        fields = self.schema.fields
        arrays = [arrow_results(list(v), f.dataType, self.settings) for v, f in zip(columns, fields, strict=True)]
        return pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))])

    def _checked(self, row: Any) -> Sequence[Any]:
        names = self.schema.names
        if hasattr(row, "__len__") and len(row) != len(names):
            raise self._not_schema(len(names), len(row))
        if not isinstance(row, (list, tuple)):
            raise self._wrong(row, "tuple, list, `pyspark.sql.types.Row`, `pyarrow.RecordBatch`")
        if isinstance(row, Row) and hasattr(row, "__fields__"):
            if set(row.__fields__) != set(names):
                raise self._not_schema(names, row.__fields__)
            return [row[name] for name in names]
        return row

    def _check_batch(self, batch: pa.RecordBatch) -> None:
        wanted = to_arrow_schema(self.schema)
        if batch.num_columns != len(wanted):
            raise self._not_schema(len(wanted), batch.num_columns)
        if set(self.schema.names) - set(batch.schema.names):
            raise self._not_schema(self.schema.names, batch.schema.names)
        if not wanted.equals(batch.schema):
            raise self._not_schema(wanted, batch.schema)

    def _not_schema(self, expected: Any, actual: Any) -> PySparkRuntimeError:
        return PySparkRuntimeError(
            errorClass="DATA_SOURCE_RETURN_SCHEMA_MISMATCH",
            messageParameters={"expected": str(expected), "actual": str(actual)},
        )

    def _wrong(self, value: Any, supported: str) -> PySparkRuntimeError:
        return PySparkRuntimeError(
            errorClass="DATA_SOURCE_INVALID_RETURN_TYPE",
            messageParameters={"type": type(value).__name__, "name": self.name, "supported_types": supported},
        )


@dataclass(frozen=True)
class WriteTask:
    """Writes one partition; its record is the message of the writer."""

    writer: DataSourceWriter | DataSourceStreamWriter
    arrow: bool

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        if self.arrow:
            given: Iterator[Any] = (batch for table in records for batch in table.to_batches())
        else:
            given = iter(records)
        message = self.writer.write(given)
        yield message if message is None else checked_kind(message, WriterCommitMessage)
