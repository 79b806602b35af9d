"""Completions: what follows from the end of a task attempt.

Succeeded   first one of a task counts: register the map output, or give the job its result
Failed      try again, at most ``max_task_failures`` times
LostBlock   forget the map output; compute it again, then what is missing of this stage, in a new attempt
Killed      by us: nothing; by somebody else: as when the executor is lost
"""

from __future__ import annotations

from collections.abc import Callable

from pyrdd.events import model
from pyrdd.scheduler import messages
from pyrdd.scheduler.map_outputs import MapOutputTracker
from pyrdd.scheduler.messages import (
    CountAccumulators,
    Failed,
    JobFailure,
    Killed,
    LostBlock,
    Succeeded,
    TaskResult,
)
from pyrdd.scheduler.outbox import Outbox
from pyrdd.scheduler.policy import SchedulerPolicy
from pyrdd.scheduler.stage import Stage, StageGraph
from pyrdd.scheduler.stage_runner import StageRunner
from pyrdd.scheduler.task_scheduler import TaskScheduler
from pyrdd.scheduler.task_set import TaskAttempt, TaskSet
from pyrdd.shuffle.status import MapStatus

_WON = "another attempt succeeded"


class Completions:
    """Handles ends of attempts. ``abort(stage, failure)`` fails the jobs that need a stage;
    ``finish(stage)`` ends a job."""

    def __init__(
        self,
        policy: SchedulerPolicy,
        out: Outbox,
        tasks: TaskScheduler,
        graph: StageGraph,
        tracker: MapOutputTracker,
        stages: StageRunner,
        abort: Callable[[Stage, JobFailure], None],
        finish: Callable[[Stage], None],
    ) -> None:
        self._policy, self._out, self._tasks, self._graph = policy, out, tasks, graph
        self._tracker, self._stages, self._abort, self._finish = tracker, stages, abort, finish

    def ended(self, event: messages.TaskEnded) -> bool:
        """Handles the report of an attempt; true when it was anything but a plain success."""
        attempt = self._tasks.ended(event.task_id)
        if attempt is None:
            return False
        outcome = event.outcome
        used = isinstance(outcome, Succeeded) and self._is_useful(attempt)
        self._announce(attempt, event, used)
        if used:
            assert isinstance(outcome, Succeeded)
            self._succeeded(attempt, outcome)
        elif isinstance(outcome, Failed):
            self._failed(attempt, outcome)
        elif isinstance(outcome, LostBlock):
            self._lost_block(attempt, outcome)
        elif isinstance(outcome, Killed) and not attempt.is_killed:
            self.lost(attempt, outcome.reason)
        self._tasks.settled(attempt)
        return not used

    def executor_lost(self, attempt: TaskAttempt, reason: str) -> None:
        """Handles an attempt that went down with its executor, which counts apart from failures of the
        task itself."""
        self._emit_end(attempt, "executor_lost", reason)
        self.lost(attempt, f"executor {attempt.executor.executor_id} was lost: {reason}")
        self._tasks.settled(attempt)

    # --- success

    def _is_useful(self, attempt: TaskAttempt) -> bool:
        stage, index = attempt.task_set.stage, attempt.index
        if not stage.jobs or (stage.is_barrier and stage.task_set is not attempt.task_set):
            return False
        if stage.shuffle_id is not None:
            return self._tracker.output(stage.shuffle_id, index) is None
        assert stage.result_of is not None
        return not stage.result_of.finished[index]

    def _succeeded(self, attempt: TaskAttempt, outcome: Succeeded) -> None:
        task_set, index = attempt.task_set, attempt.index
        stage = task_set.stage
        if task_set.durations is not None:
            task_set.durations.add(self._out.now - attempt.launched_at)
        if not stage.counted[index]:
            stage.counted[index] = 1
            self._out.act(CountAccumulators(attempt.task_id))
        if index in stage.running:
            self._tasks.kill(stage.running[index], _WON)
        if stage.task_set is not None:
            stage.task_set.done(index)
            if not stage.task_set.has_work:
                self._tasks.pools.dequeue(stage.task_set)
        if stage.is_barrier:
            self._hold(task_set, attempt, outcome)
        else:
            self._deliver(stage, index, attempt.task_id, outcome)

    def _hold(self, task_set: TaskSet, attempt: TaskAttempt, outcome: Succeeded) -> None:
        task_set.held[attempt.index] = (attempt.task_id, outcome)
        if not task_set.remaining:
            for index, (task_id, held) in sorted(task_set.held.items()):
                self._deliver(task_set.stage, index, task_id, held)

    def _deliver(self, stage: Stage, index: int, task_id: int, outcome: Succeeded) -> None:
        if stage.result_of is not None:
            self._give_result(stage, index, task_id, outcome)
            return
        assert outcome.status is not None, "a map task succeeded without a MapStatus"
        self._tracker.register(outcome.status)
        if self._tracker.is_complete(outcome.status.shuffle_id):
            self._stages.complete(stage)

    def _give_result(self, stage: Stage, index: int, task_id: int, outcome: Succeeded) -> None:
        job = stage.result_of
        assert job is not None
        job.finished[index] = 1
        job.remaining -= 1
        self._out.act(TaskResult(job.job_id, index, outcome.result, task_id))
        if not job.remaining:
            self._stages.complete(stage)
            self._finish(stage)

    # --- failure

    def _is_void(self, attempt: TaskAttempt) -> bool:
        """Whether nothing follows: the stage went on without this attempt, or the task is done."""
        task_set = attempt.task_set
        return task_set.is_zombie or attempt.is_killed or not task_set.todo[attempt.index]

    def _failed(self, attempt: TaskAttempt, outcome: Failed) -> None:
        if self._is_void(attempt):
            return
        task_set, index = attempt.task_set, attempt.index
        failures = task_set.failures[index] = task_set.failures.get(index, 0) + 1
        task_set.last_failure[index] = task_set.last_failure[-1] = (outcome.message, outcome.error)
        failure = self._failure(
            "task", attempt, f"failed {_times(failures)}, last: {outcome.message}", outcome.error
        )
        if outcome.fatal or failures >= self._policy.max_task_failures:
            self._abort(task_set.stage, failure)
            return
        self._exclude(attempt)
        self._again(attempt, failure)

    def _exclude(self, attempt: TaskAttempt) -> None:
        task_set, executor_id = attempt.task_set, attempt.executor.executor_id
        if task_set.exclusion is not None and task_set.exclusion.failed(executor_id, attempt.index):
            failures = len(task_set.exclusion.failures[executor_id])
            self._out.emit(
                model.ExecutorExcluded(self._out.time, executor_id, task_set.stage.stage_id, failures)
            )

    def lost(self, attempt: TaskAttempt, reason: str) -> None:
        """An attempt ended by no fault of its task's code; too often is still too often."""
        if self._is_void(attempt):
            return
        stage, index = attempt.task_set.stage, attempt.index
        losses = stage.losses[index] = stage.losses.get(index, 0) + 1
        failure = self._failure(
            "executor_lost", attempt, f"lost its executor {_times(losses)}, last: {reason}"
        )
        if losses >= self._policy.max_executor_losses:
            self._abort(stage, failure)
        else:
            self._again(attempt, failure)

    def _again(self, attempt: TaskAttempt, failure: JobFailure) -> None:
        task_set = attempt.task_set
        if task_set.stage.is_barrier:
            self._retry_gang(task_set, failure)
        elif task_set.retry(attempt.index):
            self._tasks.enqueue(task_set)

    def _retry_gang(self, task_set: TaskSet, failure: JobFailure) -> None:
        stage = task_set.stage
        self._stages.close(stage, failure.message)
        self._tasks.kill(task_set.attempts_running(), "another task of the barrier stage failed")
        stage.failed_attempts += 1
        if stage.failed_attempts >= self._policy.max_stage_attempts:
            self._abort(stage, failure)
        else:
            self._stages.submit(stage)

    # --- fetch failure

    def _lost_block(self, attempt: TaskAttempt, lost: LostBlock) -> None:
        task_set = attempt.task_set
        stage = task_set.stage
        self._forget_output(task_set, lost)
        if not stage.jobs:
            return
        if stage.task_set is task_set:
            self._fail_attempt(stage, attempt, lost)
        producer = self._graph.by_shuffle.get(lost.shuffle_id)
        if producer is not None and stage.jobs:
            self._stages.submit(producer)
        if stage.attempt == task_set.attempt and stage.jobs:
            self._stages.submit(stage)

    def _fail_attempt(self, stage: Stage, attempt: TaskAttempt, lost: LostBlock) -> None:
        task_set = attempt.task_set
        self._stages.close(stage, lost.message)
        if stage.is_barrier:
            self._tasks.kill(task_set.attempts_running(), "another task of the barrier stage failed")
        stage.unfetched.add(lost.shuffle_id)
        stage.failed_attempts += 1
        if stage.failed_attempts >= self._policy.max_stage_attempts:
            why = f"had no input in {stage.failed_attempts} attempts in a row, last: {lost.message}"
            self._abort(stage, self._failure("fetch", attempt, why))

    def _forget_output(self, task_set: TaskSet, lost: LostBlock) -> None:
        """Forgets the output that this attempt was told of, not one that was computed since.

        An executor that fails the stage in two attempts is taken to have lost all its outputs of the
        shuffle, and all executors are when a third attempt fails, or a deleted directory would use up the attempts
        one file at a time.
        """
        current = self._tracker.output(lost.shuffle_id, lost.map_index)
        told = task_set.statuses.get(lost.shuffle_id, ())
        if current is None or not any(status is current for status in told):
            return
        maps = [lost.map_index]
        self._tracker.lose_output(lost.shuffle_id, lost.map_index)
        failed_from = task_set.stage.failed_fetches_from
        first = failed_from.setdefault(current.executor_id, task_set.attempt)
        suspects = [current.executor_id] if first < task_set.attempt else []
        if task_set.attempt - min(failed_from.values()) >= 2:
            suspects = list(dict.fromkeys(status.executor_id for status in self._tracker.statuses(lost.shuffle_id)))
        for executor_id in suspects:
            maps += self._tracker.lose_outputs_on(lost.shuffle_id, executor_id)
        self._stages.reopen_lost({lost.shuffle_id: maps})

    # --- words

    def _announce(self, attempt: TaskAttempt, event: messages.TaskEnded, used: bool) -> None:
        outcome = event.outcome
        if isinstance(outcome, Succeeded):
            status, error = ("success", None) if used else ("killed", _WON)
        elif attempt.is_killed or isinstance(outcome, Killed):
            status, error = "killed", getattr(outcome, "reason", None) or getattr(outcome, "message", None)
        else:
            status = "fetch_failed" if isinstance(outcome, LostBlock) else "failed"
            error = getattr(outcome, "message", None)
        output = outcome.status if isinstance(outcome, Succeeded) else None
        self._emit_end(attempt, status, error, event, output)

    def _emit_end(
        self,
        attempt: TaskAttempt,
        status: str,
        error: str | None,
        event: messages.TaskEnded | None = None,
        output: MapStatus | None = None,
    ) -> None:
        stage = attempt.task_set.stage
        self._out.emit(
            model.TaskEnd(
                self._out.time,
                attempt.task_id,
                stage.stage_id,
                attempt.task_set.attempt,
                attempt.partition,
                attempt.number,
                attempt.executor.executor_id,
                status,
                error,
                event.metrics if event else (),
                output.sizes if output else (),
                output.records if output else (),
                event.accumulators if event else {},
            )
        )

    def _failure(self, kind: str, attempt: TaskAttempt, what: str, error: object = None) -> JobFailure:
        stage = attempt.task_set.stage
        message = (
            f"task of partition {attempt.partition} in stage {stage.stage_id} ({stage.rdd.call_site}) {what}"
        )
        executor_id = attempt.executor.executor_id
        return JobFailure(
            kind, message, error, stage.stage_id, attempt.partition, attempt.number, stage.rdd.rdd_id, executor_id
        )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
