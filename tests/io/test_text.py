"""pyrdd.io.text: every line in exactly one split, as Hadoop cuts and ends them; malformed UTF-8 as Java's."""

from __future__ import annotations

import gzip
import pickle
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spark_files import MALFORMED, MIXED_LINE_ENDS, MIXED_LINES_BY_SPLITS

from pyrdd.io import text
from pyrdd.io.errors import CorruptFileError
from pyrdd.io.filesystem import FileStatus
from pyrdd.io.splits import BLOCK_SIZE, FileSplit, cut_files
from pyrdd.io.text import read_lines, read_lines_with_offsets, text_splits

ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
WORDS = st.sampled_from(
    [b"", b"a", b"word", "é€😀".encode(), b"\x0b\x0c\x1c\x85", "\u2028\u0085".encode(), b"\xff"]
)
TEXTS = st.lists(st.tuples(WORDS, ENDS), max_size=30).map(lambda pairs: b"".join(w + e for w, e in pairs))


def glom(path: Path | str, splits: int) -> list[list[str]]:
    return [[str(line) for line in read_lines(split)] for split in text_splits(str(path), splits)]


def expected_lines(data: bytes) -> list[bytes]:
    lines = re.split(rb"\r\n|\r|\n", data)
    return lines if lines[-1] else lines[:-1]


@pytest.mark.parametrize("splits", sorted(MIXED_LINES_BY_SPLITS))
def test_splits_hold_the_lines_that_sparks_hold(tmp_path: Path, splits: int) -> None:
    (tmp_path / "a.txt").write_bytes(MIXED_LINE_ENDS)
    assert glom(tmp_path / "a.txt", splits) == MIXED_LINES_BY_SPLITS[splits]


def test_a_hundred_lines_are_cut_as_spark_cuts_them(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"".join(b"line %d\n" % i for i in range(100)))
    sizes = {n: [len(part) for part in glom(tmp_path / "b", n)] for n in (1, 2, 3, 7)}
    assert sizes == {1: [100], 2: [51, 49], 3: [35, 33, 32], 7: [16, 14, 14, 14, 14, 14, 14]}


@given(TEXTS, WORDS, st.integers(1, 40), st.sampled_from([1, 2, 3, 7, 1 << 20]))
def test_any_text_in_any_number_of_splits_gives_each_line_once(
    body: bytes, last: bytes, splits: int, chunk: int
) -> None:
    data = body + last
    with tempfile.NamedTemporaryFile() as file, pytest.MonkeyPatch.context() as patch:
        Path(file.name).write_bytes(data)
        patch.setattr(text, "CHUNK", chunk)
        patch.setattr(text, "_LOOKAHEAD", chunk)
        parts = text_splits(file.name, splits)
        assert [line for part in parts for line in read_lines(part, use_unicode=False)] == [
            line.decode("utf-8", "replace").encode() for line in expected_lines(data)
        ]
        keyed = [pair for part in parts for pair in read_lines_with_offsets(part)]
        assert [line for _, line in keyed] == [line for part in parts for line in read_lines(part)]
        for offset, line in keyed:
            raw = expected_lines(data[offset:])[0]
            assert raw.decode("utf-8", "replace") == line


@given(TEXTS, st.integers(1, 5))
def test_compressed_text_is_one_split_with_the_same_lines(data: bytes, splits: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "x.gz"
        path.write_bytes(gzip.compress(data))
        parts = text_splits(str(path), splits)
        assert len(parts) == 1
        lines = [line.decode("utf-8", "replace") for line in expected_lines(data)]
        assert list(read_lines(parts[0])) == lines
        assert [line for _, line in read_lines_with_offsets(parts[0])] == lines


@pytest.mark.parametrize(("raw", "decoded"), MALFORMED)
def test_malformed_bytes_become_what_java_writes(tmp_path: Path, raw: str, decoded: str) -> None:
    path = tmp_path / "m"
    path.write_bytes(bytes.fromhex(raw) + b"\n")
    assert glom(path, 1) == [[bytes.fromhex(decoded).decode()]]
    assert list(read_lines(text_splits(str(path), 1)[0], use_unicode=False)) == [bytes.fromhex(decoded)]


def test_a_byte_order_mark_is_skipped_at_the_start_of_a_file_only(tmp_path: Path) -> None:
    (tmp_path / "bom").write_bytes(b"\xef\xbb\xbfhi\n\xef\xbb\xbfyo\n")
    assert glom(tmp_path / "bom", 1) == [["hi", "\ufeffyo"]]
    (split,) = text_splits(str(tmp_path / "bom"), None)
    assert list(read_lines_with_offsets(split)) == [(0, "hi"), (6, "\ufeffyo")]


def test_a_truncated_gzip_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "day.gz"
    path.write_bytes(gzip.compress(b"line\n" * 1000)[:-9])
    with pytest.raises(CorruptFileError, match=r"day\.gz"):
        glom(path, 1)


def test_a_file_that_shrank_since_it_was_split_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"line\n" * 100)
    (split,) = text_splits(str(path), 1)
    path.write_bytes(b"line\n")
    with pytest.raises(CorruptFileError, match="shorter"):
        list(read_lines(split))


def test_bytes_read_are_counted_while_reading(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"line\n" * 100)
    counts: list[int] = []
    for split in text_splits(str(tmp_path / "x"), 3):
        list(read_lines(split, counted=counts.append))
    assert sum(counts) == 500


def test_reading_stops_early_without_reading_the_rest(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"line\n" * 1_000_000)
    counts: list[int] = []
    lines = read_lines(text_splits(str(tmp_path / "x"), 1)[0], counted=counts.append)
    assert next(lines) == "line"
    assert sum(counts) <= 1 << 18


def test_splits_are_at_most_a_block_and_the_last_may_be_a_tenth_larger() -> None:
    files = [FileStatus("/big", 2 * BLOCK_SIZE + BLOCK_SIZE // 20), FileStatus("/empty", 0)]
    splits = cut_files(files, num_splits=None, splittable=lambda _: True)
    assert [(s.start, s.length) for s in splits] == [
        (0, BLOCK_SIZE),
        (BLOCK_SIZE, BLOCK_SIZE + BLOCK_SIZE // 20),
    ]


def test_splits_pickle() -> None:
    split = FileSplit("/x", 1, 2, 3)
    assert pickle.loads(pickle.dumps(split)) == split


def test_memory_files_are_split_and_read() -> None:
    fs = pytest.importorskip("fsspec").filesystem("memory")
    fs.pipe("/text-test/x", b"".join(b"%d\n" % i for i in range(50)))
    try:
        parts = glom("memory://text-test/x", 4)
        assert len(parts) == 4 and [line for part in parts for line in part] == [str(i) for i in range(50)]
    finally:
        fs.rm("/text-test", recursive=True)
