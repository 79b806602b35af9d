"""Rows to tables and tables to rows: the expected values were recorded from PySpark 4.3."""

import datetime as dt
import time
from array import array
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import (
    ArithmeticException,
    PySparkNotImplementedError,
    PySparkTypeError,
    PySparkValueError,
)
from pyrdd.sql.arrow import rows_to_table, table_to_rows
from pyrdd.sql.types import (
    DataType,
    Geometry,
    LongType,
    Row,
    StructField,
    StructType,
    UserDefinedType,
    VariantVal,
)

UTC = dt.UTC


@pytest.fixture
def zone(monkeypatch):
    """Sets the local time zone of the process."""

    def set_zone(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


def there_and_back(rows, ddl, verify=True):
    schema = DataType.fromDDL(ddl)
    return table_to_rows(rows_to_table(rows, schema, verify), schema)


EVERY = "b tinyint, i int, l bigint, f float, d double, e decimal(10,2), s string, x binary, o boolean, n date, \
t timestamp, tn timestamp_ntz, ti time, di interval day to second, a array<int>, m map<string,array<timestamp>>, \
st struct<x:int,y:struct<z:string>>, v variant, w void, g geometry(0)"
VARIANT = VariantVal.parseJson('{"a":1}')
FULL = (
    1,
    2,
    3,
    1.5,
    2.5,
    Decimal("1.50"),
    "x",
    b"y",
    True,
    dt.date(2020, 1, 1),
    dt.datetime(2020, 1, 1, 1, 2, 3, 4),
    dt.datetime(1, 1, 1),
    dt.time(1, 2, 3, 4),
    dt.timedelta(-1, 5, 7),
    [1, None],
    {"a": [dt.datetime(1900, 1, 1, 12), None], "b": None},
    Row(x=1, y=Row(z=None)),
    VARIANT,
    None,
    Geometry(b"g", 0),
)
EMPTY = (None,) * len(FULL)


@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_every_kind_of_value_comes_back(zone, name):
    zone(name)
    rows = there_and_back([FULL, EMPTY, FULL], EVERY)
    assert [str(row) for row in rows[::2]] == [str(rows[0])] * 2
    assert tuple(rows[1]) == EMPTY
    assert [a for a, b in zip(rows[0], FULL, strict=True) if a != b] == [rows[0].v]
    assert rows[0].v.toPython() == {"a": 1}
    assert type(rows[0]) is Row and type(rows[0].st.y) is Row and type(rows[0].x) is bytes
    assert rows[0].__fields__ is rows[1].__fields__


def test_a_slice_and_chunks_give_the_same_rows():
    schema = DataType.fromDDL(EVERY)
    table = rows_to_table([EMPTY, FULL, EMPTY, FULL], schema)
    whole = list(map(str, table_to_rows(table, schema)))
    parts = pa.concat_tables([table.slice(0, 1), table.slice(1, 2), table.slice(3)])
    assert list(map(str, table_to_rows(parts, schema))) == whole
    assert list(map(str, table_to_rows(table.slice(1, 2), schema))) == whole[1:3]


def test_empty_tables_and_tables_without_columns_have_rows_too():
    assert there_and_back([], EVERY) == []
    schema = DataType.fromDDL("")
    table = rows_to_table([(), ()], schema)
    assert table.num_rows == 2
    assert table_to_rows(table, schema) == [Row(), Row()]


def test_names_may_repeat():
    assert there_and_back([(1, 2)], "a int, a int") == [Row(1, 2)]
    assert there_and_back([((1, 2),)], "s struct<a:int,a:int>")[0].s == (1, 2)


def test_local_time_is_that_of_the_process_with_the_fold_of_a_repeated_hour(zone):
    zone("America/New_York")
    schema = DataType.fromDDL("t timestamp")
    seconds = [1604206800, 1604210400, 1604214000, -5364662400, 1577934245]
    table = pa.table({"t": pa.array([s * 1_000_000 for s in seconds], pa.timestamp("us", "UTC"))})
    moments = [row.t for row in table_to_rows(table, schema)]
    assert moments == [
        dt.datetime(2020, 11, 1, 1),
        dt.datetime(2020, 11, 1, 1),
        dt.datetime(2020, 11, 1, 2),
        dt.datetime(1799, 12, 31, 19, 3, 58),
        dt.datetime(2020, 1, 1, 22, 4, 5),
    ]
    assert [moment.fold for moment in moments] == [0, 1, 0, 0, 0]


def test_naive_datetimes_are_local_and_others_are_not(zone):
    zone("America/New_York")
    naive, zoned = dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, tzinfo=UTC)
    assert there_and_back([(zoned, naive)], "a timestamp, b timestamp") == [
        Row(a=dt.datetime(2019, 12, 31, 19, 0), b=dt.datetime(2020, 1, 1, 0, 0))
    ]
    assert there_and_back([(zoned,)], "a timestamp_ntz") == [Row(a=naive)]


@given(st.lists(st.datetimes(min_value=dt.datetime(1850, 1, 1), max_value=dt.datetime(2100, 1, 1)), max_size=20))
def test_local_times_are_what_python_makes_of_them_one_by_one(moments):
    schema = DataType.fromDDL("t timestamp")
    table = rows_to_table([(moment,) for moment in moments], schema)
    micros = table.column(0).cast(pa.int64()).to_pylist()
    assert micros == [int(time.mktime(m.timetuple())) * 1_000_000 + m.microsecond for m in moments]
    expected = [dt.datetime.fromtimestamp(x // 1_000_000).replace(microsecond=x % 1_000_000) for x in micros]
    assert [row.t for row in table_to_rows(table, schema)] == expected


def test_nanoseconds_are_cut_off_downwards():
    schema = DataType.fromDDL("t timestamp_ntz")
    table = pa.table({"t": pa.array([-1, 1999], pa.timestamp("ns"))})
    assert [row.t for row in table_to_rows(table, schema)] == [
        dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
        dt.datetime(1970, 1, 1, 0, 0, 0, 1),
    ]


@pytest.mark.parametrize(("kind", "arrow"), [("date", pa.date32()), ("timestamp_ntz", pa.timestamp("us"))])
@pytest.mark.parametrize("sign", [1, -1])
def test_years_that_python_lacks_are_refused_clearly(kind, arrow, sign):
    days = 4_000_000 * sign
    values = pa.array([days if kind == "date" else days * 86_400_000_000], pa.int32() if kind == "date" else pa.int64())
    with pytest.raises(PySparkValueError) as caught:
        table_to_rows(pa.table({"a": values.cast(arrow)}), DataType.fromDDL(f"a {kind}"))
    assert caught.value.getCondition() == "VALUE_OUT_OF_PYTHON_RANGE"


@pytest.mark.parametrize("kind", ["interval year", "interval"])
def test_intervals_with_months_cannot_be_collected(kind):
    schema = DataType.fromDDL(f"a {kind}")
    values = pa.array([1], pa.int32()) if kind != "interval" else pa.array([pa.MonthDayNano([1, 2, 3])])
    with pytest.raises(PySparkNotImplementedError):
        table_to_rows(pa.table({"a": values}), schema)


# --- what becomes of odd values -----------------------------------------------------------------------------


def column(values, kind, verify=True):
    return [row.a for row in there_and_back([(value,) for value in values], f"a {kind}", verify)]


def test_anything_is_text():
    values = [1, True, [1], {"a": 1}, 1.5, None, dt.date(2020, 1, 1), b"x"]
    assert column(values, "string") == ["1", "true", "[1]", "{'a': 1}", "1.5", None, "2020-01-01", "b'x'"]


def test_without_verification_values_of_another_class_are_null():
    assert column([1.5], "int", False) == [None]
    assert column(["1"], "int", False) == [None]
    assert column([1], "double", False) == [None]
    assert column([1 << 40], "int", False) == [0]


def test_decimals_are_rounded_half_up_to_the_scale():
    values = [Decimal("1.2345"), Decimal("1.2355"), Decimal("-1.2345"), Decimal("NaN"), Decimal(1)]
    expected = [Decimal("1.235"), Decimal("1.236"), Decimal("-1.235"), None, Decimal("1.000")]
    assert list(map(str, column(values, "decimal(10,3)"))) == list(map(str, expected))
    assert str(column([Decimal(0)], "decimal(38,18)")) == "[Decimal('0E-18')]"


def test_decimals_that_do_not_fit_raise():
    with pytest.raises(ArithmeticException) as caught:
        column([Decimal("123456789012")], "decimal(10,3)")
    assert caught.value.getCondition() == "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION"


def test_other_classes_that_spark_takes():
    assert column([dt.datetime(2020, 1, 1, 23)], "date") == [dt.date(2020, 1, 1)]
    assert column([(1, 2), array("i", [1, 2])], "array<int>") == [[1, 2], [1, 2]]
    assert column([b"a", bytearray(b"b")], "binary") == [b"a", b"b"]
    assert column([{"x": 1}, (1,), Row(y=5)], "struct<x:int>") == [Row(x=1), Row(x=1), Row(x=5)]
    assert column([0.1, 1e300], "float") == [0.10000000149011612, float("inf")]
    assert column([dt.time(1, 2, 3, 456789)], "time(3)") == [dt.time(1, 2, 3, 456789)]


def test_rows_count_by_position_and_dictionaries_by_name():
    assert there_and_back([{"b": 1, "a": "x"}, {"a": "y"}], "a string, b int") == [Row(a="x", b=1), Row(a="y", b=None)]
    with pytest.raises(PySparkTypeError) as caught:
        there_and_back([Row(b=1, a="x")], "a string, b int")
    assert caught.value.getMessageParameters()["field_name"] == "field b"


def test_the_first_bad_row_is_named_not_the_first_bad_column():
    with pytest.raises(PySparkTypeError) as caught:
        there_and_back([(1, "x"), (2, 2.5), ("no", 1)], "a int, b double")
    assert caught.value.getMessageParameters()["field_name"] == "field b"


@pytest.mark.parametrize(
    ("row", "ddl", "condition"),
    [
        ((None,), "a int not null", "FIELD_NOT_NULLABLE_WITH_NAME"),
        ((200,), "a tinyint", "VALUE_OUT_OF_BOUNDS"),
        (({None: 1},), "m map<string,int>", "FIELD_NOT_NULLABLE_WITH_NAME"),
        ((1, 2), "a int", "FIELD_STRUCT_LENGTH_MISMATCH"),
        (([1, 1 << 40],), "a array<int>", "VALUE_OUT_OF_BOUNDS"),
    ],
)
def test_verification_raises_what_pyspark_raises(row, ddl, condition):
    with pytest.raises(PySparkValueError) as caught:
        there_and_back([row], ddl)
    assert caught.value.getCondition() == condition


class PointUDT(UserDefinedType):
    @classmethod
    def sqlType(cls):
        return DataType.fromDDL("array<double>")

    def serialize(self, obj):
        return [obj.x, obj.y]

    def deserialize(self, datum):
        return Point(*datum)


class Point:
    __UDT__ = PointUDT()

    def __init__(self, x, y):
        self.x, self.y = x, y


def test_objects_of_a_users_type_are_stored_as_its_sql_type():
    schema = DataType.fromDDL("i int").add("p", PointUDT())
    table = rows_to_table([(1, Point(1.0, 2.0)), (2, None)], schema, verify=True)
    assert table.column(1).to_pylist() == [[1.0, 2.0], None]
    first, second = table_to_rows(table, schema)
    assert (first.p.x, first.p.y, second.p) == (1.0, 2.0, None)


def test_new_names_of_one_row_are_its_own():
    one, other = table_to_rows(pa.table({"a": [1, 2]}), StructType([StructField("a", LongType())]))
    one.__fields__ = ["b"]
    assert (one.b, other.a, one.asDict(), other.asDict()) == (1, 2, {"b": 1}, {"a": 2})
