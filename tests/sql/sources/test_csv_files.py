"""CSV is read and written as Spark does. The recorded answers are Spark 4.3's, in the zone America/New_York."""

import ast
import datetime
import json
from pathlib import Path

import pyarrow as pa
import pytest
from source_schemas import schema_of

from pyrdd.errors import PySparkException, PySparkNotImplementedError
from pyrdd.sql.sources import FileEntry, Options, format_named
from pyrdd.sql.sources.columns import arrow_schema
from pyrdd.sql.sources.csv_dialect import read_dialect
from pyrdd.sql.sources.csv_tokens import Tokenizer

HERE = Path(__file__).parent
CASES = json.loads((HERE / "csv_cases.json").read_text())
QUOTES = json.loads((HERE / "csv_quotes.json").read_text())
NEW_YORK = {"spark.sql.session.timeZone": "America/New_York"}
CSV = format_named("csv")


def entry(path: Path, content: bytes) -> FileEntry:
    path.write_bytes(content)
    return FileEntry(str(path), len(content), 0.0)


def rows(file, schema, options, columns=None):
    batches = CSV.read(file, schema, options, columns)
    return [tuple(_naive(column[at].as_py()) for column in b.columns) for b in batches for at in range(b.num_rows)]


def _naive(value):
    zoned = isinstance(value, datetime.datetime) and value.tzinfo is not None
    return value.astimezone(datetime.UTC).replace(tzinfo=None) if zoned else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0][:40]} {case[1][:20]} {case[2]}")
def test_a_file_is_read_as_spark_reads_it(case, tmp_path):
    text, schema_text, given, expected = case
    content = ast.literal_eval(text)
    file = entry(tmp_path / "x.csv", content if isinstance(content, bytes) else content.encode())
    options = Options(given, NEW_YORK)
    try:
        schema = CSV.infer_schema([file], options) if schema_text == "None" else schema_of(schema_text)
        CSV.check_read(schema, options)
        shown = schema.simpleString() if schema_text == "None" else ""
        got = f"-> {shown} {rows(file, schema, options)}"
    except PySparkException as error:
        got = f"!! {type(error).__name__} {error.getCondition()}"
    assert got == expected


@pytest.mark.parametrize("given", QUOTES, ids=lambda given: str(given[0]))
def test_odd_quotes_are_cut_as_spark_cuts_them(given):
    tokenizer = Tokenizer(read_dialect(Options(given[0])))
    for line, expected in given[1]:
        tokens = tokenizer.line(line)
        while tokens and tokens[-1] is None:
            tokens.pop()
        assert tokens == expected, line


def test_what_only_the_parser_of_spark_explains_is_refused(tmp_path):
    file = entry(tmp_path / "x.csv", b'"a"\\b,c\n')
    with pytest.raises(PySparkNotImplementedError, match="an escape behind a quote"):
        rows(file, schema_of("a string, b string"), Options())


def test_a_plain_block_and_an_odd_one_give_the_same_rows(tmp_path):
    lines = [f"{at},{at / 4},w{at % 3},2024-01-{at % 28 + 1:02d},{'true' if at % 2 else 'false'}" for at in range(500)]
    schema = schema_of("a int, b double, c string, d date, e boolean")
    plain = rows(entry(tmp_path / "plain.csv", "\n".join(lines).encode()), schema, Options())
    odd = ['+0,0.0,"w0",2024-01-01,false', *lines[1:]]
    exact = rows(entry(tmp_path / "odd.csv", "\n".join(odd).encode()), schema, Options())
    assert plain == exact
    assert plain[5] == (5, 1.25, "w2", datetime.date(2024, 1, 6), True)


def test_only_the_columns_that_are_asked_for_are_looked_at(tmp_path):
    file = entry(tmp_path / "x.csv", b"1,x,3\n2,y\n")
    schema = schema_of("a int, b int, c int")
    drop = Options({"mode": "DROPMALFORMED"})
    assert rows(file, schema, drop, ["a"]) == [(1,), (2,)]
    assert rows(file, schema, drop) == []


def test_a_count_needs_no_column(tmp_path):
    file = entry(tmp_path / "x.csv", b"a,b\n1,2\n3,4\n")
    batches = CSV.read(file, schema_of("a int, b int"), Options({"header": True}), [])
    assert sum(batch.num_rows for batch in batches) == 2


def test_values_with_line_ends_need_multi_line(tmp_path):
    file = entry(tmp_path / "x.csv", b'a,b\n1,"x\ny"\n2,z\n')
    options = Options({"header": True, "multiLine": True})
    assert rows(file, schema_of("a int, b string"), options) == [(1, "x\ny"), (2, "z")]


def test_a_compressed_file_is_read_by_its_suffix(tmp_path):
    import gzip

    file = entry(tmp_path / "x.csv.gz", gzip.compress(b"1,a\n2,b\n"))
    assert rows(file, schema_of("a int, b string"), Options()) == [(1, "a"), (2, "b")]


ODD_ROW = [" a ", "", None, 'q"x', "a,b", "l\nm", "\\", '"', 'x\\"y', "#c", "it's", "a\rb"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, 'a,"",,"q\\"x","a,b","l\nm",\\,"\\"","x\\\\\\"y",#c,it\'s,"a\rb"\n'),
        ({"quoteAll": True}, '"a","","","q\\"x","a,b","l\nm","\\\\","\\"","x\\\\\\"y","#c","it\'s","a\rb"\n'),
        ({"escapeQuotes": False}, 'a,"",,q"x,"a,b","l\nm",\\,"\\"",x\\"y,#c,it\'s,"a\rb"\n'),
        ({"escape": '"'}, 'a,"",,"q""x","a,b","l\nm",\\,"""","x\\""y",#c,it\'s,"a\rb"\n'),
        ({"nullValue": "N", "emptyValue": "E"}, 'a,E,N,"q\\"x","a,b","l\nm",\\,"\\"","x\\\\\\"y",#c,it\'s,"a\rb"\n'),
        ({"sep": "::"}, 'a::""::::"q\\"x"::a,b::"l\nm"::\\::"\\""::"x\\\\\\"y"::#c::it\'s::"a\rb"\n'),
        (
            {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False},
            ' a ,"",,"q\\"x","a,b","l\nm",\\,"\\"","x\\\\\\"y",#c,it\'s,"a\rb"\n',
        ),
    ],
)
def test_rows_are_written_as_spark_writes_them(given, expected, tmp_path):
    schema = schema_of(", ".join(f"c{at} string" for at in range(len(ODD_ROW))))
    path = str(tmp_path / "out.csv")
    writer = CSV.open_writer(path, schema, Options(given))
    writer.write(pa.table([[value] for value in ODD_ROW], schema=arrow_schema(schema)))
    writer.close()
    with open(path, newline="") as file:
        assert file.read() == expected


def test_what_was_written_is_read_back(tmp_path):
    schema = schema_of("a string, b double, c date, d timestamp")
    moment = datetime.datetime(2024, 2, 29, 12, 30, 0, 123000, tzinfo=datetime.UTC)
    values = ['x"y,z', 1e10, datetime.date(2024, 2, 29), moment]
    path = tmp_path / "out.csv"
    writer = CSV.open_writer(str(path), schema, Options({"header": True}))
    writer.write(pa.table([[value] for value in values], schema=arrow_schema(schema)))
    writer.close()
    assert path.read_text() == 'a,b,c,d\n"x\\"y,z",1.0E10,2024-02-29,2024-02-29T12:30:00.123Z\n'
    file = FileEntry(str(path), 0, 0.0)
    assert rows(file, schema, Options({"header": True})) == [(*values[:3], moment.replace(tzinfo=None))]


LATER = {
    "7": "int",
    "": "int",
    "-3000000000": "bigint",
    "12345678901234567890": "decimal(20,0)",
    "+5": "int",
    "007": "int",
    "1.5": "double",
    "1e400": "double",
    "NaN": "double",
    "nan": "string",
    "inf": "string",
    "0x1F": "string",
    " 8": "double",
    "2024-02-03": "string",
}


@pytest.mark.parametrize("text", LATER)
def test_what_comes_after_many_numbers_counts_for_the_type(text, tmp_path):
    lines = "".join(f"{i},{i % 7}\n" for i in range(20_000))
    file = entry(tmp_path / "a.csv", f"n,k\n{lines}{text},1\n{lines}".encode())
    schema = format_named("csv").infer_schema([file], Options({"header": "true", "inferSchema": "true"}))
    assert [field.dataType.simpleString() for field in schema] == [LATER[text], "int"]


EDGES = {" 8": (None, 8, None), "8\t": (None, None, 8), "8\x00": (None, None, 8), "0x1F": (None, None, None)}


@pytest.mark.parametrize("edge", EDGES)
def test_numbers_between_blanks_are_read_as_spark_reads_them(edge, tmp_path):
    file = entry(tmp_path / "a.csv", f"1,x y\n{edge},z\n3,\n".encode())
    schema = schema_of("n int, s string")
    options = ({}, {"ignoreLeadingWhiteSpace": "true"}, {"ignoreTrailingWhiteSpace": "true"})
    found = [[row[0] for row in rows(file, schema, Options(given))] for given in options]
    assert found == [[1, value, 3] for value in EDGES[edge]]
