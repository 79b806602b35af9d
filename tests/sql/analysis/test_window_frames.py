"""Bounds of frames: which are refused, in which order the checks come, and the parameters of the errors."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException

V = "VALUES (1, DATE'2020-01-01', TIMESTAMP'2020-01-01 00:00:00', 'x', 1.5D) t(a, d, ts, s, f)"


def window(order: str, frame: str) -> str:
    return f"SELECT sum(a) OVER (ORDER BY {order} {frame}) FROM {V}"


@pytest.mark.parametrize(
    ("bounds", "lower", "upper"),
    [
        ("UNBOUNDED FOLLOWING AND 1 FOLLOWING", "UNBOUNDED FOLLOWING", "1"),
        ("1 PRECEDING AND UNBOUNDED PRECEDING", "(- 1)", "UNBOUNDED PRECEDING"),
        ("CURRENT ROW AND UNBOUNDED PRECEDING", "CURRENT ROW", "UNBOUNDED PRECEDING"),
    ],
)
def test_a_frame_cannot_begin_at_its_end(spark: Any, bounds: str, lower: str, upper: str) -> None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql(window("a", f"ROWS BETWEEN {bounds}"))
    assert caught.value.getCondition() == "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND"
    assert caught.value.getMessageParameters() == {
        "sqlExpr": f'"ROWS BETWEEN {bounds}"', "lower": f'"{lower}"', "upper": f'"{upper}"',
    }  # fmt: skip


@pytest.mark.parametrize(
    ("order", "bound", "condition"),
    [
        ("d", "interval '1 2' day to hour PRECEDING", "RANGE_FRAME_INVALID_TYPE"),
        ("d", "interval '2' hour PRECEDING", "RANGE_FRAME_INVALID_TYPE"),
        ("d", "2L PRECEDING", "RANGE_FRAME_INVALID_TYPE"),
        ("d", "DATE'2020-01-01' FOLLOWING", "SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE"),
        ("ts", "2 PRECEDING", "RANGE_FRAME_INVALID_TYPE"),
        ("s", "2 PRECEDING", "SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE"),
        ("true", "1 PRECEDING", "SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE"),
        ("a, d", "1 PRECEDING", "RANGE_FRAME_MULTI_ORDER"),
        ("a", "BETWEEN 2 FOLLOWING AND 1 FOLLOWING", "SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON"),
        (
            "ts",
            "BETWEEN interval '1' day PRECEDING AND interval 1 month FOLLOWING",
            "SPECIFIED_WINDOW_FRAME_DIFF_TYPES",
        ),
    ],
)
def test_ranges_that_do_not_fit_the_key(spark: Any, order: str, bound: str, condition: str) -> None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql(window(order, f"RANGE {bound}"))
    assert caught.value.getCondition() == f"DATATYPE_MISMATCH.{condition}"


@pytest.mark.parametrize(
    ("order", "bound", "shown"),
    [
        ("d", "interval '1' day PRECEDING", "INTERVAL '1' DAY PRECEDING"),
        ("d", "interval 1 month PRECEDING", "INTERVAL '1' MONTH PRECEDING"),
        ("d", "2 PRECEDING", "2 PRECEDING"),
        ("ts", "interval '2' hour PRECEDING", "INTERVAL '02' HOUR PRECEDING"),
        ("f", "1 PRECEDING", "(- 1) FOLLOWING"),
        ("a", "1.5 PRECEDING", "(- 1.5) FOLLOWING"),
    ],
)
def test_ranges_that_fit(spark: Any, order: str, bound: str, shown: str) -> None:
    df = spark.sql(window(order, f"RANGE {bound}"))
    assert f"RANGE BETWEEN {shown} AND CURRENT ROW" in df.columns[0]
    assert df.collect() == [(1,)]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("sum(a) OVER (ORDER BY a / 2)", [1, 3, 6]),
        ("count(*) OVER (PARTITION BY a % 2 = 0)", [1, 2, 2]),
        ("sum(a) OVER (ORDER BY a / 2 DESC ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)", [1, 3, 6]),
        ("sum(a) OVER (PARTITION BY element_at(array(a, 0), 2) ORDER BY 1 / a DESC)", [1, 3, 6]),
        ("sum(rank() OVER (ORDER BY a / 2)) OVER (ORDER BY 6 / a DESC)", [1, 3, 6]),
    ],
)
def test_keys_may_be_expressions_that_can_fail(spark: Any, item: str, expected: list[int]) -> None:
    assert sorted(row[0] for row in spark.sql(f"SELECT {item} FROM VALUES (1), (2), (3) t(a)").collect()) == expected


def test_rows_are_not_ordered_by_a_window(spark: Any) -> None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql("SELECT a FROM VALUES (1, 3), (2, 2), (3, 1) t(a, b) ORDER BY rank() OVER (ORDER BY b)")
    assert caught.value.getMessageParameters() == {
        "operator": "Sort",
        "invalidExprSqls": (
            '"RANK() OVER (ORDER BY b ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"'
        ),
    }
