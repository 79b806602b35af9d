"""pyrdd.io.sequence_file, writables and pickle_file: PySpark's own files, round trips, splits, damage."""

from __future__ import annotations

import io
import pickle
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spark_files import PICKLE_FILE, READABLE, SAVED_BY_SPARK

from pyrdd.errors import PySparkNotImplementedError, PySparkTypeError
from pyrdd.io import sequence_file
from pyrdd.io.codecs import BZIP2, DEFLATE, GZIP, Codec
from pyrdd.io.commit import OutputCommitter
from pyrdd.io.errors import CorruptFileError
from pyrdd.io.hadoop_formats import read_sequence_file, sequence_output
from pyrdd.io.pickle_file import (
    PickleOutput,
    java_byte_arrays,
    parse_java_byte_arrays,
    read_pickle_file,
)
from pyrdd.io.sequence_file import Header, SequenceFileReader, SequenceFileWriter, sequence_splits
from pyrdd.io.splits import FileSplit
from pyrdd.io.writables import (
    SORTED_MAP,
    from_bytes,
    read_vint,
    to_writable,
    writable_class,
    writable_for,
    write_vint,
)

SYNC = bytes(range(100, 116))


def whole(path: Path) -> FileSplit:
    size = path.stat().st_size
    return FileSplit(str(path), 0, size, size)


def every(path: Path, cuts: list[int]) -> list[FileSplit]:
    size = path.stat().st_size
    edges = sorted({0, size, *(cut % size for cut in cuts)})
    return [FileSplit(str(path), a, b - a, size) for a, b in pairwise(edges)]


@pytest.mark.parametrize("name", [*SAVED_BY_SPARK, *READABLE])
def test_files_written_by_spark_and_hadoop_are_read(tmp_path: Path, name: str) -> None:
    data, records = (SAVED_BY_SPARK | READABLE)[name]
    (tmp_path / "f").write_bytes(data)
    assert repr(list(read_sequence_file(whole(tmp_path / "f")))) == repr(
        [(key, bytearray(value) if isinstance(value, bytes) else value) for key, value in records]
    )


@pytest.mark.parametrize("name", SAVED_BY_SPARK)
def test_what_we_write_is_what_spark_writes_byte_for_byte(tmp_path: Path, name: str) -> None:
    data, records = SAVED_BY_SPARK[name]
    (tmp_path / "f").write_bytes(data)
    with SequenceFileReader(whole(tmp_path / "f")) as reader:
        sync = reader.header.sync
    codec = "org.apache.hadoop.io.compress.DefaultCodec" if name == "deflated_blocks" else None
    output = sequence_output(str(tmp_path / "out"), codec).with_classes_of(records[0])
    output.committer.setup_job()
    assert output.write(0, 0, records, sync) == len(data)
    output.committer.commit_job(1)
    assert (tmp_path / "out" / "part-00000").read_bytes() == data


RECORDS = st.lists(st.tuples(st.binary(max_size=30), st.binary(max_size=60)), max_size=40)
FORMATS = st.sampled_from([(None, False), *((c, b) for c in (DEFLATE, GZIP, BZIP2) for b in (False, True))])


@given(RECORDS, FORMATS, st.lists(st.integers(0, 1 << 30), max_size=6), st.integers(1, 200))
def test_any_records_in_any_compression_and_splits_come_back_once_in_order(
    records: list[tuple[bytes, bytes]], form: tuple[Codec | None, bool], cuts: list[int], interval: int
) -> None:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequence_file, "SYNC_INTERVAL", interval)
        patch.setattr(sequence_file, "_BLOCK_BYTES", interval)
        path = Path(directory) / "f"
        with open(path, "wb") as stream:
            writer = SequenceFileWriter(stream, Header("K", "V", SYNC, *form, {"made": "by é"}))
            for key, value in records:
                writer.append(key, value)
            size = writer.finish()
        assert size == path.stat().st_size
        found = []
        for split in every(path, cuts):
            with SequenceFileReader(split) as reader:
                found += list(reader.records())
                assert reader.header.metadata == {"made": "by é"}
        assert found == records


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(1 << 63), (1 << 63) - 1), st.floats(allow_nan=False), st.text(),
    st.binary(),
)  # fmt: skip
VALUES = st.recursive(SCALARS, lambda inner: st.dictionaries(SCALARS, inner, max_size=4), max_leaves=10)


@given(VALUES)
def test_any_value_comes_back_from_its_writable(value: Any) -> None:
    value = pickle.loads(pickle.dumps(value))
    writable, data = to_writable(value)
    again = from_bytes(writable_class(writable.class_name), data, "f")
    if isinstance(value, str):
        value = value.encode("utf-8", "replace").decode()
    assert again == value


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_variable_length_integers_round_trip(value: int) -> None:
    data = write_vint(value)
    assert read_vint(b"x" + data, 1) == (value, 1 + len(data)) and len(data) <= 9


@pytest.mark.parametrize("name", ["VIntWritable", "VLongWritable", "ByteWritable", "ShortWritable"])
def test_narrow_and_variable_integers_are_ints(name: str) -> None:
    writable = writable_class(f"org.apache.hadoop.io.{name}")
    assert from_bytes(writable, writable.write(-100), "f") == -100


def test_a_sorted_map_is_written_in_the_order_of_its_keys() -> None:
    assert list(from_bytes(SORTED_MAP, SORTED_MAP.write({"b": 1, "a": 2}), "f")) == ["a", "b"]


@pytest.mark.parametrize("value", [1 << 63, [1], {1}, object(), 1j])
def test_what_pyspark_cannot_write_is_refused(value: Any) -> None:
    with pytest.raises(PySparkTypeError, match="cannot be used"):
        writable_for(value)


def test_arrays_can_be_written_but_not_read_as_in_spark(tmp_path: Path) -> None:
    writable, data = to_writable((1, "x"))
    assert data == b"\0\0\0\2\0\0\0\1\1x"
    with pytest.raises(PySparkNotImplementedError, match="ArrayWritable"):
        from_bytes(writable, data, "f")


def test_an_unknown_writable_is_refused_by_name() -> None:
    with pytest.raises(PySparkNotImplementedError, match=r"com\.example\.MyWritable"):
        writable_class("com.example.MyWritable")


def test_other_files_and_versions_are_refused_by_name(tmp_path: Path) -> None:
    for data, why in (
        (b"hello", "not a SequenceFile"),
        (b"", "not a SequenceFile"),
        (b"SEQ\x04", "version 04"),
    ):
        (tmp_path / "f").write_bytes(data)
        with pytest.raises(CorruptFileError, match=rf"{tmp_path}/f.*{why}"):
            SequenceFileReader(whole(tmp_path / "f"))


@pytest.mark.parametrize("name", ["ints_and_strings", "gzipped_blocks", "deflated_records"])
def test_a_truncated_file_is_short_at_a_record_or_an_error(tmp_path: Path, name: str) -> None:
    data, records = (SAVED_BY_SPARK | READABLE)[name]
    path = tmp_path / "f"
    for size in range(len(data)):
        path.write_bytes(data[:size])
        found, error = read_until_error(path)
        assert found == records[: len(found)] and len(found) < len(records)
        assert error is None or str(path) in error


def read_until_error(path: Path) -> tuple[list[Any], str | None]:
    found = []
    try:
        for pair in read_sequence_file(whole(path)):
            found.append(pair)
    except CorruptFileError as error:
        return found, str(error)
    return found, None


def test_large_files_are_split_as_hadoop_splits_them(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with open(path, "wb") as stream:
        header = Header("org.apache.hadoop.io.IntWritable", "org.apache.hadoop.io.Text", SYNC)
        writer = SequenceFileWriter(stream, header)
        for i in range(8000):
            writer.append(*(to_writable(item)[1] for item in (i, "x" * 50)))
        assert writer.finish() == 504_165
    splits = sequence_splits(str(path), 6)
    assert [sum(1 for _ in read_sequence_file(split)) for split in splits] == [1625, 1626, 1626, 1626, 1497]


def test_a_sync_mark_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        SequenceFileWriter(io.BytesIO(), Header("K", "V", b"short"))


def test_a_pickle_file_of_pyspark_is_read_and_written_alike(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(PICKLE_FILE)
    assert list(read_pickle_file(whole(tmp_path / "f"))) == list(range(25))
    with SequenceFileReader(whole(tmp_path / "f")) as reader:
        sync = reader.header.sync
    assert pickled(tmp_path, list(range(25)), 3, sync).read_bytes() == PICKLE_FILE


def pickled(tmp_path: Path, records: list[Any], batch_size: int, sync: bytes = SYNC) -> Path:
    output = PickleOutput(OutputCommitter.to_directory(str(tmp_path / f"out{batch_size}")), batch_size)
    output.committer.setup_job()
    output.write(0, 0, records, sync)
    output.committer.commit_job(1)
    return Path(output.committer.output) / "part-00000"


@pytest.mark.parametrize("batch_size", [0, 1, 7, 10, 1000, -1])
def test_pickle_files_round_trip_for_any_batch_size(tmp_path: Path, batch_size: int) -> None:
    records = [{"n": i, "text": "x" * i} for i in range(500)]
    path = pickled(tmp_path, records, batch_size)
    assert [record for split in every(path, [1000, 50_000]) for record in read_pickle_file(split)] == records


@given(st.lists(st.binary(max_size=20), max_size=12))
def test_java_byte_arrays_round_trip(items: list[bytes]) -> None:
    data = java_byte_arrays(items)
    assert parse_java_byte_arrays(data, "f") == items
    for size in range(len(data)):
        with pytest.raises((CorruptFileError, PySparkNotImplementedError)):
            parse_java_byte_arrays(data[:size], "f")


def test_serialised_java_objects_are_refused() -> None:
    data = java_byte_arrays([b"x"]).replace(b"[[B", b"[[I")
    with pytest.raises(PySparkNotImplementedError, match="Java objects"):
        parse_java_byte_arrays(data, "f")


def test_a_sequence_file_of_other_values_is_no_pickle_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(SAVED_BY_SPARK["ints_and_strings"][0])
    with pytest.raises(CorruptFileError, match=r"not a pickle file.*Text"):
        list(read_pickle_file(whole(tmp_path / "f")))
