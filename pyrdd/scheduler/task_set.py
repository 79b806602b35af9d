"""TaskSet: one attempt of a stage; TaskAttempt: one attempt of one of its tasks, on an executor."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.scheduler.exclusion import StageExclusion
from pyrdd.scheduler.locality import DelayScheduling
from pyrdd.scheduler.messages import Succeeded
from pyrdd.scheduler.pending import PendingTasks
from pyrdd.scheduler.speculation import RunningMedian
from pyrdd.shuffle.status import MapStatus

if TYPE_CHECKING:
    from pyrdd.scheduler.executors import Executor
    from pyrdd.scheduler.policy import SchedulerPolicy
    from pyrdd.scheduler.pools import Pool
    from pyrdd.scheduler.stage import Stage


class TaskAttempt:
    """A running copy of a task."""

    __slots__ = (
        "executor",
        "index",
        "is_killed",
        "launched_at",
        "number",
        "partition",
        "speculative",
        "task_id",
        "task_set",
    )

    def __init__(
        self,
        task_id: int,
        task_set: TaskSet,
        index: int,
        number: int,
        executor: Executor,
        now: float,
        speculative: bool,
    ) -> None:
        self.task_id, self.task_set, self.index, self.number = task_id, task_set, index, number
        self.partition = task_set.stage.partition(index)
        self.executor, self.launched_at, self.speculative = executor, now, speculative
        self.is_killed = False


class TaskSet:
    """One attempt of a stage: which tasks are to do, waiting, running here, and how they failed.

    ``is_zombie``: launches no more tasks, though some may still run and may still be of use. ``statuses``
    are the map outputs its tasks were told of. ``held`` are the outcomes of a barrier attempt, kept until
    all its tasks succeed.
    """

    def __init__(
        self,
        stage: Stage,
        indices: Sequence[int],
        statuses: Mapping[int, Sequence[MapStatus]],
        pending: PendingTasks,
        pool: Pool,
        now: float,
        policy: SchedulerPolicy,
    ) -> None:
        self.stage, self.attempt, self.statuses = stage, stage.attempt, statuses
        self.pending, self.pool, self.lane = pending, pool, stage.rdd.lane
        self.job = stage.job
        self.priority = (self.job.job_id, stage.stage_id, stage.attempt)
        self.todo = bytearray(stage.num_tasks)
        for index in indices:
            self.todo[index] = 1
        self.size = self.remaining = len(indices)
        pending.fill(indices)
        self.running = 0
        self.submitted_at = now
        self.is_zombie = self.is_queued = self.is_finished = False
        self.starving_since: float | None = None
        self.stuck_since: float | None = None
        self.failures: dict[int, int] = {}
        self.attempts: dict[int, int] = {}
        self.delay = DelayScheduling(now, policy.locality_wait)
        # with one executor in all, there is no other that could do better
        excludes = policy.exclude_on_failure and policy.expected.get(self.lane) != 1
        self.exclusion = StageExclusion(policy) if excludes else None
        self.last_failure: dict[int, tuple[str, Any]] = {}
        self.durations = RunningMedian() if policy.speculation and not stage.is_barrier else None
        self.speculative: set[int] = set()
        self.stragglers: deque[int] = deque()
        self.held: dict[int, tuple[int, Succeeded]] = {}

    @property
    def has_work(self) -> bool:
        """Whether there is a task to launch, if only a second copy."""
        return bool(self.pending.count or self.stragglers)

    def copies(self, index: int) -> list[TaskAttempt]:
        """The copies of a task that this attempt of the stage runs."""
        return [attempt for attempt in self.stage.running.get(index, ()) if attempt.task_set is self]

    def attempts_running(self) -> list[TaskAttempt]:
        """All that this attempt of the stage runs."""
        return [a for copies in self.stage.running.values() for a in copies if a.task_set is self]

    def lone_attempts_since(self, before: float) -> list[int]:
        """The tasks to do that have run as a single copy since ``before`` or longer."""
        lone = [copies[0] for copies in self.stage.running.values() if len(copies) == 1]
        return [a.index for a in lone if a.task_set is self and a.launched_at < before and self.todo[a.index]]

    def done(self, index: int) -> None:
        """A task succeeded, here or in an older attempt."""
        if self.todo[index]:
            self.todo[index] = 0
            self.remaining -= 1
            self.pending.discard(index)

    def retry(self, index: int) -> bool:
        """Puts a task in line again when it is to do and no copy of it runs; true when it was put there.

        A copy that is left alone may get another second one.
        """
        if self.is_zombie or not self.todo[index]:
            return False
        self.speculative.discard(index)
        if self.copies(index):
            return False
        self.pending.add(index)
        return True

    def reopen(self, index: int) -> bool:
        """A task's output was lost after it succeeded: it is to do again; true when it was put in line."""
        if not self.todo[index]:
            self.todo[index] = 1
            self.remaining += 1
            self.attempts[index] = self.attempts.get(index, 0) + 1
        return self.retry(index)

    def refuses_executor(self, executor_id: str) -> bool:
        """Whether the stage has excluded an executor."""
        return self.exclusion is not None and executor_id in self.exclusion.excluded
