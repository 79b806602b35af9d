"""Spark's types as Arrow types, and back. The storage of each type is chosen once, here:

    TIMESTAMP                timestamp('us', 'UTC')        TIMESTAMP_NTZ       timestamp('us')
    TIME(p)                  time64('us'), 'ns' for p > 6  DATE                date32
    INTERVAL DAY TO SECOND   duration('us')                INTERVAL YEAR ...   int32, months
    INTERVAL (calendar)      month_day_nano_interval       VOID                null
    VARIANT                  struct<value, metadata>       GEOMETRY, GEOGRAPHY struct<srid, wkb>
    CHAR(n), VARCHAR(n)      string                        UDT                 its sqlType

What an Arrow type cannot say (a length, a collation, months) is kept as JSON in the field's metadata, so that
`from_arrow_schema` undoes `to_arrow_schema`, but for UDTs, of which only their sqlType is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from pyrdd.errors import PySparkTypeError, UnsupportedOperationException
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    CalendarIntervalType,
    CharType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    GeographyType,
    GeometryType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VarcharType,
    VariantType,
    YearMonthIntervalType,
)
from pyrdd.sql.types.json_schema import type_of_json

METADATA_KEY = b"SPARK::metadata::json"
TYPE_KEY = b"pyrdd::type::json"

_SIMPLE: dict[type[DataType], pa.DataType] = {
    BooleanType: pa.bool_(),
    ByteType: pa.int8(),
    ShortType: pa.int16(),
    IntegerType: pa.int32(),
    LongType: pa.int64(),
    FloatType: pa.float32(),
    DoubleType: pa.float64(),
    StringType: pa.string(),
    CharType: pa.string(),
    VarcharType: pa.string(),
    BinaryType: pa.binary(),
    DateType: pa.date32(),
    TimestampNTZType: pa.timestamp("us"),
    DayTimeIntervalType: pa.duration("us"),
    YearMonthIntervalType: pa.int32(),
    CalendarIntervalType: pa.month_day_nano_interval(),
    NullType: pa.null(),
    VariantType: pa.struct(
        [
            pa.field("value", pa.binary(), nullable=False),
            pa.field("metadata", pa.binary(), nullable=False, metadata={b"variant": b"true"}),
        ]
    ),
}


def to_arrow_type(
    data_type: DataType, timezone: str = "UTC", *, error_on_duplicate_fields: bool = False
) -> pa.DataType:
    """The Arrow type in which values of a Spark type are stored. Raises `PySparkTypeError` for a type that has none,
    and `UnsupportedOperationException` for structs with equal names where ``error_on_duplicate_fields``."""
    simple = _SIMPLE.get(type(data_type))
    if simple is not None:
        return simple
    if isinstance(data_type, TimestampType):
        return pa.timestamp("us", timezone)
    if isinstance(data_type, DecimalType):
        return pa.decimal128(data_type.precision, data_type.scale)
    if isinstance(data_type, TimeType):
        return pa.time64("us" if data_type.precision <= 6 else "ns")
    if isinstance(data_type, (GeometryType, GeographyType)):
        return _spatial(data_type)
    return _nested(data_type, timezone, error_on_duplicate_fields)


def _nested(data_type: DataType, timezone: str, strict: bool) -> pa.DataType:
    def field(name: str, inner: DataType, nullable: bool, metadata: dict[str, Any] | None = None) -> pa.Field:
        return _field(name, inner, nullable, metadata, timezone, strict)

    if isinstance(data_type, ArrayType):
        return pa.list_(field("element", data_type.elementType, data_type.containsNull))
    if isinstance(data_type, MapType):
        value = field("value", data_type.valueType, data_type.valueContainsNull)
        # a map with void keys is empty: Arrow has none whose keys are nulls
        key_type = BooleanType() if isinstance(data_type.keyType, NullType) else data_type.keyType
        return pa.map_(field("key", key_type, False), value)
    if isinstance(data_type, StructType):
        if strict and len(set(data_type.names)) < len(data_type.names):
            raise UnsupportedOperationException(
                errorClass="DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT",
                messageParameters={"field_names": str(data_type.names)},
            )
        return pa.struct([field(f.name, f.dataType, f.nullable, f.metadata) for f in data_type.fields])
    if isinstance(data_type, UserDefinedType):
        return to_arrow_type(data_type.sqlType(), timezone, error_on_duplicate_fields=strict)
    raise unsupported(data_type)


def _field(
    name: str, data_type: DataType, nullable: bool, metadata: dict[str, Any] | None, timezone: str, strict: bool
) -> pa.Field:
    notes = {METADATA_KEY: json.dumps(metadata).encode()} if metadata else {}
    if isinstance(data_type, (CharType, VarcharType, YearMonthIntervalType)) or (
        isinstance(data_type, (StringType, DayTimeIntervalType, TimeType)) and data_type != type(data_type)()
    ):
        notes[TYPE_KEY] = data_type.json().encode()
    arrow_type = to_arrow_type(data_type, timezone, error_on_duplicate_fields=strict)
    # Arrow has no column of nulls that is not nullable
    return pa.field(name, arrow_type, nullable or pa.types.is_null(arrow_type), notes or None)


def _spatial(data_type: GeometryType | GeographyType) -> pa.DataType:
    notes = {data_type.typeName().encode(): b"true", b"srid": str(data_type.srid).encode()}
    return pa.struct(
        [
            pa.field("srid", pa.int32(), nullable=False),
            pa.field("wkb", pa.binary(), nullable=False, metadata=notes),
        ]
    )


def to_arrow_schema(schema: StructType, timezone: str = "UTC", *, error_on_duplicate_fields: bool = False) -> pa.Schema:
    """The Arrow schema of tables with these columns; names may repeat."""
    return pa.schema(
        [_field(f.name, f.dataType, f.nullable, f.metadata, timezone, error_on_duplicate_fields) for f in schema.fields]
    )


_OF_ARROW: tuple[tuple[Callable[[Any], bool], Callable[[], DataType]], ...] = (
    (pa.types.is_boolean, BooleanType),
    (pa.types.is_int8, ByteType),
    (pa.types.is_int16, ShortType),
    (pa.types.is_int32, IntegerType),
    (pa.types.is_int64, LongType),
    (pa.types.is_float32, FloatType),
    (pa.types.is_float64, DoubleType),
    (pa.types.is_string, StringType),
    (pa.types.is_large_string, StringType),
    (pa.types.is_string_view, StringType),
    (pa.types.is_binary, BinaryType),
    (pa.types.is_large_binary, BinaryType),
    (pa.types.is_binary_view, BinaryType),
    (pa.types.is_fixed_size_binary, BinaryType),
    (pa.types.is_date32, DateType),
    (pa.types.is_duration, DayTimeIntervalType),
    (pa.types.is_interval, CalendarIntervalType),
    (pa.types.is_null, NullType),
)


def from_arrow_type(arrow_type: pa.DataType, prefer_timestamp_ntz: bool = True) -> DataType:
    """The Spark type of values of an Arrow type. Units do not matter; timestamps without a zone are
    TIMESTAMP_NTZ, or TIMESTAMP where the caller says so. Raises `PySparkTypeError` for types that Spark lacks."""
    if pa.types.is_decimal(arrow_type):
        return DecimalType(arrow_type.precision, arrow_type.scale)
    if pa.types.is_timestamp(arrow_type):
        return TimestampNTZType() if arrow_type.tz is None and prefer_timestamp_ntz else TimestampType()
    if pa.types.is_time64(arrow_type):
        return TimeType(6)
    for is_kind, make in _OF_ARROW:
        if is_kind(arrow_type):
            return make()
    if pa.types.is_dictionary(arrow_type):
        return from_arrow_type(arrow_type.value_type, prefer_timestamp_ntz)
    return _nested_of_arrow(arrow_type, prefer_timestamp_ntz)


def _nested_of_arrow(arrow_type: pa.DataType, ntz: bool) -> DataType:
    if pa.types.is_map(arrow_type):
        key, value = arrow_type.key_field, arrow_type.item_field
        return MapType(_type_of_field(key, ntz), _type_of_field(value, ntz), value.nullable)
    if pa.types.is_struct(arrow_type):
        return _tagged_struct(arrow_type) or from_arrow_schema(list(arrow_type), ntz)
    if hasattr(arrow_type, "value_field"):
        return ArrayType(_type_of_field(arrow_type.value_field, ntz), arrow_type.value_field.nullable)
    raise unsupported(arrow_type)


def _tagged_struct(arrow_type: pa.DataType) -> DataType | None:
    names = {field.name for field in arrow_type}
    for field in arrow_type:
        notes = field.metadata or {}
        if field.name == "metadata" and notes.get(b"variant") == b"true" and "value" in names:
            return VariantType()
        for tag, kind in ((b"geometry", GeometryType), (b"geography", GeographyType)):
            if field.name == "wkb" and notes.get(tag) == b"true" and "srid" in names:
                srid = int(notes[b"srid"])
                return kind("ANY" if srid == kind.MIXED_SRID else srid)
    return None


def from_arrow_schema(arrow_schema: Any, prefer_timestamp_ntz: bool = True) -> StructType:
    """The Spark schema of an Arrow schema, or of a list of Arrow fields."""
    return StructType(
        [
            StructField(
                field.name,
                _type_of_field(field, prefer_timestamp_ntz),
                field.nullable,
                _notes(field, METADATA_KEY),
            )
            for field in arrow_schema
        ]
    )


def _type_of_field(field: pa.Field, ntz: bool) -> DataType:
    noted = _notes(field, TYPE_KEY)
    return from_arrow_type(field.type, ntz) if noted is None else type_of_json(noted)


def _notes(field: pa.Field, key: bytes) -> Any:
    return json.loads(field.metadata[key]) if field.metadata and key in field.metadata else None


def unsupported(data_type: object) -> PySparkTypeError:
    """The error of a type that Arrow has no counterpart of, or Spark none."""
    return PySparkTypeError(
        errorClass="UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION", messageParameters={"data_type": str(data_type)}
    )
