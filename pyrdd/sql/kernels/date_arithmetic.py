"""Arithmetic with dates and timestamps, where Spark counts months, weeks and days in its own way."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from pyrdd.errors import DateTimeException, IllegalArgumentException
from pyrdd.sql.kernels import calendars
from pyrdd.sql.kernels.calendars import DAY_MICROS, civil_from_days, days_from_civil, month_length
from pyrdd.sql.kernels.datetime_format import _require_day
from pyrdd.sql.kernels.datetime_items import DateTimeTextError
from pyrdd.sql.kernels.intervals import Interval, parse_interval
from pyrdd.sql.kernels.number_text import decimal_to_string
from pyrdd.sql.kernels.timezones import Zone

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        [("MO", "MON", "MONDAY"), ("TU", "TUE", "TUESDAY"), ("WE", "WED", "WEDNESDAY"), ("TH", "THU", "THURSDAY"),
         ("FR", "FRI", "FRIDAY"), ("SA", "SAT", "SATURDAY"), ("SU", "SUN", "SUNDAY")], start=1)
    for name in names
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("YEAR", "YYYY", "YY"), "year"), **dict.fromkeys(("MONTH", "MON", "MM"), "month"),
    "QUARTER": "quarter", "WEEK": "week",
}  # fmt: skip
_TIME_UNITS = {
    **_UNITS, **dict.fromkeys(("DAY", "DD"), "day"), "HOUR": "hour", "MINUTE": "minute", "SECOND": "second",
    "MILLISECOND": "millisecond", "MICROSECOND": "microsecond",
}  # fmt: skip
_UNIT_MICROS = {"hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000, "millisecond": 1000,
                "microsecond": 1}  # fmt: skip


def add_months(days: int, months: int) -> int:
    """The same day of another month, or that month's last."""
    return calendars.add_months(days, months)


def last_day(days: int) -> int:
    """The last day of the date's month."""
    year, month, _ = civil_from_days(days)
    return days_from_civil(year, month, month_length(year, month))


def next_day(days: int, name: str) -> int:
    """The first such weekday after the date. ``IllegalArgumentException`` (ILLEGAL_DAY_OF_WEEK) for another name.

    >>> next_day(0, "thu")  # 1970-01-01 was a Thursday
    7
    """
    wanted = _WEEKDAYS.get(name.upper())
    if wanted is None:
        raise IllegalArgumentException(errorClass="ILLEGAL_DAY_OF_WEEK", messageParameters={"string": name})
    return days + 1 + (wanted - calendars.weekday(days + 1)) % 7


def trunc(days: int, unit: str) -> int | None:
    """The first day of the year, quarter, month or week; ``None`` for another unit."""
    return _trunc(days, _UNITS.get(unit.upper()))


def _trunc(days: int, unit: str | None) -> int | None:
    year, month, _ = civil_from_days(days)
    if unit == "week":
        return days - calendars.weekday(days) + 1
    first = {"year": 1, "quarter": (month - 1) // 3 * 3 + 1, "month": month}.get(unit or "")
    return None if first is None else days_from_civil(year, first, 1)


def date_trunc(unit: str, micros: int, zone: Zone) -> int | None:
    """The beginning of the unit on the zone's clock; ``None`` for an unknown unit."""
    name = _TIME_UNITS.get(unit.upper())
    if name is None:
        return None
    local = zone.to_local(micros)
    if name in _UNIT_MICROS:
        # From the local clock, so that offsets of odd seconds (before time zones) do not show; the offset stays.
        return micros - local % _UNIT_MICROS[name]
    days = local // DAY_MICROS
    first = days if name == "day" else _trunc(days, name)
    return None if first is None else zone.to_instant(first * DAY_MICROS)


def months_between(first: int, second: int, zone: Zone, round_off: bool = True) -> float:
    """Months from the second to the first instant, a rest as part of 31 days; whole when both are the same day of the
    month or both the last."""
    days1, time1 = divmod(zone.to_local(first), DAY_MICROS)
    days2, time2 = divmod(zone.to_local(second), DAY_MICROS)
    year1, month1, day1 = civil_from_days(days1)
    year2, month2, day2 = civil_from_days(days2)
    months = float((year1 - year2) * 12 + month1 - month2)
    both_last = day1 == month_length(year1, month1) and day2 == month_length(year2, month2)
    if day1 == day2 or both_last:
        return months
    seconds = (day1 - day2) * 86_400 + (time1 - time2) // 1_000_000
    exact = months + seconds / (31 * 86_400.0)
    if not round_off:
        return exact
    return float(Decimal(repr(exact)).quantize(Decimal("1e-8"), ROUND_HALF_UP))


def add_interval(micros: int, interval: Interval, zone: Zone) -> int:
    """An instant plus months and days of the zone's calendar, then microseconds of elapsed time."""
    months, days, rest = interval
    if months or days:
        day, time = divmod(zone.to_local(micros), DAY_MICROS)
        moved = calendars.add_months(day, months) + days
        micros = zone.to_instant(moved * DAY_MICROS + time)
    return micros + rest


def timestamp_diff(unit: str, start: int, end: int, zone: Zone) -> int:
    """How many whole units lie between two instants on the zone's clock.

    >>> timestamp_diff("WEEK", 0, 15 * DAY_MICROS, Zone("UTC", 0))
    2
    """
    name = unit.upper()
    if name in ("YEAR", "QUARTER", "MONTH"):
        months = _whole_months(zone.to_local(start), zone.to_local(end))
        return _toward_zero(months, {"YEAR": 12, "QUARTER": 3, "MONTH": 1}[name])
    if name in ("WEEK", "DAY"):
        local = zone.to_local(end) - zone.to_local(start)
        return _toward_zero(local, DAY_MICROS * (7 if name == "WEEK" else 1))
    return _toward_zero(end - start, _UNIT_MICROS[name.lower()])


def _toward_zero(value: int, by: int) -> int:
    return abs(value) // by * (1 if value >= 0 else -1)


def _whole_months(start: int, end: int) -> int:
    (days1, time1), (days2, time2) = divmod(start, DAY_MICROS), divmod(end, DAY_MICROS)
    year1, month1, day1 = civil_from_days(days1)
    year2, month2, day2 = civil_from_days(days2)
    months = (year2 - year1) * 12 + month2 - month1
    if months > 0 and (day2, time2) < (day1, time1):
        return months - 1
    return months + 1 if months < 0 and (day2, time2) > (day1, time1) else months


def _out_of_bounds(message: str) -> DateTimeException:
    return DateTimeException(
        errorClass="DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", messageParameters={"rangeMessage": message}
    )


def _check(name: str, value: int, low: int, high: int, text: str | None = None) -> None:
    if not low <= value <= high:
        valid = text or f"{low} - {high}"
        raise _out_of_bounds(f"Invalid value for {name} (valid values {valid}): {value}")


def make_date(year: int, month: int, day: int) -> int:
    """The date. ``DateTimeException`` (DATETIME_FIELD_OUT_OF_BOUNDS) when there is no such day."""
    _check("Year", year, -999_999_999, 999_999_999)
    _check("MonthOfYear", month, 1, 12)
    _check("DayOfMonth", day, 1, 31, "1 - 28/31")
    try:
        _require_day(year, month, day)
    except DateTimeTextError as error:
        raise _out_of_bounds(str(error)) from None
    return days_from_civil(year, month, day)


def make_time(hour: int, minute: int, seconds: Decimal | int) -> int:
    """The microseconds of the day. ``DateTimeException`` (DATETIME_FIELD_OUT_OF_BOUNDS) when there is no such time."""
    exact = Decimal(seconds)
    _check("HourOfDay", hour, 0, 23)
    _check("MinuteOfHour", minute, 0, 59)
    _check("SecondOfMinute", int(exact), 0, 59)
    return (hour * 3600 + minute * 60) * 1_000_000 + int(exact * 1_000_000)


def make_local(year: int, month: int, day: int, hour: int, minute: int, seconds: Decimal | int) -> int:
    """Local microseconds of a date and a time; exactly 60 seconds are the next minute. ``DateTimeException``
    (INVALID_FRACTION_OF_SECOND, DATETIME_FIELD_OUT_OF_BOUNDS) for what does not exist."""
    exact = Decimal(seconds)
    if int(exact) == 60:
        if exact != 60:
            raise DateTimeException(
                errorClass="INVALID_FRACTION_OF_SECOND", messageParameters={"secAndMicros": decimal_to_string(exact)}
            )
        return make_local(year, month, day, hour, minute, 0) + 60_000_000
    return make_date(year, month, day) * DAY_MICROS + make_time(hour, minute, exact)


# --- windows of time -------------------------------------------------------------------------------------------------


@lru_cache(256)
def window_micros(text: str) -> int | None:
    """The length of a window or slide (``5 minutes``); ``None`` for text that is no interval or has months."""
    match = re.fullmatch(r"\s*(?:interval\s+)?(.*)", text, re.IGNORECASE | re.DOTALL)
    interval = parse_interval(match[1] if match else text)
    if interval is None or interval[0]:
        return None
    return interval[1] * DAY_MICROS + interval[2]


def windows(micros: int, length: int, slide: int, start: int = 0) -> list[tuple[int, int]]:
    """The windows that an instant falls into, the latest first; all times in microseconds.

    >>> windows(7, 10, 5)
    [(5, 15), (0, 10)]
    """
    latest = micros - (micros - start) % slide
    count = -(-length // slide)
    candidates = [(latest - i * slide, latest - i * slide + length) for i in range(count)]
    return [(low, high) for low, high in candidates if low <= micros < high]


def week_of_year(days: int) -> tuple[int, int]:
    """The ISO year and week.

    >>> week_of_year(days_from_civil(2021, 1, 1))
    (2020, 53)
    """
    thursday = days - calendars.weekday(days) + 4
    year, _, _ = civil_from_days(thursday)
    return year, (thursday - days_from_civil(year, 1, 1)) // 7 + 1
