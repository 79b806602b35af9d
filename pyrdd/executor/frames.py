"""Frames: how messages cross the border between driver and worker, on a stream socket.

    +-----------+----------------+--------------------+---------+-------------+-----
    | head size | attachments n  | n sizes            | head    | attachment  | ...
    | u32       | u16            | u64 each           | msgpack | raw bytes   |
    +-----------+----------------+--------------------+---------+-------------+-----

A message is a flat list of msgpack values. Its large ``bytes`` fields travel outside the msgpack head, so
that a result of hundreds of megabytes is handed to the kernel from where it lies and received into its
final place. Nothing here unpickles: user data stays bytes. Called by `gateway`, `workerprocess`, `worker`
and `transfer`.
"""

from __future__ import annotations

import socket
import threading
from struct import Struct
from typing import Any

import msgpack

Buffer = bytes | bytearray | memoryview

LARGE = 32 * 1024
"""From this size on, a field of bytes becomes an attachment (and arrives as a ``bytearray``)."""

DEFAULT_LIMIT = 16 * 1024**3
"""The largest frame accepted or sent, in bytes: a stream that lost its rhythm must not allocate the
machine."""

_HEADER = Struct("!IH")
_MAX_HEAD = 2**32 - 1
_ATTACHMENT = 0
_CHUNK = 256 * 1024


class FrameError(ConnectionError):
    """The stream does not hold a whole, sane frame: it was cut off, or a size is out of bounds."""


def encode(message: list[Any], limit: int = DEFAULT_LIMIT) -> list[Buffer]:
    """The buffers to send for ``message``, in order; raises `FrameError` when they exceed ``limit`` bytes.

    >>> [bytes(b) for b in encode([7, "x"])]
    [b'\\x00\\x00\\x00\\x04\\x00\\x00\\x92\\x07\\xa1x']
    """
    attachments: list[Buffer] = []
    for place, value in enumerate(message):
        if isinstance(value, (bytes, bytearray)) and len(value) >= LARGE:
            if not attachments:
                message = list(message)
            message[place] = msgpack.ExtType(_ATTACHMENT, b"%d" % len(attachments))
            attachments.append(value)
    head: bytes = _packers.packer.pack(message)
    if not attachments:
        _check_size(len(head), len(head), limit)
        return [_HEADER.pack(len(head), 0) + head]
    _check_size(len(head) + sum(map(len, attachments)), len(head), limit)
    sizes = b"".join(len(a).to_bytes(8, "big") for a in attachments)
    return [_HEADER.pack(len(head), len(attachments)) + sizes + head, *attachments]


class _Packers(threading.local):
    """A packer for each thread: making one costs more than packing a small message."""

    def __init__(self) -> None:
        self.packer = msgpack.Packer(unicode_errors="surrogatepass")


_packers = _Packers()


def _check_size(total: int, head: int, limit: int) -> None:
    if total > limit or head > _MAX_HEAD:
        raise FrameError(f"a frame of {total} bytes exceeds the limit of {min(limit, _MAX_HEAD)} bytes")


def send(sock: socket.socket, message: list[Any], limit: int = DEFAULT_LIMIT) -> None:
    """Sends one frame, blocking until the kernel has all of it. Callers that share a socket hold a lock."""
    for buffer in encode(message, limit):
        sock.sendall(buffer)


class FrameReader:
    """Takes frames off a socket. Reads ahead, so that one system call serves many small frames.

    A thread that is blocked in `read` is woken by ``sock.shutdown``. One thread at a time.
    """

    __slots__ = ("_buffer", "_end", "_limit", "_sock", "_start", "_view")

    def __init__(self, sock: socket.socket, limit: int = DEFAULT_LIMIT) -> None:
        self._sock, self._limit = sock, limit
        self._buffer = bytearray(_CHUNK)
        self._view = memoryview(self._buffer)
        self._start = self._end = 0

    def read(self) -> list[Any] | None:
        """The next message; ``None`` when the peer closed the stream between two frames.

        Raises `FrameError` when the stream ends inside a frame or a size is out of bounds.
        """
        if not self._fill(_HEADER.size, at_boundary=True):
            return None
        head_size, count = _HEADER.unpack(self._take(_HEADER.size))
        sizes = self._sizes(count)
        _check_size(head_size + sum(sizes), head_size, self._limit)
        head = self._take(head_size)
        return _decode(head, [self._take(size) for size in sizes])

    def _sizes(self, count: int) -> list[int]:
        raw = self._take(8 * count) if count else b""
        return [int.from_bytes(raw[i : i + 8], "big") for i in range(0, 8 * count, 8)]

    def _take(self, size: int) -> bytes | bytearray:
        """The next ``size`` bytes: out of the read-ahead, or straight from the socket into a buffer of that
        size."""
        if size <= _CHUNK:
            self._fill(size)
            start, self._start = self._start, self._start + size
            return self._buffer[start : start + size]
        whole = bytearray(size)
        ready = self._end - self._start
        whole[:ready] = self._view[self._start : self._end]
        self._start = self._end = 0
        self._receive_into(memoryview(whole)[ready:])
        return whole

    def _receive_into(self, rest: memoryview) -> None:
        while rest:
            got = self._sock.recv_into(rest)
            if not got:
                raise FrameError(f"the stream ended inside a frame: {len(rest)} bytes are missing")
            rest = rest[got:]

    def _fill(self, size: int, at_boundary: bool = False) -> bool:
        """Makes ``size`` bytes available; false when the stream ended before the first byte of a frame."""
        if self._start == self._end:
            self._start = self._end = 0
        elif self._start + size > _CHUNK:
            self._compact()
        while self._end - self._start < size:
            got = self._sock.recv_into(self._view[self._end :])
            if not got:
                if at_boundary and self._start == self._end:
                    return False
                missing = size - (self._end - self._start)
                raise FrameError(f"the stream ended inside a frame: {missing} bytes are missing")
            self._end += got
        return True

    def _compact(self) -> None:
        ready = self._end - self._start
        self._buffer[:ready] = self._buffer[self._start : self._end]
        self._start, self._end = 0, ready


def _decode(head: bytes | bytearray, attachments: list[bytes | bytearray]) -> list[Any]:
    def attachment(code: int, data: bytes) -> Any:
        return attachments[int(data)]

    try:
        message = msgpack.unpackb(
            head, ext_hook=attachment, strict_map_key=False, unicode_errors="surrogatepass"
        )
    except (ValueError, IndexError, msgpack.UnpackException) as error:
        raise FrameError(f"the stream does not hold a frame: {error}") from error
    if not isinstance(message, list):
        raise FrameError(f"a frame holds a list, not {type(message).__name__}")
    return message
