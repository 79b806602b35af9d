"""Exclusion: an executor on which tasks keep failing is given no more of them (Spark's excludeOnFailure).

a task fails on an executor     --> that task does not run there again
several tasks of a stage fail   --> no task of that stage runs there        ExecutorExcluded(stage_id=...)
over stages that then succeeded --> no task at all, until a timeout         ExecutorExcluded(stage_id=None)
"""

from __future__ import annotations

from pyrdd.scheduler.policy import SchedulerPolicy


class StageExclusion:
    """What one attempt of a stage has learned about executors."""

    __slots__ = ("_per_stage", "_per_task", "excluded", "failures")

    def __init__(self, policy: SchedulerPolicy) -> None:
        self._per_task, self._per_stage = (
            policy.max_attempts_per_executor,
            policy.max_failures_per_executor_stage,
        )
        self.failures: dict[str, dict[int, int]] = {}
        self.excluded: set[str] = set()

    def failed(self, executor_id: str, index: int) -> bool:
        """Counts a failure; true when it excludes the executor from the stage."""
        tasks = self.failures.setdefault(executor_id, {})
        tasks[index] = tasks.get(index, 0) + 1
        if executor_id in self.excluded or len(tasks) < self._per_stage:
            return False
        self.excluded.add(executor_id)
        return True

    def refuses(self, executor_id: str, index: int) -> bool:
        """Whether a task may not run on an executor (which the stage as a whole does not refuse)."""
        return self.failures.get(executor_id, {}).get(index, 0) >= self._per_task

    def failed_tasks(self) -> set[int]:
        """The tasks that failed anywhere."""
        return {index for tasks in self.failures.values() for index in tasks}


class ApplicationExclusion:
    """What the application has learned about executors from the stages that succeeded in spite of
    failures."""

    def __init__(self, policy: SchedulerPolicy) -> None:
        self._limit, self._timeout = policy.max_failures_per_executor, policy.exclusion_timeout
        self._failed_at: dict[str, list[float]] = {}
        self.until: dict[str, float] = {}

    def stage_succeeded(self, stage: StageExclusion, now: float) -> list[tuple[str, int]]:
        """Counts the failed tasks of a stage; returns the executors that are now excluded, with their
        failures."""
        excluded = []
        for executor_id, tasks in stage.failures.items():
            recent = [time for time in self._failed_at.get(executor_id, ()) if time > now - self._timeout]
            recent += [now] * len(tasks)
            self._failed_at[executor_id] = recent
            if len(recent) >= self._limit and executor_id not in self.until:
                self.until[executor_id] = now + self._timeout
                excluded.append((executor_id, len(recent)))
        return excluded

    def pardon(self, now: float) -> list[str]:
        """The executors whose time is over: they start afresh."""
        over = [executor_id for executor_id, until in self.until.items() if until <= now]
        for executor_id in over:
            self.forget(executor_id)
        return over

    def forget(self, executor_id: str) -> None:
        """An executor is gone or pardoned."""
        self.until.pop(executor_id, None)
        self._failed_at.pop(executor_id, None)
