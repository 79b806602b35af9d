import gc
import os
from collections.abc import Callable

import pytest

from pyrdd.shuffle import frames
from pyrdd.shuffle.spill import Scratch, SpillFile

MakeScratch = Callable[..., Scratch]


def test_runs_are_read_back_in_any_order_and_any_number_of_times(scratch: MakeScratch) -> None:
    with SpillFile(scratch()) as spill:
        first, second = spill.append(range(5000)), spill.append(["a", ("b", None)])
        assert list(spill.read(second)) == ["a", ("b", None)]
        assert list(spill.read(first)) == list(range(5000))
        assert list(spill.read(second, first)) == ["a", ("b", None), *range(5000)]


def test_runs_can_be_read_alternately_while_others_are_written(scratch: MakeScratch) -> None:
    with SpillFile(scratch()) as spill:
        a, b = (spill.read(spill.append(range(i, i + 100_000))) for i in (0, 1))
        assert [next(a), next(b)] == [0, 1]
        third = spill.append("xyz")
        assert list(zip(a, b, strict=True)) == [(i, i + 1) for i in range(1, 100_000)]
        assert list(spill.read(third)) == ["x", "y", "z"]


def test_a_run_copied_as_bytes_is_the_same_run(scratch: MakeScratch) -> None:
    with SpillFile(scratch()) as spill, SpillFile(scratch()) as other:
        run = spill.append(range(300_000))
        other.append("x")
        copy = other.append_raw(spill.read_raw(run))
        assert copy.length == run.length
        assert list(other.read(copy)) == list(range(300_000))


def test_an_empty_run_has_no_bytes_and_no_records(scratch: MakeScratch) -> None:
    with SpillFile(scratch()) as spill:
        assert list(spill.read(spill.append([]))) == []


def test_a_spill_file_has_no_name_or_loses_it_on_closing(scratch: MakeScratch) -> None:
    where = scratch()
    with SpillFile(where) as spill:
        spill.append(range(1000))
    spill.close()
    assert os.listdir(where.directory) == []


def test_the_directory_is_made_when_it_is_missing(scratch: MakeScratch) -> None:
    where = scratch()
    os.rmdir(where.directory)
    with SpillFile(where) as spill:
        assert list(spill.read(spill.append([1]))) == [1]


def test_a_full_disk_is_an_os_error_that_names_the_directory(
    scratch: MakeScratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = scratch()
    with SpillFile(where) as spill:
        monkeypatch.setattr(spill, "_file", FullDisk(spill._file))
        with pytest.raises(OSError, match="No space left") as failure:
            spill.append(range(10))
    assert failure.value.filename == where.directory
    assert os.listdir(where.directory) == []
    gc.collect()


class FullDisk:
    """A file on a disk that is full."""

    def __init__(self, file: object) -> None:
        self.file = file

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)

    def write(self, data: bytes) -> int:
        raise OSError(28, "No space left on device")


def test_reading_past_the_end_is_a_short_read() -> None:
    with pytest.raises(frames.ShortRead, match="2 of 5 bytes at offset 7"):
        frames.exactly(lambda offset, length: b"ab", 7, 5)


def test_an_error_that_has_a_path_keeps_it() -> None:
    assert frames.named(FileNotFoundError(2, "No such file", "/a"), "/b").filename == "/a"
