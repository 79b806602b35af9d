"""``+ - * /`` where dates, timestamps, times and intervals take part: each combination is an operation of its own.

Their names are not ones that SQL text can call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from pyrdd.errors import ArithmeticException
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.codegen.casts import UTC_NAMES, to_local
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.expressions import Cast
from pyrdd.sql.functions.arithmetic_text import interval_checked
from pyrdd.sql.functions.declare import Function, declare, lookup
from pyrdd.sql.kernels.number_text import WIDE

DATE, DAY_TIME, YEAR_MONTH, CALENDAR = (
    t.DateType,
    t.DayTimeIntervalType,
    t.YearMonthIntervalType,
    t.CalendarIntervalType,
)
_STAMPS = (t.TimestampType, t.TimestampNTZType)
_DAY_MICROS = 86_400_000_000


def resolve_datetime(symbol: str, args: Sequence[Any], ctx: Any, mode: Any = None, written: str = "") -> Any:
    """The operation that an operator means for these operands; None if it is plain arithmetic."""
    left, right = args
    if not any(_temporal(a.data_type) for a in args):
        return None
    found = {"+": _added, "-": _subtracted, "*": _multiplied, "/": _divided}[symbol](left, right, ctx)
    if found is None:
        return None
    made = _made(found, ctx, mode)
    if not written:
        return made
    from pyrdd.sql.analysis.calls import build  # here: calls knows the functions that this module declares

    return build(lookup("as written"), [made, left, right], ctx, written)


def _temporal(data_type: t.DataType) -> bool:
    return isinstance(data_type, (DATE, *_STAMPS, t.TimeType, DAY_TIME, YEAR_MONTH, CALENDAR))


def _made(found: tuple[Any, ...], ctx: Any, mode: Any) -> Any:
    from pyrdd.sql.analysis.calls import build  # here: see resolve_datetime

    name, args, back = found
    made = build(lookup(name), args, ctx, name, mode=mode)
    return made if back is None or back == made.data_type else Cast(made, back, ctx.mode, implicit=True)


def _is_days(data_type: t.DataType) -> bool:
    return isinstance(data_type, DAY_TIME) and data_type.startField == data_type.endField == 0


def _added(a: Any, b: Any, ctx: Any) -> tuple[Any, ...] | None:
    found = _added_in_order(a, b, ctx)
    return found if found is not None else _added_in_order(b, a, ctx, swapped=True)


def _plain_intervals(a: Any, b: Any, symbol: str) -> bool:
    """Whether both are intervals of one family. Raises UNEXPECTED_INPUT_TYPE for two families."""
    left, right = a.data_type, b.data_type
    families = (CALENDAR, DAY_TIME, YEAR_MONTH)
    if isinstance(left, families) and isinstance(right, families):
        if type(left) is not type(right):
            raise _no_moment(a, b, symbol, a)
        return True
    return (isinstance(left, families) and isinstance(right, t.NullType)) or (
        isinstance(left, t.NullType) and isinstance(right, DAY_TIME | YEAR_MONTH)
    )


def _added_in_order(a: Any, b: Any, ctx: Any, swapped: bool = False) -> tuple[Any, ...] | None:
    """A moment plus an interval or days. Types on the right of the operator are tried after those on the left."""
    left, right = a.data_type, b.data_type
    if _plain_intervals(a, b, "+"):
        return None
    match left, right:
        case DATE(), DAY_TIME():
            if _is_days(right):
                return ("date + days", (a, b), None)
            return ("timestamp + interval", (coercion.cast(a, t.TimestampType(), ctx), b), None)
        case DATE(), YEAR_MONTH():
            return ("date + months", (a, b), None)
        case DATE(), CALENDAR():
            return ("date + interval", (a, b), None)
        case t.TimeType(), DAY_TIME():
            return ("time + interval", (a, b), None)
        case ((t.TimestampType() | t.TimestampNTZType()), YEAR_MONTH()):
            return ("timestamp + months", (a, b), None)
        case ((t.TimestampType() | t.TimestampNTZType() | t.StringType() | t.NullType()), (DAY_TIME() | CALENDAR())):
            moment = a if isinstance(left, _STAMPS) else coercion.cast(a, t.TimestampType(), ctx)
            return ("timestamp + interval", (moment, b), None if isinstance(left, t.NullType) else left)
        case ((DATE() | t.TimestampType() | t.TimestampNTZType()), t.NullType()):
            # null is taken for an interval
            moment = coercion.cast(a, t.TimestampType(), ctx) if isinstance(left, DATE) else a
            return ("timestamp + interval", (moment, coercion.cast(b, DAY_TIME(), ctx)), None)
        case _, (DAY_TIME() | CALENDAR()) if not swapped or not isinstance(left, t.NumericType):
            raise _no_moment(a, b, "+", a)
        case ((DAY_TIME() | CALENDAR()), t.NumericType()) if not swapped:
            raise _no_moment(a, b, "+", b)
        case DATE(), t.StringType():
            raise _no_days(a, b)
        case DATE(), _ if not isinstance(right, (*_STAMPS, DATE)):
            return ("date_add", (a, b), None)
    return None


def _subtracted(a: Any, b: Any, ctx: Any) -> tuple[Any, ...] | None:
    left, right = a.data_type, b.data_type
    if _plain_intervals(a, b, "-"):
        return None
    match left, right:
        case DATE(), DAY_TIME():
            if _is_days(right):
                return ("date - days", (a, b), None)
            return ("timestamp - interval", (coercion.cast(a, t.TimestampType(), ctx), b), None)
        case DATE(), YEAR_MONTH():
            return ("date - months", (a, b), None)
        case DATE(), CALENDAR():
            return ("date - interval", (a, b), None)
        case t.TimeType(), DAY_TIME():
            return ("time - interval", (a, b), None)
        case t.TimeType(), t.TimeType():
            return ("time - time", (a, b), None)
        case ((t.TimestampType() | t.TimestampNTZType()), YEAR_MONTH()):
            return ("timestamp - months", (a, b), None)
        case ((t.TimestampType() | t.TimestampNTZType() | t.StringType() | t.NullType()), (DAY_TIME() | CALENDAR())):
            moment = a if isinstance(left, _STAMPS) else coercion.cast(a, t.TimestampType(), ctx)
            return ("timestamp - interval", (moment, b), None if isinstance(left, t.NullType) else left)
        case _, (DAY_TIME() | CALENDAR()) if isinstance(left, (t.NumericType, t.BooleanType)):
            raise _no_moment(a, b, "-", a)
        case _ if isinstance(left, _STAMPS) or isinstance(right, _STAMPS):
            return ("timestamp - timestamp", (a, b), None)
        case _, DATE():
            return ("date - date", (a, b), None)
        case DATE(), (t.NullType() | t.StringType()):
            return ("date - date", (a, b), None)
        case DATE(), _:
            return ("date_sub", (a, b), None)
    return None


def _no_moment(a: Any, b: Any, symbol: str, wrong: Any) -> Exception:
    return _unexpected(f"{{}} {symbol} {{}}", (a, b), wrong, "(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)", "first")


def _no_days(a: Any, b: Any) -> Exception:
    return _unexpected("date_add({}, {})", (a, b), b, '("INT" or "SMALLINT" or "TINYINT")', "second")


def _unexpected(text: str, args: tuple[Any, ...], wrong: Any, wanted: str, position: str) -> Exception:
    from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type  # here: an error's needs

    shown = text.format(*(quoted_sql(a)[1:-1] for a in args))
    return mismatch(
        "UNEXPECTED_INPUT_TYPE",
        f'"{shown}"',
        paramIndex=position,
        requiredType=wanted,
        inputSql=quoted_sql(wrong),
        inputType=quoted_type(wrong.data_type),
    )


def _multiplied(a: Any, b: Any, ctx: Any) -> tuple[Any, ...] | None:
    for interval, number in ((a, b), (b, a)):
        if isinstance(interval.data_type, CALENDAR):
            return ("interval * number", (interval, number), None)
        if isinstance(interval.data_type, DAY_TIME | YEAR_MONTH):
            swapped = interval is b
            return ("number * interval" if swapped else "interval * number", (interval, number), None)
    return None


def _divided(a: Any, b: Any, ctx: Any) -> tuple[Any, ...] | None:
    if isinstance(a.data_type, (CALENDAR, DAY_TIME, YEAR_MONTH)):
        return ("interval / number", (a, b), None)
    return None


# --- moments and intervals -----------------------------------------------------------------------------------------


def _infix(symbol: str, braces: bool = False) -> Callable[..., str]:
    def pretty(name: str, args: list[str], call: Any) -> str:
        if name.startswith("try_"):
            return f"{name}({args[0]}, {args[1]})"
        return f"({args[0]} {symbol} {args[1]})" if braces else f"{args[0]} {symbol} {args[1]}"

    return pretty


def _first_type(args: Sequence[Any]) -> t.DataType:
    found: t.DataType = args[0].data_type
    return found


def _moment_and_interval(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    """Days move on the session's calendar, so that a day may have 23 hours; the rest is elapsed time."""
    moment, interval = args
    kind, stamp = call.args[1].data_type, call.args[0].data_type
    if isinstance(kind, CALENDAR):
        return f"({moment} {symbol} {interval})"
    if isinstance(stamp, t.TimestampNTZType) or writer.time_zone in UTC_NAMES:
        name = "make_timestamptz" if isinstance(stamp, t.TimestampType) else "make_timestamp"
        return f"{name}(epoch_us({moment}) {symbol} {interval})"

    def body(i: str) -> str:
        signed = i if symbol == "+" else f"(-{i})"
        whole = f"to_days(CAST({signed} // {_DAY_MICROS} AS INTEGER))"
        return f"(({moment} + {whole}) + to_microseconds({signed} % {_DAY_MICROS}))"

    made: str = writer.let(interval, body)
    return made


def _moment_and_months(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    return f"({args[0]} {symbol} to_months({args[1]}))"


def _date_and_months(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    return f"CAST(({args[0]} {symbol} to_months({args[1]})) AS DATE)"


def _date_and_days(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    return f"({args[0]} {symbol} CAST({args[1]} // {_DAY_MICROS} AS INTEGER))"


def _date_and_interval(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    day, interval = args

    def body(i: str) -> str:
        made = f"CAST((CAST({day} AS TIMESTAMP) {symbol} {i}) AS DATE)"
        if call.mode != "ansi":
            return made
        failure = raise_sql(
            "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION", "DATE", ansiConfig="'\"spark.sql.ansi.enabled\"'"
        )
        clock = " OR ".join(f"datepart('{part}', {i}) <> 0" for part in ("hour", "minute", "microsecond"))
        return f"CASE WHEN {day} IS NOT NULL AND ({clock}) THEN {failure} ELSE {made} END"

    made: str = writer.let(interval, body)
    return made


def _time_and_interval(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    micros = f"(epoch_us({args[0]}) {symbol} {args[1]})"

    def body(x: str) -> str:
        failure = (
            "NULL"
            if call.mode == "try"
            else raise_sql("DATETIME_OVERFLOW", "TIME", operation=text_of_time_operation(symbol))
        )
        made = f"CAST(make_timestamp({x}) AS TIME)"
        return f"CASE WHEN {x} >= 0 AND {x} < {_DAY_MICROS} THEN {made} WHEN {x} IS NOT NULL THEN {failure} END"

    made: str = writer.let(micros, body)
    return made


def text_of_time_operation(symbol: str) -> str:
    """How messages describe a sum of a time and an interval, as DuckDB text."""
    return "'add interval to time'" if symbol == "+" else "'subtract interval from time'"


def _time_result(args: Sequence[Any]) -> t.DataType:
    time, interval = args[0].data_type, args[1].data_type
    return t.TimeType(6 if interval.endField == 3 else time.precision)


def _declare_moved(name: str, write: Any, symbol: str, returns: Any) -> None:
    def sql(call: Any, args: list[str], writer: Any) -> str:
        made: str = write(call, args, writer, symbol)
        return made

    declare(
        Function(
            f"{name.format(symbol)}", "scalar", (), returns, 2, 2, sql=sql, with_writer=True, pretty=_infix(symbol)
        )
    )


for _symbol in ("+", "-"):
    _declare_moved("timestamp {} interval", _moment_and_interval, _symbol, _first_type)
    _declare_moved("timestamp {} months", _moment_and_months, _symbol, _first_type)
    _declare_moved("date {} months", _date_and_months, _symbol, t.DateType())
    _declare_moved("date {} interval", _date_and_interval, _symbol, t.DateType())
    _declare_moved("time {} interval", _time_and_interval, _symbol, _time_result)


def _days_pretty(sign: str) -> Callable[..., str]:
    def pretty(name: str, args: list[str], call: Any) -> str:
        if name.startswith("try_"):
            return f"{name}({args[0]}, {args[1]})"
        days = f"extractansiintervaldays({args[1]})"
        return f"date_add({args[0]}, {f'(- {days})' if sign == '-' else days})"

    return pretty


for _symbol in ("+", "-"):
    declare(
        Function(
            f"date {_symbol} days", "scalar", (), t.DateType(), 2, 2,
            sql=partial(lambda call, args, writer, symbol: _date_and_days(call, args, writer, symbol), symbol=_symbol),
            with_writer=True, pretty=_days_pretty(_symbol),
        )
    )  # fmt: skip


# --- differences -------------------------------------------------------------------------------------------------------


def _two_stamps(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    kinds = {type(a.data_type) for a in args}
    stamp: t.DataType = t.TimestampType()
    if (t.TimestampType not in kinds and t.TimestampNTZType in kinds and not kinds & {t.StringType, t.NullType}) or (
        t.TimestampNTZType in kinds and kinds & {t.StringType, t.NullType}
    ):
        stamp = t.TimestampNTZType()
    return [coercion.cast(a, stamp, ctx) if type(a.data_type) is not type(stamp) else a for a in args]


def _difference(call: Any, args: list[str], writer: Any) -> str:
    if isinstance(call.args[0].data_type, t.TimestampType) and writer.time_zone not in UTC_NAMES:
        args = [to_local(a, writer) for a in args]
    return f"(epoch_us({args[0]}) - epoch_us({args[1]}))"


declare(
    Function(
        "timestamp - timestamp", "scalar", (), t.DayTimeIntervalType(0, 3), 2, 2, sql=_difference, coerce=_two_stamps,
        with_writer=True, pretty=_infix("-", braces=True),
    )
)  # fmt: skip
declare(
    Function(
        "date - date", "scalar", (t.DateType(), t.DateType()), t.DayTimeIntervalType(0, 0), 2, 2,
        sql=f"(CAST(({{0}} - {{1}}) AS BIGINT) * {_DAY_MICROS})", pretty=_infix("-", braces=True),
    )
)  # fmt: skip
declare(
    Function(
        "time - time", "scalar", (), t.DayTimeIntervalType(1, 3), 2, 2, sql="(epoch_us({0}) - epoch_us({1}))",
        pretty=_infix("-", braces=True),
    )
)  # fmt: skip


# --- intervals and numbers -----------------------------------------------------------------------------------------


def scaled_interval(interval: int, number: Any, divide: bool, strict: bool) -> int | None:
    """A number of months or microseconds times or by a number, rounded half up."""
    if divide and number == 0:
        if not strict:
            return None
        raise ArithmeticException(errorClass="INTERVAL_DIVIDED_BY_ZERO", messageParameters={})
    factor = Decimal(number)
    if not factor.is_finite():
        raise _interval_overflow()
    exact = WIDE.divide(Decimal(interval), factor) if divide else WIDE.multiply(Decimal(interval), factor)
    return int(exact.to_integral_value(ROUND_HALF_UP, WIDE))


def _interval_overflow() -> ArithmeticException:
    return ArithmeticException(errorClass="INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", messageParameters={})


def scaled_calendar(interval: Sequence[int], number: float, divide: bool, strict: bool) -> list[int] | None:
    """A calendar interval times or by a number; part of a day goes on as time."""
    if divide and number == 0:
        if not strict:
            return None
        raise ArithmeticException(errorClass="INTERVAL_DIVIDED_BY_ZERO", messageParameters={})
    months, days, micros = (part / number if divide else part * number for part in interval)
    if not all(abs(part) < 2**31 for part in (months, days)) or abs(micros) >= 2**63:
        if not strict:
            return None
        raise ArithmeticException(errorClass="INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", messageParameters={})
    rest = micros + _DAY_MICROS * (days - int(days))
    return [int(months), int(days), int(Decimal(rest).to_integral_value(ROUND_HALF_UP))]


def _number_beside(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    interval, number = args
    if isinstance(interval.data_type, CALENDAR) or isinstance(number.data_type, t.StringType | t.NullType):
        return [interval, coercion.cast(number, t.DoubleType(), ctx)]
    if not isinstance(number.data_type, t.NumericType):
        from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type  # here: a message's needs

        raise mismatch(
            "UNEXPECTED_INPUT_TYPE",
            f'"({quoted_sql(interval)[1:-1]} * {quoted_sql(number)[1:-1]})"',
            paramIndex="second",
            requiredType='"NUMERIC"',
            inputSql=quoted_sql(number),
            inputType=quoted_type(number.data_type),
        )
    return args


def _scaled(call: Any, args: list[str], writer: Any, divide: bool) -> str:
    kind = call.data_type
    types = [a.data_type for a in call.args]
    strict = call.mode == "ansi" or (call.mode == "legacy" and not isinstance(kind, CALENDAR))
    name = "divide_interval" if divide else "multiply_interval"
    if isinstance(kind, CALENDAR):
        function = partial(scaled_calendar, divide=divide, strict=strict)
        return str(writer.python_call(name, function, args, types, kind))
    if not divide and isinstance(types[1], t.IntegralType):
        return interval_checked(f"(CAST({args[0]} AS HUGEINT) * {args[1]})", kind, call.mode, writer, "*")
    wide = t.DecimalType(38, 0)
    made = writer.python_call(name, partial(scaled_interval, divide=divide, strict=strict), args, types, wide)
    return interval_checked(f"CAST({made} AS HUGEINT)", kind, call.mode, writer, "/" if divide else "*")


def _scaled_type(args: Sequence[Any]) -> t.DataType:
    kind = args[0].data_type
    return type(kind)() if isinstance(kind, DAY_TIME | YEAR_MONTH) else kind


def _scaled_pretty(symbol: str, function: str, swapped: bool = False) -> Callable[..., str]:
    def pretty(name: str, args: list[str], call: Any) -> str:
        if name.startswith("try_"):
            return f"{name}({args[0]}, {args[1]})"
        if isinstance(call.args[0].data_type, CALENDAR):
            return f"{function}({args[0]}, {args[1]})"
        # a number before the interval stands behind it in the text, as Spark turns the two around
        return f"({args[0]} {symbol} {args[1]})"

    return pretty


for _name, _divide in (("interval * number", False), ("number * interval", False), ("interval / number", True)):
    declare(
        Function(
            _name, "scalar", (), _scaled_type, 2, 2,
            sql=partial(lambda call, args, writer, divide: _scaled(call, args, writer, divide), divide=_divide),
            coerce=_number_beside, with_writer=True, nullable=True,
            pretty=_scaled_pretty("/", "divide_interval") if _divide else _scaled_pretty("*", "multiply_interval"),
        )
    )  # fmt: skip
