"""The block manager: every record is given back, whatever fits and whatever breaks."""

import errno
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.serializers import MarshalSerializer
from pyrdd.serializers.compression import codec
from pyrdd.serializers.record_format import RecordFormat
from pyrdd.storage.block_manager import BlockManager
from pyrdd.storage.memory import MemoryManager
from pyrdd.storagelevel import StorageLevel

LEVELS = [
    StorageLevel.NONE,
    StorageLevel.MEMORY_ONLY,
    StorageLevel.MEMORY_AND_DISK,
    StorageLevel.DISK_ONLY,
    StorageLevel.OFF_HEAP,
    StorageLevel.MEMORY_AND_DISK_DESER,
    StorageLevel.DISK_ONLY_3,
]
Update = tuple[int, int, int, int]
Make = Callable[..., BlockManager]


@pytest.fixture
def updates() -> list[Update]:
    return []


@pytest.fixture
def make(tmp_path: Path, updates: list[Update]) -> Iterator[Make]:
    made: list[BlockManager] = []

    def block_manager(room: int = 10**6, name: str = "1", **options: Any) -> BlockManager:
        memory = MemoryManager(room, lambda: 0, memory_fraction=1.0)
        made.append(BlockManager(name, tmp_path, memory, lambda *update: updates.append(update), **options))
        made[-1].memory = memory  # type: ignore[attr-defined]
        return made[-1]

    yield block_manager
    for manager in made:
        manager.close()
    assert list(tmp_path.iterdir()) == []


def records_of(records: Iterable[Any] | None) -> list[Any]:
    assert records is not None
    return list(records)


def on_disk(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("level", LEVELS[1:], ids=str)
@pytest.mark.parametrize("count", [0, 1, 5000])
def test_a_stored_partition_is_found_again(make: Make, level: StorageLevel, count: int) -> None:
    blocks = make()
    assert blocks.get(7, 1) is None
    assert list(blocks.put(7, 1, level, iter(range(count)))) == list(range(count))
    assert records_of(blocks.get(7, 1)) == list(range(count))
    assert blocks.get(7, 2) is None


def test_an_empty_partition_is_reported_as_cached(make: Make, updates: list[Update]) -> None:
    make().put(7, 1, StorageLevel.MEMORY_ONLY, [])
    assert updates[0][:2] == (7, 1) and updates[0][2] > 0


def test_the_level_none_stores_nothing(make: Make, updates: list[Update]) -> None:
    blocks = make()
    assert list(blocks.put(7, 1, StorageLevel.NONE, [1, 2])) == [1, 2]
    assert blocks.get(7, 1) is None
    assert updates == []


def test_changing_a_record_does_not_change_the_cache(make: Make) -> None:
    blocks = make()
    for record in blocks.put(1, 0, StorageLevel.MEMORY_ONLY, [[1], [2]]):
        record.append("changed")
    assert records_of(blocks.get(1, 0)) == [[1], [2]]


def test_a_block_too_large_for_memory_comes_back_unstored(make: Make, updates: list[Update]) -> None:
    blocks, pulled = make(room=20_000), []

    def source() -> Iterator[int]:
        for i in range(100_000):
            pulled.append(i)
            yield i

    records = blocks.put(1, 0, StorageLevel.MEMORY_ONLY, source())
    assert len(pulled) < 50_000
    assert list(records) == list(range(100_000))
    assert blocks.get(1, 0) is None
    assert updates == []
    assert blocks.memory.storage_used == 0  # type: ignore[attr-defined]


def test_a_block_too_large_for_memory_goes_to_disk_when_its_level_says_so(
    make: Make, updates: list[Update], tmp_path: Path
) -> None:
    blocks = make(room=20_000)
    assert list(blocks.put(1, 0, StorageLevel.MEMORY_AND_DISK, range(100_000))) == list(range(100_000))
    assert records_of(blocks.get(1, 0)) == list(range(100_000))
    (file,) = on_disk(tmp_path)
    assert updates == [(1, 0, 0, file.stat().st_size)]
    assert blocks.memory.storage_used == 0  # type: ignore[attr-defined]


def test_the_least_recently_used_block_is_evicted(make: Make, updates: list[Update]) -> None:
    blocks = make(room=3000)
    for rdd_id in (1, 2):
        blocks.put(rdd_id, 0, StorageLevel.MEMORY_ONLY, [b"x" * 1000])
    assert blocks.get(1, 0) is not None
    blocks.put(3, 0, StorageLevel.MEMORY_ONLY, [b"x" * 1000])
    assert blocks.get(2, 0) is None
    assert blocks.get(1, 0) is not None and blocks.get(3, 0) is not None
    assert [update[:2] for update in updates] == [(1, 0), (2, 0), (2, 0), (3, 0)]
    assert updates[2] == (2, 0, 0, 0)


def test_an_evicted_block_moves_to_disk_when_its_level_says_so(make: Make, updates: list[Update]) -> None:
    blocks = make(room=3000)
    for rdd_id in (1, 2, 3):
        blocks.put(rdd_id, 0, StorageLevel.MEMORY_AND_DISK, [b"x" * 1000])
    assert [len(records_of(blocks.get(rdd_id, 0))) for rdd_id in (1, 2, 3)] == [1, 1, 1]
    assert updates[2][:3] == (1, 0, 0) and updates[2][3] > 1000


def test_a_partition_does_not_evict_its_sisters(make: Make) -> None:
    blocks = make(room=3000)
    for partition in range(3):
        assert len(list(blocks.put(1, partition, StorageLevel.MEMORY_ONLY, [b"x" * 1000]))) == 1
    assert [blocks.get(1, partition) is not None for partition in range(3)] == [True, True, False]


def test_nothing_is_evicted_for_a_block_that_would_not_fit_anyway(make: Make) -> None:
    blocks = make(room=3000)
    blocks.put(1, 0, StorageLevel.MEMORY_ONLY, [b"x" * 1000])
    blocks.put(2, 0, StorageLevel.MEMORY_ONLY, [b"x" * 4000])
    assert blocks.get(1, 0) is not None


def test_execution_under_pressure_evicts_blocks(tmp_path: Path, updates: list[Update]) -> None:
    grown = 0
    memory = MemoryManager(10_000, lambda: grown, memory_fraction=1.0, storage_fraction=0.1)
    blocks = BlockManager("1", tmp_path, memory, lambda *update: updates.append(update))
    for rdd_id in range(5):
        blocks.put(rdd_id, 0, StorageLevel.MEMORY_ONLY, [b"x" * 1000])
    grown = 10_500
    assert not memory.under_pressure()
    assert updates[5:] == [(0, 0, 0, 0), (1, 0, 0, 0)]
    blocks.close()


def test_removing_an_rdd_frees_memory_and_disk(make: Make, updates: list[Update], tmp_path: Path) -> None:
    blocks = make()
    blocks.put(1, 0, StorageLevel.MEMORY_ONLY, [1])
    blocks.put(1, 1, StorageLevel.DISK_ONLY, [1])
    blocks.put(2, 0, StorageLevel.DISK_ONLY, [1])
    del updates[:]
    blocks.remove_rdd(1)
    assert sorted(updates) == [(1, 0, 0, 0), (1, 1, 0, 0)]
    assert blocks.get(1, 0) is None and blocks.get(1, 1) is None
    assert [path.name for path in on_disk(tmp_path)] == ["rdd_2_0"]
    assert blocks.memory.storage_used == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("damage", ["cut", "flip", "delete", "empty"])
def test_a_damaged_file_is_a_miss_and_reported(
    make: Make, updates: list[Update], tmp_path: Path, damage: str
) -> None:
    blocks = make()
    blocks.put(1, 0, StorageLevel.DISK_ONLY, range(1000))
    (file,) = on_disk(tmp_path)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "delete":
        file.unlink()
    else:
        file.write_bytes({"cut": bytes(data[:-20]), "flip": bytes(data), "empty": b""}[damage])
    assert blocks.get(1, 0) is None
    assert updates[-1] == (1, 0, 0, 0)
    assert list(blocks.put(1, 0, StorageLevel.DISK_ONLY, range(1000))) == list(range(1000))
    assert records_of(blocks.get(1, 0)) == list(range(1000))


@pytest.mark.parametrize("level", [StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY], ids=str)
def test_an_error_while_computing_stores_nothing(make: Make, level: StorageLevel, tmp_path: Path) -> None:
    blocks = make()

    def source() -> Iterator[int]:
        yield from range(10_000)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        blocks.put(1, 0, level, source())
    assert blocks.get(1, 0) is None
    assert on_disk(tmp_path) == []
    assert blocks.memory.storage_used == 0  # type: ignore[attr-defined]


def test_a_partition_that_another_task_stored_meanwhile_is_not_computed_again(make: Make) -> None:
    blocks = make()
    blocks.put(1, 0, StorageLevel.MEMORY_ONLY, [1, 2])
    unread = iter([1, 2])
    assert list(blocks.put(1, 0, StorageLevel.MEMORY_ONLY, unread)) == [1, 2]
    assert next(unread) == 1


def test_a_partition_computed_twice_at_once_is_kept_once(make: Make, updates: list[Update]) -> None:
    blocks = make()

    def source() -> Iterator[int]:
        yield 1
        list(blocks.put(1, 0, StorageLevel.MEMORY_ONLY, [1, 2]))
        yield 2

    assert list(blocks.put(1, 0, StorageLevel.MEMORY_ONLY, source())) == [1, 2]
    assert len(updates) == 1
    assert blocks.memory.storage_used == updates[0][2]  # type: ignore[attr-defined]


def test_another_executors_block_is_fetched(make: Make) -> None:
    holder = make(name="2")
    holder.put(1, 0, StorageLevel.MEMORY_ONLY, range(1000))
    asked: list[tuple[str, str, int, int]] = []

    def fetch(endpoint: str, name: str, offset: int, length: int) -> bytes:
        asked.append((endpoint, name, offset, length))
        data = holder.read_block(name) if endpoint == "holder" else None
        if data is None:
            raise ConnectionError(endpoint)
        return data

    blocks = make(fetch=fetch)
    assert records_of(blocks.get(1, 0, ["gone", "holder"])) == list(range(1000))
    assert asked == [("gone", "rdd_1_0", 0, -1), ("holder", "rdd_1_0", 0, -1)]
    assert blocks.get(1, 1, ["gone", "holder"]) is None


def test_a_fetched_block_that_is_cut_short_is_a_miss(make: Make) -> None:
    holder = make(name="2")
    holder.put(1, 0, StorageLevel.MEMORY_ONLY, range(1000))
    whole = holder.read_block("rdd_1_0")
    assert whole is not None
    assert make(fetch=lambda *_: whole[:-1]).get(1, 0, ["holder"]) is None
    assert records_of(make(fetch=lambda *_: whole).get(1, 0, ["holder"])) == list(range(1000))


@pytest.mark.parametrize("level", [StorageLevel.MEMORY_ONLY_2, StorageLevel.DISK_ONLY_3], ids=str)
def test_replicated_levels_push_copies_to_peers_that_take_them(make: Make, level: StorageLevel) -> None:
    others = {name: make(name=name) for name in ("a", "b", "c")}
    pushed: list[str] = []

    def push(endpoint: str, name: str, level: StorageLevel, frames: Iterable[bytes]) -> None:
        if endpoint == "dead":
            raise ConnectionError(endpoint)
        others[endpoint].accept(name, level, frames)
        pushed.append(endpoint)

    blocks = make(push=push)
    records = blocks.put(1, 0, level, range(1000), peers=["dead", "a", "b", "c"])
    assert list(records) == list(range(1000))
    assert pushed == ["a", "b"][: level.replication - 1]
    for name in pushed:
        assert records_of(others[name].get(1, 0)) == list(range(1000))


def test_a_full_executor_declines_a_copy(make: Make) -> None:
    full, roomy = make(room=10, name="full"), make(name="roomy")
    others = {"full": full, "roomy": roomy}
    blocks = make(push=lambda endpoint, *copy: others[endpoint].accept(*copy))
    list(blocks.put(1, 0, StorageLevel.MEMORY_ONLY_2, [b"x" * 100], peers=["full", "roomy"]))
    assert full.get(1, 0) is None
    assert full.memory.storage_used == 0  # type: ignore[attr-defined]
    assert records_of(roomy.get(1, 0)) == [b"x" * 100]


def test_the_chosen_serializer_and_codec_write_the_blocks(make: Make, tmp_path: Path) -> None:
    blocks = make(record_format=RecordFormat(MarshalSerializer(), codec("zlib")))
    for level in (StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY):
        assert list(blocks.put(1, int(level.useDisk), level, ["spam"] * 10_000)) == ["spam"] * 10_000
        assert len(records_of(blocks.get(1, int(level.useDisk)))) == 10_000
    assert on_disk(tmp_path)[0].stat().st_size < 10_000


def test_a_full_disk_is_an_error_that_names_the_block(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyrdd.storage.disk_store.write_frame_file", disk_is_full)
    with pytest.raises(OSError, match="cannot write block rdd_1_0 to disk: No space left on device"):
        make().put(1, 0, StorageLevel.DISK_ONLY, [1])


def test_a_block_evicted_to_a_full_disk_is_gone_and_reported(
    make: Make, updates: list[Update], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = make(room=1500)
    blocks.put(1, 0, StorageLevel.MEMORY_AND_DISK, [b"x" * 1000])
    monkeypatch.setattr("pyrdd.storage.disk_store.write_frame_file", disk_is_full)
    assert len(list(blocks.put(2, 0, StorageLevel.MEMORY_AND_DISK, [b"x" * 1000]))) == 1
    assert updates[1] == (1, 0, 0, 0)
    assert blocks.get(1, 0) is None


def disk_is_full(*_: Any) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_after_close_nothing_is_stored_or_found(make: Make) -> None:
    blocks = make()
    blocks.put(1, 0, StorageLevel.MEMORY_ONLY, [1])
    blocks.close()
    assert blocks.get(1, 0) is None
    assert list(blocks.put(1, 1, StorageLevel.DISK_ONLY, [1])) == [1]
    assert blocks.memory.storage_used == 0  # type: ignore[attr-defined]


Step = tuple[str, int, int, int, list[Any]]
steps: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "get", "remove", "evict"]),
        st.integers(0, 2),
        st.integers(0, 3),
        st.sampled_from(range(len(LEVELS))),
        st.lists(st.text(max_size=30) | st.integers() | st.tuples(st.integers()), max_size=20),
    ),
    max_size=25,
)


@given(steps, st.integers(0, 800))
def test_whatever_happens_put_and_get_give_exactly_the_records(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step], room: int
) -> None:
    directory, known = tmp_path_factory.mktemp("blocks"), {}
    sizes: dict[tuple[int, int], tuple[int, int]] = {}
    memory = MemoryManager(room, lambda: 0, memory_fraction=1.0)
    blocks = BlockManager("1", directory, memory, lambda r, p, m, d: sizes.update({(r, p): (m, d)}))
    for what, rdd_id, partition, level, records in steps:
        expected = known.setdefault((rdd_id, partition), records)
        if what == "put":
            assert list(blocks.put(rdd_id, partition, LEVELS[level], iter(expected))) == expected
        elif what == "get":
            found = blocks.get(rdd_id, partition)
            assert (found is not None) == any(sizes.get((rdd_id, partition), ()))
            assert found is None or list(found) == expected
        elif what == "remove":
            blocks.remove_rdd(rdd_id)
            assert not any(any(s) for (r, _), s in sizes.items() if r == rdd_id)
        else:
            blocks._evict(50)
        assert memory.storage_used == sum(m for m, _ in sizes.values()) <= room
    blocks.close()
    assert memory.storage_used == 0
    assert list(directory.iterdir()) == []


def test_many_threads_on_one_manager_all_get_their_records(make: Make) -> None:
    blocks, failures = make(room=40_000), []

    def work(seed: int) -> None:
        for i in range(60):
            rdd_id, partition = (seed + i) % 3, (seed * 7 + i) % 5
            expected = [(rdd_id, partition, n) for n in range(300)]
            level = LEVELS[1:4][(rdd_id + partition) % 3]
            found = blocks.get(rdd_id, partition)
            if found is None:
                found = blocks.put(rdd_id, partition, level, iter(expected))
            if list(found) != expected:
                failures.append((rdd_id, partition))
            if i % 20 == 19:
                blocks.remove_rdd(rdd_id)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for rdd_id in range(3):
        blocks.remove_rdd(rdd_id)
    assert blocks.memory.storage_used == 0  # type: ignore[attr-defined]
