"""Which types a format can hold."""

from __future__ import annotations

from collections.abc import Callable

from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.types import ArrayType, DataType, MapType, StructType
from pyrdd.sql.types.ddl_text import type_to_sql


def check_types(schema: StructType, format_name: str, supported: Callable[[DataType], bool]) -> None:
    """Raises `AnalysisException` ``UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE`` for the first column with a type that is
    not ``supported``, inside nested types too."""
    for field in schema.fields:
        if not _all(field.dataType, supported):
            raise analysis_error(
                "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
                columnName=f"`{field.name}`",
                columnType=f'"{type_to_sql(field.dataType)}"',
                format=format_name,
            )


def _all(kind: DataType, supported: Callable[[DataType], bool]) -> bool:
    if not supported(kind):
        return False
    if isinstance(kind, StructType):
        return all(_all(one.dataType, supported) for one in kind.fields)
    if isinstance(kind, ArrayType):
        return _all(kind.elementType, supported)
    if isinstance(kind, MapType):
        return _all(kind.keyType, supported) and _all(kind.valueType, supported)
    return True
