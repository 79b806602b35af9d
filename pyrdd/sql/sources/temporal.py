"""Dates and times in text, as sources read them: days since 1970 and microseconds, or ``None`` for other text."""

from __future__ import annotations

import re
import time

from pyrdd.sql.kernels.datetime_parse import parse_date, parse_time, parse_timestamp, parse_timestamp_ntz
from pyrdd.sql.kernels.timezones import parse_zone

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PARTITION_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?", re.ASCII)
_DAY_SECONDS = 86_400


def is_iso_date(text: str) -> bool:
    """Whether the text is written ``yyyy-MM-dd`` (the day may not exist)."""
    return _ISO_DATE.fullmatch(text) is not None


def is_partition_timestamp(text: str) -> bool:
    """Whether the text is written as Spark writes timestamps into directory names."""
    return _PARTITION_TIMESTAMP.fullmatch(text) is not None


def cast_date(text: str) -> int | None:
    """A date as SQL's cast reads it.

    >>> cast_date("1970-1-3"), cast_date("soon")
    (2, None)
    """
    return parse_date(text)


def cast_timestamp(text: str, zone: str | None) -> int | None:
    """A timestamp as SQL's cast reads it: an instant, or the local clock's microseconds without a zone.

    >>> cast_timestamp("1970-01-01 01:00", "Europe/Paris"), cast_timestamp("1970-01-01 01:00", None)
    (0, 3600000000)
    """
    if zone is None:
        return parse_timestamp_ntz(text, allow_zone=False)
    found = parse_zone(zone)
    micros = parse_timestamp(text, found)
    if micros is None and ":" in text:
        today = found.to_local(int(time.time() * 1_000_000)) // (_DAY_SECONDS * 1_000_000)
        micros = parse_timestamp(text, found, today)
    return micros


def cast_time(text: str) -> int | None:
    """A time of day as SQL's cast reads it."""
    return parse_time(text)
