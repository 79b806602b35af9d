"""pyrdd.io.whole_files: packing, contents, records of equal length."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.io.errors import CorruptFileError
from pyrdd.io.filesystem import FileStatus
from pyrdd.io.whole_files import (
    _pack,
    binary_file_splits,
    binary_record_splits,
    read_binary_files,
    read_binary_records,
    read_whole_text,
    whole_text_splits,
)


def packed(sizes: list[int], target: int) -> list[list[int]]:
    files = [FileStatus(f"/{at:04d}", size) for at, size in enumerate(sizes)]
    by_path = {file.path: file.size for file in files}
    return [[by_path[path] for path in split.paths] for split in _pack(files, target)]


def test_files_are_packed_as_spark_packs_them() -> None:
    sizes = [50, 40, 3, 20, 10, 100, 5, 0, 0, 1]
    assert packed(sizes, 229) == [[50, 40, 3, 20, 10, 100, 5, 1], [0, 0]]
    assert packed(sizes, 115) == [[50, 40, 3, 20, 10], [100, 5, 0, 0, 1]]
    assert packed(sizes, 77) == [[50, 40], [3, 20, 10, 100], [5, 0, 0, 1]]
    assert packed(sizes, 29) == [[50], [40], [3, 20, 10], [100], [5, 0, 0, 1]]
    assert packed([0, 0], 0) == [[0, 0]]


@given(st.lists(st.integers(0, 20)), st.integers(0, 50))
def test_packing_loses_and_repeats_nothing(sizes: list[int], target: int) -> None:
    assert sorted(size for group in packed(sizes, target) for size in group) == sorted(sizes)


def test_a_file_named_twice_is_read_twice(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"1234")
    splits = whole_text_splits(f"{tmp_path}/x,{tmp_path}/x", 2)
    assert [split.paths for split in splits] == [(f"{tmp_path}/x",), (f"{tmp_path}/x",)]


def test_whole_text_is_decompressed_and_keyed_by_uri(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\r\n\xff")
    (tmp_path / "b.gz").write_bytes(gzip.compress("é".encode()))
    (tmp_path / "dir").mkdir()
    (split,) = whole_text_splits(str(tmp_path), 1)
    assert list(read_whole_text(split)) == [
        (f"file:{tmp_path}/a.txt", "one\r\n\ufffd"),
        (f"file:{tmp_path}/b.gz", "é"),
    ]
    assert next(read_whole_text(split, use_unicode=False)) == (
        f"file:{tmp_path}/a.txt".encode(),
        "one\r\n\ufffd".encode(),
    )


def test_binary_files_are_raw_and_small_ones_share_a_partition(tmp_path: Path) -> None:
    raw = gzip.compress(b"x")
    (tmp_path / "a.gz").write_bytes(raw)
    (tmp_path / "b").write_bytes(b"\0\xff")
    (split,) = binary_file_splits(str(tmp_path), 2, 2)
    assert list(read_binary_files(split)) == [
        (f"file:{tmp_path}/a.gz", raw),
        (f"file:{tmp_path}/b", b"\0\xff"),
    ]


def test_records_of_equal_length(tmp_path: Path) -> None:
    (tmp_path / "1.bin").write_bytes(b"000000010002")
    (tmp_path / "2.bin").write_bytes(b"-001-002-010")
    splits = binary_record_splits(str(tmp_path), 4)
    records = [record for split in splits for record in read_binary_records(split, 4)]
    assert records == [b"0000", b"0001", b"0002", b"-001", b"-002", b"-010"]


def test_a_file_that_ends_inside_a_record_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "odd.bin").write_bytes(b"0123456789")
    (split,) = binary_record_splits(str(tmp_path), 7)
    with pytest.raises(CorruptFileError, match=r"odd\.bin.*record length 7"):
        list(read_binary_records(split, 7))


def test_a_record_length_must_be_positive_and_files_plain(tmp_path: Path) -> None:
    (tmp_path / "x.gz").touch()
    with pytest.raises(ValueError, match="positive"):
        binary_record_splits(str(tmp_path), 0)
    with pytest.raises(PySparkNotImplementedError, match=r"x\.gz"):
        binary_record_splits(str(tmp_path), 3)
