"""XML files as record batches, and their schema.

A file is parsed piece by piece: an element ``rowTag`` is a row as soon as it ends, wherever it stands. Where the file is
no XML any more it has one malformed record, which is the whole file. With ``multiLine`` false, and of texts that are in
a column already, each line or text is one element.
"""

from __future__ import annotations

import codecs
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from pyrdd.sql.kernels.json_rows import finish_type
from pyrdd.sql.kernels.xml_rows import XmlReader, merged_types, tag_names, type_of_row
from pyrdd.sql.kernels.xml_tree import Element, RowFinder, XmlError, parse_element
from pyrdd.sql.sources.base import FileEntry, Options
from pyrdd.sql.sources.columns import arrow_schema, rows_without_columns, selected
from pyrdd.sql.sources.csv_reader import malformed_error
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.json_infer import sampling_ratio
from pyrdd.sql.sources.json_reader import column_of
from pyrdd.sql.sources.modes import corrupt_column, corrupt_name, parse_mode
from pyrdd.sql.sources.streams import chunks, content
from pyrdd.sql.sources.xml_options import of_kernels, row_tag
from pyrdd.sql.types import DataType, NullType, StringType, StructField, StructType

_BATCH = 8192
_PIECE = 1 << 18

Source = Callable[[], str | None]
"""The text that a malformed record shows, read when it is asked for."""
Record = tuple[Element | None, Source]
"""An element, or None for what is no XML."""


# --- records ---------------------------------------------------------------------------------------------------------


def records(file: FileEntry, options: Options) -> Iterator[Record]:
    """The records of a file."""
    if not options.boolean("multiLine", True):
        yield from text_records(_lines(file, options), options)
        return
    finder = RowFinder(row_tag(options), options.boolean("ignoreNamespace", False))

    def whole() -> str:
        return content(file.path).decode(_encoding(options) or "utf-8", "replace")

    for piece, last in _pieces(file, options):
        found, fine = finder.feed(piece, last)
        for element in found:
            yield element, whole
        if not fine:
            yield None, whole
            return


def text_records(texts: Iterable[str | None], options: Options) -> Iterator[Record]:
    """The records of texts, each an element."""
    local = options.boolean("ignoreNamespace", False)
    for text in texts:
        yield _parsed(text, local), lambda text=text: text  # type: ignore[misc]


def _parsed(text: str | None, local: bool) -> Element | None:
    try:
        return None if text is None else parse_element(text, local)
    except XmlError:
        return None


def _encoding(options: Options) -> str | None:
    return options.get("encoding") or options.get("charset")


def _pieces(file: FileEntry, options: Options) -> Iterator[tuple[str | bytes, bool]]:
    """The file in pieces, of which one is the last: decoded as the options say, else bytes that say it themselves."""
    encoding = _encoding(options)
    if encoding is None:
        yield from ((chunk, False) for chunk in chunks(file.path, _PIECE))
        yield b"", True
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks(file.path, _PIECE):
        yield decoder.decode(chunk), False
    yield decoder.decode(b"", True), True


def _lines(file: FileEntry, options: Options) -> list[str]:
    text = content(file.path).decode(_encoding(options) or "utf-8", "replace")
    separator = options.get("lineSep")
    lines = text.split(separator) if separator else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if not lines[-1] else lines


# --- rows ------------------------------------------------------------------------------------------------------------


def read_file(
    file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None
) -> Iterator[pa.RecordBatch]:
    """The rows of a file; see `FileFormat.read`."""
    corrupt = corrupt_column(schema, options)
    if corrupt is not None and selected(schema, columns).fieldNames() == [corrupt]:
        raise analysis_error("UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN")
    yield from _batches(records(file, options), selected(schema, columns), options)


def read_texts(texts: Sequence[str | None], schema: StructType, options: Options) -> Iterator[pa.RecordBatch]:
    """The rows of texts, each an element."""
    yield from _batches(text_records(texts, options), schema, options)


def _batches(found: Iterable[Record], schema: StructType, options: Options) -> Iterator[pa.RecordBatch]:
    target = arrow_schema(schema)
    rows: list[tuple[Any, ...]] = []
    for row in _rows(found, schema, options):
        rows.append(row)
        if len(rows) == _BATCH:
            yield _batch(rows, schema, target)
            rows = []
    if rows:
        yield _batch(rows, schema, target)


def _rows(found: Iterable[Record], schema: StructType, options: Options) -> Iterator[tuple[Any, ...]]:
    reader = XmlReader(schema, of_kernels(options), corrupt_name(options), _case_sensitive(options))
    mode = parse_mode(options)
    corrupt = corrupt_column(schema, options)
    at = None if corrupt is None else schema.fieldNames().index(corrupt)
    for element, source in found:
        row, fine = (reader.nothing, False) if element is None else reader.row(element)
        if not fine and mode == "FAILFAST":
            raise malformed_error(source() or "null")
        if not fine and mode == "DROPMALFORMED":
            continue
        yield row if fine or at is None else (*row[:at], source(), *row[at + 1 :])


def _batch(rows: list[tuple[Any, ...]], schema: StructType, target: pa.Schema) -> pa.RecordBatch:
    if not target.names:
        return rows_without_columns(len(rows))
    arrays = [
        column_of(list(values), field.dataType, kind.type)
        for values, field, kind in zip(zip(*rows, strict=True), schema.fields, target, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=target)


# --- schema ----------------------------------------------------------------------------------------------------------


def infer(found: Iterable[Record], options: Options) -> StructType:
    """The common schema of records, or of a sample by ``samplingRatio``: fields sorted by name."""
    return schema_of_kinds(kinds(found, options), options)


def kinds(found: Iterable[Record], options: Options) -> Iterator[DataType]:
    """The types of records."""
    ratio, mode = sampling_ratio(options), parse_mode(options)
    chance = random.Random(1).random  # the same records each time
    chosen, key = of_kernels(options), _key(options)
    for element, _ in found:
        if ratio < 1 and chance() >= ratio:
            continue
        if element is not None:
            yield type_of_row(element, chosen, key)
        elif mode == "FAILFAST":
            raise malformed_error(corrupt_name(options))
        elif mode == "PERMISSIVE":
            yield StructType([StructField(corrupt_name(options), StringType())])


def schema_of_kinds(found: Iterable[DataType], options: Options) -> StructType:
    """The schema of records that have these types."""
    value_tag = tag_names(of_kernels(options))[1]
    merged: DataType = NullType()
    for kind in found:
        merged = merged_types(merged, kind, value_tag, _key(options))
    schema = finish_type(merged)
    return schema if isinstance(schema, StructType) else StructType([])


def _case_sensitive(options: Options) -> bool:
    return options.setting_flag("spark.sql.caseSensitive")


def _key(options: Options) -> Callable[[str], str]:
    return str if _case_sensitive(options) else str.lower
