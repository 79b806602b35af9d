"""Keys of GROUP BY are found in the select list, in HAVING and in ORDER BY however they are written there."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException

T = "VALUES (1, 1, 1), (2, 2, 2) AS t(a, b, c)"


def rows(spark: Any, text: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in spark.sql(text).collect()), key=repr)


@pytest.mark.parametrize(
    ("item", "key", "expected"),
    [
        ("a + b", "b + a", [(2, 1), (4, 2)]),
        ("b + 1 + a", "a + b + 1", [(3, 1), (5, 2)]),
        ("a * b", "b * a", [(1, 1), (4, 2)]),
        ("a & b", "b & a", [(1, 1), (2, 2)]),
        ("a = b", "b = a", [(True, 3)]),
        ("a <=> b", "b <=> a", [(True, 3)]),
        ("a < b", "b > a", [(False, 3)]),
        ("not a < b", "a >= b", [(True, 3)]),
        ("a = 1 and b = 2", "b = 2 and a = 1", [(False, 3)]),
        ("greatest(a, b)", "greatest(b, a)", [(1, 1), (2, 2)]),
        ("a in (1, 2)", "a in (2, 1)", [(True, 3)]),
    ],
)
def test_the_order_of_operands_does_not_matter(spark: Any, item: str, key: str, expected: Any) -> None:
    assert rows(spark, f"SELECT {item}, sum(c) FROM {T} GROUP BY {key}") == expected


def test_what_is_only_equal_by_arithmetic_is_no_key(spark: Any) -> None:
    with pytest.raises(AnalysisException, match="MISSING_AGGREGATION"):
        spark.sql(f"SELECT a - b, sum(c) FROM {T} GROUP BY -b + a")


def test_the_column_is_named_as_the_select_list_has_it(spark: Any) -> None:
    query = f"SELECT b + a, sum(c) FROM {T} GROUP BY a + b HAVING b + a > 2 ORDER BY b + a"
    assert (spark.sql(query).columns, rows(spark, query)) == (["(b + a)", "sum(c)"], [(4, 2)])


def test_grouping_sets_of_one_key_in_two_spellings(spark: Any) -> None:
    query = f"SELECT a + b, b, sum(c) FROM {T} GROUP BY GROUPING SETS ((a + b), (b + a), (b))"
    assert rows(spark, query) == [
        (2, None, 1), (2, None, 1), (4, None, 2), (4, None, 2), (None, 1, 1), (None, 2, 2),
    ]  # fmt: skip


def test_keys_of_grouping_sets_have_the_names_that_their_columns_would_have(spark: Any) -> None:
    query = "SELECT a FROM VALUES (1, 3), (2, 1) t(a, d) GROUP BY CUBE(a, d + 1) HAVING `(d + 1)` > 2"
    assert rows(spark, query) == [(1,), (None,)]
    plain = "SELECT a FROM VALUES (1, 3), (2, 1) t(a, d) GROUP BY a, d + 1 HAVING `(d + 1)` > 2"
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN.WITH_SUGGESTION"):
        spark.sql(plain)


def test_a_correlated_subquery_may_be_a_key(spark: Any) -> None:
    query = (
        f"SELECT cast(EXISTS (SELECT a FROM range(2) r WHERE r.id = t.c) AS int) AS found, count(*) FROM {T} "
        "GROUP BY cast(EXISTS (SELECT a FROM range(2) r WHERE r.id = t.c) AS int)"
    )
    assert rows(spark, query) == [(0, 1), (1, 1)]


def test_group_by_all_cannot_tell_what_a_correlated_subquery_beside_an_aggregate_reads(spark: Any) -> None:
    with pytest.raises(AnalysisException, match="UNRESOLVED_ALL_IN_GROUP_BY"):
        spark.sql(f"SELECT (SELECT count(*) FROM range(3) r WHERE r.id = t.a) + count(c) FROM {T} GROUP BY ALL")


@pytest.mark.parametrize(
    "values",
    [
        "(array(map(1, 2, 2, 3), map(1, 3))), (array(map(2, 3), map(1, 3))), (array(map(2, 3, 1, 2), map(1, 3)))",
        "(named_struct('b', map(1, 2, 2, 3))), (named_struct('b', map(1, 3))), (named_struct('b', map(2, 3, 1, 2)))",
        "(map(1, map(1, 2), 2, map(2, 3, 1, 2))), (map(2, map(1, 2, 2, 3), 1, map(1, 2))), (map(1, map(1, 2), 2, map(2, 4)))",
        "(map('a', array(map(1, 0.0D)))), (map('a', array(map(1, -0.0D)))), (map('a', array(map(1, 1D))))",
    ],
)
def test_maps_are_equal_in_any_order_at_any_depth(spark: Any, values: str) -> None:
    assert rows(spark, f"SELECT count(*) FROM VALUES {values} AS t(a) GROUP BY a") == [(1,), (2,)]
    table = spark.sql(f"SELECT * FROM VALUES {values} AS t(a)").repartition(3)
    assert sorted(table.groupBy("a").count().select("count").collect()) == [(1,), (2,)]
    assert table.distinct().count() == 2


def test_variants_inside_of_keys_are_refused(spark: Any) -> None:
    with pytest.raises(AnalysisException, match="GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE"):
        spark.sql("SELECT count(*) FROM VALUES (map(1, parse_json('1'))) t(a) GROUP BY a")
