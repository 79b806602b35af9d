"""Hashes of SQL values; the expected values are the real Spark's answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pyrdd.sql.kernels.hashes import crc32, hash_values, xxhash64_values
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)

CASES: list[tuple[Any, Any, int, int]] = [(1, IntegerType(), -559580957, -6698625589789238999),
 (-1, IntegerType(), -1604776387, 2017008487422258757),
 (5, LongType(), 1607884268, 6251837290343458373),
 (-5, LongType(), 424949597, -5259934538394028452),
 (None, IntegerType(), 42, 42),
 (True, BooleanType(), -559580957, -6698625589789238999),
 (3, ByteType(), -1823081949, 6258084186791473711),
 (-3, ShortType(), -1573329414, 1399955818750051488),
 (1.5, DoubleType(), 1290763749, 7738255526519901366),
 (-0.0, DoubleType(), -1670924195, -5252525462095825812),
 (0.0, DoubleType(), -1670924195, -5252525462095825812),
 (float('nan'), DoubleType(), -1281358385, -3127944061524951246),
 (1.5, FloatType(), -221251528, 6163473420726370430),
 (float('nan'), FloatType(), -349261430, 2692338816207849720),
 ('Spark', StringType(), 228093765, -4294468057691064905),
 ('', StringType(), 142593372, -7444071767201028348),
 ('héllo wörld €', StringType(), 1249391366, -4679696128976694817),
 ('abcdefgabcdefgabcdefgabcdefgabcdefgabcdefgabcdefgabcdefgabcdefg',
  StringType(),
  623734678,
  5800098253713970801),
 (b'\x00\xff\x80', BinaryType(), -2052482636, 7869338589911211550),
 (18262, DateType(), -725858435, 2299834470729022467),
 (1577836800000000, TimestampType(), -1486022740, 7881863312764026046),
 (1577836800000000, TimestampNTZType(), -1486022740, 7881863312764026046),
 (Decimal('1.50'), DecimalType(3,2), -2056712946, -6873856301616164681),
 (Decimal('-1.5'), DecimalType(2,1), 1243247839, 5419925454361824573),
 (Decimal('12345678901234567890.12'), DecimalType(30,2), -2030013727, 4252983850546716758),
 (Decimal('-1'), DecimalType(38,10), 1628110857, 8632574043661361134),
 (Decimal('128'), DecimalType(38,0), -544401882, 6715097930120473301),
 ([1, 2, None], ArrayType(IntegerType(), True), -222940379, -8133857028838179022),
 ((1, 'x'),
  StructType([StructField('a', IntegerType(), True), StructField('b', StringType(), True)]),
  -1305545736,
  8510603489595372987),
 (14, YearMonthIntervalType(0, 1), 335551368, -3715488255824917081),
 (93784000000, DayTimeIntervalType(0, 3), 1431373363, 4873107316074688783)]  # fmt: skip


@pytest.mark.parametrize(("value", "data_type", "murmur3", "xxhash"), CASES)
def test_a_value_has_sparks_hashes(value: Any, data_type: Any, murmur3: int, xxhash: int) -> None:
    assert hash_values([value], [data_type]) == murmur3
    assert xxhash64_values([value], [data_type]) == xxhash


def test_columns_are_hashed_one_into_the_other() -> None:
    values, types = [case[0] for case in CASES], [case[1] for case in CASES]
    assert hash_values(values, types) == 1398910988
    assert xxhash64_values(values, types) == 8744516500560594854


def test_crc32() -> None:
    assert crc32(b"Spark") == 1557323817


def test_columns_hash_as_their_values_do() -> None:
    pa = pytest.importorskip("pyarrow")
    hash_columns = pytest.importorskip("pyrdd.sql.kernels.hash_columns")
    columns = {
        "int": [1, None, -7, 2**31 - 1],
        "bigint": [5, -5, None, 2**62],
        "double": [1.5, -0.0, float("nan"), None],
        "string": ["", "héllo wörld €", None, "abcdefgh"],
        "boolean": [True, False, None, True],
    }
    types = [pa.int32(), pa.int64(), pa.float64(), pa.string(), pa.bool_()]
    arrays = [pa.array(values, kind) for values, kind in zip(columns.values(), types, strict=True)]
    sql = [IntegerType(), LongType(), DoubleType(), StringType(), BooleanType()]
    expected = [hash_values(row, sql) % 7 for row in zip(*columns.values(), strict=True)]
    assert hash_columns.partition_ids(arrays, 7).tolist() == expected
    sliced = hash_columns.partition_ids([array.slice(1, 2) for array in arrays], 7)
    assert sliced.tolist() == expected[1:3]


def test_columns_of_dates_and_timestamps_hash_as_their_values_do() -> None:
    pa = pytest.importorskip("pyarrow")
    hash_columns = pytest.importorskip("pyrdd.sql.kernels.hash_columns")
    days, micros = [0, None, -1, 18262], [None, 0, -1, 1577836800000000]
    arrays = [pa.array(days, pa.date32()), pa.array(micros, pa.timestamp("us"))]
    expected = [hash_values(row, [DateType(), TimestampType()]) % 5 for row in zip(days, micros, strict=True)]
    assert hash_columns.partition_ids(arrays, 5).tolist() == expected
