"""Views: what is known about each job, stage, task, executor and cached RDD of an application.

The nouns of `pyrdd.events.state.AppState`, which alone changes them. Times are milliseconds since the
epoch, as in the events; ``None`` means that it has not happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import add

from pyrdd.events.model import StageInfo
from pyrdd.metrics import TaskMetrics

_NO_METRICS: Sequence[int] = (0,) * len(fields(TaskMetrics))
_PEAK_RSS = [f.name for f in fields(TaskMetrics)].index("peak_rss")


class JobStatus(StrEnum):
    """As PySpark's `SparkJobInfo.status` says it."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class StageStatus(StrEnum):
    """As Spark's status API says it. A stage is skipped when its output existed before its job began."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


@dataclass(slots=True)
class TaskCounts:
    """How many task attempts are where. ``killed`` attempts are not failures."""

    active: int = 0
    succeeded: int = 0
    failed: int = 0
    killed: int = 0

    def ended(self, status: str) -> None:
        """Moves one attempt from active to what its event's ``status`` says."""
        self.active -= 1
        if status == "success":
            self.succeeded += 1
        elif status == "killed":
            self.killed += 1
        else:
            self.failed += 1


@dataclass(slots=True)
class Totals:
    """Sums of task metrics, kept in `TaskMetrics.to_list` form because that is how tasks report them."""

    values: Sequence[int] = _NO_METRICS

    def add(self, metrics: Sequence[int]) -> None:
        """Adds one attempt's metrics; metrics of another length (none, or another version's) are left out."""
        old = self.values
        if len(metrics) == len(old):
            new = list(map(add, old, metrics))
            new[_PEAK_RSS] = max(old[_PEAK_RSS], metrics[_PEAK_RSS])
            self.values = new

    @property
    def metrics(self) -> TaskMetrics:
        """The sums by name; ``peak_rss`` is the largest of any attempt."""
        return TaskMetrics(*self.values)


@dataclass(slots=True)
class TaskView:
    """One task attempt."""

    task_id: int
    stage_id: int
    stage_attempt: int
    partition: int
    attempt: int
    executor_id: str
    locality: str
    speculative: bool
    started: int
    ended: int | None = None
    status: str = "running"
    error: str | None = None
    metrics: Sequence[int] = ()


@dataclass(slots=True)
class StageAttemptView:
    """One attempt of a stage: an attempt after the first recomputes what was lost."""

    attempt: int
    num_tasks: int
    submitted: int
    job_ids: Sequence[int]
    completed: int | None = None
    error: str | None = None
    tasks: TaskCounts = field(default_factory=TaskCounts)
    totals: Totals = field(default_factory=Totals)


@dataclass(slots=True)
class StageView:
    """One stage with its attempts, oldest first (none while it is pending or when it was skipped)."""

    info: StageInfo
    job_ids: Sequence[int]
    status: StageStatus = StageStatus.PENDING
    attempts: list[StageAttemptView] = field(default_factory=list)

    @property
    def last_attempt(self) -> StageAttemptView | None:
        """The newest attempt."""
        return self.attempts[-1] if self.attempts else None


@dataclass(slots=True)
class JobView:
    """One job. ``ran`` are the stages that had to run for it; the others of ``stage_ids`` were skipped."""

    job_id: int
    name: str
    submitted: int
    stage_ids: Sequence[int]
    num_tasks: int
    properties: Mapping[str, str]
    status: JobStatus = JobStatus.RUNNING
    ended: int | None = None
    error: str | None = None
    cancelled: bool = False
    skipped_tasks: int = 0
    ran: set[int] = field(default_factory=set)
    tasks: TaskCounts = field(default_factory=TaskCounts)

    @property
    def group(self) -> str | None:
        """The job group (`SparkContext.setJobGroup`) of the submitting thread."""
        return self.properties.get("spark.jobGroup.id")

    @property
    def description(self) -> str | None:
        """What the program said that the job is for."""
        return self.properties.get("spark.job.description")

    @property
    def skipped_stage_ids(self) -> Sequence[int]:
        """The stages that did not have to run; known when the job has ended."""
        if self.status is not JobStatus.SUCCEEDED:
            return ()
        return tuple(stage_id for stage_id in self.stage_ids if stage_id not in self.ran)


@dataclass(slots=True)
class ExecutorView:
    """One executor, present or gone."""

    executor_id: str
    host: str
    slots: int
    pid: int | None
    added: int
    removed: int | None = None
    reason: str | None = None
    exclusions: int = 0
    memory_used: int = 0
    disk_used: int = 0
    tasks: TaskCounts = field(default_factory=TaskCounts)
    totals: Totals = field(default_factory=Totals)


@dataclass(slots=True)
class CachedRDDView:
    """Where a persisted RDD's partitions are: ``blocks[partition, executor_id] = (memory bytes, disk
    bytes)``."""

    rdd_id: int
    blocks: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)

    @property
    def num_cached_partitions(self) -> int:
        """How many different partitions are held somewhere."""
        return len({partition for partition, _ in self.blocks})

    @property
    def memory_size(self) -> int:
        """Bytes in memory, replicas included."""
        return sum(memory for memory, _ in self.blocks.values())

    @property
    def disk_size(self) -> int:
        """Bytes on disk, replicas included."""
        return sum(disk for _, disk in self.blocks.values())
