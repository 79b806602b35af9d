"""Sorting arrays as Spark orders values: inside of structs and arrays a null is the least."""

from __future__ import annotations

from pyrdd.sql import types as t


def order_key(text: str, data_type: t.DataType, depth: int = 0) -> str:
    """A value as one that DuckDB orders as Spark does: DuckDB puts nulls inside of values last."""
    match data_type:
        case t.StructType():
            parts = [
                f"f{i} := {_nullable_key(f'struct_extract_at({text}, {i + 1})', f.dataType, depth)}"
                for i, f in enumerate(data_type.fields)
            ]
            return f"struct_pack({', '.join(parts)})" if parts else "0"
        case t.ArrayType():
            name = f"e{depth}"
            return f"list_transform({text}, lambda {name}: {_nullable_key(name, data_type.elementType, depth + 1)})"
    return text


def _nullable_key(text: str, data_type: t.DataType, depth: int) -> str:
    return f"struct_pack(n := {text} IS NOT NULL, v := {order_key(text, data_type, depth)})"


def sorted_list(text: str, element: t.DataType, ascending: bool, nulls_first: bool) -> str:
    """The text of a list in order."""
    way = f"'{'ASC' if ascending else 'DESC'}', 'NULLS {'FIRST' if nulls_first else 'LAST'}'"
    if not isinstance(element, t.StructType | t.ArrayType):
        return f"list_sort({text}, {way})"
    key = f"CASE WHEN x IS NULL THEN NULL ELSE struct_pack(k := {order_key('x', element)}) END"
    # the place keeps equal values apart from each other and in order
    pairs = f"list_transform({text}, lambda x, i: struct_pack(n := x IS NOT NULL, k := {key}, i := i, v := x))"
    if ascending != nulls_first:
        pairs = pairs.replace("n := x IS NOT NULL", "n := x IS NULL", 1)
    return f"list_transform(list_sort({pairs}, '{'ASC' if ascending else 'DESC'}'), lambda p: p.v)"
