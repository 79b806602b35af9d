"""Keeping what was computed: persist, checkpoint, and the lineage as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pyrdd.dependency import OneToOneDependency, ShuffleDependency
from pyrdd.errors import PySparkRuntimeError
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.checkpoint_rdd import LocalCheckpointRDD, ReliableCheckpointRDD
from pyrdd.rdd.debug_string import debug_string
from pyrdd.rdd.handle import RDDHandle
from pyrdd.storagelevel import StorageLevel

if TYPE_CHECKING:
    from pyrdd.rdd.facade import RDD

T = TypeVar("T")


class Persistence(RDDHandle[T]):
    """Caching, checkpoints and lineage."""

    # --- caching ------------------------------------------------------------------------------------------------

    def cache(self) -> RDD[T]:
        """`persist` in memory. Lazy: partitions are kept when they are first computed.

        >>> sc.parallelize(range(3)).cache().is_cached
        True
        """
        return self.persist(StorageLevel.MEMORY_ONLY)

    def persist(self, storageLevel: StorageLevel = StorageLevel.MEMORY_ONLY) -> RDD[T]:
        """Keeps the partitions once they are computed, as ``storageLevel`` says; returns this RDD. Lazy.

        Raises when another level was given before (`unpersist` first).
        """
        level = self._node.storage_level
        if level not in (StorageLevel.NONE, storageLevel):
            raise PySparkRuntimeError(
                "[CANNOT_MODIFY_STORAGE_LEVEL] Cannot change the storage level of an RDD after it was already assigned "
                f"a level ({level}). Call unpersist() first."
            )
        self.is_cached = True
        self._node.storage_level = storageLevel
        self.ctx._persisted(self._node)
        return self._self

    def unpersist(self, blocking: bool = False) -> RDD[T]:
        """Drops the kept partitions, in memory and on disk; returns this RDD. They are recomputed when needed.

        >>> sc.parallelize(range(3)).cache().unpersist().is_cached
        False
        """
        self.is_cached = False
        self._node.storage_level = StorageLevel.NONE
        self.ctx._unpersist(self._node.rdd_id)
        return self._self

    def getStorageLevel(self) -> StorageLevel:
        """The level given by `persist`.

        >>> print(sc.parallelize([1]).getStorageLevel())
        Serialized 1x Replicated
        """
        return self._node.storage_level

    # --- checkpoints --------------------------------------------------------------------------------------------

    def checkpoint(self) -> None:
        """Marks this RDD to be written under the checkpoint directory when its next job ends; its lineage is forgotten
        then.

        Persist it first, or that job's work is done twice. Raises without `SparkContext.setCheckpointDir`.
        """
        if self.ctx.getCheckpointDir() is None:
            raise PySparkRuntimeError(
                "[CHECKPOINT_DIRECTORY_NOT_SET] Checkpoint directory has not been set in the SparkContext. Call "
                "sc.setCheckpointDir(path)."
            )
        self.is_checkpointed = True
        if self._node.checkpoint_mark is None:
            self._mark("reliable")

    def isCheckpointed(self) -> bool:
        """Whether this RDD was checkpointed, reliably or locally.

        >>> sc.parallelize([1]).isCheckpointed()
        False
        """
        return self._node.checkpoint_rdd is not None

    def localCheckpoint(self) -> None:
        """Marks this RDD to be kept by the executors alone (memory and disk) and its lineage to be forgotten after its
        next job. Faster than `checkpoint`, and lost with an executor.
        """
        if self._node.storage_level == StorageLevel.NONE:
            self.persist(StorageLevel.MEMORY_AND_DISK)
        elif not self._node.storage_level.useDisk:
            level = self._node.storage_level
            with_disk = StorageLevel(True, level.useMemory, level.useOffHeap, level.deserialized, level.replication)
            self._node.storage_level = with_disk
        self._mark("local")

    def _mark(self, kind: str) -> None:
        self._node.checkpoint_mark = kind
        self.ctx._to_checkpoint.add(self._node)

    def isLocallyCheckpointed(self) -> bool:
        """Whether this RDD is marked for a local checkpoint.

        >>> sc.parallelize([1]).isLocallyCheckpointed()
        False
        """
        return self._node.checkpoint_mark == "local"

    def getCheckpointFile(self) -> str | None:
        """The directory that the checkpoint was written to; ``None`` before, and for local checkpoints."""
        found = self._node.checkpoint_rdd
        return self.ctx._as_uri(found.path) if isinstance(found, ReliableCheckpointRDD) else None

    def cleanShuffleDependencies(self, blocking: bool = False) -> None:
        """Removes the files of the shuffles behind this RDD that nothing else keeps; they are made anew when needed."""
        stack, seen = [self._node], set()
        while stack:
            node = stack.pop()
            for dependency in node.dependencies:
                if isinstance(dependency, ShuffleDependency):
                    self.ctx._drop_shuffle(dependency.shuffle_id)
                if dependency.rdd.rdd_id not in seen:
                    seen.add(dependency.rdd.rdd_id)
                    stack.append(dependency.rdd)

    # --- lineage ------------------------------------------------------------------------------------------------

    def toDebugString(self) -> bytes | None:
        """The lineage as text, indented where a shuffle begins a new stage.

        >>> print(sc.parallelize(range(4), 2).map(str).toDebugString().decode())
        (2) PythonRDD[...] at map at ... []
         |  PythonRDD[...] at parallelize at ... []
         |  ParallelCollectionRDD[...] at parallelize at ... []
        """
        return debug_string(self._node, self.ctx._cached_note).encode() or None


def cut_lineage(node: BaseRDD, replacement: ReliableCheckpointRDD | LocalCheckpointRDD) -> None:
    """Makes ``replacement`` the only thing that ``node`` depends on."""
    node.checkpoint_rdd = replacement
    node.dependencies = (OneToOneDependency(replacement),)


