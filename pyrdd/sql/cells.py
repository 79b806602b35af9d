"""Values as `DataFrame.show` prints them: Spark's pretty strings, in which null is ``NULL`` at every depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from pyrdd.sql.kernels.datetime_parse import date_to_string, local_to_string, time_to_string, timestamp_to_string
from pyrdd.sql.kernels.timezones import parse_zone
from pyrdd.sql.sources.texts import decimal_text, double_text, float_text
from pyrdd.sql.sources.value_text import internal
from pyrdd.sql.types import (
    AnsiIntervalType,
    ArrayType,
    BinaryType,
    BooleanType,
    CalendarIntervalType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    MapType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VariantType,
)
from pyrdd.sql.types.variant_decoding import to_json

Write = Callable[[Any], str]


def cell_texts(column: pa.ChunkedArray | pa.Array, data_type: DataType, zone: str) -> list[str]:
    """The text of each value of a column."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return [text for chunk in chunks for text in _texts(chunk, data_type, zone)]


def _texts(array: pa.Array, data_type: DataType, zone: str) -> list[str]:
    match data_type:
        case UserDefinedType():
            return _texts(array, data_type.sqlType(), zone)
        case ArrayType(elementType=element):
            items = _parts(array, array.values, element, zone)
            return [_null(x, lambda texts: f"[{', '.join(texts)}]") for x in items]
        case MapType(keyType=key, valueType=value):
            keys = _parts(array, array.keys, key, zone)
            values = _parts(array, array.items, value, zone)
            return [_entries(k, v) for k, v in zip(keys, values, strict=True)]
        case StructType(fields=fields):
            columns = [_texts(child, f.dataType, zone) for child, f in zip(array.flatten(), fields, strict=True)]
            rows = zip(*columns, strict=True) if columns else [()] * len(array)
            valid = array.is_valid().to_pylist()
            return [f"{{{', '.join(row)}}}" if ok else "NULL" for row, ok in zip(rows, valid, strict=True)]
        case _:
            write = _writer(data_type, zone)
            return ["NULL" if value is None else write(value) for value in internal(array).to_pylist()]


def _parts(array: pa.Array, inner: pa.Array, data_type: DataType, zone: str) -> list[list[str] | None]:
    texts = _texts(inner, data_type, zone)
    offsets, valid = array.offsets.to_pylist(), array.is_valid().to_pylist()
    return [texts[a:b] if ok else None for a, b, ok in zip(offsets, offsets[1:], valid, strict=False)]


def _null(texts: list[str] | None, write: Callable[[list[str]], str]) -> str:
    return "NULL" if texts is None else write(texts)


def _entries(keys: list[str] | None, values: list[str] | None) -> str:
    if keys is None or values is None:
        return "NULL"
    return f"{{{', '.join(f'{k} -> {v}' for k, v in zip(keys, values, strict=True))}}}"


def _writer(data_type: DataType, zone: str) -> Write:
    match data_type:
        case BooleanType():
            return lambda value: "true" if value else "false"
        case FloatType():
            return float_text
        case DoubleType():
            return double_text
        case DecimalType():
            return decimal_text
        case BinaryType():
            return lambda value: f"[{value.hex(' ').upper()}]"
        case DateType():
            return date_to_string
        case TimestampType():
            return lambda value: timestamp_to_string(value, parse_zone(zone))
        case TimestampNTZType():
            return local_to_string
        case TimeType():
            return time_to_string
        case VariantType():
            return lambda value: to_json(value["value"], value["metadata"], zone)
        case CalendarIntervalType() | AnsiIntervalType():
            return _interval_writer(data_type)
        case _:
            return str


def _interval_writer(data_type: DataType) -> Write:
    from pyrdd.sql.kernels.intervals import interval_text  # here: only tables with intervals need it

    return lambda value: interval_text(_interval(value), data_type)


def _interval(value: Any) -> Any:
    """The internal value of an interval: Arrow has day-time ones as timedeltas, calendar ones as triples."""
    if hasattr(value, "total_seconds"):
        return (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds
    return (value[0], value[1], value[2] // 1000) if isinstance(value, tuple) else value
