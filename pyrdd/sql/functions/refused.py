"""Functions of Spark that need what is not here: they are known by name, and refused by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql import types as t
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.functions.declare import Function, declare


def _refuse(name: str, feature: str, alternative: str) -> Callable[..., Any]:
    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": f"{name}{feature}", "alternative": alternative},
        )

    return rewrite


def _enter(names: str, least: int, most: int | None, feature: str, alternative: str) -> None:
    for name in names.split():
        rewrite = _refuse(name, feature, alternative)
        declare(Function(name, "scalar", (), t.StringType(), least, most, rewrite=rewrite))


_enter("reflect java_method try_reflect", 2, None, ", which calls methods of Java classes,", "Use a Python UDF.")


def reflect(*cols: ColumnOrName) -> Column:
    """Calls a method of a Java class. Not implemented: there is no JVM."""
    return call("reflect", *(column_or_name(c) for c in cols))


def java_method(*cols: ColumnOrName) -> Column:
    """Calls a method of a Java class. Not implemented: there is no JVM."""
    return call("java_method", *(column_or_name(c) for c in cols))


def try_reflect(*cols: ColumnOrName) -> Column:
    """Calls a method of a Java class. Not implemented: there is no JVM."""
    return call("try_reflect", *(column_or_name(c) for c in cols))
