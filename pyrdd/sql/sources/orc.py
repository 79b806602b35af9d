"""ORC, through Arrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import orc

from pyrdd.errors import IllegalArgumentException
from pyrdd.io.filesystem import filesystem_of, to_uri
from pyrdd.sql.sources.base import FileEntry, Options, Writer
from pyrdd.sql.sources.columns import arrow_schema, conform_batch, find_field, selected
from pyrdd.sql.sources.errors import analysis_error, not_implemented, runtime_error
from pyrdd.sql.sources.foreign_types import spark_type
from pyrdd.sql.sources.merging import merge_schemas
from pyrdd.sql.sources.parquet import open_file
from pyrdd.sql.sources.support import check_types
from pyrdd.sql.types import DataType, StructField, StructType, TimestampNTZType

_NOTE = b"spark.sql.catalyst.type"
_GREGORIAN = -141_427  # 1582-10-15, the first day that all calendars agree on
_CODECS = {
    "none": ("uncompressed", ""),
    "uncompressed": ("uncompressed", ""),
    "snappy": ("snappy", ".snappy"),
    "zlib": ("zlib", ".zlib"),
    "zstd": ("zstd", ".zstd"),
    "lz4": ("lz4", ".lz4"),
}


@dataclass(frozen=True, slots=True)
class OrcFormat:
    """Apache ORC."""

    name: str = "orc"

    def infer_schema(self, files: Sequence[FileEntry], options: Options) -> StructType:
        """The columns of the first file, or of all with ``mergeSchema``."""
        if not files:
            raise analysis_error("UNABLE_TO_INFER_SCHEMA", format="ORC")
        if options.boolean("mergeSchema", options.setting_flag("spark.sql.orc.mergeSchema")):
            return merge_schemas([_schema(file.path, options) for file in files], options)
        return _schema(files[0].path, options)

    def scan_sql(self, files: Sequence[FileEntry], schema: StructType, options: Options) -> str | None:
        """DuckDB reads no ORC."""
        return None

    def read(
        self, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The stripes of a file. Columns that the file lacks are null."""
        target = arrow_schema(selected(schema, columns))
        sensitive = options.setting_flag("spark.sql.caseSensitive")
        source = _open(file.path)
        have = source.schema
        found = [find_field(have, name, sensitive) for name in target.names]
        names = [have.names[at] for at in found if at is not None]
        for stripe in _stripes(source.nstripes, file):
            batch = source.read_stripe(stripe, columns=names or have.names[:1])
            _check_dates(batch, file.path)
            yield conform_batch(batch, target, sensitive)

    def check_read(self, schema: StructType, options: Options) -> None:
        check_types(schema, "ORC", _supported)

    def check_write(self, schema: StructType, options: Options) -> None:
        check_types(schema, "ORC", _supported)
        for field in schema.fields:
            if "timestamp_ntz" in field.dataType.simpleString() and not isinstance(field.dataType, TimestampNTZType):
                raise not_implemented("Writing TIMESTAMP_NTZ inside of other types to ORC", "Use Parquet.")

    def extension(self, options: Options) -> str:
        return _codec(options)[1] + ".orc"

    def open_writer(self, path: str, schema: StructType, options: Options) -> Writer:
        return _OrcWriter(path, schema, options)


def _without_offset(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with its values in arrays of their own: Arrow's ORC writer takes the fields of a sliced struct from
    the start of the array."""
    if not pa.types.is_nested(column.type) or not any(chunk.offset for chunk in column.chunks):
        return column
    return column.take(pa.array(range(len(column)), pa.int64()))


def _stripes(count: int, file: FileEntry) -> range:
    """The stripes of a part of the file, as if they were of one size: Arrow does not tell where they begin."""
    start, length = file.block
    if not file.size or (start == 0 and length == file.size):
        return range(count)
    return range(-(-start * count // file.size), -(-(start + length) * count // file.size))


class _OrcWriter:
    def __init__(self, path: str, schema: StructType, options: Options) -> None:
        self._stream = filesystem_of(path).open_write(path)
        self._writer = orc.ORCWriter(self._stream, compression=_codec(options)[0])
        self._stored = pa.schema([_stored(field) for field in arrow_schema(schema)])
        # a file without rows has its columns all the same
        self._writer.write(self._stored.empty_table())

    def write(self, table: pa.Table) -> None:
        whole = pa.table([_without_offset(column) for column in table.columns], schema=table.schema)
        self._writer.write(whole.cast(self._stored) if whole.schema.types != self._stored.types else whole)

    def close(self) -> None:
        self._writer.close()
        self._stream.close()

    def abort(self) -> None:
        self._stream.close()


def _codec(options: Options) -> tuple[str, str]:
    default = options.setting("spark.sql.orc.compression.codec")
    name = options.first("compression", "orc.compress", default=default)
    if name.lower() not in _CODECS:
        shown = {"codecName": name, "availableCodecs": ", ".join(sorted(_CODECS))}
        raise IllegalArgumentException(
            errorClass="CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", messageParameters=shown
        )
    return _CODECS[name.lower()]


def _stored(field: pa.Field) -> pa.Field:
    """ORC has no timestamps without a zone: as Spark does, they are numbers with a note."""
    if pa.types.is_timestamp(field.type) and field.type.tz is None:
        return pa.field(field.name, pa.int64(), metadata={_NOTE: b"timestamp_ntz"})
    return field


def _field(one: pa.Field, options: Options) -> StructField:
    if (one.metadata or {}).get(_NOTE) == b"timestamp_ntz":
        return StructField(one.name, TimestampNTZType())
    return StructField(one.name, spark_type(one.type, "ORC", one.name, True, options))


def _check_dates(batch: pa.RecordBatch, path: str) -> None:
    """Old dates are in another calendar in files of some writers, and the files do not say so."""
    for column in batch.columns:
        if pa.types.is_date32(column.type) and pc.any(pc.less(column.cast(pa.int32()), _GREGORIAN)).as_py():
            raise not_implemented(f"Dates before 1582-10-15 in the ORC file {path}", "Use Parquet for them.")


def _open(path: str) -> orc.ORCFile:
    try:
        return orc.ORCFile(open_file(path))
    except pa.ArrowInvalid as error:
        raise runtime_error("FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", path=to_uri(path), format="ORC") from error


def _schema(path: str, options: Options) -> StructType:
    return StructType([_field(one, options) for one in _open(path).schema])


def _supported(kind: DataType) -> bool:
    return kind.typeName() not in ("void", "calendarinterval", "interval", "time", "variant")
