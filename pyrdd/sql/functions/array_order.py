"""Sorting arrays as Spark orders values."""

from __future__ import annotations

from pyrdd.sql import types as t
from pyrdd.sql.codegen.ordering import order_key


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
