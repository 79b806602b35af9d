"""Files cut into parts: every line is in one part, wherever the cuts are."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.sql.sources import FileEntry, Options, format_named
from pyrdd.sql.sources.splitting import partitions, splittable
from pyrdd.sql.sources.streams import line_blocks
from pyrdd.sql.types import StructType


@given(
    st.text(alphabet="ab\r\n", max_size=40),
    st.lists(st.integers(0, 40), max_size=4),
    st.sampled_from([None, b"\n", b"ab"]),
)
def test_the_parts_of_a_file_are_the_file(
    tmp_path_factory: pytest.TempPathFactory, text: str, cuts: list[int], separator: bytes | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut"
    path.write_bytes(text.encode())
    bounds = [0, *sorted({cut for cut in cuts if 0 < cut < len(text)}), len(text)]
    parts = [b"".join(line_blocks(str(path), separator, a, b)) for a, b in pairwise(bounds)]
    assert b"".join(parts) == text.encode()
    lines = list(whole_lines(text.encode(), separator))
    assert all(part == b"" or part in joined(lines) for part in parts)


def whole_lines(data: bytes, separator: bytes | None) -> list[bytes]:
    """The lines of a text with their ends."""
    if separator is None:
        return data.splitlines(keepends=True)
    pieces = data.split(separator)
    return [piece + separator for piece in pieces[:-1]] + [pieces[-1]]


def joined(lines: list[bytes]) -> set[bytes]:
    """What runs of lines look like."""
    return {b"".join(lines[a:b]) for a in range(len(lines)) for b in range(a + 1, len(lines) + 1)}


def test_only_the_first_part_has_a_header(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("n\n" + "".join(f"{i}\n" for i in range(50)))
    whole = FileEntry(str(path), path.stat().st_size, 0.0)
    schema, options = StructType.fromDDL("n int"), Options({"header": "true"})
    found = []
    for start in range(0, whole.size, 20):
        part = whole.part(start, min(whole.size, start + 20))
        for batch in format_named("csv").read(part, schema, options):
            found += batch.column(0).to_pylist()
    assert found == list(range(50))


def test_what_can_be_cut() -> None:
    def can(name: str, path: str, **options: str) -> bool:
        return splittable(name, FileEntry(path, 1, 0.0), Options(options))

    assert can("csv", "/a.csv") and can("json", "/a.json") and can("text", "/a") and can("parquet", "/a")
    assert not can("csv", "/a.csv.gz")
    assert not can("csv", "/a.csv", multiLine="true")
    assert not can("text", "/a", wholetext="true")
    assert not can("json", "/a", encoding="UTF-16")
    assert not can("binaryFile", "/a")


def test_partitions_are_filled_with_the_largest_files_first() -> None:
    files = [FileEntry(f"/{size}", size << 20, 0.0) for size in (1, 6, 2, 20)]
    found = partitions(files, "csv", Options(), 2)
    # (29 + 4 * 4) / 2 MB for each of two cores
    limit = (29 + 16 << 20) // 2
    assert [[file.path for file in one] for one in found] == [["/20"], ["/6", "/2", "/1"]]
    assert partitions([FileEntry("/x", limit * 3, 0.0)], "binaryFile", Options(), 2) == [
        [FileEntry("/x", limit * 3, 0.0)]
    ]
