"""What analysis puts in by itself: fields of structs, items of arrays and maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type, field_names, quote
from pyrdd.sql.expressions import Call, Cast
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.inputs import ANY
from pyrdd.sql.functions.text_tools import beside_null, bind, bound_sql, literal_value, require


def _field(args: Sequence[Any]) -> t.StructField:
    fields: list[t.StructField] = args[0].data_type.fields
    return next(f for f in fields if f.name == args[1].value)


def _element_field(args: Sequence[Any]) -> t.StructField:
    fields: list[t.StructField] = args[0].data_type.elementType.fields
    return next(f for f in fields if f.name == args[1].value)


def _duck_name(struct: t.StructType, name: str) -> str:
    """The field's name in DuckDB."""
    return quote(field_names(struct)[struct.names.index(name)])


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
        sql=lambda call, args: f"({args[0]}).{_duck_name(call.args[0].data_type, call.args[1].value)}",
        nullable=lambda args: args[0].nullable or _field(args).nullable,
        pretty=lambda name, args, call: f"{args[0]}.{args[1]}",
    )
)
def _fields_text(name: str, args: list[str], call: Any) -> str:
    array = call.args[0]
    if not isinstance(array, Cast) or array.implicit:
        return f"{args[0]}.{args[1]}"
    word = "try_cast" if array.mode == "try" else "cast"
    return f"{word}({args[0]} as {array.data_type.simpleString()}).{args[1]}"


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
        sql=lambda call, args: (
            f"list_transform({args[0]}, lambda e: e.{_duck_name(call.args[0].data_type.elementType, call.args[1].value)})"
        ),
        pretty=_fields_text,
    )
)


def _array_item_text(call: Any, args: list[str]) -> str:
    def body(array: str, index: str) -> str:
        problem = raise_sql(
            "INVALID_ARRAY_INDEX",
            duck_type(call.data_type),
            indexValue=index,
            arraySize=f"len({array})",
            ansiConfig="'\"spark.sql.ansi.enabled\"'",
        )
        within = f"{index} >= 0 AND {index} < len({array})"
        return f"CASE WHEN {within} THEN {array}[{index} + 1] WHEN {array} IS NULL OR {index} IS NULL THEN NULL ELSE {problem} END"

    return bind(args, body)


def known_item(args: Sequence[Any], first: int) -> Any:
    """The element that a constant index picks from an array written out, both known while analysing; else None."""
    array, index = args[0], literal_value(args[1])
    if not (isinstance(array, Call) and array.function.name == "array" and isinstance(index, int)):
        return None
    place = index - first if index >= first else len(array.args) + index if first else -1
    return array.args[place] if 0 <= place < len(array.args) else None


def item_nullable(args: Sequence[Any], first: int = 0) -> bool:
    """Whether picking an element, which fails outside of the array, may give null."""
    known = known_item(args, first)
    if known is not None:
        return bool(known.nullable)
    return bool(args[0].nullable or args[1].nullable or args[0].data_type.containsNull)


def _legacy_item(args: Sequence[Any], ctx: Any) -> Any:
    from pyrdd.sql.analysis.calls import make_call  # here: analysis imports the registry

    return None if ctx.ansi else make_call("get_item_or_null", *args, ctx=ctx)


declare(
    Function(
        "get_array_item",
        "scalar",
        (ANY, ANY),
        lambda args: args[0].data_type.elementType,
        2,
        2,
        rewrite=_legacy_item,
        sql=_array_item_text,
        nullable=item_nullable,
        pretty=_item_text,
    )
)
declare(
    Function(
        "get_item_or_null",
        "scalar",
        (ANY, ANY),
        lambda args: args[0].data_type.elementType,
        2,
        2,
        sql=bound_sql(lambda array, index: f"CASE WHEN {index} >= 0 AND {index} < len({array}) THEN {array}[{index} + 1] END"),
        nullable=lambda args: (item := known_item(args, 0)) is None or item.nullable,
        pretty=lambda name, args, call: f"get({args[0]}, {args[1]})" if name == "get" else _item_text(name, args, call),
    )
)


def _key_as_in_map(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    """The key becomes what the map's keys are, even where that loses digits."""
    found, key = args
    wanted = found.data_type.keyType
    made = coercion.implicit_cast(key, wanted, ctx)
    if made is None:
        raise mismatch(
            "UNEXPECTED_INPUT_TYPE",
            f'"{quoted_sql(found)[1:-1]}[{quoted_sql(key)[1:-1]}]"',
            paramIndex="second",
            requiredType=quoted_type(wanted),
            inputSql=quoted_sql(key),
            inputType=quoted_type(key.data_type),
        )
    return [found, made]


declare(
    Function(
        "get_map_value",
        "scalar",
        (),
        lambda args: args[0].data_type.valueType,
        2,
        2,
        coerce=_key_as_in_map,
        sql=lambda call, args: beside_null(call, args, f"map_extract_value({args[0]}, {args[1]})"),
        nullable=True,
        pretty=_item_text,
    )
)


def _number(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require("direct_shuffle_partition_id", args, 0, (t.IntegerType, t.NullType), '"INT"')
    return args


declare(
    # what `repartitionById` shuffles by: the exchange takes the value for the partition
    Function("direct_shuffle_partition_id", "scalar", (), t.IntegerType(), 1, 1, sql="{0}", coerce=_number)
)
