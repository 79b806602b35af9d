"""Windows of time for grouping. `pyrdd.sql.analysis.time_windows` makes a column of each, and several rows of one where
windows slide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.errors import IllegalArgumentException, PySparkTypeError
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import analysis_error, mismatch
from pyrdd.sql.analysis.time_windows import SESSION_MARK, WINDOW_MARK
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.expressions import Cast, Literal
from pyrdd.sql.functions.datetime_tools import STAMPS, constant_text, rewritten
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, TIMESTAMP
from pyrdd.sql.functions.text_tools import call_text, require, wrong_input
from pyrdd.sql.kernels.date_arithmetic import window_micros
from pyrdd.sql.kernels.intervals import parse_interval


def window_type(args: Sequence[Any]) -> t.StructType:
    """The struct of a window's bounds."""
    kind = args[0].data_type
    return t.StructType([t.StructField("start", kind), t.StructField("end", kind)])


def _micros(expression: Any) -> int:
    written = constant_text(expression)
    found = None if written is None else window_micros(written)
    if found is not None:
        return found
    if written is not None and parse_interval(written) is not None:
        raise IllegalArgumentException(
            errorClass="_LEGACY_ERROR_TEMP_3231", messageParameters={"interval": written.strip()}
        )
    raise analysis_error("CANNOT_PARSE_INTERVAL", intervalString=f"'{written}'")


def as_time(expression: Any, ctx: Any) -> Any:
    """A timestamp of either kind: itself, the last moment of another window, or what a cast makes of it; else None."""
    kind = expression.data_type
    if isinstance(kind, STAMPS):
        return expression
    if is_window_type(kind):
        return rewritten("window_time", expression, ctx=ctx)
    return coercion.implicit_cast(expression, TIMESTAMP, ctx)


def is_window_type(kind: Any) -> bool:
    """Whether values have the form of windows: structs of two timestamps, start and end."""
    if not isinstance(kind, t.StructType) or [f.name for f in kind.fields] != ["start", "end"]:
        return False
    return all(isinstance(f.dataType, STAMPS) for f in kind.fields)


_TIMES = (
    '("(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)" or "STRUCT<start: TIMESTAMP, end: TIMESTAMP>" or '
    '"STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>")'
)


def _window_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    """The time, and length, slide and start as microseconds."""
    length = _micros(args[1])
    slide = _micros(args[2]) if len(args) > 2 else length
    start = _micros(args[3]) if len(args) > 3 else 0
    made = [args[0], *(Literal(n, t.LongType()) for n in (length, slide, start))]
    time = as_time(args[0], ctx)
    if time is None:
        raise wrong_input("window", made, 0, _TIMES)
    _check_durations(made, length, slide, start)
    return [time, *made[1:]]


def _check_durations(args: Sequence[Any], length: int, slide: int, start: int) -> None:
    call = call_text("window", args)
    for name, value in (("window_duration", length), ("slide_duration", slide)):
        if value <= 0:
            raise mismatch(
                "VALUE_OUT_OF_RANGE", call, exprName=f"`{name}`", valueRange="(0, 9223372036854775807]",
                currentValue=f"{value}L",
            )  # fmt: skip
    for left, a, right, b, word in (
        ("slide_duration", slide, "window_duration", length, "<="),
        ("abs(start_time)", abs(start), "slide_duration", slide, "<"),
    ):
        if a > b or (word == "<" and a == b):
            raise mismatch(
                "PARAMETER_CONSTRAINT_VIOLATION", call, leftExprName=f"`{left}`", leftExprValue=f"{a}L",
                rightExprName=f"`{right}`", rightExprValue=f"{b}L", constraint=word,
            )  # fmt: skip


def _make(kind: t.DataType) -> str:
    return "make_timestamptz" if isinstance(kind, t.TimestampType) else "make_timestamp"


def _latest(us: str, slide: int, start: int) -> str:
    """The start of the latest window that an instant falls into."""
    return f"({us} - ((({us} - {start}) % {slide} + {slide}) % {slide}))"


def _window(call: Any, args: list[str], writer: Any) -> str:
    length, slide, start = (a.value for a in call.args[1:])
    make = _make(call.args[0].data_type)

    def body(us: str) -> str:
        low = _latest(us, slide, start)
        bounds = f'"start" := {make}({low}), "end" := {make}({low} + {length})'
        return f"CASE WHEN {us} IS NOT NULL THEN struct_pack({bounds}) END"

    return str(writer.let(f"epoch_us({args[0]})", body))


declare(
    Function("window", "scalar", (), window_type, 2, 4, sql=_window, with_writer=True, coerce=_window_inputs)
)  # fmt: skip


def _windows(call: Any, args: list[str], writer: Any) -> str:
    length, slide, start = (a.value for a in call.args[1:])
    make = _make(call.args[0].data_type)

    def body(us: str) -> str:
        low = f"({_latest(us, slide, start)} - i * {slide})"
        bounds = f'"start" := {make}({low}), "end" := {make}({low} + {length})'
        starts = f"list_filter(range({-(-length // slide)}), lambda i: {low} + {length} > {us})"
        return f"CASE WHEN {us} IS NOT NULL THEN list_transform({starts}, lambda i: struct_pack({bounds})) END"

    return str(writer.let(f"epoch_us({args[0]})", body))


declare(
    Function(
        # what a window that slides stands for (`pyrdd.sql.analysis.time_windows`): no name that SQL could write
        "windows of", "scalar", (), lambda args: t.ArrayType(window_type(args), False), 4, 4, sql=_windows,
        with_writer=True,
    )
)  # fmt: skip


def _check(value: Any, name: str) -> None:
    if not value or type(value) is not str:
        raise PySparkTypeError(
            errorClass="NOT_EXPECTED_TYPE",
            messageParameters={"arg_name": name, "expected_type": "str", "arg_type": type(value).__name__},
        )


def window(
    timeColumn: ColumnOrName, windowDuration: str, slideDuration: str | None = None, startTime: str | None = None
) -> Column:
    """The window of time (a struct of ``start`` and ``end``) that a timestamp falls into, for grouping.

    A slide shorter than the duration makes windows that overlap: a row is then in several. Rows without a time are
    left out. Raises PySparkTypeError if a duration is no str, AnalysisException if they do not fit each other.

    >>> df = spark.createDataFrame([("2016-03-11 09:00:07", 1)], ["at", "n"])
    >>> df.groupBy(window("at", "5 seconds")).sum("n").select("sum(n)").collect()
    [Row(sum(n)=1)]
    """
    _check(windowDuration, "windowDuration")
    given = [windowDuration]
    if slideDuration or startTime:
        _check(slideDuration or windowDuration, "slideDuration")
        given.append(slideDuration or windowDuration)
    if startTime:
        _check(startTime, "startTime")
        given.append(startTime)
    return call("window", column_or_name(timeColumn), *given)


def _window_time(call: Any, args: list[str]) -> str:
    return f'{_make(call.data_type)}(epoch_us(({args[0]})."end") - 1)'


def _window_column(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require("window_time", args, 0, t.StructType, '"STRUCT"')
    marks = getattr(args[0], "metadata", None) or {}
    if not is_window_type(args[0].data_type) or not (marks.get(WINDOW_MARK) or marks.get(SESSION_MARK)):
        raise analysis_error("_LEGACY_ERROR_TEMP_3101", windowTime=call_text("window_time", args)[1:-1])
    return args


@scalar(ANY, returns=lambda args: args[0].data_type.fields[1].dataType, sql=_window_time, coerce=_window_column,
        nullable=True)  # fmt: skip
def window_time(windowColumn: ColumnOrName) -> Column:
    """The last moment that a window of `window` or `session_window` covers. Raises AnalysisException for any other
    column.

    >>> df = spark.createDataFrame([("2016-03-11 09:00:07", 1)], ["at", "n"]).groupBy(window("at", "5 seconds")).count()
    >>> df.select(window_time("window").cast("string").alias("last")).collect()
    [Row(last='2016-03-11 09:00:09.999999')]
    """


# --- sessions --------------------------------------------------------------------------------------------------------


def _session_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    time = as_time(args[0], ctx)
    if time is None:
        raise wrong_input("session_window", args, 0, _TIMES)
    gap = args[1]
    if isinstance(gap.data_type, t.StringType | t.NullType):
        # text that is no interval makes no session
        gap = Cast(gap, t.CalendarIntervalType(), "try", True)
    if not isinstance(gap.data_type, t.CalendarIntervalType):
        name = type(gap.data_type).__name__
        shown = f"{name}({gap.data_type.startField},{gap.data_type.endField})" if hasattr(gap.data_type, "startField") else name
        raise analysis_error("_LEGACY_ERROR_TEMP_1040", dt=shown)
    return [time, gap, coercion.cast(rewritten("+", time, gap, ctx=ctx), time.data_type, ctx)]


def _session(call: Any, args: list[str]) -> str:
    return f'CASE WHEN {args[0]} < {args[2]} THEN struct_pack("start" := {args[0]}, "end" := {args[2]}) END'


declare(
    Function(
        "session_window", "scalar", (), window_type, 2, 2, sql=_session, coerce=_session_inputs,
        pretty=lambda name, args, call: f"session_window({', '.join(args[:2])})", nullable=True,
    )
)  # fmt: skip


def session_window(timeColumn: ColumnOrName, gapDuration: Column | str) -> Column:
    """A window of time that lasts while events follow each other within a gap: a struct of ``start`` and ``end``, for
    grouping. A gap that is a column may differ from row to row; rows without a positive gap are left out, and so are
    those without a time. Where it groups, the rows of equal other keys meet (a shuffle) and are sorted by their time.

    >>> df = spark.createDataFrame([("2016-03-11 09:00:07", 1), ("2016-03-11 09:00:09", 1)], ["at", "n"])
    >>> df.groupBy(session_window("at", "5 seconds").alias("w")).sum("n").select("sum(n)").collect()
    [Row(sum(n)=2)]
    """
    if not isinstance(gapDuration, str | Column):
        raise PySparkTypeError(
            errorClass="NOT_EXPECTED_TYPE",
            messageParameters={
                "arg_name": "gapDuration",
                "expected_type": "Column or str",
                "arg_type": type(gapDuration).__name__,
            },
        )
    return call("session_window", column_or_name(timeColumn), gapDuration)
