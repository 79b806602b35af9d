"""Times of day as numbers and back, their units; buckets of timestamps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pyrdd.errors import IllegalArgumentException, PySparkNotImplementedError
from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import mismatch
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.datetime_tools import STAMPS, python_text, rewritten, zone_of
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, DAY_TIME_INTERVAL, LONG, STRING, TIME, YEAR_MONTH_INTERVAL, one_of
from pyrdd.sql.functions.text_tools import call_text, require
from pyrdd.sql.kernels import date_arithmetic as dates
from pyrdd.sql.kernels.timezones import Zone, parse_zone

_DAY = 86_400_000_000
_UNITS = {"HOUR": 3_600_000_000, "MINUTE": 60_000_000, "SECOND": 1_000_000, "MILLISECOND": 1000, "MICROSECOND": 1}

# --- now -------------------------------------------------------------------------------------------------------------


def _clock(args: Sequence[Any], ctx: Any) -> Any:
    precision = args[0] if args else Literal(6, t.IntegerType())
    if not isinstance(precision, Literal):
        raise mismatch(
            "NON_FOLDABLE_INPUT",
            call_text("current_time", args),
            inputName="`precision`",
            inputType='"INT"',
            inputExpr=call_text("", args)[2:-2],
        )
    moment = rewritten("localtimestamp", ctx=ctx)
    made = rewritten("time of clock", moment, precision, ctx=ctx)
    return rewritten("as written", made, precision, ctx=ctx, written="current_time")


def _clock_text(call: Any, args: list[str]) -> str:
    step = 10 ** (6 - min(call.args[1].value, 6))
    return f"CAST(make_timestamp(epoch_us({args[0]}) // {step} * {step}) AS TIME)"


declare(
    Function(
        "time of clock", "scalar", (), lambda args: t.TimeType(args[1].value), 2, 2, sql=_clock_text, nullable=False
    )
)
declare(Function("current_time", "scalar", (), t.TimeType(6), 0, 1, rewrite=_clock))


def current_time(precision: int | None = None) -> Column:
    """The time on the session's clock when the query began, with so many digits of a second's fraction (6 by default)."""
    return call("current_time") if precision is None else call("current_time", precision)


# --- numbers ---------------------------------------------------------------------------------------------------------


def _only(name: str, kinds: tuple[type[t.DataType], ...], shown: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        require(name, args, 0, (*kinds, t.NullType), shown)
        return args

    return coerce


def _from_micros(micros: str, writer: Any) -> str:
    """The time of so many microseconds (HUGEINT or BIGINT text)."""

    def body(x: str) -> str:
        message = (
            f"'Invalid TIME value: must be between 00:00:00 and 23:59:59.999999999, but got ' || CAST({x} * 1000 AS VARCHAR)"
            " || ' nanoseconds'"
        )
        failure = raise_sql("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", "TIME", rangeMessage=message)
        inside = f"{x} >= 0 AND {x} < {_DAY}"
        made = f"CAST(make_timestamp(CAST({x} AS BIGINT)) AS TIME)"
        return f"CASE WHEN {inside} THEN {made} WHEN {x} IS NOT NULL THEN {failure} END"

    return str(writer.let(micros, body))


def _from_whole(call: Any, args: list[str], writer: Any, factor: int) -> str:
    return _from_micros(f"(CAST({args[0]} AS HUGEINT) * {factor})", writer)


def _from_seconds(call: Any, args: list[str], writer: Any) -> str:
    kind = call.args[0].data_type
    if isinstance(kind, t.FractionalType) and not isinstance(kind, t.DecimalType):
        failure = raise_sql(
            "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION",
            "HUGEINT",
            rangeMessage="'Cannot convert NaN or Infinite value to TIME'",
        )
        whole = f"CAST(trunc(CAST({args[0]} AS DOUBLE) * 1000000) AS HUGEINT)"
        return _from_micros(
            f"CASE WHEN isfinite({args[0]}) THEN {whole} WHEN {args[0]} IS NOT NULL THEN {failure} END", writer
        )
    if isinstance(kind, t.DecimalType):
        # digits behind the microseconds are cut off
        text = f"CAST(trunc(CAST({args[0]} AS DECIMAL(38, {min(kind.scale, 12)})) * 1000000) AS HUGEINT)"
        return _from_micros(text, writer)
    return _from_whole(call, args, writer, 1_000_000)


_INTEGRAL = {"returns": t.TimeType(6), "with_writer": True, "nullable": True}


@scalar(
    ANY, sql=_from_seconds, coerce=_only("time_from_seconds", (t.NumericType,), '"NUMERIC"'), **_INTEGRAL,
)  # fmt: skip
def time_from_seconds(col: ColumnOrName) -> Column:
    """The time so many seconds after midnight. Raises DATETIME_FIELD_OUT_OF_BOUNDS when it is computed.

    >>> spark.range(1).select(F.time_from_seconds(F.lit(52200.5)).alias("time")).collect()
    [Row(time=datetime.time(14, 30, 0, 500000))]
    """


@scalar(
    ANY, sql=partial(_from_whole, factor=1000), coerce=_only("time_from_millis", (t.IntegralType,), '"INTEGRAL"'), **_INTEGRAL,
)  # fmt: skip
def time_from_millis(col: ColumnOrName) -> Column:
    """The time so many milliseconds after midnight."""


@scalar(
    ANY, sql=partial(_from_whole, factor=1), coerce=_only("time_from_micros", (t.IntegralType,), '"INTEGRAL"'), **_INTEGRAL,
)  # fmt: skip
def time_from_micros(col: ColumnOrName) -> Column:
    """The time so many microseconds after midnight."""


@scalar(
    ANY, returns=t.DecimalType(14, 6), coerce=_only("time_to_seconds", (t.TimeType,), '"TIME"'),
    sql="CAST(CAST(epoch_us({0}) AS DECIMAL(12, 0)) * 0.000001::DECIMAL(6, 6) AS DECIMAL(14, 6))",
)  # fmt: skip
def time_to_seconds(col: ColumnOrName) -> Column:
    """How many seconds after midnight a time is, with their fraction."""


@scalar(ANY, returns=LONG, coerce=_only("time_to_millis", (t.TimeType,), '"TIME"'), sql="(epoch_us({0}) // 1000)")
def time_to_millis(col: ColumnOrName) -> Column:
    """How many whole milliseconds after midnight a time is."""


@scalar(ANY, returns=LONG, coerce=_only("time_to_micros", (t.TimeType,), '"TIME"'), sql="epoch_us({0})")
def time_to_micros(col: ColumnOrName) -> Column:
    """How many microseconds after midnight a time is."""


# --- units -----------------------------------------------------------------------------------------------------------


def _size(unit: str, function: str) -> int:
    found = _UNITS.get(unit.upper())
    if found is None:
        raise IllegalArgumentException(
            errorClass="INVALID_PARAMETER_VALUE.TIME_UNIT",
            messageParameters={
                "parameter": "`unit`",
                "functionName": f"`{function}`",
                "supportedUnits": ", ".join(f"'{u}'" for u in _UNITS),
                "invalidValue": f"'{unit}'",
            },
        )
    return found


def _micros(time: Any) -> int:
    return int(((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.microsecond)


def units_apart(unit: str, start: Any, end: Any) -> int:
    """How many whole units lie between two times, negative if the first is the later one."""
    size = _size(unit, "time_diff")
    apart = _micros(end) - _micros(start)
    return apart // size if apart >= 0 else -(-apart // size)


def truncated(unit: str, time: Any) -> int:
    """The beginning of the unit, in microseconds."""
    size = _size(unit, "time_trunc")
    return _micros(time) // size * size


def _timed(*positions: int) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        from pyrdd.sql.analysis import coercion  # here: analysis is above the names of this module

        return [
            (coercion.implicit_cast(a, t.TimeType(6), ctx) or a)
            if i in positions and isinstance(a.data_type, t.StringType | t.NullType)
            else a
            for i, a in enumerate(args)
        ]

    return coerce


@scalar(STRING, TIME, TIME, returns=LONG, python=lambda call: units_apart, coerce=_timed(1, 2))
def time_diff(unit: ColumnOrName, start: ColumnOrName, end: ColumnOrName) -> Column:
    """How many whole units (a text: HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND) lie between two times."""


@scalar(STRING, TIME, returns=lambda args: args[1].data_type, python=lambda call: truncated, coerce=_timed(1))
def time_trunc(unit: ColumnOrName, time: ColumnOrName) -> Column:
    """The time at which the unit (HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND) began."""


# --- buckets ---------------------------------------------------------------------------------------------------------


def bucket_start(size: int, at: int, origin: int, months: bool, zone: Zone) -> int:
    """The start of the bucket of an instant. Buckets of months and of days follow the zone's calendar."""
    if not months and size < _DAY:
        return origin + (at - origin) // size * size

    def start(number: int) -> int:
        total = number * size
        part = (total, 0, 0) if months else (0, total // _DAY, total % _DAY)
        return dates.add_interval(origin, part, zone)

    apart = zone.to_local(at) - zone.to_local(origin)
    number = apart // (size * 31 * _DAY if months else size)
    while start(number) > at:
        number -= 1
    while start(number + 1) <= at:
        # a step may leap over many buckets of months: those of 31 days are an estimate from below
        number += max(1, (at - start(number + 1)) // (size * 31 * _DAY if months else size))
    return start(number)


def _bucket_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    size, at = args[0], args[1]
    ntz = isinstance(at.data_type, t.TimestampNTZType)
    kind = t.TimestampNTZType() if ntz else t.TimestampType()
    zero = 0 if ntz else parse_zone(ctx.time_zone).to_instant(0)
    origin = args[2] if len(args) > 2 else Literal(zero, kind)
    shown = [size, at, origin]
    intervals = '("INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")'
    require("time_bucket", shown, 0, (t.DayTimeIntervalType, t.YearMonthIntervalType, t.NullType), intervals)
    require("time_bucket", shown, 1, (*STAMPS, t.NullType), '"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"')
    require("time_bucket", shown, 2, (type(kind), t.NullType), f'"{kind.simpleString().upper()}"')
    _check_bucket(shown, ctx)
    return [_void_cast(size, t.DayTimeIntervalType(), ctx), _void_cast(at, kind, ctx), _void_cast(origin, kind, ctx)]


def _void_cast(arg: Any, kind: t.DataType, ctx: Any) -> Any:
    from pyrdd.sql.analysis import coercion  # here: analysis is above the names of this module

    return coercion.cast(arg, kind, ctx) if isinstance(arg.data_type, t.NullType) else arg


def _check_bucket(args: Sequence[Any], ctx: Any) -> None:
    from pyrdd.sql.analysis.fold import constant_value  # here: folding runs a query
    from pyrdd.sql.analysis.problems import quoted_sql, quoted_type  # here: an error's needs

    for arg, name in ((args[0], "bucketSize"), (args[2], "origin")):
        if not arg.foldable:
            raise mismatch(
                "NON_FOLDABLE_INPUT",
                call_text("time_bucket", args),
                inputName=f"`{name}`",
                inputType=quoted_type(arg.data_type),
                inputExpr=quoted_sql(arg),
            )
    size = constant_value(args[0], ctx)
    if size is not None and size <= 0:
        raise mismatch(
            "VALUE_OUT_OF_RANGE",
            call_text("time_bucket", args),
            exprName="`bucketSize`",
            valueRange="(0, inf)",
            currentValue=quoted_sql(args[0])[1:-1],
        )


def _bucket(call: Any, args: list[str], writer: Any) -> str:
    zone = parse_zone("UTC") if isinstance(call.data_type, t.TimestampNTZType) else zone_of(writer)
    months = isinstance(call.args[0].data_type, t.YearMonthIntervalType)
    return python_text(writer, call, args, partial(bucket_start, months=months, zone=zone))


@scalar(
    one_of(DAY_TIME_INTERVAL, YEAR_MONTH_INTERVAL), ANY, ANY, returns=lambda args: args[1].data_type, sql=_bucket,
    with_writer=True, coerce=_bucket_inputs,
)  # fmt: skip
def time_bucket(bucket_size: Column, ts: ColumnOrName, origin: Column | None = None) -> Column:
    """The start of the bucket that a timestamp falls into. Buckets have a constant size (an interval) and begin at an
    origin, by default 1970. Those of days and months follow the session's calendar."""


# --- nanoseconds -----------------------------------------------------------------------------------------------------


def _no_nanos(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require("unix_nanos", args, 0, t.NullType, '"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])"')
    return args


declare(
    Function(
        "unix_nanos", "scalar", (), t.DecimalType(21, 0), 1, 1, sql="CAST(NULL AS DECIMAL(21, 0))", coerce=_no_nanos
    )
)


def unix_nanos(col: ColumnOrName) -> Column:
    """Nanoseconds since 1970. Timestamps hold microseconds here, so analysis refuses every argument but NULL."""
    return call("unix_nanos", column_or_name(col))


def _nanos(args: Sequence[Any], ctx: Any) -> Any:
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={
            "feature": "timestamp_nanos, as timestamps hold microseconds,",
            "alternative": "Use timestamp_micros of the number divided by 1000.",
        },
    )


declare(Function("timestamp_nanos", "scalar", (), t.TimestampType(), 1, 1, rewrite=_nanos))


def timestamp_nanos(col: ColumnOrName) -> Column:
    """Not implemented: timestamps hold microseconds."""
    return call("timestamp_nanos", column_or_name(col))
