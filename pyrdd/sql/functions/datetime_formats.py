"""Dates and times to text and back, by Spark's patterns. Constant patterns that DuckDB has too are written for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from pyrdd.errors import PySparkException
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.codegen.casts import to_instant, to_local, wrapped
from pyrdd.sql.codegen.types import text_literal
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.expressions import Cast, Literal, Mode
from pyrdd.sql.functions.datetime_tools import STAMPS, Tolerant, constant_text, python_text, zone_of
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.inputs import ANY_TIMESTAMP, DATE, LONG, STRING, TIMESTAMP, TIMESTAMP_NTZ
from pyrdd.sql.kernels import datetime_format as formats
from pyrdd.sql.kernels.timezones import Zone

DEFAULT = "yyyy-MM-dd HH:mm:ss"

# --- to text ---------------------------------------------------------------------------------------------------------


def formatted(micros: int, pattern: str, zone: Zone) -> str:
    """An instant as text on a zone's clock."""
    return formats.formatter(pattern).timestamp(micros, zone)


def formatted_time(value: Any, pattern: str) -> str:
    """A time of day as text."""
    micros = ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
    return formats.formatter(pattern).time(micros)


def _date_format(call: Any, args: list[str], writer: Any) -> str:
    kind, pattern = call.args[0].data_type, constant_text(call.args[1])
    if isinstance(kind, t.TimeType):
        return python_text(writer, call, args, formatted_time)
    quick = None if pattern is None else _unless_wrong(formats.to_strftime, pattern)
    if not quick:
        return python_text(writer, call, args, partial(formatted, zone=zone_of(writer)))
    slow = python_text(writer, call, args, partial(formatted, zone=zone_of(writer)))

    def body(x: str) -> str:
        common = f"{x} >= TIMESTAMP '1000-01-01' AND {x} < TIMESTAMP '10000-01-01'"
        return f"CASE WHEN {common} THEN strftime({x}, {text_literal(quick)}) ELSE {slow} END"

    return str(writer.let(to_local(args[0], writer), body))


def _unless_wrong(translate: Callable[[str], Any], pattern: str) -> Any:
    """The pattern in DuckDB's words; None for a wrong one too, which is an error once there is a value for it."""
    try:
        return translate(pattern)
    except PySparkException:
        return None


def _format_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    value = args[0]
    if not isinstance(value.data_type, t.TimestampType | t.TimeType):
        value = coercion.implicit_cast(value, TIMESTAMP, ctx) or value
    return [value, coercion.implicit_cast(args[1], STRING, ctx) or args[1]]


declare(Function("date_format", "scalar", (), STRING, 2, 2, sql=_date_format, with_writer=True, coerce=_format_inputs))


def date_format(date: ColumnOrName, format: str) -> Column:
    """A date, timestamp or time as text by a pattern such as ``yyyy-MM-dd``.

    >>> from pyrdd.sql.functions import lit
    >>> spark.range(1).select(date_format(lit("2015-04-08"), "MM/dd/yyyy").alias("d")).collect()
    [Row(d='04/08/2015')]
    """
    return call("date_format", column_or_name(date), format)


def _with_pattern(args: Sequence[Any]) -> list[Any]:
    return list(args) if len(args) > 1 else [*args, Literal(DEFAULT, STRING)]


def _from_unixtime_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    return _with_pattern(args)


def _from_unixtime(call: Any, args: list[str], writer: Any) -> str:
    micros = wrapped(f"CAST({args[0]} AS HUGEINT) * 1000000", 64)
    stamp = f"make_timestamptz(CAST({micros} AS BIGINT))"
    made = call.copy(args=(Literal(0, TIMESTAMP), call.args[1]))
    return _date_format(made, [stamp, args[1]], writer)


declare(
    Function(
        "from_unixtime", "scalar", (LONG, STRING), STRING, 1, 2, sql=_from_unixtime, with_writer=True,
        coerce=_from_unixtime_inputs, nullable=True,
    )
)  # fmt: skip


def from_unixtime(timestamp: ColumnOrName, format: str = DEFAULT) -> Column:
    """Seconds since 1970-01-01 00:00 UTC as text on the session's clock."""
    return call("from_unixtime", column_or_name(timestamp), format)


# --- from text -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """Reads text of a pattern as one kind of value: microseconds or days."""

    target: str
    zone: Zone | None = None

    def __call__(self, text: str, pattern: str) -> int:
        match self.target:
            case "date":
                return formats.to_date(text, pattern)
            case "timestamp_ntz":
                return formats.to_timestamp_ntz(text, pattern)
            case "time":
                return formats.to_time(text, pattern)
            case "seconds":
                assert self.zone is not None
                return int(Decimal(formats.to_timestamp(text, pattern, self.zone)) // 1_000_000)  # towards zero
        assert self.zone is not None
        return formats.to_timestamp(text, pattern, self.zone)


def _read(target: str) -> Callable[..., str]:
    """The text that reads a string by a pattern: DuckDB's way where text has the usual shape."""

    def sql(call: Any, args: list[str], writer: Any) -> str:
        function: Any = Reading(target, zone_of(writer) if target in ("timestamp", "seconds") else None)
        if call.mode != "ansi":
            function = Tolerant(function)
        pattern = constant_text(call.args[1])
        quick = None if pattern is None or target == "time" else _unless_wrong(formats.to_strptime, pattern)
        if quick is None:
            return python_text(writer, call, args, function)
        regex, form = quick

        def body(x: str) -> str:
            found = _as_target(f"try_strptime({x}, {text_literal(form)})", target, writer)
            guarded = f"CASE WHEN regexp_full_match({x}, {text_literal(regex)}) THEN {found} END"
            slow = python_text(writer, call, [x, args[1]], function)
            return f"CASE WHEN {x} IS NOT NULL THEN coalesce({guarded}, {slow}) END"

        return str(writer.let(args[0], body))

    return sql


def _as_target(local: str, target: str, writer: Any) -> str:
    match target:
        case "date":
            return f"CAST({local} AS DATE)"
        case "timestamp_ntz":
            return local
        case "seconds":
            return f"(epoch_us({to_instant(local, writer)}) // 1000000)"
    return to_instant(local, writer)


_TYPES: dict[str, t.DataType] = {"date": DATE, "timestamp": TIMESTAMP, "timestamp_ntz": TIMESTAMP_NTZ,
                                 "time": t.TimeType(6), "seconds": LONG}  # fmt: skip
for _target, _type in _TYPES.items():
    declare(
        Function(
            f"read {_target}", "scalar", (STRING, STRING), _type, 2, 2, sql=_read(_target), with_writer=True, nullable=True,
            pretty=lambda name, args, call: f"{name}({', '.join(args)})",
        )
    )  # fmt: skip


def _reader(name: str, target: Callable[[Any], str], tolerant: bool = False) -> Callable[..., Any]:
    """The rewriting of ``to_*``: a cast without a pattern (or of what is no string), else reading."""

    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        from pyrdd.sql.analysis.calls import build, unexpected_type  # here: calls knows these functions
        from pyrdd.sql.functions.declare import lookup
        from pyrdd.sql.functions.operators import binary_text

        kind = _TYPES[target(ctx)]
        mode: Mode = "try" if tolerant else ctx.mode
        source = args[0]
        if len(args) == 1 or not isinstance(source.data_type, t.StringType):
            if not isinstance(source.data_type, (t.StringType, t.NullType, t.DateType, *STAMPS)) and (
                len(args) > 1 or not isinstance(source.data_type, t.NumericType) or isinstance(kind, t.DateType)
            ):
                raise unexpected_type(binary_text(name, args), 0, ANY_TIMESTAMP, source)
            cast = source if source.data_type == kind else Cast(source, kind, mode, implicit=True)
            return build(lookup("as written"), [cast, *args], ctx, name)
        return build(lookup(f"read {target(ctx)}"), args, ctx, name, mode=mode)

    return rewrite


def session_stamp(ctx: Any) -> str:
    """The kind of timestamp that ``spark.sql.timestampType`` says."""
    return "timestamp_ntz" if "NTZ" in str(ctx.conf.get("spark.sql.timestampType", "")).upper() else "timestamp"


for _name, _kind in (
    ("to_date", lambda ctx: "date"), ("to_timestamp", session_stamp), ("to_timestamp_ltz", lambda ctx: "timestamp"),
    ("to_timestamp_ntz", lambda ctx: "timestamp_ntz"),
):  # fmt: skip
    declare(Function(_name, "scalar", (), TIMESTAMP, 1, 2, rewrite=_reader(_name, _kind)))
declare(Function("try_to_date", "scalar", (), DATE, 1, 2, rewrite=_reader("try_to_date", lambda ctx: "date", True)))
declare(
    Function(
        "try_to_timestamp", "scalar", (), TIMESTAMP, 1, 2, rewrite=_reader("try_to_timestamp", session_stamp, True)
    )
)


def _time_reader(name: str, tolerant: bool) -> Callable[..., Any]:
    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        from pyrdd.sql.analysis.calls import build  # here: calls knows these functions
        from pyrdd.sql.functions.declare import lookup

        mode: Mode = "try" if tolerant else "ansi"
        text = coercion.implicit_cast(args[0], STRING, ctx) or args[0]
        if len(args) == 1:
            return build(lookup("as written"), [Cast(text, t.TimeType(6), mode, implicit=True), *args], ctx, name)
        return build(lookup("read time"), [text, args[1]], ctx, name, mode=mode)

    return rewrite


declare(Function("to_time", "scalar", (), t.TimeType(6), 1, 2, rewrite=_time_reader("to_time", False)))
declare(Function("try_to_time", "scalar", (), t.TimeType(6), 1, 2, rewrite=_time_reader("try_to_time", True)))


declare(Function("truncated seconds", "scalar", (TIMESTAMP,), LONG, 1, 1, sql="(epoch_us({0}) // 1000000)"))


def _seconds(name: str) -> Callable[..., Any]:
    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        from pyrdd.sql.analysis.calls import build, make_call  # here: calls knows these functions
        from pyrdd.sql.functions.declare import lookup

        if not args:
            seconds = make_call("unix_seconds", make_call("current_timestamp", ctx=ctx), ctx=ctx)
            now = make_call("current_timestamp", ctx=ctx)
            return build(lookup("as written"), [seconds, now, Literal(DEFAULT, STRING)], ctx, name)
        shown = _with_pattern(args)
        if isinstance(args[0].data_type, t.StringType | t.NullType):
            text = coercion.cast(args[0], STRING, ctx)
            return build(lookup("read seconds"), [text, *shown[1:]], ctx, name)
        stamp = coercion.implicit_cast(args[0], TIMESTAMP, ctx) or args[0]
        return build(lookup("as written"), [make_call("truncated seconds", stamp, ctx=ctx), *shown], ctx, name)

    return rewrite


declare(Function("unix_timestamp", "scalar", (), LONG, 0, 2, rewrite=_seconds("unix_timestamp")))
declare(Function("to_unix_timestamp", "scalar", (), LONG, 1, 2, rewrite=_seconds("to_unix_timestamp")))


def _call(name: str, value: Any, format: Any) -> Column:
    args = [column_or_name(value)]
    return call(name, *args) if format is None else call(name, *args, format)


def to_date(col: ColumnOrName, format: str | None = None) -> Column:
    """Text of a pattern as a date; without a pattern, a cast.

    Raises DateTimeException (CANNOT_PARSE_TIMESTAMP) for text that does not fit, unless ANSI rules are off.

    >>> spark.range(1).select(F.to_date(F.lit("10.02.2024"), "dd.MM.yyyy")).first()[0]
    datetime.date(2024, 2, 10)
    """
    return _call("to_date", col, format)


def to_timestamp(col: ColumnOrName, format: str | None = None) -> Column:
    """Text of a pattern as a timestamp; without a pattern, a cast. Errors as `to_date`.

    >>> spark.range(1).select(F.to_timestamp(F.lit("2024-02-10 11:22"), "yyyy-MM-dd HH:mm")).first()[0]
    datetime.datetime(2024, 2, 10, 11, 22)
    """
    return _call("to_timestamp", col, format)


def try_to_date(col: ColumnOrName, format: str | None = None) -> Column:
    """`to_date`, null where that fails."""
    return _call("try_to_date", col, format)


def _column_format(name: str, value: Any, format: Any) -> Column:
    return _call(name, value, None if format is None else column_or_name(format))


def try_to_timestamp(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """`to_timestamp`, null where that fails."""
    return _column_format("try_to_timestamp", col, format)


def to_timestamp_ltz(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """`to_timestamp` whose result has the session's zone."""
    return _column_format("to_timestamp_ltz", timestamp, format)


def to_timestamp_ntz(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """`to_timestamp` whose result has no zone."""
    return _column_format("to_timestamp_ntz", timestamp, format)


def to_time(str: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """Text of a pattern as a time of day."""
    return _column_format("to_time", str, format)


def try_to_time(str: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """`to_time`, null where that fails."""
    return _column_format("try_to_time", str, format)


def unix_timestamp(timestamp: ColumnOrName | None = None, format: str = DEFAULT) -> Column:
    """Text of a pattern as seconds since 1970-01-01 00:00 UTC; without arguments, when the query began."""
    return call("unix_timestamp") if timestamp is None else _call("unix_timestamp", timestamp, format)


def to_unix_timestamp(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """Text of a pattern as seconds since 1970-01-01 00:00 UTC."""
    return _column_format("to_unix_timestamp", timestamp, format)
