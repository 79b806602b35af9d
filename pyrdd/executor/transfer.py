"""Transfer: how executors without a common disk read each other's shuffle files and blocks (``local-
cluster``).

    executor 1                                   executor 2
      fetch(endpoint, name, offset, length) --->  BlockServer: a range of a file in its own directory,
                                            <---               or a block out of `read_block(block_id)`
      push(endpoint, block_id, frames)      --->               `put_block(block_id, frames)`: a replica

Both ends are authenticated by `gateway`. The driver has a server too (broadcasts). A connection serves one
thread of the client and is kept for the next request.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.executor import frames
from pyrdd.executor.gateway import Gateway, connect

ReadBlock = Callable[[str], bytes | None]
PutBlock = Callable[[str, Sequence[bytes]], None]

TO_THE_END = -1
"""A ``length`` that means: up to the end of the file or block."""

_FETCH, _PUSH = "fetch", "push"
_OK = "ok"
_ERRORS: dict[str, type[OSError]] = {
    kind.__name__: kind for kind in (FileNotFoundError, PermissionError, OSError)
}


class BlockServer:
    """Serves the files under ``directory`` and the blocks that ``read_block`` knows, to peers who know the
    token.

    ``read_block`` and ``put_block`` may be set after construction (a block manager needs the endpoint
    first); they are called from several threads. A name is looked up as a block first, then as a file,
    absolute or relative to the directory.
    """

    def __init__(
        self,
        directory: str,
        token: bytes,
        read_block: ReadBlock | None = None,
        put_block: PutBlock | None = None,
    ) -> None:
        self._directory = os.path.realpath(directory)
        self.read_block, self.put_block = read_block, put_block
        self._lock = threading.Lock()
        self._peers: set[socket.socket] = set()
        self._closed = False
        self._gateway = Gateway(token, self._serve, self._directory)
        self.endpoint = self._gateway.address

    def close(self) -> None:
        """Stops serving; open connections are cut. Idempotent."""
        self._gateway.close()
        with self._lock:
            self._closed = True
            peers = list(self._peers)
        for peer in peers:
            _shutdown(peer)

    def _serve(self, peer: socket.socket, identity: str) -> None:
        with self._lock:
            self._peers.add(peer)
            closed = self._closed
        try:
            reader = frames.FrameReader(peer)
            while not closed and (request := reader.read()) is not None:
                frames.send(peer, self._answer(request))
        except OSError:
            pass  # the peer is gone; it will tell whoever waits for it
        finally:
            with self._lock:
                self._peers.discard(peer)
            peer.close()

    def _answer(self, request: list[Any]) -> list[Any]:
        try:
            if request[0] == _FETCH:
                return [_OK, self._fetch(*request[1:])]
            self._push(*request[1:])
            return [_OK, b""]
        except Exception as error:
            kind = type(error).__name__ if type(error).__name__ in _ERRORS else OSError.__name__
            return [kind, f"{type(error).__name__}: {error}"]

    def _fetch(self, name: str, offset: int, length: int) -> bytes:
        block = self.read_block(name) if self.read_block is not None else None
        if block is None:
            return read_range(self._resolve(name), offset, length)
        end = len(block) if length == TO_THE_END else offset + length
        return block if (offset, end) == (0, len(block)) else bytes(block[offset:end])

    def _push(self, block_id: str, pieces: list[bytes]) -> None:
        if self.put_block is None:
            raise PermissionError("this server takes no replicas")
        self.put_block(block_id, pieces)

    def _resolve(self, name: str) -> str:
        """The file's real path; refuses everything outside the directory, also by way of links."""
        path = os.path.realpath(os.path.join(self._directory, name))
        if os.path.commonpath([path, self._directory]) != self._directory:
            raise PermissionError(f"{name!r} is not in the directory of this executor")
        return path


class BlockClient:
    """Reads from and writes to block servers. Safe to share between threads: each has its own connections."""

    def __init__(self, token: bytes, identity: str, timeout: float = 120.0) -> None:
        self._token, self._identity, self._timeout = token, identity, timeout
        self._local = threading.local()

    def fetch(self, endpoint: str, name: str, offset: int = 0, length: int = TO_THE_END) -> bytes:
        """``length`` bytes from ``offset`` of a block or file.

        Raises ``FileNotFoundError``, ``PermissionError``, ``ConnectionError`` (the server is gone),
        ``TimeoutError`` or another ``OSError``. Fewer bytes than asked for come only from a shorter file.
        """
        return bytes(self._request(endpoint, [_FETCH, name, offset, length]))

    def push(self, endpoint: str, block_id: str, frames: Sequence[bytes]) -> None:
        """Stores a replica of a block on another executor; raises as `fetch` does."""
        self._request(endpoint, [_PUSH, block_id, list(frames)])

    def close(self) -> None:
        """Closes this thread's connections; those of other threads close with their threads."""
        self._connections().clear()

    def _connections(self) -> dict[str, _Connection]:
        try:
            found: dict[str, _Connection] = self._local.connections
        except AttributeError:
            found = self._local.connections = {}
        return found

    def _request(self, endpoint: str, request: list[Any]) -> Any:
        connections = self._connections()
        kept = connections.pop(endpoint, None)
        if kept is not None:
            try:
                return self._ask(kept, endpoint, request)
            except ConnectionError:
                pass  # it was closed while it lay idle; a fresh one tells whether the server lives
        return self._ask(self._connect(endpoint), endpoint, request)

    def _connect(self, endpoint: str) -> _Connection:
        try:
            sock = connect(endpoint, self._token, self._identity)
        except FileNotFoundError as error:
            raise ConnectionRefusedError(f"no block server listens at {endpoint}") from error
        sock.settimeout(self._timeout)
        return _Connection(sock)

    def _ask(self, connection: _Connection, endpoint: str, request: list[Any]) -> Any:
        # A connection goes back only after a whole answer: a killed or timed-out request leaves its answer
        # in it.
        status, answer = connection.ask(request)
        self._connections()[endpoint] = connection
        if status != _OK:
            raise _ERRORS.get(status, OSError)(f"{answer} (from the block server at {endpoint})")
        return answer


class _Connection:
    """A socket and its reader; closed when the last reference goes, that is, with its thread."""

    __slots__ = ("_reader", "_sock")

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._reader = sock, frames.FrameReader(sock)

    def ask(self, request: list[Any]) -> tuple[str, Any]:
        frames.send(self._sock, request)
        answer = self._reader.read()
        if answer is None:
            raise ConnectionResetError("the block server closed the connection")
        return answer[0], answer[1]

    def __del__(self) -> None:
        self._sock.close()


def read_range(path: str, offset: int, length: int) -> bytes:
    """``length`` bytes (or what there is of them) of the file at ``path``, from ``offset``."""
    with open(path, "rb", buffering=0) as file:
        file.seek(offset)
        if length == TO_THE_END:
            return file.read()
        pieces = []
        # One read gives at most 2 GiB.
        while length > 0 and (piece := file.read(length)):
            pieces.append(piece)
            length -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _shutdown(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already
