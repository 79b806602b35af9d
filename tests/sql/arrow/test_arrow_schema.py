"""Spark types to Arrow types and back."""

import pyarrow as pa
import pytest

from pyrdd.errors import PySparkTypeError, UnsupportedOperationException
from pyrdd.sql.arrow import from_arrow_schema, from_arrow_type, to_arrow_schema, to_arrow_type
from pyrdd.sql.types import (
    ArrayType,
    CharType,
    DataType,
    GeographyType,
    GeometryType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
    TimestampType,
    VariantType,
    YearMonthIntervalType,
)

EVERY = DataType.fromDDL(
    "b tinyint, s smallint, i int not null comment 'c', l bigint, f float, d double, e decimal(38,18), t string, "
    "u string collate UNICODE, c char(3), v varchar(4), x binary, o boolean, n date, ts timestamp, tn timestamp_ntz, "
    "t6 time, t9 time(9), t3 time(3), di interval day to second, dh interval hour, ym interval year to month, "
    "ci interval, w void, a array<array<char(2)>>, m map<string,interval month>, st struct<`a b`: variant, c: int>, "
    "g geometry(0), h geography(any), k struct<>"
)


def test_a_schema_survives_the_way_to_arrow_and_back():
    assert from_arrow_schema(to_arrow_schema(EVERY)) == EVERY


def test_nullability_inside_survives_too():
    schema = StructType([StructField("a", ArrayType(MapType(StringType(), LongType(), False), False), False)])
    assert from_arrow_schema(to_arrow_schema(schema)) == schema


@pytest.mark.parametrize(
    ("text", "arrow"),
    [
        ("timestamp", pa.timestamp("us", "UTC")),
        ("timestamp_ntz", pa.timestamp("us")),
        ("interval day to second", pa.duration("us")),
        ("interval year", pa.int32()),
        ("interval", pa.month_day_nano_interval()),
        ("time(6)", pa.time64("us")),
        ("time(9)", pa.time64("ns")),
        ("void", pa.null()),
        ("decimal(5,2)", pa.decimal128(5, 2)),
        ("map<string,int>", pa.map_(pa.string(), pa.int32())),
        ("variant", pa.struct([pa.field("value", pa.binary(), False), pa.field("metadata", pa.binary(), False)])),
    ],
)
def test_each_type_has_one_storage(text, arrow):
    assert to_arrow_type(DataType.fromDDL(text)) == arrow


def test_the_time_zone_of_timestamps_can_be_chosen_everywhere_inside():
    kind = to_arrow_type(DataType.fromDDL("array<struct<a: timestamp>>"), "Asia/Tokyo")
    assert kind.value_type.field("a").type == pa.timestamp("us", "Asia/Tokyo")


def test_types_that_spark_lacks_are_refused():
    with pytest.raises(PySparkTypeError) as caught:
        from_arrow_type(pa.uint8())
    assert caught.value.getCondition() == "UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION"


def test_equal_names_in_a_struct_are_refused_where_asked():
    schema = DataType.fromDDL("s struct<a: int, a: int>")
    assert to_arrow_schema(schema).field("s").type.num_fields == 2
    with pytest.raises(UnsupportedOperationException):
        to_arrow_schema(schema, error_on_duplicate_fields=True)


@pytest.mark.parametrize(
    ("arrow", "expected"),
    [
        (pa.large_string(), "StringType()"),
        (pa.string_view(), "StringType()"),
        (pa.dictionary(pa.int32(), pa.string()), "StringType()"),
        (pa.large_list(pa.int8()), "ArrayType(ByteType(), True)"),
        (pa.list_(pa.field("x", pa.int8(), False), 2), "ArrayType(ByteType(), False)"),
        (pa.timestamp("ns", "Asia/Tokyo"), "TimestampType()"),
        (pa.duration("s"), "DayTimeIntervalType(0, 3)"),
        (pa.time64("ns"), "TimeType(6)"),
        (pa.binary(3), "BinaryType()"),
    ],
)
def test_foreign_arrow_types_are_understood(arrow, expected):
    assert repr(from_arrow_type(arrow)) == expected


def test_timestamps_without_zone_are_ntz_unless_the_caller_prefers_otherwise():
    assert from_arrow_type(pa.timestamp("us"), prefer_timestamp_ntz=False) == TimestampType()


def test_tagged_structs_keep_their_meaning():
    for kind in (VariantType(), GeometryType("ANY"), GeographyType(4326)):
        assert from_arrow_type(to_arrow_type(kind)) == kind


def test_lengths_and_months_are_noted_where_arrow_has_no_word_for_them():
    schema = StructType().add("c", CharType(3)).add("y", YearMonthIntervalType(0, 0))
    assert [field.type for field in to_arrow_schema(schema)] == [pa.string(), pa.int32()]
    assert from_arrow_schema(to_arrow_schema(schema)) == schema
