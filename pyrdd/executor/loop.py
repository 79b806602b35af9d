"""SchedulerLoop: the shell around the scheduler's brain. It owns the queue, carries out actions, feeds results to jobs.

    calling thread                loop                                   backend
      submit ---JobSubmitted--->  brain.handle -> actions --launch---->  executors
      results <---- job.inbox --  TaskResult, CountAccumulators, ...     on_report -> TaskEnded

Two kinds: `background_loop.BackgroundLoop` runs in a thread of its own; `inline.CallerLoop` runs in whatever thread
waits for a job. Every job ends with a `JobEnded` in its inbox, whatever fails: a bug in the loop itself fails all jobs
rather than leave one waiting.
"""

from __future__ import annotations

import itertools
import os
import pickle
import queue
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from pyrdd.events.bus import EventBus
from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport
from pyrdd.executor.task_runner import StageOutput, unpack_result
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.lineage import ship_stage, splits_of, stage_rdds
from pyrdd.scheduler import messages as m
from pyrdd.serializers import closure
from pyrdd.serializers.records import BatchPickler
from pyrdd.storagelevel import StorageLevel
from pyrdd.util.frozen import frozen


class ExecutorBackend(Protocol):
    """Who runs tasks. All calls return at once; what happens comes back through the two callbacks of `start`.

    ``serve(lane)`` comes before the tasks of every stage and from any thread: executors may start as late as that.
    """

    def start(
        self, post: Callable[[m.SchedulerEvent], None], on_report: Callable[[str, TaskReport], None]
    ) -> None: ...

    def serve(self, lane: str) -> None: ...

    def send_stage(self, executor_id: str, stage: StageBinary) -> None: ...

    def launch(self, executor_id: str, task: TaskDescription) -> None: ...

    def kill(self, executor_id: str, task_id: int, reason: str, interrupt: bool) -> None: ...

    def broadcast(self, message: ControlMessage) -> None: ...

    def endpoint(self, executor_id: str) -> str | None: ...

    def stop(self) -> None: ...


class Brain(Protocol):
    """What the loop needs of the scheduler."""

    def handle(self, event: m.SchedulerEvent) -> Sequence[m.Action]: ...

    def cached_at(self, rdd_id: int, partition: int) -> Sequence[str]: ...


_BYTES_PER_STEP = 1024


@dataclass(slots=True)
class Job:
    """The calling thread's side of a running job."""

    job_id: int
    rdd: BaseRDD
    partitions: Sequence[int]
    action: Callable[[Iterator[Any]], Any]
    call_site: str
    inbox: queue.SimpleQueue[m.Action | dict[int, bytes]] = field(default_factory=queue.SimpleQueue)
    ended: m.JobEnded | None = None
    result_bytes: int = 0
    result_files: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Stage:
    binary: StageBinary
    rdd: BaseRDD
    persisted: Sequence[BaseRDD]
    replicated: bool
    sent_to: set[str] = field(default_factory=set)


@frozen
class LoopSettings:
    """The settings that the shell itself reads."""

    closure_serializer: str = "cloudpickle"
    closure_warn_bytes: int = 1 << 20
    max_result_bytes: int = 1 << 30


class SchedulerLoop:
    """What both loops share: events in, actions carried out. Subclasses decide in which thread."""

    def __init__(
        self,
        brain: Brain,
        backend: ExecutorBackend,
        bus: EventBus,
        clock: Callable[[], float],
        count_updates: Callable[[Mapping[int, Any]], None],
        failure: Callable[[Job, m.JobFailure], BaseException],
        settings: LoopSettings | None = None,
    ) -> None:
        self._brain, self._backend, self._bus, self._clock = brain, backend, bus, clock
        self._count_updates, self._failure = count_updates, failure
        self._settings = settings or LoopSettings()
        self._jobs: dict[int, Job] = {}
        self._stages: dict[tuple[int, int], _Stage] = {}
        self._task_jobs: dict[int, int] = {}
        self._updates: dict[int, dict[int, bytes]] = {}
        self._executors: dict[str, frozenset[str]] = {}
        self._new_profiler: Callable[[BaseRDD], Any] | None = None
        self._job_ids = itertools.count()
        self._wake_at: float | None = None
        self._stopped: str | None = None

    # --- for the calling thread ---------------------------------------------------------------------------------

    def results(
        self,
        rdd: BaseRDD,
        partitions: Sequence[int],
        action: Callable[[Iterator[Any]], Any],
        call_site: str,
        properties: Mapping[str, str],
        timeout: float | None = None,
    ) -> Iterator[tuple[int, Any]]:
        """Runs a job; yields ``(position in partitions, result)`` as results arrive, in any order.

        Raises what the job failed with. Closing the iterator early, a ``KeyboardInterrupt`` or an elapsed ``timeout``
        (seconds; the iterator then just ends) cancels what still runs.
        """
        job = Job(next(self._job_ids), rdd, partitions, action, call_site)
        deadline = None if timeout is None else self._clock() + timeout
        self._submit(job, properties)
        try:
            while True:
                message = self._next_message(job, deadline)
                if message is None:
                    return
                if isinstance(message, dict):
                    self._count_updates(message)
                elif isinstance(message, m.TaskResult):
                    yield message.output_index, self._unpack(job, message.result)
                elif isinstance(message, m.JobEnded):
                    if message.failure is not None:
                        raise self._failure(job, message.failure)
                    return
        finally:
            if job.ended is None:
                self._cancel_and_wait(job)
            for path in list(job.result_files):  # of results that nobody took
                Path(path).unlink(missing_ok=True)

    def post(self, event: m.SchedulerEvent) -> None:
        """Gives the brain an event, from any thread."""
        raise NotImplementedError

    def profile_with(self, new_profiler: Callable[[BaseRDD], Any]) -> None:
        """Every stage from now on runs under a profiler of its own (``profile(func)`` calls ``func``)."""
        self._new_profiler = new_profiler

    def now(self) -> float:
        """The loop's clock, for events made elsewhere."""
        return self._clock()

    def post_control(self, event: m.SchedulerEvent | None, message: ControlMessage) -> None:
        """Gives the brain an event, if any, and every executor the housekeeping that goes with it. From any thread,
        also a finalizer's."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ends every job and the backend."""
        raise NotImplementedError

    def _submit(self, job: Job, properties: Mapping[str, str]) -> None:
        raise NotImplementedError

    def _next_message(self, job: Job, deadline: float | None) -> m.Action | dict[int, bytes] | None:
        raise NotImplementedError

    def _cancel_and_wait(self, job: Job) -> None:
        raise NotImplementedError

    def _unpack(self, job: Job, report: TaskReport) -> Any:
        if report.kind is ReportKind.RESULT:
            return unpack_result(report.payload)
        path = Path(report.payload.decode())
        try:
            return unpack_result(path.read_bytes())
        finally:
            path.unlink(missing_ok=True)
            job.result_files.discard(str(path))

    # --- in the loop's thread -----------------------------------------------------------------------------------

    def _handle(self, event: m.SchedulerEvent) -> None:
        if isinstance(event, m.ExecutorAdded):
            self._executors[event.executor_id] = event.lanes
        elif isinstance(event, m.ExecutorLost):
            self._executors.pop(event.executor_id, frozenset())
        for action in self._brain.handle(event):
            perform = _PERFORM.get(type(action))
            if perform is not None:
                perform(self, action)

    def _handle_control(self, event: m.SchedulerEvent | None, message: ControlMessage) -> None:
        if event is not None:
            self._handle(event)
        self._backend.broadcast(message)

    def _handle_report(self, executor_id: str, report: TaskReport) -> None:
        now = self._clock()
        for rdd_id, partition, memory, disk in report.blocks:
            self._handle(m.BlockCached(now, executor_id, rdd_id, partition, memory, disk))
        if report.accumulators:
            self._updates[report.task_id] = report.accumulators
        job = self._jobs.get(self._task_jobs.get(report.task_id, -1))
        outcome = self._outcome(report, job)
        self._handle(m.TaskEnded(now, report.task_id, outcome, report.metrics))
        self._updates.pop(report.task_id, None)
        self._task_jobs.pop(report.task_id, None)

    def _outcome(self, report: TaskReport, job: Job | None) -> m.Outcome:
        if report.kind is ReportKind.MAP_OUTPUT:
            return m.Succeeded(status=pickle.loads(report.payload))
        if report.kind is ReportKind.RESULT_FILE:
            _keep_or_remove(report.payload.decode(), job)
        if report.kind in (ReportKind.RESULT, ReportKind.RESULT_FILE):
            return self._check_size(report, job) or m.Succeeded(result=report)
        if report.kind is ReportKind.FETCH_FAILED:
            shuffle_id, map_index, _, owner, _ = pickle.loads(report.payload)
            return m.LostBlock(shuffle_id, map_index, owner, report.message)
        if report.kind is ReportKind.KILLED:
            return m.Killed(report.payload.decode())
        return m.Failed(report.message, report.payload, report.fatal)

    def _check_size(self, report: TaskReport, job: Job | None) -> m.Failed | None:
        """Counts a result's bytes against ``spark.driver.maxResultSize`` (0: no limit)."""
        limit = self._settings.max_result_bytes
        if job is None or not limit:
            return None
        in_file = report.kind is ReportKind.RESULT_FILE
        job.result_bytes += os.path.getsize(report.payload.decode()) if in_file else len(report.payload)
        if job.result_bytes <= limit:
            return None
        return m.Failed(
            f"The results of this job are larger than spark.driver.maxResultSize ({job.result_bytes} of {limit} "
            "bytes). Aggregate or filter before collecting, take() fewer records, or write them with saveAsTextFile.",
            fatal=True,
        )

    def _submit_stage(self, action: m.SubmitStage) -> None:
        job = self._jobs[action.job_id]
        self._backend.serve(action.rdd.lane)
        try:
            binary = self._binary(action, job)
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            self._later(m.StageAborted(self._clock(), action.stage_id, action.stage_attempt, message, error))
            return
        persisted = [r for r in stage_rdds(action.rdd) if r.storage_level != StorageLevel.NONE]
        replicated = any(r.storage_level.replication > 1 for r in persisted)
        self._stages[action.stage_id, action.stage_attempt] = _Stage(binary, action.rdd, persisted, replicated)

    def _binary(self, action: m.SubmitStage, job: Job) -> StageBinary:
        output = StageOutput(
            action.shuffle,
            None if action.shuffle else job.action,
            self._new_profiler(action.rdd) if self._new_profiler else None,
        )
        shipped = ship_stage(action.rdd, output, partial(self._dumps, action.rdd.call_site))
        data = pickle.dumps(shipped, pickle.HIGHEST_PROTOCOL)
        statuses = pickle.dumps(dict(action.statuses), 5) if action.statuses else b""
        return StageBinary(action.stage_id, action.stage_attempt, data, statuses)

    def _dumps(self, call_site: str, part: Sequence[object]) -> bytes:
        data, limit = closure.dumps(part, self._settings.closure_serializer), self._settings.closure_warn_bytes
        # a long chain of small functions is large too, and no broadcast would help
        if limit and len(data) > limit + _BYTES_PER_STEP * len(part):
            closure.warn_if_large(data, limit, call_site, part)
        return data

    def _launch(self, action: m.LaunchTask) -> None:
        stage = self._stages.get((action.stage_id, action.stage_attempt))
        if stage is None:  # the stage could not be serialised: its abort is on its way, and nobody else frees the slot
            self._later(m.TaskEnded(self._clock(), action.task_id, m.Killed("its stage cannot run")))
            return
        try:
            splits = splits_of(stage.rdd, action.partition)
            data = pickled_splits(splits) if splits else b""
        except Exception as error:
            failed = m.Failed(f"{type(error).__name__}: {error}", error, fatal=True)
            self._later(m.TaskEnded(self._clock(), action.task_id, failed))
            return
        self._task_jobs[action.task_id] = action.job_id
        task = TaskDescription(
            action.task_id,
            action.stage_id,
            action.stage_attempt,
            action.partition,
            action.attempt,
            action.job_id,
            data,
            dict(action.properties),
            self._holders(stage, action) if stage.persisted else {},
            self._peers(action.executor_id) if stage.replicated else (),
            action.barrier_tasks,
        )
        if action.executor_id not in stage.sent_to:
            stage.sent_to.add(action.executor_id)
            self._backend.send_stage(action.executor_id, stage.binary)
        self._backend.launch(action.executor_id, task)

    def _holders(self, stage: _Stage, action: m.LaunchTask) -> dict[str, str]:
        """The block servers of other executors that hold a persisted partition which this task may need."""
        found = {}
        for rdd in stage.persisted:
            holders = self._brain.cached_at(rdd.rdd_id, action.partition)
            if action.executor_id in holders:
                continue
            endpoints = filter(None, map(self._backend.endpoint, holders))
            if endpoint := next(endpoints, None):
                found[f"rdd_{rdd.rdd_id}_{action.partition}"] = endpoint
        return found

    def _peers(self, executor_id: str) -> list[str]:
        """The block servers of the other executors of its lanes, for copies of replicated levels."""
        lanes = self._executors.get(executor_id, frozenset())
        others = (each for each, served in self._executors.items() if each != executor_id and served & lanes)
        return [endpoint for endpoint in map(self._backend.endpoint, others) if endpoint]

    def _kill(self, action: m.KillTask) -> None:
        self._backend.kill(action.executor_id, action.task_id, action.reason, action.interrupt)

    def _stage_finished(self, action: m.StageFinished) -> None:
        if self._stages.pop((action.stage_id, action.stage_attempt), None) is not None:
            self._backend.broadcast(ControlMessage("drop_stage", action.stage_id, action.stage_attempt))

    def _task_result(self, action: m.TaskResult) -> None:
        if job := self._jobs.get(action.job_id):
            job.inbox.put(action)

    def _count(self, action: m.CountAccumulators) -> None:
        updates = self._updates.pop(action.task_id, None)
        job = self._jobs.get(self._task_jobs.get(action.task_id, -1))
        if updates and job:
            job.inbox.put(updates)

    def _job_ended(self, action: m.JobEnded) -> None:
        if job := self._jobs.pop(action.job_id, None):
            job.ended = action
            job.inbox.put(action)

    def _emit(self, action: m.Emit) -> None:
        self._bus.post(action.event)

    def _wake(self, action: m.WakeAt) -> None:
        if self._wake_at is None or action.time < self._wake_at:
            self._wake_at = action.time

    def _later(self, event: m.SchedulerEvent) -> None:
        """Queues an event that carrying out an action gave rise to."""
        raise NotImplementedError

    def _fail_everything(self, why: str) -> None:
        """No job may wait for a loop that is gone."""
        self._stopped = why
        for job_id in list(self._jobs):
            self._job_ended(m.JobEnded(job_id, m.JobFailure("cancelled", why)))


def pickled_splits(splits: Mapping[tuple[int, int], Any]) -> bytes:
    """The sources' splits, plainly where that will do: this is paid for every task."""
    return BatchPickler()([splits])


def _keep_or_remove(path: str, job: Job | None) -> None:
    """A result's file belongs to its job until somebody takes the result; one that comes too late is nobody's."""
    if job is None or job.ended is not None:
        Path(path).unlink(missing_ok=True)
    else:
        job.result_files.add(path)


_PERFORM: dict[type, Callable[[Any, Any], None]] = {
    m.SubmitStage: SchedulerLoop._submit_stage,
    m.LaunchTask: SchedulerLoop._launch,
    m.KillTask: SchedulerLoop._kill,
    m.StageFinished: SchedulerLoop._stage_finished,
    m.TaskResult: SchedulerLoop._task_result,
    m.CountAccumulators: SchedulerLoop._count,
    m.JobEnded: SchedulerLoop._job_ended,
    m.Emit: SchedulerLoop._emit,
    m.WakeAt: SchedulerLoop._wake,
}
