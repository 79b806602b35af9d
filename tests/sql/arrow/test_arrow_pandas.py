"""pandas to tables and back: dtypes and values were recorded from PySpark 4.3 (with Arrow, its default)."""

import datetime as dt
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pyrdd.errors import (
    PySparkException,
    PySparkNotImplementedError,
    PySparkTypeError,
    PySparkValueError,
    UnsupportedOperationException,
)
from pyrdd.sql.arrow import (
    conform,
    numpy_to_table,
    pandas_to_table,
    rows_to_table,
    table_to_pandas,
    table_to_rows,
    to_arrow_schema,
    to_user_table,
)
from pyrdd.sql.types import DataType, Row, VariantVal

UNIT = "ns" if pd.__version__ < "3" else "us"
TEXT = np.dtype(object) if pd.__version__ < "3" else pd.StringDtype(na_value=np.nan)


@pytest.fixture(autouse=True)
def local_zone(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def frame(rows, ddl, mode="legacy"):
    schema = DataType.fromDDL(ddl)
    return table_to_pandas(rows_to_table(rows, schema), schema, "Asia/Tokyo", mode)


DTYPES = [
    ("tinyint", 1, "int8", "float64"),
    ("smallint", 2, "int16", "float64"),
    ("int", 3, "int32", "float64"),
    ("bigint", 4, "int64", "float64"),
    ("float", 1.5, "float32", "float32"),
    ("double", 2.5, "float64", "float64"),
    ("boolean", True, "bool", "object"),
    ("decimal(3,2)", Decimal("1.50"), "object", "object"),
    ("string", "x", TEXT, TEXT),
    ("binary", b"\1", "object", "object"),
    ("date", dt.date(2020, 1, 2), "object", "object"),
    ("timestamp", dt.datetime(2020, 1, 1, 13, 4, 5), f"datetime64[{UNIT}]", f"datetime64[{UNIT}]"),
    ("timestamp_ntz", dt.datetime(2020, 1, 2, 3, 4, 5), f"datetime64[{UNIT}]", f"datetime64[{UNIT}]"),
    ("interval day to second", dt.timedelta(1), f"timedelta64[{UNIT}]", f"timedelta64[{UNIT}]"),
    ("time", dt.time(1, 2, 3), "object", "object"),
    ("array<int>", [1, 2], "object", "object"),
    ("map<string,int>", {"a": 1}, "object", "object"),
    ("struct<x:int>", (1,), "object", "object"),
    ("variant", VariantVal.parseJson("1"), "object", "object"),
    ("void", None, "object", "object"),
]


@pytest.mark.parametrize(("kind", "value", "full", "with_null"), DTYPES)
def test_dtypes_are_those_of_pyspark_with_and_without_nulls_and_rows(kind, value, full, with_null):
    assert frame([(value,)], f"c {kind}").c.dtype == full
    assert frame([], f"c {kind}").c.dtype == full
    assert frame([(None,), (value,)], f"c {kind}").c.dtype == with_null


def test_timestamps_are_shown_in_the_sessions_zone_nested_ones_too():
    moment, shown = dt.datetime(2020, 1, 1, 13, 4, 5, 123456), pd.Timestamp("2020-01-02 03:04:05.123456")
    made = frame([(moment, [moment], {"k": moment})], "t timestamp, a array<timestamp>, m map<string,timestamp>")
    assert (made.t[0], made.a[0][0], made.m[0]["k"]) == (shown, shown, {"k": shown}["k"])


def test_arrays_are_numpys_and_maps_dictionaries():
    made = frame([([1, 2], {"a": 1})], "a array<int>, m map<string,int>")
    assert isinstance(made.a[0], np.ndarray) and made.a[0].dtype == "int32"
    assert made.m[0] == {"a": 1}


def test_structs_are_dictionaries_or_rows_as_set():
    rows, ddl = [((1, [(dt.date(2020, 1, 1),)]),)], "s struct<x:int,y:array<struct<z:date>>>"
    assert str(frame(rows, ddl).s[0]) == ("{'x': 1, 'y': array([{'z': datetime.date(2020, 1, 1)}], dtype=object)}")
    assert isinstance(frame(rows, ddl, "row").s[0], Row)


def test_equal_names_in_structs_are_refused_numbered_or_kept():
    rows, ddl = [((1, 2),)], "s struct<a:int,a:int>"
    with pytest.raises(UnsupportedOperationException) as caught:
        frame(rows, ddl)
    assert caught.value.getCondition() == "DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT"
    assert frame(rows, ddl, "row").s[0] == Row(1, 2)
    assert frame(rows, ddl, "dict").s[0] == {"a_0": 1, "a_1": 2}


def test_columns_may_share_a_name_and_may_be_none():
    assert frame([(1, 2)], "a int, a int").columns.tolist() == ["a", "a"]
    assert frame([(), (), ()], "").shape == (3, 0)


def test_days_beyond_pandas_nanoseconds_stay_dates():
    made = frame([(dt.date(9999, 12, 31), dt.date(1, 1, 1))], "t date, u date")
    assert made.values.tolist() == [[dt.date(9999, 12, 31), dt.date(1, 1, 1)]]


# --- from pandas --------------------------------------------------------------------------------------------


def inferred(values, **options):
    return pandas_to_table(pd.DataFrame({"c": values}), None, "Asia/Tokyo", **options)[1].simpleString()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], "bigint"),
        (np.array([1], "int8"), "tinyint"),
        ([1.5, None], "double"),
        (["x", None], "string"),
        ([True], "boolean"),
        (pd.array([1, None], dtype="Int64"), "bigint"),
        (pd.to_datetime(["2020-01-01"]), "timestamp"),
        (pd.to_datetime(["2020-01-01"]).tz_localize("UTC"), "timestamp"),
        (pd.to_timedelta([1], unit="s"), "interval day to second"),
        (pd.Categorical(["u", "v"]), "string"),
        ([dt.date(2020, 1, 1)], "date"),
        ([Decimal("1.5"), Decimal("22.25")], "decimal(4,2)"),
        ([[1], [2]], "array<bigint>"),
        ([{"a": 1}, {"b": 2}], "struct<a:bigint,b:bigint>"),
        ([None, None], "void"),
        ([b"x"], "binary"),
        (np.array([1], "uint8"), "bigint"),
        (np.array([1], "uint64"), "bigint"),
        (np.array([1.5], "float16"), "double"),
        ([np.array([1.5]), np.array([2.5])], "array<double>"),
        ([dt.time(1)], "time(6)"),
        ([dt.datetime(2020, 1, 1)], "timestamp"),
        ([1, "a"], "string"),
        ([1, 1.5, None], "double"),
        ([True, None], "boolean"),
        ([Row(a=1)], "array<bigint>"),
        ([(1, 2)], "array<bigint>"),
        ([[dt.datetime(2020, 1, 1)]], "array<timestamp>"),
        ([{"a": {"b": [1]}}], "struct<a:struct<b:array<bigint>>>"),
        (pd.Categorical([3, 4]), "bigint"),
    ],
)
def test_types_are_inferred_from_pandas(values, expected):
    assert inferred(values) == f"struct<c:{expected}>"


def test_dictionaries_can_be_inferred_as_maps():
    assert inferred([{"a": 1}], dict_as_map=True) == "struct<c:map<string,bigint>>"


def test_a_frame_survives_the_way_there_and_back():
    schema = DataType.fromDDL(
        "i int, s string, t timestamp, n timestamp_ntz, d date, a array<timestamp>, st struct<x:int,y:string>, "
        "e decimal(5,2)"
    )
    moment = dt.datetime(2020, 1, 1, 13)
    row = (1, "x", moment, moment, moment.date(), [moment], (1, "y"), Decimal("1.50"))
    table = rows_to_table([row, (None,) * 8], schema)
    again, _ = pandas_to_table(table_to_pandas(table, schema, "Asia/Tokyo"), schema, "Asia/Tokyo", safe=False)
    assert table_to_rows(again, schema) == table_to_rows(table, schema)


def test_names_are_given_or_the_frames_and_may_be_fewer_or_more():
    made = pd.DataFrame([[1, "x"]])
    assert pandas_to_table(made)[1].names == ["0", "1"]
    assert pandas_to_table(made, ["id"])[1].names == ["id"]
    assert pandas_to_table(made, ["id", "b", "c"])[1].names == ["id", "b"]


MOMENT = dt.datetime(2020, 1, 1)
FITTED = [
    ("string", [1], ["1"]),
    ("string", [True, None], ["true", None]),
    ("double", [1], [1.0]),
    ("bigint", [1.0, None], [1, None]),
    ("bigint", [True], [1]),
    ("boolean", [1], [True]),
    ("int", [None], [None]),
    ("date", pd.to_datetime(["2020-01-01 12:00"]), [MOMENT.date()]),
    ("decimal(5,2)", [Decimal("1.555")], [Decimal("1.56")]),
    ("array<double>", [[1]], [[1.0]]),
    ("array<string>", [[1]], [["1"]]),
    ("map<string,int>", [{"a": 1}], [{"a": 1}]),
    ("struct<a:int,b:string>", [{"a": 1}], [Row(1, None)]),
    ("struct<a:int,b:string>", [(1, "x")], [Row(1, "x")]),
    ("timestamp_ntz", pd.to_datetime(["2020-01-01"]), [MOMENT]),
    ("timestamp_ntz", pd.to_datetime(["2020-01-01"]).tz_localize("UTC"), [MOMENT]),
    ("timestamp", pd.to_datetime(["2020-01-01"]), [dt.datetime(2019, 12, 31, 10)]),
    ("timestamp", pd.to_datetime(["2020-01-01"]).tz_localize("UTC"), [dt.datetime(2019, 12, 31, 19)]),
    ("timestamp", [1], [dt.datetime(1969, 12, 31, 19, 0, 0, 1)]),
    ("array<timestamp>", [[MOMENT]], [[dt.datetime(2019, 12, 31, 10)]]),
    ("binary", ["x"], [b"x"]),
    ("float", [0.1], [0.10000000149011612]),
    ("interval day to second", pd.to_timedelta([1], unit="s"), [dt.timedelta(seconds=1)]),
]


@pytest.mark.parametrize(("kind", "values", "expected"), FITTED)
def test_columns_are_made_to_fit_the_schema_as_pyspark_does(kind, values, expected):
    table, schema = pandas_to_table(pd.DataFrame({"c": values}), DataType.fromDDL(f"c {kind}"), "Asia/Tokyo")
    assert [row.c for row in table_to_rows(table, schema)] == expected


@pytest.mark.parametrize(
    ("kind", "values", "condition"),
    [
        ("int", [1 << 40], "VALUE_OUT_OF_BOUNDS"),
        ("tinyint", [300], "VALUE_OUT_OF_BOUNDS"),
        ("int", [1.5], "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
        ("int", ["x"], "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
        ("boolean", ["true"], "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
        ("date", ["2020-01-01"], "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
        ("timestamp", ["2020-01-01"], "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
        ("decimal(5,2)", [1.5], "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
        ("int, d int", [1], "FIELD_STRUCT_LENGTH_MISMATCH"),
    ],
)
def test_columns_that_do_not_fit_raise_what_pyspark_raises(kind, values, condition):
    with pytest.raises(PySparkException) as caught:
        pandas_to_table(pd.DataFrame({"c": values}), DataType.fromDDL(f"c {kind}"))
    assert caught.value.getCondition() == condition


@pytest.mark.parametrize("values", [[1j], [object()]])
def test_values_without_a_type_are_refused_with_the_columns_name(values):
    with pytest.raises(PySparkTypeError) as caught:
        pandas_to_table(pd.DataFrame({"c": values}))
    assert caught.value.getCondition() == "CANNOT_INFER_TYPE_FOR_FIELD"
    assert caught.value.getMessageParameters() == {"field_name": "c"}


def test_no_schema_is_inferred_from_nothing():
    for made in (pd.DataFrame(), pd.DataFrame({"a": []})):
        with pytest.raises(PySparkValueError) as caught:
            pandas_to_table(made)
        assert caught.value.getCondition() == "CANNOT_INFER_EMPTY_SCHEMA"
    table, _ = pandas_to_table(pd.DataFrame({"a": []}), DataType.fromDDL("a int"))
    assert (table.num_rows, table.column_names) == (0, ["a"])


def test_nanoseconds_of_pandas_do_not_leak():
    made = pd.DataFrame({"t": pd.Series([pd.Timestamp("1960-01-01 00:00:00.000000001")])})
    table, _ = pandas_to_table(made, None, "UTC")
    assert table.column(0).type == pa.timestamp("us", "UTC")
    assert table.column(0).cast(pa.int64()).to_pylist() == [-315619200000000]


def test_numpy_datetimes_are_in_the_sessions_zone():
    table, schema = numpy_to_table(np.array(["2020-01-01"], "datetime64[ns]"), None, "Asia/Tokyo")
    assert table_to_rows(table, schema) == [Row(value=dt.datetime(2019, 12, 31, 10))]


def test_numpy_numbers_that_spark_lacks_are_refused():
    with pytest.raises(PySparkTypeError):
        numpy_to_table(np.array([1], "uint8"))


def test_numpy_arrays_are_tables_too():
    table, schema = numpy_to_table(np.array([[1, 2], [3, 4]], "int32"))
    assert (schema.simpleString(), table.to_pydict()) == ("struct<_1:int,_2:int>", {"_1": [1, 3], "_2": [2, 4]})
    assert numpy_to_table(np.array([1.5]))[1].simpleString() == "struct<value:double>"
    with pytest.raises(PySparkValueError):
        numpy_to_table(np.zeros((1, 1, 1)))


# --- tables of an engine ------------------------------------------------------------------------------------


def test_a_table_of_an_engine_is_brought_to_the_schemas_storage():
    schema = DataType.fromDDL(
        "d interval day to second, t timestamp, s string, v void, a array<struct<x:bigint>>, "
        "m map<string,timestamp_ntz>"
    )
    table = pa.table(
        [
            pa.array([pa.MonthDayNano([0, 1, 2000])]),
            pa.array([-1], pa.timestamp("ns", "Etc/UTC")),
            pa.array(["x"]).dictionary_encode(),
            pa.array([None], pa.int32()),
            pa.array([[{"y": 1}]], pa.large_list(pa.struct([("y", pa.int8())]))),
            pa.array([[("k", 1999)]], pa.map_(pa.large_string(), pa.timestamp("ns"))),
        ],
        names=list("uvwxyz"),
    )
    made = conform(table, schema)
    assert made.schema == to_arrow_schema(schema)
    assert made.column(0).cast(pa.int64()).to_pylist() == [86_400_000_002]
    assert made.column(1).cast(pa.int64()).to_pylist() == [-1]
    assert made.slice(0, 1).select(["s", "a"]).to_pylist() == [{"s": "x", "a": [{"x": 1}]}]
    assert made.column(5).to_pylist() == [[("k", dt.datetime(1970, 1, 1, 0, 0, 0, 1))]]


def test_timestamps_without_zone_are_taken_for_the_sessions_where_the_schema_wants_a_zone():
    schema = DataType.fromDDL("t timestamp, a array<timestamp>, n timestamp_ntz")
    naive = pa.array([dt.datetime(2020, 1, 1)], pa.timestamp("us"))
    nested = pa.array([[dt.datetime(2020, 1, 1)]], pa.list_(pa.timestamp("ns")))
    moment = dt.datetime(2019, 12, 31, 10)
    for zone in ("Asia/Tokyo", "+09:00"):
        made = conform(pa.table([naive, nested, naive], names=["t", "a", "n"]), schema, zone)
        assert table_to_rows(made, schema) == [Row(moment, [moment], dt.datetime(2020, 1, 1))]
        assert made.schema == to_arrow_schema(schema)


def test_the_sessions_zone_may_be_an_offset():
    schema = DataType.fromDDL("t timestamp, a array<timestamp>")
    moment = dt.datetime(2019, 12, 31, 10)
    made = table_to_pandas(rows_to_table([(moment, [moment])], schema), schema, "+09:00")
    assert [made.t[0], made.a[0][0]] == [pd.Timestamp("2020-01-01")] * 2
    assert table_to_rows(pandas_to_table(made, schema, "+09:00")[0], schema) == [Row(moment, [moment])]


def test_a_sliced_table_is_brought_to_storage_as_well():
    schema = DataType.fromDDL("a array<bigint>, m map<int,bigint>")
    table = pa.table(
        [
            pa.array([[1], None, [2, 3], []], pa.list_(pa.int32())),
            pa.array([[(1, 1)], [(2, 2)], None, [(3, 3), (4, 4)]], pa.map_(pa.int8(), pa.int32())),
        ],
        names=["a", "m"],
    )
    assert table_to_rows(conform(table.slice(1), schema), schema) == [
        Row(None, {2: 2}),
        Row([2, 3], None),
        Row([], {3: 3, 4: 4}),
    ]


@pytest.mark.parametrize("kind", ["interval year", "interval"])
def test_intervals_with_months_are_handed_out_neither_in_arrow_nor_in_pandas(kind):
    schema = DataType.fromDDL(f"c {kind}")
    table = pa.Table.from_arrays([pa.nulls(1, to_arrow_schema(schema)[0].type)], schema=to_arrow_schema(schema))
    with pytest.raises(PySparkTypeError) as caught:
        to_user_table(table, schema)
    assert caught.value.getCondition() == "UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION"
    with pytest.raises(PySparkNotImplementedError):
        table_to_pandas(table, schema)


def test_users_get_times_of_day_in_nanoseconds_as_from_pyspark():
    schema = DataType.fromDDL("t time, a array<time>")
    table = rows_to_table([(dt.time(1), [dt.time(2)])], schema)
    assert [field.type for field in to_user_table(table, schema).schema] == [
        pa.time64("ns"),
        pa.list_(pa.field("element", pa.time64("ns"))),
    ]
