"""Columns of text as columns of values, exactly as Spark's CSV reader converts them.

Each column is checked by a regular expression and cast by Arrow; what the expression does not know goes through Python,
one distinct text at a time. A text that is no value of the type is null and marks its row as malformed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pyrdd.sql.kernels.datetime_format import parser
from pyrdd.sql.kernels.timezones import parse_zone
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.errors import not_implemented
from pyrdd.sql.sources.temporal import cast_date, cast_time, cast_timestamp
from pyrdd.sql.sources.texts import fit_decimal, java_decimal, java_double, java_integer
from pyrdd.sql.types import (
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    StringType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)

_BITS = {"tinyint": 7, "smallint": 15, "int": 31, "bigint": 63}
_SAFE_DIGITS = {"tinyint": 2, "smallint": 4, "int": 9, "bigint": 18}
_DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_CLOCK = r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"

Convert = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Converter:
    """How one column's texts become values: ``fast`` texts by Arrow's cast, the rest by ``slow`` (``None``: malformed,
    given in Arrow's storage: days, microseconds)."""

    target: pa.DataType
    fast: str
    slow: Convert

    def __call__(self, texts: pa.Array) -> tuple[pa.Array, pa.Array | None]:
        """The values, and which texts are malformed (``None`` when none is)."""
        if pa.types.is_string(self.target):
            return texts, None
        import pyarrow.compute as pc  # here: loading it takes longer than a small query

        known = pc.match_substring_regex(texts, self.fast) if self.fast else pa.array([False] * len(texts))
        if self.fast and pc.all(known, min_count=0).as_py() is not False:
            return self._cast(texts), None
        values = self._cast(pc.if_else(known, texts, None)) if self.fast else pa.nulls(len(texts), self.target)
        rest = pc.if_else(pc.fill_null(known, True), None, texts)
        slow = self._slow(rest)
        bad = pc.and_(pc.is_valid(rest), pc.is_null(slow))
        return pc.coalesce(values, slow), bad if pc.any(bad).as_py() else None

    def _cast(self, texts: pa.Array) -> pa.Array:
        if pa.types.is_timestamp(self.target) and self.target.tz is not None:
            return self._local(texts)
        return texts.cast(self.target)

    def _local(self, texts: pa.Array) -> pa.Array:
        return texts.cast(pa.timestamp("us"))

    def _slow(self, texts: pa.Array) -> pa.Array:
        encoded = texts.dictionary_encode()
        found = [self.slow(text) for text in encoded.dictionary.to_pylist()]
        return in_storage(found, self.target).take(encoded.indices)


@dataclass(frozen=True, slots=True)
class _ZonedConverter(Converter):
    """Timestamps in a zone: Arrow knows the zone's rules but not Spark's answer for hours that do not exist."""

    zone: str

    def _local(self, texts: pa.Array) -> pa.Array:
        import pyarrow.compute as pc  # here: as above

        local = texts.cast(pa.timestamp("us"))
        try:
            return pc.assume_timezone(local, self.zone, ambiguous="earliest").cast(self.target)
        except pa.ArrowInvalid:
            return self._slow(texts)


def in_storage(values: list[Any], target: pa.DataType) -> pa.Array:
    """Values as an array; dates given in days, times and timestamps in microseconds."""
    if pa.types.is_date32(target):
        return pa.array(values, pa.int32()).cast(target)
    if pa.types.is_timestamp(target):
        return pa.array(values, pa.int64()).cast(target)
    if pa.types.is_time64(target):
        return pa.array(values, pa.int64()).cast(pa.time64("us")).cast(target)
    return pa.array(values, target)


def converter(kind: DataType, target: pa.DataType, options: Options) -> Converter:
    """The converter of a column."""
    if isinstance(kind, StringType):
        return Converter(target, "", str)
    simple = kind.simpleString()
    if simple in _BITS:
        return Converter(target, f"^-?[0-9]{{1,{_SAFE_DIGITS[simple]}}}$", _integer(_BITS[simple]))
    if isinstance(kind, (DoubleType, FloatType)):
        return Converter(target, r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?$", _double(options))
    if isinstance(kind, BooleanType):
        return Converter(target, "^(?:true|false)$", lambda text: {"true": True, "false": False}.get(text.lower()))
    if isinstance(kind, DecimalType):
        digits, exact = kind.precision - kind.scale, f"(?:\\.[0-9]{{0,{kind.scale}}})?" if kind.scale else ""
        fast = f"^-?[0-9]{{1,{digits}}}{exact}$" if digits and "locale" not in options else ""
        return Converter(target, fast, _decimal(kind, options))
    if isinstance(kind, BinaryType):
        return Converter(target, "", str.encode)
    return _datetime_converter(kind, target, options)


def _datetime_converter(kind: DataType, target: pa.DataType, options: Options) -> Converter:
    zone = options.timezone
    if isinstance(kind, DateType):
        own = "dateFormat" in options
        return Converter(target, "" if own else f"^{_DATE}$", date_reader(options))
    if isinstance(kind, TimestampType):
        own = "timestampFormat" in options
        return _ZonedConverter(target, "" if own else f"^{_DATE}(?:{_CLOCK})?$", timestamp_reader(options), zone)
    if isinstance(kind, TimestampNTZType):
        own = "timestampNTZFormat" in options
        return Converter(target, "" if own else f"^{_DATE}(?:{_CLOCK})?$", ntz_reader(options))
    if isinstance(kind, TimeType):
        return Converter(target, "", cast_time)
    raise not_implemented(f"Reading {kind.simpleString()} from text", "Read the column as a string and cast it.")


def _integer(bits: int) -> Convert:
    def convert(text: str) -> int | None:
        value = java_integer(text)
        return value if value is not None and -(1 << bits) <= value < 1 << bits else None

    return convert


def _double(options: Options) -> Convert:
    special = {
        options.get("nanValue", "NaN"): float("nan"),
        options.get("positiveInf", "Inf"): float("inf"),
        options.get("negativeInf", "-Inf"): float("-inf"),
    }
    return lambda text: special[text] if text in special else java_double(text)


def _decimal(kind: DecimalType, options: Options) -> Convert:
    read = decimal_reader(options)

    def convert(text: str) -> Any:
        value = read(text)
        return None if value is None else fit_decimal(value, kind.precision, kind.scale)

    return convert


def decimal_reader(options: Options) -> Convert:
    """Text to exact decimals with the locale's separators."""
    locale = options.get("locale", "en-US").lower().replace("_", "-")
    language = locale.partition("-")[0]
    if language == "en":
        return lambda text: java_decimal(text.replace(",", ""))
    if language in ("de", "es", "it", "nl", "pt", "id", "tr", "da"):
        return lambda text: java_decimal(text.replace(".", "").replace(",", "."))
    raise not_implemented(f"Reading decimals of the locale {locale}", "Use en-US or de-DE, or read strings.")


def _check_locale(options: Options, pattern: str) -> None:
    language = options.get("locale", "en-US").lower().replace("_", "-").partition("-")[0]
    if language != "en" and ("MMM" in pattern or "E" in pattern or "LLL" in pattern):
        raise not_implemented(f"Names of months and days in the language {language}", "Use locale en-US.")


def _by_pattern(pattern: str, read: Callable[[Any, str], int]) -> Convert:
    compiled = parser(pattern)

    def convert(text: str) -> int | None:
        try:
            return read(compiled, text)
        except ValueError:
            return None

    return convert


def date_reader(options: Options) -> Convert:
    """Text to days, by ``dateFormat`` or as a cast reads it."""
    pattern = options.get("dateFormat")
    if pattern is None:
        return cast_date
    _check_locale(options, pattern)
    return _by_pattern(pattern, lambda compiled, text: compiled.date(text))


def timestamp_reader(options: Options) -> Convert:
    """Text to instants, by ``timestampFormat`` or as a cast reads it."""
    pattern, zone = options.get("timestampFormat"), options.timezone
    if pattern is None:
        return lambda text: cast_timestamp(text, zone)
    _check_locale(options, pattern)
    found = parse_zone(zone)
    return _by_pattern(pattern, lambda compiled, text: compiled.timestamp(text, found))


def ntz_reader(options: Options) -> Convert:
    """Text to local timestamps, by ``timestampNTZFormat`` or as a cast reads it."""
    pattern = options.get("timestampNTZFormat")
    if pattern is None:
        return lambda text: cast_timestamp(text, None)
    return _by_pattern(pattern, lambda compiled, text: compiled.local(text))
