"""Literals: values and types as Spark's parser gives them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from pyrdd.errors import ParseException
from pyrdd.sql import types as t
from pyrdd.sql.expressions import Cast, Literal, UnresolvedFunction
from pyrdd.sql.parser import parse_expression, parse_type

VALUES: list[tuple[str, Any, t.DataType]] = [
    ("1", 1, t.IntegerType()),
    ("-1", -1, t.IntegerType()),
    ("- 1", -1, t.IntegerType()),
    ("99999999999", 99999999999, t.LongType()),
    ("99999999999999999999", Decimal("99999999999999999999"), t.DecimalType(20, 0)),
    ("1L", 1, t.LongType()),
    ("-9223372036854775808L", -(2**63), t.LongType()),
    ("-128Y", -128, t.ByteType()),
    ("7s", 7, t.ShortType()),
    ("1.50", Decimal("1.50"), t.DecimalType(3, 2)),
    (".5", Decimal("0.5"), t.DecimalType(1, 1)),
    ("1.", Decimal(1), t.DecimalType(1, 0)),
    ("-0.0", Decimal("0.0"), t.DecimalType(1, 1)),
    ("1e3", 1000.0, t.DoubleType()),
    (".5e2", 50.0, t.DoubleType()),
    ("1.5D", 1.5, t.DoubleType()),
    ("2F", 2.0, t.FloatType()),
    ("1.5BD", Decimal("1.5"), t.DecimalType(2, 1)),
    ("1e3BD", Decimal(1000), t.DecimalType(4, 0)),
    ("true", True, t.BooleanType()),
    ("NULL", None, t.NullType()),
    ("X'1F'", b"\x1f", t.BinaryType()),
    ("x'abc'", b"\x0a\xbc", t.BinaryType()),
    ("DATE'2020-02-29'", datetime.date(2020, 2, 29), t.DateType()),
    ("date '2020'", datetime.date(2020, 1, 1), t.DateType()),
    ("TIMESTAMP'1970-01-01 00:00:01'", 1_000_000, t.TimestampType()),
    ("TIMESTAMP'1970-01-01 01:00:00+01:00'", 0, t.TimestampType()),
    ("TIMESTAMP_NTZ'1970-01-02'", 86_400_000_000, t.TimestampNTZType()),
    ("TIME'01:02:03.5'", datetime.time(1, 2, 3, 500000), t.TimeType(6)),
    ("DATE 'epoch'", datetime.date(1970, 1, 1), t.DateType()),
    ("INTERVAL 1 WEEK", 7 * 86_400_000_000, t.DayTimeIntervalType(0, 0)),
    ("INTERVAL 1 DAY 2 HOURS", 26 * 3_600_000_000, t.DayTimeIntervalType(0, 1)),
    ("INTERVAL '1-2' YEAR TO MONTH", 14, t.YearMonthIntervalType(0, 1)),
    ("INTERVAL '1 day'", 86_400_000_000, t.DayTimeIntervalType(0, 0)),
    ("INTERVAL 1 MILLISECOND", 1000, t.DayTimeIntervalType(3, 3)),
    ("INTERVAL '-1' YEAR", -12, t.YearMonthIntervalType(0, 0)),
    ("INTERVAL -'1' DAY", -86_400_000_000, t.DayTimeIntervalType(0, 0)),
    ("INTERVAL '1 02:03:04.5' DAY TO SECOND", 93_784_500_000, t.DayTimeIntervalType(0, 3)),
]


@pytest.mark.parametrize(("text", "value", "data_type"), VALUES)
def test_a_literal_has_its_value_and_its_type(text: str, value: Any, data_type: t.DataType) -> None:
    assert parse_expression(text) == Literal(value, data_type)


STRINGS = [
    ("'a' 'b'", "ab"),
    ("'It''s'", "It's"),
    ('"It\'s"', "It's"),
    ("'a\\'b'", "a'b"),
    (r"r'a\nb'", "a\\nb"),
    ('R"\\"', "\\"),
    (r"'\u0041\U0001F600\101'", "A\U0001f600A"),
    (r"'\n\t\r\b\0\Z'", "\n\t\r\b\0\x1a"),
    (r"'\%\_\x\''", "\\%\\_x'"),
    ("'two\nlines'", "two\nlines"),
]


@pytest.mark.parametrize(("text", "value"), STRINGS)
def test_a_string_has_its_escapes_read(text: str, value: str) -> None:
    assert parse_expression(text) == Literal(value, t.StringType())


def test_a_legacy_setting_makes_doubled_quotes_two_strings() -> None:
    legacy = {"spark.sql.legacy.consecutiveStringLiterals.enabled": "true"}
    assert parse_expression("'It''s'", legacy) == Literal("Its", t.StringType())


def test_days_relative_to_today_are_computed_when_the_query_runs() -> None:
    assert parse_expression("DATE 'today'") == UnresolvedFunction(("current_date",), ())
    assert parse_expression("TIMESTAMP 'now'") == UnresolvedFunction(("current_timestamp",), ())


def test_a_timestamp_follows_the_time_zone_and_the_type_of_the_session() -> None:
    berlin = {"spark.sql.session.timeZone": "Europe/Berlin"}
    assert parse_expression("TIMESTAMP '1970-01-01 01:00:00'", berlin) == Literal(0, t.TimestampType())
    ntz = {"spark.sql.timestampType": "TIMESTAMP_NTZ"}
    assert parse_expression("TIMESTAMP '1970-01-01'", ntz) == Literal(0, t.TimestampNTZType())


TYPES = [
    ("int", "int"), ("BIGINT", "bigint"), ("dec(5)", "decimal(5,0)"), ("numeric", "decimal(10,0)"), ("long", "bigint"),
    ("varchar(5)", "varchar(5)"), ("char(3)", "char(3)"), ("array<map<string, int>>", "array<map<string,int>>"),
    ("struct<a: int, `b c`: array<double>>", "struct<a:int,b c:array<double>>"), ("struct<>", "struct<>"),
    ("interval day to second", "interval day to second"), ("interval month", "interval month"),
    ("interval", "interval"), ("timestamp without time zone", "timestamp_ntz"), ("time(3)", "time(3)"),
    ("variant", "variant"), ("void", "void"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "simple"), TYPES)
def test_a_type_is_the_one_that_it_names(text: str, simple: str) -> None:
    assert parse_type(text).simpleString() == simple


def test_fields_of_structs_keep_nullability_and_comments() -> None:
    found = parse_type("STRUCT<a INT NOT NULL COMMENT 'x'>")
    assert found == t.StructType([t.StructField("a", t.IntegerType(), False, {"comment": "x"})])


def test_casts_say_how_they_fail() -> None:
    assert parse_expression("TRY_CAST(1 AS STRING)") == Cast(parse_expression("1"), t.StringType(), "try")
    assert parse_expression("1 :: STRING") == Cast(parse_expression("1"), t.StringType(), "ansi")


def test_a_day_that_does_not_exist_is_no_literal() -> None:
    with pytest.raises(ParseException) as caught:
        parse_expression("DATE '2021-02-29'")
    assert caught.value.getCondition() == "INVALID_TYPED_LITERAL"
    assert caught.value.getMessageParameters() == {"valueType": '"DATE"', "value": "'2021-02-29'"}
