"""Times as numbers, buckets, counters, codes, random orders: the values are PySpark's."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from pyrdd.errors import PySparkException
from pyrdd.sql import SparkSession


@pytest.fixture
def spark(sc: Any) -> Any:
    return SparkSession(sc)


CASES = [
    ("time_to_micros(time_from_seconds(1.1234567))", 1123456),
    ("time_to_micros(time_from_millis(52200500))", 52200500000),
    ("time_to_seconds(time'14:30:00.5')", Decimal("52200.500000")),
    ("time_diff('minute', time'21:08:15.5', time'13:30:28')", -457),
    ("cast(time_trunc('millisecond', time'13:08:15.123456') as string)", "13:08:15.123"),
    ("time_bucket(interval '15' minute, timestamp_ntz'2024-01-01 11:27:00', timestamp_ntz'1970-01-01 00:05:00')",
     datetime(2024, 1, 1, 11, 20)),
    ("time_bucket(interval '2' month, timestamp_ntz'2024-02-11 11:27:00')", datetime(2024, 1, 1)),
    ("time_bucket(interval '1' month, timestamp_ntz'2024-02-29 11:27:00', timestamp_ntz'2024-01-31 12:00:00')",
     datetime(2024, 1, 31, 12)),
    ("hex(hmac('key', 'msg', 'SHA1'))", "102900B72B7BF1031EEC76B4804B66052376896B"),
    ("randstr(5, 0)", "ceV0P"),
    ("shuffle(array(1, 20, 3, 5), 0)", [5, 1, 20, 3]),
    ("to_json(variant_insert(parse_json('{\"a\":1}'), '$.c[1]', 3))", '{"a":1,"c":[null,3]}'),
    ("to_csv(named_struct('a', map(1, 2), 'b', named_struct('x', 1, 'y', 'q')))", '{1 -> 2},"{1, q}"'),
    ("to_json(map(named_struct('x', 1), 2))", '{"[1]":2}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CASES)
def test_a_function_has_the_value_that_spark_gives(spark: Any, text: str, value: Any) -> None:
    assert spark.sql(f"SELECT {text}").first()[0] == value


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("time_from_seconds(86400)", "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION"),
        ("time_from_millis(1.5)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
        ("time_diff('DAY', time'13:08:15', time'21:30:28')", "INVALID_PARAMETER_VALUE.TIME_UNIT"),
        ("time_bucket(interval '0' day, timestamp'2024-03-10 23:27:00')", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
        ("hmac('key', 'msg', 'foo')", "INVALID_PARAMETER_VALUE.HMAC_ALGORITHM"),
        ("randstr(-1, 0)", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
        ("variant_set(parse_json('{\"a\":[1]}'), '$.a.e', 3)", "VARIANT_PATH_TYPE_MISMATCH"),
        ("ceil(2.5, null)", "NON_FOLDABLE_ARGUMENT"),
    ],
)
def test_what_does_not_fit_is_an_error_of_spark(spark: Any, text: str, condition: str) -> None:
    with pytest.raises(PySparkException) as failure:
        spark.sql(f"SELECT {text}").collect()
    assert failure.value.getCondition() == condition


def test_a_counter_counts_from_the_last_value_that_was_there(spark: Any) -> None:
    rows = spark.sql("SELECT counter_diff(x) OVER (ORDER BY o) d FROM VALUES (1,1),(null,2),(5,3),(7,4),(3,5) t(x,o)")
    assert [row.d for row in rows.collect()] == [None, None, 4, 2, None]


def test_vectors_with_nulls_do_not_count(spark: Any) -> None:
    rows = spark.sql("SELECT vector_sum(v) s, vector_avg(v) m FROM VALUES (array(1f,2f)),(null),(array(3f,4f)) t(v)")
    assert rows.first() == ([4.0, 6.0], [2.0, 3.0])
