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
_enter("st_asbinary st_geomfromwkb", 1, 2, ", as columns of shapes are not there,", "Keep shapes as binary columns.")
_enter("st_geogfromwkb st_srid", 1, 1, ", as columns of shapes are not there,", "Keep shapes as binary columns.")
_enter("st_setsrid", 2, 2, ", as columns of shapes are not there,", "Keep shapes as binary columns.")


def reflect(*cols: ColumnOrName) -> Column:
    """Calls a method of a Java class. Not implemented: there is no JVM."""
    return call("reflect", *(column_or_name(c) for c in cols))


def java_method(*cols: ColumnOrName) -> Column:
    """Calls a method of a Java class. Not implemented: there is no JVM."""
    return call("java_method", *(column_or_name(c) for c in cols))


def try_reflect(*cols: ColumnOrName) -> Column:
    """Calls a method of a Java class. Not implemented: there is no JVM."""
    return call("try_reflect", *(column_or_name(c) for c in cols))


def _shape_argument(value: ColumnOrName | int | str | None) -> list[Any]:
    return [] if value is None else [value if isinstance(value, int) else column_or_name(value)]


def st_asbinary(geo: ColumnOrName, endianness: ColumnOrName | None = None) -> Column:
    """The well-known bytes of a shape. Not implemented."""
    return call("st_asbinary", column_or_name(geo), *_shape_argument(endianness))


def st_geogfromwkb(wkb: ColumnOrName) -> Column:
    """The shape on the globe of well-known bytes. Not implemented."""
    return call("st_geogfromwkb", column_or_name(wkb))


def st_geomfromwkb(wkb: ColumnOrName, srid: ColumnOrName | int | None = None) -> Column:
    """The shape in the plane of well-known bytes. Not implemented."""
    return call("st_geomfromwkb", column_or_name(wkb), *_shape_argument(srid))


def st_setsrid(geo: ColumnOrName, srid: ColumnOrName | int) -> Column:
    """The shape in another reference system. Not implemented."""
    return call("st_setsrid", column_or_name(geo), *_shape_argument(srid))


def st_srid(geo: ColumnOrName) -> Column:
    """The number of the reference system of a shape. Not implemented."""
    return call("st_srid", column_or_name(geo))
