"""Queries become the plans that Spark's own parser makes of them; `spark_plans.json` holds Spark's answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plan_text import plan_text

from pyrdd.sql.expressions import (
    Parameter,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedFunction,
    UnresolvedIdentifier,
)
from pyrdd.sql.parser import parse_expression, parse_query
from pyrdd.sql.plan import (
    Aggregate,
    Command,
    Hint,
    NamedWindows,
    Project,
    RelationByExpression,
    Sort,
    UnresolvedTableFunction,
)

SPARK_PLANS = json.loads(Path(__file__).with_name("spark_plans.json").read_text("utf-8"))


@pytest.mark.parametrize("sql", SPARK_PLANS)
def test_a_query_has_the_plan_that_spark_gives_it(sql: str) -> None:
    assert plan_text(parse_query(sql)) == SPARK_PLANS[sql]


def grouping(sql: str):
    plan = parse_query(sql)
    assert isinstance(plan, Aggregate)
    assert plan.grouping_sets is not None
    names = [key.name for key in plan.grouping]
    return plan.grouping_sets.kind, [tuple(names[i] for i in one) for one in plan.grouping_sets.sets]


def test_with_cube_groups_by_every_choice_of_the_keys() -> None:
    assert grouping("SELECT a FROM t GROUP BY a, b WITH CUBE") == ("cube", [("a", "b"), ("a",), ("b",), ()])


def test_rollup_drops_keys_from_the_right_and_keeps_groups_of_keys_together() -> None:
    found = grouping("SELECT a FROM t GROUP BY ROLLUP(a, (b, c))")
    assert found == ("rollup", [("a", "b", "c"), ("a",), ()])


def test_grouping_sets_take_nested_ones_and_single_keys() -> None:
    found = grouping("SELECT a FROM t GROUP BY GROUPING SETS (a, (a, b), CUBE(c), GROUPING SETS (d, ()))")
    assert found == ("sets", [("a",), ("a", "b"), ("c",), (), ("d",), ()])


def test_grouping_sets_behind_a_list_number_the_keys_in_the_order_of_the_list() -> None:
    found = grouping("SELECT a FROM t GROUP BY b, a GROUPING SETS ((a), (b, a))")
    assert found == ("sets", [("a",), ("b", "a")])
    assert [key.name for key in parse_query("SELECT a FROM t GROUP BY b, a GROUPING SETS ((a))").grouping] == ["b", "a"]


def test_elements_of_group_by_multiply() -> None:
    found = grouping("SELECT a FROM t GROUP BY a, ROLLUP(b), CUBE(c)")
    assert found == ("sets", [("a", "b", "c"), ("a", "b"), ("a", "c"), ("a",)])


def test_group_by_all_is_a_mark_until_analysis() -> None:
    plan = parse_query("SELECT a, count(*) FROM t GROUP BY all")
    assert isinstance(plan, Aggregate)
    assert plan.group_by_all


def test_ordinals_are_told_apart_from_constants_unless_the_settings_say_otherwise() -> None:
    class Conf(dict):  # stands for the settings of a session
        pass

    plan = parse_query("SELECT a FROM t ORDER BY 1", Conf({"spark.sql.orderByOrdinal": "false"}))
    assert isinstance(plan, Sort)
    assert plan.order[0].child == parse_expression("1")
    assert parse_query("SELECT a FROM t ORDER BY 1").order[0].child != parse_expression("1")


def test_the_first_hint_is_the_outermost() -> None:
    plan = parse_query("SELECT /*+ BROADCAST(a), REPARTITION(3) */ /*+ COALESCE(2) */ * FROM t")
    names = []
    while isinstance(plan, Hint):
        names.append(plan.name)
        plan = plan.child
    assert names == ["BROADCAST", "REPARTITION", "COALESCE"]


def test_parameters_are_named_or_numbered() -> None:
    plan = parse_query("SELECT :name, ?, (SELECT ?)")
    assert isinstance(plan, Project)
    assert plan.projections[:2] == (Parameter("name"), Parameter(0))
    assert list(plan.projections[2].plan.projections) == [Parameter(1)]


def test_identifier_clauses_keep_their_expression() -> None:
    plan = parse_query("SELECT IDENTIFIER('f')(x) FROM IDENTIFIER(:t)")
    assert isinstance(plan, Project)
    assert plan.projections == (UnresolvedIdentifier(parse_expression("'f'"), (UnresolvedAttribute(("x",)),)),)
    assert plan.child == RelationByExpression(Parameter("t"))


def test_a_table_function_takes_tables_by_position_and_by_name() -> None:
    second = "rows => TABLE(SELECT 1) WITH SINGLE PARTITION"
    plan = parse_query(f"SELECT * FROM f(TABLE(t) PARTITION BY a ORDER BY b DESC, {second})")
    call = plan.child
    assert isinstance(call, UnresolvedTableFunction)
    first, second = call.args
    assert first.partition == (UnresolvedAttribute(("a",)),)
    assert not first.order[0].ascending
    assert (second.name, second.value.single_partition) == ("rows", True)


def test_pipes_apply_their_operators_from_left_to_right() -> None:
    found = plan_text(
        parse_query(
            "FROM t |> WHERE a > 1 |> EXTEND a + 1 AS c |> AGGREGATE sum(c) AS s GROUP BY b AS k |> ORDER BY k |> LIMIT 3"
        )
    )
    assert found == (
        "GlobalLimit 3 LocalLimit 3 Sort [k ASC NULLS FIRST], true Aggregate [b], [b AS k, sum(c) AS s]"
        " Project [*, (a + 1) AS c] Filter (a > 1) Project [*] UnresolvedRelation [t], [], false"
    )


def test_qualify_is_a_column_more_that_is_filtered_by_and_dropped() -> None:
    found = plan_text(parse_query("SELECT a, rank() OVER (ORDER BY a) AS r FROM t QUALIFY r = 1"))
    window = "rank() windowspecdefinition(a ASC NULLS FIRST, unspecifiedframe$()) AS r"
    assert found == (
        f"Project [*] Filter __qualify Project [a, {window}, (r = 1) AS __qualify] UnresolvedRelation [t], [], false"
    )


def test_a_named_window_may_stand_for_another_one() -> None:
    plan = parse_query("SELECT sum(a) OVER w2 FROM t WINDOW w AS (PARTITION BY b), w2 AS w")
    assert isinstance(plan, NamedWindows)
    (_, first), (_, second) = plan.windows
    assert first == second


def test_an_alias_of_an_expression_is_kept() -> None:
    assert parse_expression("a + 1 AS b") == UnresolvedAlias(
        UnresolvedFunction(("+",), (UnresolvedAttribute(("a",)), parse_expression("1"))), ("b",)
    )


def test_deeply_nested_text_is_read() -> None:
    depth = 200
    assert parse_expression("(" * depth + "1" + ")" * depth) == parse_expression("1")
    assert parse_expression(" + ".join(["a"] * 2000)) is not None
    assert parse_query("SELECT * FROM (" * depth + "SELECT 1" + ")" * depth) is not None


def test_several_inserts_share_what_they_read() -> None:
    plan = parse_query("FROM t INSERT INTO a SELECT x INSERT OVERWRITE b SELECT y WHERE z")
    assert isinstance(plan, Command)
    first, second = plan["inserts"]
    assert (first["name"], first["overwrite"], second["name"], second["overwrite"]) == (("a",), None, ("b",), True)
    assert plan_text(second["query"]) == "Project [y] Filter z UnresolvedRelation [t], [], false"
