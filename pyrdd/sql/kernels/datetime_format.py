"""Formatting and parsing with a datetime pattern: date_format, to_timestamp, to_date, from_unixtime, CSV and JSON.

formatter(pattern).timestamp(micros, zone)      instant -> text
parser(pattern).timestamp(text, zone)           text -> instant, DateTimeTextError when it does not match
to_timestamp(text, pattern, zone)               the same with Spark's error
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from pyrdd.errors import DateTimeException
from pyrdd.sql.kernels.calendars import DAY_MICROS, civil_from_days, day_of_year, days_from_civil, is_leap, month_length
from pyrdd.sql.kernels.datetime_items import DateTimeTextError, Fields, Item, Literal, Moment, Number, read_items
from pyrdd.sql.kernels.datetime_names import MONTHS
from pyrdd.sql.kernels.datetime_pattern import compile_pattern
from pyrdd.sql.kernels.timezones import Zone

# how files and JSON show what they are given no pattern for: the seconds of an offset too, before time zones
ISO_INSTANT = "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXXXX]"
ISO_LOCAL = "yyyy-MM-dd'T'HH:mm:ss[.SSS]"
UTC = Zone("UTC", 0)
_RANGES = {
    "YearOfEra": (1, 999_999_999), "MonthOfYear": (1, 12), "DayOfMonth": (1, 31), "DayOfYear": (1, 366),
    "ClockHourOfDay": (1, 24), "HourOfDay": (0, 23), "ClockHourOfAmPm": (1, 12), "HourOfAmPm": (0, 11),
    "AmPmOfDay": (0, 1), "MinuteOfHour": (0, 59), "SecondOfMinute": (0, 59), "Year": (-999_999_999, 999_999_999),
}  # fmt: skip
_RANGE_TEXTS = {
    "DayOfMonth": "1 - 28/31", "DayOfYear": "1 - 365/366", "YearOfEra": "1 - 999999999/1000000000",
    "Year": "-999999999 - 999999999",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Formatter:
    """Prints with a compiled pattern."""

    items: tuple[Item, ...]

    def timestamp(self, micros: int, zone: Zone = UTC) -> str:
        """The text of an instant on the clock of a zone."""
        days, rest = divmod(zone.to_local(micros), DAY_MICROS)
        return self._write(Moment(days, rest, zone, micros))

    def local(self, micros: int) -> str:
        """The text of a timestamp without a zone."""
        days, rest = divmod(micros, DAY_MICROS)
        return self._write(Moment(days, rest))

    def date(self, days: int) -> str:
        """The text of a date."""
        return self._write(Moment(days, None))

    def time(self, micros: int) -> str:
        """The text of a time of day."""
        return self._write(Moment(None, micros))

    def _write(self, moment: Moment) -> str:
        parts = [item.write(moment) for item in self.items]
        if None in parts:
            raise DateTimeTextError("the value has not all the fields of the pattern")
        return "".join(part or "" for part in parts)


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads with a compiled pattern. All methods raise `DateTimeTextError` for other text."""

    items: tuple[Item, ...]

    def timestamp(self, text: str, zone: Zone = UTC) -> int:
        """The instant, in the text's own zone if it names one."""
        fields = self._fields(text)
        local = _date(fields) * DAY_MICROS + _time(fields)
        used: Zone = fields.get("zone", zone)
        micros = used.to_instant(local)
        if not -(1 << 63) <= micros < 1 << 63:
            raise DateTimeTextError("long overflow")
        return micros

    def local(self, text: str) -> int:
        """The local microseconds of a timestamp without a zone; a zone in the text is passed over."""
        fields = self._fields(text)
        return _date(fields) * DAY_MICROS + _time(fields)

    def has_zone(self, text: str) -> bool:
        """Whether the text names a zone."""
        return "zone" in self._fields(text)

    def date(self, text: str) -> int:
        """The date."""
        return _date(self._fields(text))

    def time(self, text: str) -> int:
        """The time of day."""
        return _time(self._fields(text))

    def _fields(self, text: str) -> Fields:
        fields: Fields = {}
        try:
            end = read_items(self.items, text, 0, fields)
            if end < 0:
                raise DateTimeTextError(f"Text '{text}' could not be parsed at index {~end}")
            if end < len(text):
                raise DateTimeTextError(f"Text '{text}' could not be parsed, unparsed text found at index {end}")
            _resolve(fields)
        except DateTimeTextError as error:
            if str(error).startswith("Text '"):
                raise
            raise DateTimeTextError(f"Text '{text}' could not be parsed: {error}") from None
        return fields


@lru_cache(512)
def formatter(pattern: str) -> Formatter:
    """A formatter for the pattern; a wrong pattern raises as `compile_pattern` says.

    >>> formatter("EEE d MMM yyyy").date(18321)
    'Sat 29 Feb 2020'
    """
    return Formatter(compile_pattern(pattern, False))


@lru_cache(512)
def parser(pattern: str) -> Parser:
    """A parser for the pattern; a wrong pattern raises as `compile_pattern` says.

    >>> parser("d.M.yyyy").date("29.2.2020")
    18321
    """
    return Parser(compile_pattern(pattern, True))


def to_timestamp(text: str, pattern: str, zone: Zone, suggestion: str = "try_to_timestamp") -> int:
    """The instant that the text names. ``DateTimeException`` (CANNOT_PARSE_TIMESTAMP) when it does not match."""
    return _or_spark_error(lambda: parser(pattern).timestamp(text, zone), suggestion)


def to_timestamp_ntz(text: str, pattern: str) -> int:
    """Local microseconds; errors as `to_timestamp`."""
    return _or_spark_error(lambda: parser(pattern).local(text), "try_to_timestamp")


def to_date(text: str, pattern: str) -> int:
    """The date that the text names; errors as `to_timestamp`."""
    return _or_spark_error(lambda: parser(pattern).date(text), "try_to_date")


def try_to_timestamp(text: str, pattern: str, zone: Zone) -> int | None:
    """The instant, or ``None`` for text that does not match. A wrong pattern still raises."""
    parse = parser(pattern)
    try:
        return parse.timestamp(text, zone)
    except DateTimeTextError:
        return None


def to_time(text: str, pattern: str) -> int:
    """The time of day. ``DateTimeException`` (CANNOT_PARSE_TIME) when the text does not match."""
    try:
        return parser(pattern).time(text)
    except DateTimeTextError:
        raise DateTimeException(
            errorClass="CANNOT_PARSE_TIME", messageParameters={"input": f"'{text}'", "format": f"'{pattern}'"}
        ) from None


def _or_spark_error(parse: Callable[[], int], suggestion: str) -> int:
    try:
        return parse()
    except DateTimeTextError as error:
        raise DateTimeException(
            errorClass="CANNOT_PARSE_TIMESTAMP", messageParameters={"message": str(error), "func": f"`{suggestion}`"}
        ) from None


# --- from fields to a date and a time --------------------------------------------------------------------------------


def _check(fields: Fields, *names: str) -> None:
    for name in names:
        low, high = _RANGES[name]
        if name in fields and not low <= fields[name] <= high:
            valid = _RANGE_TEXTS.get(name, f"{low} - {high}")
            raise DateTimeTextError(f"Invalid value for {name} (valid values {valid}): {fields[name]}")


def _resolve(fields: Fields) -> None:
    """Java's strict resolution: checks the fields, derives others, and refuses contradictions."""
    if "YearOfEra" in fields:
        _check(fields, "YearOfEra")
        year = fields["YearOfEra"]
        fields["Year"] = year if fields.get("Era", 1) else 1 - year
    if "Year" in fields:
        _resolve_date(fields)
    _resolve_hour(fields)


def _resolve_date(fields: Fields) -> None:
    year = fields["Year"]
    if "MonthOfYear" in fields and "DayOfMonth" in fields:
        _check(fields, "Year", "MonthOfYear", "DayOfMonth")
        _require_day(year, fields["MonthOfYear"], fields["DayOfMonth"])
        fields["days"] = days_from_civil(year, fields["MonthOfYear"], fields["DayOfMonth"])
    elif "DayOfYear" in fields:
        _check(fields, "Year", "DayOfYear")
        fields["days"] = _day_of_year(year, fields["DayOfYear"])
    if "days" in fields:
        _cross_check_date(fields)


def _day_of_year(year: int, number: int) -> int:
    if number == 366 and not is_leap(year):
        raise DateTimeTextError(f"Invalid date 'DayOfYear 366' as '{year}' is not a leap year")
    return days_from_civil(year, 1, 1) + number - 1


def _require_day(year: int, month: int, day: int) -> None:
    if day <= month_length(year, month):
        return
    name = MONTHS[month - 1]
    if month == 2 and day == 29:
        raise DateTimeTextError(f"Invalid date 'February 29' as '{year}' is not a leap year")
    raise DateTimeTextError(f"Invalid date '{name.upper()} {day}'")


def _cross_check_date(fields: Fields) -> None:
    year, month, day = civil_from_days(fields["days"])
    derived = {"MonthOfYear": month, "DayOfMonth": day, "DayOfYear": day_of_year(year, month, day)}
    for name, value in derived.items():
        if fields.get(name, value) != value:
            text = f"{year:04}-{month:02}-{day:02}"
            raise DateTimeTextError(
                f"Conflict found: Field {name} {value} differs from {name} {fields[name]} derived from {text}"
            )


def _resolve_hour(fields: Fields) -> None:
    _check(fields, "ClockHourOfDay", "ClockHourOfAmPm", "AmPmOfDay", "HourOfAmPm")
    if "ClockHourOfDay" in fields:
        _derive(fields, "ClockHourOfDay", "HourOfDay", fields["ClockHourOfDay"] % 24)
    if "ClockHourOfAmPm" in fields:
        _derive(fields, "ClockHourOfAmPm", "HourOfAmPm", fields["ClockHourOfAmPm"] % 12)
    if "AmPmOfDay" in fields and "HourOfAmPm" in fields:
        _derive(fields, "AmPmOfDay", "HourOfDay", fields["AmPmOfDay"] * 12 + fields["HourOfAmPm"])
    _check(fields, "HourOfDay", "MinuteOfHour", "SecondOfMinute")
    hour = fields.get("HourOfDay")
    if hour is not None and fields.get("HourOfAmPm", hour % 12) != hour % 12:
        raise DateTimeTextError(
            f"Conflict found: Field HourOfAmPm {hour % 12} differs from HourOfAmPm {fields['HourOfAmPm']}"
            f" derived from {hour:02}:{fields.get('MinuteOfHour', 0):02}"
        )


def _derive(fields: Fields, source: str, target: str, value: int) -> None:
    if fields.setdefault(target, value) != value:
        raise DateTimeTextError(
            f"Conflict found: {target} {fields[target]} differs from {target} {value} while resolving  {source}"
        )


def _date(fields: Fields) -> int:
    """The date, with 1970-01-01 for what the text does not say."""
    if "days" in fields:
        return int(fields["days"])
    year = fields.get("Year", 1970)
    if "DayOfYear" in fields:
        return _day_of_year(year, fields["DayOfYear"])
    month, day = fields.get("MonthOfYear", 1), fields.get("DayOfMonth", 1)
    _check({"MonthOfYear": month, "DayOfMonth": day}, "MonthOfYear", "DayOfMonth")
    _require_day(year, month, day)
    return days_from_civil(year, month, day)


def _time(fields: Fields) -> int:
    """The time of day in microseconds, with zeros for what the text does not say."""
    hour = fields.get("HourOfDay", fields.get("HourOfAmPm", 12 * fields.get("AmPmOfDay", 0)))
    seconds = hour * 3600 + fields.get("MinuteOfHour", 0) * 60 + fields.get("SecondOfMinute", 0)
    return int(seconds) * 1_000_000 + int(fields.get("NanoOfSecond", 0)) // 1000


# --- what DuckDB says the same way -----------------------------------------------------------------------------------

_STRFTIME = {
    ("MonthOfYear", 2): "%m", ("DayOfMonth", 2): "%d", ("HourOfDay", 2): "%H", ("MinuteOfHour", 2): "%M",
    ("SecondOfMinute", 2): "%S", ("ClockHourOfAmPm", 2): "%I", ("DayOfYear", 3): "%j",
    ("MonthOfYear", 1): "%-m", ("DayOfMonth", 1): "%-d", ("HourOfDay", 1): "%-H", ("MinuteOfHour", 1): "%-M",
    ("SecondOfMinute", 1): "%-S", ("ClockHourOfAmPm", 1): "%-I", ("DayOfYear", 1): "%-j",
}  # fmt: skip
_STRFTIME_TEXTS = {
    ("MonthOfYear", "short"): "%b", ("MonthOfYear", "full"): "%B", ("DayOfWeek", "short"): "%a",
    ("DayOfWeek", "full"): "%A", ("AmPmOfDay", "short"): "%p",
}  # fmt: skip
_REGEXES = {"%m": r"\d\d", "%d": r"\d\d", "%H": r"\d\d", "%M": r"\d\d", "%S": r"\d\d", "%Y": r"\d{4}"}


def to_strftime(pattern: str) -> str | None:
    """DuckDB's ``strftime`` format with the same output for the years 0 to 9999, or ``None``.

    >>> to_strftime("yyyy-MM-dd HH:mm:ss"), to_strftime("yyyy QQQ")
    ('%Y-%m-%d %H:%M:%S', None)
    """
    parts = [_strftime_item(item) for item in compile_pattern(pattern, False)]
    return None if None in parts else "".join(part or "" for part in parts)


def to_strptime(pattern: str) -> tuple[str, str] | None:
    """A regular expression and a DuckDB ``strptime`` format: text that matches the whole expression and that
    ``try_strptime`` reads has that value in Spark too. All other text is for the kernel. ``None`` when there is no such
    format.

    >>> to_strptime("yyyy-MM-dd")
    ('\\\\d{4}\\\\-\\\\d\\\\d\\\\-\\\\d\\\\d', '%Y-%m-%d')
    """
    items = compile_pattern(pattern, True)
    parts = [_strftime_item(item) for item in items]
    regexes = [_guard(item, part) for item, part in zip(items, parts, strict=True)]
    if None in parts or None in regexes or "%Y" not in parts or len(set(parts) - {"-", "/", ":", " ", "."}) < 3:
        return None
    return "".join(regex or "" for regex in regexes), "".join(part or "" for part in parts)


def _guard(item: Item, part: str | None) -> str | None:
    if isinstance(item, Literal):
        return "".join(c if c.isalnum() or c == " " else "\\" + c for c in item.text)
    return _REGEXES.get(part or "")


def _strftime_item(item: Item) -> str | None:
    if isinstance(item, Literal):
        return item.text.replace("%", "%%")
    if isinstance(item, Number) and type(item) is Number:
        if item.field == "Year":
            return "%Y" if item.low == 4 else None
        return _STRFTIME.get((item.field, item.low))
    field, style = getattr(item, "field", None), getattr(item, "style", None)
    if field is not None and style is not None:
        return _STRFTIME_TEXTS.get((field, style))
    return _fraction_strftime(item)


def _fraction_strftime(item: Item) -> str | None:
    digits = getattr(item, "high", None)
    if type(item).__name__ != "Fraction" or getattr(item, "low", 0) != digits:
        return None
    return {3: "%g", 6: "%f", 9: "%n"}.get(digits)
