"""Rows as lines of JSON, as Spark writes them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pyrdd.sql.kernels.datetime_format import ISO_INSTANT, ISO_LOCAL, formatter
from pyrdd.sql.kernels.datetime_parse import date_to_string
from pyrdd.sql.kernels.timezones import parse_zone
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.streams import line_separator, open_sink
from pyrdd.sql.sources.texts import double_text, float_text
from pyrdd.sql.sources.value_text import double_column, internal, mapped, text_column
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)

_CONTROL = re.compile(r"\\u00[01][a-f]")
_WHOLE = ("tinyint", "smallint", "int", "bigint")
Texts = Sequence[str | None]


class JsonWriter:
    """Writes tables to one file, a line for each row."""

    def __init__(self, path: str, schema: StructType, options: Options) -> None:
        self._rows = JsonRows(schema, options)
        self._end = line_separator(options) or "\n"
        self._encoding = options.first("encoding", "charset", default="UTF-8")
        self._sink = open_sink(path, options)

    def write(self, table: pa.Table) -> None:
        """Adds rows."""
        if table.num_rows:
            lines = self._rows.lines(table)
            self._sink.write((self._end.join(lines) + self._end).encode(self._encoding))

    def close(self) -> None:
        """Completes the file."""
        self._sink.close()

    def abort(self) -> None:
        """Gives up; the file goes with its attempt."""
        self._sink.close()


class JsonRows:
    """Turns tables of a schema into JSON texts."""

    def __init__(self, schema: StructType, options: Options) -> None:
        self._schema = schema
        zone = parse_zone(options.timezone)
        stamp = formatter(options.get("timestampFormat", ISO_INSTANT))
        local = formatter(options.get("timestampNTZFormat", ISO_LOCAL))
        pattern = options.get("dateFormat")
        self._date: Callable[[int], str] = formatter(pattern).date if pattern else date_to_string
        self._timestamp: Callable[[int], str] = lambda micros: stamp.timestamp(micros, zone)
        self._local: Callable[[int], str] = local.local
        self._zone = options.timezone
        default = options.setting_flag("spark.sql.jsonGenerator.ignoreNullFields")
        self._skip_nulls = options.boolean("ignoreNullFields", default)

    def lines(self, table: pa.Table) -> list[str]:
        """The text of each row."""
        columns = [self._texts(_one(table.column(at)), field.dataType) for at, field in enumerate(self._schema.fields)]
        return self._objects([field.name for field in self._schema.fields], columns, table.num_rows)

    def _objects(self, names: Sequence[str], columns: Sequence[Texts], count: int) -> list[str]:
        keys = [json_string(name) + ":" for name in names]
        if not columns:
            return ["{}"] * count
        rows = zip(*columns, strict=True)
        if self._skip_nulls:
            return [
                "{" + ",".join([k + v for k, v in zip(keys, row, strict=True) if v is not None]) + "}" for row in rows
            ]
        return ["{" + ",".join([k + (v or "null") for k, v in zip(keys, row, strict=True)]) + "}" for row in rows]

    def _texts(self, column: pa.Array, kind: DataType) -> Texts:
        if isinstance(kind, StructType):
            children = [self._texts(_child(column, at), one.dataType) for at, one in enumerate(kind.fields)]
            texts = self._objects(kind.fieldNames(), children, len(column))
            return _nulled(texts, column)
        if isinstance(kind, MapType):
            return self._maps(column, kind)
        if isinstance(kind, ArrayType):
            items = self._texts(column.flatten(), kind.elementType)
            return _joined(column, [item or "null" for item in items], "[", "]")
        return self._scalars(column, kind)

    def _maps(self, column: pa.MapArray, kind: MapType) -> Texts:
        start, stop = _span(column)
        keys = column.keys.slice(start, stop - start)
        names = [json_string(text or "null") for text in text_column(keys, kind.keyType, self._zone).to_pylist()]
        values = self._texts(column.items.slice(start, stop - start), kind.valueType)
        pairs = [f"{name}:{value or 'null'}" for name, value in zip(names, values, strict=True)]
        return _joined(column, pairs, "{", "}")

    def _scalars(self, column: pa.Array, kind: DataType) -> Texts:
        if isinstance(kind, NullType):
            return [None] * len(column)
        if isinstance(kind, StringType):
            return _list(mapped(column, json_string))
        if isinstance(kind, BooleanType) or kind.simpleString() in _WHOLE:
            return _list(pc.cast(column, pa.string()))
        if isinstance(kind, (DoubleType, FloatType)):
            write_number = float_text if isinstance(kind, FloatType) else double_text
            return [_number(text) for text in double_column(column, write_number).to_pylist()]
        if isinstance(kind, DecimalType):
            return [None if value is None else java_text(value) for value in column.to_pylist()]
        write = self._writer(kind)
        if write is None:
            return _list(mapped(text_column(column, kind, self._zone), json_string))
        return _list(mapped(internal(column), lambda value: json_string(write(value))))

    def _writer(self, kind: DataType) -> Callable[[Any], str] | None:
        if isinstance(kind, DateType):
            return self._date
        if isinstance(kind, TimestampType):
            return self._timestamp
        if isinstance(kind, TimestampNTZType):
            return self._local
        if isinstance(kind, BinaryType):
            return lambda data: base64.b64encode(data).decode()
        return None


def _list(column: pa.Array) -> Texts:
    found: list[str | None] = column.to_pylist()
    return found


def _number(text: str | None) -> str | None:
    return json_string(text) if text in ("NaN", "Infinity", "-Infinity") else text


def java_text(value: Any) -> str:
    """A decimal as Java's ``BigDecimal.toString`` prints it: with an exponent when it is small.

    >>> from decimal import Decimal
    >>> java_text(Decimal("0.00000010")), java_text(Decimal("1.50"))
    ('1.0E-7', '1.50')
    """
    return str(value)


def json_string(text: str) -> str:
    """A string in quotes, escaped as Jackson does.

    >>> json_string("a/b\\x1f")
    '"a/b\\\\u001F"'
    """
    escaped = json.dumps(text, ensure_ascii=False)
    return _CONTROL.sub(lambda match: "\\u" + match[0][2:].upper(), escaped) if "\\u00" in escaped else escaped


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


def _child(column: pa.StructArray, at: int) -> pa.Array:
    return column.field(at)


def _nulled(texts: Sequence[str], column: pa.Array) -> Texts:
    if not column.null_count:
        return texts
    return [text if there else None for text, there in zip(texts, column.is_valid().to_pylist(), strict=True)]


def _span(column: pa.ListArray | pa.MapArray) -> tuple[int, int]:
    return column.offsets[0].as_py(), column.offsets[len(column)].as_py()


def _joined(column: pa.ListArray | pa.MapArray, items: Sequence[str], opening: str, closing: str) -> Texts:
    """The texts of lists, given those of all their items."""
    lengths = pc.list_value_length(column).to_pylist() if pa.types.is_list(column.type) else _lengths(column)
    out: list[str | None] = []
    at = 0
    for length in lengths:
        if length is None:
            out.append(None)
            continue
        out.append(opening + ",".join(items[at : at + length]) + closing)
        at += length
    return out


def _lengths(column: pa.MapArray) -> list[int | None]:
    starts = column.offsets.to_pylist()
    valid = column.is_valid().to_pylist()
    return [starts[at + 1] - starts[at] if there else None for at, there in enumerate(valid)]
