"""The SQL types, under PySpark's names. None of this loads Arrow, NumPy or pandas."""

from __future__ import annotations

from pyrdd.sql.types.atomic import BinaryType, BooleanType, CharType, StringType, VarcharType
from pyrdd.sql.types.base import (
    AnsiIntervalType as AnsiIntervalType,
)
from pyrdd.sql.types.base import (
    AnyTimeType as AnyTimeType,
)
from pyrdd.sql.types.base import (
    AtomicType as AtomicType,
)
from pyrdd.sql.types.base import (
    DataType,
    NullType,
)
from pyrdd.sql.types.base import (
    DataTypeSingleton as DataTypeSingleton,
)
from pyrdd.sql.types.base import (
    DatetimeType as DatetimeType,
)
from pyrdd.sql.types.base import (
    FractionalType as FractionalType,
)
from pyrdd.sql.types.base import (
    IntegralType as IntegralType,
)
from pyrdd.sql.types.base import (
    NumericType as NumericType,
)
from pyrdd.sql.types.base import (
    SpatialType as SpatialType,
)
from pyrdd.sql.types.containers import ArrayType, MapType
from pyrdd.sql.types.datetimes import DateType, TimestampNTZType, TimestampType, TimeType
from pyrdd.sql.types.ddl import _parse_datatype_string as _parse_datatype_string
from pyrdd.sql.types.infer import (
    _from_numpy_type as _from_numpy_type,
)
from pyrdd.sql.types.infer import (
    _has_nulltype as _has_nulltype,
)
from pyrdd.sql.types.infer import (
    _has_type as _has_type,
)
from pyrdd.sql.types.infer import (
    _infer_schema as _infer_schema,
)
from pyrdd.sql.types.infer import (
    _infer_type as _infer_type,
)
from pyrdd.sql.types.infer import (
    _merge_type as _merge_type,
)
from pyrdd.sql.types.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
from pyrdd.sql.types.json_schema import (
    _all_mappable_types as _all_mappable_types,
)
from pyrdd.sql.types.json_schema import (
    _parse_datatype_json_string as _parse_datatype_json_string,
)
from pyrdd.sql.types.json_schema import (
    _parse_datatype_json_value as _parse_datatype_json_value,
)
from pyrdd.sql.types.numbers import ByteType, DecimalType, DoubleType, FloatType, IntegerType, LongType, ShortType
from pyrdd.sql.types.row import (
    Row,
)
from pyrdd.sql.types.row import (
    _create_row as _create_row,
)
from pyrdd.sql.types.spatial import Geography, GeographyType, Geometry, GeometryType
from pyrdd.sql.types.struct import StructField, StructType
from pyrdd.sql.types.udt import UserDefinedType as UserDefinedType
from pyrdd.sql.types.variant import VariantType, VariantVal
from pyrdd.sql.types.verify import _make_type_verifier as _make_type_verifier

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

for _name in (*__all__, "UserDefinedType"):
    # the module that users import them from, which messages and pickles name
    globals()[_name].__module__ = __name__
