"""A write is complete or not there; partitions, buckets and save modes are Spark's."""

import os
import pickle

import pyarrow as pa
import pytest
from source_schemas import schema_of

from pyrdd.errors import AnalysisException
from pyrdd.sql.sources import FileWriteJob, Options, format_named, list_files
from pyrdd.sql.sources.columns import arrow_schema
from pyrdd.sql.sources.dataset import read_files, scan_sql
from pyrdd.sql.sources.write import BUCKET_ID_COLUMN

SCHEMA = schema_of("v int, p string, q double")


def table(*rows):
    columns = list(zip(*rows, strict=True))
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, arrow_schema(SCHEMA), strict=True)],
                                schema=arrow_schema(SCHEMA))  # fmt: skip


def run(path, *tasks, format="parquet", schema=SCHEMA, **settings):
    job = FileWriteJob(str(path), format_named(format), schema, **settings)
    if not job.prepare():
        return None
    job = pickle.loads(pickle.dumps(job))
    commits = [job.write_partition(index, 0, tables) for index, tables in enumerate(tasks)]
    job.commit(pickle.loads(pickle.dumps(commits)))
    return commits


def values(path, **options):
    found = list_files([str(path)], Options(options))
    parquet = format_named("parquet")
    schema = parquet.infer_schema(found.files, Options())
    return [row for b in read_files(parquet, found.files, schema, found.partition_schema, Options())
            for row in b.to_pylist()]  # fmt: skip


def names(path):
    return sorted(os.path.relpath(os.path.join(d, f), path) for d, _, files in os.walk(path) for f in files)


def test_each_task_writes_a_file_and_the_job_marks_success(tmp_path):
    commits = run(tmp_path / "out", [table((1, "a", 1.0))], [], [table((2, "b", 2.0))])
    assert [one.rows for one in commits] == [1, 0, 1]
    assert commits[0].files[0].startswith("part-00000-") and commits[0].files[0].endswith("-c000.snappy.parquet")
    assert names(tmp_path / "out") == sorted(["_SUCCESS", *commits[0].files, *commits[2].files])
    assert [row["v"] for row in values(tmp_path / "out")] == [1, 2]


def test_a_result_without_rows_still_has_its_columns(tmp_path):
    run(tmp_path / "out", [])
    found = list_files([str(tmp_path / "out")], Options())
    assert format_named("parquet").infer_schema(found.files, Options()) == SCHEMA


def test_partition_values_are_in_directories_as_spark_names_them(tmp_path):
    rows = [(1, 'a/b c=%:"x', 1.5), (2, None, 1e10), (3, "", 1.5)]
    (commit,) = run(tmp_path / "out", [table(*rows)], partition_by=["p", "q"])
    assert sorted(commit.partitions) == [
        "p=__HIVE_DEFAULT_PARTITION__/q=1.0E10",
        "p=__HIVE_DEFAULT_PARTITION__/q=1.5",
        "p=a%2Fb c%3D%25%3A%22x/q=1.5",
    ]
    # a whole decimal and a double have no common type for Spark but string
    got = sorted(values(tmp_path / "out"), key=lambda row: row["v"])
    assert got == [
        {"v": 1, "p": 'a/b c=%:"x', "q": "1.5"}, {"v": 2, "p": None, "q": "1.0E10"}, {"v": 3, "p": None, "q": "1.5"}
    ]  # fmt: skip


def test_duckdb_scans_partitions_with_their_values(tmp_path):
    import duckdb

    run(tmp_path / "out", [table((1, "a", 1.5), (2, None, 2.5))], partition_by=["p", "q"])
    found = list_files([str(tmp_path / "out")], Options())
    sql = scan_sql(format_named("parquet"), found.files, schema_of("v int"), found.partition_schema, Options())
    with duckdb.connect() as connection:
        assert sorted(connection.execute(f"SELECT * FROM {sql}").fetchall()) == [(1, "a", 1.5), (2, None, 2.5)]


def test_files_are_cut_at_the_most_records(tmp_path):
    (commit,) = run(tmp_path / "out", [table(*((at, "a", 0.0) for at in range(5)))],
                    options=Options({"maxRecordsPerFile": 2}))  # fmt: skip
    assert [name[-19:-15] for name in commit.files] == ["c000", "c001", "c002"]
    assert [row["v"] for row in values(tmp_path / "out")] == [0, 1, 2, 3, 4]


def test_buckets_are_in_file_names_and_sorted(tmp_path):
    rows = table((3, "a", 0.0), (1, "b", 0.0), (2, "c", 0.0))
    rows = rows.append_column(BUCKET_ID_COLUMN, pa.array([1, 0, 1], pa.int32()))
    (commit,) = run(tmp_path / "out", [rows], bucket_by=2, sort_by=["v"])
    assert sorted(name.split("_")[1][:10] for name in commit.files) == ["00000.c000", "00001.c000"]
    assert [row["v"] for row in values(tmp_path / "out")] == [1, 2, 3]


def test_save_modes(tmp_path):
    out = tmp_path / "out"
    run(out, [table((1, "a", 0.0))])
    assert run(out, [table((2, "a", 0.0))], mode="ignore") is None
    with pytest.raises(AnalysisException) as error:
        run(out, [table((2, "a", 0.0))])
    assert error.value.getCondition() == "PATH_ALREADY_EXISTS"
    assert error.value.getMessageParameters() == {"outputPath": f"file:{out}"}
    run(out, [table((2, "a", 0.0))], mode="append")
    assert sorted(row["v"] for row in values(out)) == [1, 2]
    run(out, [table((3, "a", 0.0))], mode="overwrite")
    assert [row["v"] for row in values(out)] == [3]


def test_dynamic_overwrite_replaces_only_the_partitions_that_are_written(tmp_path):
    out, dynamic = tmp_path / "out", Options({"partitionOverwriteMode": "dynamic"})
    run(out, [table((1, "a", 0.0), (2, "b", 0.0))], partition_by=["p"])
    run(out, [table((3, "a", 0.0))], partition_by=["p"], mode="overwrite", options=dynamic)
    assert sorted((row["p"], row["v"]) for row in values(out)) == [("a", 3), ("b", 2)]


def test_a_fixed_partition_is_overwritten_alone(tmp_path):
    out = tmp_path / "out"
    run(out, [table((1, "a", 0.0), (2, "b", 0.0))], partition_by=["p"])
    run(out, [table((3, "a", 0.0))], partition_by=["p"], mode="overwrite", static_partitions={"p": "a"})
    assert sorted((row["p"], row["v"]) for row in values(out)) == [("a", 3), ("b", 2)]


def test_an_aborted_job_leaves_what_was_there(tmp_path):
    out = tmp_path / "out"
    run(out, [table((1, "a", 0.0))])
    job = FileWriteJob(str(out), format_named("parquet"), SCHEMA, mode="overwrite")
    assert job.prepare()
    job.write_partition(0, 0, [table((2, "a", 0.0))])
    job.abort()
    assert [row["v"] for row in values(out)] == [1]
    assert not any("_temporary" in name for name in names(out))


def test_a_failed_attempt_leaves_nothing_and_another_may_follow(tmp_path):
    def broken():
        yield table((1, "a", 0.0))
        raise RuntimeError("lost")

    job = FileWriteJob(str(tmp_path / "out"), format_named("csv"), SCHEMA)
    assert job.prepare()
    with pytest.raises(RuntimeError, match="lost"):
        job.write_partition(0, 0, broken())
    first = job.write_partition(0, 1, [table((7, "a", 0.0))])
    job.write_partition(0, 2, [table((8, "late", 0.0))])
    job.commit([first])
    assert (tmp_path / "out" / first.files[0]).read_text() == "7,a,0.0\n"
    assert names(tmp_path / "out") == sorted(["_SUCCESS", first.files[0]])


@pytest.mark.parametrize(
    ("settings", "condition"),
    [
        ({"partition_by": ["v", "p", "q"]}, "ALL_PARTITION_COLUMNS_NOT_ALLOWED"),
        ({"partition_by": ["zz"]}, "_LEGACY_ERROR_TEMP_1155"),
        ({"mode": "huh"}, "INVALID_SAVE_MODE"),
        ({"format": "text"}, "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"),
    ],
)
def test_a_write_without_meaning_is_refused_before_it_starts(settings, condition, tmp_path):
    with pytest.raises(AnalysisException) as error:
        run(tmp_path / "out", [], **settings)
    assert error.value.getCondition() == condition
    assert not (tmp_path / "out").exists()


def test_many_partitions_below_an_odd_path_are_one_scan(tmp_path):
    import duckdb

    out = tmp_path / "a [x]*{b}?"
    rows = [(at, f"p{at % 40}", None) for at in range(80)]
    run(out, [table(*rows)], partition_by=["p"])
    found = list_files([str(out)], Options())
    assert len(found.files) == 40
    schema = schema_of("v int, q double")
    sql = scan_sql(format_named("parquet"), found.files, schema, found.partition_schema, Options())
    with duckdb.connect() as connection:
        assert sorted(connection.execute(f"SELECT v, p, q FROM {sql}").fetchall()) == rows
    batches = read_files(format_named("parquet"), found.files, schema, found.partition_schema, Options(), [])
    assert sum(batch.num_rows for batch in batches) == 80
