"""The order of nested values as Spark has it: inside of structs and arrays a null is the least."""

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


def comparable(text: str, data_type: t.DataType) -> str:
    """What to compare in a value's place: the value itself, or the key of a nested one, null where it is null."""
    if not isinstance(data_type, t.StructType | t.ArrayType):
        return text
    return f"CASE WHEN {text} IS NOT NULL THEN {order_key(text, data_type)} END"
