"""A file of frames with a checksum, written whole or not at all.

    length, frame, length, frame, ...          as `serializers.records.write_frames` writes them
    length of all that, its CRC-32             at the end, so that writing needs no second look

Cached blocks on disk and checkpoints are such files. Reading checks the whole file before it hands out the
first record: a reader never finds out half way that what it already gave away is followed by garbage.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from pyrdd.serializers.records import read_frames, write_frames

_END = struct.Struct("<QI")
_BUFFER = 1 << 20


class CorruptFile(OSError):
    """A file of frames is cut short or altered."""


class _Summed:
    """Counts and sums what is written through it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.length, self.crc = file, 0, 0

    def write(self, data: bytes) -> int:
        self.length += len(data)
        self.crc = zlib.crc32(data, self.crc)
        return self._file.write(data)


def write_frame_file(path: Path, frames: Iterable[bytes], sync: bool = False) -> int:
    """Writes a new file and returns its size; ``sync`` waits for the disk. When anything fails, no file is
    left.

    To publish it whole or not at all, give a temporary name and rename the file afterwards.
    """
    try:
        with open(path, "wb", _BUFFER) as file:
            summed = _Summed(file)
            write_frames(cast(BinaryIO, summed), frames)
            file.write(_END.pack(summed.length, summed.crc))
            if sync:
                file.flush()
                os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return summed.length + _END.size


def open_frame_file(path: Path, check: bool = True) -> Iterator[bytes]:
    """The frames of ``path``, read as they are asked for; the file is closed after the last, or when
    forgotten.

    Raises at once `CorruptFile` when the file is not what was written, and ``OSError`` when it cannot be
    read. ``check=False`` is for the process that has just written it.
    """
    file = open(path, "rb", _BUFFER)
    try:
        size = os.fstat(file.fileno()).st_size - _END.size
        if check:
            _check(file, size, path)
            file.seek(0)
    except BaseException:
        file.close()
        raise
    return _FrameReader(file, size)


def _check(file: BinaryIO, size: int, path: Path) -> None:
    if size < 0:
        raise CorruptFile(f"{path} is cut short")
    crc, left = 0, size
    while left and (data := file.read(min(_BUFFER, left))):
        crc, left = zlib.crc32(data, crc), left - len(data)
    if _END.unpack(file.read(_END.size)) != (size, crc):
        raise CorruptFile(f"{path} does not match its checksum")


class _FrameReader:
    """The frames in the first ``length`` bytes of a file. A generator would not close it if never started."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self._frames = read_frames(cast(BinaryIO, _Part(file, length)))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        frame = next(self._frames, None)
        if frame is None:
            self._file.close()
            raise StopIteration
        return frame

    def __del__(self) -> None:
        self._file.close()


class _Part:
    """The next ``length`` bytes of a file, as a file."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left = file, length

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data
