"""Inference passes over rows that are built like earlier ones, and finds the schema of all of them."""

import collections
import datetime
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkTypeError
from pyrdd.sql.types import Row
from pyrdd.sql.types.infer import InferenceRules, _merge_type
from pyrdd.sql.types.shapes import distinct_shapes

RULES = InferenceRules()
UTC = datetime.UTC

leaves = st.one_of(st.none(), st.integers(0, 3), st.text("ab", max_size=1), st.floats(0, 1), st.booleans())
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
        st.tuples(inner, inner),
        inner.map(lambda value: Row(a=value)),
    ),
    max_leaves=6,
)


def inferred(rows, rules):
    try:
        return reduce(_merge_type, (rules.schema_of(row, ["a", "b"]) for row in rows))
    except PySparkTypeError as error:
        return (error.getCondition(), error.getMessageParameters())


@given(
    st.lists(st.one_of(st.tuples(values, values), st.builds(lambda v: {"a": v}, values)), min_size=1, max_size=8),
    st.builds(InferenceRules, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
)
def test_the_schema_of_the_distinct_shapes_is_that_of_all_rows(rows, rules):
    assert inferred(distinct_shapes(rows, rules), rules) == inferred(rows, rules)


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([(1, "a"), (2, "b")], 1),
        ([(1,), (None,), ("a",), (2,)], 3),
        ([(1,), (1, 2), (3,)], 2),
        ([{"a": 1}, {"a": 2}, {"b": 1}], 2),
        ([Row(a=1), Row(b=1), Row(a=2), Row(1)], 3),
        ([([1, 2],), ([3],), ([],), (["a"],)], 3),
        ([({"a": 1},), ({"b": 2},), ({"c": None},)], 2),
        ([collections.namedtuple("P", "x")(i) for i in range(2)], 2),
    ],
)
def test_rows_of_a_known_shape_are_passed_over(rows, kept):
    assert len(list(distinct_shapes(rows, RULES))) == kept


def test_named_tuples_of_one_class_have_one_shape():
    point = collections.namedtuple("Point", "x y")
    assert list(distinct_shapes([point(1, 2), point(3, 4)], RULES)) == [(1, 2)]


def test_times_are_looked_at_one_by_one_when_their_zone_decides():
    rows = [(datetime.datetime(2020, 1, 1),), (datetime.datetime(2020, 1, 1, tzinfo=UTC),)]
    assert len(list(distinct_shapes(rows, InferenceRules(prefer_timestamp_ntz=True)))) == 2
    assert len(list(distinct_shapes(rows, RULES))) == 1
