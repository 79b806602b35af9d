"""ExecutorEnv: what a task may use. Made once for each executor, reached through ``task.env``, never through a
global."""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyrdd import settings
from pyrdd.serializers.compression import codec
from pyrdd.serializers.record_format import RecordFormat
from pyrdd.shuffle.manager import ShuffleManager
from pyrdd.storage.block_manager import BlockManager
from pyrdd.storage.memory import MemoryManager
from pyrdd.storagelevel import StorageLevel

Fetch = Callable[[str, str, int, int], bytes]
Push = Callable[[str, str, Sequence[bytes]], None]


class BlockChanges:
    """What happened to cached blocks since the last report: ``[rdd_id, partition, memory size, disk size]``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes: list[list[int]] = []

    def add(self, rdd_id: int, partition: int, memory_size: int, disk_size: int) -> None:
        """Notes one change."""
        with self._lock:
            self._changes.append([rdd_id, partition, memory_size, disk_size])

    def drain(self) -> list[list[int]]:
        """The changes so far; they are forgotten here."""
        if not self._changes:
            return []
        with self._lock:
            taken, self._changes = self._changes, []
        return taken


@dataclass(slots=True)
class ExecutorEnv:
    """One executor's parts. ``directory`` is where it may write; ``result_directory``, when set, is a place that the
    driver can read too, for results too large for a frame; ``barrier`` is how tasks of a barrier stage meet."""

    executor_id: str
    directory: str
    conf: Mapping[str, str]
    memory: MemoryManager
    blocks: BlockManager
    shuffle: ShuffleManager
    changes: BlockChanges
    clock_ns: Callable[[], int]
    result_directory: str | None = None
    barrier: Any = None
    files: Mapping[str, str] = field(default_factory=dict)

    def close(self) -> None:
        """Drops all blocks and files of this executor."""
        self.blocks.close()
        self.shuffle.close()


def make_env(
    executor_id: str,
    directory: str,
    conf: Mapping[str, str],
    memory_limit: int,
    clock_ns: Callable[[], int] = time.perf_counter_ns,
    fetch: Fetch | None = None,
    push: Push | None = None,
    endpoint: str | None = None,
    host_local: bool = True,
    result_directory: str | None = None,
    barrier: Any = None,
) -> ExecutorEnv:
    """Assembles an executor's environment under ``directory``."""
    memory = MemoryManager(
        memory_limit,
        memory_fraction=settings.MEMORY_FRACTION.read(conf),
        storage_fraction=settings.MEMORY_STORAGE_FRACTION.read(conf),
    )
    record_format = RecordFormat(codec=codec("zlib")) if settings.RDD_COMPRESS.read(conf) else None
    changes = BlockChanges()
    shuffle = ShuffleManager(
        executor_id, directory, memory, conf, fetch=fetch, endpoint=endpoint, host_local=host_local
    )
    blocks = BlockManager(
        executor_id,
        os.path.join(directory, "blocks"),
        memory,
        changes.add,
        fetch=fetch,
        push=with_level(push) if push else None,
        record_format=record_format,
    )
    return ExecutorEnv(
        executor_id, directory, conf, memory, blocks, shuffle, changes, clock_ns, result_directory, barrier
    )


def with_level(push: Push) -> Callable[[str, str, StorageLevel, Iterable[bytes]], None]:
    """A block manager's push over a transport that knows only byte strings: the level goes ahead of the frames."""

    def push_with_level(endpoint: str, name: str, level: StorageLevel, frames: Iterable[bytes]) -> None:
        push(endpoint, name, [pickle.dumps(level), *frames])

    return push_with_level


def accept_with_level(blocks: BlockManager, name: str, pieces: Sequence[bytes]) -> None:
    """The receiving end of `with_level`."""
    blocks.accept(name, pickle.loads(pieces[0]), pieces[1:])
