"""Casts that are written as calls of the type's name: ``int('3')``, ``date(x)``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.casts import check_cast
from pyrdd.sql.expressions import Cast
from pyrdd.sql.functions.declare import Function, declare

_TYPES: dict[str, t.DataType] = {
    "boolean": t.BooleanType(), "tinyint": t.ByteType(), "smallint": t.ShortType(), "int": t.IntegerType(),
    "bigint": t.LongType(), "float": t.FloatType(), "double": t.DoubleType(), "decimal": t.DecimalType(10, 0),
    "date": t.DateType(), "timestamp": t.TimestampType(), "time": t.TimeType(6), "binary": t.BinaryType(),
    "string": t.StringType(),
}  # fmt: skip


def _cast_to(data_type: t.DataType) -> Callable[..., Any]:
    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        # such a cast does not show in names
        made = Cast(args[0], data_type, ctx.mode, implicit=True)
        check_cast(made, ctx)
        return made

    return rewrite


for _name, _type in _TYPES.items():
    declare(Function(_name, "scalar", (), _type, 1, 1, rewrite=_cast_to(_type)))
