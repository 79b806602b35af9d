"""Arrays built from their buffers are those that pyarrow makes, and small programs do without pandas."""

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.sql.arrow import buffers
from pyrdd.sql.arrow.buffers import array_of

VALUES = {
    pa.int8(): st.integers(-(2**7), 2**7 - 1),
    pa.int16(): st.integers(-(2**15), 2**15 - 1),
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.float32(): st.floats(width=32, allow_nan=False),
    pa.float64(): st.floats(allow_nan=False),
    pa.bool_(): st.booleans(),
    pa.string(): st.text(st.characters(exclude_categories=["Cs"])),
    pa.binary(): st.binary(),
    pa.date32(): st.dates(),
    pa.timestamp("us"): st.datetimes(),
    pa.decimal128(10, 2): st.decimals(-1000, 1000, places=2),
}


@pytest.fixture
def without_pandas(monkeypatch):
    """`array_of` as in a program that has not loaded pandas."""
    monkeypatch.setattr(buffers, "sys", type("sys", (), {"modules": {}, "byteorder": sys.byteorder}))


@pytest.mark.parametrize("kind", VALUES, ids=str)
def test_arrays_are_those_of_pyarrow(kind, without_pandas):
    @given(st.lists(st.none() | VALUES[kind], max_size=20))
    def agrees(values):
        made = array_of(values, kind)
        made.validate(full=True)
        assert made.equals(pa.array(values, kind))

    agrees()


def test_values_may_come_one_by_one(without_pandas):
    assert array_of(iter([1, None]), pa.int32()).to_pylist() == [1, None]


def test_long_columns_are_left_to_pyarrow(without_pandas):
    assert len(array_of(range(buffers.SHORT + 1), pa.int64())) == buffers.SHORT + 1


PROGRAM = """
import datetime, sys
from pyrdd.sql import Row, SparkSession
spark = SparkSession.builder.master("local[1]").getOrCreate()
rows = [Row(n=1, s="a", x=0.5, d=datetime.date(2020, 1, 1), t=datetime.datetime(2020, 1, 1), a=[1, 2], m={"k": True})]
frame = spark.createDataFrame(rows)
assert frame.filter(frame.n > 0).collect() == rows
assert frame.count() == 1 and spark.range(3).count() == 3
frame.show()
print([name for name in ("pandas", "sqlglot") if name in sys.modules])
spark.stop()
"""


def test_a_small_program_loads_neither_pandas_nor_a_parser_of_sql():
    found = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120)
    assert found.stdout.splitlines()[-1:] == ["[]"], found.stdout + found.stderr
