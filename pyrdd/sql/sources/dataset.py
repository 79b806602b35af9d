"""A whole data set as one relation: the files' columns and the values of their directories.

scan_sql(...)   one text for DuckDB's FROM clause, where the format has one
read_files(...) Arrow batches, file by file
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pyarrow as pa

from pyrdd.errors import PySparkException
from pyrdd.sql.sources.base import FileEntry, FileFormat, Options
from pyrdd.sql.sources.columns import arrow_schema, rows_without_columns
from pyrdd.sql.sources.csv_values import in_storage
from pyrdd.sql.sources.duck import constant, literal, quoted
from pyrdd.sql.sources.parquet import ParquetFormat
from pyrdd.sql.types import StructType

_MOST_BRANCHES = 32
_PATH = "__path"


def scan_sql(
    format: FileFormat,
    files: Sequence[FileEntry],
    schema: StructType,
    partition_schema: StructType,
    options: Options,
) -> str | None:
    """The rows of ``files`` with the columns of ``schema`` and then those of ``partition_schema``; ``None`` when only
    `read_files` can give them. Partitions that a filter excludes are to be left out of ``files``."""
    if not partition_schema.fields:
        return format.scan_sql(files, schema, options)
    groups = [(values, list(group)) for values, group in groupby(files, key=lambda file: file.partition_values)]
    if len(groups) > _MOST_BRANCHES and isinstance(format, ParquetFormat):
        return _joined_scan(format, files, schema, partition_schema, options)
    parts = []
    for values, group in groups:
        inner = format.scan_sql(group, schema, options)
        constants = [
            constant(value, field.dataType) for value, field in zip(values, partition_schema.fields, strict=True)
        ]
        if inner is None or None in constants:
            return None
        named = [f"{text} AS {quoted(f.name)}" for text, f in zip(constants, partition_schema.fields, strict=True)]
        columns = [quoted(field.name) for field in schema.fields]
        parts.append(f"SELECT {', '.join([*columns, *named])} FROM {inner}")
    return "(" + " UNION ALL ".join(parts) + ")" if parts else None


def _joined_scan(
    format: ParquetFormat,
    files: Sequence[FileEntry],
    schema: StructType,
    partition_schema: StructType,
    options: Options,
) -> str | None:
    """One scan of all files, joined by path with the values of their directories: a branch for each would be slow."""
    inner = format.scan_with_path(files, schema, options, _PATH)
    rows = []
    for file in files:
        values = zip(file.partition_values, partition_schema.fields, strict=True)
        constants = [constant(value, field.dataType) for value, field in values]
        if inner is None or None in constants:
            return None
        rows.append(f"({', '.join([literal(file.path), *map(str, constants)])})")
    names = ", ".join([quoted(_PATH), *(quoted(field.name) for field in partition_schema.fields)])
    columns = [f"scan.{quoted(f.name)}" for f in schema.fields] + [f"part.{quoted(f.name)}" for f in partition_schema]
    join = f"{inner} AS scan JOIN (VALUES {', '.join(rows)}) AS part({names}) USING ({quoted(_PATH)})"
    return f"(SELECT {', '.join(columns)} FROM {join})"


def read_files(
    format: FileFormat,
    files: Sequence[FileEntry],
    schema: StructType,
    partition_schema: StructType,
    options: Options,
    columns: Sequence[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """The same rows as batches, in the order of ``files``. ``columns`` may name data and partition columns.

    With ``spark.sql.files.ignoreMissingFiles`` or ``ignoreCorruptFiles`` (also as options) such files are passed over.
    """
    partition_names = partition_schema.fieldNames()
    data_names = [name for name in schema.fieldNames() if name not in partition_names]
    wanted = [*data_names, *partition_names] if columns is None else list(columns)
    own = [name for name in wanted if name not in partition_names]
    for file in files:
        for batch in _forgiving(format, file, schema, options, own):
            yield _with_values(batch, file, partition_schema, wanted) if partition_names else batch


def _forgiving(
    format: FileFormat, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    try:
        yield from format.read(file, schema, options, columns)
    except PySparkException as error:
        condition = error.getCondition() or ""
        missing = condition == "FAILED_READ_FILE.FILE_NOT_EXIST"
        key = "ignoreMissingFiles" if missing else "ignoreCorruptFiles"
        forgiven = options.boolean(key, options.setting_flag(f"spark.sql.files.{key}"))
        if not (condition.startswith("FAILED_READ_FILE") and forgiven):
            raise


def _with_values(
    batch: pa.RecordBatch, file: FileEntry, partition_schema: StructType, wanted: Sequence[str]
) -> pa.RecordBatch:
    target = arrow_schema(partition_schema)
    rows = batch.num_rows
    if not wanted:
        return rows_without_columns(rows)
    arrays, fields = [], []
    for name in wanted:
        at = partition_schema.fieldNames().index(name) if name in partition_schema.fieldNames() else None
        if at is None:
            arrays.append(batch.column(batch.schema.get_field_index(name)))
            fields.append(batch.schema.field(name))
        else:
            value = in_storage([file.partition_values[at]], target.field(at).type)
            arrays.append(pa.concat_arrays([value]).take(pa.nulls(rows, pa.int8()).fill_null(0)))
            fields.append(target.field(at))
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))
