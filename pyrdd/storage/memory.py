"""MemoryManager: one executor's budget in bytes, shared by execution and storage.

    limit   |------------ usable for storage (memory_fraction) -----------|--- the rest: user objects ---|
    usable  |--- protected (storage_fraction) ---|---- storage may borrow, execution takes back ---------|

Spark's unified memory manager counts what operators ask for. Python objects cannot be counted cheaply, so
here *execution* is measured: the process's resident memory beyond what it was when the manager was made.
Operators that hold many records ask `under_pressure` now and then and spill when it says so; cached blocks
are counted exactly, in bytes, through `reserve_storage`. Under pressure, cached blocks beyond the protected
share are evicted first.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from functools import cache

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def process_rss() -> int:
    """The resident memory of this process in bytes."""
    if sys.platform != "linux":
        return _psutil_rss()
    # Opened at each call: a descriptor kept open would go on to describe the parent after a fork.
    fd = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(fd, 128).split(None, 2)[1]) * _PAGE
    finally:
        os.close(fd)


def _psutil_rss() -> int:
    import psutil  # Linux does without

    return int(psutil.Process().memory_info().rss)


def release_free_memory() -> None:
    """Asks the C library to give memory that is free back to the system; nothing where it cannot be asked.

    glibc keeps what lies below anything still in use. Without this, each spill would leave the process larger than the
    one before: a few milliseconds that keep it at its budget.
    """
    if (trim := _malloc_trim()) is not None:
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # costs a worker some of its start, and most never spill

    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found


class MemoryManager:
    """The budget of one executor; safe to share by threads.

    ``limit`` is in bytes. ``rss`` returns the memory that the process holds now; what it holds at creation
    does not count. ``memory_fraction`` and ``storage_fraction`` are ``spark.memory.fraction`` and
    ``spark.memory.storageFraction``. ``release`` gives free memory back to the system after a spill.
    """

    def __init__(
        self,
        limit: int,
        rss: Callable[[], int] = process_rss,
        memory_fraction: float = 0.6,
        storage_fraction: float = 0.5,
        release: Callable[[], object] = release_free_memory,
    ) -> None:
        self.limit = limit
        self._rss, self._release = rss, release
        self._baseline = rss()
        self._usable = int(limit * memory_fraction)
        self._protected = int(self._usable * storage_fraction)
        self._threshold = limit
        self._step = max(1, limit // 8)
        self._storage = 0
        self._lock = threading.Lock()
        self._evict: Callable[[int], int] | None = None

    @property
    def storage_used(self) -> int:
        """The bytes of cached blocks that are in memory."""
        return self._storage

    @property
    def storage_limit(self) -> int:
        """The largest number of bytes that cached blocks can ever hold."""
        return self._usable

    def on_eviction(self, evict: Callable[[int], int]) -> None:
        """Registers ``evict(nbytes) -> freed``, which drops cached blocks for execution."""
        self._evict = evict

    def growth(self) -> int:
        """The bytes by which the process grew since the manager was made."""
        return max(0, self._rss() - self._baseline)

    def under_pressure(self) -> bool:
        """Whether the caller should spill: the process is past the budget, and eviction did not help."""
        growth = self.growth()
        if growth <= self._threshold:
            if growth <= self.limit < self._threshold:
                self._threshold = self.limit
            return False
        if not self._evict_for_execution(growth - self._threshold):
            return True
        return self.growth() > self._threshold

    def spilled(self, nbytes: int) -> None:
        """Says that about ``nbytes`` of records were let go.

        Python's allocator often keeps the memory: it is free for new objects, but still resident. The next
        threshold is then above what is resident now, by up to an eighth of the limit; otherwise every later
        check would spill.
        """
        self._release()
        growth = self.growth()
        with self._lock:
            self._threshold = max(self.limit, growth + min(self._step, max(nbytes, self._step // 8)))

    def reserve_storage(self, nbytes: int) -> bool:
        """Counts ``nbytes`` more of cached blocks; ``False``, and nothing counted, when there is no room
        for them.

        Storage may use all that execution leaves free of the usable memory, and always its protected share.
        """
        growth = self.growth()
        with self._lock:
            if nbytes > self._room(growth):
                return False
            self._storage += nbytes
            return True

    def storage_free(self) -> int:
        """The bytes that `reserve_storage` would grant now; negative when execution took them."""
        return self._room(self.growth())

    def _room(self, growth: int) -> int:
        execution = max(0, growth - self._storage)
        return max(self._protected, self._usable - execution) - self._storage

    def release_storage(self, nbytes: int) -> None:
        """Gives back what `reserve_storage` counted."""
        with self._lock:
            self._storage -= nbytes

    def _evict_for_execution(self, excess: int) -> bool:
        borrowed = self._storage - self._protected
        if borrowed <= 0 or self._evict is None:
            return False
        freed = self._evict(min(borrowed, max(excess, self._step)))
        if freed > 0:
            self.spilled(freed)
        return freed > 0
