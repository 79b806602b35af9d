"""Casts between strings and dates, timestamps and times, which need no pattern.

The `parse_*` functions return ``None`` for text that is none; `cast_*` raise Spark's CAST_INVALID_INPUT instead.
"""

from __future__ import annotations

import re

from pyrdd.errors import DateTimeException
from pyrdd.sql.kernels.calendars import DAY_MICROS, civil_from_days, days_from_civil, month_length
from pyrdd.sql.kernels.timezones import Zone, find_zone

# UTF8String.trimAll: everything up to the space and the other ISO control characters.
_BLANKS = "".join(map(chr, range(33))) + "".join(map(chr, range(0x7F, 0xA0)))
_DATE = re.compile(r"([+-]?)(\d{4,7})(?:-(\d\d?)(?:-(\d\d?)(?:[ T].*)?)?)?", re.DOTALL | re.ASCII)
_TIMESTAMP = re.compile(
    r"([+-]?)(\d{4,6})(?:-(\d\d?)(?:-(\d\d?)(?:[ T](\d\d?)(?::(\d\d?)(?::(\d\d?)(?:\.(\d*))?(.*))?)?)?)?)?",
    re.DOTALL | re.ASCII,
)
_TIME = re.compile(r"T?(\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d*))?(.*))?", re.DOTALL | re.ASCII)
_TIME_OF_DAY = re.compile(r"T?(\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d*))?)?(?: *([AaPp][Mm]))?", re.ASCII)
_LONG = 1 << 63


def parse_date(text: str) -> int | None:
    """The days of ``[+-]y...y[-m[-d[ ...]]]``, or ``None``.

    >>> parse_date("1970-1-2 and more"), parse_date("70-1-2")
    (1, None)
    """
    match = _DATE.fullmatch(text.strip(_BLANKS))
    return None if match is None else _days(match)


def _days(match: re.Match[str]) -> int | None:
    year, month, day = int(match[2]), int(match[3] or 1), int(match[4] or 1)
    if not 1 <= month <= 12:
        return None
    year = -year if match[1] == "-" else year
    return days_from_civil(year, month, day) if 1 <= day <= month_length(year, month) else None


def parse_timestamp(text: str, zone: Zone, today: int | None = None) -> int | None:
    """The instant, or ``None``. The zone is for text that names none; ``today`` (days) for text with a time only.

    >>> utc = Zone("UTC", 0)
    >>> parse_timestamp("1970-01-01 00:00:01.5", utc), parse_timestamp("1970-01-01T01:00:00+01:00", utc)
    (1500000, 0)
    """
    found = _parse(text, today)
    if found is None:
        return None
    local, named = found
    micros = (named or zone).to_instant(local)
    return micros if -_LONG <= micros < _LONG else None


def parse_timestamp_ntz(text: str, allow_zone: bool = True) -> int | None:
    """Local microseconds, or ``None``. A zone in the text is passed over, or refused."""
    found = _parse(text, None)
    if found is None or (found[1] is not None and not allow_zone):
        return None
    return found[0] if -_LONG <= found[0] < _LONG else None


def _parse(text: str, today: int | None) -> tuple[int, Zone | None] | None:
    """Local microseconds and the zone that the text names."""
    text = text.strip(_BLANKS)
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        clock = _TIME.fullmatch(text)
        return None if clock is None or today is None else _with_time(today, clock.groups())
    days = _days(match)
    return None if days is None else _with_time(days, match.groups()[4:])


def _with_time(days: int, groups: tuple[str | None, ...]) -> tuple[int, Zone | None] | None:
    hour, minute, second = (int(group or 0) for group in groups[:3])
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone_text = groups[4]
    zone = find_zone(zone_text.strip(_BLANKS)) if zone_text else None
    if zone_text and zone is None:
        return None
    fraction = int((groups[3] or "")[:6].ljust(6, "0"))
    return days * DAY_MICROS + (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction, zone


def parse_time(text: str) -> int | None:
    """The microseconds of the day of ``h:m[:s[.ffffff]] [AM|PM]``, or ``None``.

    >>> parse_time("12:30"), parse_time("1:00:00 PM"), parse_time("24:00")
    (45000000000, 46800000000, None)
    """
    match = _TIME_OF_DAY.fullmatch(text.strip(_BLANKS))
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[5].lower() == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return (hour * 3600 + minute * 60 + second) * 1_000_000 + int((match[4] or "")[:6].ljust(6, "0"))


def cast_date(text: str) -> int:
    """`parse_date`, or ``DateTimeException`` (CAST_INVALID_INPUT)."""
    return _required(parse_date(text), text, "DATE")


def cast_timestamp(text: str, zone: Zone, today: int | None = None) -> int:
    """`parse_timestamp`, or ``DateTimeException`` (CAST_INVALID_INPUT)."""
    return _required(parse_timestamp(text, zone, today), text, "TIMESTAMP")


def cast_timestamp_ntz(text: str) -> int:
    """`parse_timestamp_ntz`, or ``DateTimeException`` (CAST_INVALID_INPUT)."""
    return _required(parse_timestamp_ntz(text), text, "TIMESTAMP_NTZ")


def cast_time(text: str, precision: int = 6) -> int:
    """`parse_time`, or ``DateTimeException`` (CAST_INVALID_INPUT). Digits beyond the precision are cut off."""
    micros = _required(parse_time(text), text, f"TIME({precision})")
    return micros - micros % int(10 ** (6 - precision))


def _required(value: int | None, text: str, target: str) -> int:
    if value is None:
        raise DateTimeException(
            errorClass="CAST_INVALID_INPUT",
            messageParameters={
                "expression": sql_literal(text),
                "sourceType": '"STRING"',
                "targetType": f'"{target}"',
                "ansiConfig": '"spark.sql.ansi.enabled"',
            },
        )
    return value


def sql_literal(text: str) -> str:
    """A string as a SQL literal, as error messages show it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def date_to_string(days: int) -> str:
    """``2020-02-29``, ``-0044-03-15``, ``+12345-01-01``.

    >>> date_to_string(18321)
    '2020-02-29'
    """
    year, month, day = civil_from_days(days)
    if year > 9999:
        return f"+{year}-{month:02}-{day:02}"
    return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}"


def local_to_string(micros: int) -> str:
    """A timestamp without a zone as text: the fraction without its trailing zeros.

    >>> local_to_string(1_500_000)
    '1970-01-01 00:00:01.5'
    """
    days, rest = divmod(micros, DAY_MICROS)
    return f"{date_to_string(days)} {time_to_string(rest)}"


def timestamp_to_string(micros: int, zone: Zone) -> str:
    """An instant as text on the clock of a zone."""
    return local_to_string(zone.to_local(micros))


def time_to_string(micros: int) -> str:
    """``12:13:14.5``.

    >>> time_to_string(45_000_000_000)
    '12:30:00'
    """
    seconds, fraction = divmod(micros, 1_000_000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:06}".rstrip("0") if fraction else text
