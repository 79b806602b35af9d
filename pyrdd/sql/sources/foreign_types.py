"""Spark's types for what Arrow finds in a file."""

from __future__ import annotations

import pyarrow as pa

from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.errors import not_implemented
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
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
)

_TYPES = {
    pa.bool_(): BooleanType(),
    pa.int8(): ByteType(),
    pa.uint8(): ShortType(),
    pa.int16(): ShortType(),
    pa.uint16(): IntegerType(),
    pa.int32(): IntegerType(),
    pa.uint32(): LongType(),
    pa.int64(): LongType(),
    pa.uint64(): DecimalType(20, 0),
    pa.float16(): FloatType(),
    pa.float32(): FloatType(),
    pa.float64(): DoubleType(),
    pa.string(): StringType(),
    pa.large_string(): StringType(),
    pa.string_view(): StringType(),
    pa.date32(): DateType(),
    pa.null(): NullType(),
}

_BINARY = [
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
]


def spark_type(kind: pa.DataType, source: str, column: str, instant: bool, options: Options) -> DataType:
    """Spark's type of a column; ``instant`` says that naive timestamps in it are moments in UTC (Parquet's INT96)."""

    def inner(child: pa.DataType) -> DataType:
        return spark_type(child, source, column, instant, options)

    if kind in _TYPES:
        return _TYPES[kind]
    if pa.types.is_timestamp(kind):
        return TimestampType() if instant or kind.tz is not None else TimestampNTZType()
    if pa.types.is_decimal(kind):
        return DecimalType(kind.precision, kind.scale)
    if any(test(kind) for test in _BINARY):
        return StringType() if options.setting_flag("spark.sql.parquet.binaryAsString") else BinaryType()
    if pa.types.is_time(kind):
        return TimeType(6)
    if pa.types.is_dictionary(kind):
        return inner(kind.value_type)
    if pa.types.is_struct(kind):
        return StructType([StructField(kind.field(i).name, inner(kind.field(i).type)) for i in range(kind.num_fields)])
    if pa.types.is_map(kind):
        return MapType(inner(kind.key_type), inner(kind.item_type))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return ArrayType(inner(kind.value_type))
    raise not_implemented(f"The {source} type {kind} of the column {column}", "Leave the column out of the schema.")
