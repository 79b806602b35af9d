"""dropna, fillna, replace, and statistics. Expected values are PySpark's."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException, IllegalArgumentException, PySparkValueError
from pyrdd.sql.kernels.quantile_summary import QuantileSummary


def rows(df: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in df.collect()]


def test_dropna_counts_values_that_are_there(people: Any) -> None:
    assert rows(people.dropna()) == [(1, "a", 2.0)]
    assert people.dropna("all").count() == 2
    assert people.dropna(thresh=2).count() == 1
    with pytest.raises(AnalysisException):
        people.dropna(subset=["zz"])


def test_fillna_fills_columns_of_the_kind_of_the_value(people: Any) -> None:
    assert rows(people.fillna(0)) == [(1, "a", 2.0), (2, None, 0.0)]
    assert rows(people.fillna({"s": "x", "d": 7})) == [(1, "a", 2.0), (2, "x", 7.0)]
    assert people.fillna({"i": 5}).schema["i"].nullable is False


def test_replace_casts_to_the_column(people: Any) -> None:
    assert rows(people.replace({"a": None})) == [(1, None, 2.0), (2, None, None)]
    assert rows(people.replace(1, None)) == [(None, "a", 2.0), (2, None, None)]
    assert rows(people.na.replace([1, 2], [3.5, 4])) == [(3, "a", 4.0), (4, None, None)]
    with pytest.raises(PySparkValueError):
        people.replace({1: "x"})


def test_quantiles_and_frequent_items(people: Any) -> None:
    assert people.approxQuantile(["i", "d"], [0.1, 0.5, 0.9], 0.1) == [[1.0, 1.0, 2.0], [2.0, 2.0, 2.0]]
    assert people.filter("i < 0").approxQuantile("i", [0.5], 0.1) == []
    assert rows(people.freqItems(["i", "s"])) == [([1, 2], [None, "a"])]
    with pytest.raises(IllegalArgumentException):
        people.freqItems(["i"], 2.0)


def test_a_quantile_summary_stays_within_its_error() -> None:
    summary = QuantileSummary(0.01)
    summary.insert_all((i * 7919) % 100_003 for i in range(100_003))
    found = summary.compress().query([0.25, 0.5, 0.75])
    assert found is not None
    assert all(abs(value - share * 100_003) <= 1001 for value, share in zip(found, (0.25, 0.5, 0.75), strict=True))


def test_crosstab_counts_pairs(people: Any) -> None:
    assert [row.asDict() for row in people.crosstab("i", "s").sort("i_s").collect()] == [
        {"i_s": "1", "a": 1, "null": 0},
        {"i_s": "2", "a": 0, "null": 1},
    ]


def test_a_dictionary_of_aggregates_comes_in_the_order_of_java(people: Any) -> None:
    assert people.groupBy("s").agg({"i": "avg", "d": "max"}).columns == ["s", "max(d)", "avg(i)"]


def test_sums_of_strings_are_refused(people: Any) -> None:
    with pytest.raises(AnalysisException) as caught:
        people.groupBy("i").sum("s")
    assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_1323"
    assert people.groupBy("i").sum().columns == ["i", "sum(i)", "sum(d)"]


def test_grouped_data_shows_keys_and_columns(people: Any) -> None:
    assert repr(people.groupBy("i", "s")) == (
        "GroupedData[grouping expressions: [i, s], value: [i: bigint, s: string ... 1 more field], type: GroupBy]"
    )


def test_zip_index_and_transpose_go_by_position(spark: Any, people: Any) -> None:
    assert rows(people.select("i").zip(people.select("s"))) == [(1, "a"), (2, None)]
    assert rows(spark.range(5).zipWithIndex()) == [(i, i) for i in range(5)]
    turned = people.select("i", "d").transpose()
    assert turned.columns == ["key", "1", "2"]
    assert rows(turned) == [("d", 2.0, None)]
    with pytest.raises(AnalysisException) as caught:
        people.transpose()
    assert caught.value.getCondition() == "TRANSPOSE_NO_LEAST_COMMON_TYPE"
