"""Points in time as Python shows them: naive datetimes in the local time zone, as ``datetime.fromtimestamp`` gives.

Asking the C library for each value's offset takes longer than all the rest of a conversion. Offsets change on the
quarter of an hour, so one is asked for each quarter that occurs; where it changes inside one, for each value.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence

from pyrdd.errors import PySparkValueError

EPOCH = datetime.datetime(1970, 1, 1)
_MICROS = 1_000_000
_QUARTER = 900
_span = datetime.timedelta


def local_datetimes(micros: Sequence[int | None]) -> list[datetime.datetime | None]:
    """The local datetimes of these microseconds since 1970 in UTC. Of an hour that is repeated when summer time ends,
    the second one has ``fold=1``. Raises `PySparkValueError` for years that Python lacks."""
    if _local_is_utc():
        return naive_datetimes(micros)
    offsets = _LocalOffsets()
    quarter = _QUARTER * _MICROS
    try:
        return [
            None
            if x is None
            else EPOCH + _span(0, 0, x + offset)
            if (offset := offsets[x // quarter]) is not None
            else _local(x)
            for x in micros
        ]
    except (OverflowError, ValueError, OSError):
        raise out_of_range("timestamp") from None


def naive_datetimes(micros: Sequence[int | None]) -> list[datetime.datetime | None]:
    """The datetimes that lie these microseconds after 1970. Raises `PySparkValueError` for years that Python lacks."""
    try:
        return [None if x is None else EPOCH + _span(0, 0, x) for x in micros]
    except OverflowError:
        raise out_of_range("timestamp") from None


def utc_micros(naive: Sequence[int | None]) -> Sequence[int | None]:
    """Microseconds since 1970 in UTC of local datetimes, given as microseconds since 1970 in local time. The C library
    decides about local times that occur twice or never."""
    if _local_is_utc():
        return naive
    offsets = _OffsetsOfLocal()
    quarter = _QUARTER * _MICROS
    return [
        None
        if x is None
        else x - offset
        if (offset := offsets[x // quarter]) is not None
        else x - _offset(x // _MICROS) * _MICROS
        for x in naive
    ]


def out_of_range(kind: str) -> PySparkValueError:
    """The error of a value that SQL has and Python has not."""
    return PySparkValueError(errorClass="VALUE_OUT_OF_PYTHON_RANGE", messageParameters={"kind": kind})


def _local_is_utc() -> bool:
    return time.tzname == ("UTC", "UTC") and time.timezone == 0


def _local(micros: int) -> datetime.datetime:
    seconds, rest = divmod(micros, _MICROS)
    return datetime.datetime.fromtimestamp(seconds).replace(microsecond=rest)


class _LocalOffsets(dict[int, "int | None"]):
    """Microseconds to add for local time, by the number of the quarter of an hour; ``None`` where it varies, and where
    the local time is repeated, so that the fold must be set."""

    def __missing__(self, quarter: int) -> int | None:
        ends = (quarter * _QUARTER, quarter * _QUARTER + _QUARTER - 1)
        locals_ = [datetime.datetime.fromtimestamp(end) for end in ends]
        spans = {moment - (EPOCH + _span(0, end)) for moment, end in zip(locals_, ends, strict=True)}
        steady = len(spans) == 1 and not any(moment.fold for moment in locals_)
        self[quarter] = spans.pop() // _span(0, 0, 1) if steady else None
        return self[quarter]


class _OffsetsOfLocal(dict[int, "int | None"]):
    """Microseconds by which local time is ahead, by the number of the quarter of an hour in local time."""

    def __missing__(self, quarter: int) -> int | None:
        start = quarter * _QUARTER
        found = {_offset(start), _offset(start + _QUARTER - 1)}
        self[quarter] = found.pop() * _MICROS if len(found) == 1 else None
        return self[quarter]


def _offset(seconds: int) -> int:
    return seconds - int(time.mktime((EPOCH + _span(0, seconds)).timetuple()))
