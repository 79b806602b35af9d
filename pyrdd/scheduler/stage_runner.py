"""StageRunner: when a stage runs. A stage waits for the map outputs it reads, then gets attempts until
it is complete.

submit(stage) --parents' outputs missing--> waiting --last parent complete--> attempt: SubmitStage, a TaskSet
     ^                                                                          |
     +------- an output was lost: close the attempt, compute what is missing ---+
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from pyrdd.events import model
from pyrdd.scheduler.cached_blocks import CachedBlocks
from pyrdd.scheduler.lineage import cut_stage
from pyrdd.scheduler.locality import PreferredPlaces
from pyrdd.scheduler.map_outputs import MapOutputTracker
from pyrdd.scheduler.messages import SubmitStage
from pyrdd.scheduler.outbox import Outbox
from pyrdd.scheduler.pending import PendingTasks
from pyrdd.scheduler.policy import SchedulerPolicy
from pyrdd.scheduler.stage import Stage, StageGraph
from pyrdd.scheduler.task_scheduler import TaskScheduler
from pyrdd.scheduler.task_set import TaskSet


class StageRunner:
    """Runs stages in the order of their dependencies, again where outputs were lost."""

    def __init__(
        self,
        policy: SchedulerPolicy,
        out: Outbox,
        tasks: TaskScheduler,
        graph: StageGraph,
        tracker: MapOutputTracker,
        cached: CachedBlocks,
    ) -> None:
        self._policy, self._out, self._tasks, self._graph = policy, out, tasks, graph
        self._tracker, self._cached = tracker, cached
        self.waiting: dict[Stage, set[Stage]] = {}
        self._waiters: dict[Stage, dict[Stage, None]] = {}

    # --- in the order of dependencies

    def submit(self, stage: Stage) -> None:
        """Starts a stage, or first the stages whose outputs it lacks. Nothing happens when it runs
        already."""
        stack = [stage]
        while stack:
            stage = stack.pop()
            if stage.task_set is not None or self._is_complete(stage):
                continue
            missing = self.missing_parents(stage)
            self._wait_for(stage, missing)
            if missing:
                stack.extend(parent for parent in reversed(missing) if parent not in self.waiting)
            else:
                self._start(stage)

    def _is_complete(self, stage: Stage) -> bool:
        return stage.shuffle_id is not None and self._tracker.is_complete(stage.shuffle_id)

    def missing_parents(self, stage: Stage) -> list[Stage]:
        """The map stages that must run before a stage: not those behind an RDD whose partitions are
        all cached."""
        parents: Sequence[Stage] = stage.parents
        if self._cached and any(self._cached.holds_all(rdd) for rdd in stage.rdds):
            needed = {d.shuffle_id for d in cut_stage(stage.rdd, self._cached.holds_all).shuffles}
            needed |= stage.unfetched
            parents = [parent for parent in parents if parent.shuffle_id in needed]
        return [parent for parent in parents if not self._is_complete(parent)]

    def _wait_for(self, stage: Stage, missing: list[Stage]) -> None:
        for parent in self.waiting.pop(stage, ()):
            self._waiters.get(parent, {}).pop(stage, None)
        if missing:
            self.waiting[stage] = set(missing)
            for parent in missing:
                self._waiters.setdefault(parent, {})[stage] = None

    def _wake_waiters(self, parent: Stage) -> None:
        for child in self._waiters.pop(parent, {}):
            self.waiting[child].discard(parent)
            if not self.waiting[child]:
                self.submit(child)

    # --- attempts

    def _start(self, stage: Stage) -> None:
        indices = self._indices_to_do(stage)
        stage.attempt += 1
        statuses = MappingProxyType(
            {
                parent.shuffle_id: self._tracker.statuses(parent.shuffle_id)
                for parent in stage.parents
                if parent.shuffle_id is not None
            }
        )
        job = stage.job
        self._out.act(
            SubmitStage(stage.stage_id, stage.attempt, job.job_id, stage.rdd, stage.shuffle, statuses)
        )
        self._out.emit(
            model.StageSubmitted(
                self._out.time, stage.stage_id, stage.attempt, len(indices), tuple(sorted(stage.jobs))
            )
        )
        pending = PendingTasks(stage.num_tasks, self._places(stage, indices), self._tasks.executors)
        pool = self._tasks.pools.pool_of(job.properties)
        stage.task_set = TaskSet(stage, indices, statuses, pending, pool, self._out.now, self._policy)
        self._tasks.submit(stage.task_set)

    def _indices_to_do(self, stage: Stage) -> list[int]:
        if stage.shuffle_id is not None:
            return self._tracker.missing(stage.shuffle_id)
        assert stage.result_of is not None
        return [index for index, finished in enumerate(stage.result_of.finished) if not finished]

    def _places(self, stage: Stage, indices: list[int]) -> dict[int, Sequence[str]]:
        where = PreferredPlaces(stage.rdd, self._cached).of
        found = ((index, where(stage.partition(index))) for index in indices)
        return {index: places for index, places in found if places}

    def close(self, stage: Stage, error: str | None = None) -> None:
        """The current attempt of a stage, if any, launches no more tasks."""
        task_set = stage.task_set
        if task_set is not None:
            stage.task_set = None
            self._out.emit(model.StageCompleted(self._out.time, stage.stage_id, task_set.attempt, error))
            self._tasks.close(task_set)

    def complete(self, stage: Stage) -> None:
        """A stage has all its results or map outputs: the stages that waited for it may start."""
        if stage.task_set is not None:
            self._tasks.absorb_failures(stage.task_set)
        stage.failed_attempts = 0
        stage.unfetched.clear()
        stage.failed_fetches_from.clear()
        self.close(stage)
        self._wait_for(stage, [])
        self._wake_waiters(stage)

    def retire(self, stage: Stage, reason: str, interrupt: bool) -> None:
        """No job needs a stage any more: stops what it runs and forgets it."""
        self._wait_for(stage, [])
        self._waiters.pop(stage, None)
        self.close(stage, reason)
        self._tasks.kill([a for copies in stage.running.values() for a in copies], reason, interrupt)
        self._graph.remove(stage)

    # --- recovery

    def reopen_lost(self, lost: dict[int, list[int]]) -> None:
        """Map tasks whose outputs are gone are to be done again by the attempts that still run."""
        for shuffle_id, maps in lost.items():
            stage = self._graph.by_shuffle.get(shuffle_id)
            if stage is not None and stage.task_set is not None:
                for index in maps:
                    stage.task_set.reopen(index)
                self._tasks.enqueue(stage.task_set)

    def recover(self, reason: str) -> None:
        """Outputs or cached partitions are gone: stages that run or wait without their inputs get them
        computed again.

        The attempts that such stages run end, but not their tasks: those may have read what they need
        already.
        """
        for task_set in list(self._tasks.live):
            stage = task_set.stage
            if self.missing_parents(stage):
                self.close(stage, reason)
                if stage.is_barrier:
                    self._tasks.kill(task_set.attempts_running(), reason)
                self.submit(stage)
        for stage in list(self.waiting):
            self.submit(stage)
