"""XML through readers, writers and SQL, with PySpark's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import AnalysisException


def test_files_are_written_and_read_back(make_session: Any, tmp_path: Path) -> None:
    spark = make_session("local[2]")
    df = spark.createDataFrame([(100, "Ann", 0), (7, "Bo", 1)], "age int, name string, p int")
    df.write.partitionBy("p").option("rowTag", "person").xml(str(tmp_path / "d"))
    found = spark.read.xml(str(tmp_path / "d"), rowTag="person")
    assert found.schema.simpleString() == "struct<age:bigint,name:string,p:int>"
    assert sorted(tuple(row) for row in found.collect()) == [(7, "Bo", 1), (100, "Ann", 0)]
    assert found.filter("p = 1").select("name").collect() == [("Bo",)]
    with pytest.raises(AnalysisException) as error:
        spark.sql(f"SELECT * FROM xml.`{tmp_path / 'd'}`")
    assert error.value.getCondition() == "XML_ROW_TAG_MISSING"


def test_tables_are_kept_as_xml(make_session: Any) -> None:
    spark = make_session("local[2]")
    spark.sql("CREATE TABLE kept (id INT, name STRING) USING xml OPTIONS (rowTag 'r')")
    spark.sql("INSERT INTO kept VALUES (1, 'a'), (2, NULL)")
    assert sorted(tuple(row) for row in spark.table("kept").collect()) == [(1, "a"), (2, None)]


def test_texts_are_rows_whatever_their_tag(make_session: Any) -> None:
    spark = make_session("local[2]")
    texts = spark.createDataFrame([("<r><p><n>1</n></p><p><n>3</n></p></r>",), ("bad <p",), (None,)], "v string")
    found = spark.read.option("rowTag", "p").xml(texts)
    assert found.schema.simpleString() == "struct<_corrupt_record:string,p:array<struct<n:bigint>>>"
    assert [tuple(row) for row in found.collect()] == [(None, [(1,), (3,)]), ("bad <p", None), (None, None)]
    assert spark.read.xml(spark.sparkContext.parallelize(["<q><n>1</n></q>"])).collect() == [(1,)]
