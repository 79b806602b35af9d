"""Pools: in which order task sets are offered free slots (Spark's FIFO and FAIR scheduling).

FIFO                          FAIR
  job 1, stage 0                pool "etl"    needy or starved most --> its task sets, FIFO or FAIR inside
  job 1, stage 2                pool "adhoc"
  job 4, stage 9                pool "default"
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Mapping
from operator import attrgetter

from pyrdd.scheduler.policy import PoolPolicy, SchedulerPolicy
from pyrdd.scheduler.task_set import TaskSet

_fifo_order = attrgetter("priority")


class Pool:
    """Task sets that share a weight and a minimum share. Only sets with tasks to launch are in ``queued``."""

    __slots__ = ("policy", "queued", "running")

    def __init__(self, policy: PoolPolicy) -> None:
        self.policy = policy
        self.queued: list[TaskSet] = []
        self.running = 0

    def fairness(self) -> tuple[int, float, str]:
        """Sorts pools: first those under their minimum share, then by running tasks for each unit of
        weight."""
        running, policy = self.running, self.policy
        if running < policy.min_share:
            return (0, running / max(policy.min_share, 1), policy.name)
        return (1, running / max(policy.weight, 1), policy.name)

    def first(self, passed: Collection[TaskSet]) -> TaskSet | None:
        """The task set that is served next, without those that were ``passed`` over."""
        if self.policy.mode == "FIFO":
            return next((t for t in self.queued if t not in passed), None)
        waiting = [t for t in self.queued if t not in passed]
        return min(waiting, key=lambda t: (t.running, t.priority), default=None)


class Pools:
    """All pools. In FIFO mode there is only one, and a job's ``spark.scheduler.pool`` has no effect."""

    def __init__(self, policy: SchedulerPolicy) -> None:
        self._fair = policy.mode.upper() == "FAIR"
        self._declared: Mapping[str, PoolPolicy] = policy.pools
        self._pools: dict[str, Pool] = {}

    def pool_of(self, properties: Mapping[str, str]) -> Pool:
        """The pool that a job's properties name; an undeclared one is FIFO with weight 1 and no
        minimum share."""
        name = properties.get("spark.scheduler.pool", "default") if self._fair else "default"
        if name not in self._pools:
            declared = self._declared.get(name) if self._fair else None
            self._pools[name] = Pool(declared or PoolPolicy(name))
        return self._pools[name]

    def enqueue(self, task_set: TaskSet) -> None:
        """A task set has tasks to launch."""
        if not task_set.is_queued:
            task_set.is_queued = True
            insort(task_set.pool.queued, task_set, key=_fifo_order)

    def dequeue(self, task_set: TaskSet) -> None:
        """A task set has no task to launch, now or for good."""
        if task_set.is_queued:
            task_set.is_queued = False
            task_set.pool.queued.remove(task_set)

    def next(self, passed: Collection[TaskSet] = ()) -> TaskSet | None:
        """The task set to offer a slot to."""
        pools = [pool for pool in self._pools.values() if pool.queued]
        if len(pools) > 1:
            pools.sort(key=Pool.fairness)
        for pool in pools:
            task_set = pool.first(passed)
            if task_set is not None:
                return task_set
        return None

    def queued(self) -> list[TaskSet]:
        """Every task set that has tasks to launch."""
        return [task_set for pool in self._pools.values() for task_set in pool.queued]
