"""Dates, times of day and points in time.

Internal values are Spark's: days and microseconds since 1970, nanoseconds since midnight.
"""

from __future__ import annotations

import calendar
import datetime
import time
from typing import ClassVar

from pyrdd.sql.types.base import AnyTimeType, DataTypeSingleton, DatetimeType

_MICROS = 1_000_000
_SECOND = 1_000_000_000


class DateType(DatetimeType, metaclass=DataTypeSingleton):
    """A day: `datetime.date`."""

    EPOCH_ORDINAL: ClassVar[int] = datetime.date(1970, 1, 1).toordinal()

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: datetime.date | None) -> int | None:
        return None if obj is None else obj.toordinal() - self.EPOCH_ORDINAL

    def fromInternal(self, obj: int | None) -> datetime.date | None:
        return None if obj is None else datetime.date.fromordinal(obj + self.EPOCH_ORDINAL)


class TimeType(AnyTimeType):
    """A time of day, `datetime.time`, with ``precision`` digits of a second's fraction."""

    def __init__(self, precision: int = 6) -> None:
        self.precision = precision

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: datetime.time | None) -> int | None:
        if obj is None:
            return None
        return (obj.hour * 3600 + obj.minute * 60 + obj.second) * _SECOND + obj.microsecond * 1000

    def fromInternal(self, obj: int | None) -> datetime.time | None:
        if obj is None:
            return None
        seconds, nanos = divmod(obj, _SECOND)
        return datetime.time(seconds // 3600, seconds // 60 % 60, seconds % 60, nanos // 1000)

    def simpleString(self) -> str:
        return f"time({self.precision})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def _tree_name(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"TimeType({self.precision})"


class TimestampType(DatetimeType, metaclass=DataTypeSingleton):
    """A point in time, shown and read in the session's time zone: a `datetime.datetime` in local time."""

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: datetime.datetime | None) -> int | None:
        if obj is None:
            return None
        seconds = calendar.timegm(obj.utctimetuple()) if obj.tzinfo else time.mktime(obj.timetuple())
        return int(seconds) * _MICROS + obj.microsecond

    def fromInternal(self, obj: int | None) -> datetime.datetime | None:
        if obj is None:
            return None
        seconds, micros = divmod(obj, _MICROS)
        return datetime.datetime.fromtimestamp(seconds).replace(microsecond=micros)


class TimestampNTZType(DatetimeType, metaclass=DataTypeSingleton):
    """A date and a time of day without a time zone: a naive `datetime.datetime`."""

    @classmethod
    def typeName(cls) -> str:
        return "timestamp_ntz"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: datetime.datetime | None) -> int | None:
        return None if obj is None else calendar.timegm(obj.timetuple()) * _MICROS + obj.microsecond

    def fromInternal(self, obj: int | None) -> datetime.datetime | None:
        if obj is None:
            return None
        seconds, micros = divmod(obj, _MICROS)
        moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        return moment.replace(microsecond=micros, tzinfo=None)
