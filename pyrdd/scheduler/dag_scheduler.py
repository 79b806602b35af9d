"""DAGScheduler: jobs in, decisions out (Zaharia et al., NSDI 2012, section 5.1).

    handle(event)
      JobSubmitted ---> StageGraph (cut into stages) --> StageRunner (which stage, when) -+
      TaskEnded ------> Completions (success, retry, fetch failure) --> StageRunner ------+--> TaskScheduler --> actions
      ExecutorLost ---> outputs and cached blocks forgotten --> StageRunner.recover ------+    (which task, where)

No thread, clock, socket, file or randomness: the same events give the same actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from pyrdd.events import model
from pyrdd.scheduler import barrier, messages
from pyrdd.scheduler.announce import stage_info
from pyrdd.scheduler.cached_blocks import CachedBlocks
from pyrdd.scheduler.completion import Completions
from pyrdd.scheduler.invariants import check_invariants
from pyrdd.scheduler.jobs import Job
from pyrdd.scheduler.map_outputs import MapOutputTracker
from pyrdd.scheduler.messages import Action, JobEnded, JobFailure, SchedulerEvent
from pyrdd.scheduler.outbox import Outbox, milliseconds
from pyrdd.scheduler.policy import SchedulerPolicy
from pyrdd.scheduler.stage import Stage, StageGraph
from pyrdd.scheduler.stage_runner import StageRunner
from pyrdd.scheduler.task_scheduler import TaskScheduler
from pyrdd.shuffle.status import MapStatus


class DAGScheduler:
    """The brain of the engine: `handle` takes one event and returns the actions that follow from it,
    in order.

    ``wall(now)`` turns the shell's seconds into milliseconds since the epoch for the listeners' events.
    ``stage_ids`` and ``task_ids`` give fresh numbers. ``validate`` checks the scheduler's invariants after
    every event (slow).
    """

    def __init__(
        self,
        policy: SchedulerPolicy | None = None,
        wall: Callable[[float], int] = milliseconds,
        stage_ids: Iterator[int] | None = None,
        task_ids: Iterator[int] | None = None,
        validate: bool = False,
    ) -> None:
        policy = policy or SchedulerPolicy()
        self._out = Outbox(wall)
        self.tracker, self.cached = MapOutputTracker(), CachedBlocks()
        self.graph = StageGraph(stage_ids or count(), self.tracker)
        self.tasks = TaskScheduler(policy, self._out, task_ids or count())
        self.stages = StageRunner(policy, self._out, self.tasks, self.graph, self.tracker, self.cached)
        self._completions = Completions(
            policy, self._out, self.tasks, self.graph, self.tracker, self.stages, self._abort, self._succeed
        )
        self.jobs: dict[int, Job] = {}
        self._validate = validate
        self._handlers: dict[type[SchedulerEvent], Callable[[Any], bool]] = {
            messages.TaskEnded: self._completions.ended,
            messages.JobSubmitted: self._job_submitted,
            messages.JobCancelled: self._job_cancelled,
            messages.ExecutorAdded: self._executor_added,
            messages.ExecutorLost: self._executor_lost,
            messages.LaneBroken: self._lane_broken,
            messages.BlockCached: self._block_cached,
            messages.Unpersisted: self._unpersisted,
            messages.ShuffleDropped: self._shuffle_dropped,
            messages.StageAborted: self._stage_aborted,
            messages.Tick: self._tick,
        }

    def handle(self, event: SchedulerEvent) -> list[Action]:
        """What follows from an event. The events' ``now`` must not decrease."""
        out = self._out
        out.begin(event.now)
        look_closely = self._handlers[type(event)](event)
        self.tasks.offer()
        if look_closely:
            self._abort_the_stuck()
        if self._validate:
            check_invariants(self)
        return out.actions

    # --- what the shell may ask

    def statuses(self, shuffle_id: int) -> tuple[MapStatus, ...]:
        """The map outputs of a shuffle that exist, by map index."""
        return self.tracker.statuses(shuffle_id)

    def shuffle_sizes(self, shuffle_id: int) -> list[int]:
        """Bytes for each reduce partition of a shuffle, over the map outputs that exist."""
        return self.tracker.shuffle_sizes(shuffle_id)

    def is_shuffle_complete(self, shuffle_id: int) -> bool:
        """Whether all map outputs of a shuffle exist."""
        return self.tracker.is_complete(shuffle_id)

    def cached_at(self, rdd_id: int, partition: int) -> tuple[str, ...]:
        """The executors that hold a partition of a persisted RDD."""
        return self.cached.at(rdd_id, partition)

    # --- jobs (a handler returns whether task sets may be stuck now)

    def _job_submitted(self, event: messages.JobSubmitted) -> bool:
        job = self.jobs[event.job_id] = Job(event)
        final = self.graph.add_job(job) if job.remaining else None
        infos = tuple(map(stage_info, job.stages))
        self._out.emit(model.JobStart(self._out.time, job.job_id, job.name, infos, job.properties))
        if final is None:
            self._end(job)
            return False
        why = next(filter(None, map(barrier.unsupported_shape, job.stages)), None)
        if why is not None:
            self._end(job, JobFailure("barrier", why, stage_id=final.stage_id))
        else:
            self.stages.submit(final)
        return True

    def _job_cancelled(self, event: messages.JobCancelled) -> bool:
        for job in [job for job in self.jobs.values() if job.is_meant_by(event)]:
            self._end(job, JobFailure("cancelled", f"job {job.job_id} {event.reason}"))
        return False

    def _succeed(self, final: Stage) -> None:
        assert final.result_of is not None
        self._end(final.result_of)

    def _abort(self, stage: Stage, failure: JobFailure) -> None:
        for job in list(stage.jobs.values()):
            self._end(job, failure)

    def _end(self, job: Job, failure: JobFailure | None = None) -> None:
        del self.jobs[job.job_id]
        reason = failure.message if failure else "the job finished"
        for stage in job.stages:
            del stage.jobs[job.job_id]
            if not stage.jobs:
                self.stages.retire(stage, reason, job.interrupt)
        cancelled = failure is not None and failure.kind == "cancelled"
        self._out.emit(
            model.JobEnd(self._out.time, job.job_id, failure.message if failure else None, cancelled)
        )
        self._out.act(JobEnded(job.job_id, failure))

    def _stage_aborted(self, event: messages.StageAborted) -> bool:
        stage = self.graph.by_id.get(event.stage_id)
        if stage is not None and stage.attempt == event.stage_attempt:
            self._abort(stage, JobFailure("stage", event.message, event.error, stage.stage_id))
        return False

    def _abort_the_stuck(self) -> None:
        while stuck := self.tasks.unschedulable():
            self._abort(stuck[0].task_set.stage, stuck[0].failure)
            self.tasks.offer()

    # --- executors and blocks

    def _executor_added(self, event: messages.ExecutorAdded) -> bool:
        if event.executor_id in self.tasks.executors.alive:
            self._lose(event.executor_id, "replaced by another of its name", storage_lost=False)
        self.tasks.add_executor(event)
        self._out.emit(
            model.ExecutorAdded(self._out.time, event.executor_id, event.host, event.slots, event.pid)
        )
        return True

    def _executor_lost(self, event: messages.ExecutorLost) -> bool:
        self._lose(event.executor_id, event.reason, event.storage_lost)
        return True

    def _lane_broken(self, event: messages.LaneBroken) -> bool:
        if self.tasks.executors.serving(event.lane):
            return False
        for task_set in [task_set for task_set in self.tasks.live if task_set.lane == event.lane]:
            stage = task_set.stage
            why = f"stage {stage.stage_id} ({stage.rdd.call_site}) cannot run: {event.reason}"
            self._abort(stage, JobFailure("no_executors", why, stage_id=stage.stage_id))
        return False

    def _lose(self, executor_id: str, reason: str, storage_lost: bool) -> None:
        attempts = self.tasks.remove_executor(executor_id)
        if attempts is None:
            return
        self._out.emit(model.ExecutorRemoved(self._out.time, executor_id, reason))
        self.cached.lose_executor(executor_id)
        if storage_lost:
            self.stages.reopen_lost(self.tracker.lose_executor(executor_id))
        for attempt in attempts:
            self._completions.executor_lost(attempt, reason)
        self.stages.recover(f"executor {executor_id} was lost: {reason}")

    def _block_cached(self, event: messages.BlockCached) -> bool:
        present = bool(event.memory_size or event.disk_size)
        if event.executor_id in self.tasks.executors.alive or not present:
            self.cached.update(event.executor_id, event.rdd_id, event.partition, present)
            self._out.emit(
                model.BlockUpdated(
                    self._out.time,
                    event.executor_id,
                    event.rdd_id,
                    event.partition,
                    event.memory_size,
                    event.disk_size,
                )
            )
        return False

    def _unpersisted(self, event: messages.Unpersisted) -> bool:
        self.cached.forget(event.rdd_id)
        self._out.emit(model.RDDUnpersisted(self._out.time, event.rdd_id))
        return False

    def _shuffle_dropped(self, event: messages.ShuffleDropped) -> bool:
        stage = self.graph.by_shuffle.get(event.shuffle_id)
        if stage is None:
            self.tracker.forget(event.shuffle_id)
            return False
        dropped = [status.map_index for status in self.tracker.statuses(event.shuffle_id)]
        self.tracker.drop(event.shuffle_id)
        self.stages.reopen_lost({event.shuffle_id: dropped})
        self.stages.recover(f"shuffle {event.shuffle_id} was dropped")
        return True

    def _tick(self, event: messages.Tick) -> bool:
        self.tasks.tick()
        return True
