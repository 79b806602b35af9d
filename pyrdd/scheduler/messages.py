"""What the scheduler is told and what it answers: ``DAGScheduler.handle(message) -> list[Action]``.

Both sides are immutable classes, so that the same brain can be driven by a test, by real processes, by a
replayed log or by a simulator. Nothing here holds a thread, a socket or an open file.

    shells --(JobSubmitted, TaskEnded, ExecutorLost, ...)--> DAGScheduler --(LaunchTask, JobEnded, ...)--> shells

Times are seconds of the shell's monotonic clock; the brain never reads a clock itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.dependency import ShuffleSpec
from pyrdd.events import model
from pyrdd.shuffle.status import MapStatus
from pyrdd.util.frozen import field, frozen

if TYPE_CHECKING:
    from pyrdd.rdd.base import BaseRDD

# --- events in


@frozen
class SchedulerEvent:
    """Base of what the scheduler is told; ``now`` is the shell's clock in seconds."""

    now: float


@frozen
class JobSubmitted(SchedulerEvent):
    """A job: compute ``partitions`` of ``rdd``. ``properties`` are the submitting thread's local properties
    (``spark.scheduler.pool``, ``spark.jobGroup.id``, ``spark.job.tags`` (comma separated),
    ``spark.job.interruptOnCancel``, ``spark.job.description``)."""

    job_id: int
    rdd: BaseRDD
    partitions: Sequence[int]
    call_site: str
    properties: Mapping[str, str] = field(default_factory=dict)


@frozen
class JobCancelled(SchedulerEvent):
    """Cancel one job (``job_id``), a job group, a job tag, or, when all three are ``None``, every job."""

    job_id: int | None = None
    group: str | None = None
    tag: str | None = None
    reason: str = "cancelled"


@frozen
class ExecutorAdded(SchedulerEvent):
    """An executor can take ``slots`` tasks at a time of the ``lanes`` it serves (``python``,
    ``vectorised``)."""

    executor_id: str
    slots: int
    host: str = "localhost"
    lanes: frozenset[str] = frozenset({"python"})
    pid: int | None = None


@frozen
class ExecutorLost(SchedulerEvent):
    """An executor is gone with everything it ran and held.

    ``storage_lost`` is false when its shuffle files are still readable by the others (``local[N]``: worker
    processes share the application's directory, so a killed worker loses its tasks and cached blocks, not
    its map outputs).
    """

    executor_id: str
    reason: str
    storage_lost: bool = True


@frozen
class LaneBroken(SchedulerEvent):
    """No executor of a lane can be kept alive: the stages that wait for one fail with ``reason``."""

    lane: str
    reason: str


@frozen
class TaskEnded(SchedulerEvent):
    """A task attempt ended with ``outcome``."""

    task_id: int
    outcome: Outcome
    metrics: Sequence[int] = ()
    accumulators: Mapping[int, str] = field(default_factory=dict)


@frozen
class BlockCached(SchedulerEvent):
    """A partition of a persisted RDD is now held by an executor (or, with both sizes 0, no longer)."""

    executor_id: str
    rdd_id: int
    partition: int
    memory_size: int
    disk_size: int


@frozen
class Unpersisted(SchedulerEvent):
    """The program dropped a persisted RDD: forget where its partitions were."""

    rdd_id: int


@frozen
class ShuffleDropped(SchedulerEvent):
    """A shuffle's files were removed (nothing in the program refers to it any more, or the user asked)."""

    shuffle_id: int


@frozen
class Tick(SchedulerEvent):
    """Time passed: check locality waits, speculation, exclusion timeouts."""


@frozen
class StageAborted(SchedulerEvent):
    """A stage attempt cannot run at all; ``error`` is what the jobs that need it fail with."""

    stage_id: int
    stage_attempt: int
    message: str
    error: Any = None


# --- how a task ended


@frozen
class Outcome:
    """Base of the ways in which a task attempt ends."""


@frozen
class Succeeded(Outcome):
    """``status`` for a map task; ``result`` (opaque to the scheduler: bytes, a file) for a result task."""

    status: MapStatus | None = None
    result: Any = None


@frozen
class Failed(Outcome):
    """The task's code raised. ``error`` (opaque) is what the driver re-raises; ``message`` is one line of it.

    ``fatal``: no retry can help (an unpicklable result, say): the job fails at once.
    """

    message: str
    error: Any = None
    fatal: bool = False


@frozen
class LostBlock(Outcome):
    """A map output could not be fetched: recompute it (`pyrdd.shuffle.status.FetchFailed` in the task)."""

    shuffle_id: int
    map_index: int
    executor_id: str
    message: str


@frozen
class Killed(Outcome):
    """The attempt was killed on request (`KillTask`)."""

    reason: str


# --- actions out


@frozen
class Action:
    """Base of what the scheduler decides; the shell carries the actions out in order."""


@frozen
class LaunchTask(Action):
    """Run one attempt on an executor.

    ``partition`` is the partition of the stage's RDD. The shell looks up the stage's lineage by ``stage_id``;
    ``stage_attempt`` tells it when map output locations changed. ``job_id`` is the active job with the
    highest priority that needs the stage. ``barrier_tasks`` are the hosts of all tasks of a barrier stage,
    by task.
    """

    executor_id: str
    task_id: int
    stage_id: int
    stage_attempt: int
    partition: int
    attempt: int
    job_id: int
    properties: Mapping[str, str]
    barrier_tasks: Sequence[str] = ()


@frozen
class KillTask(Action):
    executor_id: str
    task_id: int
    reason: str
    interrupt: bool


@frozen
class SubmitStage(Action):
    """A stage attempt begins: the shell serialises the stage's closure and gathers map output
    locations, once.

    When that fails (a closure that cannot be pickled) the shell answers with `StageAborted`.
    ``shuffle`` is what a map stage writes, ``None`` for a result stage. ``statuses`` holds, for each parent shuffle,
    all its map outputs.
    """

    stage_id: int
    stage_attempt: int
    job_id: int
    rdd: BaseRDD
    shuffle: ShuffleSpec | None
    statuses: Mapping[int, Sequence[MapStatus]]


@frozen
class StageFinished(Action):
    """No task of this stage attempt runs or will be launched any more: the shell may drop the
    serialised stage."""

    stage_id: int
    stage_attempt: int


@frozen
class TaskResult(Action):
    """Partition number ``output_index`` of the job's ``partitions`` is there. Given once per index.

    ``task_id`` names the attempt whose accumulator updates count (see `CountAccumulators`)."""

    job_id: int
    output_index: int
    result: Any
    task_id: int = -1


@frozen
class CountAccumulators(Action):
    """The accumulator updates of this attempt count (first success of the stage's partition in result
    stages, as
    in Spark; for shuffle map stages each successful attempt of a partition counts once per stage, not again
    when the stage is resubmitted for the same partition)."""

    task_id: int


@frozen
class JobEnded(Action):
    """The job is over. ``error`` is ``None`` on success, else a `JobFailure`."""

    job_id: int
    failure: JobFailure | None = None


@frozen
class JobFailure:
    """Why a job failed. ``kind``: ``task`` (user code; ``error`` is the task's `Failed.error`),
    ``executor_lost``,
    ``fetch`` (a stage failed to fetch too often), ``cancelled``, ``stage`` (could not be serialised;
    ``error``), ``barrier`` (not enough slots), ``no_executors``. ``rdd_id`` is the RDD of the failing
    stage, ``executor_id`` the executor that was lost."""

    kind: str
    message: str
    error: Any = None
    stage_id: int | None = None
    partition: int | None = None
    attempt: int | None = None
    rdd_id: int | None = None
    executor_id: str | None = None


@frozen
class Emit(Action):
    """Tell the listeners."""

    event: model.Event


@frozen
class WakeAt(Action):
    """Please send a `Tick` at this time (locality wait, speculation, exclusion)."""

    time: float
