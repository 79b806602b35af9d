"""Checkpoint files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkRuntimeError
from pyrdd.serializers import MarshalSerializer
from pyrdd.serializers.compression import codec
from pyrdd.serializers.record_format import RecordFormat
from pyrdd.storage.checkpoint import commit, committed, part_path, read_partition, write_partition


@given(st.lists(st.lists(st.text() | st.integers(), max_size=5), max_size=4))
def test_a_committed_checkpoint_gives_back_every_partition(
    tmp_path_factory: pytest.TempPathFactory, partitions: list[list[Any]]
) -> None:
    directory = tmp_path_factory.mktemp("checkpoint") / "rdd-1"
    for index, records in enumerate(partitions):
        size = write_partition(directory, index, iter(records), "0")
        assert part_path(directory, index).stat().st_size == size
    assert committed(directory) is None
    commit(directory, len(partitions))
    assert committed(directory) == len(partitions)
    assert [list(read_partition(directory, index)) for index in range(len(partitions))] == partitions


def test_a_chosen_serializer_and_codec_are_used(tmp_path: Path) -> None:
    record_format = RecordFormat(MarshalSerializer(), codec("zlib"))
    assert write_partition(tmp_path, 0, ["spam"] * 10_000, "0", record_format) < 10_000
    assert list(read_partition(tmp_path, 0, record_format)) == ["spam"] * 10_000


def test_an_attempt_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def records() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_partition(tmp_path, 0, records(), "0")
    assert list(tmp_path.iterdir()) == []


def test_two_attempts_at_once_leave_one_whole_part(tmp_path: Path) -> None:
    def slow() -> Iterator[int]:
        yield 1
        write_partition(tmp_path, 0, [1, 2], "1")
        yield 2

    write_partition(tmp_path, 0, slow(), "0")
    assert [path.name for path in tmp_path.iterdir()] == ["part-00000"]
    assert list(read_partition(tmp_path, 0)) == [1, 2]


def test_a_checkpoint_that_lacks_a_partition_cannot_be_committed(tmp_path: Path) -> None:
    write_partition(tmp_path, 1, [1], "0")
    with pytest.raises(PySparkRuntimeError, match=r"lacks partitions \[0, 2\]"):
        commit(tmp_path, 3)
    assert committed(tmp_path) is None


@pytest.mark.parametrize("damage", ["cut", "flip", "delete"])
def test_a_damaged_part_is_an_error_before_the_first_record(tmp_path: Path, damage: str) -> None:
    write_partition(tmp_path, 0, range(10_000), "0")
    path = part_path(tmp_path, 0)
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    if damage == "delete":
        path.unlink()
    else:
        path.write_bytes({"cut": bytes(data[:-50]), "flip": bytes(data)}[damage])
    with pytest.raises(PySparkRuntimeError, match="checkpoint of partition 0"):
        read_partition(tmp_path, 0)
