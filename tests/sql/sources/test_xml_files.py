"""XML is read and written as Spark does. The recorded answers are Spark 4.3's."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pyrdd.errors import IllegalArgumentException, PySparkException
from pyrdd.sql.sources import FileEntry, Options, format_named
from pyrdd.sql.sources.columns import arrow_schema
from pyrdd.sql.sources.json_writer import JsonRows
from pyrdd.sql.types import StructType, _parse_datatype_string

CASES = json.loads((Path(__file__).parent / "xml_cases.json").read_text())
XML = format_named("xml")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def schema_of(text: str) -> StructType:
    schema = _parse_datatype_string(text)
    assert isinstance(schema, StructType)
    return schema


def as_text(file: FileEntry, schema: StructType, options: Options) -> list[str]:
    writer = JsonRows(schema, Options({"ignoreNullFields": False}))
    if not schema.fields:
        return []
    return [line for b in XML.read(file, schema, options) for line in writer.lines(pa.Table.from_batches([b]))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0][:60]!r} {case[1]} {case[2]}")
def test_a_file_is_read_as_spark_reads_it(case: Any, tmp_path: Path) -> None:
    text, schema_text, given, expected = case
    path = tmp_path / "x.xml"
    path.write_text(text, "utf-8")
    file, options = FileEntry(str(path), 0, 0.0), Options(given)
    try:
        schema = schema_of(schema_text) if schema_text else XML.infer_schema([file], options)
        XML.check_read(schema, options)
        if schema.fieldNames() == ["_corrupt_record"]:
            list(XML.read(file, schema, options))
        got = ["ok", schema.simpleString(), [json.loads(line) for line in as_text(file, schema, options)]]
    except PySparkException as error:
        got = ["err", type(error).__name__, error.getCondition()]
    if expected[0] == "ok":
        expected = [*expected[:2], [json.loads(line) for line in expected[2]]]
    assert got == expected


def test_the_encoding_is_the_options_or_the_files_own(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes("<r><p><n>é</n></p></r>".encode("latin1"))
    named = tmp_path / "named.xml"
    named.write_bytes("<?xml version='1.0' encoding='ISO-8859-1'?><r><p><n>é</n></p></r>".encode("latin1"))
    wide = tmp_path / "wide.xml"
    wide.write_bytes("<r><p><n>é</n></p></r>".encode("utf-16"))
    schema = schema_of("n string")
    for file, given in ((path, {"encoding": "ISO-8859-1"}), (named, {}), (wide, {"charset": "UTF-16"})):
        assert as_text(FileEntry(str(file), 0, 0.0), schema, Options({"rowTag": "p", **given})) == ['{"n":"é"}']


def test_compressed_files_are_read_and_written(tmp_path: Path) -> None:
    options = Options({"rowTag": "p", "compression": "gzip"})
    schema = schema_of("n string")
    path = str(tmp_path / "x.xml.gz")
    assert XML.extension(options) == ".xml.gz"
    writer = XML.open_writer(path, schema, options)
    writer.write(pa.table({"n": ["a"]}))
    writer.close()
    assert (
        gzip.decompress(Path(path).read_bytes()).decode()
        == f"{HEAD}<ROWS>\n    <p>\n        <n>a</n>\n    </p>\n</ROWS>"
    )
    assert as_text(FileEntry(path, 0, 0.0), schema, options) == ['{"n":"a"}']


def written(path: Path, schema: str, columns: dict[str, Any], **given: Any) -> str:
    parsed = schema_of(schema)
    options = Options({"rowTag": "p", **given})
    XML.check_write(parsed, options)
    writer = XML.open_writer(str(path), parsed, options)
    writer.write(pa.table(columns, schema=arrow_schema(parsed)))
    writer.close()
    return path.read_bytes().decode(given.get("encoding", "utf-8"))


def test_rows_are_written_as_spark_writes_them(tmp_path: Path) -> None:
    columns = {
        "_id": [1], "n": ["a<b>&\"'"], "a": [[1, 2]], "m": [[("k", 1)]], "st": [{"_x": "q", "y": 2.5}], "nul": [None],
        "aa": [[[1, 2], [3]]],
    }  # fmt: skip
    schema = (
        "_id int, n string, a array<int>, m map<string,int>, st struct<_x:string,y:double>, nul string,"
        " aa array<array<int>>"
    )
    assert written(tmp_path / "x", schema, columns) == (
        f'{HEAD}<ROWS>\n    <p id="1">\n        <n>a&lt;b>&amp;"\'</n>\n        <a>1</a>\n        <a>2</a>\n'
        '        <m>\n            <k>1</k>\n        </m>\n        <st x="q">\n            <y>2.5</y>\n        </st>\n'
        "        <aa>\n            <item>1</item>\n            <item>2</item>\n        </aa>\n"
        "        <aa>\n            <item>3</item>\n        </aa>\n    </p>\n</ROWS>"
    )


WRITTEN: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("n string", {"n": ["x"]}, {"rootTag": "people foo='bar' x=\"y\""},
     f'{HEAD}<people foo="bar" x="y">\n    <p>\n        <n>x</n>\n    </p>\n</people>'),
    ("n string", {"n": ["x"]}, {"declaration": "version='1.1'"},
     "<?xml version='1.1'?>\n<ROWS>\n    <p>\n        <n>x</n>\n    </p>\n</ROWS>"),
    ("n string", {"n": ["x"]}, {"declaration": ""}, "<ROWS>\n    <p>\n        <n>x</n>\n    </p>\n</ROWS>"),
    ("n string, st struct<_x:string>", {"n": ["x"], "st": [{"_x": "q"}]}, {"indent": ""},
     f'{HEAD}<ROWS>\n<p><n>x</n><st x="q"/></p>\n</ROWS>'),
    ("n string", {"n": [None]}, {"nullValue": "-"}, f"{HEAD}<ROWS>\n    <p>\n        <n>-</n>\n    </p>\n</ROWS>"),
    ("n int, _b int", {"n": [None], "_b": [1]}, {}, f'{HEAD}<ROWS>\n    <p b="1"/>\n</ROWS>'),
    ("n string", {"n": []}, {}, ""),
    ("n string", {"n": ["é"]}, {"encoding": "ISO-8859-1"}, f"{HEAD}<ROWS>\n    <p>\n        <n>é</n>\n    </p>\n</ROWS>"),
    ("`a b` int", {"a b": [1]}, {"validateName": "false"}, f"{HEAD}<ROWS>\n    <p>\n        <a b>1</a b>\n    </p>\n</ROWS>"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "columns", "options", "expected"), WRITTEN)
def test_options_of_writing(
    schema: str, columns: dict[str, Any], options: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    assert written(tmp_path / "x", schema, columns, **options) == expected


@pytest.mark.parametrize("options", [{"rowTag": "<p>"}, {"rootTag": "<a>"}, {"attributePrefix": ""}, {"rowTag": ""}])
def test_options_without_meaning_are_refused(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(IllegalArgumentException):
        written(tmp_path / "x", "n int", {"n": [1]}, **options)


@pytest.mark.parametrize(("schema", "value"), [("`a b` int", 1), ("a string", "\x01")])
def test_what_xml_cannot_hold_is_refused(schema: str, value: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="XML"):
        written(tmp_path / "x", schema, {schema_of(schema).fieldNames()[0]: [value]})


def test_rows_are_handed_out_before_the_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text("<r>" + "".join(f"<p><n>{at}</n></p>" for at in range(40_000)) + "</r>")
    batches = XML.read(FileEntry(str(path), 0, 0.0), schema_of("n int"), Options({"rowTag": "p"}))
    first = next(batches)
    assert 0 < first.num_rows < 40_000
    assert first.num_rows + sum(batch.num_rows for batch in batches) == 40_000
