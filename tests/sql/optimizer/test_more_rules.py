"""Rules of joins, orders, duplicates, conditions and empty inputs: what goes in, what comes out, and the same rows."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql.execution import query as execution
from pyrdd.sql.execution.explain import tree
from pyrdd.sql.expressions import Alias
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.optimizer.current_time import fix_time
from pyrdd.sql.plan import Filter, Join, LogicalPlan, Project, Relation


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.conf.set("pyrdd.sql.checkPlans", "true")
    session.createDataFrame([(1, 10), (2, None), (None, 30), (3, 30)], "a int, b int").createOrReplaceTempView("x")
    session.createDataFrame([(1, 5), (3, None), (4, 7), (None, 8)], "c int, d int").createOrReplaceTempView("y")
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def shape(plan: LogicalPlan) -> str:
    """The operators of a plan, without projections."""
    if isinstance(plan, Project):
        return shape(plan.child)
    if isinstance(plan, Relation):
        return "leaf" if getattr(plan, "table", None) is None or plan.table.num_rows else "empty"  # type: ignore[attr-defined]
    inside = ", ".join(shape(child) for child in plan.children)
    return f"{plan.join_type if isinstance(plan, Join) else type(plan).__name__}({inside})"


JOINS = {
    "select * from x left join y on a = c where d > 1": "inner(leaf, Filter(leaf))",
    "select * from x right join y on a = c where b + 1 < 20": "inner(Filter(leaf), leaf)",
    "select * from x full join y on a = c where b > 1": "left(Filter(leaf), leaf)",
    "select * from x full join y on a = c where d > 1": "right(leaf, Filter(leaf))",
    "select * from x full join y on a = c where b = d": "inner(leaf, leaf)",
    "select * from x left join y on a = c where c is not null or d > 1": "inner(leaf, Filter(leaf))",
    "select * from x left join y on a = c where b > 1 or d > 1": "Filter(left(leaf, leaf))",
    "select * from x left join y on a = c where d <=> 1": "Filter(left(leaf, leaf))",
    "select * from x left join y on a = c where coalesce(d, 1) = 1": "Filter(left(leaf, leaf))",
    "select * from x left join y on a = c where d is null": "Filter(left(leaf, leaf))",
    "select * from x left join y on a = c where not (d > 1)": "inner(leaf, Filter(leaf))",
    "select * from x left join y on a = c where d in (1, 7)": "inner(leaf, Filter(leaf))",
}

SORTS = {
    "select * from (select * from x order by b) order by a": "Sort(leaf)",
    "select * from (select a from (select * from x order by b) where a > 1) order by a": "Sort(Filter(leaf))",
    "select max(a), sum(b), count(*) from (select * from x order by b)": "Aggregate(leaf)",
    "select first(a) from (select * from x order by b)": "Aggregate(Sort(leaf))",
    "select sum(cast(a as double)) from (select * from x order by b)": "Aggregate(Sort(leaf))",
    "select * from (select * from x order by b) join y on a = c": "inner(leaf, leaf)",
    "select * from (select * from x order by b limit 2) order by a": "Sort(Limit(Sort(leaf)))",
    "select * from (select * from x order by a, b)": "Sort(leaf)",
}

DUPLICATES = {
    "select distinct a, n from (select a, count(*) as n from x group by a)": "Aggregate(leaf)",
    "select distinct n from (select a, count(*) as n from x group by a)": "Distinct(Aggregate(leaf))",
    "select distinct k from (select a as k, count(*) as n from x group by a)": "Aggregate(leaf)",
    "select distinct * from (select distinct a, b from x)": "Distinct(leaf)",
    "select distinct a from (select distinct a, b from x)": "Distinct(leaf)",
    "select distinct * from (select a from x intersect select c from y) where a > 1": (
        "SetOperation(Filter(leaf), Filter(leaf))"
    ),
    "select a from x union all (select c from y union all select b from x)": "Union(leaf, leaf, leaf)",
    "select a from x union all (select c from y union select b from x)": "Union(leaf, Distinct(Union(leaf, leaf)))",
}

LIMITS = {
    "select * from x left join y on a = c limit 2": "Limit(left(Limit(leaf), leaf))",
    "select * from x right join y on a = c limit 2": "Limit(right(leaf, Limit(leaf)))",
    "select * from x cross join y limit 2": "Limit(cross(Limit(leaf), Limit(leaf)))",
    "select * from x join y on a = c limit 2": "Limit(inner(leaf, leaf))",
    "select * from x full join y on a = c limit 2": "Limit(full(leaf, leaf))",
    "select a from x union all select c from y limit 2": "Limit(Union(Limit(leaf), Limit(leaf)))",
}

EMPTY = {
    "select * from x where 1 > 2": "empty",
    "select * from x where null": "empty",
    "select a + 1 from x where false order by a limit 3": "empty",
    "select distinct a from x limit 0": "empty",
    "select * from x join (select * from y where false) on a = c": "empty",
    "select * from x left join (select * from y where false) on a = c": "leaf",
    "select * from (select * from x where false) full join y on a = c": "leaf",
    "select * from (select * from x where false) right join y on a = c": "leaf",
    "select * from x left semi join (select * from y where false) on a = c": "empty",
    "select * from x left anti join (select * from y where false) on a = c": "leaf",
    "select a from x union all select c from y where false": "leaf",
    "select a from x where false union all select c from y where false": "empty",
    "select a, count(*) from x where false group by a": "empty",
    "select count(*) from x where false": "Aggregate(empty)",
    "select * from x where a > 1 and false": "empty",
}

SHAPES = {**JOINS, **SORTS, **DUPLICATES, **LIMITS, **EMPTY}


@pytest.mark.parametrize("text", SHAPES)
def test_a_plan_gets_the_shape_that_its_rules_say(text: str, spark: Any) -> None:
    found = spark.sql(text)._execution.optimized
    assert shape(found) == SHAPES[text], tree(found)


@pytest.mark.parametrize("text", [text for text in SHAPES if text not in LIMITS])
def test_the_rows_are_those_of_the_plan_as_written(text: str, spark: Any) -> None:
    found = spark.sql(text)
    rows = sorted(map(repr, found.collect()))
    spread = sorted(map(repr, found.rdd.collect()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "optimize", lambda plan, *_: fix_time(plan))
        assert rows == spread == sorted(map(repr, spark.sql(text).collect()))


CONDITIONS = {
    "a > 1 and a > 1": "(a > 1)",
    "a > 1 or b = 2 or a > 1": "((a > 1) OR (b = 2))",
    "a > 1 and (a > 1 or b = 2)": "(a > 1)",
    "a > 1 or (a > 1 and b = 2)": "(a > 1)",
    "(a > 1 and b = 2) or (a > 1 and b = 3)": "((a > 1) AND ((b = 2) OR (b = 3)))",
    "(a > 1 or b = 2) and (a > 1 or b = 3)": "((a > 1) OR ((b = 2) AND (b = 3)))",
    "not (a > 1)": "(a <= 1)",
    "not (a > 1 or b is null)": "((a <= 1) AND (b IS NOT NULL))",
    "not (a > 1 and not (b < 2))": "((a <= 1) OR (b < 2))",
    "not (a = 1)": "(NOT (a = 1))",
    "a in (1)": "(a = 1)",
    "a in (1, 2, 1)": "(a IN (1, 2))",
    "a in (1, b, 1)": "(a IN (1, b))",
    "case when false then a > 1 when true then a > 2 else a > 3 end": "(a > 2)",
    "case when null then a > 1 else a > 3 end": "(a > 3)",
    "if(true, a > 1, b > 1)": "(a > 1)",
    "if(null, a > 1, b > 1)": "(b > 1)",
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_is_as_short_as_its_rules_make_it(text: str, spark: Any) -> None:
    plan = spark.sql(f"select * from x where {text}")._execution.optimized
    (found,) = plan.find(Filter)
    assert pretty_name(found.condition) == CONDITIONS[text]


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_shorter_condition_has_the_values_of_the_written_one(text: str, spark: Any) -> None:
    values = [row.v for row in spark.sql(f"select {text} as v from x order by a, b").collect()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "optimize", lambda plan, *_: fix_time(plan))
        assert values == [row.v for row in spark.sql(f"select {text} as v from x order by a, b").collect()]


def test_an_exchange_that_another_undoes_is_left_out(spark: Any) -> None:
    df = spark.table("x")
    made = {
        "Repartition(leaf)": df.repartition(8).repartition(4),
        "RepartitionBy(leaf)": df.repartition(8).repartition(4, "a"),
        "Repartition(Repartition(leaf))": df.repartition(8).coalesce(4),
    }
    for expected, frame in made.items():
        assert shape(frame._execution.optimized) == expected
    assert shape(df.repartition(4).coalesce(8)._execution.optimized) == "Repartition(leaf)"
    assert df.repartition(4).coalesce(8).rdd.getNumPartitions() == 4


def test_the_columns_of_an_empty_plan_are_those_of_the_plan(spark: Any) -> None:
    frame = spark.sql("select a, b as n, array(a) as l from x where 1 > 2")
    plan = frame._execution.optimized
    assert [c.name for c in plan.output] == ["a", "n", "l"]
    assert frame.collect() == [] and frame.schema.simpleString() == "struct<a:int,n:int,l:array<int>>"
    assert not list(plan.find(Alias))


SHARED = {
    "select sum(a * b), max(a * b + 1) from x": ["a", "(a * b)"],
    "select sum(a * b), sum(a) from x": [],
    "select sum(a * b), sum(case when a > 1 then a * b end) from x": [],
    "select sum(a * b), sum(a * b + 1) filter (where a > 1) from x": [],
    "select a, sum(a + b), avg(a + b), min(a + b) from x group by a": ["a", "(a + b)"],
}


@pytest.mark.parametrize("text", SHARED)
def test_what_aggregates_share_is_computed_once(text: str, spark: Any) -> None:
    plan = spark.sql(text)._execution.optimized
    made = [pretty_name(e.child) for p in plan.find(Project) for e in p.projections if isinstance(e, Alias)]
    assert [name for name in made if "(" in name] == [name for name in SHARED[text] if "(" in name]
    rows = sorted(map(repr, spark.sql(text).collect()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "optimize", lambda plan, *_: fix_time(plan))
        assert rows == sorted(map(repr, spark.sql(text).collect()))


def test_a_branch_that_fails_is_not_computed_for_other_rows(spark: Any) -> None:
    text = "select sum(case when a < 3 then 1000000000 * a end), max(case when a < 3 then 1000000000 * a end) from x"
    assert [tuple(row) for row in spark.sql(text).collect()] == [(3000000000, 2000000000)]


def test_what_is_written_with_a_key_is_computed_from_the_key(spark: Any) -> None:
    text = "select not (a is null) as v, count(*) from x group by a is null order by v"
    assert [tuple(row) for row in spark.sql(text).collect()] == [(False, 1), (True, 3)]
    text = "select a in (1) or false, count(*) from x group by a in (1) order by 2, 1"
    assert [tuple(row) for row in spark.sql(text).collect()] == [(None, 1), (True, 1), (False, 2)]
