"""Broadcast values in the driver and in executors."""

import gc
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import PySparkPicklingError, PySparkRuntimeError
from pyrdd.storage import broadcast as module
from pyrdd.storage.broadcast import Broadcast, BroadcastManager, fetch_with, forget


@pytest.fixture
def dropped() -> list[int]:
    return []


@pytest.fixture
def manager(tmp_path: Path, dropped: list[int]) -> Iterator[BroadcastManager]:
    manager = BroadcastManager(tmp_path / "broadcasts", dropped.append)
    yield manager
    manager.close()
    assert list((tmp_path / "broadcasts").glob("*")) == []
    assert module._process.met == {}


def on_executor(broadcast: Broadcast[Any]) -> Broadcast[Any]:
    """What an executor of this process unpickles with a closure."""
    received: Broadcast[Any] = pickle.loads(pickle.dumps(broadcast))
    return received


def test_the_value_is_what_was_broadcast(manager: BroadcastManager) -> None:
    broadcast = manager.broadcast([1, 2, 3])
    assert broadcast.value == [1, 2, 3]
    assert on_executor(broadcast).value == [1, 2, 3]


def test_later_changes_of_the_value_are_not_seen(manager: BroadcastManager) -> None:
    value = [1]
    broadcast = manager.broadcast(value)
    value.append(2)
    assert broadcast.value == [1]
    assert on_executor(broadcast).value == [1]


def test_a_closure_carries_only_where_to_find_the_value(manager: BroadcastManager) -> None:
    assert len(pickle.dumps(manager.broadcast(b"x" * 100_000))) < 400


def test_all_tasks_of_a_process_share_one_copy_that_is_not_the_drivers(manager: BroadcastManager) -> None:
    broadcast = manager.broadcast({"a": 1})
    first, second = on_executor(broadcast), on_executor(broadcast)
    assert first.value is second.value
    assert first.value is not broadcast.value


def test_threads_that_ask_at_once_get_the_same_object(manager: BroadcastManager) -> None:
    received = on_executor(manager.broadcast(list(range(10_000))))
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(id(received.value))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and len(set(seen)) == 1


def test_functions_and_local_classes_can_be_broadcast(manager: BroadcastManager) -> None:
    assert on_executor(manager.broadcast(lambda x: x + 1)).value(1) == 2


def test_what_cannot_be_pickled_is_refused_and_leaves_no_file(
    manager: BroadcastManager, tmp_path: Path
) -> None:
    with pytest.raises(PySparkPicklingError, match="Could not serialize broadcast: TypeError: cannot pickle"):
        manager.broadcast(threading.Lock())
    assert list((tmp_path / "broadcasts").iterdir()) == []


def test_arrays_are_mapped_from_the_file_and_can_be_written_to(
    manager: BroadcastManager, tmp_path: Path
) -> None:
    np = pytest.importorskip("numpy")
    value = {"big": np.arange(100_000), "small": np.arange(10), "other": np.ones(50_000, dtype="f4")}
    broadcast = manager.broadcast(value)
    received = on_executor(broadcast).value
    assert all((received[name] == value[name]).all() for name in value)
    received["big"][0] = 7
    assert broadcast.value["big"][0] == 0
    size = sum(array.nbytes for array in value.values())
    assert size <= (tmp_path / "broadcasts" / "broadcast_0").stat().st_size < size + 2000


def test_an_unpersisted_value_is_read_again(manager: BroadcastManager, dropped: list[int]) -> None:
    broadcast = manager.broadcast([1])
    received = on_executor(broadcast)
    first = received.value
    broadcast.unpersist()
    assert dropped == [broadcast.id]
    assert received.value == first
    assert received.value is not first
    received._forget()


def test_a_destroyed_broadcast_cannot_be_used(
    manager: BroadcastManager, dropped: list[int], tmp_path: Path
) -> None:
    broadcast = manager.broadcast([1])
    received = on_executor(broadcast)
    assert broadcast.value == received.value == [1]
    broadcast.destroy(blocking=True)
    assert dropped == [broadcast.id]
    assert list((tmp_path / "broadcasts").iterdir()) == []
    for use in (
        lambda: broadcast.value,
        lambda: pickle.dumps(broadcast),
        broadcast.unpersist,
        broadcast.destroy,
    ):
        with pytest.raises(PySparkRuntimeError, match="broadcast 0 after it was destroyed"):
            use()
    with pytest.raises(PySparkRuntimeError) as caught:
        _ = received.value
    assert caught.value.getCondition() == "BROADCAST_VARIABLE_NOT_LOADED"


@pytest.mark.parametrize("operation", ["unpersisted", "destroyed", "serialized"])
def test_only_the_driver_may_manage_a_broadcast(manager: BroadcastManager, operation: str) -> None:
    one = on_executor(manager.broadcast([1]))
    use = {"unpersisted": one.unpersist, "destroyed": one.destroy, "serialized": one.__reduce__}
    with pytest.raises(PySparkRuntimeError, match=operation) as caught:
        use[operation]()
    assert caught.value.getCondition() == "INVALID_BROADCAST_OPERATION"


def test_broadcasts_that_the_program_forgets_are_removed(
    manager: BroadcastManager, dropped: list[int], tmp_path: Path
) -> None:
    manager.broadcast([1])
    kept = manager.broadcast([2])
    gc.collect()
    manager.sweep()
    assert dropped == [0]
    assert [path.name for path in (tmp_path / "broadcasts").iterdir()] == ["broadcast_1"]
    assert kept.value == [2]


def test_the_broadcasts_of_a_closure_can_be_listed(manager: BroadcastManager) -> None:
    one, two = manager.broadcast(1), manager.broadcast(2)
    pickle.dumps([two, two])
    assert list(manager.pickled) == [two]
    manager.pickled.clear()
    assert list(manager.pickled) == []
    assert one.value == 1


def test_dump_and_load_are_plain_pickles(manager: BroadcastManager, tmp_path: Path) -> None:
    one, other = manager.broadcast([1, 2]), manager.broadcast(1)
    path = tmp_path / "dumped"
    with open(path, "wb") as file:
        one.dump(one.value, file)
        assert file.closed
    assert pickle.loads(path.read_bytes()) == [1, 2]
    assert other.load_from_path(str(path)) == [1, 2]
    with open(path, "rb") as file:
        assert other.load(file) == [1, 2]
    assert gc.isenabled()


def test_dumping_what_cannot_be_pickled_says_so(manager: BroadcastManager, tmp_path: Path) -> None:
    broadcast: Broadcast[Any] = manager.broadcast(1)
    with open(tmp_path / "dumped", "wb") as file, pytest.raises(pickle.PicklingError, match="Type"):
        broadcast.dump(threading.Lock(), file)


def test_an_executor_without_the_drivers_disk_fetches_the_value(
    manager: BroadcastManager, tmp_path: Path
) -> None:
    asked: list[tuple[int, int]] = []

    def fetch(path: str, offset: int, length: int) -> bytes:
        asked.append((offset, length))
        with open(path, "rb") as file:
            file.seek(offset)
            return file.read(length)

    value = b"spam" * 5_000_000
    received = on_executor(manager.broadcast(value))
    fetch_with(fetch)
    try:
        assert received.value == value
    finally:
        fetch_with(None)
    assert len(asked) == 2 and sum(length for _, length in asked) == os.stat(received._path).st_size


def test_a_driver_that_is_gone_is_a_named_error(manager: BroadcastManager) -> None:
    def fetch(path: str, offset: int, length: int) -> bytes:
        raise ConnectionRefusedError

    received = on_executor(manager.broadcast(1))
    fetch_with(fetch)
    try:
        with pytest.raises(PySparkRuntimeError, match="0"):
            _ = received.value
    finally:
        fetch_with(None)


def test_forgetting_what_was_never_met_does_nothing() -> None:
    forget(12345)


def test_classes_of_the_main_module_reach_another_process(tmp_path: Path) -> None:
    write = (
        "import pickle, sys\n"
        "from pyrdd.storage.broadcast import BroadcastManager\n"
        "class Model:\n    weights = [1, 2]\n"
        f"manager = BroadcastManager({str(tmp_path)!r}, print)\n"
        "kept = manager.broadcast(Model())\n"
        "sys.stdout.buffer.write(pickle.dumps(kept))\n"
    )
    read = "import pickle, sys\nprint(pickle.load(sys.stdin.buffer).value.weights)"
    closure = subprocess.run([sys.executable, "-c", write], capture_output=True, check=True).stdout
    result = subprocess.run([sys.executable, "-c", read], input=closure, capture_output=True, check=True)
    assert result.stdout.strip() == b"[1, 2]"
