"""Parquet: Spark's schema from the footer, scans by DuckDB, files with Spark's names and metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pyrdd.errors import IllegalArgumentException
from pyrdd.io.filesystem import filesystem_of, scheme_of, to_uri
from pyrdd.sql.sources.base import FileEntry, Options, Writer
from pyrdd.sql.sources.columns import arrow_schema, conform_batch, find_field, nullable, selected
from pyrdd.sql.sources.duck import duck_type, path_list, quoted
from pyrdd.sql.sources.errors import analysis_error, runtime_error
from pyrdd.sql.sources.foreign_types import spark_type
from pyrdd.sql.sources.merging import merge_schemas
from pyrdd.sql.sources.support import check_types
from pyrdd.sql.types import (
    ArrayType,
    DataType,
    DayTimeIntervalType,
    DecimalType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    StructField,
    StructType,
    VariantType,
    YearMonthIntervalType,
)

ROW_INDEX = "__file.row_index"
"""A column of this name is no column of the file, but the number of the row in it."""
ROW_METADATA = b"org.apache.spark.sql.parquet.row.metadata"
_CODECS = {
    "none": ("NONE", ""),
    "uncompressed": ("NONE", ""),
    "snappy": ("SNAPPY", ".snappy"),
    "gzip": ("GZIP", ".gz"),
    "zstd": ("ZSTD", ".zstd"),
    "brotli": ("BROTLI", ".br"),
    "lz4": ("LZ4", ".lz4hadoop"),
    "lz4_raw": ("LZ4", ".lz4raw"),
}
_STORED_AS: dict[type[DataType], type[DataType]] = {
    DayTimeIntervalType: LongType,
    YearMonthIntervalType: IntegerType,
    VariantType: StructType,
    NullType: DataType,
}
_BATCH_ROWS = 65_536
_WIDER = {
    "tinyint": {"smallint", "int", "bigint", "double", "float"},
    "smallint": {"tinyint", "int", "bigint", "double", "float"},
    "int": {"tinyint", "smallint", "bigint", "double"},
    "bigint": set(),
    "float": {"double"},
    "date": {"timestamp_ntz"},
    "timestamp": {"timestamp_ntz"},
    "timestamp_ntz": {"timestamp"},
    "string": {"binary"},
    "binary": {"string"},
}


@dataclass(frozen=True, slots=True)
class ParquetFormat:
    """Apache Parquet."""

    name: str = "parquet"

    def infer_schema(self, files: Sequence[FileEntry], options: Options) -> StructType:
        """Spark's own schema where a file carries it, else the footer's; of one file, or of all with
        ``mergeSchema``."""
        if not files:
            raise analysis_error("UNABLE_TO_INFER_SCHEMA", format="Parquet")
        if options.boolean("mergeSchema", options.setting_flag("spark.sql.parquet.mergeSchema")):
            return merge_schemas([file_schema(file.path, options) for file in files], options)
        return file_schema(files[0].path, options)

    def scan_sql(self, files: Sequence[FileEntry], schema: StructType, options: Options) -> str | None:
        """One ``read_parquet`` for all files of one physical schema. DuckDB pushes filters and projections into it."""
        return self.scan_with_path(files, schema, options, None)

    def scan_with_path(
        self, files: Sequence[FileEntry], schema: StructType, options: Options, path_column: str | None
    ) -> str | None:
        """`scan_sql` with one more column, which has the path of each row's file."""
        if not files or any(scheme_of(file.path) != "file" for file in files):
            return None
        groups: dict[tuple[bytes, range | None], tuple[pq.FileMetaData, list[str]]] = {}
        for file in files:
            footer = _footer(file.path)
            key = _signature(footer), _rows_of_part(footer, file)
            groups.setdefault(key, (footer, []))[1].append(file.path)
        scans = [
            _group_scan(footer, paths, rows, schema, options, path_column)
            for (_, rows), (footer, paths) in groups.items()
        ]
        known = [scan for scan in scans if scan is not None]
        if len(known) < len(scans):
            return None
        return "(" + " UNION ALL BY NAME ".join(known) + ")"

    def read(
        self, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Batches of a file. Columns that the file lacks are null."""
        wanted = selected(schema, columns)
        sensitive = options.setting_flag("spark.sql.caseSensitive")
        with _opened(file.path) as source:
            _check_file_types(source.metadata, wanted, options, file.path)
            groups = _groups_of_part(source.metadata, file)
            target = arrow_schema(wanted)
            have = source.schema_arrow
            found = [find_field(have, one.name, sensitive) for one in target]
            names = [have.names[at] for at in found if at is not None]
            every = list(range(source.metadata.num_row_groups)) if groups is None else groups
            rows = _row_numbers(source.metadata, every)
            for batch in source.iter_batches(_BATCH_ROWS, row_groups=every, columns=names, use_threads=True):
                yield _with_row_index(conform_batch(batch, target, sensitive), rows)

    def check_read(self, schema: StructType, options: Options) -> None:
        check_types(schema, "Parquet", _supported)

    def check_write(self, schema: StructType, options: Options) -> None:
        check_types(schema, "Parquet", _supported)

    def extension(self, options: Options) -> str:
        return _codec(options)[1] + ".parquet"

    def open_writer(self, path: str, schema: StructType, options: Options) -> Writer:
        return _ParquetWriter(path, schema, options)


class _ParquetWriter:
    def __init__(self, path: str, schema: StructType, options: Options) -> None:
        arrow = arrow_schema(schema)
        self._schema = arrow.remove_metadata()
        self._stream = filesystem_of(path).open_write(path)
        old = options.first("outputTimestampType", default=options.setting("spark.sql.parquet.outputTimestampType"))
        naive = any(pa.types.is_timestamp(one.type) and one.type.tz is None for one in arrow)
        self._writer = pq.ParquetWriter(
            self._stream,
            self._schema,
            compression=_codec(options)[0],
            use_deprecated_int96_timestamps=old.upper() == "INT96" and not naive,
            coerce_timestamps="ms" if old.upper() == "TIMESTAMP_MILLIS" else "us",
            allow_truncated_timestamps=True,
            store_schema=False,
            write_page_index=True,
        )
        self._writer.add_key_value_metadata({ROW_METADATA: _nullable_json(schema), "org.apache.spark.version": "4.3.0"})

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table.replace_schema_metadata(None), row_group_size=1 << 20)

    def close(self) -> None:
        self._writer.close()
        self._stream.close()

    def abort(self) -> None:
        # Arrow's writer must end while its stream is open, or it complains when it is collected
        with suppress(Exception):
            self._writer.close()
        self._stream.close()


def _nullable_json(schema: StructType) -> bytes:
    return json.dumps(nullable(schema.fields).jsonValue(), separators=(",", ":")).encode()


def _codec(options: Options) -> tuple[str, str]:
    default = options.setting("spark.sql.parquet.compression.codec")
    name = options.first("compression", "parquet.compression", default=default)
    if name.lower() not in _CODECS:
        available = {"codecName": name, "availableCodecs": ", ".join(sorted(_CODECS))}
        raise IllegalArgumentException(
            errorClass="CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", messageParameters=available
        )
    return _CODECS[name.lower()]


def open_file(path: str) -> Any:
    """A file for Arrow's readers: the path when it is local (Arrow maps it), else a stream.

    Raises `SparkRuntimeException` ``FAILED_READ_FILE.FILE_NOT_EXIST`` when it is gone.
    """
    fs = filesystem_of(path)
    if fs.status(path) is None:
        raise runtime_error("FAILED_READ_FILE.FILE_NOT_EXIST", path=to_uri(path))
    return path if scheme_of(path) == "file" else pa.PythonFile(fs.open_read(path), "r")


def _opened(path: str) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(open_file(path))
    except pa.ArrowInvalid as error:
        shown = {"path": to_uri(path), "format": "Parquet"}
        raise runtime_error("FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", **shown) from error


def _footer(path: str) -> pq.FileMetaData:
    with _opened(path) as source:
        return source.metadata


def file_schema(path: str, options: Options) -> StructType:
    """The Spark schema of one file."""
    footer = _footer(path)
    own = (footer.metadata or {}).get(ROW_METADATA)
    if own is not None:
        return nullable(StructType.fromJson(json.loads(own)).fields)
    physical = _physical(footer)
    old_timestamps = _int96_columns(footer)
    fields = []
    for one in physical:
        kind = spark_type(one.type, "PARQUET", one.name, one.name in old_timestamps, options)
        fields.append(StructField(one.name, kind, True))
    return StructType(fields)


def _physical(footer: pq.FileMetaData) -> pa.Schema:
    return footer.schema.to_arrow_schema()


def _int96_columns(footer: pq.FileMetaData) -> frozenset[str]:
    columns = (footer.schema.column(at) for at in range(footer.num_columns))
    return frozenset(column.path.partition(".")[0] for column in columns if column.physical_type == "INT96")


def _signature(footer: pq.FileMetaData) -> bytes:
    return str(footer.schema).partition("\n")[2].encode()


def _check_file_types(footer: pq.FileMetaData, schema: StructType, options: Options, path: str) -> pa.Schema:
    """The physical schema; raises where a column cannot be read as the schema asks."""
    physical, old = _physical(footer), _int96_columns(footer)
    sensitive = options.setting_flag("spark.sql.caseSensitive")
    for field in schema.fields:
        at = find_field(physical, field.name, sensitive)
        if at is None:
            continue
        one = physical.field(at)
        actual = spark_type(one.type, "PARQUET", one.name, one.name in old, options)
        if not _readable(actual, field.dataType):
            raise runtime_error(
                "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
                path=to_uri(path),
                column=f"[{field.name}]",
                expectedType=field.dataType.simpleString(),
                actualType=actual.simpleString(),
            )
    return physical


def _readable(actual: DataType, wanted: DataType) -> bool:
    if type(actual) is type(wanted) and not isinstance(actual, DecimalType):
        return True
    if isinstance(wanted, DecimalType):
        return _readable_as_decimal(actual, wanted)
    if isinstance(wanted, tuple(_STORED_AS)):
        return isinstance(actual, _STORED_AS[type(wanted)])
    have, want = actual.typeName(), wanted.simpleString()
    if want.startswith(("char", "varchar", "string")):
        want = "string"
    have = {"integer": "int", "long": "bigint", "byte": "tinyint", "short": "smallint"}.get(have, have)
    return have == want or want in _WIDER.get(have, ())


def _readable_as_decimal(actual: DataType, wanted: DecimalType) -> bool:
    if isinstance(actual, DecimalType):
        scale = wanted.scale - actual.scale
        return scale >= 0 and wanted.precision - actual.precision >= scale
    digits = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 20}.get(actual.simpleString())
    return digits is not None and wanted.precision - wanted.scale >= digits


def _groups_of_part(footer: pq.FileMetaData, file: FileEntry) -> list[int] | None:
    """The row groups whose middle is in a part of the file; ``None`` for a whole file."""
    start, length = file.block
    if start == 0 and length >= file.size:
        return None
    found = []
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        columns = [group.column(at) for at in range(group.num_columns)]
        begin = min(min(c.dictionary_page_offset or c.data_page_offset, c.data_page_offset) for c in columns)
        if start <= begin + sum(c.total_compressed_size for c in columns) // 2 < start + length:
            found.append(number)
    return found


def _rows_of_part(footer: pq.FileMetaData, file: FileEntry) -> range | None:
    groups = _groups_of_part(footer, file)
    if groups is None:
        return None
    starts = _group_starts(footer)
    return range(starts[groups[0]], starts[groups[-1] + 1]) if groups else range(0)


def _group_starts(footer: pq.FileMetaData) -> list[int]:
    return list(accumulate((footer.row_group(n).num_rows for n in range(footer.num_row_groups)), initial=0))


def _row_numbers(footer: pq.FileMetaData, groups: Sequence[int]) -> Iterator[int]:
    starts = _group_starts(footer)
    return chain.from_iterable(range(starts[n], starts[n + 1]) for n in groups)


def _with_row_index(batch: pa.RecordBatch, rows: Iterator[int]) -> pa.RecordBatch:
    at = batch.schema.get_field_index(ROW_INDEX)
    if at < 0:
        return batch
    numbers = pa.array(islice(rows, batch.num_rows), pa.int64())
    return batch.set_column(at, batch.schema.field(at), numbers)


def _group_scan(
    footer: pq.FileMetaData,
    paths: Sequence[str],
    rows: range | None,
    schema: StructType,
    options: Options,
    path_column: str | None,
) -> str | None:
    physical = _check_file_types(footer, schema, options, paths[0])
    old = _int96_columns(footer)
    sensitive = options.setting_flag("spark.sql.caseSensitive")
    columns = []
    for field in schema.fields:
        if field.name == ROW_INDEX:
            columns.append(f"file_row_number AS {quoted(ROW_INDEX)}")
            continue
        at = find_field(physical, field.name, sensitive)
        column = _column_sql(field, None if at is None else physical.field(at), old, options)
        if column is None:
            return None
        columns.append(f"{column} AS {quoted(field.name)}")
    if path_column is not None:
        columns.append(f"filename AS {quoted(path_column)}")
    flags = "hive_partitioning=false" + (", filename=true" if path_column is not None else "")
    part = ""
    if rows is not None or ROW_INDEX in schema.fieldNames():
        flags += ", file_row_number=true"
    if rows is not None:
        part = f" WHERE file_row_number >= {rows.start} AND file_row_number < {rows.stop}"
    return f"SELECT {', '.join(columns) or '1'} FROM read_parquet({path_list(paths)}, {flags}){part}"


def _column_sql(field: StructField, have: pa.Field | None, old: frozenset[str], options: Options) -> str | None:
    target = duck_type(field.dataType)
    if target is None:
        return None
    if have is None:
        return f"CAST(NULL AS {target})"
    name = quoted(have.name)
    if have.name in old:
        return f"({name} AT TIME ZONE 'UTC')" if target == "TIMESTAMPTZ" else None
    actual = spark_type(have.type, "PARQUET", have.name, False, options)
    return _converted(name, actual, field.dataType, target, have.type)


def _converted(name: str, actual: DataType, wanted: DataType, target: str, have: pa.DataType) -> str | None:
    if isinstance(wanted, (ArrayType, MapType, StructType)):
        return name if duck_type(actual) == target and _plain(have) else None
    if {actual.simpleString(), wanted.simpleString()} & {"binary"} and type(actual) is not type(wanted):
        return None
    if actual.typeName() != wanted.typeName() and actual.typeName().startswith("timestamp"):
        return None
    same = duck_type(actual) == target and _plain(have)
    return name if same else f"CAST({name} AS {target})"


def _plain(kind: pa.DataType) -> bool:
    """Whether DuckDB reads the physical type as the very type that Spark's name for it has in DuckDB."""
    if pa.types.is_nested(kind):
        return all(_plain(kind.field(at).type) for at in range(kind.num_fields))
    if pa.types.is_timestamp(kind):
        return bool(kind.unit == "us")
    return not (pa.types.is_unsigned_integer(kind) or pa.types.is_float16(kind) or pa.types.is_fixed_size_binary(kind))


def _supported(kind: DataType) -> bool:
    return kind.typeName() not in ("interval", "calendarinterval")
