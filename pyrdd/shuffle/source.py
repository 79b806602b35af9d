"""MapOutputSource: the bytes of one map output for one reduce partition, from local disk or another executor.

Whatever goes wrong with the bytes becomes a `FetchFailed` here, and only here: lost, short, or damaged.
Shortage in this process (no file descriptors, memory or disk space) stays an ``OSError``: computing the map
again would not help.

    path --------- open, seek, read -----------+
                                               +--> read_at(offset, length) --> those bytes, or FetchFailed
    endpoint, name -- fetch(range of bytes) ---+
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn
from zlib import crc32

from pyrdd.metrics import TaskMetrics
from pyrdd.shuffle import frames, index
from pyrdd.shuffle.status import FetchFailed, MapStatus

CHUNK_BYTES = 1 << 20

Fetch = Callable[[str, str, int, int], bytes]

_SHORTAGES = ("EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EINTR")
_OURS = frozenset(getattr(errno, name) for name in _SHORTAGES if hasattr(errno, name))


class MapOutputSource:
    """One map output seen by the reduce task ``reduce_index``; ``read`` gives bytes at an offset.

    ``verify`` false leaves the segment's checksum alone (``spark.shuffle.checksum.enabled``).
    """

    __slots__ = ("_checked", "_read", "_reduce_index", "_status")

    def __init__(self, status: MapStatus, reduce_index: int, read: frames.ReadAt, verify: bool) -> None:
        self._status, self._reduce_index, self._read, self._checked = status, reduce_index, read, verify

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly ``length`` bytes at ``offset``."""
        try:
            return frames.exactly(self._read, offset, length)
        except (OSError, EOFError, LookupError) as error:
            self.blame(error)

    def entry(self) -> index.Segment:
        """Where the segment is, from the file's index."""
        data = self.read_at(index.entry_offset(self._reduce_index), index.ENTRY_BYTES)
        try:
            return index.unpack_entry(
                data, self._status.shuffle_id, self._status.map_index, self._reduce_index
            )
        except index.CorruptEntry as error:
            self.blame(error)

    def whole(self, segment: index.Segment) -> bytes:
        """The verified bytes of a segment that is small enough to be held."""
        data = self.read_at(segment.offset, segment.length)
        if self._checked:
            self._verify(segment, crc32(data))
        return data

    def chunks(self, segment: index.Segment) -> Iterator[bytes]:
        """The bytes of a segment in pieces; it is verified, and the failure raised, after the last one."""
        crc = 0
        end = segment.offset + segment.length
        for offset in range(segment.offset, end, CHUNK_BYTES):
            chunk = self.read_at(offset, min(CHUNK_BYTES, end - offset))
            crc = crc32(chunk, crc)
            yield chunk
        if self._checked:
            self._verify(segment, crc)

    def _verify(self, segment: index.Segment, crc: int) -> None:
        if crc != segment.crc:
            self.blame(ValueError("the segment's checksum does not match: the file is damaged"))

    def blame(self, error: Exception) -> NoReturn:
        """Raises what `blame` raises, for this output."""
        blame(error, self._status, self._reduce_index)


def blame(error: Exception, status: MapStatus, reduce_index: int) -> NoReturn:
    """Raises `FetchFailed` for ``error``, or ``error`` itself when it is this process that is short."""
    if isinstance(error, OSError) and error.errno in _OURS:
        raise error
    raise fetch_failed(status, reduce_index, f"{type(error).__name__}: {error}") from error


def fetch_failed(status: MapStatus, reduce_index: int, why: str) -> FetchFailed:
    """The failure that names the output and the executor that owns it."""
    return FetchFailed(status.shuffle_id, status.map_index, reduce_index, status.executor_id, why)


@contextmanager
def local_source(status: MapStatus, reduce_index: int, verify: bool) -> Iterator[MapOutputSource]:
    """A map output whose file this process can open; closed on leaving."""
    file = _opened(status, reduce_index)
    with file:
        yield MapOutputSource(status, reduce_index, frames.reader_of(file), verify)


def _opened(status: MapStatus, reduce_index: int) -> BinaryIO:
    try:
        # Unbuffered: an entry and then a segment are read, both at once and in full.
        return open(status.path, "rb", buffering=0)
    except OSError as error:
        blame(error, status, reduce_index)


def remote_source(
    status: MapStatus, reduce_index: int, fetch: Fetch | None, verify: bool, metrics: TaskMetrics
) -> MapOutputSource:
    """A map output behind the block server of another executor."""
    endpoint, name = status.endpoint, remote_name(status.path)
    if fetch is None or endpoint is None:
        raise fetch_failed(status, reduce_index, "its executor serves no blocks")

    def read(offset: int, length: int) -> bytes:
        data = fetch(endpoint, name, offset, length)
        metrics.shuffle_remote_bytes += len(data)
        return data

    return MapOutputSource(status, reduce_index, read, verify)


def remote_name(path: str) -> str:
    """The path of a map output relative to its executor's directory, as block servers know it.

    >>> remote_name("/tmp/app/exec-1/shuffle/3/map-0-exec-1-0.data")
    'shuffle/3/map-0-exec-1-0.data'
    """
    return "/".join(path.replace("\\", "/").rsplit("/", 3)[-3:])
