"""StatusTracker: what a program may ask about its own jobs, stages and executors while they run.

Reads `pyrdd.events.state.AppState` only: answers are as recent as the last delivered event, and things long
past are forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pyrdd.events.state import AppState
from pyrdd.events.views import ExecutorView, StageStatus, StageView

__all__ = ["SparkExecutorInfo", "SparkJobInfo", "SparkStageInfo", "StatusTracker"]

_DRIVER = "driver"


class SparkJobInfo(NamedTuple):
    """One job; ``status`` is ``RUNNING``, ``SUCCEEDED`` or ``FAILED``."""

    jobId: int
    stageIds: list[int]
    status: str


class SparkStageInfo(NamedTuple):
    """The newest attempt of one stage."""

    stageId: int
    currentAttemptId: int
    name: str
    numTasks: int
    numActiveTasks: int
    numCompletedTasks: int
    numFailedTasks: int


class SparkExecutorInfo(NamedTuple):
    """One executor. ``cacheSize`` is what its cached partitions take in memory; with no JVM there is no
    heap to split, so it is also the on-heap memory in use, and off-heap numbers are 0."""

    host: str
    port: int
    cacheSize: int
    numRunningTasks: int
    usedOnHeapStorageMemory: int
    usedOffHeapStorageMemory: int
    totalOnHeapStorageMemory: int
    totalOffHeapStorageMemory: int


class StatusTracker:
    """Answers about recent jobs and stages (`SparkContext.statusTracker()`).

    Consistency is weak on purpose: a job may be known before its stages are, and an id may have been
    forgotten (``spark.ui.retainedJobs``, ``spark.ui.retainedStages``), so be prepared for ``None``.
    ``settle`` is called before each answer to let events on their way arrive.
    """

    def __init__(self, state: AppState, settle: Callable[[], object] | None = None) -> None:
        self._state = state
        self._settle = settle or (lambda: None)

    def getJobIdsForGroup(self, jobGroup: str | None = None) -> list[int]:
        """Ids of the known jobs of a group, whatever their status; without ``jobGroup``, of the jobs in no
        group."""
        self._settle()
        with self._state.lock:
            return [job.job_id for job in self._state.jobs.values() if job.group == jobGroup]

    def getActiveStageIds(self) -> list[int]:
        """Ids of the stages that run now, ascending."""
        self._settle()
        with self._state.lock:
            return sorted(self._state.active_stages)

    def getActiveJobsIds(self) -> list[int]:
        """Ids of the jobs that run now, ascending."""
        self._settle()
        with self._state.lock:
            return sorted(self._state.active_jobs)

    def getJobInfo(self, jobId: int) -> SparkJobInfo | None:
        """The job, or ``None`` when it is not known or forgotten."""
        self._settle()
        job = self._state.jobs.get(jobId)
        return None if job is None else SparkJobInfo(jobId, list(job.stage_ids), job.status.value)

    def getStageInfo(self, stageId: int) -> SparkStageInfo | None:
        """The newest attempt of the stage, or ``None`` when it is not known or forgotten."""
        self._settle()
        with self._state.lock:
            stage = self._state.stages.get(stageId)
            return None if stage is None else _stage_info(stage)

    def getExecutorInfos(self) -> list[SparkExecutorInfo]:
        """The driver, then each executor that is present. Where the driver runs the tasks itself it is the
        only one."""
        self._settle()
        with self._state.lock:
            present = [each for each in self._state.executors.values() if each.removed is None]
        driver = [] if any(each.executor_id == _DRIVER for each in present) else [_IDLE_DRIVER]
        return driver + [_executor_info(each) for each in present]


_IDLE_DRIVER = SparkExecutorInfo("localhost", 0, 0, 0, 0, 0, 0, 0)


def _stage_info(stage: StageView) -> SparkStageInfo:
    info, attempt = stage.info, stage.last_attempt
    if attempt is None or stage.status is StageStatus.SKIPPED:
        return SparkStageInfo(info.stage_id, 0, info.name, info.num_tasks, 0, 0, 0)
    tasks = attempt.tasks
    return SparkStageInfo(
        info.stage_id,
        attempt.attempt,
        info.name,
        attempt.num_tasks,
        tasks.active,
        tasks.succeeded,
        tasks.failed,
    )


def _executor_info(executor: ExecutorView) -> SparkExecutorInfo:
    used = executor.memory_used
    return SparkExecutorInfo(executor.host, 0, used, executor.tasks.active, used, 0, 0, 0)
