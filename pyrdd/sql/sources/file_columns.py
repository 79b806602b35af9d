"""What is known of a row's file: the hidden column ``_metadata`` and what ``input_file_name()`` says.

Such values are the same for all rows of a file (but ``row_index``), so scans read them as further partition columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pyrdd.io.filesystem import scheme_of, to_uri
from pyrdd.sql.sources.base import FileEntry
from pyrdd.sql.sources.parquet import ROW_INDEX
from pyrdd.sql.types import DataType, LongType, StringType, StructField, StructType, TimestampType

PREFIX = "__file."
"""Before the names of these columns in scans, where they meet the names of data columns."""

METADATA = "_metadata"
FLAG = "__file_source_metadata_col"
_FIELDS: tuple[tuple[str, DataType], ...] = (
    ("file_path", StringType()),
    ("file_name", StringType()),
    ("file_size", LongType()),
    ("file_block_start", LongType()),
    ("file_block_length", LongType()),
    ("file_modification_time", TimestampType()),
)
_TYPES = {PREFIX + name: kind for name, kind in (*_FIELDS, ("input_file_name", StringType()))}


def metadata_type(format_name: str) -> StructType:
    """The type of ``_metadata`` for files of a format."""
    rows = [("row_index", LongType())] if format_name == "parquet" else []
    return StructType([StructField(name, kind, False) for name, kind in (*_FIELDS, *rows)])


def with_file_columns(
    files: Sequence[FileEntry], schema: StructType, names: Sequence[str]
) -> tuple[list[FileEntry], StructType]:
    """The files and their partition columns, with some of these columns as more of them."""
    if not names:
        return list(files), schema
    wider = StructType([*schema.fields, *(StructField(name, _TYPES[name], False) for name in names)])
    made = [
        replace(file, partition_values=(*file.partition_values, *(_value(file, name) for name in names)))
        for file in files
    ]
    return made, wider


def _value(file: FileEntry, name: str) -> Any:
    start, length = file.block
    match name.removeprefix(PREFIX):
        case "file_path":
            return _uri(file.path, "file:")
        case "input_file_name":
            return _uri(file.path, "file://")
        case "file_name":
            return _uri(file.path, "file:").rpartition("/")[2]
        case "file_size":
            return file.size
        case "file_block_start":
            return start
        case "file_block_length":
            return length
    return int(file.modified * 1000) * 1000


def _uri(path: str, start: str) -> str:
    if scheme_of(path) != "file":
        return path
    plain = to_uri(path)
    return start + quote(plain[plain.index("/") :] if plain.startswith("file:") else plain, safe="/=:@!$&'()*+,;~-._")


__all__ = ["FLAG", "METADATA", "PREFIX", "ROW_INDEX", "metadata_type", "with_file_columns"]
