"""The file of a broadcast value: its pickle, and beside it the large buffers that the pickle only points
to.

    pickle | buffer | buffer | ... | index: offset, length of each buffer | length of the pickle, number of buffers

Pickle 5 hands out the memory of arrays instead of copying it into the pickle: it goes straight to the file
here, and is mapped from the file by the readers: a page is read when it is touched, and shared by all
processes of the machine until one of them writes to it.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pickle
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from pyrdd.errors import PySparkPicklingError

_ENTRY = struct.Struct("<QQ")
_ALIGNMENT = 64
_SMALLEST_BUFFER = 1 << 16
_CHUNK = 1 << 24

Fetch = Callable[[str, int, int], bytes]


def write_value(path: str, value: Any) -> int:
    """Writes ``value`` to ``path`` and returns the file's size.

    Raises `PySparkPicklingError` when neither pickle nor cloudpickle takes it, ``OSError`` with the path when it cannot
    be written; then no file is left.
    """
    try:
        with open(path, "wb") as file:
            _write_buffers(file, dump_pickle(value, file))
            return file.tell()
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(path)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = path
        raise


def read_file(path: str) -> Any:
    """The value in a file of this machine."""
    with open(path, "rb", 1 << 20) as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(size - _ENTRY.size)
        if _ENTRY.unpack(file.read(_ENTRY.size))[1] == 0:
            file.seek(0)
            return pickle.load(file)
        # A private mapping: programs may write to what they read, as to any unpickled array.
        return _read_view(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)))


def read_remote(fetch: Fetch, path: str, size: int) -> Any:
    """The value in a file of another machine, read with ``fetch(path, offset, length)``."""
    data = bytearray(size)
    for start in range(0, size, _CHUNK):
        part = fetch(path, start, min(_CHUNK, size - start))
        data[start : start + len(part)] = part
    return _read_view(memoryview(data))


def dump_pickle(value: Any, file: BinaryIO) -> list[memoryview]:
    """Pickles ``value`` into ``file``, all but the large buffers, which are returned."""
    start, watched, kept = file.tell(), _Watched(file), _Buffers()
    try:
        pickle.Pickler(cast(BinaryIO, watched), 5, buffer_callback=kept.keep).dump(value)
        if not watched.saw_main:
            return kept.large
    except (MemoryError, OSError):
        raise
    except Exception:
        pass  # what plain pickle refuses, cloudpickle may take; if not, its own error is raised below
    file.seek(start)
    file.truncate()
    return _cloudpickle(value, file)


def _cloudpickle(value: Any, file: BinaryIO) -> list[memoryview]:
    import cloudpickle  # most values do without

    kept = _Buffers()
    try:
        cloudpickle.Pickler(file, 5, buffer_callback=kept.keep).dump(value)
    except (MemoryError, OSError):
        raise
    except Exception as error:
        raise PySparkPicklingError(
            f"Could not serialize broadcast: {type(error).__name__}: {error}"
        ) from error
    return kept.large


class _Watched:
    """Notes whether a pickle names the program's ``__main__`` module, which other processes do not have."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.saw_main = file, False

    def write(self, data: bytes) -> int:
        # The pickler writes names in frames of 64 KiB; what is larger is a string or bytes of the value.
        if len(data) <= 2 * _SMALLEST_BUFFER and b"__main__" in bytes(data):
            self.saw_main = True
        return self._file.write(data)


class _Buffers:
    """The pickler's choice which buffers stay inside the pickle: those too small to map."""

    def __init__(self) -> None:
        self.large: list[memoryview] = []

    def keep(self, buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes >= _SMALLEST_BUFFER:
            self.large.append(raw)
        return raw.nbytes < _SMALLEST_BUFFER


def _write_buffers(file: BinaryIO, buffers: list[memoryview]) -> None:
    length, index = file.tell(), []
    for buffer in buffers:
        file.write(b"\0" * (-file.tell() % _ALIGNMENT))
        index.append((file.tell(), buffer.nbytes))
        file.write(buffer)
    for entry in (*index, (length, len(index))):
        file.write(_ENTRY.pack(*entry))


def _read_view(view: memoryview) -> Any:
    length, count = _ENTRY.unpack_from(view, len(view) - _ENTRY.size)
    index = view[len(view) - _ENTRY.size * (count + 1) : len(view) - _ENTRY.size]
    buffers = [view[offset : offset + size] for offset, size in _ENTRY.iter_unpack(index)]
    return pickle.loads(view[:length], buffers=buffers)
