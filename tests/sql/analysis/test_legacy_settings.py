"""Settings that bring back older behaviour: exact decimals, character sets and their errors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pyrdd.errors import AnalysisException, ArithmeticException, IllegalArgumentException, SparkRuntimeException

EXACT = "cast(1 as decimal({})) {} cast(3 as decimal({}))"


@pytest.fixture
def exact(spark: Any) -> Any:
    spark.conf.set("spark.sql.decimalOperations.allowPrecisionLoss", "false")
    return spark


@pytest.mark.parametrize(
    ("left", "operator", "right", "kind", "value"),
    [
        ("38,18", "*", "38,18", "decimal(38,36)", "3.000000000000000000000000000000000000"),
        ("38,18", "+", "38,18", "decimal(38,18)", "4.000000000000000000"),
        ("38,10", "-", "38,20", "decimal(38,20)", "-2.00000000000000000000"),
        ("38,10", "/", "38,18", "decimal(38,18)", "0.333333333333333333"),
        ("20,15", "/", "20,15", "decimal(38,26)", "0.33333333333333333333333333"),
        ("3,2", "/", "2,1", "decimal(8,6)", "0.333333"),
        ("38,18", "%", "20,2", "decimal(36,18)", "1.000000000000000000"),
        ("20,10", "*", "20,10", "decimal(38,20)", "3.00000000000000000000"),
    ],
)
def test_decimals_that_may_not_lose_digits(
    exact: Any, left: str, operator: str, right: str, kind: str, value: str
) -> None:
    df = exact.sql(f"SELECT {EXACT.format(left, operator, right)}")
    assert (df.dtypes[0][1], str(df.first()[0])) == (kind, value)


def test_what_does_not_fit_then_is_an_error_or_null(exact: Any) -> None:
    query = "SELECT 10.300000000000000000 * 3.0000000000000000000"
    with pytest.raises(ArithmeticException, match="NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"):
        exact.sql(query).collect()
    exact.conf.set("spark.sql.ansi.enabled", "false")
    assert exact.sql(query).first()[0] is None
    exact.conf.set("spark.sql.decimalOperations.allowPrecisionLoss", "true")
    assert exact.sql(query).first()[0] == Decimal("30.9")


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("encode('é€', 'windows-1252')", b"\xe9\x80"),
        ("decode(X'80ff', 'WINDOWS-1252')", "€ÿ"),
        ("encode('日本', 'Shift_JIS')", b"\x93\xfa\x96{"),
        ("decode(X'93fa967b', 'sjis')", "日本"),
        ("encode('я', 'KOI8-R')", b"\xd1"),
        ("encode('a', 'latin1')", b"a"),
    ],
)
def test_all_character_sets_if_the_setting_allows_them(spark: Any, call: str, value: Any) -> None:
    with pytest.raises(IllegalArgumentException, match="INVALID_PARAMETER_VALUE.CHARSET"):
        spark.sql(f"SELECT {call}").collect()
    spark.conf.set("spark.sql.legacy.javaCharsets", "true")
    df = spark.sql(f"SELECT {call}")
    assert (df.columns[0][:6], df.first()[0]) == (call[:6], value)
    with pytest.raises(IllegalArgumentException, match="INVALID_PARAMETER_VALUE.CHARSET"):
        spark.sql("SELECT encode('a', 'rot13')").collect()


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("encode('渭城', 'US-ASCII')", b"??"),
        ("encode('😀', 'ISO-8859-1')", b"?"),
        ("decode(X'e58a', 'UTF-8')", "\ufffd"),
        ("decode(X'00', 'UTF-16')", "\ufffd"),
        ("decode(X'd8003d', 'utf-16be')", "\ufffd"),
    ],
)
def test_characters_that_are_not_there_are_replaced_if_the_setting_says_so(spark: Any, call: str, value: Any) -> None:
    with pytest.raises(SparkRuntimeException, match="MALFORMED_CHARACTER_CODING"):
        spark.sql(f"SELECT {call}").collect()
    spark.conf.set("spark.sql.legacy.codingErrorAction", "true")
    assert spark.sql(f"SELECT {call}").first()[0] == value


def test_set_operations_in_turn_if_the_setting_says_so(spark: Any) -> None:
    query = "VALUES (1), (2) EXCEPT VALUES (1) UNION ALL VALUES (3) INTERSECT VALUES (2)"
    assert [row[0] for row in spark.sql(query).collect()] == [2]
    query = "VALUES (1), (3) UNION ALL VALUES (3) INTERSECT VALUES (3)"
    assert sorted(row[0] for row in spark.sql(query).collect()) == [1, 3, 3]
    spark.conf.set("spark.sql.legacy.setopsPrecedence.enabled", "true")
    assert [row[0] for row in spark.sql(query).collect()] == [3]
    assert sorted(row[0] for row in spark.sql(query.replace("ALL ", "ALL (") + ")").collect()) == [1, 3, 3]


def test_positions_in_order_by_may_count_the_columns_that_it_adds(spark: Any) -> None:
    query = "SELECT a FROM VALUES (1, 2), (2, 1) t(a, b) ORDER BY 2, b"
    with pytest.raises(AnalysisException, match="ORDER_BY_POS_OUT_OF_RANGE"):
        spark.sql(query)
    spark.conf.set("spark.sql.prioritizeOrdinalResolutionInSort.enabled", "false")
    assert spark.sql(query).collect() == [(2,), (1,)]
    with pytest.raises(AnalysisException, match="ORDER_BY_POS_OUT_OF_RANGE"):
        spark.sql("SELECT a FROM VALUES (1, 2), (2, 1) t(a, b) ORDER BY a, 2")
