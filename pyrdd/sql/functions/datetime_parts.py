"""Making dates, times and intervals of parts, and taking them apart: make_*, extract, timestampadd, timestampdiff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from pyrdd.errors import ArithmeticException, PySparkValueError
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql
from pyrdd.sql.codegen.casts import to_local
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.datetime_formats import session_stamp
from pyrdd.sql.functions.datetime_tools import STAMPS, Tolerant, by_mode, constant_text, python_text, rewritten, zone_of
from pyrdd.sql.functions.declare import Function, declare, lookup
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import DATE, INT, LONG, STRING, TIMESTAMP, TIMESTAMP_NTZ
from pyrdd.sql.kernels import date_arithmetic as dates
from pyrdd.sql.kernels import intervals
from pyrdd.sql.kernels.datetime_parse import timestamp_to_string
from pyrdd.sql.kernels.timezones import Zone, parse_zone

SECONDS = t.DecimalType(16, 6)
WIDE_SECONDS = t.DecimalType(18, 6)

# --- making ----------------------------------------------------------------------------------------------------------


@scalar(INT, INT, INT, returns=DATE, python=by_mode(dates.make_date), nullable=True)
def make_date(year: ColumnOrName, month: ColumnOrName, day: ColumnOrName) -> Column:
    """The date of three numbers. Raises DateTimeException (DATETIME_FIELD_OUT_OF_BOUNDS) if there is none.

    >>> spark.range(1).select(F.make_date(F.lit(2024), F.lit(2), F.lit(29))).first()[0]
    datetime.date(2024, 2, 29)
    """


@scalar(INT, INT, SECONDS, returns=t.TimeType(6), python=lambda call: dates.make_time, nullable=True)
def make_time(hour: ColumnOrName, minute: ColumnOrName, second: ColumnOrName) -> Column:
    """The time of day of three numbers. Raises DateTimeException (DATETIME_FIELD_OUT_OF_BOUNDS) if there is none."""


def instant_of(year: int, month: int, day: int, hour: int, minute: int, seconds: Any, zone: Any) -> int:
    """The instant of parts on a zone's clock."""
    found = zone if isinstance(zone, Zone) else parse_zone(zone)
    return found.to_instant(dates.make_local(year, month, day, hour, minute, seconds))


def _make_stamp(call: Any, args: list[str], writer: Any) -> str:
    if isinstance(call.data_type, t.TimestampNTZType):
        function: Callable[..., Any] = dates.make_local
    elif len(args) == 7:
        function = instant_of
    else:
        function = partial(instant_of, zone=zone_of(writer))
    return python_text(writer, call, args, function if call.mode == "ansi" else Tolerant(function), "make_timestamp")


def _without_zone(name: str, args: list[str], call: Any) -> str:
    # Spark leaves the zone out of this one name
    return f"{name}({', '.join(args[:6] if name == 'try_make_timestamp' else args)})"


for _target, _type in (("timestamp", TIMESTAMP), ("timestamp_ntz", TIMESTAMP_NTZ)):
    declare(
        Function(
            f"make {_target} of parts", "scalar", (INT, INT, INT, INT, INT, SECONDS, STRING), _type, 6, 7,
            sql=_make_stamp, with_writer=True, nullable=True, pretty=_without_zone,
        )
    )  # fmt: skip


def _joined(call: Any, args: list[str], writer: Any) -> str:
    from pyrdd.sql.codegen.casts import to_instant  # here: only this text needs it

    local = f"make_timestamp(epoch_us(CAST({args[0]} AS TIMESTAMP)) + epoch_us({args[1]}))"
    if isinstance(call.data_type, t.TimestampNTZType):
        return local
    if len(args) == 2:
        return to_instant(local, writer)
    made = writer.python_call("zoned", in_zone, [local, args[2]], [TIMESTAMP_NTZ, STRING], TIMESTAMP)
    return str(made)


def in_zone(local: int, name: str) -> int:
    """The instant of a local time in a zone."""
    return parse_zone(name).to_instant(local)


for _target, _type in (("timestamp", TIMESTAMP), ("timestamp_ntz", TIMESTAMP_NTZ)):
    declare(
        Function(
            f"make {_target} of date", "scalar", (DATE, t.TimeType(6), STRING), _type, 2, 3, sql=_joined,
            with_writer=True, nullable=True,
        )
    )  # fmt: skip


def _maker(name: str, target: Callable[[Any], str], tolerant: bool) -> None:
    from pyrdd.sql.analysis.calls import unexpected_type  # here: calls knows these functions
    from pyrdd.sql.functions.operators import binary_text

    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        if len(args) == 1:
            # a date alone is its midnight
            midnight = coercion.cast(args[0], TIMESTAMP_NTZ if "ntz" in target(ctx) else TIMESTAMP, ctx)
            return rewritten("as written", midnight, *args, ctx=ctx, written=name)
        if len(args) <= 3 and not isinstance(args[0].data_type, t.DateType | t.NullType):
            raise unexpected_type(binary_text(name, args), 0, DATE, args[0])
        kind = f"make {target(ctx)} of {'date' if len(args) <= 3 else 'parts'}"
        return rewritten(kind, *args, ctx=ctx, written=name, mode="try" if tolerant else None)

    declare(Function(name, "scalar", (), TIMESTAMP, 1, 7, rewrite=rewrite))


for _prefix in ("", "try_"):
    _maker(f"{_prefix}make_timestamp", session_stamp, bool(_prefix))
    _maker(f"{_prefix}make_timestamp_ltz", lambda ctx: "timestamp", bool(_prefix))
    _maker(f"{_prefix}make_timestamp_ntz", lambda ctx: "timestamp_ntz", bool(_prefix))


def _parts_or_date(name: str, parts: Sequence[Any], zone: Any, date: Any, time: Any) -> Column:
    if any(p is not None for p in parts):
        if date is not None or time is not None:
            raise _together()
        given = [*parts, zone] if zone is not None else list(parts)
    else:
        given = [date, time] if zone is None else [date, time, zone]
    return call(name, *(column_or_name(p) for p in given))


def _together() -> PySparkValueError:
    return PySparkValueError(
        errorClass="CANNOT_SET_TOGETHER",
        messageParameters={"arg_list": "years|months|days|hours|mins|secs and date|time"},
    )


def make_timestamp(
    years: ColumnOrName | None = None, months: ColumnOrName | None = None, days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None, mins: ColumnOrName | None = None, secs: ColumnOrName | None = None,
    timezone: ColumnOrName | None = None, date: ColumnOrName | None = None, time: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """The timestamp of six numbers, or of a date and a time, on a zone's clock (the session's by default)."""
    return _parts_or_date("make_timestamp", (years, months, days, hours, mins, secs), timezone, date, time)


def try_make_timestamp(
    years: ColumnOrName | None = None, months: ColumnOrName | None = None, days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None, mins: ColumnOrName | None = None, secs: ColumnOrName | None = None,
    timezone: ColumnOrName | None = None, date: ColumnOrName | None = None, time: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """`make_timestamp`, null where that fails."""
    return _parts_or_date("try_make_timestamp", (years, months, days, hours, mins, secs), timezone, date, time)


def make_timestamp_ntz(
    years: ColumnOrName | None = None, months: ColumnOrName | None = None, days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None, mins: ColumnOrName | None = None, secs: ColumnOrName | None = None,
    date: ColumnOrName | None = None, time: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """The timestamp without a zone of six numbers, or of a date and a time."""
    return _parts_or_date("make_timestamp_ntz", (years, months, days, hours, mins, secs), None, date, time)


def try_make_timestamp_ntz(
    years: ColumnOrName | None = None, months: ColumnOrName | None = None, days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None, mins: ColumnOrName | None = None, secs: ColumnOrName | None = None,
    date: ColumnOrName | None = None, time: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """`make_timestamp_ntz`, null where that fails."""
    return _parts_or_date("try_make_timestamp_ntz", (years, months, days, hours, mins, secs), None, date, time)


def make_timestamp_ltz(
    years: ColumnOrName, months: ColumnOrName, days: ColumnOrName, hours: ColumnOrName, mins: ColumnOrName,
    secs: ColumnOrName, timezone: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """The timestamp of six numbers on a zone's clock (the session's by default)."""
    return _parts_or_date("make_timestamp_ltz", (years, months, days, hours, mins, secs), timezone, None, None)


def try_make_timestamp_ltz(
    years: ColumnOrName, months: ColumnOrName, days: ColumnOrName, hours: ColumnOrName, mins: ColumnOrName,
    secs: ColumnOrName, timezone: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """`make_timestamp_ltz`, null where that fails."""
    return _parts_or_date("try_make_timestamp_ltz", (years, months, days, hours, mins, secs), timezone, None, None)


# --- intervals -------------------------------------------------------------------------------------------------------


def _padded(defaults: Sequence[Any]) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        return [*args, *defaults[len(args) :]]

    return coerce


_ZERO = Literal(0, INT)
_ZERO_SECONDS = Literal(Decimal("0.000000"), WIDE_SECONDS)


def _declare_interval(name: str, function: Any, inputs: Sequence[t.DataType], params: Sequence[str], returns: t.DataType,
                      tolerant: bool = False) -> None:  # fmt: skip
    zeros = [_ZERO_SECONDS if isinstance(i, t.DecimalType) else _ZERO for i in inputs]
    factory = (lambda call: Tolerant(function)) if tolerant else by_mode(function)
    if not isinstance(returns, t.CalendarIntervalType):
        factory = lambda call: function  # noqa: E731
    declare(
        Function(
            name, "scalar", tuple(inputs), returns, 0, len(inputs), python=factory, coerce=_padded(zeros), nullable=True,
            params=tuple(params), pretty=lambda name, args, call: f"{name}({', '.join(args)})",
        )
    )  # fmt: skip


_UNITS = ("years", "months", "weeks", "days", "hours", "mins", "secs")
_SIX = (INT, INT, INT, INT, INT, INT, WIDE_SECONDS)
_declare_interval("make_interval", intervals.make_interval, _SIX, _UNITS, t.CalendarIntervalType())
_declare_interval("try_make_interval", intervals.make_interval, _SIX, _UNITS, t.CalendarIntervalType(), True)
_declare_interval(
    "make_dt_interval", intervals.make_dt_interval, (INT, INT, INT, WIDE_SECONDS), _UNITS[3:], t.DayTimeIntervalType()
)
_declare_interval("make_ym_interval", intervals.make_ym_interval, (INT, INT), _UNITS[:2], t.YearMonthIntervalType())


def _interval(name: str, *parts: Any) -> Column:
    seconds = name != "make_ym_interval"
    last = len(parts) - 1
    zeros = [literal(Decimal(0)) if seconds and i == last else literal(0) for i in range(len(parts))]
    return call(name, *(z if p is None else column_or_name(p) for p, z in zip(parts, zeros, strict=True)))


def make_interval(
    years: ColumnOrName | None = None, months: ColumnOrName | None = None, weeks: ColumnOrName | None = None,
    days: ColumnOrName | None = None, hours: ColumnOrName | None = None, mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """The calendar interval of seven numbers."""
    return _interval("make_interval", years, months, weeks, days, hours, mins, secs)


def try_make_interval(
    years: ColumnOrName | None = None, months: ColumnOrName | None = None, weeks: ColumnOrName | None = None,
    days: ColumnOrName | None = None, hours: ColumnOrName | None = None, mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """`make_interval`, null where that fails."""
    return _interval("try_make_interval", years, months, weeks, days, hours, mins, secs)


def make_dt_interval(
    days: ColumnOrName | None = None, hours: ColumnOrName | None = None, mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:  # fmt: skip
    """The day-time interval of four numbers."""
    return _interval("make_dt_interval", days, hours, mins, secs)


def make_ym_interval(years: ColumnOrName | None = None, months: ColumnOrName | None = None) -> Column:
    """The year-month interval of two numbers."""
    return _interval("make_ym_interval", years, months)


# --- extract ---------------------------------------------------------------------------------------------------------

_NAMES = {
    **dict.fromkeys("YEAR Y YEARS YR YRS".split(), "year"), **dict.fromkeys("YEAROFWEEK".split(), "yearofweek"),
    **dict.fromkeys("QUARTER QTR".split(), "quarter"), **dict.fromkeys("MONTH MON MONS MONTHS".split(), "month"),
    **dict.fromkeys("WEEK W WEEKS".split(), "weekofyear"), **dict.fromkeys("DAY D DAYS".split(), "day"),
    **dict.fromkeys("DAYOFWEEK DOW".split(), "dayofweek"), **dict.fromkeys("DAYOFWEEK_ISO DOW_ISO".split(), "isodow"),
    **dict.fromkeys("DOY".split(), "dayofyear"), **dict.fromkeys("HOUR H HOURS HR HRS".split(), "hour"),
    **dict.fromkeys("MINUTE M MIN MINS MINUTES".split(), "minute"),
    **dict.fromkeys("SECOND S SEC SECONDS SECS".split(), "seconds"),
}  # fmt: skip

declare(Function("yearofweek", "scalar", (DATE,), INT, 1, 1, sql="CAST(isoyear({0}) AS INTEGER)"))
declare(Function("isodow", "scalar", (DATE,), INT, 1, 1, sql="CAST(isodow({0}) AS INTEGER)"))


def _exact_seconds(call: Any, args: list[str], writer: Any) -> str:
    kind = call.args[0].data_type
    text = to_local(args[0], writer) if isinstance(kind, t.TimestampType) else args[0]
    micros = (
        f"datepart('microsecond', {text})" if not isinstance(kind, t.DayTimeIntervalType) else f"({text} % 60000000)"
    )
    return f"CAST(CAST({micros} AS DECIMAL(12,0)) * 0.000001::DECIMAL(6,6) AS DECIMAL(8,6))"


declare(Function("seconds of", "scalar", (), t.DecimalType(8, 6), 1, 1, sql=_exact_seconds, with_writer=True))

_CALENDAR_PARTS = {
    "year": "CAST(datepart('year', {0}) AS INTEGER)", "month": "CAST(datepart('month', {0}) AS TINYINT)",
    "day": "CAST(datepart('day', {0}) AS INTEGER)", "hour": "CAST(datepart('hour', {0}) AS BIGINT)",
    "minute": "CAST(datepart('minute', {0}) AS TINYINT)",
    "seconds": "CAST(CAST(datepart('microsecond', {0}) AS DECIMAL(12,0)) * 0.000001::DECIMAL(6,6) AS DECIMAL(8,6))",
    "quarter": "CAST(datepart('month', {0}) // 3 + 1 AS TINYINT)",
}  # fmt: skip
_MONTH_PARTS = {
    "year": "({0} // 12)",
    "month": "CAST({0} % 12 AS TINYINT)",
    "quarter": "CAST(({0} % 12) // 3 + 1 AS TINYINT)",
}
_DAY_PARTS = {
    "day": "CAST({0} // 86400000000 AS INTEGER)", "hour": "CAST(({0} // 3600000000) % 24 AS TINYINT)",
    "minute": "CAST(({0} // 60000000) % 60 AS TINYINT)",
    "seconds": "CAST(CAST({0} % 60000000 AS DECIMAL(12,0)) * 0.000001::DECIMAL(6,6) AS DECIMAL(8,6))",
}  # fmt: skip
_PART_TYPES: dict[str, t.DataType] = {
    "month": t.ByteType(), "minute": t.ByteType(), "quarter": t.ByteType(), "seconds": t.DecimalType(8, 6),
    "year": INT, "day": INT,
}  # fmt: skip
for _family, _parts in (("calendar", _CALENDAR_PARTS), ("months", _MONTH_PARTS), ("time", _DAY_PARTS)):
    for _part, _sql in _parts.items():
        _kind = LONG if (_family, _part) == ("calendar", "hour") else _PART_TYPES.get(_part, t.ByteType())
        declare(Function(f"{_part} of {_family}", "scalar", (), _kind, 1, 1, sql=_sql))


def _extract(name: str) -> Callable[..., Any]:
    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        field, source = args
        if not field.foldable:
            raise analysis_error(
                "NON_FOLDABLE_ARGUMENT", funcName=f"`{name}`", paramName="`field`", paramType='"STRING"'
            )
        text = constant_text(field)
        if text is None:
            return rewritten("as written", Literal(None, t.DoubleType()), field, source, ctx=ctx, written=name)
        made = _taken(text, source, ctx)
        return rewritten("as written", made, field, source, ctx=ctx, written=name).copy(
            function=lookup("extract of") if name in ("extract", "datepart") else lookup("as written")
        )

    return rewrite


declare(
    Function(
        "extract of", "scalar", (), lambda args: args[0].data_type, 1, None, sql="{0}",
        pretty=lambda name, args, call: f"{name}({args[1]} FROM {args[2]})",
    )
)  # fmt: skip


def _taken(text: str, source: Any, ctx: Any) -> Any:
    part = _NAMES.get(text.upper())
    kind = source.data_type
    found: str | None = None
    match kind:
        case t.CalendarIntervalType():
            found = f"{part} of calendar" if part in _CALENDAR_PARTS else None
        case t.YearMonthIntervalType():
            found = f"{part} of months" if part in _MONTH_PARTS else None
        case t.DayTimeIntervalType():
            found = f"{part} of time" if part in _DAY_PARTS else None
        case t.TimeType():
            found = {"hour": "hour", "minute": "minute", "seconds": "seconds of"}.get(part or "")
        case _:
            if part in ("hour", "minute", "seconds") and not isinstance(kind, STAMPS):
                source = coercion.implicit_cast(source, TIMESTAMP, ctx) or source
            found = "seconds of" if part == "seconds" else part
    if found is None:
        raise analysis_error("INVALID_EXTRACT_FIELD", field=f"`{text}`", expr=quoted_sql(source))
    return rewritten(found, source, ctx=ctx)


for _name in ("extract", "date_part", "datepart"):
    declare(Function(_name, "scalar", (), INT, 2, 2, rewrite=_extract(_name)))


def extract(field: Column, source: ColumnOrName) -> Column:
    """A part (``lit("YEAR")``, ...) of a date, timestamp, time or interval.

    >>> spark.range(1).select(F.extract(F.lit("YEAR"), F.lit("2024-02-10").cast("date"))).first()[0]
    2024
    """
    return call("extract", column_or_name(field), column_or_name(source))


def date_part(field: Column, source: ColumnOrName) -> Column:
    """`extract` by another name."""
    return call("date_part", column_or_name(field), column_or_name(source))


def datepart(field: Column, source: ColumnOrName) -> Column:
    """`extract` by another name."""
    return call("datepart", column_or_name(field), column_or_name(source))


# --- units -----------------------------------------------------------------------------------------------------------

_ADDED = {
    "YEAR": (12, 0, 0), "QUARTER": (3, 0, 0), "MONTH": (1, 0, 0), "WEEK": (0, 7, 0), "DAY": (0, 1, 0),
    "DAYOFYEAR": (0, 1, 0), "HOUR": (0, 0, 3_600_000_000), "MINUTE": (0, 0, 60_000_000), "SECOND": (0, 0, 1_000_000),
    "MILLISECOND": (0, 0, 1000), "MICROSECOND": (0, 0, 1),
}  # fmt: skip


def add_units(unit: str, count: int, micros: int, zone: Zone) -> int:
    """An instant so many units later; ``ArithmeticException`` (DATETIME_OVERFLOW) where a long does not hold it."""
    months, days, rest = (part * count for part in _ADDED[unit.upper()])
    moved = dates.add_interval(micros, (months, days, rest), zone)
    if -(1 << 63) <= moved < 1 << 63:
        return moved
    moment = timestamp_to_string(micros, zone)
    raise ArithmeticException(
        errorClass="DATETIME_OVERFLOW",
        messageParameters={"operation": f"add {count}L {unit} to TIMESTAMP '{moment}'"},
    )


def _clock_zone(call: Any, writer: Any) -> Zone:
    local = isinstance(call.args[-1].data_type, t.TimestampNTZType)
    return parse_zone("UTC") if local else zone_of(writer)


def _check_unit(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        unit = constant_text(args[0])
        if unit is None or unit.upper() not in _ADDED:
            raise analysis_error(
                "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
                functionName=f"`{name}`",
                parameter="`unit`",
                invalidValue=f"'{unit}'",
            )
        stamps = [
            a if isinstance(a.data_type, STAMPS) else coercion.implicit_cast(a, TIMESTAMP, ctx) or a for a in args[1:]
        ]
        if name == "timestampadd":
            stamps[0] = coercion.implicit_cast(args[1], LONG, ctx) or args[1]
        elif type(stamps[0].data_type) is not type(stamps[1].data_type):
            stamps = [coercion.cast(s, TIMESTAMP, ctx) for s in stamps]
        return [Literal(unit, STRING), *stamps]

    return coerce


def _timestampadd(call: Any, args: list[str], writer: Any) -> str:
    return python_text(writer, call, args, partial(add_units, zone=_clock_zone(call, writer)))


def _timestampdiff(call: Any, args: list[str], writer: Any) -> str:
    return python_text(writer, call, args, partial(units_between, zone=_clock_zone(call, writer)))


def units_between(unit: str, start: int, end: int, zone: Zone) -> int:
    """How many whole units lie between two instants."""
    return dates.timestamp_diff(unit.upper(), start, end, zone)


declare(
    Function(
        "timestampadd", "scalar", (), lambda args: args[2].data_type, 3, 3, sql=_timestampadd, with_writer=True,
        coerce=_check_unit("timestampadd"),
        pretty=lambda name, args, call: f"timestampadd({', '.join(args)})",
    )
)  # fmt: skip
declare(
    Function(
        "timestampdiff", "scalar", (), LONG, 3, 3, sql=_timestampdiff, with_writer=True,
        coerce=_check_unit("timestampdiff"),
        pretty=lambda name, args, call: f"timestampdiff({', '.join(args)})",
    )
)  # fmt: skip


def timestamp_add(unit: str, quantity: ColumnOrName, ts: ColumnOrName) -> Column:
    """The timestamp so many units (``"MONTH"``, ...) later."""
    return call("timestampadd", literal(unit), column_or_name(quantity), column_or_name(ts))


def timestamp_diff(unit: str, start: ColumnOrName, end: ColumnOrName) -> Column:
    """How many whole units (``"MONTH"``, ...) lie between two timestamps."""
    return call("timestampdiff", literal(unit), column_or_name(start), column_or_name(end))
