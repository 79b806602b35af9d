"""Intervals: their text forms, and making them.

A calendar interval is ``(months, days, microseconds)``, a year-month interval a number of months, a day-time interval a
number of microseconds. Fields of ANSI intervals are numbered as in the types: YEAR 0, MONTH 1; DAY 0, HOUR 1, MINUTE 2,
SECOND 3.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pyrdd.errors import ArithmeticException, IllegalArgumentException
from pyrdd.sql.kernels.calendars import DAY_MICROS
from pyrdd.sql.kernels.datetime_parse import _BLANKS
from pyrdd.sql.types import DataType, DayTimeIntervalType, YearMonthIntervalType

Interval = tuple[int, int, int]

_YM_FIELDS, _DT_FIELDS = ("YEAR", "MONTH"), ("DAY", "HOUR", "MINUTE", "SECOND")
_FIELD_MICROS = (DAY_MICROS, 3_600_000_000, 60_000_000, 1_000_000)
_UNIT_MONTHS = {"year": 12, "month": 1}
_UNIT_DAYS = {"week": 7, "day": 1}
_UNIT_MICROS = {"hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000, "millisecond": 1000, "microsecond": 1}
_PART = re.compile(r"([+-]?)\s*(\d+)?(?:\.(\d{0,9}))?\s+([a-z]+)(?:\s+|$)", re.ASCII)


def _overflow(message: str) -> ArithmeticException:
    return ArithmeticException(
        errorClass="ARITHMETIC_OVERFLOW",
        messageParameters={"message": message, "alternative": "", "config": '"spark.sql.ansi.enabled"'},
    )


def _fits(value: int, bits: int) -> bool:
    return -(1 << (bits - 1)) <= value < 1 << (bits - 1)


# --- calendar intervals ----------------------------------------------------------------------------------------------


def parse_interval(text: str) -> Interval | None:
    """``1 year -2 days 3.5 seconds``, with or without the word INTERVAL in front; ``None`` for other text.

    >>> parse_interval("interval 1 week 2 hours"), parse_interval("1.5 days")
    ((0, 7, 7200000000), None)
    """
    rest = text.strip(_BLANKS).lower()
    rest = re.sub(r"^interval\s+", "", rest)
    months = days = micros = 0
    at = 0
    while at < len(rest):
        match = _PART.match(rest, at)
        found = None if match is None else _part(match)
        if match is None or found is None:
            return None
        months, days, micros = months + found[0], days + found[1], micros + found[2]
        at = match.end()
    valid = at and _fits(months, 32) and _fits(days, 32) and _fits(micros, 64)
    return (months, days, micros) if valid else None


def _part(match: re.Match[str]) -> Interval | None:
    """One number and unit; only seconds may have a fraction."""
    sign, whole, fraction, unit = match.groups()
    unit = unit.removesuffix("s")
    if (whole is None and not fraction) or (fraction is not None and unit != "second"):
        return None
    number = int(whole or 0)
    factor = -1 if sign == "-" else 1
    if unit in _UNIT_MONTHS:
        return factor * number * _UNIT_MONTHS[unit], 0, 0
    if unit in _UNIT_DAYS:
        return 0, factor * number * _UNIT_DAYS[unit], 0
    if unit in _UNIT_MICROS:
        return 0, 0, factor * (number * _UNIT_MICROS[unit] + int((fraction or "0").ljust(9, "0")) // 1000)
    return None


def interval_to_string(interval: Interval) -> str:
    """A calendar interval as text.

    >>> interval_to_string((14, -3, 7_500_000)), interval_to_string((0, 0, 0))
    ('1 years 2 months -3 days 7.5 seconds', '0 seconds')
    """
    months, days, micros = interval
    years, months = _truncated(months, 12)
    hours, rest = _truncated(micros, 3_600_000_000)
    minutes, rest = _truncated(rest, 60_000_000)
    parts = [(years, "years"), (months, "months"), (days, "days"), (hours, "hours"), (minutes, "minutes")]
    texts = [f"{number} {unit}" for number, unit in parts if number]
    if rest:
        texts.append(f"{_plain(Decimal(rest).scaleb(-6))} seconds")
    return " ".join(texts) or "0 seconds"


def _truncated(value: int, by: int) -> tuple[int, int]:
    """Quotient and remainder with the sign of the value, as the JVM divides."""
    quotient = abs(value) // by
    quotient = -quotient if value < 0 else quotient
    return quotient, value - quotient * by


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def make_interval(
    years: int = 0, months: int = 0, weeks: int = 0, days: int = 0, hours: int = 0, minutes: int = 0,
    seconds: Decimal | int = 0,
) -> Interval:  # fmt: skip
    """A calendar interval. ``ArithmeticException`` (ARITHMETIC_OVERFLOW) when a part is too large."""
    total_months, total_days = years * 12 + months, weeks * 7 + days
    micros = (hours * 3600 + minutes * 60) * 1_000_000 + int(Decimal(seconds) * 1_000_000)
    if not (_fits(total_months, 32) and _fits(total_days, 32) and _fits(micros, 64)):
        raise _overflow("overflow")
    return total_months, total_days, micros


def make_dt_interval(days: int = 0, hours: int = 0, minutes: int = 0, seconds: Decimal | int = 0) -> int:
    """A day-time interval; errors as `make_ym_interval`."""
    micros = days * DAY_MICROS + (hours * 3600 + minutes * 60) * 1_000_000 + int(Decimal(seconds) * 1_000_000)
    if not _fits(micros, 64):
        raise ArithmeticException(errorClass="INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", messageParameters={})
    return micros


def make_ym_interval(years: int = 0, months: int = 0) -> int:
    """A year-month interval. ``ArithmeticException`` (INTERVAL_ARITHMETIC_OVERFLOW) when it is too large."""
    total = years * 12 + months
    if not _fits(total, 32):
        raise ArithmeticException(errorClass="INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", messageParameters={})
    return total


# --- ANSI intervals as text ------------------------------------------------------------------------------------------


def year_month_to_string(months: int, start: int = 0, end: int = 1, ansi: bool = True) -> str:
    """A year-month interval as text; without ``ansi`` only what stands between the quotes.

    >>> year_month_to_string(-14), year_month_to_string(14, ansi=False)
    ("INTERVAL '-1-2' YEAR TO MONTH", '1-2')
    """
    sign, size = ("-" if months < 0 else ""), abs(months)
    text = f"{size // 12}-{size % 12}" if start != end else str(size // 12 if end == 0 else size)
    return _dressed(sign + text, _YM_FIELDS, start, end) if ansi else sign + text


def day_time_to_string(micros: int, start: int = 0, end: int = 3, ansi: bool = True) -> str:
    """A day-time interval as text; without ``ansi`` only what stands between the quotes.

    >>> day_time_to_string(93_784_500_000)
    "INTERVAL '1 02:03:04.5' DAY TO SECOND"
    """
    rest = abs(micros)
    text = ""
    for field in range(start, end + 1):
        number, rest = divmod(rest, _FIELD_MICROS[field])
        if field > start:
            text += " " if field == 1 else ":"
        text += str(number) if field == 0 else f"{number:02}"
    if end == 3 and rest:
        text += f".{rest:06}".rstrip("0")
    text = ("-" if micros < 0 else "") + text
    return _dressed(text, _DT_FIELDS, start, end) if ansi else text


def _dressed(text: str, fields: tuple[str, ...], start: int, end: int) -> str:
    return f"INTERVAL '{text}' {_range(fields, start, end)}"


def _range(fields: tuple[str, ...], start: int, end: int) -> str:
    return fields[start] if start == end else f"{fields[start]} TO {fields[end]}"


_YM_SHAPES = {(0, 1): ("y-m", r"(\d+)-(\d+)"), (0, 0): ("y", r"(\d+)"), (1, 1): ("m", r"(\d+)")}
_DT_SHAPES = {
    (0, 0): ("d", r"(\d+)"), (0, 1): ("d h", r"(\d+) (\d{1,2})"), (0, 2): ("d h:m", r"(\d+) (\d{1,2}):(\d{1,2})"),
    (0, 3): ("d h:m:s.n", r"(\d+) (\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)"), (1, 1): ("h", r"(\d+)"),
    (1, 2): ("h:m", r"(\d+):(\d{1,2})"), (1, 3): ("h:m:s.n", r"(\d+):(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)"),
    (2, 2): ("m", r"(\d+)"), (2, 3): ("m:s.n", r"(\d+):(\d{1,2}(?:\.\d{1,9})?)"),
    (3, 3): ("s.n", r"(\d+(?:\.\d{1,9})?)"),
}  # fmt: skip


def _match_ansi(text: str, shape: str, fields: str) -> tuple[int, re.Match[str]] | None:
    """The sign and the numbers of ``1-2`` or ``INTERVAL '1-2' YEAR TO MONTH``."""
    trimmed = text.strip(_BLANKS)
    bare = re.fullmatch(rf"([+-]?){shape}", trimmed, re.ASCII)
    if bare:
        return (-1 if bare[1] == "-" else 1), bare
    names = re.sub(" ", r"\\s+", fields)
    full = re.fullmatch(rf"INTERVAL\s+([+-]?)'([+-]?{shape})'\s+{names}", trimmed, re.ASCII | re.IGNORECASE)
    if full is None:
        return None
    inner = re.fullmatch(rf"([+-]?){shape}", full[2], re.ASCII)
    assert inner is not None
    return (-1 if (full[1] == "-") != (inner[1] == "-") else 1), inner


def _unmatched(text: str, kind: str, shape: str, fields: str, notice: bool) -> IllegalArgumentException:
    suffix = "_WITH_NOTICE" if notice else ""
    return IllegalArgumentException(
        errorClass=f"INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING{suffix}",
        messageParameters={
            "intervalStr": kind,
            "supportedFormat": f"`[+|-]{shape}`, `INTERVAL [+|-]'[+|-]{shape}' {fields}`",
            "typeName": f"interval {fields.lower()}",
            "input": text,
        },
    )


def parse_year_month(text: str, start: int = 0, end: int = 1) -> int:
    """The months of ``1-2`` or ``INTERVAL '1-2' YEAR TO MONTH``. ``IllegalArgumentException`` (INVALID_INTERVAL_FORMAT)
    for other text.

    >>> parse_year_month("-1-2")
    -14
    """
    shape, pattern = _YM_SHAPES[start, end]
    fields = _range(_YM_FIELDS, start, end)
    found = _match_ansi(text, pattern, fields)
    if found is None:
        raise _unmatched(text, "year-month", shape, fields, notice=False)
    sign, match = found
    numbers = [int(group) for group in match.groups()[1:]]
    if len(numbers) == 2 and numbers[1] > 11:
        raise _unparsable(text, "year-month")
    total = sign * (numbers[0] * 12 + numbers[1] if len(numbers) == 2 else numbers[0] * (12 if end == 0 else 1))
    if not _fits(total, 32):
        raise _unparsable(text, "year-month")
    return total


def _unparsable(text: str, kind: str) -> IllegalArgumentException:
    return IllegalArgumentException(
        errorClass="INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", messageParameters={"input": text, "interval": kind}
    )


def parse_day_time(text: str, start: int = 0, end: int = 3) -> int:
    """The microseconds of ``1 02:03:04.5`` or ``INTERVAL '1 02:03:04.5' DAY TO SECOND``. ``IllegalArgumentException``
    (INVALID_INTERVAL_FORMAT) for other text.

    >>> parse_day_time("1 02:03:04.5")
    93784500000
    """
    shape, pattern = _DT_SHAPES[start, end]
    fields = _range(_DT_FIELDS, start, end)
    found = _match_ansi(text, pattern, fields)
    if found is None:
        raise _unmatched(text, "day-time", shape, fields, notice=True)
    sign, match = found
    micros = 0
    for field, group in zip(range(start, end + 1), match.groups()[1:], strict=True):
        limit = None if field == start else (24 if field == 1 else 60)
        if limit is not None and Decimal(group) >= limit:
            name = _DT_FIELDS[field].lower()
            raise IllegalArgumentException(message=f"requirement failed: {name} {group} outside range [0, {limit - 1}]")
        micros += int(Decimal(group) * _FIELD_MICROS[field])
    if not _fits(sign * micros, 64):
        raise _unparsable(text, "day-time")
    return sign * micros


def interval_text(value: Any, data_type: DataType) -> str:
    """An interval of any kind as a cast to a string gives it."""
    match data_type:
        case YearMonthIntervalType(startField=start, endField=end):
            return year_month_to_string(value, start, end)
        case DayTimeIntervalType(startField=start, endField=end):
            return day_time_to_string(value, start, end)
    return interval_to_string(value)
