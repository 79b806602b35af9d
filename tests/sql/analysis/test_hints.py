"""Hints act, are checked, and are told to the log where they mean nothing; what Spark does with each is recorded here."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from pyrdd.errors import AnalysisException, IllegalArgumentException, ParseException


@pytest.fixture
def hinted(spark: Any) -> Any:
    spark.conf.set("spark.sql.shuffle.partitions", "7")
    spark.conf.set("spark.sql.adaptive.enabled", "false")
    spark.range(0, 20, 1, 2).selectExpr("id AS a", "id % 3 AS b").createOrReplaceTempView("t")
    spark.range(0, 20, 1, 2).selectExpr("id AS a", "id % 3 AS c").createOrReplaceTempView("u")
    return spark


def partitions(df: Any) -> int:
    return int(df.rdd.getNumPartitions())


def join_of(df: Any) -> str:
    """The join in the optimised plan, without the numbers of columns."""
    text = re.sub(r"#\d+", "", df._execution.explain("cost").split("== Physical Plan ==")[0])
    found = re.search(r"Join .*?(?=, Statistics)", text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("hint", "count"),
    [
        ("REPARTITION", 7),
        ("REPARTITION(3)", 3),
        ("REPARTITION(a)", 7),
        ("REPARTITION('a')", 7),
        ("repartition(3, a, b)", 3),
        ("COALESCE(1)", 1),
        ("COALESCE(5)", 2),
        ("REPARTITION_BY_RANGE(3)", 3),
        ("REPARTITION_BY_RANGE(a)", 7),
        ("REPARTITION_BY_RANGE(3, a)", 3),
        ("REBALANCE(3)", 2),
        ("COALESCE(2), REPARTITION(5)", 2),
        ("REPARTITION(5), COALESCE(2)", 5),
    ],
)
def test_hints_of_partitions_move_rows(hinted: Any, hint: str, count: int) -> None:
    df = hinted.sql(f"SELECT /*+ {hint} */ * FROM t")
    assert partitions(df) == count
    assert sorted(row.a for row in df.collect()) == list(range(20))


def test_adaptive_queries_are_rebalanced(hinted: Any) -> None:
    hinted.conf.set("spark.sql.adaptive.enabled", "true")
    df = hinted.sql("SELECT /*+ REBALANCE(3, a) */ * FROM t")
    assert "RepartitionBy" in df._execution.explain("cost")
    assert sorted(row.a for row in df.collect()) == list(range(20))


def test_ranges_are_in_order(hinted: Any) -> None:
    parts = hinted.table("t").hint("repartition_by_range", 3, "a").rdd.map(lambda row: row.a).glom().collect()
    assert [value for part in parts for value in sorted(part)] == list(range(20))


def test_rows_can_be_ordered_by_columns_below_a_hint(hinted: Any) -> None:
    query = "SELECT /*+ REPARTITION(3) */ a FROM t WHERE a < 4 ORDER BY b, a"
    assert [row.a for row in hinted.sql(query).collect()] == [0, 3, 1, 2]


@pytest.mark.parametrize(
    ("hint", "condition", "parameters"),
    [
        ("REPARTITION(a, 3)", "_LEGACY_ERROR_TEMP_1047", {"hintName": "REPARTITION", "invalidParams": '"3"'}),
        ("REPARTITION(3, 4)", "_LEGACY_ERROR_TEMP_1047", {"hintName": "REPARTITION", "invalidParams": '"4"'}),
        ("COALESCE", "_LEGACY_ERROR_TEMP_1048", {"hintName": "COALESCE"}),
        ("COALESCE(a)", "_LEGACY_ERROR_TEMP_1048", {"hintName": "COALESCE"}),
        ("COALESCE(2, 3)", "_LEGACY_ERROR_TEMP_1048", {"hintName": "COALESCE"}),
        (
            "BROADCAST(3)",
            "_LEGACY_ERROR_TEMP_1046",
            {"unsupported": '"3"', "class": "class org.apache.spark.sql.catalyst.expressions.Literal"},
        ),
    ],
)
def test_parameters_are_checked(hinted: Any, hint: str, condition: str, parameters: dict[str, str]) -> None:
    with pytest.raises(AnalysisException) as caught:
        hinted.sql(f"SELECT /*+ {hint} */ * FROM t")
    assert (caught.value.getCondition(), caught.value.getMessageParameters()) == (condition, parameters)


def test_other_errors_of_parameters(hinted: Any) -> None:
    with pytest.raises(IllegalArgumentException, match="positive"):
        hinted.sql("SELECT /*+ REPARTITION(0) */ * FROM t")
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN.WITH_SUGGESTION"):
        hinted.sql("SELECT /*+ REPARTITION(zz) */ * FROM t")
    with pytest.raises(ParseException, match="PARSE_SYNTAX_ERROR"):
        hinted.sql("SELECT /*+ BROADCAST() */ * FROM t")


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("MERGE(t)", ", leftHint=(strategy=merge)"),
        ("MERGEJOIN(u)", ", rightHint=(strategy=merge)"),
        ("SHUFFLE_HASH(t, u)", ", leftHint=(strategy=shuffle_hash), rightHint=(strategy=shuffle_hash)"),
        ("SHUFFLE_REPLICATE_NL(u)", ", rightHint=(strategy=shuffle_replicate_nl)"),
        ("MAPJOIN('u')", ", rightHint=(strategy=broadcast)"),
        ("BROADCAST(t) MERGE(t, u)", ", leftHint=(strategy=broadcast), rightHint=(strategy=merge)"),
        ("BROADCAST", ""),
        ("BROADCAST(nothing)", ""),
    ],
)
def test_hints_of_joins_show_at_the_side_that_they_name(hinted: Any, hint: str, shown: str) -> None:
    df = hinted.sql(f"SELECT /*+ {hint} */ * FROM t JOIN u ON t.a = u.a")
    assert join_of(df) == "Join Inner, (a = a)" + shown
    assert df.count() == 20


def test_a_hint_names_aliases_and_not_what_is_inside_of_them(hinted: Any) -> None:
    query = "SELECT /*+ BROADCAST({}) */ * FROM t q JOIN (SELECT * FROM u) r ON q.a = r.a"
    shown = {name: join_of(hinted.sql(query.format(name))).count("Hint") for name in ("q", "r", "t", "u")}
    assert shown == {"q": 1, "r": 1, "t": 0, "u": 0}


def test_joins_that_are_not_to_be_sent_whole_are_shuffled(hinted: Any) -> None:
    t, u = hinted.table("t"), hinted.table("u")
    counts = [partitions(t.join(u.hint(name), "a")) for name in ("broadcast", "merge", "shuffle_hash")]
    assert counts == [2, 7, 7]


def test_the_outermost_of_two_hints_counts(hinted: Any) -> None:
    t, u = hinted.table("t"), hinted.table("u")
    assert "rightHint=(strategy=merge)" in join_of(t.join(u.hint("broadcast").hint("merge"), "a"))
    assert "leftHint=(strategy=broadcast)" in join_of(t.join(u, "a").hint("broadcast", "t"))


def test_what_a_hint_cannot_mean_is_told_to_the_log(hinted: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "pyrdd.sql.analysis.hints"):
        assert hinted.sql("SELECT /*+ NOSUCH(t) */ count(*) FROM t").first()[0] == 20
        hinted.sql("SELECT /*+ BROADCAST(global_temp.t) */ * FROM t JOIN u ON t.a = u.a")
    assert [record.getMessage() for record in caplog.records] == [
        "Unknown hint: NOSUCH(t)",
        "The hint BROADCAST names global_temp.t, which the query does not read",
    ]
