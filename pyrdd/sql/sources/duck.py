"""Pieces of DuckDB's SQL for scans: types, literals, and the join that adds partition values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql.types import (
    ArrayType,
    DataType,
    DecimalType,
    MapType,
    StringType,
    StructType,
)

_NAMES = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "binary": "BLOB",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "timestamp_ntz": "TIMESTAMP",
}


def duck_type(kind: DataType) -> str | None:
    """DuckDB's name of a type; ``None`` for one that files must be read without DuckDB for.

    >>> from pyrdd.sql.types import LongType, MapType, StringType
    >>> duck_type(MapType(StringType(), LongType()))
    'MAP(VARCHAR, BIGINT)'
    """
    if isinstance(kind, StringType):
        return "VARCHAR"
    if isinstance(kind, DecimalType):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if isinstance(kind, ArrayType):
        inner = duck_type(kind.elementType)
        return None if inner is None else f"{inner}[]"
    if isinstance(kind, MapType):
        key, value = duck_type(kind.keyType), duck_type(kind.valueType)
        return None if key is None or value is None else f"MAP({key}, {value})"
    if isinstance(kind, StructType):
        fields = [(quoted(one.name), duck_type(one.dataType)) for one in kind.fields]
        if not fields or any(inner is None for _, inner in fields):
            return None
        return "STRUCT(" + ", ".join(f"{name} {inner}" for name, inner in fields) + ")"
    return _NAMES.get(kind.simpleString())


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a string literal."""
    return "'" + text.replace("'", "''") + "'"


def path_list(paths: Sequence[str]) -> str:
    """Paths as a list for DuckDB's readers, which would read globs in them."""
    return "[" + ", ".join(literal(escape_glob(path)) for path in paths) + "]"


def escape_glob(path: str) -> str:
    """A path in which DuckDB finds no pattern."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in path)


def constant(value: Any, kind: DataType) -> str | None:
    """A partition value (see `FileEntry`) as an expression; ``None`` for a type that DuckDB has no literal of."""
    target = duck_type(kind)
    if target is None:
        return None
    if value is None:
        return f"CAST(NULL AS {target})"
    simple = kind.simpleString()
    if simple == "date":
        return f"(DATE '1970-01-01' + {int(value)})"
    if simple == "timestamp":
        return f"make_timestamptz({int(value)})"
    if simple == "timestamp_ntz":
        return f"make_timestamp({int(value)})"
    if isinstance(kind, StringType):
        return literal(str(value))
    return f"CAST({literal(str(value))} AS {target})"
