"""Generators: functions that make rows. Their text is a list: of values for one column, of structs for several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.codegen.types import duck_type, field_names, quote
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import generator
from pyrdd.sql.functions.inputs import ANY
from pyrdd.sql.functions.maps import entry_type
from pyrdd.sql.functions.structs import struct_text
from pyrdd.sql.functions.text_tools import call_text, literal_value, require, typed_null
from pyrdd.sql.kernels import variants

_POSITION = t.StructField("pos", t.IntegerType(), False)


def _collection(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        require(name, args, 0, (t.ArrayType, t.MapType), '("ARRAY" or "MAP")')
        return args

    return coerce


def _fields(data_type: Any) -> list[t.StructField]:
    if isinstance(data_type, t.MapType):
        return entry_type(data_type).fields
    return [t.StructField("col", data_type.elementType, data_type.containsNull)]


def _exploded(args: Sequence[Any]) -> t.DataType:
    return t.StructType(_fields(args[0].data_type))


def _explode_text(call: Any, args: list[str]) -> str:
    return f"map_entries({args[0]})" if isinstance(call.args[0].data_type, t.MapType) else args[0]


def _numbered_text(call: Any, args: list[str]) -> str:
    position = "CAST(i - 1 AS INTEGER)"
    if isinstance(call.args[0].data_type, t.MapType):
        row = f"struct_pack(pos := {position}, key := x.key, value := x.value)"
        return f"list_transform(map_entries({args[0]}), lambda x, i: {row})"
    return f"list_transform({args[0]}, lambda x, i: struct_pack(pos := {position}, col := x))"


def _numbered(args: Sequence[Any]) -> t.DataType:
    return t.StructType([_POSITION, *_fields(args[0].data_type)])


@generator(ANY, params=("collection",), returns=_exploded, coerce=_collection("explode"), sql=_explode_text)
def explode(col: ColumnOrName) -> Column:
    """A row for each element of an array (column ``col``) or entry of a map (``key``, ``value``); none for null."""


@generator(
    ANY, params=("collection",), returns=_exploded, coerce=_collection("explode_outer"), sql=_explode_text, outer=True
)
def explode_outer(col: ColumnOrName) -> Column:
    """As `explode`, but a null or empty collection makes a row of nulls."""


@generator(ANY, params=("collection",), returns=_numbered, coerce=_collection("posexplode"), sql=_numbered_text)
def posexplode(col: ColumnOrName) -> Column:
    """As `explode`, with the position, counted from 0, as first column (``pos``)."""


@generator(
    ANY,
    params=("collection",),
    returns=_numbered,
    coerce=_collection("posexplode_outer"),
    sql=_numbered_text,
    outer=True,
)
def posexplode_outer(col: ColumnOrName) -> Column:
    """As `posexplode`, but a null or empty collection makes a row of nulls."""


def _structs(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        if not isinstance(getattr(args[0].data_type, "elementType", None), t.StructType):
            require(name, args, 0, (), '"ARRAY<STRUCT>"')
        return args

    return coerce


def _inlined(args: Sequence[Any]) -> t.DataType:
    array = args[0].data_type
    return t.StructType(
        [t.StructField(f.name, f.dataType, f.nullable or array.containsNull) for f in array.elementType.fields]
    )


def _inline_text(call: Any, args: list[str]) -> str:
    names = field_names(call.data_type)
    return f"list_transform({args[0]}, lambda x: x.{quote(names[0])})" if len(names) == 1 else args[0]


@generator(ANY, params=("input",), returns=_inlined, coerce=_structs("inline"), sql=_inline_text)
def inline(col: ColumnOrName) -> Column:
    """A row for each struct of an array, a column for each of its fields."""


@generator(ANY, params=("input",), returns=_inlined, coerce=_structs("inline_outer"), sql=_inline_text, outer=True)
def inline_outer(col: ColumnOrName) -> Column:
    """As `inline`, but a null or empty array makes a row of nulls."""


# --- stack -----------------------------------------------------------------------------------------------------------


def _stack_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis.fold import constant_value  # here: folding runs a query

    count, *values = args
    text = call_text("stack", args)
    require("stack", args, 0, (t.IntegralType, t.NullType), '"INT"')
    if not count.foldable:
        raise mismatch(
            "NON_FOLDABLE_INPUT",
            text,
            inputName="`n`",
            inputType=quoted_type(t.IntegerType()),
            inputExpr=call_text("", [count])[2:-2],
        )
    number = constant_value(count, ctx)
    if number is None:
        raise mismatch("UNEXPECTED_NULL", text, exprName="`n`")
    if number <= 0:
        raise mismatch("VALUE_OUT_OF_RANGE", text, exprName="`n`", valueRange="(0, 2147483647]", currentValue=number)
    _same_columns(number, values, text)
    return args


def _width(number: int, values: Sequence[Any]) -> int:
    return -(-len(values) // number)


def _same_columns(number: int, values: Sequence[Any], text: str) -> None:
    width = _width(number, values)
    for column in range(width):
        found: Any = None
        for index in range(column, len(values), width):
            kind = values[index].data_type
            if isinstance(kind, t.NullType):
                continue
            if found is not None and not same_shape(found[1], kind):
                raise mismatch(
                    "STACK_COLUMN_DIFF_TYPES",
                    text,
                    columnIndex=column,
                    leftParamIndex=found[0],
                    leftType=quoted_type(found[1]),
                    rightParamIndex=index + 1,
                    rightType=quoted_type(kind),
                )
            found = found or (index + 1, kind)


def same_shape(a: t.DataType, b: t.DataType) -> bool:
    """Whether two types differ in no more than where nulls may be."""
    return a._as_nullable() == b._as_nullable()


def _stack_type(args: Sequence[Any]) -> t.DataType:
    number, values = literal_value(args[0]), args[1:]
    width = _width(number, values)
    fields = []
    for column in range(width):
        kinds = [v.data_type for v in values[column::width]]
        kind = next((k for k in kinds if not isinstance(k, t.NullType)), t.NullType())
        fields.append(t.StructField(f"col{column}", kind, True))
    return t.StructType(fields)


def _stack_text(call: Any, args: list[str]) -> str:
    kind, values = call.data_type, args[1:]
    number, width = literal_value(call.args[0]), len(kind.fields)
    values += [typed_null(f.dataType) for f in kind.fields[len(values) % width :]] if len(values) % width else []
    rows = [values[i : i + width] for i in range(0, len(values), width)]
    rows += [[typed_null(f.dataType) for f in kind.fields]] * (number - len(rows))
    if width == 1:
        item = duck_type(kind.fields[0].dataType)
        return f"[{', '.join(f'CAST({row[0]} AS {item})' for row in rows)}]"
    return f"[{', '.join(f'CAST({struct_text(kind, row)} AS {duck_type(kind)})' for row in rows)}]"


@generator(ANY, returns=_stack_type, min_args=2, coerce=_stack_types, sql=_stack_text)
def stack(*cols: ColumnOrName) -> Column:
    """The values in so many rows (the first argument, a constant)."""


# --- variants --------------------------------------------------------------------------------------------------------

_VARIANT_ROW = t.StructType(
    [_POSITION, t.StructField("key", t.StringType(), True), t.StructField("value", t.VariantType(), False)]
)


def variant_rows(variant: dict[str, bytes]) -> list[dict[str, Any]] | None:
    """The elements of an array or the fields of an object, numbered; None for other variants."""
    found = variants.children((variant["value"], variant["metadata"]))
    if found is None:
        return None
    return [
        {"pos": i, "key": key, "value": {"value": value, "metadata": variant["metadata"]}}
        for i, (key, value) in enumerate(found)
    ]


def _variant_text(call: Any, args: list[str], writer: Any) -> str:
    rows = t.ArrayType(_VARIANT_ROW, False)
    return str(writer.python_call("variant_explode", variant_rows, args, (t.VariantType(),), rows))


def _variant(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        require(name, args, 0, (t.VariantType, t.NullType), '"VARIANT"')
        return args

    return coerce


for _name in ("variant_explode", "variant_explode_outer"):
    declare(
        Function(
            _name, "generator", (t.VariantType(),), _VARIANT_ROW, 1, 1, sql=_variant_text, with_writer=True,
            params=("input",), outer=_name.endswith("outer"), only_table=True, coerce=_variant(_name),
        )
    )  # fmt: skip
