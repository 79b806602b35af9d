"""pyrdd.io.hadoop_formats: the programs of PySpark's doctests, and refusals by name."""

from __future__ import annotations

import gzip
import pickle
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkNotImplementedError, PySparkTypeError, PySparkValueError
from pyrdd.io import text as text_module
from pyrdd.io.hadoop_formats import (
    HadoopInput,
    HadoopOutput,
    input_format,
    input_paths,
    output_dataset,
    output_format,
    sequence_output,
)
from pyrdd.io.java_text import java_text

IO = "org.apache.hadoop.io."
OLD = "org.apache.hadoop.mapred."
NEW_IN = "org.apache.hadoop.mapreduce.lib.input."
NEW_OUT = "org.apache.hadoop.mapreduce.lib.output."
PAIRS = [(1, ""), (1, "a"), (3, "x")]
SYNC = bytes(16)


def save(output: HadoopOutput, partitions: list[list[Any]]) -> None:
    if output.needs_first_record:
        output = output.with_classes_of(next(record for part in partitions for record in part))
    output = pickle.loads(pickle.dumps(output))
    output.check()
    output.committer.setup_job()
    for index, records in enumerate(partitions):
        output.write(index, 0, records, SYNC)
    output.committer.commit_job(len(partitions))


def load(source: HadoopInput, paths: str, splits: int = 2) -> list[tuple[Any, Any]]:
    source = pickle.loads(pickle.dumps(source))
    return sorted(pair for split in source.splits(paths, splits) for pair in source.read(split))


def test_new_api_sequence_files(tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    save(output_format(path, NEW_OUT + "SequenceFileOutputFormat", new_api=True), [PAIRS[:2], PAIRS[2:]])
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "_SUCCESS",
        "part-r-00000",
        "part-r-00001",
    ]
    assert load(input_format(NEW_IN + "SequenceFileInputFormat", {}, new_api=True), path) == PAIRS


def test_maps_in_sequence_files(tmp_path: Path) -> None:
    records = [(1, {3.0: "bb"}), (2, {1.0: "aa"}), (3, {2.0: "dd"})]
    path = str(tmp_path / "out")
    save(output_format(path, NEW_OUT + "SequenceFileOutputFormat", new_api=True), [records])
    source = input_format(OLD + "SequenceFileInputFormat", None, new_api=False)
    assert load(source, path) == records


def test_new_api_datasets_by_configuration(tmp_path: Path) -> None:
    conf = {
        "mapreduce.job.outputformat.class": NEW_OUT + "SequenceFileOutputFormat",
        "mapreduce.job.output.key.class": IO + "IntWritable",
        "mapreduce.job.output.value.class": IO + "Text",
        "mapreduce.output.fileoutputformat.outputdir": str(tmp_path / "out"),
    }
    output = output_dataset(conf, new_api=True)
    assert not output.needs_first_record
    save(output, [PAIRS])
    read_conf = {"mapreduce.input.fileinputformat.inputdir": str(tmp_path / "out")}
    source = input_format(NEW_IN + "SequenceFileInputFormat", read_conf, new_api=True)
    assert load(source, input_paths(read_conf)) == PAIRS


def test_old_api_text_by_arguments_and_by_configuration(tmp_path: Path) -> None:
    conf = {
        "mapred.output.format.class": OLD + "TextOutputFormat",
        "mapreduce.job.output.key.class": IO + "IntWritable",
        "mapreduce.job.output.value.class": IO + "Text",
        "mapreduce.output.fileoutputformat.outputdir": str(tmp_path / "b"),
    }
    parts = [[pair] for pair in PAIRS]
    save(output_format(str(tmp_path / "a"), OLD + "TextOutputFormat", new_api=False), parts)
    save(output_dataset(conf, new_api=False), parts)
    source = input_format(OLD + "TextInputFormat", None, new_api=False)
    for name in ("a", "b"):
        assert load(source, str(tmp_path / name)) == [(0, "1\t"), (0, "1\ta"), (0, "3\tx")]


def test_text_output_writes_what_spark_writes(tmp_path: Path) -> None:
    records = [(1, "a"), (2, None), (None, "z"), (None, None), ("k", 2.5), (True, 1e10), (b"ab", 1e-5)]
    records += [(1 << 40, {"a": 1}), (1, (1, "x")), (1, float("nan")), (2, {})]
    conf = {"mapreduce.output.textoutputformat.separator": "|"}
    save(output_format(str(tmp_path / "out"), NEW_OUT + "TextOutputFormat", conf, new_api=True), [records])
    assert (tmp_path / "out" / "part-r-00000").read_text() == (
        "1|a\n2\nz\nk|2.5\ntrue|1.0E10\n61 62|1.0E-5\n1099511627776|{a=1}\n"
        "1|ArrayWritable [valueClass=interface org.apache.hadoop.io.Writable, values=[1, x]]\n1|NaN\n2|{}\n"
    )


@pytest.mark.parametrize("by_conf", [True, False])
def test_text_output_is_compressed_by_argument_or_setting(tmp_path: Path, by_conf: bool) -> None:
    codec = "org.apache.hadoop.io.compress.GzipCodec"
    conf = {"mapred.output.compress": "true", "mapred.output.compression.codec": codec} if by_conf else {}
    argument = None if by_conf else codec
    path, name = str(tmp_path / "out"), OLD + "TextOutputFormat"
    save(output_format(path, name, conf, new_api=False, compression_codec=argument), [[(1, "a")]])
    assert gzip.decompress((tmp_path / "out" / "part-00000.gz").read_bytes()) == b"1\ta\n"


@pytest.mark.parametrize("kind", ["RECORD", "BLOCK"])
def test_sequence_files_are_compressed_as_the_settings_say(tmp_path: Path, kind: str) -> None:
    conf = {
        "mapreduce.output.fileoutputformat.compress": "true",
        "mapreduce.output.fileoutputformat.compress.type": kind,
    }
    save(
        output_format(str(tmp_path / "out"), NEW_OUT + "SequenceFileOutputFormat", conf, new_api=True),
        [PAIRS],
    )
    data = (tmp_path / "out" / "part-r-00000").read_bytes()
    flags = data.index(b"Text") + 4
    assert data[flags : flags + 2] == (b"\1\1" if kind == "BLOCK" else b"\1\0")
    source = input_format(NEW_IN + "SequenceFileInputFormat", {}, new_api=True)
    assert load(source, str(tmp_path / "out")) == PAIRS


@pytest.mark.parametrize(("package", "new_api"), [(OLD, False), (NEW_IN, True)])
def test_key_value_text_is_cut_at_the_first_separator(tmp_path: Path, package: str, new_api: bool) -> None:
    (tmp_path / "x").write_bytes(b"a\tb\nnokey\n\tv\nk\t\r\nz\t1\t2\n")
    source = input_format(package + "KeyValueTextInputFormat", None, new_api=new_api)
    expected = [("a", "b"), ("nokey", ""), ("", "v"), ("k", ""), ("z", "1\t2")]
    assert load(source, str(tmp_path / "x"), 3) == sorted(expected)
    conf = {"mapreduce.input.keyvaluelinerecordreader.key.value.separator": "o"}
    source = input_format(package + "KeyValueTextInputFormat", conf, new_api=new_api)
    assert ("n", "key") in load(source, str(tmp_path / "x"))


def test_the_new_api_cuts_by_blocks_and_the_old_one_by_number(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"line\n" * 100)
    counts = [
        len(input_format(package + "TextInputFormat", None, new_api=new_api).splits(str(tmp_path / "x"), 4))
        for package, new_api in ((OLD, False), (NEW_IN, True))
    ]
    assert counts == [4, 1]


def test_a_record_of_another_class_fails_the_task_and_leaves_nothing(tmp_path: Path) -> None:
    output = sequence_output(str(tmp_path / "out"), None).with_classes_of((1, "a"))
    output.committer.setup_job()
    with pytest.raises(PySparkTypeError, match=r"wrong key class: .*LongWritable is not class .*IntWritable"):
        output.write(0, 0, [(1, "a"), (1 << 40, "b")], SYNC)
    output.committer.abort_job()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("record", [1, (1, 2, 3), [1, "a"]])
def test_only_pairs_can_be_written(record: Any) -> None:
    with pytest.raises(PySparkTypeError, match="RDD element of type"):
        sequence_output("/nowhere", None).with_classes_of(record)


@pytest.mark.parametrize(
    ("class_name", "new_api"),
    [
        ("com.example.MyInputFormat", True),
        (OLD + "TextInputFormat", True),
        (NEW_IN + "NLineInputFormat", True),
    ],
)
def test_other_input_formats_are_refused_by_name(class_name: str, new_api: bool) -> None:
    with pytest.raises(PySparkNotImplementedError, match=class_name):
        input_format(class_name, None, new_api=new_api)


def test_other_output_formats_are_refused_by_name() -> None:
    with pytest.raises(PySparkNotImplementedError, match=r"com\.example\.MyOutputFormat"):
        output_format("/nowhere", "com.example.MyOutputFormat", new_api=False)


def test_java_converters_are_refused_by_name() -> None:
    with pytest.raises(PySparkNotImplementedError, match=r"com\.example\.Convert"):
        input_format(OLD + "TextInputFormat", None, new_api=False, value_converter="com.example.Convert")


def test_java_path_filters_are_refused_by_name() -> None:
    conf = {"mapreduce.input.pathFilter.class": "com.example.Filter"}
    with pytest.raises(PySparkNotImplementedError, match=r"com\.example\.Filter"):
        input_format(NEW_IN + "TextInputFormat", conf, new_api=True)


def test_records_may_end_at_another_delimiter(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"".join(b"line %d\n" % i for i in range(100)))
    conf = {"textinputformat.record.delimiter": "9\n"}
    source = input_format(NEW_IN + "TextInputFormat", conf, new_api=True)
    records = load(source, str(tmp_path / "x"))
    assert [offset for offset, _ in records][:3] == [0, 70, 150]
    assert records[1][1].startswith("line 10\n") and records[1][1].endswith("line 1")


@given(
    st.lists(st.sampled_from(["a", ";", "|", ";|", "\n", "é"]), max_size=40),
    st.integers(1, 20),
    st.integers(1, 5),
)
def test_delimited_records_come_once_whatever_the_splits(pieces: list[str], splits: int, chunk: int) -> None:
    text = "".join(pieces)
    expected = text.split(";|")
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "CHUNK", chunk)
        patch.setattr(text_module, "_LOOKAHEAD", chunk)
        path = Path(directory) / "x"
        path.write_bytes(text.encode())
        conf = {"textinputformat.record.delimiter": ";|"}
        source = input_format(OLD + "TextInputFormat", conf, new_api=False)
        found = load(source, str(path), splits)
    assert [record for _, record in found] == (expected if expected[-1] else expected[:-1])


def test_split_sizes_and_recursion_are_settings(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a", "deep/b", "deep/_hidden"):
        (tmp_path / "in" / name).write_bytes(b"line\n" * 20)
    conf = {
        "mapreduce.input.fileinputformat.input.dir.recursive": "true",
        "mapreduce.input.fileinputformat.split.maxsize": "50",
    }
    source = input_format(NEW_IN + "TextInputFormat", conf, new_api=True)
    assert len(source.splits(str(tmp_path / "in"), 1)) == 4
    assert len(load(source, str(tmp_path / "in"))) == 40
    larger = {"mapreduce.input.fileinputformat.split.minsize": "80"}
    source = input_format(OLD + "TextInputFormat", larger, new_api=False)
    assert [s.length for s in source.splits(str(tmp_path / "in" / "a"), 10)] == [80, 20]


def test_missing_settings_are_named() -> None:
    with pytest.raises(PySparkValueError, match="inputdir"):
        input_paths({})
    with pytest.raises(PySparkValueError, match="outputdir"):
        output_dataset({}, new_api=True)
    with pytest.raises(PySparkValueError, match=r"mapred\.output\.format\.class"):
        output_dataset({"mapred.output.dir": "/x"}, new_api=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (100.0, "100.0"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (1.5e-4, "1.5E-4"),
        (float("-inf"), "-Infinity"),
        (1.7976931348623157e308, "1.7976931348623157E308"),
        (123456789012.5, "1.234567890125E11"),
        ({"a": None}, "{a=(null)}"),
    ],
)
def test_values_print_as_java_prints_them(value: Any, text: str) -> None:
    assert java_text(value) == text
