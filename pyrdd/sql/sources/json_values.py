"""Decoded JSON as values of a schema, with Spark's rules of what fits which type.

A value that does not fit becomes null and marks its record as malformed; the rest of the record is kept.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.csv_values import date_reader, decimal_reader, ntz_reader, timestamp_reader
from pyrdd.sql.sources.errors import not_implemented
from pyrdd.sql.sources.json_text import Float, Integer, Nested
from pyrdd.sql.sources.temporal import cast_time
from pyrdd.sql.sources.texts import fit_decimal, java_decimal
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
    TimeType,
)

_WORDS = {"NaN": "nan", "+INF": "inf", "-INF": "-inf", "INF": "inf", "Infinity": "inf", "+Infinity": "inf"}
_BITS = {"tinyint": 7, "smallint": 15, "int": 31, "bigint": 63}


class NeedsSource(Exception):
    """A string is asked for where the record has an object or array, and its source text is not at hand."""


class _Bad:
    """Stands for a value that does not fit its type: null in a struct, but an array or map that holds it is lost."""


BAD = _Bad()


class Record:
    """Notes what is wrong while one record is converted."""

    __slots__ = ("malformed",)

    def __init__(self) -> None:
        self.malformed = False

    def wrong(self) -> _Bad:
        self.malformed = True
        return BAD


Convert = Callable[[Any, Record], Any]


def converter(kind: DataType, options: Options) -> Convert:
    """The conversion of a decoded value to a type: dates in days, times and timestamps in microseconds, objects as
    dictionaries or lists of pairs."""
    inner = _converter(kind, options)

    def convert(value: Any, record: Record) -> Any:
        return None if value is None else inner(value, record)

    return convert


def _converter(kind: DataType, options: Options) -> Convert:
    if isinstance(kind, StructType):
        return _struct(kind, options)
    if isinstance(kind, MapType):
        return _map(kind, options)
    if isinstance(kind, ArrayType):
        return _array(kind, options)
    if isinstance(kind, StringType):
        return _string
    if isinstance(kind, NullType):
        return lambda value, record: record.wrong()
    return _checked(_scalar(kind, options))


def _checked(convert: Callable[[Any], Any]) -> Convert:
    def run(value: Any, record: Record) -> Any:
        found = convert(value)
        return record.wrong() if found is None else found

    return run


def _struct(kind: StructType, options: Options) -> Convert:
    fields = [(field.name, converter(field.dataType, options)) for field in kind.fields]

    def convert(value: Any, record: Record) -> Any:
        inside = _inside(value)
        if not isinstance(inside, dict):
            return record.wrong()
        return {name: _or_null(read(inside[name], record)) if name in inside else None for name, read in fields}

    return convert


def _map(kind: MapType, options: Options) -> Convert:
    read = converter(kind.valueType, options)

    def convert(value: Any, record: Record) -> Any:
        inside = _inside(value)
        if not isinstance(inside, dict):
            return record.wrong()
        pairs = [(key, read(item, record)) for key, item in inside.items()]
        return BAD if any(item is BAD for _, item in pairs) else pairs

    return convert


def _array(kind: ArrayType, options: Options) -> Convert:
    read = converter(kind.elementType, options)

    def convert(value: Any, record: Record) -> Any:
        inside = _inside(value)
        if not isinstance(inside, list):
            return record.wrong()
        items = [read(item, record) for item in inside]
        return BAD if BAD in items else items

    return convert


def _or_null(value: Any) -> Any:
    return None if value is BAD else value


def _inside(value: Any) -> Any:
    return value.value if isinstance(value, Nested) else value


def _string(value: Any, record: Record) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Nested):
        return value.source
    if isinstance(value, bool):
        return "true" if value else "false"
    raise NeedsSource


def _scalar(kind: DataType, options: Options) -> Callable[[Any], Any]:
    simple = kind.simpleString()
    if simple in _BITS:
        return _integer(_BITS[simple])
    if isinstance(kind, BooleanType):
        return lambda value: value if isinstance(value, bool) else None
    if isinstance(kind, (DoubleType, FloatType)):
        return _double
    if isinstance(kind, DecimalType):
        return _decimal(kind, options)
    if isinstance(kind, BinaryType):
        return _binary
    return _datetime(kind, options)


def _plain_text(value: Any) -> str | None:
    return value if type(value) is str and value else None


def _integer(bits: int) -> Callable[[Any], int | None]:
    def convert(value: Any) -> int | None:
        if not isinstance(value, Integer):
            return None
        number = int(value)
        if bits == 7 and 128 <= number < 256:  # read as a byte without a sign
            return number - 256
        return number if -(1 << bits) <= number < 1 << bits else None

    return convert


def _double(value: Any) -> float | None:
    if isinstance(value, (Integer, Float)):
        return float(_WORDS.get(value, value))
    text = _plain_text(value)
    if text in _WORDS or text == "-Infinity":
        return float(_WORDS.get(text, text))
    return None


def _decimal(kind: DecimalType, options: Options) -> Callable[[Any], Any]:
    read = decimal_reader(options)

    def convert(value: Any) -> Any:
        if isinstance(value, (Integer, Float)):
            number = java_decimal(value)
        else:
            text = _plain_text(value)
            number = None if text is None else read(text)
        return None if number is None else fit_decimal(number, kind.precision, kind.scale)

    return convert


def _binary(value: Any) -> bytes | None:
    if type(value) is not str:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return None


def _datetime(kind: DataType, options: Options) -> Callable[[Any], Any]:
    readers: dict[type[DataType], Callable[[Options], Callable[[str], Any]]] = {
        DateType: date_reader,
        TimestampType: timestamp_reader,
        TimestampNTZType: ntz_reader,
        TimeType: lambda _: cast_time,
    }
    if type(kind) not in readers:
        raise not_implemented(f"Reading {kind.simpleString()} from JSON", "Read the column as a string and cast it.")
    read = readers[type(kind)](options)
    instant = isinstance(kind, TimestampType)

    def convert(value: Any) -> Any:
        if instant and isinstance(value, Integer):
            return int(value) * 1_000_000
        text = _plain_text(value)
        return None if text is None else read(text)

    return convert
