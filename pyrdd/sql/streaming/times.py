"""Texts of durations, and instants as progress reports write them."""

from __future__ import annotations

from datetime import UTC, datetime

from pyrdd.errors import AnalysisException, IllegalArgumentException
from pyrdd.sql.kernels.intervals import parse_interval

DAY_MICROS = 86_400_000_000


def duration_micros(text: str) -> int:
    """The length of an interval's text; a month has 31 days. Raises AnalysisException (CANNOT_PARSE_INTERVAL)."""
    found = parse_interval(text)
    if found is None:
        raise AnalysisException(errorClass="CANNOT_PARSE_INTERVAL", messageParameters={"intervalString": f"'{text}'"})
    months, days, micros = found
    return (months * 31 + days) * DAY_MICROS + micros


def duration_millis(text: str) -> int:
    """The length of a trigger's interval. Raises IllegalArgumentException."""
    found = parse_interval(text)
    if found is None:
        shown = {"input": text, "number": text.strip().partition(" ")[0]}
        raise IllegalArgumentException(
            errorClass="INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER", messageParameters=shown
        )
    millis = ((found[0] * 31 + found[1]) * DAY_MICROS + found[2]) // 1000
    if millis < 0:
        raise IllegalArgumentException("requirement failed: the interval of trigger should not be negative")
    return millis


def instant(millis: int) -> str:
    """A time in UTC: ``2024-01-01T00:00:35.000Z``."""
    made = datetime.fromtimestamp(millis // 1000, UTC)
    return f"{made:%Y-%m-%dT%H:%M:%S}.{millis % 1000:03d}Z"
