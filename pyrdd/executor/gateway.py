"""Gateway: the border between processes. Nobody's bytes are decoded before both ends have proved that they
know the token.

    listener                                             peer
      <---------------------------- connect ---------------
      --- MAGIC, nonce_s (32) ---------------------------->
      <-- nonce_c (32), len, identity, HMAC(token, "peer" + nonces + identity)
      --- HMAC(token, "listener" + nonces + identity) ----->
      <========================= frames ==================>

Both proofs cover both nonces and name the role, so none can be replayed or reflected. The listener is a
Unix socket in a directory that only the user can enter, or loopback TCP where there is none or its path
would be too long. A peer that fails or stalls costs one thread for ``timeout`` seconds and disturbs nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

MAGIC = b"pyrdd\x00\x01\n"
NONCE = 32
DIGEST = 32
HANDSHAKE_TIMEOUT = 5.0

_MAX_PENDING = 64
_MAX_UNIX_PATH = 100  # sun_path holds 104 bytes on macOS, 108 on Linux, with the terminator
_SOCKET_NAME = "gateway"
_BUFFER = 1024 * 1024


class AuthenticationError(ConnectionError):
    """The other end does not know the token, does not speak the protocol, or took too long to prove itself.
    """


class Gateway:
    """Listens and hands each authenticated peer, with the identity it claims, to ``on_peer(socket,
    identity)``.

    ``on_peer`` is called in a thread of its own and owns the socket. ``directory`` must be private (0700)
    to the user.
    """

    def __init__(
        self,
        token: bytes,
        on_peer: Callable[[socket.socket, str], None],
        directory: str | None = None,
        timeout: float = HANDSHAKE_TIMEOUT,
    ) -> None:
        self._token, self._on_peer, self._timeout = token, on_peer, timeout
        self._listener, self.address = _listen(directory)
        self._pending = threading.BoundedSemaphore(_MAX_PENDING)
        self._thread = threading.Thread(target=self._accept, name="pyrdd-gateway", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops listening; connections that were handed over stay. Idempotent."""
        _shutdown(self._listener)
        if threading.current_thread() is not self._thread:
            self._thread.join(self._timeout)
        self._listener.close()
        if self.address.startswith("unix:"):
            _unlink(self.address.removeprefix("unix:"))

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            if self._pending.acquire(blocking=False):
                threading.Thread(target=self._admit, args=(peer,), name="pyrdd-admit", daemon=True).start()
            else:
                peer.close()

    def _admit(self, peer: socket.socket) -> None:
        try:
            identity = _challenge(peer, self._token, time.monotonic() + self._timeout)
            _prepare(peer)
        except OSError:
            peer.close()
            return
        finally:
            self._pending.release()
        self._on_peer(peer, identity)


def connect(address: str, token: bytes, identity: str, timeout: float = HANDSHAKE_TIMEOUT) -> socket.socket:
    """A socket to the gateway at ``address``, both ends proven, in blocking mode.

    Raises `AuthenticationError` when the gateway does not know the token, ``OSError`` when it is not there.
    """
    deadline = time.monotonic() + timeout
    sock = _open(address, timeout)
    try:
        _prove(sock, token, identity.encode(), deadline)
        _prepare(sock)
    except BaseException:
        sock.close()
        raise
    return sock


def _challenge(peer: socket.socket, token: bytes, deadline: float) -> str:
    """The listener's half of the handshake: the peer's identity, or `AuthenticationError`."""
    nonce = os.urandom(NONCE)
    _send(peer, MAGIC + nonce, deadline)
    answer = _receive(peer, NONCE + 1, deadline)
    rest = _receive(peer, answer[NONCE] + DIGEST, deadline)
    identity, proof = rest[:-DIGEST], rest[-DIGEST:]
    transcript = nonce + answer[:NONCE] + identity
    if not hmac.compare_digest(proof, _proof(token, b"peer", transcript)):
        raise AuthenticationError("the peer does not know the token")
    _send(peer, _proof(token, b"listener", transcript), deadline)
    return identity.decode("ascii", "backslashreplace")


def _prove(sock: socket.socket, token: bytes, identity: bytes, deadline: float) -> None:
    """The peer's half of the handshake."""
    greeting = _receive(sock, len(MAGIC) + NONCE, deadline)
    if greeting[: len(MAGIC)] != MAGIC:
        raise AuthenticationError("the listener is no pyrdd gateway of this version")
    nonce = os.urandom(NONCE)
    transcript = greeting[len(MAGIC) :] + nonce + identity
    answer = nonce + bytes([len(identity)]) + identity + _proof(token, b"peer", transcript)
    _send(sock, answer, deadline)
    proof = _receive(sock, DIGEST, deadline)
    if not hmac.compare_digest(proof, _proof(token, b"listener", transcript)):
        raise AuthenticationError("the listener does not know the token")


def _proof(token: bytes, role: bytes, transcript: bytes) -> bytes:
    return hmac.digest(token, role + b"\x00" + transcript, hashlib.sha256)


def _remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise AuthenticationError("the other end took too long to prove itself")
    return remaining


def _send(sock: socket.socket, data: bytes, deadline: float) -> None:
    sock.settimeout(_remaining(deadline))
    sock.sendall(data)


def _receive(sock: socket.socket, size: int, deadline: float) -> bytes:
    data = b""
    while len(data) < size:
        sock.settimeout(_remaining(deadline))
        chunk = sock.recv(size - len(data))
        if not chunk:
            raise AuthenticationError("the other end hung up instead of proving itself")
        data += chunk
    return data


def _listen(directory: str | None) -> tuple[socket.socket, str]:
    path = os.path.join(directory, _SOCKET_NAME) if directory is not None else None
    if path is not None and hasattr(socket, "AF_UNIX") and len(os.fsencode(path)) <= _MAX_UNIX_PATH:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        target: str | tuple[str, int] = path
    else:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        target = ("127.0.0.1", 0)
    try:
        listener.bind(target)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener, f"unix:{path}" if target == path else f"tcp:127.0.0.1:{listener.getsockname()[1]}"


def _open(address: str, timeout: float) -> socket.socket:
    kind, _, where = address.partition(":")
    if kind == "unix":
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        target: str | tuple[str, int] = where
    else:
        host, _, port = where.rpartition(":")
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        target = (host, int(port))
    try:
        sock.settimeout(timeout)
        sock.connect(target)
    except OSError:
        sock.close()
        raise
    return sock


def _prepare(sock: socket.socket) -> None:
    """Makes the socket ready for frames: blocking, roomy, without Nagle's delay."""
    sock.settimeout(None)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    if sock.family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _shutdown(sock: socket.socket) -> None:
    """Wakes the thread that is blocked in the socket; closing alone would leave it there."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        sock.close()


def _unlink(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
