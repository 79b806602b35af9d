"""The border: only who knows the token gets through, and nobody else disturbs."""

from __future__ import annotations

import os
import queue
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrdd.executor import gateway
from pyrdd.executor.gateway import AuthenticationError, Gateway, connect

TOKEN = b"t" * 32


class Door:
    """A gateway under test and the peers it admitted."""

    def __init__(self, directory: str | None) -> None:
        self.admitted: queue.SimpleQueue[tuple[socket.socket, str]] = queue.SimpleQueue()
        self.gateway = Gateway(TOKEN, lambda *peer: self.admitted.put(peer), directory, timeout=0.5)
        self.address = self.gateway.address

    def raw(self) -> socket.socket:
        return gateway._open(self.address, 5.0)

    def welcomes(self, name: str) -> bool:
        connect(self.address, TOKEN, name).close()
        sock, who = self.admitted.get(timeout=5)
        sock.close()
        return who == name

    def close(self) -> None:
        self.gateway.close()
        while not self.admitted.empty():
            self.admitted.get()[0].close()


@pytest.fixture(params=["unix", "tcp"])
def door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        door = Door(directory if request.param == "unix" else None)
        assert door.address.startswith(request.param)
        yield door
        door.close()


def test_a_peer_with_the_token_is_admitted_by_its_name(door: Door) -> None:
    with connect(door.address, TOKEN, "executor-3") as mine:
        theirs, who = door.admitted.get(timeout=5)
        with theirs:
            mine.sendall(b"hello")
            assert (who, theirs.recv(5)) == ("executor-3", b"hello")


def test_a_peer_with_a_wrong_token_is_dropped(door: Door) -> None:
    with pytest.raises((AuthenticationError, ConnectionError)):
        connect(door.address, b"w" * 32, "thief")
    assert door.admitted.empty()


@pytest.mark.parametrize("garbage", [os.urandom(4096), b"GET / HTTP/1.1\r\n\r\n" * 20, b"\x00" * 200])
def test_garbage_is_dropped_and_disturbs_nobody(door: Door, garbage: bytes) -> None:
    with door.raw() as thief:
        thief.sendall(garbage)
        assert door.welcomes("honest")
        assert drain(thief)


def test_a_silent_peer_is_dropped_and_disturbs_nobody(door: Door) -> None:
    with door.raw() as silent:
        assert door.welcomes("honest")
        assert drain(silent)


def drain(sock: socket.socket) -> bool:
    """Whether the other end hangs up (within the socket's timeout)."""
    try:
        while sock.recv(4096):
            pass
    except ConnectionError:
        pass
    return True


def test_a_listener_that_does_not_know_the_token_is_refused(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        address = f"tcp:127.0.0.1:{listener.getsockname()[1]}"
        import threading

        def pose() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.sendall(gateway.MAGIC + bytes(32))
                peer.recv(1000)
                peer.sendall(bytes(32))
                drain(peer)

        thread = threading.Thread(target=pose)
        thread.start()
        with pytest.raises(AuthenticationError, match="does not know the token"):
            connect(address, TOKEN, "worker")
        thread.join()


def test_a_proof_cannot_be_reflected() -> None:
    transcript = os.urandom(64)
    proofs = {gateway._proof(TOKEN, role, transcript) for role in (b"peer", b"listener")}
    assert len(proofs) == 2


def test_a_long_directory_falls_back_to_loopback(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    door = Door(str(deep))
    try:
        assert door.address.startswith("tcp:127.0.0.1:")
    finally:
        door.close()


def test_closing_removes_the_socket_and_refuses_newcomers(door: Door) -> None:
    door.close()
    with pytest.raises(OSError, match=r"."):
        connect(door.address, TOKEN, "late")
    if door.address.startswith("unix:"):
        assert not os.path.exists(door.address[5:])


def test_the_socket_is_in_a_directory_of_the_user_alone() -> None:
    from pyrdd.executor.sessiondir import SessionDirectory

    with SessionDirectory() as path:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
