"""The three kinds of intervals."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from pyrdd.errors import PySparkNotImplementedError, PySparkRuntimeError
from pyrdd.sql.types.base import AnsiIntervalType, DataType, DataTypeSingleton


class _FieldsInterval(AnsiIntervalType):
    """An interval whose units run from ``startField`` to ``endField``."""

    _fields: ClassVar[Mapping[int, str]]

    def __init__(self, startField: int | None = None, endField: int | None = None) -> None:
        units = sorted(self._fields)
        if startField is None and endField is None:
            startField, endField = units[0], units[-1]
        elif endField is None:
            endField = startField
        if startField not in units or endField not in units:
            raise PySparkRuntimeError(
                errorClass="INVALID_INTERVAL_CASTING",
                messageParameters={"start_field": str(startField), "end_field": str(endField)},
            )
        self.startField = startField
        self.endField = endField

    def simpleString(self) -> str:
        start, end = self._fields[self.startField], self._fields[self.endField]
        return f"interval {start}" if start == end else f"interval {start} to {end}"

    def jsonValue(self) -> str:
        return self.simpleString()

    def _tree_name(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.startField}, {self.endField})"


class DayTimeIntervalType(_FieldsInterval):
    """A span of time in days to microseconds: `datetime.timedelta`.

    >>> DayTimeIntervalType().simpleString()
    'interval day to second'
    """

    DAY = 0
    HOUR = 1
    MINUTE = 2
    SECOND = 3

    _fields = {DAY: "day", HOUR: "hour", MINUTE: "minute", SECOND: "second"}
    _inverted_fields: ClassVar[Mapping[str, int]] = {name: unit for unit, name in _fields.items()}

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: datetime.timedelta | None) -> int | None:
        return None if obj is None else (obj.days * 86400 + obj.seconds) * 1_000_000 + obj.microseconds

    def fromInternal(self, obj: int | None) -> datetime.timedelta | None:
        return None if obj is None else datetime.timedelta(microseconds=obj)


class YearMonthIntervalType(_FieldsInterval):
    """A number of years and months. Python has no such value, so rows with one cannot be collected."""

    YEAR = 0
    MONTH = 1

    _fields = {YEAR: "year", MONTH: "month"}
    _inverted_fields: ClassVar[Mapping[str, int]] = {name: unit for unit, name in _fields.items()}

    def needConversion(self) -> bool:
        """False, so that months are collected as they are, where PYSPARK_YM_INTERVAL_LEGACY is 1."""
        return os.environ.get("PYSPARK_YM_INTERVAL_LEGACY") != "1"

    def toInternal(self, obj: Any) -> NoReturn:
        raise _no_python_value("YearMonthIntervalType.toInternal")

    def fromInternal(self, obj: Any) -> NoReturn:
        raise _no_python_value("YearMonthIntervalType.fromInternal")


class CalendarIntervalType(DataType, metaclass=DataTypeSingleton):
    """Months, days and microseconds side by side. Python has no such value, so rows with one cannot be collected."""

    @classmethod
    def typeName(cls) -> str:
        return "interval"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> NoReturn:
        raise _no_python_value("CalendarIntervalType.toInternal")

    def fromInternal(self, obj: Any) -> NoReturn:
        raise _no_python_value("CalendarIntervalType.fromInternal")


def _no_python_value(feature: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": feature})
