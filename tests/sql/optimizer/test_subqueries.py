"""Subqueries as joins: their plans, and that each query keeps the rows that it has as written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyrdd.sql.execution import query as execution
from pyrdd.sql.expressions import SubqueryExpression
from pyrdd.sql.optimizer.current_time import fix_time
from pyrdd.sql.optimizer.optimizer import optimize
from pyrdd.sql.plan import Join, LogicalPlan

NUMBERS = st.integers(0, 3) | st.none()
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6)


def with_tables(spark: Any, t: list[Any], u: list[Any]) -> None:
    spark.createDataFrame(t, "a int, b int").createOrReplaceTempView("t")
    spark.createDataFrame(u, "k int, v int").createOrReplaceTempView("u")


def distributed(spark: Any, text: str) -> LogicalPlan:
    return optimize(spark.sql(text)._execution.analyzed, checked=True, distributed=True)


def joins(plan: LogicalPlan) -> list[str]:
    return [node.join_type for node in plan.find(Join)]


def asked(plan: LogicalPlan) -> bool:
    """Whether a subquery is still inside of an expression."""
    return any(isinstance(e, SubqueryExpression) for e in plan.all_expressions())


JOINED = {
    "select * from t where exists (select 1 from u where k = a)": ["semi"],
    "select * from t where exists (select distinct v from u where k = a and v <> b order by v limit 3)": ["semi"],
    "select * from t where not exists (select * from u where k = a and v > 1)": ["anti"],
    "select * from t where a in (select k from u)": ["semi"],
    "select * from t where (a, b) in (select k, v from u where v > 0)": ["semi"],
    "select * from t where a in (select v from u where k = b) and b > 1": ["semi"],
    "select * from t where a in (select k from u group by k having count(*) > 1)": ["semi"],
    "select * from t x where exists (select 1 from t y where y.a = x.a and y.b <> x.b)": ["semi"],
    "select * from t where exists (select 1 from u join t z on k = z.a where v = t.b)": ["semi", "inner"],
    "select * from t where a in (select k from u where exists (select 1 from t z where z.a = v))": ["semi", "semi"],
    "select * from t where b < (select max(v) from u where k = a)": ["inner"],
    "select * from t where b <= (select count(*) from u where k = a)": ["left"],
    "select a, (select sum(v) + 1 from u where k = a) as s from t": ["left"],
    "select a, (select count(v) from u where k <=> a) as n from t": ["left"],
    "select a, (select avg(v) from u where k = a and v > 0) m, (select min(v) from u where k = b) n from t": ["left"] * 2,
    "select a, (select count(*) * 10 + 1 from u where k + 1 = a + 1) as n from t": ["left"],
}

KEPT = {
    # true of a row only if no value is null
    "select * from t where a not in (select k from u)",
    # asked once, or in the middle of a condition
    "select * from t where exists (select 1 from u where v > 2)",
    "select * from t where b = 1 or exists (select 1 from u where k = a)",
    # always a row, whether one matches or not
    "select * from t where exists (select count(*) from u where k = a)",
    "select * from t where a in (select count(*) from u where k = b)",
    "select * from t where b > (select count(*) from u where k = a having count(*) <> 1)",
    # no equality
    "select a, (select max(v) from u where k < a) as m from t",
}


@pytest.mark.parametrize("text", JOINED)
def test_a_subquery_is_a_join_where_one_says_the_same(text: str, spark: Any) -> None:
    with_tables(spark, [(1, 1)], [(1, 1)])
    plan = distributed(spark, text)
    assert joins(plan) == JOINED[text]
    assert not asked(plan)


@pytest.mark.parametrize("text", sorted(KEPT))
def test_other_subqueries_are_left(text: str, spark: Any) -> None:
    with_tables(spark, [(1, 1)], [(1, 1)])
    assert asked(distributed(spark, text))


@settings(max_examples=60)
@given(text=st.sampled_from(sorted({*JOINED, *KEPT})), t=ROWS, u=ROWS)
def test_a_query_with_subqueries_has_the_rows_that_it_has_as_written(
    text: str, t: list[Any], u: list[Any], spark: Any
) -> None:
    with_tables(spark, t, u)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "optimize", lambda plan, *_: fix_time(plan))
        expected = sorted(map(repr, spark.sql(text).collect()))
        patch.setattr(execution, "optimize", lambda plan, *_: optimize(plan, checked=True, distributed=True))
        assert sorted(map(repr, spark.sql(text).collect())) == expected


def test_a_count_of_no_rows_is_zero_and_a_sum_of_none_is_null(spark: Any) -> None:
    with_tables(spark, [(1, 1), (2, 1)], [(1, 5)])
    text = "select a, (select count(*) from u where k = a) n, (select sum(v) from u where k = a) s from t order by a"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "optimize", lambda plan, *_: optimize(plan, distributed=True))
        assert [tuple(row) for row in spark.sql(text).collect()] == [(1, 1, 5), (2, 0, None)]
