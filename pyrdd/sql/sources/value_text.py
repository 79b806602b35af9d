"""Columns as text, as SQL's cast to string writes their values: for directory names and text formats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from pyrdd.sql.kernels.datetime_parse import date_to_string, local_to_string, time_to_string, timestamp_to_string
from pyrdd.sql.kernels.timezones import parse_zone
from pyrdd.sql.sources.texts import decimal_text, double_text, float_text
from pyrdd.sql.types import (
    BinaryType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)

PLAIN_FROM, PLAIN_TO = 1e-3, 1e7


def text_column(column: pa.Array, kind: DataType, zone: str) -> pa.Array:
    """The column as strings; nulls stay null."""
    if isinstance(kind, (DoubleType, FloatType)):
        return double_column(column, float_text if isinstance(kind, FloatType) else double_text)
    write = _writer(kind, zone)
    if write is None:
        return column.cast(pa.string())
    return mapped(internal(column), write)


def mapped(column: pa.Array, write: Callable[[Any], str]) -> pa.Array:
    """A function's text for each value; equal values are written once."""
    encoded = column.dictionary_encode()
    texts = pa.array([write(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return texts.take(encoded.indices)


def internal(column: pa.Array) -> pa.Array:
    """Dates as days and times as microseconds; other columns as they are."""
    kind = column.type
    if pa.types.is_date32(kind):
        return column.cast(pa.int32())
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz)).cast(pa.int64())
    if pa.types.is_time64(kind):
        micros = column if kind.unit == "us" else column.cast(pa.time64("us"), safe=False)
        return micros.cast(pa.int64())
    return column


def double_column(column: pa.Array, write: Callable[[float], str]) -> pa.Array:
    """Floating-point numbers as Java prints them. Arrow writes those that need no exponent."""
    import pyarrow.compute as pc  # here: loading it takes longer than a small query

    size = pc.abs(column)
    plain = pc.and_(pc.greater_equal(size, PLAIN_FROM), pc.less(size, PLAIN_TO))
    texts = pc.cast(column, pa.string())
    if pc.all(plain, min_count=0).as_py() is not False and not _odd(texts):
        return texts
    rest = [None if value is None else write(value) for value in column.to_pylist()]
    return pa.array(rest, pa.string())


def _odd(texts: pa.Array) -> bool:
    import pyarrow.compute as pc  # here: as above

    return bool(pc.any(pc.invert(pc.match_substring(texts, "."))).as_py())


def _writer(kind: DataType, zone: str) -> Callable[[Any], str] | None:
    if isinstance(kind, DateType):
        return date_to_string
    if isinstance(kind, TimestampType):
        found = parse_zone(zone)
        return lambda micros: timestamp_to_string(micros, found)
    if isinstance(kind, TimestampNTZType):
        return local_to_string
    if isinstance(kind, TimeType):
        return time_to_string
    if isinstance(kind, DecimalType):
        return decimal_text
    if isinstance(kind, BinaryType):
        return lambda data: bytes(data).decode("utf-8", "replace")
    return None
