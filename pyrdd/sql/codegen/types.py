"""Spark types as DuckDB types, and constants as DuckDB text.

Year-month intervals are INTEGER months and day-time intervals BIGINT microseconds, so that they add, compare and sum exactly.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.expressions import Literal
from pyrdd.sql.types import DataType

_PLAIN: dict[type[DataType], str] = {
    t.NullType: "INTEGER",
    t.BooleanType: "BOOLEAN",
    t.ByteType: "TINYINT",
    t.ShortType: "SMALLINT",
    t.IntegerType: "INTEGER",
    t.LongType: "BIGINT",
    t.FloatType: "FLOAT",
    t.DoubleType: "DOUBLE",
    t.BinaryType: "BLOB",
    t.DateType: "DATE",
    t.TimestampType: "TIMESTAMPTZ",
    t.TimestampNTZType: "TIMESTAMP",
    t.TimeType: "TIME",
    t.YearMonthIntervalType: "INTEGER",
    t.DayTimeIntervalType: "BIGINT",
    t.CalendarIntervalType: "INTERVAL",
    t.VariantType: "STRUCT(value BLOB, metadata BLOB)",
    t.GeometryType: "STRUCT(srid INTEGER, wkb BLOB)",
    t.GeographyType: "STRUCT(srid INTEGER, wkb BLOB)",
}


def duck_type(data_type: DataType) -> str:
    """The DuckDB type that holds values of a Spark type."""
    plain = _PLAIN.get(type(data_type))
    if plain is not None:
        return plain
    match data_type:
        case t.StringType() | t.CharType() | t.VarcharType():
            return "VARCHAR"
        case t.DecimalType():
            return f"DECIMAL({data_type.precision},{data_type.scale})"
        case t.ArrayType():
            return f"{duck_type(data_type.elementType)}[]"
        case t.MapType():
            return f"MAP({duck_type(data_type.keyType)}, {duck_type(data_type.valueType)})"
        case t.StructType():
            if not data_type.fields:
                return "STRUCT(__empty BOOLEAN)"
            pairs = zip(field_names(data_type), data_type.fields, strict=True)
            return "STRUCT(" + ", ".join(f"{quote(name)} {duck_type(f.dataType)}" for name, f in pairs) + ")"
        case t.UserDefinedType():
            return duck_type(data_type.sqlType())
    raise AssertionError(f"no DuckDB type for {data_type}")


def field_names(struct: t.StructType) -> list[str]:
    """The names of a struct's fields in DuckDB, which tells no two apart by their case and lets none repeat.

    >>> field_names(t.StructType().add("a", "integer").add("A", "integer"))
    ['a', 'A#1']
    """
    seen: set[str] = set()
    names = []
    for index, field in enumerate(struct.fields):
        lower = field.name.lower()
        names.append(f"{field.name}#{index}" if lower in seen or not field.name else field.name)
        seen.add(lower)
    return names


def quote(name: str) -> str:
    """An identifier as DuckDB text."""
    return '"' + name.replace('"', '""') + '"'


_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?")


def duck_zone(name: str) -> str:
    """A session time zone under a name that DuckDB knows.

    >>> duck_zone("Europe/Paris"), duck_zone("+02:00"), duck_zone("-5:30"), duck_zone("Z")
    ('Europe/Paris', 'Etc/GMT-2', 'GMT-05:30', 'UTC')
    """
    if name in ("Z", "UTC", "GMT", "UT"):
        return "UTC"
    offset = _OFFSET.fullmatch(name)
    if offset is None:
        return name
    sign, hours, minutes, seconds = offset.groups()
    if int(hours) > 12 or int(minutes or 0) or int(seconds or 0):
        return f"GMT{sign}{int(hours):02}:{minutes or '00'}" + (f":{seconds}" if seconds else "")
    # POSIX counts westwards
    return f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}" if int(hours) else "UTC"


def text_literal(value: str) -> str:
    """A string constant as DuckDB text."""
    if "\0" in value:
        return "(" + " || chr(0) || ".join(text_literal(part) for part in value.split("\0")) + ")"
    return "'" + value.replace("'", "''") + "'"


def _double(value: float, name: str) -> str:
    # DuckDB reads a bare -0.0 as a decimal, which has no negative zero
    if not math.isfinite(value) or value == 0:
        return f"CAST('{value}' AS {name})"
    return f"CAST({value!r} AS {name})"


def _interval(value: Any) -> str:
    months, days, microseconds = value
    return f"(to_months({months}) + to_days({days}) + to_microseconds({microseconds}))"


_LITERALS: dict[type[DataType], Callable[[Any], str]] = {
    t.BooleanType: lambda v: "true" if v else "false",
    t.FloatType: lambda v: _double(v, "FLOAT"),
    t.DoubleType: lambda v: _double(v, "DOUBLE"),
    t.BinaryType: lambda v: f"unhex('{v.hex()}')",
    t.DateType: lambda v: f"CAST('{v.isoformat()}' AS DATE)",
    t.TimestampType: lambda v: f"make_timestamptz({v})",
    t.TimestampNTZType: lambda v: f"make_timestamp({v})",
    t.TimeType: lambda v: f"CAST('{v.isoformat()}' AS TIME)",
    t.CalendarIntervalType: _interval,
}


def literal_sql(literal: Literal) -> str:
    """A constant as DuckDB text of exactly its type."""
    value, data_type = literal.value, literal.data_type
    if value is None:
        return f"CAST(NULL AS {duck_type(data_type)})"
    if isinstance(data_type, t.StringType | t.CharType | t.VarcharType):
        return text_literal(value)
    made = _LITERALS.get(type(data_type))
    if made is not None:
        return made(value)
    if isinstance(data_type, t.DecimalType):
        return f"CAST('{value:f}' AS {duck_type(data_type)})"
    if isinstance(data_type, t.IntegerType) and value >= 0:
        return str(value)
    if isinstance(data_type, t.VariantType):
        return f"{{'value': unhex('{value['value'].hex()}'), 'metadata': unhex('{value['metadata'].hex()}')}}"
    return f"CAST({value} AS {duck_type(data_type)})"
