"""AppState: the application as its events tell it; what progress bars, status and UI read.

    events, live or replayed --> AppState.apply --> jobs, stages, tasks, executors, cached

The state is a fold: the same events give an equal state. It keeps the newest jobs, stages and tasks up to
`Retention`'s limits (and whatever is still active), so that an application may run for weeks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from pyrdd.events import model
from pyrdd.events.views import (
    CachedRDDView,
    ExecutorView,
    JobStatus,
    JobView,
    StageAttemptView,
    StageStatus,
    StageView,
    TaskView,
)
from pyrdd.util.frozen import frozen

K = TypeVar("K")
V = TypeVar("V")


@frozen
class Retention:
    """How many ended things are kept: ``spark.ui.retainedJobs``, ``retainedStages``, ``retainedTasks``,
    ``retainedDeadExecutors``. Unlike Spark's 100,000 tasks per stage, the tasks of all stages together are
    limited."""

    jobs: int = 1000
    stages: int = 1000
    tasks: int = 10_000
    dead_executors: int = 100


@dataclass(slots=True)
class AppState:
    """What is known of one application. `apply` is a listener of the bus; hold ``lock`` while reading from
    another thread.

    >>> state = fold([model.JobStart(0, 1, "count at app.py:3", (), {}), model.JobEnd(9, 1)])
    >>> state.jobs[1].status
    <JobStatus.SUCCEEDED: 'SUCCEEDED'>
    """

    retention: Retention = field(default_factory=Retention)
    application: model.ApplicationStart | None = None
    ended: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    jobs: dict[int, JobView] = field(default_factory=dict)
    stages: dict[int, StageView] = field(default_factory=dict)
    tasks: dict[int, TaskView] = field(default_factory=dict)
    executors: dict[str, ExecutorView] = field(default_factory=dict)
    cached: dict[int, CachedRDDView] = field(default_factory=dict)
    active_jobs: dict[int, JobView] = field(default_factory=dict)
    active_stages: dict[int, StageView] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock, compare=False, repr=False)

    def apply(self, event: model.Event) -> None:
        """Takes one event into account; events of unknown jobs, stages and tasks change nothing."""
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            with self.lock:
                handler(self, event)

    def tasks_of(self, stage_id: int, attempt: int) -> list[TaskView]:
        """The attempt's tasks as far as they are retained, by start."""
        with self.lock:
            return [t for t in self.tasks.values() if t.stage_id == stage_id and t.stage_attempt == attempt]


def fold(events: Iterable[model.Event], retention: Retention | None = None) -> AppState:
    """The state that the events lead to."""
    state = AppState(retention or Retention())
    for event in events:
        state.apply(event)
    return state


def _application_start(state: AppState, event: model.ApplicationStart) -> None:
    state.application = event


def _application_end(state: AppState, event: model.ApplicationEnd) -> None:
    state.ended = event.time


def _environment_update(state: AppState, event: model.EnvironmentUpdate) -> None:
    state.settings = dict(event.settings)


# --- jobs and stages ------------------------------------------------------------------------------


def _job_start(state: AppState, event: model.JobStart) -> None:
    job = JobView(
        event.job_id,
        event.name,
        event.time,
        tuple(sorted(info.stage_id for info in event.stages)),
        sum(info.num_tasks for info in event.stages),
        dict(event.properties),
    )
    state.jobs[job.job_id] = state.active_jobs[job.job_id] = job
    for info in event.stages:
        _announce_stage(state, job, info)


def _announce_stage(state: AppState, job: JobView, info: model.StageInfo) -> None:
    stage = state.stages.get(info.stage_id)
    if stage is None:
        state.stages[info.stage_id] = StageView(info, (job.job_id,))
        return
    stage.info, stage.job_ids = info, (*(j for j in stage.job_ids if j in state.active_jobs), job.job_id)
    if stage.status is StageStatus.ACTIVE:
        # Another job runs it already: this one waits for it, so it counts as run for both.
        job.ran.add(info.stage_id)
        attempt = stage.attempts[-1]
        attempt.job_ids = (*attempt.job_ids, job.job_id)
        job.tasks.active += attempt.tasks.active
    elif stage.status is StageStatus.SKIPPED:
        stage.status = StageStatus.PENDING


def _job_end(state: AppState, event: model.JobEnd) -> None:
    job = state.active_jobs.pop(event.job_id, None)
    if job is None:
        return
    job.ended, job.error, job.cancelled = event.time, event.error, event.cancelled
    job.status = JobStatus.SUCCEEDED if event.error is None and not event.cancelled else JobStatus.FAILED
    for stage_id in job.stage_ids:
        stage = state.stages.get(stage_id)
        if stage is not None and stage_id not in job.ran:
            _end_of_unused_stage(state, job, stage)
    _trim_jobs(state)


def _end_of_unused_stage(state: AppState, job: JobView, stage: StageView) -> None:
    if job.status is JobStatus.SUCCEEDED:
        job.skipped_tasks += stage.info.num_tasks
    waited_for = any(job_id in state.active_jobs for job_id in stage.job_ids)
    if stage.status is StageStatus.PENDING and not waited_for:
        stage.status = StageStatus.SKIPPED


def _stage_submitted(state: AppState, event: model.StageSubmitted) -> None:
    stage = state.stages.get(event.stage_id)
    if stage is None:
        return
    attempt = StageAttemptView(event.attempt, event.num_tasks, event.time, tuple(event.job_ids))
    stage.attempts.append(attempt)
    stage.status = StageStatus.ACTIVE
    state.active_stages[event.stage_id] = stage
    for job_id in event.job_ids:
        job = state.active_jobs.get(job_id)
        if job is not None:
            job.ran.add(event.stage_id)


def _stage_completed(state: AppState, event: model.StageCompleted) -> None:
    stage = state.stages.get(event.stage_id)
    attempt = _attempt(stage, event.attempt)
    if stage is None or attempt is None:
        return
    attempt.completed, attempt.error = event.time, event.error
    if attempt is stage.attempts[-1]:
        stage.status = StageStatus.COMPLETE if event.error is None else StageStatus.FAILED
        state.active_stages.pop(event.stage_id, None)


def _attempt(stage: StageView | None, attempt: int) -> StageAttemptView | None:
    if stage is None or not stage.attempts:
        return None
    last = stage.attempts[-1]
    if last.attempt == attempt:
        return last
    return next((each for each in stage.attempts if each.attempt == attempt), None)


def _trim_jobs(state: AppState) -> None:
    _trim(state.jobs, state.retention.jobs, lambda job: job.ended is not None)
    _trim(state.stages, state.retention.stages, lambda stage: _is_over(state, stage))


def _is_over(state: AppState, stage: StageView) -> bool:
    return stage.status is not StageStatus.ACTIVE and not any(j in state.active_jobs for j in stage.job_ids)


# --- tasks ----------------------------------------------------------------------------------------


def _task_start(state: AppState, event: model.TaskStart) -> None:
    state.tasks[event.task_id] = TaskView(
        event.task_id,
        event.stage_id,
        event.stage_attempt,
        event.partition,
        event.attempt,
        event.executor_id,
        event.locality,
        event.speculative,
        event.time,
    )
    executor = state.executors.get(event.executor_id)
    if executor is not None:
        executor.tasks.active += 1
    attempt = _attempt(state.stages.get(event.stage_id), event.stage_attempt)
    if attempt is not None:
        attempt.tasks.active += 1
        for job_id in attempt.job_ids:
            if job_id in state.jobs:
                state.jobs[job_id].tasks.active += 1


def _task_end(state: AppState, event: model.TaskEnd) -> None:
    task = state.tasks.get(event.task_id)
    if task is None or task.ended is not None:
        return
    metrics = tuple(event.metrics)
    task.ended, task.status, task.error, task.metrics = event.time, event.status, event.error, metrics
    executor = state.executors.get(event.executor_id)
    if executor is not None:
        executor.tasks.ended(event.status)
        executor.totals.add(metrics)
    attempt = _attempt(state.stages.get(event.stage_id), event.stage_attempt)
    if attempt is not None:
        attempt.tasks.ended(event.status)
        attempt.totals.add(metrics)
        for job_id in attempt.job_ids:
            if job_id in state.jobs:
                state.jobs[job_id].tasks.ended(event.status)
    if len(state.tasks) > state.retention.tasks:
        _trim(state.tasks, state.retention.tasks, lambda each: each.ended is not None)


# --- executors and what they hold -----------------------------------------------------------------


def _executor_added(state: AppState, event: model.ExecutorAdded) -> None:
    state.executors[event.executor_id] = ExecutorView(
        event.executor_id, event.host, event.slots, event.pid, event.time
    )


def _executor_removed(state: AppState, event: model.ExecutorRemoved) -> None:
    executor = state.executors.get(event.executor_id)
    if executor is None or executor.removed is not None:
        return
    executor.removed, executor.reason = event.time, event.reason
    executor.memory_used = executor.disk_used = 0
    for cached in list(state.cached.values()):
        _forget_blocks(state, cached, event.executor_id)
    dead = sum(each.removed is not None for each in state.executors.values())
    alive = len(state.executors) - dead
    _trim(state.executors, alive + state.retention.dead_executors, lambda each: each.removed is not None)


def _forget_blocks(state: AppState, cached: CachedRDDView, executor_id: str) -> None:
    cached.blocks = {key: sizes for key, sizes in cached.blocks.items() if key[1] != executor_id}
    if not cached.blocks:
        del state.cached[cached.rdd_id]


def _executor_excluded(state: AppState, event: model.ExecutorExcluded) -> None:
    executor = state.executors.get(event.executor_id)
    if executor is not None:
        executor.exclusions += 1


def _block_updated(state: AppState, event: model.BlockUpdated) -> None:
    executor = state.executors.get(event.executor_id)
    if executor is not None and executor.removed is not None:
        return
    cached = state.cached.get(event.rdd_id) or CachedRDDView(event.rdd_id)
    key, sizes = (event.partition, event.executor_id), (event.memory_size, event.disk_size)
    old = cached.blocks.pop(key, (0, 0))
    _account(executor, sizes[0] - old[0], sizes[1] - old[1])
    if any(sizes):
        cached.blocks[key] = sizes
    if cached.blocks:
        state.cached[event.rdd_id] = cached
    else:
        state.cached.pop(event.rdd_id, None)


def _rdd_unpersisted(state: AppState, event: model.RDDUnpersisted) -> None:
    cached = state.cached.pop(event.rdd_id, None)
    for (_, executor_id), (memory, disk) in cached.blocks.items() if cached is not None else ():
        _account(state.executors.get(executor_id), -memory, -disk)


def _account(executor: ExecutorView | None, memory: int, disk: int) -> None:
    if executor is not None:
        executor.memory_used += memory
        executor.disk_used += disk


def _trim(items: dict[K, V], limit: int, removable: Callable[[V], bool]) -> None:
    """Drops the oldest removable items when there are more than ``limit``: a tenth at a time, so that it is
    rarely done."""
    if len(items) <= limit:
        return
    excess = max(len(items) - limit, limit // 10)
    for key in list(islice((key for key, item in items.items() if removable(item)), excess)):
        del items[key]


_HANDLERS: dict[type[model.Event], Callable[[AppState, Any], None]] = {
    model.ApplicationStart: _application_start,
    model.ApplicationEnd: _application_end,
    model.EnvironmentUpdate: _environment_update,
    model.JobStart: _job_start,
    model.JobEnd: _job_end,
    model.StageSubmitted: _stage_submitted,
    model.StageCompleted: _stage_completed,
    model.TaskStart: _task_start,
    model.TaskEnd: _task_end,
    model.ExecutorAdded: _executor_added,
    model.ExecutorRemoved: _executor_removed,
    model.ExecutorExcluded: _executor_excluded,
    model.BlockUpdated: _block_updated,
    model.RDDUnpersisted: _rdd_unpersisted,
}
