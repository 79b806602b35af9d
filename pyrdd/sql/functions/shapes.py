"""Shapes: geometries in the plane and geographies on the globe, from and to well-known bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql import types as t
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.inputs import ANY, BINARY, INT, STRING
from pyrdd.sql.functions.string_tools import kernel
from pyrdd.sql.functions.text_tools import literal_value, require
from pyrdd.sql.kernels import wkb as bytes_of_shapes

_SHAPES = (t.GeometryType, t.GeographyType, t.NullType)
Value = dict[str, Any]


def _shape_first(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        require(name, args, 0, _SHAPES, '("GEOGRAPHY" or "GEOMETRY")')
        return [_typed(args[0], ctx), *args[1:]]

    return coerce


def _typed(arg: Any, ctx: Any) -> Any:
    return Literal(None, t.GeographyType(4326)) if isinstance(arg.data_type, t.NullType) else arg


def _srid_type(kind: type[Any], argument: Any) -> t.DataType:
    """The type of shapes in a reference system: any of them, unless the number is a constant."""
    number = literal_value(argument)
    made: t.DataType = kind("ANY" if number is None else number)
    return made


def _checked(srid: int, globe: bool) -> int:
    if srid not in ((4326,) if globe else (0, 3857, 4326)):
        raise IllegalArgumentException(errorClass="ST_INVALID_SRID_VALUE", messageParameters={"srid": str(srid)})
    return srid


def geometry_of(data: bytes, srid: int) -> Value:
    """The geometry of well-known bytes."""
    return {"srid": _checked(srid, False), "wkb": bytes_of_shapes.normalised(data)}


def geography_of(data: bytes) -> Value:
    """The geography of well-known bytes."""
    return {"srid": 4326, "wkb": bytes_of_shapes.normalised(data, True)}


def bytes_of(shape: Value, order: str) -> bytes:
    """The well-known bytes of a shape."""
    return bytes_of_shapes.in_order(shape["wkb"], order)


class Moved:
    """A shape in another reference system."""

    def __init__(self, globe: bool) -> None:
        self.globe = globe

    def __call__(self, shape: Value, srid: int) -> Value:
        return {"srid": _checked(srid, self.globe), "wkb": shape["wkb"]}


def _with_default(value: Literal) -> Callable[..., Sequence[Any]]:
    return lambda args, ctx: args if len(args) > 1 else [*args, value]


declare(
    Function(
        "st_geomfromwkb", "scalar", (BINARY, INT), lambda args: _srid_type(t.GeometryType, args[1]), 1, 2,
        python=kernel(geometry_of), coerce=_with_default(Literal(0, INT)), params=("wkb", "srid"),
    )
)  # fmt: skip
declare(
    Function(
        "st_geogfromwkb", "scalar", (BINARY,), t.GeographyType(4326), 1, 1, python=kernel(geography_of),
        params=("wkb",),
    )
)  # fmt: skip
declare(
    Function(
        "st_asbinary", "scalar", (ANY, STRING), BINARY, 1, 2, python=kernel(bytes_of), params=("geo", "endianness"),
        coerce=lambda args, ctx: _shape_first("st_asbinary")(_with_default(Literal("NDR", STRING))(args, ctx), ctx),
    )
)  # fmt: skip
declare(
    Function("st_srid", "scalar", (ANY,), INT, 1, 1, sql="({0}).srid", coerce=_shape_first("st_srid"), params=("geo",))
)
declare(
    Function(
        "st_setsrid", "scalar", (ANY, INT), lambda args: _srid_type(type(args[0].data_type), args[1]), 2, 2,
        python=lambda call: Moved(isinstance(call.args[0].data_type, t.GeographyType)),
        coerce=_shape_first("st_setsrid"), params=("geo", "srid"),
    )
)  # fmt: skip


def st_asbinary(geo: ColumnOrName, endianness: ColumnOrName | None = None) -> Column:
    """The well-known bytes of a shape, little-endian ('NDR', the default) or big-endian ('XDR').

    >>> df = spark.createDataFrame([(bytes.fromhex("0101000000000000000000F03F0000000000000040"),)], ["wkb"])
    >>> df.select(F.hex(st_asbinary(st_geomfromwkb("wkb"), "XDR")).alias("big")).collect()
    [Row(big='00000000013FF00000000000004000000000000000')]
    """
    if endianness is None:
        return call("st_asbinary", column_or_name(geo))
    return call("st_asbinary", column_or_name(geo), endianness)


def st_geogfromwkb(wkb: ColumnOrName) -> Column:
    """The shape on the globe of well-known bytes. Raises WKB_PARSE_ERROR for other bytes when it is computed."""
    return call("st_geogfromwkb", column_or_name(wkb))


def _number(value: ColumnOrName | int) -> Any:
    return value if isinstance(value, int) else column_or_name(value)


def st_geomfromwkb(wkb: ColumnOrName, srid: ColumnOrName | int | None = None) -> Column:
    """The shape in the plane of well-known bytes, in a reference system (0, the default, 3857 or 4326)."""
    return call("st_geomfromwkb", column_or_name(wkb), *([] if srid is None else [_number(srid)]))


def st_setsrid(geo: ColumnOrName, srid: ColumnOrName | int) -> Column:
    """The shape with the number of another reference system; its coordinates stay."""
    return call("st_setsrid", column_or_name(geo), _number(srid))


def st_srid(geo: ColumnOrName) -> Column:
    """The number of the reference system of a shape."""
    return call("st_srid", column_or_name(geo))
