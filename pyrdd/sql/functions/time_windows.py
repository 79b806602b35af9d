"""Windows of time for grouping: tumbling ones are a value of each row; sliding ones make several rows of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.errors import PySparkNotImplementedError, PySparkTypeError
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.datetime_tools import STAMPS, constant_text
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, TIMESTAMP
from pyrdd.sql.kernels.date_arithmetic import window_micros


def window_type(args: Sequence[Any]) -> t.StructType:
    """The struct of a window's bounds."""
    kind = args[0].data_type
    return t.StructType([t.StructField("start", kind), t.StructField("end", kind)])


def _micros(expression: Any) -> int:
    text = constant_text(expression)
    found = None if text is None else window_micros(text)
    if found is None:
        raise analysis_error("CANNOT_PARSE_INTERVAL", intervalString=f"'{text}'")
    return found


def _window_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    """The time, and length, slide and start as microseconds."""
    time = args[0]
    if not isinstance(time.data_type, STAMPS):
        time = coercion.implicit_cast(time, TIMESTAMP, ctx) or time
    length = _micros(args[1])
    slide = _micros(args[2]) if len(args) > 2 else length
    start = _micros(args[3]) if len(args) > 3 else 0
    if slide != length:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": "A window whose slide is not its length",
                "alternative": "Explode a sequence of window starts, and group by them.",
            },
        )
    return [time, *(Literal(n, t.LongType()) for n in (length, slide, start))]


def _window(call: Any, args: list[str], writer: Any) -> str:
    length, start = call.args[1].value, call.args[3].value
    make = "make_timestamptz" if isinstance(call.args[0].data_type, t.TimestampType) else "make_timestamp"

    def body(us: str) -> str:
        rest = f"((({us} - {start}) % {length} + {length}) % {length})"
        bounds = f'"start" := {make}({us} - {rest}), "end" := {make}({us} - {rest} + {length})'
        return f"CASE WHEN {us} IS NOT NULL THEN struct_pack({bounds}) END"

    return str(writer.let(f"epoch_us({args[0]})", body))


declare(
    Function(
        "window", "scalar", (), window_type, 2, 4, sql=_window, with_writer=True, coerce=_window_inputs,
        pretty=lambda name, args, call: "window",
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

    Raises PySparkTypeError if a duration is no str. Windows that overlap (a slide shorter than the duration) are not
    implemented.

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
    make = "make_timestamptz" if isinstance(call.data_type, t.TimestampType) else "make_timestamp"
    return f'{make}(epoch_us(({args[0]})."end") - 1)'


@scalar(
    ANY, returns=lambda args: args[0].data_type.fields[1].dataType, sql=_window_time,
    pretty=lambda name, args, call: f"window_time({args[0]})",
)  # fmt: skip
def window_time(windowColumn: ColumnOrName) -> Column:
    """The last moment that a window covers."""


def _no_sessions(args: Sequence[Any], ctx: Any) -> Any:
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={
            "feature": "session_window",
            "alternative": "Number the sessions by a sum over lag(), and group by that.",
        },
    )


declare(Function("session_window", "scalar", (), t.StructType([]), 2, 2, rewrite=_no_sessions))


def session_window(timeColumn: ColumnOrName, gapDuration: Column | str) -> Column:
    """A window of time that lasts while events follow each other within a gap. Not implemented yet."""
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
