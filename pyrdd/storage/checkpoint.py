"""Checkpoint files: an RDD's records in a reliable directory, which take the place of its lineage.

    task i    records --write_partition--> .part-0000i-<attempt> --rename--> part-0000i
    driver    all tasks done --commit--> _COMMITTED (the number of partitions)
    task i    part-0000i --read_partition--> records

A part appears whole or not at all, so attempts of one task may run side by side; a directory without
`_COMMITTED` is no checkpoint.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyrdd.errors import PySparkRuntimeError
from pyrdd.serializers.record_format import RecordFormat
from pyrdd.storage.frame_file import open_frame_file, write_frame_file

_COMMITTED = "_COMMITTED"


def part_path(directory: str | os.PathLike[str], partition: int) -> Path:
    """The file of one partition.

    >>> part_path("checkpoints/rdd-3", 12).name
    'part-00012'
    """
    return Path(directory) / f"part-{partition:05d}"


def write_partition(
    directory: str | os.PathLike[str],
    partition: int,
    records: Iterable[Any],
    attempt: str,
    record_format: RecordFormat | None = None,
) -> int:
    """Writes one partition durably, streaming, and returns its size.

    ``attempt`` is a name that no other attempt of the same partition has.
    """
    final = part_path(directory, partition)
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary = final.with_name(f".{final.name}-{attempt}")
    size = write_frame_file(temporary, (record_format or RecordFormat()).dump(records), sync=True)
    os.replace(temporary, final)
    return size


def read_partition(
    directory: str | os.PathLike[str], partition: int, record_format: RecordFormat | None = None
) -> Iterator[Any]:
    """The records of one partition, streaming.

    Raises `PySparkRuntimeError` at once, before the first record, when it is missing or corrupt.
    """
    try:
        frames = open_frame_file(part_path(directory, partition))
    except OSError as error:
        raise PySparkRuntimeError(
            f"The checkpoint of partition {partition} in {os.fspath(directory)} cannot be read: {error}. "
            "The lineage ends at a checkpoint: restore the file, or run the program again from its input."
        ) from error
    return (record_format or RecordFormat()).load(frames)


def commit(directory: str | os.PathLike[str], num_partitions: int) -> None:
    """Declares the checkpoint complete. Raises `PySparkRuntimeError` when a part is missing."""
    missing = [i for i in range(num_partitions) if not part_path(directory, i).is_file()]
    if missing:
        raise PySparkRuntimeError(f"The checkpoint in {os.fspath(directory)} lacks partitions {missing}.")
    target = Path(directory) / _COMMITTED
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{_COMMITTED}")
    temporary.write_text(str(num_partitions), encoding="ascii")
    os.replace(temporary, target)


def committed(directory: str | os.PathLike[str]) -> int | None:
    """The number of partitions of a complete checkpoint; ``None`` when there is none."""
    try:
        return int((Path(directory) / _COMMITTED).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
