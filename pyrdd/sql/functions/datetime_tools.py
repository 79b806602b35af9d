"""What the functions of dates and times share: kernels on dates, units, the session's zone, formats."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyrdd.errors import PySparkException, SparkUpgradeException
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.inputs import ANY_TIMESTAMP
from pyrdd.sql.kernels.timezones import Zone, parse_zone

EPOCH = datetime.date(1970, 1, 1)
STAMPS = (t.TimestampType, t.TimestampNTZType)


@dataclass(frozen=True)
class OnDays:
    """A function of days since 1970 as one of dates: its first ``dates`` arguments are."""

    function: Callable[..., Any]
    dates: int = 1

    def __call__(self, *args: Any) -> Any:
        days = [(a - EPOCH).days for a in args[: self.dates]]
        return self.function(*days, *args[self.dates :])


_WRONG_PATTERNS = ("INVALID_DATETIME_PATTERN", "INCONSISTENT_BEHAVIOR_CROSS_VERSION")


@dataclass(frozen=True)
class Tolerant:
    """A function that gives None where another raises one of Spark's errors, but for those of a pattern."""

    function: Callable[..., Any]

    def __call__(self, *args: Any) -> Any:
        try:
            return self.function(*args)
        except SparkUpgradeException:
            raise
        except PySparkException as error:
            if str(error.getCondition()).startswith(_WRONG_PATTERNS):
                raise
            return None


def by_mode(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """The factory of a kernel that raises under ANSI rules and gives None otherwise."""
    return lambda call: function if call.mode == "ansi" else Tolerant(function)


def constant_text(expression: Any) -> str | None:
    """The value of a string literal."""
    return expression.value if isinstance(expression, Literal) and isinstance(expression.value, str) else None


def zone_of(writer: Any) -> Zone:
    """The session's time zone."""
    return parse_zone(writer.time_zone)


def stamp_or_time(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    """The first argument as a timestamp of either kind, or a time."""
    arg = args[0]
    if isinstance(arg.data_type, (*STAMPS, t.TimeType)):
        return args
    return [coercion.implicit_cast(arg, ANY_TIMESTAMP, ctx) or _refused(arg, args), *args[1:]]


def _refused(arg: Any, args: Sequence[Any]) -> Any:
    from pyrdd.sql.analysis.calls import unexpected_type  # here: an error's need
    from pyrdd.sql.expressions.text import pretty_name  # here: an error's need

    raise unexpected_type(f'"({", ".join(pretty_name(a) for a in args)})"', 0, ANY_TIMESTAMP, arg)


def rewritten(name: str, *args: Any, ctx: Any, written: str = "", mode: Any = None) -> Any:
    """A call of another function, under this name."""
    from pyrdd.sql.analysis.calls import build  # here: calls knows the functions that import this module
    from pyrdd.sql.functions.declare import lookup

    return build(lookup(name), args, ctx, written or name, mode=mode)


def python_text(
    writer: Any, call: Any, args: list[str], function: Callable[..., Any], name: str = "", null_calls: bool = False
) -> str:
    """The text of a Python kernel on the arguments of a call."""
    kinds = [a.data_type for a in call.args]
    return str(writer.python_call(name or call.function.name, function, args, kinds, call.data_type, null_calls))
