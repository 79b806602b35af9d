"""Rules that look at more than one operator: what one side of a join tells of the other, what nobody reads, windows."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql.execution import query as execution
from pyrdd.sql.execution.explain import tree
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.optimizer.current_time import fix_time
from pyrdd.sql.plan import Aggregate, Filter, Join, LogicalPlan, Project, Relation, RepartitionBy, Sort


@pytest.fixture
def spark(sc: Any) -> Any:
    session = SparkSession(sc)
    session.conf.set("pyrdd.sql.checkPlans", "true")
    tables = {
        "x": ("a int, b int, s string", [(1, 10, "1"), (2, None, "x"), (None, 30, "3"), (3, 30, "y"), (3, 31, None)]),
        "y": ("c int, d int, t string", [(1, 5, "1"), (3, None, "y"), (4, 7, "4"), (None, 8, "x")]),
        "z": ("e bigint, f string collate utf8_lcase", [(1, "A"), (3, "b"), (7, None)]),
        "w": ("g bigint, h string collate utf8_lcase", [(1, "a"), (3, "B"), (2, "a")]),
    }
    for name, (schema, rows) in tables.items():
        session.createDataFrame(rows, schema).createOrReplaceTempView(name)
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def shape(plan: LogicalPlan) -> str:
    """The operators of a plan with their conditions; projections only where they have windows."""
    if isinstance(plan, Relation):
        return "leaf"
    inside = ", ".join(shape(child) for child in plan.children)
    if isinstance(plan, Filter):
        return f"[{pretty_name(plan.condition)}]({inside})"
    if isinstance(plan, Project):
        windows = sum(" OVER " in pretty_name(e) for e in plan.projections)
        return f"Windows{windows}({inside})" if windows else inside
    return f"{plan.join_type if isinstance(plan, Join) else type(plan).__name__}({inside})"


SIDES = {
    "select * from x join y on a = c where a > 2": "inner([(a > 2)](leaf), [(c > 2)](leaf))",
    "select * from x left join y on a = c where a > 2": "left([(a > 2)](leaf), [(c > 2)](leaf))",
    "select * from x left join y on a = c and a > 2": "left(leaf, [(c > 2)](leaf))",
    "select * from x left join y on a = c and c > 2": "left(leaf, [(c > 2)](leaf))",
    "select * from x right join y on a = c where c = 3": "right([(a = 3)](leaf), [(c = 3)](leaf))",
    "select * from x full join y on a = c and a > 2": "full(leaf, leaf)",
    "select * from x full join y on a = c where a > 2": "left([(a > 2)](leaf), [(c > 2)](leaf))",
    "select * from x left semi join y on a = c where a in (1, 3)": "semi([(a IN (1, 3))](leaf), [(c IN (1, 3))](leaf))",
    "select * from x left anti join y on a = c where a > 1": "anti([(a > 1)](leaf), [(c > 1)](leaf))",
    "select * from x left anti join y on a = c and c > 1": "anti(leaf, [(c > 1)](leaf))",
    "select * from x, y, z where a = c and c = e and e = 3": (
        "inner(inner([(a = 3)](leaf), [(c = 3)](leaf)), [(e = 3)](leaf))"
    ),
    "select * from z, y where c = e and c = 3": "inner(leaf, [(c = 3)](leaf))",
    "select * from z, (select c, 3L as k from y) where e = k": "inner([(e = 3)](leaf), leaf)",
    "select * from x join (select c, count(*) from y group by c) on a = c and a > 2": (
        "inner([(a > 2)](leaf), Aggregate([(c > 2)](leaf)))"
    ),
    "select * from x join y on a = c where a < d": "inner(leaf, [(c < d)](leaf))",
    # what could fail, or tells equal values apart, stays where it was written
    "select * from x join y on a = c where 10 div a > 2": "inner([((10 div a) > 2)](leaf), leaf)",
    "select * from z join w on f = h where f = 'a' collate utf8_lcase": (
        "inner([(f = collate(a, utf8_lcase))](leaf), leaf)"
    ),
    "select * from x join y on a = c where rand(1) < 2": "[(rand(1) < 2)](inner(leaf, leaf))",
}

ALTERNATIVES = {
    "select * from x, y where (a = 1 and t = '1') or (a = 3 and t = 'y')": (
        "inner([((a = 1) OR (a = 3))](leaf), [((t = 1) OR (t = y))](leaf))"
    ),
    "select * from x, y where (a = 1 and t = '1') or t = 'y'": "inner(leaf, [((t = 1) OR (t = y))](leaf))",
    "select * from x, y where (a = 1 and t = '1') or 10 div a = c": "inner(leaf, leaf)",
    "select * from x left join y on (a = 1 and t = '1') or (a = 3 and t = 'y')": (
        "left(leaf, [((t = 1) OR (t = y))](leaf))"
    ),
}

UNREAD = {
    "select distinct a from x left join y on a = c": "Distinct(leaf)",
    "select a, max(b) from x left join y on a = c group by a": "Aggregate(leaf)",
    "select a, count(*) from x left join y on a = c group by a": "Aggregate(left(leaf, leaf))",
    "select a from x left join (select distinct c from y) on a = c": "leaf",
    "select a, count(*) from x left join (select c, max(d) from y group by c) on a = c group by a": "Aggregate(leaf)",
    "select a from x left join y on a = c": "left(leaf, leaf)",
    "select a, c from x left join (select distinct c from y) on a = c": "left(leaf, Distinct(leaf))",
    "select a from x join (select distinct c from y) on a = c": "inner(leaf, Distinct(leaf))",
    "select d from (select distinct a from x) right join y on a = c": "leaf",
    "select distinct a, rand(1) < 2 from x left join y on a = c": "Distinct(left(leaf, leaf))",
}

REPEATED = {
    "select a from (select distinct a, b from x) group by a": "Aggregate(leaf)",
    "select max(b) from (select a, b from x group by a, b) where a > 1": "Aggregate([(a > 1)](leaf))",
    "select a, count(distinct b) from (select distinct a, b from x) group by a": "Aggregate(leaf)",
    "select a, count(b) from (select distinct a, b from x) group by a": "Aggregate(Distinct(leaf))",
    "select a, max(n) from (select a, b, count(*) n from x group by a, b) group by a": "Aggregate(Aggregate(leaf))",
}

WINDOWS = {
    "select *, rank() over (partition by a order by b) r from (select *, sum(b) over (partition by a order by b) q from x)": (
        "Windows2(leaf)"
    ),
    "select *, rank() over (partition by a order by q) r from (select *, sum(b) over (partition by a order by b) q from x)": (
        "Windows1(Windows1(leaf))"
    ),
    "select *, lag(q) over (partition by a order by b) r from (select *, sum(b) over (partition by a order by b) q from x)": (
        "Windows1(Windows1(leaf))"
    ),
    "select *, rank() over (partition by a order by s) r from (select *, sum(b) over (partition by a order by b) q from x)": (
        "Windows1(Windows1(leaf))"
    ),
    "select a, row_number() over (order by a, b) r from x limit 2": "Windows1(Limit(Sort(leaf)))",
    "select *, rank() over (order by a) r, dense_rank() over (order by a) q from x limit 3": "Windows2(Limit(Sort(leaf)))",
    "select a, sum(b) over (order by a) r from x limit 2": "Limit(Windows1(leaf))",
    "select a, row_number() over (partition by a order by b) r from x limit 2": "Limit(Windows1(leaf))",
    "select a, row_number() over (order by a) r, rank() over (order by b) q from x limit 2": "Limit(Windows2(leaf))",
}

FEW = {
    "select count(*) as n from x limit 2": "Aggregate(leaf)",
    "select count(*) as n from x order by n": "Aggregate(leaf)",
    "select * from (select * from x order by a limit 2) limit 3": "Limit(Sort(leaf))",
    "select * from x limit 5": "leaf",
    "select * from x limit 4": "Limit(leaf)",
    "select * from range(3) limit 3": "leaf",
    "select a from x union all select c from y limit 9": "Union(leaf, leaf)",
    "select * from (select c + 1 as k from y) where 1 = 0": "leaf",
}

SHAPES = {**SIDES, **ALTERNATIVES, **UNREAD, **REPEATED, **WINDOWS, **FEW}


@pytest.mark.parametrize("text", SHAPES)
def test_a_plan_gets_the_shape_that_its_rules_say(text: str, spark: Any) -> None:
    found = spark.sql(text)._execution.optimized
    assert shape(found) == SHAPES[text], tree(found)


@pytest.mark.parametrize("text", [text for text in SHAPES if " limit " not in text])
def test_the_rows_are_those_of_the_plan_as_written(text: str, spark: Any) -> None:
    rows = sorted(map(repr, spark.sql(text).collect()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "optimize", lambda plan, *args, **kwargs: fix_time(plan))
        assert rows == sorted(map(repr, spark.sql(text).collect()))


def test_numbers_of_the_first_rows_are_those_of_all(spark: Any) -> None:
    text = "select b, row_number() over (order by b desc) n, rank() over (order by b desc) r from x limit 3"
    for found in (spark.sql(text).collect(), spark.sql(text).rdd.collect()):
        assert [tuple(row) for row in found] == [(31, 1, 1), (30, 2, 2), (30, 3, 2)]


def columns_below(plan: LogicalPlan, kind: type) -> list[list[str]]:
    """The names of the columns that reach operators of a kind."""
    return [[c.name for c in child.output] for node in plan.find(kind) for child in node.children]


def test_what_only_a_filter_or_a_generator_reads_goes_no_further(spark: Any) -> None:
    frame = spark.createDataFrame([(1, 2, 3, [4])], "k int, v int, d int, l array<int>")
    other = spark.createDataFrame([(1, 2, 3)], "k int, n int, m int")
    few = frame.where("d > 1")
    joined = few.join(other.where("m > 1"), "k").select("v", "n")._execution.optimized
    assert columns_below(joined, Join) == [["k", "v"], ["k", "n"]]
    generated = frame.selectExpr("k", "explode(l) as e").join(other, "k").select("e")._execution.optimized
    assert columns_below(generated, Join) == [["k", "e"], ["k"]]
    assert columns_below(few.orderBy("v").select("v")._execution.optimized, Sort) == []
    two = few.union(few)
    assert columns_below(two.orderBy("v").select("v")._execution.optimized, Sort) == [["v"]]
    assert columns_below(two.repartition(2, "k").select("v")._execution.optimized, RepartitionBy) == [["k", "v"]]
    window = few.selectExpr("sum(v) over (partition by k) as s")._execution.optimized
    assert columns_below(window, Project)[0] == ["k", "v"]
    assert columns_below(few.groupBy("k").agg({"v": "median"})._execution.optimized, Aggregate) == [["k", "v"]]
