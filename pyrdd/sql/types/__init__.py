"""The SQL types, under PySpark's names. None of this loads Arrow, NumPy or pandas."""

from __future__ import annotations

from pyrdd.sql.types.atomic import BinaryType, BooleanType, CharType, StringType, VarcharType
from pyrdd.sql.types.base import (
    AnsiIntervalType,
    AnyTimeType,
    AtomicType,
    DataType,
    DataTypeSingleton,
    DatetimeType,
    FractionalType,
    IntegralType,
    NullType,
    NumericType,
    SpatialType,
)
from pyrdd.sql.types.containers import ArrayType, MapType
from pyrdd.sql.types.datetimes import DateType, TimestampNTZType, TimestampType, TimeType
from pyrdd.sql.types.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
from pyrdd.sql.types.json_schema import (
    _all_mappable_types,
    _parse_datatype_json_string,
    _parse_datatype_json_value,
)
from pyrdd.sql.types.numbers import ByteType, DecimalType, DoubleType, FloatType, IntegerType, LongType, ShortType
from pyrdd.sql.types.row import Row, _create_row
from pyrdd.sql.types.spatial import Geography, GeographyType, Geometry, GeometryType
from pyrdd.sql.types.struct import StructField, StructType
from pyrdd.sql.types.udt import UserDefinedType
from pyrdd.sql.types.variant import VariantType, VariantVal

__all__ = [
    "DataType",
    "NullType",
    "CharType",
    "StringType",
    "VarcharType",
    "BinaryType",
    "BooleanType",
    "DateType",
    "TimeType",
    "TimestampType",
    "TimestampNTZType",
    "DecimalType",
    "DoubleType",
    "Geography",
    "Geometry",
    "FloatType",
    "ByteType",
    "IntegerType",
    "LongType",
    "DayTimeIntervalType",
    "YearMonthIntervalType",
    "CalendarIntervalType",
    "Row",
    "ShortType",
    "ArrayType",
    "MapType",
    "StructField",
    "StructType",
    "VariantType",
    "VariantVal",
    "GeographyType",
    "GeometryType",
]
