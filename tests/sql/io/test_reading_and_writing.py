"""Files through the whole DataFrame layer, on one process and on several."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import Row, SparkSession
from pyrdd.sql import functions as F

pytestmark = pytest.mark.masters("local", "local[2]", "local-cluster[2,1,512]")

PEOPLE = "name,age,city,joined\nAnn,31,Graz,2024-01-05\nBob,,Linz,2023-11-30\nCid,45,Graz,2022-06-01\n"


@pytest.fixture
def people(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return str(path)


def test_csv_with_a_header_and_inferred_types(spark: SparkSession, people: str) -> None:
    df = spark.read.csv(people, header=True, inferSchema=True)
    assert df.schema.simpleString() == "struct<name:string,age:int,city:string,joined:date>"
    assert df.filter(df.city == "Graz").select("name", "age").collect() == [Row(name="Ann", age=31), Row("Cid", 45)]
    assert df.filter("joined < '2023-12-01'").count() == 2


def test_without_a_schema_csv_is_strings(spark: SparkSession, people: str) -> None:
    df = spark.read.option("header", True).csv(people)
    assert df.select("age").collect() == [Row(age="31"), Row(age=None), Row(age="45")]
    assert spark.read.csv(people).columns == ["_c0", "_c1", "_c2", "_c3"]


def test_parquet_is_written_and_read_back(spark: SparkSession, tmp_path: Path) -> None:
    rows = [(i, f"k{i % 3}", datetime.date(2024, 1, 1 + i), [i, None], {"a": i}, (i, "x")) for i in range(8)]
    schema = "i int, s string, d date, a array<int>, m map<string,int>, st struct<x:int,y:string>"
    path = str(tmp_path / "out")
    spark.createDataFrame([*rows, (None,) * 6], schema).write.parquet(path)
    back = spark.read.parquet(path)
    assert back.schema == spark.createDataFrame([], schema).schema
    assert back.orderBy("i").collect()[1:] == [Row(i, s, d, a, m, Row(*st)) for i, s, d, a, m, st in rows]


def test_a_file_for_each_partition(spark: SparkSession, tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    spark.range(6, numPartitions=3).write.json(path)
    names = sorted(name for name in os.listdir(path) if name.startswith("part-"))
    assert [name[:10] for name in names] == ["part-00000", "part-00001", "part-00002"]
    assert sorted(spark.read.json(path).collect()) == [Row(id=i) for i in range(6)]


def test_partition_directories_become_columns_and_are_pruned(spark: SparkSession, tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    spark.range(6).selectExpr("id", "id % 3 as p", "id > 2 as q").write.partitionBy("p", "q").parquet(path)
    assert sorted(name for name in os.listdir(path) if "=" in name) == ["p=0", "p=1", "p=2"]
    df = spark.read.parquet(path)
    assert df.columns == ["id", "p", "q"]
    chosen = df.filter("p = 1 and id >= 0").select("id")
    assert sorted(chosen.collect()) == [Row(id=1), Row(id=4)]
    assert {os.path.dirname(f.path) for f in scanned(chosen)} == {f"{path}/p=1/q=false", f"{path}/p=1/q=true"}
    assert df.where(F.col("p") == 0).where("q").collect() == [Row(id=3, p=0, q="true")]


def scanned(df: Any) -> tuple[Any, ...]:
    from pyrdd.sql.plan import FileScan

    return next(df._execution.optimized.find(FileScan)).listing.files  # type: ignore[no-any-return]


def test_a_scan_reads_the_columns_that_are_named(spark: SparkSession, people: str) -> None:
    from pyrdd.sql.plan import FileScan

    df = spark.read.csv(people, header=True).filter("city = 'Graz'").select("name")
    assert [c.name for c in next(df._execution.optimized.find(FileScan)).columns] == ["name", "city"]
    assert df.collect() == [Row(name="Ann"), Row(name="Cid")]


def test_save_modes(spark: SparkSession, tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    spark.range(2).write.csv(path)
    with pytest.raises(AnalysisException) as caught:
        spark.range(3).write.csv(path)
    assert caught.value.getCondition() == "PATH_ALREADY_EXISTS"
    spark.range(3).write.mode("ignore").csv(path)
    assert spark.read.csv(path).count() == 2
    spark.range(3).write.mode("append").csv(path)
    assert spark.read.csv(path).count() == 5
    spark.range(1).write.mode("overwrite").csv(path)
    assert spark.read.csv(path).collect() == [Row(_c0="0")]


def test_several_paths(spark: SparkSession, tmp_path: Path) -> None:
    for n in range(3):
        spark.range(n, n + 1).write.parquet(str(tmp_path / f"d{n}"))
    paths = [str(tmp_path / f"d{n}") for n in range(3)]
    assert spark.read.parquet(*paths).count() == 3
    assert spark.read.load(paths[:2]).count() == 2
    assert spark.read.format("parquet").load(str(tmp_path / "d*")).count() == 3


def test_large_files_are_read_in_parts(spark: SparkSession, tmp_path: Path) -> None:
    text = "\n".join(f"{i},{'x' * 90}" for i in range(60_000))
    (tmp_path / "big.csv").write_text(text)
    spark.conf.set("spark.sql.files.maxPartitionBytes", "2097152")
    spark.conf.set("spark.sql.files.openCostInBytes", "1024")
    df = spark.read.csv(str(tmp_path / "big.csv"), schema="n int, s string")
    parts = df.select("n").rdd.glom().collect()
    assert len(parts) == 3
    assert sorted(row.n for part in parts for row in part) == list(range(60_000))
    assert df.selectExpr("sum(n)", "count(*)").collect() == [Row(60_000 * 59_999 // 2, 60_000)]


def test_row_groups_of_a_parquet_file_are_shared_out(spark: SparkSession, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = str(tmp_path / "groups.parquet")
    pq.write_table(pa.table({"n": range(100_000)}), path, row_group_size=10_000, compression="none")
    spark.conf.set("spark.sql.files.maxPartitionBytes", str(os.path.getsize(path) // 4 + 1))
    spark.conf.set("spark.sql.files.openCostInBytes", "1")
    df = spark.read.parquet(path)
    assert df.rdd.getNumPartitions() == 4
    assert sorted(row.n for row in df.rdd.collect()) == list(range(100_000))
    numbered = df.select("n", "_metadata.row_index").repartition(2).filter("n <> row_index")
    assert numbered.count() == 0


def test_the_file_of_a_row(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "a b.csv"
    path.write_text("id,name\n1,x\n2,y\n")
    df = spark.read.csv(str(path), header=True, inferSchema=True)
    assert df.columns == ["id", "name"]
    where = f"{tmp_path}/a%20b.csv"
    assert df.select("id", F.input_file_name()).first() == Row(1, f"file://{where}")
    meta = df.select("*", "_metadata.file_path", "_metadata.file_name", "_metadata.file_size").first()
    assert meta == Row(1, "x", f"file:{where}", "a%20b.csv", 16)
    assert df.filter("_metadata.file_size > 16").count() == 0
    assert df.filter(F.input_file_name().endswith("b.csv")).columns == ["id", "name"]
    assert df.groupBy("_metadata.file_block_start").count().collect() == [Row(0, 2)]
    assert spark.range(1).select(F.input_file_name()).collect() == [Row("")]
    with pytest.raises(AnalysisException, match="_metadata"):
        spark.range(1).select("_metadata")


def test_broken_and_missing_files_can_be_passed_over(spark: SparkSession, tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    spark.range(4, numPartitions=2).write.parquet(path)
    (tmp_path / "out" / "zz.parquet").write_bytes(b"no parquet")
    df = spark.read.schema("id long").option("ignoreCorruptFiles", True).parquet(path)
    assert df.count() == 4
    good = spark.read.schema("id long").option("ignoreMissingFiles", True).parquet(path)
    os.remove(tmp_path / "out" / "zz.parquet")
    assert sorted(good.collect()) == [Row(id=i) for i in range(4)]


def test_json_texts_of_an_rdd(spark: SparkSession) -> None:
    sc = spark.sparkContext
    df = spark.read.json(sc.parallelize(['{"a":1}', '{"a":2,\n"b":"x"}', "bad"], 2))
    assert df.collect() == [
        Row(_corrupt_record=None, a=1, b=None),
        Row(_corrupt_record=None, a=2, b="x"),
        Row(_corrupt_record="bad", a=None, b=None),
    ]
    nested = spark.read.json(sc.parallelize(['[{"a":5},{"a":6}]', "", '{"a":null}']), schema="a int, b string")
    assert nested.collect() == [Row(5, None), Row(6, None), Row(None, None)]


def test_csv_texts_of_an_rdd_or_a_data_frame(spark: SparkSession) -> None:
    lines = ["a,b", "1,x", "", '2,"y\nz"', "a,b", "3"]
    df = spark.read.csv(spark.sparkContext.parallelize(lines, 3), header=True, inferSchema=True)
    assert df.collect() == [Row(a=1, b="x"), Row(a=2, b="y\nz"), Row(a=3, b=None)]
    texts = spark.createDataFrame([("1,x",), ("2,y",)], "s string")
    assert spark.read.csv(texts, schema="a int, b string").collect() == [Row(1, "x"), Row(2, "y")]
    with pytest.raises(AnalysisException) as caught:
        spark.read.csv(spark.range(2))
    assert caught.value.getCondition() == "DATAFRAME_INPUT_NOT_STRING_TYPE"


def test_binary_files_and_text(spark: SparkSession, people: str) -> None:
    assert spark.read.format("binaryFile").load(people).select("length", "content").collect() == [
        Row(len(PEOPLE), bytearray(PEOPLE.encode()))
    ]
    assert [row.value for row in spark.read.text(people).collect()] == PEOPLE.splitlines()
    assert spark.read.text(people, wholetext=True).collect() == [Row(value=PEOPLE)]


def test_a_path_given_twice_is_refused(spark: SparkSession, people: str) -> None:
    for read in (
        lambda: spark.read.option("path", people).csv(people),
        lambda: spark.read.format("csv").option("path", people).load(people),
    ):
        with pytest.raises(AnalysisException) as caught:
            read()
        assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_1306"
    assert spark.read.format("csv").option("path", people).load().count() == 4


def test_noop_runs_the_query_and_writes_nothing(spark: SparkSession) -> None:
    spark.range(3).write.format("noop").mode("overwrite").save()
    with pytest.raises(AnalysisException) as caught:
        spark.range(3).write.format("noop").save()
    assert caught.value.getCondition() == "UNSUPPORTED_DATA_SOURCE_SAVE_MODE"
