"""BlockManager: the cached partitions of one executor, in memory and on disk (Spark's `BlockManager`).

    records --put--> frames --+--> MemoryStore --evicted, level has disk--> DiskStore
                              +--> DiskStore                (DISK_ONLY, or memory is full and the level has disk)
                              +--> handed back unstored     (memory is full and the level has no disk)
                              +--push--> other executors    (replicated levels)
    records <--get--- frames <--- MemoryStore | DiskStore | fetch from the executor that has the block

Called by the evaluator for every persisted RDD of a stage's lineage. A block that is gone is never an
error: the partition is computed again from its lineage.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from pyrdd.serializers.record_format import RecordFormat
from pyrdd.serializers.records import read_frames, write_frames
from pyrdd.storage.block_id import RDDBlockId, parse_block_id
from pyrdd.storage.disk_store import DiskStore
from pyrdd.storage.memory import MemoryManager
from pyrdd.storage.memory_store import MemoryBlock, MemoryStore
from pyrdd.storagelevel import StorageLevel

# What a block takes beside its frames. A partition without records is a block too, and reported with a
# size.
_BLOCK_OVERHEAD = 64

OnUpdate = Callable[[int, int, int, int], None]
Fetch = Callable[[str, str, int, int], bytes]
Push = Callable[[str, str, StorageLevel, Iterable[bytes]], None]


class BlockManager:
    """Keeps partitions of persisted RDDs; safe to use from many tasks at once.

    ``on_update(rdd_id, partition, memory_size, disk_size)`` is told of every block that comes, moves or
    goes (both sizes 0), in order, under the manager's lock: it must not block. ``fetch(endpoint, name,
    offset, length)`` reads a block of another executor, to its end when ``length`` is -1. ``push(endpoint,
    name, level, frames)`` gives a copy to another executor, whose manager gets it through `accept`.
    """

    def __init__(
        self,
        executor_id: str,
        directory: str | os.PathLike[str],
        memory: MemoryManager,
        on_update: OnUpdate,
        fetch: Fetch | None = None,
        push: Push | None = None,
        record_format: RecordFormat | None = None,
    ) -> None:
        self.executor_id = executor_id
        self._on_update, self._fetch, self._push = on_update, fetch, push
        self._format = record_format or RecordFormat()
        self._lock = threading.RLock()
        self._memory_store = MemoryStore(memory, self._evicted)
        self._disk_store = DiskStore(Path(directory) / f"blocks-{executor_id}")
        self._disk_sizes: dict[RDDBlockId, int] = {}
        self._closed = False
        memory.on_eviction(self._evict)

    def get(self, rdd_id: int, partition: int, cached_at: Sequence[str] = ()) -> Iterator[Any] | None:
        """The records of a cached partition, lazily: from here, or from the executors at ``cached_at``.

        ``None`` when nobody has it whole. The block counts as used. The records are new objects at every
        call.
        """
        block_id = RDDBlockId(rdd_id, partition)
        frames = self._local_frames(block_id)
        if frames is None:
            frames = self._remote_frames(block_id, cached_at)
        return None if frames is None else self._format.load(frames)

    def put(
        self,
        rdd_id: int,
        partition: int,
        level: StorageLevel,
        records: Iterable[Any],
        peers: Sequence[str] = (),
    ) -> Iterator[Any]:
        """Stores a partition as ``level`` says and returns its records, all of them and in order.

        When the block fits nowhere, the records come back unstored: those read so far, then the rest,
        lazily. When another task stored the same partition meanwhile, its block is used and ``records`` are
        left unread.
        """
        block_id, source = RDDBlockId(rdd_id, partition), iter(records)
        if not (level.useMemory or level.useDisk) or self._closed:
            return source
        frames = self._local_frames(block_id)
        if frames is None:
            frames, stored = self._store(block_id, level, self._format.dump(source))
            if not stored:
                return chain(self._format.load(frames), source)
            self._replicate(block_id, level, peers)
        return self._format.load(frames)

    def accept(self, name: str, level: StorageLevel, frames: Iterable[bytes]) -> None:
        """Stores a copy of a block that another executor pushed. ``OSError`` when there is no room."""
        block_id = parse_block_id(name)
        if not isinstance(block_id, RDDBlockId) or self._closed:
            raise OSError(f"executor {self.executor_id} takes no copy of {name}")
        if self._local_frames(block_id) is None and not self._store(block_id, level, iter(frames))[1]:
            raise OSError(f"executor {self.executor_id} has no room for {name}")

    def read_block(self, name: str) -> bytes | None:
        """A whole block as other executors `fetch` it; ``None`` when it is not here."""
        if not name.startswith("rdd_"):  # the transfer service asks about files too
            return None
        block_id = parse_block_id(name)
        frames = self._local_frames(block_id) if isinstance(block_id, RDDBlockId) else None
        if frames is None:
            return None
        stream = io.BytesIO()
        write_frames(stream, frames)
        return stream.getvalue()

    def remove_rdd(self, rdd_id: int) -> None:
        """Drops every block of an RDD."""
        with self._lock:
            for block_id in {*self._memory_store.block_ids(), *self._disk_sizes}:
                if block_id.rdd_id == rdd_id:
                    self._memory_store.remove(block_id)
                    self._drop_from_disk(block_id)
                    self._report(block_id)

    def close(self) -> None:
        """Drops everything, and the files; later calls find and store nothing."""
        with self._lock:
            self._closed = True
            for block_id in self._memory_store.block_ids():
                self._memory_store.remove(block_id)
            self._disk_sizes.clear()
            self._disk_store.close()

    # --- reading
    # -----------------------------------------------------------------------------------------------

    def _local_frames(self, block_id: RDDBlockId) -> Iterable[bytes] | None:
        with self._lock:
            block = self._memory_store.get(block_id)
            on_disk = block_id in self._disk_sizes
        if block is not None:
            return block.frames
        return self._frames_on_disk(block_id) if on_disk else None

    def _frames_on_disk(self, block_id: RDDBlockId) -> Iterable[bytes] | None:
        frames = self._disk_store.read(block_id)
        if frames is None:
            with self._lock:
                if self._drop_from_disk(block_id):
                    self._report(block_id)
        return frames

    def _remote_frames(self, block_id: RDDBlockId, cached_at: Sequence[str]) -> Iterable[bytes] | None:
        if self._fetch is None:
            return None
        for endpoint in cached_at:
            # Whatever goes wrong there, the partition can still come from another executor or its lineage.
            with contextlib.suppress(Exception):
                data = self._fetch(endpoint, str(block_id), 0, -1)
                return list(read_frames(io.BytesIO(data)))
        return None

    # --- storing
    # -----------------------------------------------------------------------------------------------

    def _store(
        self, block_id: RDDBlockId, level: StorageLevel, frames: Iterator[bytes]
    ) -> tuple[Iterable[bytes], bool]:
        """Stores the frames and returns them and ``True``; those taken so far and ``False`` for want of
        room.

        What is returned does not depend on the block staying where it is: another task may evict it at
        once.
        """
        unrolled: list[bytes] = []
        if level.useMemory:
            if self._unroll(block_id, frames, unrolled):
                self._keep_in_memory(block_id, level, unrolled)
                return unrolled, True
            if not level.useDisk:
                return _drain(unrolled), False
        return self._write(block_id, chain(_drain(unrolled), frames)), True

    def _unroll(self, block_id: RDDBlockId, frames: Iterator[bytes], unrolled: list[bytes]) -> bool:
        """Moves frames to ``unrolled`` while there is room; ``False``, and nothing reserved, when it ran
        out.

        The lock is not held while records are computed: they may come from other blocks, even on other
        threads.
        """
        if not self._reserve(block_id, _BLOCK_OVERHEAD):
            return False
        reserved = _BLOCK_OVERHEAD
        try:
            for frame in frames:
                unrolled.append(frame)
                if not self._reserve(block_id, len(frame)):
                    self._memory_store.release(reserved)
                    return False
                reserved += len(frame)
        except BaseException:
            self._memory_store.release(reserved)
            raise
        return True

    def _reserve(self, block_id: RDDBlockId, nbytes: int) -> bool:
        with self._lock:
            return self._memory_store.reserve(nbytes, block_id.rdd_id)

    def _keep_in_memory(self, block_id: RDDBlockId, level: StorageLevel, frames: list[bytes]) -> None:
        size = _BLOCK_OVERHEAD + sum(map(len, frames))
        with self._lock:
            if self._closed or self._memory_store.get(block_id) or block_id in self._disk_sizes:
                self._memory_store.release(size)
            else:
                self._memory_store.add(MemoryBlock(block_id, frames, size, level.useDisk))
                self._report(block_id)

    def _write(self, block_id: RDDBlockId, frames: Iterable[bytes]) -> Iterable[bytes]:
        try:
            written, size = self._disk_store.write(block_id, frames)
        except OSError as error:
            what = f"cannot write block {block_id} to disk: {error.strerror}"
            raise OSError(error.errno, what, self._disk_store.directory) from error
        with self._lock:
            self._disk_store.publish(block_id, written)
            self._disk_sizes[block_id] = size
            self._report(block_id)
            stored = self._disk_store.read(block_id, check=False)
        if stored is None:
            raise OSError(f"block {block_id} cannot be read back from the disk it was just written to")
        return stored

    def _replicate(self, block_id: RDDBlockId, level: StorageLevel, peers: Sequence[str]) -> None:
        """Pushes the block to as many executors as its level asks for and as will take it."""
        if self._push is None or level.replication < 2 or not peers:
            return
        copies, first = 1, block_id.partition % len(peers)
        for endpoint in (*peers[first:], *peers[:first]):
            frames = self._local_frames(block_id) if copies < level.replication else None
            if frames is None:
                return
            # A copy that cannot be made costs safety, not the task: the next executor is asked.
            with contextlib.suppress(Exception):
                self._push(endpoint, str(block_id), level, frames)
                copies += 1

    # --- dropping
    # ----------------------------------------------------------------------------------------------

    def _evict(self, nbytes: int) -> int:
        with self._lock:
            return self._memory_store.evict(nbytes)

    def _evicted(self, block: MemoryBlock) -> None:
        if block.spills:
            # On a full disk the block is simply gone, and its partition is computed again.
            with contextlib.suppress(OSError):
                written, size = self._disk_store.write(block.block_id, block.frames)
                self._disk_store.publish(block.block_id, written)
                self._disk_sizes[block.block_id] = size
        self._report(block.block_id)

    def _drop_from_disk(self, block_id: RDDBlockId) -> bool:
        if self._disk_sizes.pop(block_id, None) is None:
            return False
        self._disk_store.remove(block_id)
        return True

    def _report(self, block_id: RDDBlockId) -> None:
        sizes = self._memory_store.size(block_id), self._disk_sizes.get(block_id, 0)
        self._on_update(block_id.rdd_id, block_id.partition, *sizes)


def _drain(frames: list[bytes]) -> Iterator[bytes]:
    """The frames in order, each let go when it was read."""
    frames.reverse()
    while frames:
        yield frames.pop()
