"""Text: one string column, a row for each line (or file)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pyrdd.sql.sources.base import FileEntry, Options, Writer
from pyrdd.sql.sources.columns import arrow_schema, rows_without_columns, selected
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.streams import codec_suffix, content, line_blocks, line_separator, open_sink
from pyrdd.sql.sources.support import check_types
from pyrdd.sql.types import StringType, StructField, StructType


@dataclass(frozen=True, slots=True)
class TextFormat:
    """Lines of text."""

    name: str = "text"

    def infer_schema(self, files: Sequence[FileEntry], options: Options) -> StructType:
        """``value: string``, always."""
        return StructType([StructField("value", StringType(), True)])

    def scan_sql(self, files: Sequence[FileEntry], schema: StructType, options: Options) -> str | None:
        """Lines are split here, not in SQL."""
        return None

    def read(
        self, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The lines without their ends. Bytes that are not UTF-8 become U+FFFD."""
        target = arrow_schema(selected(schema, columns))
        for lines in _lines(file, options):
            if not len(target):
                yield rows_without_columns(len(lines))
            else:
                yield pa.RecordBatch.from_arrays([lines.cast(target.field(0).type)], schema=target)

    def check_read(self, schema: StructType, options: Options) -> None:
        _check(schema)

    def check_write(self, schema: StructType, options: Options) -> None:
        _check(schema)

    def extension(self, options: Options) -> str:
        return ".txt" + codec_suffix(options)

    def open_writer(self, path: str, schema: StructType, options: Options) -> Writer:
        return _TextWriter(path, options)


def _check(schema: StructType) -> None:
    check_types(schema, "Text", lambda kind: isinstance(kind, StringType))
    if len(schema.fields) != 1:
        raise analysis_error("_LEGACY_ERROR_TEMP_1290", schemaSize=len(schema.fields))


def _lines(file: FileEntry, options: Options) -> Iterator[pa.Array]:
    if options.boolean("wholetext", False):
        yield text_array([content(file.path)])
        return
    separator = line_separator(options)
    encoding = options.first("encoding", default="UTF-8")
    end = None if separator is None else separator.encode(encoding)
    for block in line_blocks(file.path, end, file.start, file.stop):
        yield split_lines(block, end)


def split_lines(block: bytes, separator: bytes | None) -> pa.Array:
    """The lines of a block of whole lines."""
    if separator is None and b"\r" in block:
        block, separator = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), b"\n"
    end = separator or b"\n"
    if block.endswith(end):
        block = block[: -len(end)]
    whole = pa.array([block], pa.binary())
    return _decoded(pc.split_pattern(whole, end).values)


def _decoded(lines: pa.Array) -> pa.Array:
    try:
        return lines.cast(pa.string())
    except pa.ArrowInvalid:
        return text_array(lines.to_pylist())


def text_array(values: Sequence[bytes]) -> pa.Array:
    """Bytes as strings; what is not UTF-8 becomes U+FFFD."""
    return pa.array([value.decode("utf-8", "replace") for value in values], pa.string())


class _TextWriter:
    def __init__(self, path: str, options: Options) -> None:
        self._sink = open_sink(path, options)
        self._end = line_separator(options) or "\n"

    def write(self, table: pa.Table) -> None:
        lines = pc.fill_null(table.column(0).cast(pa.string()), "")
        self._sink.write("".join(f"{line}{self._end}" for line in lines.to_pylist()).encode())

    def close(self) -> None:
        self._sink.close()

    def abort(self) -> None:
        self._sink.close()
