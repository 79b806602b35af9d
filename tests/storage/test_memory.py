"""The memory budget, driven by an invented resident size."""

import threading

import pytest

from pyrdd.storage.memory import MemoryManager, process_rss


class Process:
    """A process whose resident memory the test sets."""

    def __init__(self) -> None:
        self.rss = 5000

    def __call__(self) -> int:
        return self.rss

    def grow_to(self, growth: int) -> None:
        self.rss = 5000 + growth


@pytest.fixture
def process() -> Process:
    return Process()


@pytest.fixture
def memory(process: Process) -> MemoryManager:
    """1000 bytes, of which storage may use 600 and keeps 300."""
    return MemoryManager(1000, process)


def test_memory_held_before_the_manager_was_made_does_not_count(memory: MemoryManager) -> None:
    assert memory.growth() == 0
    assert not memory.under_pressure()


def test_growth_beyond_the_limit_is_pressure(memory: MemoryManager, process: Process) -> None:
    process.grow_to(1000)
    assert not memory.under_pressure()
    process.grow_to(1001)
    assert memory.under_pressure()


def test_memory_that_comes_back_after_a_spill_leaves_the_threshold_alone(
    memory: MemoryManager, process: Process
) -> None:
    process.grow_to(1100)
    assert memory.under_pressure()
    process.grow_to(100)
    memory.spilled(1000)
    process.grow_to(1001)
    assert memory.under_pressure()


def test_memory_that_the_allocator_keeps_does_not_cause_a_spill_at_every_check(
    memory: MemoryManager, process: Process
) -> None:
    process.grow_to(1100)
    memory.spilled(500)
    assert not memory.under_pressure()
    process.grow_to(1200)
    assert not memory.under_pressure()
    process.grow_to(1100 + 126)
    assert memory.under_pressure()


def test_a_raised_threshold_falls_when_the_memory_comes_back_later(
    memory: MemoryManager, process: Process
) -> None:
    process.grow_to(1100)
    memory.spilled(500)
    process.grow_to(200)
    assert not memory.under_pressure()
    process.grow_to(1001)
    assert memory.under_pressure()


def test_storage_may_use_all_the_usable_memory_when_nothing_runs(memory: MemoryManager) -> None:
    assert memory.reserve_storage(600)
    assert not memory.reserve_storage(1)
    memory.release_storage(100)
    assert memory.storage_used == 500
    assert memory.reserve_storage(100)


def test_storage_keeps_its_protected_share_while_execution_runs(
    memory: MemoryManager, process: Process
) -> None:
    process.grow_to(900)
    assert memory.reserve_storage(300)
    assert not memory.reserve_storage(1)


def test_execution_evicts_what_storage_borrowed_before_it_spills(
    memory: MemoryManager, process: Process
) -> None:
    asked: list[int] = []

    def evict(nbytes: int) -> int:
        asked.append(nbytes)
        memory.release_storage(nbytes)
        return nbytes

    memory.on_eviction(evict)
    memory.reserve_storage(500)
    process.grow_to(1010)
    assert not memory.under_pressure()
    assert asked == [125]
    process.grow_to(2000)
    assert not memory.under_pressure()
    assert asked == [125, 75]
    process.grow_to(3000)
    assert memory.under_pressure(), "the protected share is not evicted"
    assert memory.storage_used == 300


def test_pressure_remains_when_eviction_frees_nothing(memory: MemoryManager, process: Process) -> None:
    memory.on_eviction(lambda nbytes: 0)
    memory.reserve_storage(500)
    process.grow_to(1010)
    assert memory.under_pressure()


def test_reservations_from_many_threads_add_up() -> None:
    memory = MemoryManager(10**9, lambda: 0)

    def work() -> None:
        for _ in range(1000):
            assert memory.reserve_storage(3)
            memory.release_storage(2)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.storage_used == 4000


def test_the_resident_size_of_this_process_is_measured() -> None:
    before = process_rss()
    ballast = b"x" * 50_000_000
    assert process_rss() - before > len(ballast) // 2


def test_free_memory_goes_back_to_the_system_before_the_next_threshold_is_set(process: Process) -> None:
    memory = MemoryManager(1000, rss=process, release=lambda: process.grow_to(200))
    process.grow_to(1100)
    assert memory.under_pressure()
    memory.spilled(900)
    process.grow_to(1001)
    assert memory.under_pressure()
