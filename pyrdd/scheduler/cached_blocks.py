"""CachedBlocks: which executors hold which partitions of persisted RDDs, as the executors report it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrdd.rdd.base import BaseRDD


class CachedBlocks:
    """Where cached partitions are.

    >>> blocks = CachedBlocks()
    >>> blocks.update("1", rdd_id=3, partition=0, present=True)
    >>> blocks.at(3, 0), blocks.at(3, 1)
    (('1',), ())
    """

    def __init__(self) -> None:
        self._holders: dict[int, dict[int, tuple[str, ...]]] = {}

    def __bool__(self) -> bool:
        return bool(self._holders)

    def update(self, executor_id: str, rdd_id: int, partition: int, present: bool) -> None:
        """An executor now holds a partition, or no longer does."""
        holders = tuple(e for e in self.at(rdd_id, partition) if e != executor_id)
        if present:
            self._holders.setdefault(rdd_id, {})[partition] = (*holders, executor_id)
        elif rdd_id in self._holders:
            self._keep(rdd_id, partition, holders)

    def _keep(self, rdd_id: int, partition: int, holders: tuple[str, ...]) -> None:
        partitions = self._holders[rdd_id]
        if holders:
            partitions[partition] = holders
        else:
            partitions.pop(partition, None)
            if not partitions:
                del self._holders[rdd_id]

    def lose_executor(self, executor_id: str) -> None:
        """Forgets what an executor held."""
        held = [
            (r, p) for r, parts in self._holders.items() for p, names in parts.items() if executor_id in names
        ]
        for rdd_id, partition in held:
            self.update(executor_id, rdd_id, partition, present=False)

    def forget(self, rdd_id: int) -> None:
        """Forgets an unpersisted RDD."""
        self._holders.pop(rdd_id, None)

    def at(self, rdd_id: int, partition: int) -> tuple[str, ...]:
        """The executors that hold a partition, the first to report first."""
        partitions = self._holders.get(rdd_id)
        return partitions.get(partition, ()) if partitions else ()

    def holds_any(self, rdd_id: int) -> bool:
        """Whether any partition of an RDD is cached."""
        return rdd_id in self._holders

    def holds_all(self, rdd: BaseRDD) -> bool:
        """Whether every partition of an RDD is cached: nothing behind it needs to run."""
        partitions = self._holders.get(rdd.rdd_id)
        return partitions is not None and len(partitions) >= rdd.num_partitions
