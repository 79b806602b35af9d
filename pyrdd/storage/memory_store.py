"""MemoryStore: blocks as lists of frames in memory, the least recently used evicted first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

from pyrdd.storage.block_id import RDDBlockId
from pyrdd.storage.memory import MemoryManager
from pyrdd.util.frozen import frozen


@frozen
class MemoryBlock:
    """A block in memory. ``spills``: its storage level has the disk to fall back on."""

    block_id: RDDBlockId
    frames: list[bytes]
    size: int
    spills: bool


class MemoryStore:
    """The blocks in memory, in order of use. Not thread-safe: the block manager holds its lock around every
    call.

    ``evicted(block)`` is called after a block was evicted, to write it to disk where its level says so.
    """

    def __init__(self, memory: MemoryManager, evicted: Callable[[MemoryBlock], None]) -> None:
        self._memory, self._evicted = memory, evicted
        self._blocks: OrderedDict[RDDBlockId, MemoryBlock] = OrderedDict()

    def get(self, block_id: RDDBlockId) -> MemoryBlock | None:
        """The block, which is now the most recently used; ``None`` when it is not here."""
        block = self._blocks.get(block_id)
        if block is not None:
            self._blocks.move_to_end(block_id)
        return block

    def size(self, block_id: RDDBlockId) -> int:
        """The bytes of a block, 0 when it is not here; does not count as a use."""
        block = self._blocks.get(block_id)
        return 0 if block is None else block.size

    def reserve(self, nbytes: int, rdd_id: int) -> bool:
        """Makes room for ``nbytes`` more of a block of ``rdd_id`` and counts them, or changes nothing.

        Blocks of the same RDD are not evicted: a partition must not push out its sisters, each in turn.
        """
        if self._memory.reserve_storage(nbytes):
            return True
        missing = nbytes - self._memory.storage_free()
        victims = list(self._victims(missing, rdd_id))
        if sum(block.size for block in victims) < missing:
            return False
        for block in victims:
            self._evict(block)
        return self._memory.reserve_storage(nbytes)

    def release(self, nbytes: int) -> None:
        """Gives back what `reserve` counted, when no block comes of it."""
        self._memory.release_storage(nbytes)

    def add(self, block: MemoryBlock) -> None:
        """Keeps a block whose bytes were reserved."""
        self._blocks[block.block_id] = block

    def remove(self, block_id: RDDBlockId) -> bool:
        """Drops a block; whether it was here."""
        block = self._blocks.pop(block_id, None)
        if block is not None:
            self._memory.release_storage(block.size)
        return block is not None

    def evict(self, nbytes: int) -> int:
        """Evicts blocks until ``nbytes`` are free or none is left; returns the bytes freed."""
        victims = list(self._victims(nbytes, None))
        for block in victims:
            self._evict(block)
        return sum(block.size for block in victims)

    def block_ids(self) -> list[RDDBlockId]:
        """The blocks here, the least recently used first."""
        return list(self._blocks)

    def _victims(self, nbytes: int, spared_rdd: int | None) -> Iterator[MemoryBlock]:
        for block in self._blocks.values():
            if nbytes <= 0:
                return
            if block.block_id.rdd_id != spared_rdd:
                nbytes -= block.size
                yield block

    def _evict(self, block: MemoryBlock) -> None:
        self.remove(block.block_id)
        self._evicted(block)
