"""When two schemas are alike, and how their difference is told."""

from __future__ import annotations

import difflib

from pyrdd.errors import PySparkAssertionError
from pyrdd.sql.types import ArrayType, DataType, DecimalType, MapType, StructField, StructType


def alike(first: DataType, second: DataType) -> bool:
    """Whether two types are the same but for what may be null, lengths of strings and other details."""
    if first.typeName() != second.typeName():
        return False
    if isinstance(first, ArrayType) and isinstance(second, ArrayType):
        return alike(first.elementType, second.elementType)
    if isinstance(first, MapType) and isinstance(second, MapType):
        return alike(first.keyType, second.keyType) and alike(first.valueType, second.valueType)
    if isinstance(first, DecimalType) and isinstance(second, DecimalType):
        return (first.precision, first.scale) == (second.precision, second.scale)
    if isinstance(first, StructType) and isinstance(second, StructType):
        return first.names == second.names and all(
            alike(one.dataType, other.dataType) for one, other in zip(first, second, strict=True)
        )
    return True


def by_name(schema: StructType) -> StructType:
    """The columns sorted by their names."""
    return StructType(sorted(schema, key=lambda field: field.name))


def by_position(schema: StructType) -> StructType:
    """The columns with their positions for names."""
    return StructType([StructField(str(i), field.dataType, field.nullable) for i, field in enumerate(schema)])


def different(actual: StructType, expected: StructType) -> PySparkAssertionError:
    """DIFFERENT_SCHEMA, with the places that differ marked."""
    marked = difflib.ndiff(str(actual).splitlines(), str(expected).splitlines())
    return PySparkAssertionError(errorClass="DIFFERENT_SCHEMA", messageParameters={"error_msg": "\n".join(marked)})
