"""Columns taken from DataFrames, and which of them an operator accepts. Expected values are PySpark's."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException, PySparkAttributeError, PySparkTypeError
from pyrdd.sql.column import named

AMBIGUOUS = "_LEGACY_ERROR_TEMP_1182"
MISSING = "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT"


def condition_of(action: Any) -> str | None:
    with pytest.raises(AnalysisException) as caught:
        action()
    return caught.value.getCondition()


def test_a_column_that_is_not_there_is_named_with_its_likes(people: Any) -> None:
    with pytest.raises(AnalysisException) as caught:
        people["nope"]
    assert caught.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    with pytest.raises(PySparkAttributeError):
        people.__getattr__("nope")
    with pytest.raises(PySparkTypeError):
        people[1.5]
    with pytest.raises(IndexError):
        people[9]


def test_a_column_of_another_data_frame_is_refused(spark: Any, people: Any) -> None:
    other = spark.createDataFrame([(1, "x")], ["i", "t"])
    assert condition_of(lambda: people.select(other.t)) == MISSING
    assert condition_of(lambda: people.filter(other.t == "x")) == MISSING
    assert condition_of(lambda: people.sort(other.t)) == MISSING
    assert condition_of(lambda: people.withColumn("q", other.t)) == MISSING
    assert condition_of(lambda: people.withColumnRenamed("i", "z").select(people.i)) == MISSING


def test_a_column_that_was_projected_away_still_filters_and_sorts(people: Any) -> None:
    assert people.select("s").filter(people.i > 1).columns == ["s"]
    assert [row.s for row in people.select("s").sort(people.i.desc()).collect()] == [None, "a"]


def test_a_self_join_on_the_same_column_joins_both_sides(people: Any) -> None:
    assert people.join(people, people.i == people.i).count() == 2
    derived = people.filter("i > 1")
    assert people.join(derived, people.i == derived.i).columns == ["i", "s", "d"] * 2


def test_a_column_that_may_be_of_either_side_of_a_self_join_is_refused(people: Any) -> None:
    derived = people.filter("i > 0")
    joined = people.join(derived, people.i == derived.i)
    assert condition_of(lambda: joined.select(people.s)) == AMBIGUOUS
    assert condition_of(lambda: joined.select(derived.s)) == AMBIGUOUS
    assert condition_of(lambda: people.join(people, people.i > people.i)) == AMBIGUOUS
    assert condition_of(lambda: people.join(derived, "i").select(people.s)) == AMBIGUOUS
    assert condition_of(lambda: joined.select("s")) == "AMBIGUOUS_REFERENCE"


def test_a_column_that_only_one_side_of_a_self_join_passes_on_is_clear(people: Any) -> None:
    derived = people.select((people.i + 1).alias("k"), "s")
    joined = people.join(derived, people.i == derived.k)
    assert joined.select(derived.k, people.i).columns == ["k", "i"]
    renamed = people.select("i", named("s").alias("s2"))
    assert people.join(renamed, "i").select(people.i, "s2").columns == ["i", "s2"]


def test_the_check_of_self_joins_can_be_switched_off(spark: Any, people: Any) -> None:
    spark.conf.set("spark.sql.analyzer.failAmbiguousSelfJoin", False)
    assert people.join(people, people.i == people.i).select(people.s).columns == ["s"]


def test_dropping_a_column_of_one_side_leaves_the_other(spark: Any, people: Any) -> None:
    other = spark.createDataFrame([(1, "x")], ["i", "t"])
    joined = people.join(other, people.i == other.i)
    assert joined.drop(other.i).columns == ["i", "s", "d", "t"]
    assert joined.drop("i").columns == ["s", "d", "t"]
    assert condition_of(lambda: joined.drop(named("i"))) == "AMBIGUOUS_REFERENCE"


def test_an_outer_column_makes_a_correlated_subquery(spark: Any, people: Any) -> None:
    other = spark.createDataFrame([(1, "x")], ["i", "t"])
    found = people.filter(other.where(named("i") == named("i").outer()).exists())
    assert [row.i for row in found.collect()] == [1]
    assert [row.i for row in people.filter(people.i.isin(people.select("i"))).collect()] == [1, 2]


def test_renames_follow_one_another_and_repeated_names_are_refused(people: Any) -> None:
    assert people.withColumnsRenamed({"i": "s", "s": "k"}).columns == ["k", "k", "d"]
    assert condition_of(lambda: people.withColumns({"a": people.i, "A": people.i})) == "COLUMN_ALREADY_EXISTS"
    assert condition_of(lambda: people.toDF("a")) == "ASSIGNMENT_ARITY_MISMATCH"
    assert condition_of(lambda: people.dropDuplicates(["zz"])) == "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES"


def test_columns_with_the_same_name_keep_their_places(people: Any) -> None:
    assert [tuple(row) for row in people.select("i", people.i, "s").collect()] == [(1, 1, "a"), (2, 2, None)]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda c: -c, "negative(i)"),
        (lambda c: ~(c > 1), "!(>(i, 1))"),
        (lambda c: 2**c, "power(2, i)"),
        (lambda c: c != 1, "!(=(i, 1))"),
        (lambda c: c.between(1, 2), "and(>=(i, 1), <=(i, 2))"),
        (lambda c: c.isNull(), "isNull(i)"),
        (lambda c: c.desc_nulls_first(), "i DESC NULLS FIRST"),
        (lambda c: c.cast("long").alias("z"), "CAST(i AS BIGINT) AS z"),
        (lambda c: c.isin(1, 2), "in(i, 1, 2)"),
        (lambda c: c.alias("x", "y"), "i AS (x, y)"),
    ],
)
def test_columns_show_themselves_as_calls(make: Any, text: str) -> None:
    assert repr(make(named("i"))) == f"Column<'{text}'>"
