"""One JSON file as record batches: by Arrow's reader where that cannot differ from Spark, else exactly."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as arrow_json

from pyrdd.sql.sources import csv_values
from pyrdd.sql.sources.base import FileEntry, Options
from pyrdd.sql.sources.columns import arrow_schema, conform, rows_without_columns, selected
from pyrdd.sql.sources.csv_reader import malformed_error
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.json_text import JsonTextError, Leniency, Nested, decode, decode_fast
from pyrdd.sql.sources.json_values import BAD, Convert, NeedsSource, Record, converter
from pyrdd.sql.sources.modes import corrupt_column, parse_mode
from pyrdd.sql.sources.streams import content, line_blocks
from pyrdd.sql.types import DataType, DateType, StringType, StructType, TimestampNTZType, TimestampType

_BOM = b"\xef\xbb\xbf"
_BAD_BYTES = re.compile("[\udc80-\udcff]")
_SAME = (pa.bool_(), pa.int32(), pa.int64(), pa.float32(), pa.float64(), pa.string(), pa.int8(), pa.int16())


def read_file(
    file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None
) -> Iterator[pa.RecordBatch]:
    """The rows of a file; see `FileFormat.read`."""
    corrupt = corrupt_column(schema, options)
    if corrupt is not None and selected(schema, columns).fieldNames() == [corrupt]:
        raise analysis_error("UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN")
    plan = _plan(schema, options, columns)
    if options.boolean("multiLine", False):
        yield from _exact(plan, [whole_text(file.path, options)])
        return
    for block in utf8_blocks(file.path, options, file.start, file.stop):
        fast = _fast(plan, block)
        if fast is not None:
            yield from fast
        else:
            yield from _exact(plan, lines_of(block, options))


@dataclass(frozen=True, slots=True)
class _Plan:
    wanted: StructType
    target: pa.Schema
    corrupt: str | None
    mode: str
    leniency: Leniency
    options: Options


def _plan(schema: StructType, options: Options, columns: Sequence[str] | None) -> _Plan:
    output = selected(schema, columns)
    corrupt = corrupt_column(schema, options)
    wanted = StructType([field for field in output.fields if field.name != corrupt])
    return _Plan(wanted, arrow_schema(output), corrupt, parse_mode(options), Leniency.of(options), options)


def read_texts(texts: Sequence[str | None], schema: StructType, options: Options) -> Iterator[pa.RecordBatch]:
    """The rows of texts, each a record (or an array of records); a missing text is a malformed record."""
    kept = [text for text in texts if text is None or text.strip(" \t\r\n")]
    return _exact(_plan(schema, options, None), kept)


def _encoding(options: Options) -> str | None:
    return options.get("encoding") or options.get("charset")


def whole_text(path: str, options: Options) -> str:
    """The file as one text, in its own or a detected encoding."""
    return _decoded(content(path), options)


def _decoded(data: bytes, options: Options) -> str:
    encoding = _encoding(options) or _detected(data)
    return data.removeprefix(_BOM).decode(encoding, "replace")


def _detected(data: bytes) -> str:
    """The encoding that the first bytes of JSON give away (its first two characters are ASCII)."""
    wide = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"))
    for mark, name in (*wide, (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return name
    zeros = "".join("0" if byte == 0 else "x" for byte in data[:4])
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(zeros, "utf-8")


def utf8_blocks(path: str, options: Options, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The file, or a part, in blocks of whole lines, as UTF-8."""
    encoding = _encoding(options)
    separator = options.get("lineSep")
    if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
        yield content(path).decode(encoding, "replace").encode()
        return
    for number, block in enumerate(line_blocks(path, separator.encode() if separator else None, start, stop)):
        yield block.removeprefix(_BOM) if number == 0 and not start else block


def lines_of(block: bytes, options: Options) -> list[str]:
    """The lines of a block that are not blank."""
    # bytes that are no UTF-8 make a record malformed: they are kept as lone surrogates, which `decode_fast` refuses
    text = block.decode("utf-8", "surrogateescape")
    separator = options.get("lineSep")
    if separator is None:
        separator = "\n"
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [line for line in text.split(separator) if line.strip(" \t\r\n")]


def _fast(plan: _Plan, block: bytes) -> list[pa.RecordBatch] | None:
    """The block by Arrow's reader; ``None`` when it might differ from Spark."""
    if plan.options.get("lineSep", "\n") != "\n" or b"\r" in block or not plan.wanted.fields:
        return None
    given = [_given_type(field.dataType, plan.target.field(field.name).type) for field in plan.wanted.fields]
    if any(kind is None for kind in given):
        return None
    names = plan.wanted.fieldNames()
    schema = pa.schema([pa.field(name, kind) for name, kind in zip(names, given, strict=True)])
    try:
        block.decode()
        table = arrow_json.read_json(
            io.BytesIO(block),
            read_options=arrow_json.ReadOptions(block_size=max(1 << 20, min(len(block), 1 << 22))),
            parse_options=arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
        return None
    if table.num_rows != records_in(block):
        return None
    return _typed(plan, table)


def _given_type(kind: DataType, target: pa.DataType) -> pa.DataType | None:
    """The type in which Arrow is to read a column: dates and timestamps as their text."""
    if target in _SAME:
        return target
    if isinstance(kind, (DateType, TimestampType, TimestampNTZType)):
        return pa.string()
    if pa.types.is_list(target):
        return target if _all_same(target) else None
    return target if pa.types.is_struct(target) and _all_same(target) else None


def _all_same(kind: pa.DataType) -> bool:
    if pa.types.is_nested(kind):
        return not pa.types.is_map(kind) and all(_all_same(kind.field(at).type) for at in range(kind.num_fields))
    return kind in _SAME


def records_in(block: bytes) -> int:
    """How many lines of a block are not blank."""
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    if b"\n\n" in block or b"\n " in block or b"\n\t" in block or block[:1] in (b"\n", b" ", b"\t"):
        return sum(1 for line in block.split(b"\n") if line.strip(b" \t\r"))
    return lines


def _typed(plan: _Plan, table: pa.Table) -> list[pa.RecordBatch] | None:
    arrays = []
    for field in plan.target:
        if field.name == plan.corrupt:
            arrays.append(pa.chunked_array([pa.nulls(table.num_rows, field.type)]))
            continue
        column = table.column(field.name)
        if column.type != field.type:
            convert = csv_values.converter(plan.wanted[field.name].dataType, field.type, plan.options)
            found = [convert(chunk) for chunk in column.chunks]
            if any(bad is not None for _, bad in found):
                return None
            column = pa.chunked_array([values for values, _ in found], field.type)
        arrays.append(column)
    return list(pa.Table.from_arrays(arrays, schema=plan.target).to_batches())


def _exact(plan: _Plan, texts: Sequence[str | None]) -> Iterator[pa.RecordBatch]:
    read = converter(plan.wanted, plan.options)
    rows: list[Any] = []
    sources: list[str | None] = []
    for text in texts:
        found, malformed = ([{}], True) if text is None else _records(text, read, plan.leniency)
        if malformed and plan.mode == "FAILFAST":
            raise malformed_error(text or "null")
        if malformed and plan.mode == "DROPMALFORMED":
            continue
        rows += found
        sources += [text if malformed else None] * len(found)
    if not plan.target.names:
        if rows:
            yield rows_without_columns(len(rows))
        return
    if rows:
        yield _batch(plan, rows, sources)


def _records(text: str, read: Convert, leniency: Leniency) -> tuple[list[Any], bool]:
    """The rows of one text, and whether it is malformed."""
    try:
        try:
            if not text.isascii() and has_bad_bytes(text):
                return [{}], True
            value = decode_fast(text, leniency)
            return _converted(value, read)
        except (ValueError, NeedsSource, RecursionError):
            return _converted(decode(text, leniency), read)
    except EOFError:
        return [], False
    except JsonTextError:
        return [{}], True


def has_bad_bytes(text: str) -> bool:
    """Whether the text came from bytes that are no UTF-8."""
    return _BAD_BYTES.search(text) is not None


def _converted(value: Any, read: Convert) -> tuple[list[Any], bool]:
    record = Record()
    inside = value.value if isinstance(value, Nested) else value
    if inside is None:
        return [{}], True
    if isinstance(inside, list):
        rows = [read(item, record) for item in inside]
        return [{} if row is None or row is BAD else row for row in rows], record.malformed
    row = read(value, record)
    return [{} if row is BAD else row], record.malformed


def _batch(plan: _Plan, rows: list[dict[str, Any]], sources: list[str | None]) -> pa.RecordBatch:
    arrays = []
    for field in plan.target:
        if field.name == plan.corrupt:
            arrays.append(strings(sources))
        else:
            kind = plan.wanted[field.name].dataType
            arrays.append(column_of([row.get(field.name) for row in rows], kind, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=plan.target)


def strings(values: Sequence[str | None]) -> pa.Array:
    """Strings as a column; halves of surrogate pairs become question marks, as in Java."""
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        fixed = [None if value is None else value.encode("utf-8", "replace").decode() for value in values]
        return pa.array(fixed, pa.string())


def column_of(values: list[Any], kind: DataType, target: pa.DataType) -> pa.Array:
    """Converted values as a column."""
    if isinstance(kind, StringType):
        return strings(values)
    if pa.types.is_nested(target):
        return conform(_nested(values, target), target)
    return csv_values.in_storage(values, target)


def _nested(values: list[Any], target: pa.DataType) -> pa.Array:
    storage = _storage(target)
    try:
        built = pa.array(values, storage)
    except UnicodeEncodeError:
        built = pa.array(_without_surrogates(values), storage)
    return _restored(built, target)


def _storage(kind: pa.DataType) -> pa.DataType:
    """The type with days and microseconds in place of dates and times."""
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(one.name, _storage(one.type)) for one in kind])
    if pa.types.is_map(kind):
        return pa.map_(_storage(kind.key_type), _storage(kind.item_type))
    if pa.types.is_list(kind):
        return pa.list_(_storage(kind.value_type))
    if pa.types.is_date32(kind):
        return pa.int32()
    return pa.int64() if pa.types.is_timestamp(kind) or pa.types.is_time(kind) else kind


def _restored(column: pa.Array, target: pa.DataType) -> pa.Array:
    mask = column.is_null() if column.null_count else None
    if pa.types.is_struct(target):
        children = [_restored(column.field(at), target.field(at).type) for at in range(target.num_fields)]
        return pa.StructArray.from_arrays(children, fields=list(target), mask=mask)
    if pa.types.is_map(target):
        keys, items = _restored(column.keys, target.key_type), _restored(column.items, target.item_type)
        return pa.MapArray.from_arrays(column.offsets, keys, items, type=target, mask=mask)
    if pa.types.is_list(target):
        values = _restored(column.values, target.value_type)
        return pa.ListArray.from_arrays(column.offsets, values, type=target, mask=mask)
    if pa.types.is_time64(target):
        return column.cast(pa.time64("us")).cast(target)
    return pc.cast(column, target)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return tuple(map(_without_surrogates, value)) if isinstance(value, tuple) else value
