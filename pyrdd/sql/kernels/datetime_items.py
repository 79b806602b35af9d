"""The items of a compiled datetime pattern: each prints itself into text and reads itself from it.

Reading is Java's strict style with case ignored: `read` returns the position behind the item, or ``~position`` of the
failure (a negative number), and puts what it read into the fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql.kernels.calendars import civil_from_days, day_of_year, weekday
from pyrdd.sql.kernels.datetime_names import NAMED_ZONES, TEXTS, ZONE_NAMES
from pyrdd.sql.kernels.timezones import Zone, find_zone, offset_id

Fields = dict[str, Any]


class DateTimeTextError(ValueError):
    """Text that a pattern does not match, or fields that are no date; its message is Java's."""


class Moment:
    """A timestamp taken apart for printing: a field of it by name, ``None`` when the moment has no such field."""

    def __init__(self, days: int | None, micros_of_day: int | None, zone: Zone | None = None, instant: int = 0) -> None:
        self.zone, self.instant = zone, instant
        self._values: dict[str, int] = {}
        if days is not None:
            self._add_date(days)
        if micros_of_day is not None:
            self._add_time(micros_of_day)

    def _add_date(self, days: int) -> None:
        year, month, day = civil_from_days(days)
        self._values.update(
            Year=year, MonthOfYear=month, DayOfMonth=day, Era=int(year > 0), YearOfEra=year if year > 0 else 1 - year,
            DayOfYear=day_of_year(year, month, day), QuarterOfYear=(month + 2) // 3, DayOfWeek=weekday(days),
            AlignedDayOfWeekInMonth=(day - 1) % 7 + 1, ModifiedJulianDay=days + 40_587,
        )  # fmt: skip

    def _add_time(self, micros: int) -> None:
        seconds, fraction = divmod(micros, 1_000_000)
        hour = seconds // 3600
        self._values.update(
            HourOfDay=hour, ClockHourOfDay=hour or 24, HourOfAmPm=hour % 12, ClockHourOfAmPm=hour % 12 or 12,
            AmPmOfDay=hour // 12, MinuteOfHour=seconds // 60 % 60, SecondOfMinute=seconds % 60,
            NanoOfSecond=fraction * 1000,
        )  # fmt: skip

    def get(self, field: str) -> int | None:
        """The field's value."""
        return self._values.get(field)

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC, if the moment has a zone."""
        return None if self.zone is None else self.zone.offset_at(self.instant // 1_000_000)


class Item(Protocol):
    """A part of a pattern."""

    def write(self, moment: Moment) -> str | None:
        """The text, or ``None`` when the moment has no such field."""

    def read(self, text: str, at: int, fields: Fields) -> int:
        """The position behind the item, or the complement of where it failed."""


def _store(fields: Fields, name: str, value: Any, failed_at: int, end: int) -> int:
    """Keeps a value; another value for the same field is a failure."""
    return ~failed_at if fields.setdefault(name, value) != value else end


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands for itself."""

    text: str

    def write(self, moment: Moment) -> str | None:
        return self.text

    def read(self, text: str, at: int, fields: Fields) -> int:
        end = at + len(self.text)
        return end if text[at:end].lower() == self.text.lower() else ~at


@dataclass(frozen=True, slots=True)
class Number:
    """A number of ``low`` to ``high`` digits. ``reserved`` digits behind it belong to the next items; -1 means that
    this item itself is one of those and takes exactly its width. ``sign``: ``never``, ``negative`` (a minus only),
    ``overflow`` (also a plus when the number is wider than ``low``)."""

    field: str
    low: int
    high: int
    sign: str
    reserved: int = 0

    @property
    def is_fixed_shape(self) -> bool:
        """Whether the item always takes the same number of digits."""
        return self.low == self.high and self.sign == "never"

    def following(self, width: int) -> Number:
        """The same item with so many more digits reserved behind it."""
        return replace(self, reserved=self.reserved + width)

    def fixed(self) -> Number:
        """The same item as one of several adjacent numbers."""
        return replace(self, reserved=-1)

    def write(self, moment: Moment) -> str | None:
        value = moment.get(self.field)
        if value is None:
            return None
        digits = str(abs(value)).rjust(self.low, "0")
        if value < 0:
            return "-" + digits
        return "+" + digits if self.sign == "overflow" and len(digits) > self.low else digits

    def read(self, text: str, at: int, fields: Fields) -> int:
        sign = text[at : at + 1] if text[at : at + 1] in ("+", "-") else ""
        if sign and (self.sign == "never" or (sign == "+" and self.sign != "overflow")):
            return ~at
        start = at + len(sign)
        end = self._digits_end(text, start)
        if end < 0:
            return end
        if self._sign_is_wrong(sign, text[start:end]):
            return ~(start - 1) if sign else ~start
        value = int(text[start:end])
        return self._keep(fields, -value if sign == "-" else value, start, end)

    def _sign_is_wrong(self, sign: str, digits: str) -> bool:
        if sign == "-":
            return int(digits) == 0
        if self.sign != "overflow":
            return False
        return len(digits) <= self.low if sign else len(digits) > self.low

    def _digits_end(self, text: str, start: int) -> int:
        """The end of the digits, or the complement of where one is missing."""
        if start + self.low > len(text):
            return ~start
        limit = min(len(text), start + self.high + max(self.reserved, 0))
        end = start
        while end < limit and text[end].isascii() and text[end].isdigit():
            end += 1
        if end - start < self.low:
            return ~start
        if self.reserved > 0:
            end = min(end, start + max(self.low, end - start - self.reserved))
        return end

    def _keep(self, fields: Fields, value: int, start: int, end: int) -> int:
        return _store(fields, self.field, value, start, end)


@dataclass(frozen=True, slots=True)
class TwoDigitYear(Number):
    """The last two digits of a year from 2000 to 2099."""

    def write(self, moment: Moment) -> str | None:
        value = moment.get(self.field)
        return None if value is None else f"{abs(value) % 100:02}"

    def _keep(self, fields: Fields, value: int, start: int, end: int) -> int:
        return _store(fields, self.field, 2000 + value, start, end)


@dataclass(frozen=True, slots=True)
class Fraction:
    """The first digits of the fraction of a second."""

    low: int
    high: int

    def write(self, moment: Moment) -> str | None:
        value = moment.get("NanoOfSecond")
        return None if value is None else f"{value:09}"[: self.high]

    def read(self, text: str, at: int, fields: Fields) -> int:
        end = at
        while end < len(text) and end - at < self.high and text[end].isascii() and text[end].isdigit():
            end += 1
        if end - at < self.low:
            return ~at if at + self.low > len(text) else ~end
        return _store(fields, "NanoOfSecond", int(text[at:end].ljust(9, "0")), at, end)


@dataclass(frozen=True, slots=True)
class Text:
    """A name: of a month, a weekday, a quarter, an era, a half of the day."""

    field: str
    style: str

    def write(self, moment: Moment) -> str | None:
        value = moment.get(self.field)
        return None if value is None else TEXTS[self.field, self.style][value]

    def read(self, text: str, at: int, fields: Fields) -> int:
        names = sorted(TEXTS[self.field, self.style].items(), key=lambda item: -len(item[1]))
        for value, name in names:
            if text[at : at + len(name)].lower() == name.lower():
                return _store(fields, self.field, value, at, at + len(name))
        return ~at


_OFFSET_SHAPES = {
    "+HHmm": r"([+-])(\d\d)(?:(\d\d))?()",
    "+HHMM": r"([+-])(\d\d)(\d\d)()",
    "+HH:MM": r"([+-])(\d\d):(\d\d)()",
    "+HHMMss": r"([+-])(\d\d)(\d\d)(?:(\d\d))?",
    "+HH:MM:ss": r"([+-])(\d\d):(\d\d)(?::(\d\d))?",
    "GMT": r"GMT(?:([+-])(\d\d?)(?::(\d\d)(?::(\d\d))?)?)?",
    "GMT full": r"GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?",
}


@dataclass(frozen=True, slots=True)
class Offset:
    """An offset from UTC in one of several shapes; ``zero`` is what stands for no offset."""

    shape: str
    zero: str

    def write(self, moment: Moment) -> str | None:
        offset = moment.offset
        if offset is None:
            return None
        sign, hours, minutes, seconds = _parts(offset)
        if hours == minutes == 0 and (seconds == 0 or "ss" not in self.shape):
            return self.zero
        colon = ":" if ":" in self.shape else ""
        text = f"{sign}{hours:02}"
        if self.shape != "+HHmm" or minutes:
            text += f"{colon}{minutes:02}"
        return text + (f"{colon}{seconds:02}" if seconds and "ss" in self.shape else "")

    def read(self, text: str, at: int, fields: Fields) -> int:
        match = re.compile(_OFFSET_SHAPES[self.shape]).match(text, at)
        if match is None:
            is_zero = text[at : at + len(self.zero)].lower() == self.zero.lower()
            return _store(fields, "zone", Zone("Z", 0), at, at + len(self.zero)) if is_zero else ~at
        return _store_offset(match, fields, at)


@dataclass(frozen=True, slots=True)
class LocalizedOffset:
    """``GMT``, ``GMT+8`` or, in full, ``GMT+08:00``."""

    full: bool

    def write(self, moment: Moment) -> str | None:
        offset = moment.offset
        if not offset:
            return None if offset is None else "GMT"
        sign, hours, minutes, seconds = _parts(offset)
        if self.full:
            return f"GMT{sign}{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
        rest = f":{minutes:02}" + (f":{seconds:02}" if seconds else "") if minutes or seconds else ""
        return f"GMT{sign}{hours}{rest}"

    def read(self, text: str, at: int, fields: Fields) -> int:
        shape = _OFFSET_SHAPES["GMT full" if self.full else "GMT"]
        match = re.compile(shape, re.IGNORECASE).match(text, at)
        return ~at if match is None else _store_offset(match, fields, at)


def _parts(offset: int) -> tuple[str, int, int, int]:
    hours, rest = divmod(abs(offset), 3600)
    return ("-" if offset < 0 else "+", hours, *divmod(rest, 60))


def _store_offset(match: re.Match[str], fields: Fields, at: int) -> int:
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if minutes > 59 or seconds > 59:
        return ~at
    total = hours * 3600 + minutes * 60 + seconds
    if total > 18 * 3600:
        raise DateTimeTextError("Zone offset not in valid range: -18:00 to +18:00")
    total = -total if match[1] == "-" else total
    return _store(fields, "zone", Zone(offset_id(total), total), at, match.end())


_ZONE_TEXT = re.compile(r"(?:UTC|GMT|UT)?[+-]\d\d?(?::?\d\d(?::?\d\d)?)?|[A-Za-z][A-Za-z0-9~/._+-]*")


@dataclass(frozen=True, slots=True)
class ZoneId:
    """The id of a zone, such as ``Europe/Paris``."""

    def write(self, moment: Moment) -> str | None:
        return None if moment.zone is None else moment.zone.name

    def read(self, text: str, at: int, fields: Fields) -> int:
        return _read_zone(text, at, fields)


@dataclass(frozen=True, slots=True)
class ZoneName:
    """A zone's name: ``PST``, or in full ``Pacific Standard Time``."""

    full: bool

    def write(self, moment: Moment) -> str | None:
        zone = moment.zone
        if zone is None:
            return None
        seconds = moment.instant // 1_000_000
        names = ZONE_NAMES.get(zone.name)
        if names is not None:
            return names[2 * zone.is_dst_at(seconds) + self.full]
        return self._without_table(zone, seconds)

    def _without_table(self, zone: Zone, seconds: int) -> str:
        if zone.fixed is not None:
            return zone.name
        short = zone.abbreviation_at(seconds)
        if self.full or not short.isalpha() or short == "LMT":
            raise PySparkNotImplementedError(
                errorClass="NOT_IMPLEMENTED",
                messageParameters={
                    "feature": f"The pattern letter z for the time zone {zone.name}{' in full' if self.full else ''}",
                    "alternative": "Use VV (the zone's id) or xxx (its offset).",
                },
            )
        return short

    def read(self, text: str, at: int, fields: Fields) -> int:
        rest = text[at:].lower()
        matching = [name for name in NAMED_ZONES if rest.startswith(name)]
        if matching:
            name = max(matching, key=len)
            zone = find_zone(NAMED_ZONES[name])
            return _store(fields, "zone", zone, at, at + len(name))
        return _read_zone(text, at, fields)


def _read_zone(text: str, at: int, fields: Fields) -> int:
    match = _ZONE_TEXT.match(text, at)
    if match is None:
        return ~at
    for end in range(match.end(), at, -1):
        zone = _zone_ignoring_case(text[at:end])
        if zone is not None:
            return _store(fields, "zone", zone, at, end)
    return ~at


def _zone_ignoring_case(name: str) -> Zone | None:
    if len(name) == 3 and name.isupper() and name not in ("UTC", "GMT", "CET", "MET", "EET", "WET"):
        return None
    titled = "/".join("_".join(map(str.capitalize, part.split("_"))) for part in name.split("/"))
    for spelling in (name, name.upper(), titled):
        zone = find_zone(spelling)
        if zone is not None:
            return zone
    return None


@dataclass(frozen=True, slots=True)
class Optional:
    """A section in brackets: printed when the moment has all its fields, skipped in reading when it is not there."""

    items: Sequence[Item]

    def write(self, moment: Moment) -> str | None:
        parts = [item.write(moment) for item in self.items]
        return "" if None in parts else "".join(part or "" for part in parts)

    def read(self, text: str, at: int, fields: Fields) -> int:
        attempt = dict(fields)
        end = read_items(self.items, text, at, attempt)
        if end < 0:
            return at
        fields.update(attempt)
        return end


def read_items(items: Sequence[Item], text: str, at: int, fields: Fields) -> int:
    """Reads one item after the other."""
    for item in items:
        at = item.read(text, at, fields)
        if at < 0:
            return at
    return at


LETTER_FIELDS: Mapping[str, str] = {
    "G": "Era", "y": "Year", "u": "Year", "D": "DayOfYear", "M": "MonthOfYear", "L": "MonthOfYear", "d": "DayOfMonth",
    "Q": "QuarterOfYear", "q": "QuarterOfYear", "E": "DayOfWeek", "F": "AlignedDayOfWeekInMonth",
    "g": "ModifiedJulianDay", "a": "AmPmOfDay", "h": "ClockHourOfAmPm", "K": "HourOfAmPm", "k": "ClockHourOfDay",
    "H": "HourOfDay", "m": "MinuteOfHour", "s": "SecondOfMinute", "S": "NanoOfSecond",
}  # fmt: skip
