"""Tables made over directories ``p=0``, ``p=1`` that are there already; answers are PySpark's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import AnalysisException

ROWS = [(i, i % 2) for i in range(10)]


@pytest.fixture
def place(spark: Any, tmp_path: Path) -> str:
    path = str(tmp_path / "d")
    spark.range(10).selectExpr("id", "id % 2 as p").write.partitionBy("p").parquet(path)
    spark.sql("drop table if exists over_dirs")
    return path


def make(spark: Any, columns: str, place: str, rest: str = "") -> Any:
    spark.sql(f"create table over_dirs {columns} using parquet {rest} location '{place}'")
    return spark.table("over_dirs")


def rows(spark: Any) -> list[tuple[Any, ...]]:
    return sorted(map(tuple, spark.table("over_dirs").collect()))


@pytest.mark.parametrize("columns", ["(id bigint)", "(id bigint, p int)", "(p int, id bigint)"])
def test_named_columns_are_read_with_those_of_the_directories_behind(columns: str, spark: Any, place: str) -> None:
    table = make(spark, columns, place)
    assert table.schema.simpleString() == "struct<id:bigint,p:int>"
    assert rows(spark) == ROWS
    assert sorted(map(tuple, table.where("p = 1").collect())) == [row for row in ROWS if row[1]]
    assert [tuple(row) for row in spark.sql("describe over_dirs").collect()] == [
        ("id", "bigint", None),
        ("p", "int", None),
    ]
    with pytest.raises(AnalysisException, match="PARTITION_SCHEMA_IS_EMPTY"):
        spark.sql("show partitions over_dirs").collect()


def test_a_column_of_directories_has_the_type_that_the_statement_gives(spark: Any, place: str) -> None:
    assert make(spark, "(p string, id bigint)", place).schema.simpleString() == "struct<id:bigint,p:string>"
    assert rows(spark) == [(i, str(p)) for i, p in ROWS]


def test_new_directories_are_read_and_new_rows_go_into_directories(spark: Any, place: str) -> None:
    make(spark, "(id bigint, p int)", place)
    spark.range(2).write.parquet(place + "/p=9")
    assert spark.table("over_dirs").count() == 12
    spark.sql("insert into over_dirs values (101, 8)")
    assert rows(spark)[-1] == (101, 8)
    assert "p=8" in os.listdir(place)
    spark.sql("insert overwrite over_dirs values (5, 6)")
    assert rows(spark) == [(5, 6)]
    assert sorted(name for name in os.listdir(place) if "=" in name) == ["p=6"]


@pytest.mark.parametrize(
    ("columns", "rest"), [("", ""), ("(id bigint, p int)", "partitioned by (p)")], ids=["inferred", "partitioned by"]
)
def test_partitions_of_a_partitioned_table_are_found_by_repair(columns: str, rest: str, spark: Any, place: str) -> None:
    table = make(spark, columns, place, rest)
    assert table.schema.simpleString() == "struct<id:bigint,p:int>"
    assert rows(spark) == []
    assert spark.sql("show partitions over_dirs").collect() == []
    spark.sql("msck repair table over_dirs")
    assert rows(spark) == ROWS


def test_a_column_of_directories_that_is_named_twice_is_refused(spark: Any, place: str) -> None:
    with pytest.raises(AnalysisException, match="COLUMN_ALREADY_EXISTS"):
        make(spark, "(id bigint, id int)", place)
