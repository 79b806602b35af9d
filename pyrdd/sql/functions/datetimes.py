"""Dates and timestamps: now, parts, arithmetic by days and months, beginnings of units, counts since the epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from pyrdd.errors import ArithmeticException
from pyrdd.errors.frames import called
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.codegen.casts import UTC_NAMES, to_instant, to_local
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.datetime_tools import OnDays, by_mode, constant_text, python_text, stamp_or_time, zone_of
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import (
    ANY,
    BOOLEAN,
    DATE,
    DOUBLE,
    INT,
    INTEGRAL,
    LONG,
    NUMERIC,
    STRING,
    TIMESTAMP,
    TIMESTAMP_NTZ,
    one_of,
)  # fmt: skip
from pyrdd.sql.kernels import date_arithmetic as dates
from pyrdd.sql.kernels.number_text import WIDE

# --- now -------------------------------------------------------------------------------------------------------------


def _moment(args: list[str]) -> str:
    # the optimiser hands over the query's beginning; a constant that analysis asks for takes the clock
    return args[0] if args else "now()"


def _today(call: Any, args: list[str], writer: Any) -> str:
    return f"CAST({to_local(_moment(args), writer)} AS DATE)"


def _bare(name: str, args: list[str], call: Any) -> str:
    return f"{name}()"


@scalar(returns=DATE, sql=_today, with_writer=True, nullable=False, pretty=_bare, aliases=("curdate",))
def current_date() -> Column:
    """The date on the session's clock when the query began."""


def curdate() -> Column:
    """The date on the session's clock when the query began."""
    return call("curdate")


@scalar(returns=TIMESTAMP, sql=lambda call, args: _moment(args), nullable=False, pretty=_bare, aliases=("now",))
def current_timestamp() -> Column:
    """When the query began."""


def now() -> Column:
    """When the query began."""
    return call("now")


@scalar(
    returns=TIMESTAMP_NTZ, sql=lambda call, args, writer: to_local(_moment(args), writer), with_writer=True,
    nullable=False, pretty=_bare,
)  # fmt: skip
def localtimestamp() -> Column:
    """The time on the session's clock when the query began, as a timestamp without a zone."""


FROZEN = ("current_date", "current_timestamp", "localtimestamp")
"""The functions to which the optimiser hands the moment at which the query begins."""


# --- parts -----------------------------------------------------------------------------------------------------------


def _part(name: str, text: str, doc: str, shown: object, returns: t.DataType = INT) -> Any:
    """A function of a date; ``shown`` is what it gives for the day of the example."""
    declare(Function(name, "scalar", (DATE,), returns, 1, 1, sql=text))

    def face(col: ColumnOrName) -> Column:
        return call(name, column_or_name(col))

    face.__doc__ = f"""{doc}

    >>> spark.range(1).select(F.{name}(F.lit("2024-02-10"))).first()[0]
    {shown!r}
    """
    return called(name, face)


year = _part("year", "CAST(year({0}) AS INTEGER)", "The year of a date or timestamp.", 2024)
quarter = _part("quarter", "CAST(quarter({0}) AS INTEGER)", "The quarter of the year, 1 to 4.", 1)
month = _part("month", "CAST(month({0}) AS INTEGER)", "The month, 1 to 12.", 2)
day = _part("day", "CAST(day({0}) AS INTEGER)", "The day of the month, 1 to 31.", 10)
dayofmonth = _part("dayofmonth", "CAST(day({0}) AS INTEGER)", "The day of the month, 1 to 31.", 10)
dayofweek = _part("dayofweek", "CAST(dayofweek({0}) + 1 AS INTEGER)", "The day of the week, 1 for Sunday.", 7)
weekday = _part("weekday", "CAST(isodow({0}) - 1 AS INTEGER)", "The day of the week, 0 for Monday.", 5)
dayofyear = _part("dayofyear", "CAST(dayofyear({0}) AS INTEGER)", "The day of the year, 1 to 366.", 41)
weekofyear = _part("weekofyear", "CAST(weekofyear({0}) AS INTEGER)", "The ISO week of the year, 1 to 53.", 6)
monthname = _part("monthname", "strftime({0}, '%b')", "The month's name in three letters.", "Feb", returns=STRING)
dayname = _part("dayname", "strftime({0}, '%a')", "The weekday's name in three letters.", "Sat", returns=STRING)


def _clock(part: str) -> Callable[..., str]:
    def sql(call: Any, args: list[str], writer: Any) -> str:
        text = to_local(args[0], writer) if isinstance(call.args[0].data_type, t.TimestampType) else args[0]
        return f"CAST({part}({text}) AS INTEGER)"

    return sql


@scalar(returns=INT, sql=_clock("hour"), with_writer=True, coerce=stamp_or_time, min_args=1)
def hour(col: ColumnOrName) -> Column:
    """The hour, 0 to 23.

    >>> from pyrdd.sql.functions import lit
    >>> spark.range(1).select(hour(lit("2015-04-08 13:08:15")).alias("h")).collect()
    [Row(h=13)]
    """


@scalar(returns=INT, sql=_clock("minute"), with_writer=True, coerce=stamp_or_time, min_args=1)
def minute(col: ColumnOrName) -> Column:
    """The minute, 0 to 59.

    >>> spark.range(1).select(F.minute(F.lit("2024-02-10 11:22:33"))).first()[0]
    22
    """


@scalar(returns=INT, sql=_clock("second"), with_writer=True, coerce=stamp_or_time, min_args=1)
def second(col: ColumnOrName) -> Column:
    """The second, 0 to 59, without its fraction.

    >>> spark.range(1).select(F.second(F.lit("2024-02-10 11:22:33"))).first()[0]
    33
    """


# --- days and months -------------------------------------------------------------------------------------------------


def _few_days(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    count = args[1]
    if isinstance(count.data_type, (t.StringType | t.NullType, t.ByteType | t.ShortType)):
        count = coercion.cast(count, INT, ctx)
    elif not isinstance(count.data_type, t.IntegerType):
        from pyrdd.sql.analysis.calls import unexpected_type  # here: an error's need
        from pyrdd.sql.functions.operators import binary_text  # here: an error's need

        raise unexpected_type(binary_text("date_add", args), 1, one_of(INT, t.ShortType(), t.ByteType()), count)
    return [args[0], count]


@scalar(DATE, ANY, returns=DATE, sql="({0} + {1})", coerce=_few_days, min_args=2, aliases=("dateadd",))
def date_add(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date so many days later.

    >>> spark.range(1).select(F.date_add(F.lit("2024-02-28"), 2)).first()[0]
    datetime.date(2024, 3, 1)
    """


def dateadd(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date so many days later."""
    return date_add(start, days)


@scalar(DATE, ANY, returns=DATE, sql="({0} - {1})", coerce=_few_days, min_args=2)
def date_sub(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date so many days earlier.

    >>> spark.range(1).select(F.date_sub(F.lit("2024-03-01"), 1)).first()[0]
    datetime.date(2024, 2, 29)
    """


declare(
    Function("datediff", "scalar", (DATE, DATE), INT, 2, 2, sql="CAST(({0} - {1}) AS INTEGER)", aliases=("date_diff",))
)


def datediff(end: ColumnOrName, start: ColumnOrName) -> Column:
    """How many days the first date lies after the second.

    >>> spark.range(1).select(F.datediff(F.lit("2024-03-01"), F.lit("2024-02-01"))).first()[0]
    29
    """
    return call("datediff", column_or_name(end), column_or_name(start))


def date_diff(end: ColumnOrName, start: ColumnOrName) -> Column:
    """How many days the first date lies after the second."""
    return call("date_diff", column_or_name(end), column_or_name(start))


@scalar(DATE, INT, returns=DATE, sql="CAST(({0} + to_months({1})) AS DATE)")
def add_months(start: ColumnOrName, months: ColumnOrName | int) -> Column:
    """The same day so many months later, or that month's last day.

    >>> spark.range(1).select(F.add_months(F.lit("2024-01-31"), 1)).first()[0]
    datetime.date(2024, 2, 29)
    """


@scalar(DATE, returns=DATE, sql="last_day({0})")
def last_day(date: ColumnOrName) -> Column:
    """The last day of the month.

    >>> spark.range(1).select(F.last_day(F.lit("2024-02-10"))).first()[0]
    datetime.date(2024, 2, 29)
    """


@scalar(DATE, STRING, returns=DATE, python=by_mode(OnDays(dates.next_day)), nullable=True)
def next_day(date: ColumnOrName, dayOfWeek: str) -> Column:
    """The first day of that name (``"Mon"``, ...) after the date.

    >>> spark.range(1).select(F.next_day(F.lit("2024-02-10"), "Mon")).first()[0]
    datetime.date(2024, 2, 12)
    """


def _months_between(call: Any, args: list[str], writer: Any) -> str:
    if len(args) == 2:
        call, args = call.copy(args=(*call.args, Literal(True, BOOLEAN))), [*args, "true"]

    return python_text(writer, call, args, partial(months_apart, zone=zone_of(writer)))


def months_apart(first: int, second: int, round_off: bool, zone: Any) -> float:
    """Months between two instants."""
    return dates.months_between(first, second, zone, round_off)


@scalar(
    TIMESTAMP, TIMESTAMP, BOOLEAN, returns=DOUBLE, sql=_months_between, with_writer=True, min_args=2,
    pretty=lambda name, args, call: f"{name}({', '.join(args if len(args) > 2 else [*args, 'true'])})",
)  # fmt: skip
def months_between(date1: ColumnOrName, date2: ColumnOrName, roundOff: bool = True) -> Column:
    """Months from the second to the first moment; a rest counts as part of 31 days.

    >>> spark.range(1).select(F.months_between(F.lit("2024-03-31"), F.lit("2024-02-29"))).first()[0]
    1.0
    """


# --- beginnings of units -----------------------------------------------------------------------------------------


_DATE_UNITS = {"year": "year", "yyyy": "year", "yy": "year", "quarter": "quarter", "month": "month", "mon": "month",
               "mm": "month", "week": "week"}  # fmt: skip
_TIME_UNITS = {**_DATE_UNITS, "day": "day", "dd": "day", "hour": "hour", "minute": "minute", "second": "second",
               "millisecond": "millisecond", "microsecond": "microsecond"}  # fmt: skip


def _trunc(call: Any, args: list[str], writer: Any) -> str:
    unit = constant_text(call.args[1])
    if unit is not None and unit.lower() in _DATE_UNITS:
        return f"CAST(date_trunc('{_DATE_UNITS[unit.lower()]}', {args[0]}) AS DATE)"
    return python_text(writer, call, args, OnDays(dates.trunc))


@scalar(DATE, STRING, returns=DATE, sql=_trunc, with_writer=True, nullable=True)
def trunc(date: ColumnOrName, format: str) -> Column:
    """The first day of the date's year, quarter, month or week; null for another unit.

    >>> spark.range(1).select(F.trunc(F.lit("2024-02-10"), "month")).first()[0]
    datetime.date(2024, 2, 1)
    """


def _date_trunc(call: Any, args: list[str], writer: Any) -> str:
    unit = constant_text(call.args[0])
    known = _TIME_UNITS.get((unit or "").lower())
    if known is not None and (writer.time_zone in UTC_NAMES or known in ("second", "millisecond", "microsecond")):
        return f"CAST(date_trunc('{known}', CAST({args[1]} AS TIMESTAMP)) AS TIMESTAMPTZ)"
    if known in ("year", "quarter", "month", "week", "day"):
        return to_instant(f"CAST(date_trunc('{known}', {to_local(args[1], writer)}) AS TIMESTAMP)", writer)
    return python_text(writer, call, args, partial(dates.date_trunc, zone=zone_of(writer)))


declare(
    Function(
        "date_trunc", "scalar", (STRING, TIMESTAMP), TIMESTAMP, 2, 2, sql=_date_trunc, with_writer=True, nullable=True
    )
)


def date_trunc(format: str, timestamp: ColumnOrName) -> Column:
    """The beginning of the moment's year, month, ..., microsecond on the session's clock; null for another unit.

    >>> spark.range(1).select(F.date_trunc("hour", F.lit("2024-02-10 11:22:33"))).first()[0]
    datetime.datetime(2024, 2, 10, 11, 0)
    """
    return call("date_trunc", literal(format), column_or_name(timestamp))


# --- counts since the epoch ------------------------------------------------------------------------------------------


@scalar(DATE, returns=INT, sql="CAST(({0} - DATE '1970-01-01') AS INTEGER)")
def unix_date(col: ColumnOrName) -> Column:
    """How many days a date lies after 1970-01-01.

    >>> spark.range(1).select(F.unix_date(F.lit("1970-01-11").cast("date"))).first()[0]
    10
    """


@scalar(INT, returns=DATE, sql="(DATE '1970-01-01' + {0})")
def date_from_unix_date(days: ColumnOrName) -> Column:
    """The date so many days after 1970-01-01.

    >>> spark.range(1).select(F.date_from_unix_date(F.lit(10))).first()[0]
    datetime.date(1970, 1, 11)
    """


def _floor_div(text: str, by: int) -> str:
    return f"(({text} - (({text} % {by}) + {by}) % {by}) // {by})"


@scalar(TIMESTAMP, returns=LONG, sql=_floor_div("epoch_us({0})", 1_000_000))
def unix_seconds(col: ColumnOrName) -> Column:
    """Whole seconds since 1970-01-01 00:00 UTC."""


@scalar(TIMESTAMP, returns=LONG, sql=_floor_div("epoch_us({0})", 1000))
def unix_millis(col: ColumnOrName) -> Column:
    """Whole milliseconds since 1970-01-01 00:00 UTC."""


@scalar(TIMESTAMP, returns=LONG, sql="epoch_us({0})")
def unix_micros(col: ColumnOrName) -> Column:
    """Microseconds since 1970-01-01 00:00 UTC."""


def _from_units(factor: int, unit: str) -> Callable[[Any, list[str]], str]:
    """A moment so many times ``factor`` microseconds after 1970; DATETIME_OVERFLOW where no long holds it."""

    def sql(call: Any, args: list[str]) -> str:
        count, limit = args[0], ((1 << 63) - 1) // factor
        operation = f"'create a TIMESTAMP from ' || {count} || 'L {unit} since the epoch'"
        failure = raise_sql("DATETIME_OVERFLOW", "TIMESTAMPTZ", operation=operation)
        made = f"make_timestamptz(CAST({count} AS BIGINT) * {factor})"
        fits = f"{count} BETWEEN {-limit} AND {limit}"
        return f"CASE WHEN {fits} THEN {made} WHEN {count} IS NOT NULL THEN {failure} END"

    return sql


def micros_of_seconds(seconds: Decimal) -> int:
    """A number of seconds as microseconds; ``ArithmeticException`` for more digits than they have."""
    micros = seconds.scaleb(6, WIDE)
    if micros != int(micros):
        raise ArithmeticException(message="Rounding necessary")
    return int(micros)


def _from_seconds(call: Any, args: list[str], writer: Any) -> str:
    kind = call.args[0].data_type
    if isinstance(kind, t.IntegralType):
        return _from_units(1_000_000, "seconds")(call, args)
    if isinstance(kind, t.DecimalType) and kind.scale > 6:
        micros = writer.python_call("micros_of_seconds", micros_of_seconds, args, [kind], t.LongType())
        return f"make_timestamptz({micros})"
    if isinstance(kind, t.DecimalType):
        return f"make_timestamptz(CAST(trunc(CAST({args[0]} AS DECIMAL(38,{kind.scale})) * 1000000) AS BIGINT))"
    # as the JVM's conversion, which stops at the ends of a long
    micros = f"greatest(least(trunc({args[0]}::DOUBLE * 1e6::DOUBLE), 9.2233720368547e18::DOUBLE), -9.2233720368547e18::DOUBLE)"
    return f"CASE WHEN isfinite({args[0]}) THEN make_timestamptz(CAST({micros} AS BIGINT)) END"


@scalar(NUMERIC, returns=TIMESTAMP, sql=_from_seconds, with_writer=True, nullable=True)
def timestamp_seconds(col: ColumnOrName) -> Column:
    """The moment so many seconds after 1970-01-01 00:00 UTC."""


@scalar(INTEGRAL, returns=TIMESTAMP, sql=_from_units(1000, "milliseconds"))
def timestamp_millis(col: ColumnOrName) -> Column:
    """The moment so many milliseconds after 1970-01-01 00:00 UTC."""


@scalar(INTEGRAL, returns=TIMESTAMP, sql="make_timestamptz(CAST({0} AS BIGINT))")
def timestamp_micros(col: ColumnOrName) -> Column:
    """The moment so many microseconds after 1970-01-01 00:00 UTC."""


# --- zones -----------------------------------------------------------------------------------------------------------


def clock_of_zone(micros: int, name: str) -> int:
    """What the clock of a zone shows when UTC's shows this."""
    from pyrdd.sql.kernels.timezones import parse_zone  # here: pickled with the kernel

    return parse_zone(name).to_local(micros)


def clock_of_utc(micros: int, name: str) -> int:
    """What UTC's clock shows when that of a zone shows this."""
    from pyrdd.sql.kernels.timezones import parse_zone  # here: pickled with the kernel

    return parse_zone(name).to_instant(micros)


@scalar(TIMESTAMP, STRING, returns=TIMESTAMP, python=lambda call: clock_of_zone)
def from_utc_timestamp(timestamp: ColumnOrName, tz: Column | str) -> Column:
    """A time on UTC's clock as one on a zone's."""
    return call("from_utc_timestamp", column_or_name(timestamp), tz)


@scalar(TIMESTAMP, STRING, returns=TIMESTAMP, python=lambda call: clock_of_utc)
def to_utc_timestamp(timestamp: ColumnOrName, tz: Column | str) -> Column:
    """A time on a zone's clock as one on UTC's."""
    return call("to_utc_timestamp", column_or_name(timestamp), tz)


def between_clocks(source: str, target: str, micros: int) -> int:
    """A time on one zone's clock as one on another's."""
    return clock_of_zone(clock_of_utc(micros, source), target)


def _convert_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis.calls import make_call  # here: calls knows these functions

    return args if len(args) == 3 else [make_call("current_timezone", ctx=ctx), *args]


declare(
    Function(
        "convert_timezone", "scalar", (STRING, STRING, TIMESTAMP_NTZ), TIMESTAMP_NTZ, 2, 3,
        python=lambda call: between_clocks, coerce=_convert_inputs,
        pretty=lambda name, args, call: f"{name}({', '.join(args)})",
    )
)  # fmt: skip


def convert_timezone(sourceTz: Column | None, targetTz: Column, sourceTs: ColumnOrName) -> Column:
    """A timestamp without a zone on one zone's clock (by default the session's) as one on another's."""
    args = [targetTz, column_or_name(sourceTs)]
    return call("convert_timezone", *(args if sourceTz is None else [sourceTz, *args]))
