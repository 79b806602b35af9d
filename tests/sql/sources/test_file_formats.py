"""Parquet, ORC, text and binary files, and the registry of formats."""

import datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from source_schemas import schema_of

from pyrdd.errors import AnalysisException, IllegalArgumentException, SparkRuntimeException
from pyrdd.sql.sources import FileEntry, Options, format_named
from pyrdd.sql.sources.columns import arrow_schema

SCHEMA = schema_of(
    "i int, by byte, s string, d decimal(10,2), t timestamp, n timestamp_ntz, dt date, bo boolean, f float,"
    " b binary, a array<int>, m map<string,bigint>, st struct<x:double,y:string>"
)
ROWS = [
    {
        "i": at, "by": at, "s": f"é{at}" if at else None, "d": Decimal("1.50") * at,
        "t": datetime.datetime(2020, 1, 1, at, tzinfo=datetime.UTC), "n": datetime.datetime(2020, 1, 1, at),
        "dt": datetime.date(2020, 1, at + 1), "bo": at == 1, "f": at / 2, "b": bytes([at]), "a": [at, None],
        "m": [("k", at)], "st": {"x": at / 4, "y": None},
    }
    for at in range(3)
]  # fmt: skip


def entry(path):
    return FileEntry(str(path), path.stat().st_size, path.stat().st_mtime)


def write(name, path, schema=SCHEMA, values=ROWS, **options):
    writer = format_named(name).open_writer(str(path), schema, Options(options))
    writer.write(pa.Table.from_pylist(values, schema=arrow_schema(schema)))
    writer.close()
    return entry(path)


def read(name, file, schema, columns=None, **options):
    return [row for b in format_named(name).read(file, schema, Options(options), columns) for row in b.to_pylist()]


@pytest.mark.parametrize("name", ["parquet", "orc"])
def test_what_was_written_is_read_back_with_its_types(name, tmp_path):
    file = write(name, tmp_path / "x")
    schema = format_named(name).infer_schema([file], Options())
    assert schema == SCHEMA
    assert read(name, file, schema) == ROWS
    assert read(name, file, schema, ["s", "i"]) == [{"s": row["s"], "i": row["i"]} for row in ROWS]


def test_duckdb_scans_parquet_with_the_same_values(tmp_path):
    file = write("parquet", tmp_path / "x")
    sql = format_named("parquet").scan_sql([file], SCHEMA, Options())
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        table = connection.sql(f"SELECT * FROM {sql}").to_arrow_table()
    assert table.to_pylist() == ROWS


def test_files_with_different_columns_are_one_relation(tmp_path):
    first = write("parquet", tmp_path / "1", schema_of("a int, b string"), [{"a": 1, "b": "x"}])
    second = write("parquet", tmp_path / "2", schema_of("a bigint, c double"), [{"a": 2, "c": 1.5}])
    parquet = format_named("parquet")
    schema = parquet.infer_schema([first, second], Options({"mergeSchema": True}))
    assert schema.simpleString() == "struct<a:bigint,b:string,c:double>"
    with duckdb.connect() as connection:
        sql = parquet.scan_sql([first, second], schema, Options())
        assert connection.execute(f"SELECT * FROM {sql}").fetchall() == [(1, "x", None), (2, None, 1.5)]
    assert read("parquet", second, schema) == [{"a": 2, "b": None, "c": 1.5}]


def test_columns_are_found_in_any_case(tmp_path):
    file = write("parquet", tmp_path / "x", schema_of("Ab int"), [{"Ab": 1}])
    assert read("parquet", file, schema_of("aB int")) == [{"aB": 1}]


def test_a_column_of_another_type_is_an_error(tmp_path):
    file = write("parquet", tmp_path / "x", schema_of("a string"), [{"a": "x"}])
    with pytest.raises(SparkRuntimeException) as error:
        read("parquet", file, schema_of("a int"))
    assert error.value.getCondition() == "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH"


def test_old_timestamps_and_unsigned_numbers_have_the_types_of_spark(tmp_path):
    moment = datetime.datetime(2020, 1, 1, 12, tzinfo=datetime.UTC)
    table = pa.table({"u": pa.array([2**64 - 1], pa.uint64()), "v": pa.array([200], pa.uint8())})
    table = table.append_column("t", pa.array([moment], pa.timestamp("us", "UTC")))
    pq.write_table(table, tmp_path / "x", use_deprecated_int96_timestamps=True, store_schema=False)
    parquet, file = format_named("parquet"), entry(tmp_path / "x")
    schema = parquet.infer_schema([file], Options())
    assert schema.simpleString() == "struct<u:decimal(20,0),v:smallint,t:timestamp>"
    expected = {"u": Decimal(2**64 - 1), "v": 200, "t": moment}
    assert read("parquet", file, schema) == [expected]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        sql = parquet.scan_sql([file], schema, Options())
        assert connection.sql(f"SELECT * FROM {sql}").to_arrow_table().to_pylist() == [expected]


def test_the_file_carries_the_schema_where_spark_looks_for_it(tmp_path):
    file = write("parquet", tmp_path / "x", schema_of("a int"), [{"a": 1}])
    metadata = pq.read_metadata(file.path).metadata
    assert b'"name":"a","type":"integer","nullable":true' in metadata[b"org.apache.spark.sql.parquet.row.metadata"]


def test_text_has_a_row_for_each_line_whatever_ends_it(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes(b"a\r\nb\rc\n\nd")
    schema = schema_of("value string")
    assert [row["value"] for row in read("text", entry(path), schema)] == ["a", "b", "c", "", "d"]
    assert [row["value"] for row in read("text", entry(path), schema, wholetext=True)] == ["a\r\nb\rc\n\nd"]
    assert [row["value"] for row in read("text", entry(path), schema, lineSep="b\r")] == ["a\r\n", "c\n\nd"]


def test_text_that_is_no_utf8_is_replaced(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xe9\n")
    assert read("text", entry(path), schema_of("value string")) == [{"value": "\ufffd"}]


def test_text_is_written_line_by_line(tmp_path):
    write("text", tmp_path / "x", schema_of("v string"), [{"v": "a"}, {"v": None}, {"v": "é"}])
    assert (tmp_path / "x").read_text() == "a\n\né\n"


def test_a_binary_file_is_a_row(tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(b"\0\1")
    binary = format_named("binaryFile")
    schema = binary.infer_schema([], Options())
    (row,) = read("binaryfile", entry(path), schema, ["path", "length", "content"])
    assert row == {"path": f"file:{path}", "length": 2, "content": b"\0\1"}


def test_formats_have_short_and_long_names():
    assert format_named("PARQUET").name == format_named("org.apache.spark.sql.parquet").name == "parquet"
    with pytest.raises(AnalysisException) as error:
        format_named("nope")
    assert error.value.getCondition() == "DATA_SOURCE_NOT_FOUND"
    with pytest.raises(AnalysisException) as error:
        format_named("avro")
    assert error.value.getCondition() == "AVRO_DATA_SOURCE_NOT_ENABLED"


@pytest.mark.parametrize(
    ("name", "codec", "extension"),
    [
        ("parquet", "zstd", ".zstd.parquet"), ("parquet", "gzip", ".gz.parquet"), ("parquet", "none", ".parquet"),
        ("parquet", "lz4_raw", ".lz4raw.parquet"), ("orc", "zlib", ".zlib.orc"), ("orc", "none", ".orc"),
        ("csv", "gzip", ".csv.gz"), ("json", "bzip2", ".json.bz2"), ("text", "deflate", ".txt.deflate"),
    ],
)  # fmt: skip
def test_the_codec_is_in_the_name(name, codec, extension):
    assert format_named(name).extension(Options({"compression": codec})) == extension


@pytest.mark.parametrize("name", ["parquet", "orc", "csv", "json", "text"])
def test_an_unknown_codec_is_an_error(name):
    with pytest.raises(IllegalArgumentException) as error:
        format_named(name).extension(Options({"compression": "nope"}))
    assert error.value.getCondition() == "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION"
