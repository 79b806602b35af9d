"""Python data sources: classes of the user's that `spark.read.format(name)` reads from and `df.write.format(name)`
writes to.

    class Numbers(DataSource):            a source: its name, its schema, its readers and writers
        def schema(self): ...
        def reader(self, schema): ...     DataSourceReader: partitions, and the rows of each
        def writer(self, schema, overwrite): ...
    spark.dataSource.register(Numbers)

Reading and writing are planned in `pyrdd.sql.datasource_run`, streams in `pyrdd.sql.streaming`.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections import UserDict
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkAssertionError, PySparkException, PySparkNotImplementedError, PySparkTypeError
from pyrdd.sql.streaming.datasource import ReadAllAvailable, ReadLimit
from pyrdd.sql.types import Row, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.session import SparkSession

__all__ = [
    "DataSource",
    "DataSourceReader",
    "DataSourceStreamReader",
    "DataSourceWriter",
    "DataSourceArrowWriter",
    "DataSourceStreamWriter",
    "DataSourceStreamArrowWriter",
    "SimpleDataSourceStreamReader",
    "DataSourceRegistration",
    "InputPartition",
    "WriterCommitMessage",
    "Filter",
    "EqualTo",
    "EqualNullSafe",
    "GreaterThan",
    "GreaterThanOrEqual",
    "LessThan",
    "LessThanOrEqual",
    "In",
    "IsNull",
    "IsNotNull",
    "Not",
    "StringStartsWith",
    "StringEndsWith",
    "StringContains",
]


def _not_there(feature: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": feature})


def mismatch(expected: str, actual: str, kind: type[PySparkException] = PySparkAssertionError) -> PySparkException:
    """DATA_SOURCE_TYPE_MISMATCH, as the given kind of error."""
    shown = {"expected": expected, "actual": f"'{actual}'"}
    return kind(errorClass="DATA_SOURCE_TYPE_MISMATCH", messageParameters=shown)


class DataSource(ABC):
    """A source of rows, or a place for them. Subclasses say what they can do by the methods that they have.

    >>> class Numbers(DataSource):
    ...     @classmethod
    ...     def name(cls): return "numbers"
    ...     def schema(self): return "n int"
    ...     def reader(self, schema): return NumbersReader()
    >>> class NumbersReader(DataSourceReader):
    ...     def read(self, partition): yield (1,)
    >>> spark.dataSource.register(Numbers)
    >>> spark.read.format("numbers").load().collect()
    [Row(n=1)]
    """

    def __init__(self, options: MutableMapping[str, str]) -> None:
        self.options = options

    @classmethod
    def name(cls) -> str:
        """The name for `format`; that of the class unless overridden."""
        return cls.__name__

    def schema(self) -> StructType | str:
        """The schema, where the reader of the source gives none."""
        raise _not_there("schema")

    def reader(self, schema: StructType) -> DataSourceReader:
        """A reader of the rows."""
        raise _not_there("reader")

    def writer(self, schema: StructType, overwrite: bool) -> DataSourceWriter:
        """A writer of rows."""
        raise _not_there("writer")

    def streamWriter(self, schema: StructType, overwrite: bool) -> DataSourceStreamWriter:
        """A writer of the batches of a stream."""
        raise _not_there("streamWriter")

    def simpleStreamReader(self, schema: StructType) -> SimpleDataSourceStreamReader:
        """A simple reader of a stream, which reads in the driver."""
        raise _not_there("simpleStreamReader")

    def streamReader(self, schema: StructType) -> DataSourceStreamReader:
        """A reader of a stream. Where there is none, `simpleStreamReader` is asked."""
        raise _not_there("streamReader")


ColumnPath = tuple[str, ...]
"""A column's name, or the names on the way to a field of a struct."""


@dataclass(frozen=True)
class Filter(ABC):
    """A condition that a reader may take over from the query (`DataSourceReader.pushFilters`)."""


@dataclass(frozen=True)
class ColumnFilter(Filter):
    """A condition on a column."""

    attribute: ColumnPath


@dataclass(frozen=True)
class ValueFilter(ColumnFilter):
    """A condition on a column and a value."""

    value: Any


class EqualTo(ValueFilter):
    """``attribute = value``."""


class EqualNullSafe(ValueFilter):
    """``attribute <=> value``."""


class GreaterThan(ValueFilter):
    """``attribute > value``."""


class GreaterThanOrEqual(ValueFilter):
    """``attribute >= value``."""


class LessThan(ValueFilter):
    """``attribute < value``."""


class LessThanOrEqual(ValueFilter):
    """``attribute <= value``."""


class In(ValueFilter):
    """``attribute IN (value, ...)``."""

    value: tuple[Any, ...]


class IsNull(ColumnFilter):
    """``attribute IS NULL``."""


class IsNotNull(ColumnFilter):
    """``attribute IS NOT NULL``."""


@dataclass(frozen=True)
class Not(Filter):
    """``NOT child``."""

    child: Filter


class StringStartsWith(ValueFilter):
    """``attribute LIKE 'value%'``."""

    value: str


class StringEndsWith(ValueFilter):
    """``attribute LIKE '%value'``."""

    value: str


class StringContains(ValueFilter):
    """``attribute LIKE '%value%'``."""

    value: str


class InputPartition:
    """What one task reads; subclass it, or put anything that pickles in ``value``.

    >>> InputPartition(3)
    InputPartition(value=3)
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({shown})"


class DataSourceReader(ABC):
    """Reads the rows of a source. It is made in the driver and pickled for the tasks."""

    def pushFilters(self, filters: list[Filter]) -> Iterable[Filter]:
        """Takes over some conditions; those that it returns are left to the query. Needs
        ``spark.sql.python.filterPushdown.enabled``."""
        return filters

    def partitions(self) -> Sequence[InputPartition]:
        """What the tasks read, one each."""
        return [InputPartition(None)]

    @abstractmethod
    def read(self, partition: InputPartition) -> Iterator[Any]:
        """The rows of a partition, as tuples, lists, rows, or Arrow record batches."""


class DataSourceStreamReader(ABC):
    """Reads a stream: says from where to where a batch goes, by offsets, and reads its partitions in tasks. Offsets are
    dictionaries of texts, numbers and booleans."""

    def initialOffset(self) -> dict[str, Any]:
        """Where the stream begins."""
        raise _not_there("initialOffset")

    def latestOffset(self, start: dict[str, Any], limit: ReadLimit) -> dict[str, Any]:
        """Where the next batch ends: ``start`` if there is nothing new. ``limit`` says how much it may hold.

        >>> from pyrdd.sql.streaming.datasource import ReadAllAvailable
        >>> class Numbers(DataSourceStreamReader):
        ...     def latestOffset(self, start, limit): return {"n": start["n"] + 10}
        ...     def read(self, partition): yield (1,)
        >>> Numbers().latestOffset({"n": 0}, ReadAllAvailable())
        {'n': 10}
        """
        raise _not_there("latestOffset")

    def getDefaultReadLimit(self) -> ReadLimit:
        """How much a batch may hold; everything unless overridden."""
        return ReadAllAvailable()

    def reportLatestOffset(self) -> dict[str, Any] | None:
        """Where the stream ends for now, for reports; None if that is not known."""
        return None

    def partitions(self, start: dict[str, Any], end: dict[str, Any]) -> Sequence[InputPartition]:
        """What the tasks read."""
        raise _not_there("partitions")

    @abstractmethod
    def read(self, partition: InputPartition) -> Iterator[Any]:
        """The rows of a partition."""

    def commit(self, end: dict[str, Any]) -> None:
        """Called when all up to here is processed."""

    def stop(self) -> None:
        """Called at the end."""


class SimpleDataSourceStreamReader(ABC):
    """Reads a stream in the driver: `read` gives the rows from an offset on, and where they end. For little data."""

    def initialOffset(self) -> dict[str, Any]:
        """Where the stream begins."""
        raise _not_there("initialOffset")

    def read(self, start: dict[str, Any]) -> tuple[Iterator[Any], dict[str, Any]]:
        """The rows from here, and where they end."""
        raise _not_there("read")

    def readBetweenOffsets(self, start: dict[str, Any], end: dict[str, Any]) -> Iterator[Any]:
        """The same rows again."""
        raise _not_there("readBetweenOffsets")

    def commit(self, end: dict[str, Any]) -> None:
        """Called when all up to here is processed."""


class DataSourceWriter(ABC):
    """Writes rows. It is made in the driver and pickled for the tasks."""

    @abstractmethod
    def write(self, iterator: Iterator[Row]) -> WriterCommitMessage:
        """Writes the rows of one task; the message goes to `commit` or `abort`."""

    def commit(self, messages: list[WriterCommitMessage | None]) -> None:
        """Called in the driver when all tasks have written."""

    def abort(self, messages: list[WriterCommitMessage | None]) -> None:
        """Called in the driver when a task failed; its message is None."""


class DataSourceArrowWriter(DataSourceWriter):
    """A writer that is given Arrow record batches."""

    @abstractmethod
    def write(self, iterator: Iterator[pa.RecordBatch]) -> WriterCommitMessage:
        """Writes the batches of one task."""


class DataSourceStreamWriter(ABC):
    """Writes the batches of a stream: `write` runs in tasks, `commit` and `abort` in the driver."""

    @abstractmethod
    def write(self, iterator: Iterator[Any]) -> WriterCommitMessage:
        """Writes the rows of one task."""

    def commit(self, messages: list[WriterCommitMessage | None], batchId: int) -> None:
        """Called when all tasks of a batch have written."""

    def abort(self, messages: list[WriterCommitMessage | None], batchId: int) -> None:
        """Called when a task of a batch failed."""


class DataSourceStreamArrowWriter(DataSourceStreamWriter):
    """A writer of streams that is given Arrow record batches."""


class WriterCommitMessage:
    """What a task tells about its writing; subclass it."""


class DataSourceRegistration:
    """`SparkSession.dataSource`: gives Python data sources their names."""

    def __init__(self, sparkSession: SparkSession) -> None:
        self.sparkSession = sparkSession

    def register(self, dataSource: type[DataSource]) -> None:
        """Makes a source known under its name. Raises DATA_SOURCE_TYPE_MISMATCH for anything that is none."""
        from pyrdd.sql.datasource_run import RegisteredSource  # here: it loads the engine

        if not (isinstance(dataSource, type) and issubclass(dataSource, DataSource)):
            raise mismatch("a subclass of DataSource", type(dataSource).__name__)
        if not inspect.ismethod(dataSource.name):
            raise mismatch("'name()' method to be a classmethod", type(dataSource.name).__name__, PySparkTypeError)
        self.sparkSession._catalog.data_sources[dataSource.name().lower()] = RegisteredSource(dataSource)


class CaseInsensitiveDict(UserDict[str, Any]):
    """Options, whose names have no case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.update(*args, **kwargs)

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key.lower(), value)

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(key.lower())

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key.lower())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and super().__contains__(key.lower())

    def copy(self) -> CaseInsensitiveDict:
        """Another one with the same options."""
        return type(self)(self)
