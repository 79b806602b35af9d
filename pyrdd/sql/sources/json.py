"""JSON: an object on each line, or with ``multiLine`` one text per file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pyrdd.sql.sources.base import FileEntry, Options, Writer
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.json_infer import infer
from pyrdd.sql.sources.json_reader import read_file
from pyrdd.sql.sources.json_writer import JsonWriter
from pyrdd.sql.sources.modes import check_corrupt_column
from pyrdd.sql.sources.streams import codec_suffix, line_separator
from pyrdd.sql.sources.support import check_types
from pyrdd.sql.types import DataType, StructType


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """Objects as rows."""

    name: str = "json"

    def infer_schema(self, files: Sequence[FileEntry], options: Options) -> StructType:
        """All fields of all records, sorted by name."""
        if not files:
            raise analysis_error("UNABLE_TO_INFER_SCHEMA", format="JSON")
        line_separator(options)
        schema = infer(files, options)
        check_corrupt_column(schema, options)
        return schema

    def scan_sql(self, files: Sequence[FileEntry], schema: StructType, options: Options) -> str | None:
        """DuckDB's own JSON reader follows other rules."""
        return None

    def read(
        self, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The file's records; what does not fit the schema is nulled, dropped or an error by ``mode``."""
        return read_file(file, schema, options, columns)

    def check_read(self, schema: StructType, options: Options) -> None:
        line_separator(options)
        check_corrupt_column(schema, options)
        check_types(schema, "JSON", _supported)

    def check_write(self, schema: StructType, options: Options) -> None:
        check_types(schema, "JSON", _supported)

    def extension(self, options: Options) -> str:
        return ".json" + codec_suffix(options)

    def open_writer(self, path: str, schema: StructType, options: Options) -> Writer:
        return JsonWriter(path, schema, options)


def _supported(kind: DataType) -> bool:
    return kind.typeName() not in ("calendarinterval", "interval")
