"""One schema from the schemas of several files (``mergeSchema``)."""

from __future__ import annotations

from collections.abc import Sequence

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.sources.base import Options
from pyrdd.sql.types import ArrayType, DataType, DecimalType, MapType, StructField, StructType

_WIDTH = {"byte": 1, "short": 2, "integer": 3, "long": 4}


def merge_schemas(schemas: Sequence[StructType], options: Options) -> StructType:
    """All columns of all schemas, in the order in which they first appear.

    Raises `SparkRuntimeException` ``CANNOT_MERGE_SCHEMAS`` when two have one column with types that do not go
    together.
    """
    sensitive = options.setting_flag("spark.sql.caseSensitive")
    merged = schemas[0]
    for schema in schemas[1:]:
        both = _merge_structs(merged, schema, sensitive)
        if both is None:
            shown = {"left": f'"{merged.simpleString().upper()}"', "right": f'"{schema.simpleString().upper()}"'}
            raise SparkRuntimeException(errorClass="CANNOT_MERGE_SCHEMAS", messageParameters=shown)
        merged = both
    return merged


def _merge_structs(left: StructType, right: StructType, sensitive: bool) -> StructType | None:
    def key(name: str) -> str:
        return name if sensitive else name.lower()

    others = {key(one.name): one for one in right.fields}
    fields = []
    for one in left.fields:
        other = others.pop(key(one.name), None)
        kind = one.dataType if other is None else _merge(one.dataType, other.dataType, sensitive)
        if kind is None:
            return None
        fields.append(StructField(one.name, kind, True, one.metadata))
    return StructType([*fields, *others.values()])


def _merge(left: DataType, right: DataType, sensitive: bool) -> DataType | None:
    if left == right:
        return left
    if isinstance(left, StructType) and isinstance(right, StructType):
        return _merge_structs(left, right, sensitive)
    if isinstance(left, ArrayType) and isinstance(right, ArrayType):
        element = _merge(left.elementType, right.elementType, sensitive)
        return None if element is None else ArrayType(element, left.containsNull or right.containsNull)
    if isinstance(left, MapType) and isinstance(right, MapType):
        key = _merge(left.keyType, right.keyType, sensitive)
        value = _merge(left.valueType, right.valueType, sensitive)
        contains = left.valueContainsNull or right.valueContainsNull
        return None if key is None or value is None else MapType(key, value, contains)
    if isinstance(left, DecimalType) and isinstance(right, DecimalType) and left.scale == right.scale:
        return left if left.precision >= right.precision else right
    widths = _WIDTH.get(left.typeName()), _WIDTH.get(right.typeName())
    if widths[0] and widths[1]:
        return left if widths[0] > widths[1] else right
    if {left.typeName(), right.typeName()} == {"float", "double"}:
        return left if left.typeName() == "double" else right
    return None
