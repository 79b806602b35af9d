"""Types to SQL text: the inverse of `pyrdd.sql.types.ddl`."""

from __future__ import annotations

import re

from pyrdd.sql.types.base import DataType
from pyrdd.sql.types.containers import ArrayType, MapType
from pyrdd.sql.types.struct import StructField, StructType
from pyrdd.sql.types.udt import UserDefinedType

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def struct_to_ddl(schema: StructType) -> str:
    """A schema as a list of columns, which `parse_columns` reads."""
    return ",".join(_column(field, " ") for field in schema.fields)


def type_to_sql(data_type: DataType) -> str:
    """A type as SQL writes it in capitals, with names quoted where they must be.

    >>> type_to_sql(DataType.fromDDL("a int, `b c` array<string>"))
    'STRUCT<a: INT, `b c`: ARRAY<STRING>>'
    """
    if isinstance(data_type, StructType):
        return f"STRUCT<{', '.join(_column(field, ': ') for field in data_type.fields)}>"
    if isinstance(data_type, ArrayType):
        return f"ARRAY<{type_to_sql(data_type.elementType)}>"
    if isinstance(data_type, MapType):
        return f"MAP<{type_to_sql(data_type.keyType)}, {type_to_sql(data_type.valueType)}>"
    if isinstance(data_type, UserDefinedType):
        return type_to_sql(data_type.sqlType())
    words = data_type.simpleString()
    # a collation's name has capitals of its own
    kind, collate, collation = words.partition(" collate ")
    return kind.upper() + collate.upper() + collation


def quoted_if_needed(name: str) -> str:
    """The name as SQL text has it: in backticks, unless it is letters, digits and underscores."""
    return name if _PLAIN.fullmatch(name) else f"`{name.replace('`', '``')}`"


def _column(field: StructField, separator: str) -> str:
    comment = field.metadata.get("comment")
    not_null = "" if field.nullable else " NOT NULL"
    text = "" if comment is None else " COMMENT '" + comment.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f"{quoted_if_needed(field.name)}{separator}{type_to_sql(field.dataType)}{not_null}{text}"
