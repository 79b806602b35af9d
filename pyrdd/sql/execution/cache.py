"""CacheManager: results that are kept (`DataFrame.cache`, ``CACHE TABLE``), and checkpoints.

A kept result is an RDD of Arrow tables that the storage floor persists. A later query that contains the same plan reads
it instead: `CacheManager.use` puts a `CachedRelation` in the plan's place.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrdd.sql.execution.canonical import canonical
from pyrdd.sql.plan import CachedRelation, LogicalPlan, RddRelation
from pyrdd.storagelevel import StorageLevel

if TYPE_CHECKING:
    from pyrdd.rdd.facade import RDD
    from pyrdd.sql.execution.query import QueryExecution
    from pyrdd.sql.session import SparkSession


@dataclass(eq=False)
class CacheEntry:
    """One kept result: its plan, and the persisted RDD of Arrow tables with the plan's columns by position."""

    plan: LogicalPlan
    rdd: RDD[Any]
    level: StorageLevel

    @property
    def num_partitions(self) -> int:
        """Into how many partitions the result is cut."""
        return self.rdd.getNumPartitions()


class CacheManager:
    """The kept results of an application; sessions of one context share it."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._entries: dict[Any, CacheEntry] = {}

    def add(self, plan: LogicalPlan, level: StorageLevel = StorageLevel.MEMORY_AND_DISK_DESER) -> None:
        """Keeps the result of a plan when it is computed next. Warns if it is kept already."""
        key = canonical(plan)
        if key in self._entries:
            warnings.warn("Asked to cache already cached data.", stacklevel=3)
            return
        if level == StorageLevel.NONE:
            return
        self._entries[key] = CacheEntry(plan, self._execution(plan).stage_rdd(True, lazy=True).persist(level), level)

    def remove(self, plan: LogicalPlan, blocking: bool = False) -> None:
        """Forgets a kept result; nothing happens if there is none."""
        entry = self._entries.pop(canonical(plan), None)
        if entry is not None:
            entry.rdd.unpersist(blocking)

    def clear(self) -> None:
        """Forgets all kept results."""
        for entry in self._entries.values():
            entry.rdd.unpersist()
        self._entries.clear()

    def entry(self, plan: LogicalPlan) -> CacheEntry | None:
        """The kept result of a plan."""
        return self._entries.get(canonical(plan)) if self._entries else None

    def level(self, plan: LogicalPlan) -> StorageLevel:
        """How a plan's result is kept; StorageLevel.NONE if it is not."""
        entry = self.entry(plan)
        return StorageLevel.NONE if entry is None else entry.level

    def use(self, plan: LogicalPlan) -> LogicalPlan:
        """The plan with its largest parts that are kept read from where they are kept."""
        if not self._entries:
            return plan
        entry = self.entry(plan)
        if entry is not None:
            return CachedRelation(plan.output, plan, entry)
        return plan.map_children(self.use)

    def _execution(self, plan: LogicalPlan) -> QueryExecution:
        from pyrdd.sql.execution.query import QueryExecution  # here: queries ask the cache in their turn

        return QueryExecution(self._session, plan)

    def checkpointed(
        self, plan: LogicalPlan, eager: bool, local: bool, level: StorageLevel | None = None
    ) -> LogicalPlan:
        """A relation that reads the stored result of a plan, and does not know how it was computed."""
        execution = self._execution(plan)
        rdd = execution.arrow_rdd(lazy=True)
        if local:
            if level is not None:
                rdd.persist(level)
            rdd.localCheckpoint()
        else:
            rdd.checkpoint()
        if eager:
            rdd.count()
        return RddRelation(plan.output, rdd, execution.schema, arrow=True)
