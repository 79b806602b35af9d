"""The events of an application: frozen, made of plain values, so that each one is a record of the event log.

Named as Spark's listener events (`org.apache.spark.scheduler.SparkListener*`) without the prefix. ``time`` is
milliseconds since the epoch, given by the scheduler's clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyrdd.util.frozen import field, frozen


@frozen
class Event:
    """Base of all events."""

    time: int


@frozen
class ApplicationStart(Event):
    app_id: str
    app_name: str
    user: str
    master: str
    version: str


@frozen
class ApplicationEnd(Event):
    pass


@frozen
class EnvironmentUpdate(Event):
    settings: Mapping[str, str]
    python: str


@frozen
class ExecutorAdded(Event):
    executor_id: str
    host: str
    slots: int
    pid: int | None = None


@frozen
class ExecutorRemoved(Event):
    executor_id: str
    reason: str


@frozen
class ExecutorExcluded(Event):
    executor_id: str
    stage_id: int | None
    failures: int


@frozen
class RDDInfo:
    """One RDD as a stage shows it."""

    rdd_id: int
    name: str
    kind: str
    call_site: str
    num_partitions: int
    storage_level: str
    parent_ids: Sequence[int] = ()
    shuffle_parent_ids: Sequence[int] = ()


@frozen
class StageInfo:
    """A stage as a job announces it: its final RDD first in ``rdds``."""

    stage_id: int
    name: str
    call_site: str
    num_tasks: int
    parent_stage_ids: Sequence[int]
    rdds: Sequence[RDDInfo]
    shuffle_id: int | None = None


@frozen
class JobStart(Event):
    """``stages`` are all stages of the job, also those that will be skipped because their output exists."""

    job_id: int
    name: str
    stages: Sequence[StageInfo]
    properties: Mapping[str, str]


@frozen
class JobEnd(Event):
    """``error`` is ``None`` when the job succeeded."""

    job_id: int
    error: str | None = None
    cancelled: bool = False


@frozen
class StageSubmitted(Event):
    stage_id: int
    attempt: int
    num_tasks: int
    job_ids: Sequence[int]


@frozen
class StageCompleted(Event):
    stage_id: int
    attempt: int
    error: str | None = None


@frozen
class TaskStart(Event):
    task_id: int
    stage_id: int
    stage_attempt: int
    partition: int
    attempt: int
    executor_id: str
    locality: str
    speculative: bool = False


@frozen
class TaskEnd(Event):
    """``status`` is one of ``success``, ``failed``, ``fetch_failed``, ``killed``, ``executor_lost``.

    ``metrics`` are `pyrdd.metrics.TaskMetrics` in list form (empty when the task never reported).
    ``bytes_by_reduce`` and ``records_by_reduce`` are a map task's output for each reduce partition.
    """

    task_id: int
    stage_id: int
    stage_attempt: int
    partition: int
    attempt: int
    executor_id: str
    status: str
    error: str | None = None
    metrics: Sequence[int] = ()
    bytes_by_reduce: Sequence[int] = ()
    records_by_reduce: Sequence[int] = ()
    accumulators: Mapping[int, str] = field(default_factory=dict)


@frozen
class BlockUpdated(Event):
    """A cached partition appeared on an executor, moved between memory and disk, or went (both sizes 0)."""

    executor_id: str
    rdd_id: int
    partition: int
    memory_size: int
    disk_size: int


@frozen
class RDDUnpersisted(Event):
    rdd_id: int
