"""Interval literals: ``INTERVAL 1 DAY 2 HOURS``, ``INTERVAL '1-2' YEAR TO MONTH``, ``INTERVAL '3 days'``."""

from __future__ import annotations

from collections.abc import Sequence

from pyrdd.errors import IllegalArgumentException, ParseException
from pyrdd.sql.expressions import Literal
from pyrdd.sql.kernels.calendars import DAY_MICROS
from pyrdd.sql.kernels.intervals import parse_day_time, parse_interval, parse_year_month
from pyrdd.sql.parser.errors import parse_error
from pyrdd.sql.types import DayTimeIntervalType, YearMonthIntervalType

_YEAR_MONTH_FIELDS = {"year": 0, "month": 1}
_DAY_TIME_FIELDS = {"week": 0, "day": 0, "hour": 1, "minute": 2, "second": 3, "millisecond": 3, "microsecond": 3}


def interval_from_text(text: str) -> Literal:
    """The literal of ``INTERVAL 'text'``. Raises ParseException (INVALID_TYPED_LITERAL) if it is not an interval.

    >>> interval_from_text("1 day 2 hours")
    Literal(value=93600000000, data_type=DayTimeIntervalType(0, 1))
    """
    parts = parse_interval(text)
    if parts is None:
        raise parse_error("INVALID_TYPED_LITERAL", valueType='"INTERVAL"', value=f"'{text}'")
    units = [word.removesuffix("s") for word in text.lower().split() if word.isalpha() and word != "interval"]
    return _typed(parts, units, f"INTERVAL '{text}'")


def interval_from_pairs(pairs: Sequence[tuple[str, str]]) -> Literal:
    """The literal of ``INTERVAL value unit value unit ...``. Raises ParseException."""
    for value, _ in pairs:
        if any(letter.isalpha() for letter in value):
            raise parse_error("_LEGACY_ERROR_TEMP_0026", value=value)
    text = " ".join(f"{value.strip()} {unit.lower()}" for value, unit in pairs)
    units = [unit.lower().removesuffix("s") for _, unit in pairs]
    unknown = [unit for unit in units if unit not in _YEAR_MONTH_FIELDS and unit not in _DAY_TIME_FIELDS]
    if unknown:
        unit = pairs[units.index(unknown[0])][1]
        raise parse_error("INVALID_INTERVAL_FORMAT.INVALID_UNIT", input=f" {text}", unit=unit.lower())
    parts = parse_interval(text)
    if parts is None:
        raise parse_error("INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION", input=f" {text}")
    return _typed(parts, units, "INTERVAL " + " ".join(f"{value} {unit}" for value, unit in pairs))


def _typed(parts: tuple[int, int, int], units: list[str], shown: str) -> Literal:
    months, days, micros = parts
    if all(unit in _YEAR_MONTH_FIELDS for unit in units):
        fields = [_YEAR_MONTH_FIELDS[unit] for unit in units]
        return Literal(months, YearMonthIntervalType(min(fields), max(fields)))
    if any(unit in _YEAR_MONTH_FIELDS for unit in units):
        raise parse_error("_LEGACY_ERROR_TEMP_0029", literal=shown)
    fields = [_DAY_TIME_FIELDS[unit] for unit in units]
    total = days * DAY_MICROS + micros
    if not -(2**63) <= total < 2**63:
        raise parse_error("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION")
    return Literal(total, DayTimeIntervalType(min(fields), max(fields)))


def interval_between_units(text: str, start: str, end: str) -> Literal:
    """The literal of ``INTERVAL 'text' start TO end``. Raises ParseException.

    >>> interval_between_units("1-2", "YEAR", "MONTH")
    Literal(value=14, data_type=YearMonthIntervalType(0, 1))
    """
    lower, upper = start.lower().removesuffix("s"), end.lower().removesuffix("s")
    try:
        if (lower, upper) == ("year", "month"):
            return Literal(parse_year_month(text), YearMonthIntervalType(0, 1))
        first, last = _DAY_TIME_FIELDS.get(lower, -1), _DAY_TIME_FIELDS.get(upper, -1)
        if 0 <= first < last and lower != "week" and upper not in ("millisecond", "microsecond"):
            return Literal(parse_day_time(text, first, last), DayTimeIntervalType(first, last))
    except IllegalArgumentException as error:
        raise _as_parse_error(error) from None
    units = {"from": start.lower(), "to": end.lower()}
    raise parse_error("INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", input=text, **units)


def _as_parse_error(error: IllegalArgumentException) -> ParseException:
    condition, parameters = error.getCondition(), error.getMessageParameters() or {}
    if condition is None or parameters.get("interval") == "day-time":
        message = str(error) if condition is None else f"The interval '{parameters['input']}' is out of range"
        return parse_error("_LEGACY_ERROR_TEMP_0063", msg=message)
    return parse_error(condition, **parameters)
