"""Block servers give what is theirs to those who know the token."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pyrdd.executor.transfer import BlockClient, BlockServer

TOKEN = b"t" * 32
BLOCKS = {"rdd_1_0": b"0123456789", "broadcast_1": bytes(3_000_000)}


@pytest.fixture
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


@pytest.fixture
def server(directory: Path) -> Iterator[BlockServer]:
    own = directory / "own"
    own.mkdir()
    server = BlockServer(str(own), TOKEN, BLOCKS.get)
    yield server
    server.close()


@pytest.fixture
def client() -> Iterator[BlockClient]:
    client = BlockClient(TOKEN, "1", timeout=5)
    yield client
    client.close()


def test_ranges_of_files_are_read_by_relative_and_absolute_name(
    server: BlockServer, client: BlockClient, directory: Path
) -> None:
    path = directory / "own" / "shuffle" / "map.data"
    path.parent.mkdir()
    data = bytes(range(256)) * 10_000
    path.write_bytes(data)
    for name in ("shuffle/map.data", str(path)):
        assert client.fetch(server.endpoint, name, 1000, 2_000_000) == data[1000:2_001_000]
        assert client.fetch(server.endpoint, name) == data
        assert client.fetch(server.endpoint, name, len(data) - 3, 100) == data[-3:]


@pytest.mark.parametrize("block_id", BLOCKS)
def test_blocks_are_read_by_their_id(server: BlockServer, client: BlockClient, block_id: str) -> None:
    assert client.fetch(server.endpoint, block_id) == BLOCKS[block_id]
    assert client.fetch(server.endpoint, block_id, 2, 3) == BLOCKS[block_id][2:5]


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "link", "shuffle/../../secret"])
def test_nothing_outside_the_directory_is_served(
    server: BlockServer, client: BlockClient, directory: Path, name: str
) -> None:
    (directory / "secret").write_text("x")
    (directory / "own" / "link").symlink_to(directory / "secret")
    with pytest.raises(PermissionError, match="not in the directory"):
        client.fetch(server.endpoint, name)
    assert client.fetch(server.endpoint, "rdd_1_0") == BLOCKS["rdd_1_0"]


def test_what_is_not_there_is_a_file_not_found(server: BlockServer, client: BlockClient) -> None:
    with pytest.raises(FileNotFoundError, match="rdd_9_9"):
        client.fetch(server.endpoint, "rdd_9_9")


def test_replicas_are_pushed_and_kept_by_the_callable(server: BlockServer, client: BlockClient) -> None:
    with pytest.raises(PermissionError):
        client.push(server.endpoint, "rdd_2_0", [b"a"])
    kept: dict[str, Sequence[bytes]] = {}
    server.put_block = kept.__setitem__
    client.push(server.endpoint, "rdd_2_0", [b"a", bytes(100_000)])
    assert kept == {"rdd_2_0": [b"a", bytes(100_000)]}


def test_a_client_without_the_token_gets_nothing(server: BlockServer) -> None:
    with pytest.raises(ConnectionError):
        BlockClient(b"w" * 32, "thief").fetch(server.endpoint, "rdd_1_0")


def test_a_server_that_is_gone_is_a_connection_error(server: BlockServer, client: BlockClient) -> None:
    client.fetch(server.endpoint, "rdd_1_0")
    server.close()
    with pytest.raises(ConnectionError):
        client.fetch(server.endpoint, "rdd_1_0")


def test_a_kept_connection_that_broke_is_replaced(server: BlockServer, client: BlockClient) -> None:
    client.fetch(server.endpoint, "rdd_1_0")
    for connection in client._connections().values():
        connection._sock.shutdown(2)
    assert client.fetch(server.endpoint, "rdd_1_0") == BLOCKS["rdd_1_0"]


def test_threads_fetch_at_once(server: BlockServer, client: BlockClient) -> None:
    wrong: list[int] = []

    def fetch(number: int) -> None:
        for _ in range(50):
            if client.fetch(server.endpoint, "rdd_1_0", number, 1) != b"%d" % number:
                wrong.append(number)

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
