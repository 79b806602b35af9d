"""Sources whose records are whole files, or equal pieces of them: wholeTextFiles, binaryFiles, binaryRecords.

Whole files are packed into partitions as Hadoop's `CombineFileInputFormat` packs them on one machine: in
listing order, a partition is closed as soon as it holds the target size; what is left, with the empty files,
is the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil

from pyrdd.io.codecs import codec_for_path, decompressed, read_chunks
from pyrdd.io.errors import CorruptFileError, unsupported
from pyrdd.io.filesystem import FileStatus, filesystem_of, to_uri
from pyrdd.io.paths import input_files
from pyrdd.io.splits import FileSplit, cut_files
from pyrdd.io.utf8 import decode, well_formed

_MAX_PARTITION_BYTES = 128 << 20
_OPEN_COST = 4 << 20


@dataclass(frozen=True, slots=True)
class WholeFilesSplit:
    """The files of one partition, in order, with their total size."""

    paths: tuple[str, ...]
    length: int


def whole_text_splits(paths: str, min_partitions: int) -> list[WholeFilesSplit]:
    """The partitions of ``wholeTextFiles``: about ``min_partitions`` of them, by size. Runs on the driver."""
    files = input_files(paths, skip_directories=True)
    return _pack(files, ceil(sum(file.size for file in files) / max(min_partitions, 1)))


def binary_file_splits(
    paths: str,
    min_partitions: int,
    default_parallelism: int,
    max_partition_bytes: int = _MAX_PARTITION_BYTES,
    open_cost: int = _OPEN_COST,
) -> list[WholeFilesSplit]:
    """The partitions of ``binaryFiles``, by Spark's rule: each file counts ``open_cost`` bytes more than it
    has (``spark.files.openCostInBytes``), a partition takes at most ``spark.files.maxPartitionBytes``."""
    files = input_files(paths, skip_directories=True)
    per_core = sum(file.size + open_cost for file in files) // max(default_parallelism, min_partitions, 1)
    return _pack(files, min(max_partition_bytes, max(open_cost, per_core)))


def _pack(files: Sequence[FileStatus], target: int) -> list[WholeFilesSplit]:
    groups: list[list[int]] = []
    open_group, size = [], 0
    for at, file in enumerate(files):
        if not file.size:
            continue
        open_group.append(at)
        size += file.size
        if target and size >= target:
            groups.append(open_group)
            open_group, size = [], 0
    rest = set(open_group)
    groups.append([at for at, file in enumerate(files) if not file.size or at in rest])
    return [_whole_files([files[at] for at in group]) for group in groups if group]


def _whole_files(files: Sequence[FileStatus]) -> WholeFilesSplit:
    return WholeFilesSplit(tuple(file.path for file in files), sum(file.size for file in files))


def read_whole_text(
    split: WholeFilesSplit, use_unicode: bool = True
) -> Iterator[tuple[str | bytes, str | bytes]]:
    """``(uri, content)`` per file, decompressed by suffix; both are UTF-8 bytes without ``use_unicode``."""
    if use_unicode:
        return ((to_uri(path), decode(_content(path))) for path in split.paths)
    return ((to_uri(path).encode(), well_formed(_content(path))) for path in split.paths)


def read_binary_files(split: WholeFilesSplit) -> Iterator[tuple[str, bytes]]:
    """``(uri, content)`` per file, the bytes as they are on disk."""
    return ((to_uri(path), _raw(path)) for path in split.paths)


def _raw(path: str) -> bytes:
    with filesystem_of(path).open_read(path) as stream:
        return b"".join(read_chunks(stream))


def _content(path: str) -> bytes:
    codec = codec_for_path(path)
    return b"".join(decompressed((_raw(path),), codec, path)) if codec else _raw(path)


def binary_record_splits(paths: str, record_length: int) -> list[FileSplit]:
    """The partitions of ``binaryRecords``: blocks rounded down to whole records. Runs on the driver.

    Raises `ValueError` unless ``record_length`` is positive, and `PySparkNotImplementedError` for a
    compressed file (Spark refuses those too).
    """
    if record_length <= 0:
        raise ValueError(f"recordLength must be positive, not {record_length}")
    files = input_files(paths)
    for file in files:
        if codec_for_path(file.path):
            raise unsupported(f"binaryRecords of the compressed file {file.path}", "Decompress it first.")
    return cut_files(files, num_splits=None, splittable=lambda _: True, unit=record_length)


def read_binary_records(split: FileSplit, record_length: int) -> Iterator[bytes]:
    """Pieces of ``record_length`` bytes; `CorruptFileError` when the file ends inside one."""
    with filesystem_of(split.path).open_read(split.path) as stream:
        stream.seek(split.start)
        batch = max(1, (1 << 20) // record_length) * record_length
        left = split.length
        while left > 0:
            data = _read_exactly(stream.read, min(batch, left))
            if not data or len(data) % record_length:
                raise CorruptFileError(
                    f"{split.path}: its size {split.size} is no multiple of the record length {record_length}"
                )
            left -= len(data)
            yield from _pieces(data, record_length)


def _read_exactly(read: Callable[[int], bytes], size: int) -> bytes:
    return b"".join(iter(partial(_read_some, read, [size]), b""))


def _read_some(read: Callable[[int], bytes], left: list[int]) -> bytes:
    data = read(left[0]) if left[0] else b""
    left[0] -= len(data)
    return data


def _pieces(data: bytes, length: int) -> Iterable[bytes]:
    return (data[at : at + length] for at in range(0, len(data), length))
