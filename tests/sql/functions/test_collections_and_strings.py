"""Arrays, maps, structs, lambdas, strings: what PySpark answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pyrdd.errors import AnalysisException, PySparkException
from pyrdd.sql import Row, SparkSession
from pyrdd.sql import functions as sf


@pytest.fixture
def spark(sc: Any) -> SparkSession:
    return SparkSession(sc)


ANSWERS = [
    ("array_contains(array(1, null), 2)", None),
    ("array_distinct(array(1, 1, null, null))", [1, None]),
    ("array_insert(array(1, 2), 5, 9)", [1, 2, None, None, 9]),
    ("array_insert(array(1, 2), -1, 9)", [1, 2, 9]),
    ("arrays_overlap(array(1, null), array(2))", None),
    ("array_join(array('a', null), ',', 'x')", "a,x"),
    ("flatten(array(array(1), null))", None),
    ("slice(array(1, 2, 3), -2, 1)", [2]),
    ("sort_array(array(2, null, 1), false)", [2, 1, None]),
    ("array_sort(array(2, 3, 1), (a, b) -> b - a)", [3, 2, 1]),
    ("sequence(3, 1)", [3, 2, 1]),
    ("aggregate(array(1, 2), 'a', (a, x) -> a)", "a"),
    ("zip_with(array(1), array(1, 2), (a, b) -> coalesce(a, 0) + b)", [2, 2]),
    ("exists(array(1, null), x -> x > 1)", None),
    ("map_zip_with(map(1, 2), map(1, 3), (k, a, b) -> a + b)", {1: 5}),
    ("transform_keys(map('a', 1), (k, v) -> upper(k))", {"A": 1}),
    ("struct(1 AS a, 2)", Row(a=1, col2=2)),
    ("substring('hello', 0, 3)", "hel"),
    ("substring('hello', -10, 7)", "he"),
    ("left('abcd', cast(null as int))", None),
    ("substring(x'010203', 2, 1)", b"\x02"),
    ("lpad('abc', 5, '')", "abc"),
    ("initcap('hELLO-wORLD foo_bar')", "Hello-world Foo_bar"),
    ("upper('straße')", "STRASSE"),
    ("reverse('héllo')", "olléh"),
    ("concat_ws(',', null, 'a', array())", "a"),
    ("regexp_replace('100-200', '(\\\\d+)-(\\\\d+)', '$2-$1')", "200-100"),
    ("overlay('abc', 'x', -2)", "xc"),
    ("split_part('a.b', '.', -1)", "b"),
    ("instr('abcabc', 'c', 1, 2)", 6),
    ("to_number('$12.5', '$99.9')", Decimal("12.5")),
    ("""from_json('{"a":1}', 'a int')""", Row(a=1)),
    ("""to_json(struct(1 AS a, null AS b))""", '{"a":1}'),
]


def test_the_answer_is_that_of_pyspark(spark: SparkSession) -> None:
    wrong = {
        text: found for text, value in ANSWERS if (found := spark.sql(f"SELECT {text} AS x").collect()[0].x) != value
    }
    assert wrong == {}


ERRORS_OF_VALUES = [
    ("map(1, 2, 1, 3)", "DUPLICATED_MAP_KEY"),
    ("map(null, 2)", "NULL_MAP_KEY"),
    ("element_at(array(1), 0)", "INVALID_INDEX_OF_ZERO"),
    ("element_at(array(1), 5)", "INVALID_ARRAY_INDEX_IN_ELEMENT_AT"),
    ("slice(array(1, 2), 0, 1)", "INVALID_PARAMETER_VALUE.START"),
    ("split_part('a.b', '.', 0)", "INVALID_INDEX_OF_ZERO"),
    ("elt(3, 'a', 'b')", "INVALID_ARRAY_INDEX"),
    ("'abc' like 'a\\\\'", "INVALID_FORMAT.ESC_AT_THE_END"),
    ("regexp_extract('a', '(')", "INVALID_PARAMETER_VALUE.PATTERN"),
]


def test_a_wrong_value_is_an_error_when_it_is_computed(spark: SparkSession) -> None:
    for text, condition in ERRORS_OF_VALUES:
        frame = spark.sql(f"SELECT {text}")
        with pytest.raises(PySparkException) as raised:
            frame.collect()
        assert raised.value.getCondition() == condition, text


ERRORS_OF_ARGUMENTS = [
    ("array_contains(array(1), 'a')", "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES"),
    ("array_union(array(1), array('a'))", "DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES"),
    ("explode(1)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("named_struct(1, 2)", "DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING"),
    ("stack(2, 1, 'a')", "DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES"),
    ("regexp_replace('a', 'a', 'b', 0)", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
]


def test_a_wrong_argument_is_an_error_of_analysis(spark: SparkSession) -> None:
    for text, condition in ERRORS_OF_ARGUMENTS:
        with pytest.raises(AnalysisException) as raised:
            spark.sql(f"SELECT {text}")
        assert raised.value.getCondition() == condition, text


def test_generators_make_rows(spark: SparkSession) -> None:
    assert spark.sql("SELECT posexplode(map('a', 1))").collect() == [Row(pos=0, key="a", value=1)]
    assert spark.sql("SELECT explode_outer(cast(null AS array<int>))").collect() == [Row(col=None)]
    assert spark.sql("SELECT stack(2, 1, 2, 3)").collect() == [Row(col0=1, col1=2), Row(col0=3, col1=None)]


def test_lambdas_of_python_nest(spark: SparkSession) -> None:
    frame = spark.createDataFrame([([[1, 2], [3]],)], ["v"])
    nested = frame.select(sf.transform("v", lambda xs: sf.transform(xs, lambda x: x + sf.size(xs))).alias("v"))
    assert nested.collect() == [Row(v=[[3, 4], [4]])]
