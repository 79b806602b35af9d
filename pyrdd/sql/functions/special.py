"""What analysis puts in by itself: fields of structs, items of arrays and maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import quote
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.inputs import ANY


def _field(args: Sequence[Any]) -> t.StructField:
    return next(f for f in args[0].data_type.fields if f.name == args[1].value)


def _element_field(args: Sequence[Any]) -> t.StructField:
    return next(f for f in args[0].data_type.elementType.fields if f.name == args[1].value)


def _item_text(name: str, args: list[str], call: Any) -> str:
    return f"{args[0]}[{args[1]}]"


declare(
    Function(
        "get_struct_field",
        "scalar",
        (ANY, ANY),
        lambda args: _field(args).dataType,
        2,
        2,
        sql=lambda call, args: f"({args[0]}).{quote(call.args[1].value)}",
        nullable=lambda args: args[0].nullable or _field(args).nullable,
        pretty=lambda name, args, call: f"{args[0]}.{args[1]}",
    )
)
declare(
    Function(
        "get_array_struct_fields",
        "scalar",
        (ANY, ANY),
        lambda args: t.ArrayType(
            _element_field(args).dataType, args[0].data_type.containsNull or _element_field(args).nullable
        ),
        2,
        2,
        sql=lambda call, args: f"list_transform({args[0]}, lambda e: e.{quote(call.args[1].value)})",
        pretty=lambda name, args, call: f"{args[0]}.{args[1]}",
    )
)


def _array_item(call: Any, args: list[str]) -> str:
    array, index = args
    found = f"({array})[({index}) + 1]"
    within = f"({index}) >= 0 AND ({index}) < len({array})"
    if call.mode == "ansi":
        problem = raise_sql("INVALID_ARRAY_INDEX", indexValue=index, arraySize=f"len({array})", ansiConfig="'spark.sql.ansi.enabled'")
        return f"CASE WHEN ({array}) IS NULL OR ({index}) IS NULL THEN NULL WHEN {within} THEN {found} ELSE {problem} END"
    return f"CASE WHEN {within} THEN {found} END"


declare(
    Function(
        "get_array_item",
        "scalar",
        (ANY, ANY),
        lambda args: args[0].data_type.elementType,
        2,
        2,
        sql=_array_item,
        nullable=True,
        pretty=_item_text,
    )
)
declare(
    Function(
        "get_map_value",
        "scalar",
        (ANY, ANY),
        lambda args: args[0].data_type.valueType,
        2,
        2,
        sql="map_extract_value({0}, {1})",
        nullable=True,
        pretty=_item_text,
    )
)
