"""Literals: numbers with suffixes, ``DATE '...'`` and its like."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable

from pyrdd.sql import types as t
from pyrdd.sql.expressions import Cast, Expression, Literal, UnresolvedFunction
from pyrdd.sql.kernels.datetime_parse import parse_date, parse_time, parse_timestamp, parse_timestamp_ntz
from pyrdd.sql.kernels.timezones import parse_zone
from pyrdd.sql.literals import decimal_type_of
from pyrdd.sql.parser.errors import parse_error
from pyrdd.sql.parser.intervals import interval_from_text

_INTEGERS: dict[str, tuple[Callable[[], t.DataType], int, str]] = {
    "L": (t.LongType, 63, "bigint"),
    "S": (t.ShortType, 15, "smallint"),
    "Y": (t.ByteType, 7, "tinyint"),
}
_EPOCH_DAY = datetime.date(1970, 1, 1)


def number_literal(text: str) -> Literal:
    """The literal of a number as written: int, bigint or decimal by size; double with an exponent; or by its suffix.

    >>> number_literal("1.50"), number_literal("-3L")
    (Literal(value=Decimal('1.50'), data_type=DecimalType(3,2)), Literal(value=-3, data_type=LongType()))
    """
    upper = text.upper()
    if upper.endswith("BD"):
        return _decimal(upper[:-2])
    if upper[-1] in _INTEGERS:
        return _sized_integer(text[:-1], upper[-1])
    if upper[-1] in "DF":
        return _floating(text[:-1], upper[-1])
    if "E" in upper:
        return _floating(text, "D")
    if "." in text:
        return _decimal(text)
    return _integer(text)


def _integer(text: str) -> Literal:
    value = int(text)
    for kind, bits in ((t.IntegerType, 31), (t.LongType, 63)):
        if -(1 << bits) <= value < 1 << bits:
            return Literal(value, kind())
    return _decimal(text)


def _sized_integer(text: str, suffix: str) -> Literal:
    kind, bits, name = _INTEGERS[suffix]
    lowest, highest = -(1 << bits), (1 << bits) - 1
    if not text.lstrip("-").isdigit():
        raise parse_error("PARSE_SYNTAX_ERROR", error=f"'{text}{suffix}'", hint="")
    if not lowest <= int(text) <= highest:
        raise _out_of_range(text, str(lowest), str(highest), name)
    return Literal(int(text), kind())


def _floating(text: str, suffix: str) -> Literal:
    value = float(text)
    if suffix == "F":
        if abs(value) > 3.4028234663852886e38:
            raise _out_of_range(text, "-3.4028234663852886E+38", "3.4028234663852886E+38", "float")
        return Literal(value, t.FloatType())
    if value in (float("inf"), float("-inf")):
        raise _out_of_range(text, "-1.7976931348623157E+308", "1.7976931348623157E+308", "double")
    return Literal(value, t.DoubleType())


def _decimal(text: str) -> Literal:
    value = decimal.Decimal(text.rstrip("."))
    if value == 0:
        value = abs(value)  # Spark's decimals have no negative zero
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        value = decimal.Context(prec=100).quantize(value, decimal.Decimal(1)) if exponent < 60 else value
    digits = decimal_type_of(value)
    if digits.precision > 38:
        raise parse_error("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", precision=str(digits.precision), maxPrecision="38")
    return Literal(value, digits)


def _out_of_range(text: str, lowest: str, highest: str, name: str) -> Exception:
    return parse_error(
        "INVALID_NUMERIC_LITERAL_RANGE", rawStrippedQualifier=text, minValue=lowest, maxValue=highest, typeName=name
    )


def typed_literal(name: str, text: str, time_zone: str, ansi_ntz: bool) -> Expression:
    """``name 'text'``: dates, timestamps, times, intervals, hexadecimal bytes.

    Raises ParseException (INVALID_TYPED_LITERAL, UNSUPPORTED_TYPED_LITERAL).
    """
    word = text.strip().lower()
    match name:
        case "DATE" if word in _RELATIVE_DAYS:
            return _relative_date(word)
        case "TIMESTAMP" | "TIMESTAMP_LTZ" | "TIMESTAMP_NTZ" if word in _RELATIVE_DAYS:
            return _relative_timestamp(word, name == "TIMESTAMP_NTZ" or (name == "TIMESTAMP" and ansi_ntz))
        case "DATE":
            return _date(text)
        case "TIMESTAMP_NTZ":
            return _timestamp_ntz(text)
        case "TIMESTAMP_LTZ":
            return _timestamp(name, text, time_zone)
        case "TIMESTAMP":
            return _timestamp_ntz(text) if ansi_ntz else _timestamp(name, text, time_zone)
        case "TIME":
            return _time(text)
        case "INTERVAL":
            return interval_from_text(text)
        case "X":
            return _binary(text)
    raise parse_error(
        "UNSUPPORTED_TYPED_LITERAL",
        unsupportedType=f'"{name}"',
        supportedTypes='"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"',
    )


_RELATIVE_DAYS = {"epoch": None, "now": 0, "today": 0, "yesterday": -1, "tomorrow": 1}


def _relative_date(word: str) -> Expression:
    """``DATE 'today'``: computed when the query runs, for a parsed text may be used again tomorrow."""
    days = _RELATIVE_DAYS[word]
    if days is None:
        return Literal(_EPOCH_DAY, t.DateType())
    today: Expression = UnresolvedFunction(("current_date",), ())
    return today if days == 0 else UnresolvedFunction(("date_add",), (today, Literal(days, t.IntegerType())))


def _relative_timestamp(word: str, ntz: bool) -> Expression:
    if word == "epoch":
        return Literal(0, t.TimestampNTZType() if ntz else t.TimestampType())
    if word == "now":
        return UnresolvedFunction(("localtimestamp" if ntz else "current_timestamp",), ())
    return Cast(_relative_date(word), t.TimestampNTZType() if ntz else t.TimestampType())


def _invalid(name: str, text: str) -> Exception:
    return parse_error("INVALID_TYPED_LITERAL", valueType=f'"{name}"', value=f"'{text}'")


def _date(text: str) -> Expression:
    days = parse_date(text)
    if days is None:
        raise _invalid("DATE", text)
    try:
        return Literal(_EPOCH_DAY + datetime.timedelta(days), t.DateType())
    except OverflowError:  # a year that datetime.date does not have: left to the engine's cast
        return Cast(Literal(text, t.StringType()), t.DateType())


def _timestamp(name: str, text: str, time_zone: str) -> Expression:
    micros = parse_timestamp(text, parse_zone(time_zone))
    if micros is None and parse_timestamp(text, parse_zone(time_zone), 0) is not None:
        return Cast(Literal(text, t.StringType()), t.TimestampType())  # a time of today
    if micros is None:
        raise _invalid(name, text)
    return Literal(micros, t.TimestampType())


def _timestamp_ntz(text: str) -> Expression:
    micros = parse_timestamp_ntz(text)
    if micros is None:
        raise _invalid("TIMESTAMP_NTZ", text)
    return Literal(micros, t.TimestampNTZType())


def _time(text: str) -> Expression:
    micros = parse_time(text)
    if micros is None:
        raise _invalid("TIME", text)
    value = (datetime.datetime.min + datetime.timedelta(microseconds=micros)).time()
    return Literal(value, t.TimeType(6))


def _binary(text: str) -> Expression:
    try:
        return Literal(bytes.fromhex("0" * (len(text) % 2) + text), t.BinaryType())
    except ValueError:
        raise _invalid("X", text) from None
