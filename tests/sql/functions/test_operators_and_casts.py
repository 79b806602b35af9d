"""Arithmetic and casts give Spark's types and values. Expected values: PySpark 4.3."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from pyrdd.errors import ArithmeticException, NumberFormatException
from pyrdd.sql import SparkSession


@pytest.fixture
def spark(sc: Any) -> Any:
    return SparkSession(sc)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5 + 2.25", Decimal("3.75")),
        ("1.5 / 3", Decimal("0.500000")),
        ("cast(1 as decimal(38,18)) / cast(3 as decimal(38,18))", Decimal("0.333333")),
        ("-7 % 3", -1),
        ("pmod(-7, 3)", 2),
        ("7 div 2", 3),
        ("'1' + 2", 3),
        ("try_add(2147483647, 1)", None),
        ("try_divide(1, 0)", None),
        ("date'2020-01-31' + interval '1' month", datetime.date(2020, 2, 29)),
        ("cast(' 12 ' as int)", 12),
        ("try_cast('1.5' as int)", None),
        ("cast(1.005D as decimal(5, 2))", Decimal("1.01")),
        ("cast(1e10 as string)", "1.0E10"),
        ("cast(array(1, null) as string)", "[1, null]"),
    ],
)
def test_an_operation_has_the_value_that_spark_gives(spark: Any, text: str, value: Any) -> None:
    assert spark.sql(f"SELECT {text}").first()[0] == value


@pytest.mark.parametrize(
    ("text", "condition", "kind"),
    [
        ("2147483647 + 1", "ARITHMETIC_OVERFLOW", ArithmeticException),
        ("1 / 0", "DIVIDE_BY_ZERO", ArithmeticException),
        ("1 % 0", "REMAINDER_BY_ZERO", ArithmeticException),
        ("cast(300 as tinyint)", "CAST_OVERFLOW", ArithmeticException),
        ("cast('x' as int)", "CAST_INVALID_INPUT", NumberFormatException),
    ],
)
def test_what_does_not_fit_is_an_error(spark: Any, text: str, condition: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised:
        spark.sql(f"SELECT {text}").collect()
    assert raised.value.getCondition() == condition
