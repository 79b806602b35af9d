"""The order of values as Spark has it: texts by their collations, and inside of structs and arrays a null is the least."""

from __future__ import annotations

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql import types as t

_OF_BYTES = "UTF8_BINARY"


def is_collated(data_type: t.DataType) -> bool:
    """Whether texts of the type may be equal though their bytes are not."""
    return isinstance(data_type, t.StringType) and data_type.collation != _OF_BYTES


def refuse_collation(feature: str, data_type: t.DataType) -> PySparkNotImplementedError:
    """What to raise where a collation is not followed."""
    return PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={
            "feature": f"{feature} with the collation {getattr(data_type, 'collation', '')}",
            "alternative": "Use lower() of texts without a collation.",
        },
    )


def folded(text: str, data_type: t.DataType, feature: str) -> str:
    """What to compare in a text's place. Collations of languages raise NOT_IMPLEMENTED."""
    if not is_collated(data_type):
        return text
    if getattr(data_type, "collation", "") != "UTF8_LCASE":
        raise refuse_collation(feature, data_type)
    return f"lower({text})"


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
    return folded(text, data_type, "An order")


def _nullable_key(text: str, data_type: t.DataType, depth: int) -> str:
    return f"struct_pack(n := {text} IS NOT NULL, v := {order_key(text, data_type, depth)})"


def comparable(text: str, data_type: t.DataType) -> str:
    """What to compare in a value's place: the value itself, or the key of a nested one, null where it is null."""
    if not isinstance(data_type, t.StructType | t.ArrayType):
        return folded(text, data_type, "An order")
    return f"CASE WHEN {text} IS NOT NULL THEN {order_key(text, data_type)} END"
