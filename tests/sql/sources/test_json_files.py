"""JSON is read and written as Spark does. The recorded answers are Spark 4.3's, in the zone America/New_York."""

import datetime
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from source_schemas import schema_of

from pyrdd.errors import AnalysisException, PySparkException
from pyrdd.sql.sources import FileEntry, Options, format_named
from pyrdd.sql.sources.columns import arrow_schema
from pyrdd.sql.sources.json_writer import JsonRows

CASES = json.loads((Path(__file__).parent / "json_cases.json").read_text())
NEW_YORK = {"spark.sql.session.timeZone": "America/New_York"}
JSON = format_named("json")


def as_text(file, schema, options):
    writer = JsonRows(schema, Options({"ignoreNullFields": False}, NEW_YORK))
    if not schema.fields:
        return []
    return [line for b in JSON.read(file, schema, options) for line in writer.lines(pa.Table.from_batches([b]))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0][:40]!r} {case[2]}")
def test_a_file_is_read_as_spark_reads_it(case, tmp_path):
    text, schema_text, given, expected = case
    path = tmp_path / "x.json"
    raw = "\0" in text or text == '{"a":"\xe9"}\n'
    path.write_bytes(text.encode("latin1" if raw else "utf-8"))
    file, options = FileEntry(str(path), 0, 0.0), Options(given, NEW_YORK)
    try:
        schema = schema_of(schema_text) if schema_text else JSON.infer_schema([file], options)
        JSON.check_read(schema, options)
        got = ["ok", schema.simpleString(), as_text(file, schema, options)]
    except PySparkException as error:
        got = ["err", type(error).__name__, error.getCondition()]
    assert got == expected


def test_plain_records_and_odd_ones_give_the_same_rows(tmp_path):
    records = [{"a": at, "b": f"s{at}", "c": at / 4, "d": [at, None], "e": {"f": at % 2 == 0}} for at in range(300)]
    schema = schema_of("a bigint, b string, c double, d array<bigint>, e struct<f:boolean>")
    plain, odd = tmp_path / "plain.json", tmp_path / "odd.json"
    plain.write_text("\n".join(map(json.dumps, records)))
    odd.write_text("\n".join(map(json.dumps, records)).replace('"b": "s0"', "'b': 's0'"))
    expected = [json.dumps(record, separators=(",", ":")) for record in records]
    for path in (plain, odd):
        assert as_text(FileEntry(str(path), 0, 0.0), schema, Options()) == expected
        assert JSON.infer_schema([FileEntry(str(path), 0, 0.0)], Options()) == schema


def test_the_corrupt_record_alone_cannot_be_asked_for(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("xx\n")
    with pytest.raises(AnalysisException) as error:
        list(JSON.read(FileEntry(str(path), 0, 0.0), schema_of("a int, _corrupt_record string"), Options(),
                       ["_corrupt_record"]))  # fmt: skip
    assert error.value.getCondition() == "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN"


def test_rows_are_written_as_spark_writes_them(tmp_path):
    schema = schema_of(
        "i int, s string, e double, n double, f float, sm decimal(10,8), dt date, t timestamp, bi binary, a array<int>,"
        " m map<string,int>, st struct<x:int,y:string>, mi map<int,int>"
    )
    row = {
        "i": 1, "s": 'a"b\\c/é\n\t\x01', "e": 1e10, "n": float("nan"), "f": 0.1, "sm": Decimal("0.0000001"),
        "dt": datetime.date(2020, 1, 2), "t": datetime.datetime(2020, 1, 2, 8, 4, 5, 678000, datetime.UTC),
        "bi": b"ab", "a": [1, None], "m": {"k": 1}, "st": {"x": 1, "y": None}, "mi": {1: 2},
    }  # fmt: skip
    path = tmp_path / "x.json"
    writer = JSON.open_writer(str(path), schema, Options({}, NEW_YORK))
    writer.write(pa.Table.from_pylist([row, dict.fromkeys(row)], schema=arrow_schema(schema)))
    writer.close()
    assert path.read_text() == (
        '{"i":1,"s":"a\\"b\\\\c/é\\n\\t\\u0001","e":1.0E10,"n":"NaN","f":0.1,"sm":1.0E-7,"dt":"2020-01-02",'
        '"t":"2020-01-02T03:04:05.678-05:00","bi":"YWI=","a":[1,null],"m":{"k":1},"st":{"x":1},"mi":{"1":2}}\n{}\n'
    )
