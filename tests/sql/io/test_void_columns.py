"""Columns without a type: which formats hold them, as PySpark's do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import Row

HELD = {
    "map()": ("map<void,void>", {}),
    "map('a', null)": ("map<string,void>", {"a": None}),
    "array()": ("array<void>", []),
    "array(null)": ("array<void>", [None]),
    "struct(null as x)": ("struct<x:void>", Row(x=None)),
    "null": ("void", None),
}


@pytest.mark.parametrize("text", HELD)
def test_parquet_holds_void(text: str, spark: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "p")
    spark.sql(f"select {text} as m").write.parquet(path)
    found = spark.read.parquet(path)
    kind, value = HELD[text]
    assert found.schema.simpleString() == f"struct<m:{kind}>"
    assert found.collect() == [Row(m=value)]


def test_an_empty_map_is_written_as_json(spark: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "j")
    spark.sql("select map() as m, 1 as n").write.json(path)
    assert spark.read.text(path).collect() == [Row(value='{"m":{},"n":1}')]


SHOWN = {
    "map()": '"MAP<VOID, VOID>"',
    "map('a', array())": '"MAP<STRING, ARRAY<VOID>>"',
    "struct(null as x)": '"STRUCT<x: VOID>"',
    "null": '"VOID"',
}


@pytest.mark.parametrize("name", ["csv", "orc"])
@pytest.mark.parametrize("text", SHOWN)
def test_other_formats_say_what_they_do_not_hold(name: str, text: str, spark: Any, tmp_path: Path) -> None:
    with pytest.raises(AnalysisException) as raised:
        spark.sql(f"select {text} as m").write.format(name).save(str(tmp_path / "x"))
    assert raised.value.getCondition() == "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"
    expected = {"columnName": "`m`", "columnType": SHOWN[text], "format": name.upper()}
    assert raised.value.getMessageParameters() == expected


def test_rows_with_empty_maps_of_no_type_make_a_frame(spark: Any) -> None:
    frame = spark.createDataFrame([({},), (None,)], "m map<void,void>")
    assert frame.collect() == [Row(m={}), Row(m=None)]
    assert frame.toArrow().column("m").to_pylist() == [[], None]
