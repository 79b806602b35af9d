"""Outbox: sends frames to one peer without ever blocking the caller.

    post(frame) -- the kernel takes it all --> done          (the usual case: no other thread is involved)
                -- it does not --> queue --> writer thread --> peer, or `on_stuck` after ``timeout`` without
                progress
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence

from pyrdd.executor.frames import Buffer

_DONT_WAIT: int = getattr(socket, "MSG_DONTWAIT", 0)


class Outbox:
    """The sending side of a blocking socket. Frames leave whole and in the order of `post`, from any
    threads."""

    def __init__(self, sock: socket.socket, on_stuck: Callable[[str], None], timeout: float) -> None:
        self._sock, self._on_stuck, self._timeout = sock, on_stuck, timeout
        self._changed = threading.Condition()
        self._waiting: deque[memoryview] = deque()
        self._writer: threading.Thread | None = None
        self._closed = False
        _set_send_timeout(sock, timeout)

    def post(self, frame: Sequence[Buffer]) -> None:
        """Sends or queues one frame; drops it when the outbox is closed. Never raises, never blocks."""
        with self._changed:
            if self._closed:
                return
            rest = [memoryview(buffer) for buffer in frame]
            if not self._waiting and _DONT_WAIT:
                rest = self._send_now(rest)
            if rest:
                self._waiting.extend(rest)
                self._wake_writer()

    def close(self) -> None:
        """Drops what is queued; the socket is the caller's to shut down."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify()

    def _send_now(self, rest: list[memoryview]) -> list[memoryview]:
        while rest:
            try:
                sent = self._sock.send(rest[0], _DONT_WAIT)
            except BlockingIOError:
                return rest
            except OSError:
                self._closed = True  # the reader of this socket sees the end of the stream and tells
                return []
            rest[0] = rest[0][sent:]
            if not rest[0]:
                del rest[0]
        return rest

    def _wake_writer(self) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write, name="pyrdd-outbox", daemon=True)
            self._writer.start()
        self._changed.notify()

    def _write(self) -> None:
        """The writer thread. What it sends stays at the queue's head, so that `post` does not overtake it."""
        while (piece := self._head()) is not None:
            self._drop(self._send_some(piece))

    def _head(self) -> memoryview | None:
        """Waits for something to send; ``None`` when the outbox is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            return None if self._closed else self._waiting[0]

    def _drop(self, sent: int) -> None:
        """Takes what was sent off the queue."""
        with self._changed:
            if self._closed:
                return
            self._waiting[0] = self._waiting[0][sent:]
            if not self._waiting[0]:
                self._waiting.popleft()

    def _send_some(self, piece: memoryview) -> int:
        """Waits for the kernel to take a part of ``piece``; 0 when the peer is gone or stuck."""
        try:
            return self._sock.send(piece)
        except BlockingIOError:
            self.close()
            self._on_stuck(f"it took nothing that was sent to it for {self._timeout:g} seconds")
        except OSError:
            self.close()
        return 0


def _set_send_timeout(sock: socket.socket, timeout: float) -> None:
    """A limit in the kernel for this direction only; ``settimeout`` would also limit the reading thread."""
    if sys.platform == "win32":
        value = struct.pack("I", int(timeout * 1000))
    else:
        value = struct.pack("ll", int(timeout), int(timeout % 1 * 1_000_000))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)
