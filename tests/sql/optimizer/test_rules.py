"""What each rule makes of a small plan, and that all of them together keep the rows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyrdd.sql import SparkSession
from pyrdd.sql.execution import query as execution
from pyrdd.sql.execution.explain import tree
from pyrdd.sql.optimizer.current_time import fix_time
from pyrdd.sql.optimizer.optimizer import optimize, traced
from pyrdd.sql.plan import Filter, Join, Limit, LogicalPlan, Project, Relation
from tests.sql.every_master_queries import QUERIES, TABLES


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    for name, (schema, rows) in TABLES.items():
        session.createDataFrame(rows, schema).createOrReplaceTempView(name)
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def shape(plan: LogicalPlan) -> str:
    """The operators of a plan, without what is in them and without projections."""
    if isinstance(plan, Project):
        return shape(plan.child)
    inside = ", ".join(shape(child) for child in plan.children)
    name = plan.join_type if isinstance(plan, Join) else type(plan).__name__
    return "leaf" if isinstance(plan, Relation) else f"{name}({inside})"


SHAPES = {
    "select c_id from (select * from customer where c_id > 1) t where c_id < 5": "Filter(leaf)",
    "select * from (select c_id + 1 as x from customer) where x > 2": "Filter(leaf)",
    "select * from customer, orders where c_id = o_customer and c_id > 1 and o_id > 2": (
        "inner(Filter(leaf), Filter(leaf))"
    ),
    "select * from customer left join orders on c_id = o_customer and o_id > 2 where c_id > 1": (
        "left(Filter(leaf), Filter(leaf))"
    ),
    "select * from customer left join orders on c_id = o_customer where o_id is null": "Filter(left(leaf, leaf))",
    "select * from customer full join orders on c_id = o_customer where c_id > 1": "left(Filter(leaf), Filter(leaf))",
    "select * from (select k, count(*) as n from nulls group by k) where k > 1 and n > 1": (
        "Filter(Aggregate(Filter(leaf)))"
    ),
    "select * from (select count(*) as n from nulls) where n > 2": "Filter(Aggregate(leaf))",
    "select * from (select k from nulls union all select c_id from customer) where k > 1": (
        "Union(Filter(leaf), Filter(leaf))"
    ),
    "select k + 1 as x from nulls limit 2": "Limit(leaf)",
    "select * from nulls where 1 = 1 and (2 > 1 or v > 1)": "leaf",
}


@pytest.mark.parametrize("text", SHAPES)
def test_a_plan_gets_the_shape_that_its_rules_say(text: str, spark: Any) -> None:
    found = spark.sql(text)._execution.optimized
    expected = SHAPES[text]
    assert shape(found) == expected, tree(found)


def test_tables_after_commas_are_joined_without_a_cartesian_product(spark: Any) -> None:
    plan = spark.sql(QUERIES["comma join"])._execution.optimized
    assert [j.join_type for j in plan.find(Join)] == ["inner"] * 3
    assert all(j.condition is not None for j in plan.find(Join))


def test_a_rule_that_changes_nothing_returns_the_same_plan(spark: Any) -> None:
    plan = optimize(spark.sql(QUERIES["comma join"])._execution.analyzed)
    assert not [change.rule for change in traced(plan) if change.rule == "combine_filters"]


def test_columns_of_correlated_subqueries_are_kept(spark: Any) -> None:
    plan = spark.sql("select c_name from customer where exists (select 1 from orders where o_customer = c_id)")
    leaves = [p for p in plan._execution.optimized.find(Project) if isinstance(p.child, Relation)]
    assert sorted([c.name for c in p.output] for p in leaves) == [["c_id", "c_name"], ["o_customer"]]


def test_the_smaller_of_two_limits_is_the_limit(spark: Any) -> None:
    plan = spark.sql("select * from (select * from nulls limit 2) limit 5")._execution.optimized
    assert [limit.limit.value for limit in plan.find(Limit)] == [2]


def test_nothing_is_filtered_below_a_limit(spark: Any) -> None:
    plan = spark.sql("select * from (select * from nulls limit 2) where v > 1")._execution.optimized
    assert shape(plan) == "Filter(Limit(leaf))"


def test_nothing_is_filtered_below_a_random_column(spark: Any) -> None:
    plan = spark.sql("select * from (select k, rand(1) as r from nulls) where k > 1")._execution.optimized
    assert isinstance(plan, Filter)


CONDITIONS = (
    "c_id > 2", "o_id is null", "n_region = 1", "c_nation = n_id", "c_id = o_customer", "o_status = 'F' or c_id = 3",
    "not (c_balance > 1)", "c_id in (select o_customer from orders)", "true", "n_id <=> c_nation",
)  # fmt: skip


@settings(max_examples=40)
@given(
    kinds=st.lists(st.sampled_from(("inner", "left", "right", "full", "cross")), min_size=2, max_size=2),
    ons=st.lists(st.sampled_from(("c_id = o_customer", "c_id = o_customer and o_id > 101")), min_size=1, max_size=1),
    wheres=st.lists(st.sampled_from(CONDITIONS), max_size=3),
    grouped=st.booleans(),
)
def test_an_optimised_plan_has_the_rows_of_the_plan(
    kinds: list[str], ons: list[str], wheres: list[str], grouped: bool, spark: Any
) -> None:
    first = "" if kinds[0] == "cross" else f"on {ons[0]}"
    second = "" if kinds[1] == "cross" else "on c_nation = n_id"
    where = " and ".join(wheres) or "true"
    columns = "c_id, count(*) as n, min(o_id) as m" if grouped else "c_id, o_id, n_name"
    text = (
        f"select * from (select {columns} from customer {kinds[0]} join orders {first} {kinds[1]} join nation {second} "
        f"where {where}{' group by c_id' if grouped else ''}) where c_id < 6 or c_id is null"
    )
    spark.conf.set("pyrdd.sql.checkPlans", "true")
    found = sorted(map(repr, spark.sql(text).collect()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "optimize", lambda plan, *_: fix_time(plan))
        assert found == sorted(map(repr, spark.sql(text).collect()))
