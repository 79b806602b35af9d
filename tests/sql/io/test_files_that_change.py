"""Files below DataFrames: what is known of them, what is kept of them when they change, writes that fail."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import AnalysisException, SparkRuntimeException


def test_the_files_of_rows_are_a_column_of_the_data_frame(make_session: Any, tmp_path: Path) -> None:
    spark = make_session()
    spark.range(3).coalesce(1).write.parquet(str(tmp_path / "d"))
    df = spark.read.parquet(str(tmp_path / "d"))
    assert df.columns == ["id"]
    names = {row[0] for row in df.select(df["_metadata.file_name"]).collect()}
    assert names == {path.name for path in (tmp_path / "d").glob("part-*")}
    assert df.filter(df["_metadata"]["file_size"] > 0).count() == 3
    assert df.select("id").select(df["_metadata"]).columns == ["_metadata"]
    with pytest.raises(AttributeError):
        _ = df._metadata
    with pytest.raises(AnalysisException):
        _ = spark.range(1)["_metadata"]


def test_what_is_kept_of_files_follows_what_is_written_there(make_session: Any, tmp_path: Path) -> None:
    spark = make_session()
    path = str(tmp_path / "d")
    spark.range(3).write.parquet(path)
    kept = spark.read.parquet(path).cache()
    assert kept.count() == 3
    spark.range(5).write.mode("append").parquet(path)
    assert (kept.count(), spark.read.parquet(path).count()) == (8, 8)
    spark.range(2).write.mode("overwrite").parquet(path)
    assert kept.count() == 2


def test_a_write_that_fails_leaves_arrows_writer_silent(make_session: Any, tmp_path: Path) -> None:
    spark = make_session()
    with pytest.raises(SparkRuntimeException):
        spark.range(3).selectExpr("id", "raise_error('no') AS x").write.parquet(str(tmp_path / "d"))
    gc.collect()


def test_tables_of_files_are_not_written_in_the_second_way(make_session: Any) -> None:
    spark = make_session()
    df = spark.range(3)
    df.writeTo("t").create()
    for write in (df.writeTo("t").append, df.writeTo("t").overwritePartitions, lambda: df.writeTo("t").overwrite("id")):
        with pytest.raises(AnalysisException) as error:
            write()
        assert error.value.getCondition() == "_LEGACY_ERROR_TEMP_1012"
        assert error.value.getMessageParameters() == {"identifier": "`spark_catalog`.`default`.`t`"}
    with pytest.raises(AnalysisException) as error:
        df.writeTo("nope").append()
    assert error.value.getCondition() == "TABLE_OR_VIEW_NOT_FOUND"
