"""Which column a name means where several have it, and the names of columns that are made up."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException

V = "VALUES (10), (15)"
T = "VALUES (1, 2) t(a, b)"


def rows(spark: Any, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(text).collect()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"SELECT -col1 AS col1, col1 FROM {V} ORDER BY col1", [(-10, 10), (-15, 15)]),
        (f"SELECT -col1 AS col1, col1 + 1 AS col1 FROM {V} ORDER BY col1 DESC", [(-15, 16), (-10, 11)]),
        ("SELECT 1 AS a, 2 AS a FROM VALUES (1) t(a) GROUP BY a HAVING a > 0 ORDER BY a", [(1, 2)]),
        ("SELECT 1 AS a, 2 AS a FROM VALUES (1) t(a) GROUP BY a HAVING a > 1 ORDER BY a", []),
        ("SELECT max(b) AS a FROM VALUES (1, 2), (3, 1) t(a, b) GROUP BY a HAVING t.a > 0 ORDER BY a", [(1,), (2,)]),
        ("SELECT a FROM VALUES (1, 2), (2, 1) t(a, b) DISTRIBUTE BY b ORDER BY b", [(2,), (1,)]),
    ],
)
def test_a_name_of_several_output_columns_is_looked_for_in_their_input(spark: Any, text: str, expected: Any) -> None:
    assert rows(spark, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT b AS a, b + 1 AS a FROM VALUES (1) t(b) ORDER BY a",
        "SELECT a AS x, max(b) AS x FROM VALUES (1, 2), (3, 1) t(a, b) GROUP BY a ORDER BY x",
    ],
)
def test_what_is_in_no_input_either_is_unknown(spark: Any, text: str) -> None:
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN.WITH_SUGGESTION"):
        spark.sql(text)


def test_conditions_and_partitions_read_columns_that_the_select_list_dropped(spark: Any) -> None:
    df = spark.sql(f"SELECT * FROM {T}").select("a")
    assert df.filter("b > 1").collect() == df.repartition("b").collect() == [(1,)]


@pytest.mark.parametrize(
    ("item", "name", "value"),
    [
        ("(SELECT sum(z) FROM VALUES (1) q(z) WHERE z = b OR z = a OR z = b)", "scalarsubquery(b, a, b)", 1),
        ("EXISTS (SELECT a FROM VALUES (1) q(z) WHERE z = b OR z = a)", "exists(a, b, a)", True),
        ("a IN (SELECT a + z FROM VALUES (1) q(z) WHERE z = b)", "(a IN (listquery(a, b)))", False),
        ("(WITH q AS (SELECT t.a) SELECT * FROM q)", "scalarsubquery(a)", 1),
        ("(WITH q AS (SELECT t.a) SELECT b + a FROM q)", "scalarsubquery(a, b)", 3),
    ],
)
def test_names_of_subqueries_list_what_they_read_around_them(spark: Any, item: str, name: str, value: Any) -> None:
    df = spark.sql(f"SELECT {item} FROM {T}")
    assert (df.columns, df.collect()) == ([name], [(value,)])


def test_one_column_keeps_each_spelling_of_its_name(spark: Any) -> None:
    query = "WITH c AS (SELECT 1 AS id, 'test' AS X), d AS (SELECT id, X, x FROM c) SELECT * FROM d a JOIN d b ON a.id = b.id"
    assert spark.sql(query).columns == ["id", "X", "x", "id", "X", "x"]


def test_what_select_lists_left_out_is_found_from_the_nearest_on(spark: Any) -> None:
    df = spark.createDataFrame([(1, 2, 3), (4, 5, 6)], ["a", "b", "c"])
    twice = df.select("a").select("a")
    assert twice.filter("b > 2").collect() == twice.filter(df.b > 2).collect() == [(4,)]
    assert twice.orderBy(df.c.desc()).collect() == [(4,), (1,)]
    assert df.select("a").limit(1).filter("b > 2").collect() == []
    assert df.select((df.a + 1).alias("b"), "c").select("c").filter("b > 4").collect() == [(6,)]
    assert df.select("a").filter("a > 0").orderBy("b").collect() == [(1,), (4,)]


def test_groups_and_renamed_queries_hide_what_is_below(spark: Any) -> None:
    df = spark.createDataFrame([(1, 2)], ["a", "b"])
    for above in (df.groupBy("a").count(), df.select("a").alias("t").select("a")):
        with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN.WITH_SUGGESTION"):
            above.filter("b > 2")


S = "VALUES (1, named_struct('f1', 1, 's2', named_struct('f2', 2, 'f3', 3))) t(a, d)"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("* EXCEPT (d.f1)", "struct<a:int,d:struct<s2:struct<f2:int,f3:int>>>"),
        ("* EXCEPT (d.s2.f2)", "struct<a:int,d:struct<f1:int,s2:struct<f3:int>>>"),
        ("t.* EXCEPT (t.d.s2, a)", "struct<d:struct<f1:int>>"),
        ("d.* EXCEPT (s2)", "struct<f1:int>"),
        ("d.* EXCEPT (s2.f2)", "struct<f1:int,s2:struct<f3:int>>"),
        ("d.s2.* EXCEPT (f2)", "struct<f3:int>"),
    ],
)
def test_stars_without_fields_of_their_columns(spark: Any, items: str, expected: str) -> None:
    assert spark.sql(f"SELECT {items} FROM {S}").schema.simpleString() == expected


@pytest.mark.parametrize(
    ("excepted", "condition"),
    [("d, d.f1", "EXCEPT_OVERLAPPING_COLUMNS"), ("a, a", "EXCEPT_OVERLAPPING_COLUMNS"), ("z", "UNRESOLVED_COLUMN")],
)
def test_names_that_a_star_cannot_leave_out(spark: Any, excepted: str, condition: str) -> None:
    with pytest.raises(AnalysisException, match=condition):
        spark.sql(f"SELECT * EXCEPT ({excepted}) FROM {S}")


def test_both_keys_of_using_are_known_above_a_condition(spark: Any) -> None:
    joined = "VALUES ('a') t1(k) FULL OUTER JOIN VALUES ('b') t2(k) USING (k)"
    query = f"SELECT t1.k, t2.k, k FROM {joined} WHERE t1.k IS NULL OR t2.k IS NULL ORDER BY t2.k"
    assert rows(spark, query) == [("a", None, "a"), (None, "b", "b")]


def test_a_definition_may_have_the_name_of_the_view_that_it_replaces(spark: Any) -> None:
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW nums AS SELECT 1 AS x")
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW nums AS WITH nums AS (SELECT 7 AS x) SELECT * FROM nums")
    assert rows(spark, "SELECT * FROM nums") == [(7,)]
    with pytest.raises(AnalysisException, match="RECURSIVE_VIEW"):
        spark.sql("CREATE OR REPLACE TEMPORARY VIEW nums AS SELECT * FROM nums")
