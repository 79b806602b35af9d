"""What the DataFrame layer knows of files: entries, listings, options, and what a file format must be able to do.

    paths --list_files--> Listing --infer_schema--> StructType
    Listing + StructType --scan_sql--> text of a DuckDB FROM clause     (one vectorised query reads all files)
                         --read------> Arrow record batches, file by file (always works)
    Arrow tables --open_writer--> files, under the commit protocol of `pyrdd.sql.sources.write`

Everything here is a value that pickles: the driver plans with it, tasks carry it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from pyrdd.errors import IllegalArgumentException

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.types import StructType

DEFAULT_SETTINGS: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.caseSensitive": "false",
    "spark.sql.columnNameOfCorruptRecord": "_corrupt_record",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.maxRecordsPerFile": "0",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "true",
    "spark.sql.sources.partitionOverwriteMode": "static",
    "spark.sql.sources.validatePartitionColumns": "true",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.compression.codec": "snappy",
    "spark.sql.parquet.mergeSchema": "false",
    "spark.sql.parquet.binaryAsString": "false",
    "spark.sql.parquet.int96AsTimestamp": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.respectSummaryFiles": "false",
    "spark.sql.orc.compression.codec": "zstd",
    "spark.sql.orc.mergeSchema": "false",
    "spark.sql.csv.parser.columnPruning.enabled": "true",
    "spark.sql.json.enablePartialResults": "true",
    "spark.sql.json.enableExactStringParsing": "true",
    "spark.sql.jsonGenerator.ignoreNullFields": "true",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "true",
}
"""The settings that sources read, with Spark's defaults; an `Options` may carry others. (Timestamps in Parquet are
written as TIMESTAMP_MICROS, which all readers know, where Spark still writes INT96.)"""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a data set: its qualified path, bytes, modification time (seconds since 1970) and the values of the
    partition columns that its directories name, in the order of the listing's partition schema: dates in days since
    1970, times and timestamps in microseconds, the others as Python has them.

    It may stand for a part of the file: the lines (row groups, stripes) that begin behind ``start``, up to ``stop``.
    """

    path: str
    size: int
    modified: float
    partition_values: tuple[Any, ...] = ()
    start: int = 0
    stop: int | None = None

    @property
    def block(self) -> tuple[int, int]:
        """Where the part begins, and its length."""
        return self.start, (self.size if self.stop is None else self.stop) - self.start

    def part(self, start: int, stop: int) -> FileEntry:
        """The part between two offsets."""
        return replace(self, start=start, stop=stop)


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a data set, its partition columns, and the directories (or files) that the user named."""

    files: tuple[FileEntry, ...]
    partition_schema: StructType
    root: tuple[str, ...]


class Options(Mapping[str, str]):
    """The options of a read or write: names in any case, values as text; with the session's settings at hand.

    >>> options = Options({"Header": True, "sep": ";"})
    >>> options["HEADER"], options.boolean("header", False), options.get("quote")
    ('true', True, None)
    """

    __slots__ = ("_original", "_settings", "_values")

    def __init__(self, values: Mapping[str, Any] | None = None, settings: Mapping[str, str] | None = None) -> None:
        self._original = {str(name): _text(value) for name, value in (values or {}).items() if value is not None}
        self._values = {name.lower(): value for name, value in self._original.items()}
        self._settings = dict(settings or {})

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._original)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __repr__(self) -> str:
        return f"Options({self._original!r})"

    def __hash__(self) -> int:
        return hash((frozenset(self._values.items()), frozenset(self._settings.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Options) and (self._values, self._settings) == (other._values, other._settings)

    def __reduce__(self) -> tuple[Any, ...]:
        return Options, (self._original, self._settings)

    def first(self, *names: str, default: str) -> str:
        """The value of the first name that is set (an option and its aliases)."""
        return next((self[name] for name in names if name in self), default)

    def setting(self, key: str) -> str:
        """A session setting: the session's value, else Spark's default."""
        return self._settings.get(key, DEFAULT_SETTINGS.get(key, ""))

    def setting_flag(self, key: str) -> bool:
        """A boolean session setting."""
        return self.setting(key).lower() == "true"

    def boolean(self, name: str, default: bool) -> bool:
        """An option that is true or false, in any case; anything else raises `IllegalArgumentException`."""
        text = self.get(name)
        if text is None:
            return default
        if text.lower() not in ("true", "false"):
            raise IllegalArgumentException(f'For input string: "{text}"')
        return text.lower() == "true"

    def integer(self, name: str, default: int) -> int:
        """An option that is a whole number; anything else raises `IllegalArgumentException`."""
        text = self.get(name)
        if text is None:
            return default
        try:
            return int(text)
        except ValueError:
            raise IllegalArgumentException(f'For input string: "{text}"') from None

    def decimal(self, name: str, default: float) -> float:
        """An option that is a number; anything else raises `IllegalArgumentException`."""
        text = self.get(name)
        if text is None:
            return default
        try:
            return float(text)
        except ValueError:
            raise IllegalArgumentException(f'For input string: "{text}"') from None

    def replaced(self, **values: Any) -> Options:
        """These options with some values set, or removed where the value is ``None``."""
        kept = {name: value for name, value in self._original.items() if name.lower() not in _lower(values)}
        return Options(kept | values, self._settings)

    @property
    def timezone(self) -> str:
        """The zone in which timestamps without one are read and written."""
        return self.get("timeZone") or self.setting("spark.sql.session.timeZone")

    @property
    def settings(self) -> Mapping[str, str]:
        """The session's settings as they were given."""
        return self._settings


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lower(names: Mapping[str, Any]) -> set[str]:
    return {name.lower() for name in names}


class Writer(Protocol):
    """One output file. `close` completes it; `abort` gives up and leaves nothing open."""

    def write(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


class FileFormat(Protocol):
    """How a kind of file is read and written. Formats are stateless values; options say the rest."""

    @property
    def name(self) -> str:
        """The short name (``"csv"``)."""

    def infer_schema(self, files: Sequence[FileEntry], options: Options) -> StructType:
        """The columns in the files, as Spark infers them, without partition columns.

        Raises `AnalysisException` ``UNABLE_TO_INFER_SCHEMA`` when the files do not tell.
        """

    def scan_sql(self, files: Sequence[FileEntry], schema: StructType, options: Options) -> str | None:
        """A relation of DuckDB's SQL (to stand after ``FROM``) whose columns are the schema's, in order, with
        Spark's values; ``None`` when only `read` gives these."""

    def read(
        self, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The file's rows (or those of its part) as batches of the Arrow schema of ``schema``, or of its ``columns`` in
        that order.

        ``schema`` is the data schema as declared or inferred: columns that are only placed by position (csv) need
        all of it.
        """

    def check_read(self, schema: StructType, options: Options) -> None:
        """Raises `AnalysisException` for a column type that the format cannot hold, or options without meaning."""

    def check_write(self, schema: StructType, options: Options) -> None:
        """The same for writing."""

    def extension(self, options: Options) -> str:
        """The end of file names (``".snappy.parquet"``); raises for a compression codec that is not known."""

    def open_writer(self, path: str, schema: StructType, options: Options) -> Writer:
        """A writer of one new file."""
