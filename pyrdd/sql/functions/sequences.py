"""The kernel of `sequence`, and the types that it takes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from pyrdd.errors import IllegalArgumentException, SparkRuntimeException
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch
from pyrdd.sql.functions.text_tools import MOST_ELEMENTS, call_text
from pyrdd.sql.kernels.date_arithmetic import add_interval, add_months
from pyrdd.sql.kernels.timezones import parse_zone

_DAY = 86_400_000_000
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_TEMPORAL = (t.DateType, t.TimestampType, t.TimestampNTZType)
_INTERVALS = (t.CalendarIntervalType, t.YearMonthIntervalType, t.DayTimeIntervalType)


def sequence_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    """Start and stop brought to one type, with the step too for numbers. Raises SEQUENCE_WRONG_INPUT_TYPES."""
    start, stop, *step = args
    common = coercion.common_type(start.data_type, stop.data_type, ctx)
    if isinstance(common, t.IntegralType) and (not step or isinstance(step[0].data_type, t.IntegralType | t.NullType)):
        found = coercion.to_common_type(args, ctx)
        if found is not None:
            return found
    if isinstance(common, _TEMPORAL) and all(isinstance(s.data_type, (*_INTERVALS, t.NullType)) for s in step):
        ends = [coercion.cast(x, common, ctx) for x in (start, stop)]
        return [*ends, *(coercion.cast(s, t.CalendarIntervalType(), ctx) if _is_null(s) else s for s in step)]
    raise mismatch(
        "SEQUENCE_WRONG_INPUT_TYPES",
        call_text("sequence", args),
        functionName="`sequence`",
        startType='("TIMESTAMP" or "TIMESTAMP_NTZ" or "DATE")',
        stepType='("INTERVAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")',
        otherStartType='"INTEGRAL"',
    )


def _is_null(expression: Any) -> bool:
    return isinstance(expression.data_type, t.NullType)


class Sequences:
    """Makes sequences of the types of one call."""

    def __init__(self, call: Any, writer: Any) -> None:
        self.kind = call.args[0].data_type
        self.step = call.args[2].data_type if len(call.args) > 2 else None
        self.zone = writer.time_zone

    def __call__(self, start: Any, stop: Any, step: Any = None) -> list[Any]:
        if isinstance(self.kind, t.IntegralType):
            return _numbers(start, stop, step if step is not None else 1 if start <= stop else -1)
        if not isinstance(self.kind, t.DateType):
            return self._moments(start, stop, self._interval(step, start <= stop))
        first, last = start.toordinal() - _EPOCH, stop.toordinal() - _EPOCH
        return [
            datetime.date.fromordinal(day + _EPOCH)
            for day in self._days(first, last, self._interval(step, start <= stop))
        ]

    def _interval(self, step: Any, forward: bool) -> tuple[int, int, int]:
        if step is None:
            return 0, 1 if forward else -1, 0
        match self.step:
            case t.YearMonthIntervalType():
                return step, 0, 0
            case t.DayTimeIntervalType():
                return (0, *divmod_toward_zero(step)) if isinstance(self.kind, t.DateType) else (0, 0, step)
        months, days, micros = step
        return months, days, micros

    def _days(self, first: int, last: int, step: tuple[int, int, int]) -> list[int]:
        months, days, micros = step
        if micros:
            raise IllegalArgumentException(
                message="The step of a sequence of dates must be of days, weeks, months or years."
            )
        if not months:
            return _numbers(first, last, days)
        return _stepped(first, last, 28 * months + days, lambda i: add_months(first, months * i) + days * i)

    def _moments(self, start: int, stop: int, step: tuple[int, int, int]) -> list[int]:
        months, days, micros = step
        if not months and not days:
            return _numbers(start, stop, micros)
        zone = parse_zone("UTC" if isinstance(self.kind, t.TimestampNTZType) else self.zone)
        estimate = (28 * months + days) * _DAY + micros
        return _stepped(
            start,
            stop,
            estimate,
            lambda i: add_interval(start, (months * i, days * i, micros * i), zone),
        )


def divmod_toward_zero(micros: int) -> tuple[int, int]:
    """Days and the microseconds that are left, both with the sign of the whole."""
    days, rest = divmod(abs(micros), _DAY)
    return (days, rest) if micros >= 0 else (-days, -rest)


def _numbers(start: int, stop: int, step: int) -> list[int]:
    if start == stop and not step:
        return [start]
    _check(start, stop, step)
    size = (stop - start) // step + 1
    if size > MOST_ELEMENTS:
        raise SparkRuntimeException(
            errorClass="COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER",
            messageParameters={
                "numberOfElements": str(size),
                "functionName": "`sequence`",
                "maxRoundedArrayLength": str(MOST_ELEMENTS),
                "parameter": "`count`",
            },
        )
    return list(range(start, stop + (1 if step > 0 else -1), step))


def _check(start: int, stop: int, step: int) -> None:
    if not ((step > 0 and start <= stop) or (step < 0 and start >= stop) or (step == 0 and start == stop)):
        raise IllegalArgumentException(message=f"Illegal sequence boundaries: {start} to {stop} by {step}")


def _stepped(start: int, stop: int, estimate: int, at: Any) -> list[int]:
    _check(start, stop, estimate)
    found: list[int] = []
    while True:
        value = at(len(found))
        if value > stop if estimate > 0 else value < stop or not estimate:
            return found or [start]
        found.append(value)
