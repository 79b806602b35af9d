"""Interval literals: ``INTERVAL 1 DAY 2 HOURS``, ``INTERVAL '1-2' YEAR TO MONTH``, ``INTERVAL '3 days'``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pyrdd.sql.expressions import Literal
from pyrdd.sql.parser.errors import parse_error
from pyrdd.sql.types import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType

_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_DAYS = {"week": 7, "day": 1}
_MICROS = {"hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000, "millisecond": 1000, "microsecond": 1}
_YEAR_MONTH_FIELDS = {"year": 0, "quarter": 1, "month": 1}
_DAY_TIME_FIELDS = {"week": 0, "day": 0, "hour": 1, "minute": 2, "second": 3, "millisecond": 3, "microsecond": 3}
_DAY = 86_400_000_000

_PAIR = re.compile(r"([+-]?)\s*(\d*)(\.\d*)?\s+([a-z]+)(?=\s|$)\s*", re.IGNORECASE)
_YEAR_MONTH = re.compile(r"([+-]?)(\d+)-(\d+)")
_DAY_TIME = {
    ("day", "hour"): r"(?P<day>\d+)\s+(?P<hour>\d{1,2})",
    ("day", "minute"): r"(?P<day>\d+)\s+(?P<hour>\d{1,2}):(?P<minute>\d{1,2})",
    ("day", "second"): r"(?P<day>\d+)\s+(?P<hour>\d{1,2}):(?P<minute>\d{1,2}):(?P<second>\d{1,2})(?P<part>\.\d{1,9})?",
    ("hour", "minute"): r"(?P<hour>\d+):(?P<minute>\d{1,2})",
    ("hour", "second"): r"(?P<hour>\d+):(?P<minute>\d{1,2}):(?P<second>\d{1,2})(?P<part>\.\d{1,9})?",
    ("minute", "second"): r"(?P<minute>\d+):(?P<second>\d{1,2})(?P<part>\.\d{1,9})?",
}

Parts = tuple[int, int, int]
"""Months, days and microseconds."""


def interval_from_text(text: str) -> Literal:
    """The literal of ``INTERVAL 'text'``. Raises ParseException (INVALID_TYPED_LITERAL) if it is not an interval."""
    parsed = parse_interval_text(text)
    if parsed is None:
        raise parse_error("INVALID_TYPED_LITERAL", valueType='"INTERVAL"', value=f"'{text}'")
    parts, units = parsed
    return _typed(parts, units, f"INTERVAL '{text}'")


def interval_from_pairs(pairs: Sequence[tuple[str, str]]) -> Literal:
    """The literal of ``INTERVAL value unit value unit ...``. Raises ParseException."""
    text = " ".join(f"{value.strip()} {unit.lower()}" for value, unit in pairs)
    shown = "INTERVAL " + " ".join(f"{value} {unit}" for value, unit in pairs)
    parsed = parse_interval_text(text)
    if parsed is None:
        raise parse_error("INVALID_INTERVAL_FORMAT.INVALID_VALUE", input=text, value=pairs[0][0])
    return _typed(*parsed, shown)


def parse_interval_text(text: str) -> tuple[Parts, list[str]] | None:
    """Months, days and microseconds of ``1 year -2 days 3.5 seconds``, and the units in it; None if it is no interval.

    >>> parse_interval_text("1 day 1.5 seconds")
    ((0, 1, 1500000), ['day', 'second'])
    """
    rest = re.sub(r"^\s*interval(?=\s)", "", text.strip(), flags=re.IGNORECASE).strip()
    months = days = micros = 0
    units: list[str] = []
    position = 0
    while position < len(rest):
        match = _PAIR.match(rest, position)
        if match is None:
            return None
        unit = match[4].lower().removesuffix("s")
        sign = -1 if match[1] == "-" else 1
        if not (match[2] or len(match[3] or "") > 1) or (match[3] and unit != "second"):
            return None
        whole = sign * int(match[2] or 0)
        if unit in _MONTHS:
            months += whole * _MONTHS[unit]
        elif unit in _DAYS:
            days += whole * _DAYS[unit]
        elif unit in _MICROS:
            micros += whole * _MICROS[unit] + sign * _fraction(match[3])
        else:
            return None
        units.append(unit)
        position = match.end()
    fits = abs(months) < 2**31 and abs(days) < 2**31 and abs(micros) < 2**63
    return ((months, days, micros), units) if units and fits else None


def _fraction(text: str | None) -> int:
    return int(Decimal("0" + text) * 1_000_000) if text and len(text) > 1 else 0


def _typed(parts: Parts, units: list[str], shown: str) -> Literal:
    months, days, micros = parts
    if all(unit in _YEAR_MONTH_FIELDS for unit in units):
        fields = [_YEAR_MONTH_FIELDS[unit] for unit in units]
        return Literal(months, YearMonthIntervalType(min(fields), max(fields)))
    if all(unit in _DAY_TIME_FIELDS for unit in units):
        fields = [_DAY_TIME_FIELDS[unit] for unit in units]
        total = days * _DAY + micros
        if not -(2**63) <= total < 2**63:
            raise parse_error("_LEGACY_ERROR_TEMP_0063", msg="long overflow")
        return Literal(total, DayTimeIntervalType(min(fields), max(fields)))
    raise parse_error("_LEGACY_ERROR_TEMP_0029", literal=shown)


def calendar_literal(parts: Parts) -> Literal:
    """The literal of an interval that keeps months, days and microseconds apart."""
    return Literal(parts, CalendarIntervalType())


def interval_between_units(text: str, start: str, end: str) -> Literal:
    """The literal of ``INTERVAL 'text' start TO end``. Raises ParseException."""
    lower, upper = start.lower().removesuffix("s"), end.lower().removesuffix("s")
    if (lower, upper) == ("year", "month"):
        return Literal(_year_month(text, start, end), YearMonthIntervalType(0, 1))
    if (lower, upper) not in _DAY_TIME:
        raise parse_error("INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", input=text, **{"from": start, "to": end})
    fields = DayTimeIntervalType(_DAY_TIME_FIELDS[lower], _DAY_TIME_FIELDS[upper])
    return Literal(_day_time(text, lower, upper), fields)


def _year_month(text: str, start: str, end: str) -> int:
    match = _YEAR_MONTH.fullmatch(text.strip())
    if match is None or int(match[3]) > 11:
        raise _unmatched(text, "year-month", "`[+|-]y-m`")
    months = int(match[2]) * 12 + int(match[3])
    if months >= 2**31:
        raise parse_error("INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", input=text, interval="year-month")
    return -months if match[1] == "-" else months


def _day_time(text: str, lower: str, upper: str) -> int:
    stripped = text.strip()
    match = re.fullmatch(_DAY_TIME[lower, upper], stripped.lstrip("+-").strip())
    if match is None or len(stripped) - len(stripped.lstrip("+-")) > 1:
        raise _unmatched(text, "day-time", f"`{lower} TO {upper}`")
    found = match.groupdict()
    limits = {"hour": 23, "minute": 59, "second": 59}
    total = 0
    for field, micros in (("day", _DAY), *_MICROS.items()):
        value = int(found.get(field) or 0)
        if field != lower and value > limits.get(field, value):
            raise parse_error(
                "INVALID_INTERVAL_FORMAT.DAY_TIME_PARSING", input=text, msg=f"{field} {value} outside range [0, {limits[field]}]"
            )
        total += value * micros
    total += _fraction(found.get("part"))
    return -total if stripped.startswith("-") else total


def _unmatched(text: str, kind: str, supported: str) -> Exception:
    return parse_error(
        "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING", input=text, intervalStr=kind, supportedFormat=supported,
        typeName=f"interval {kind}", fallBackNotice="",
    )  # fmt: skip
