"""TaskScheduler: which task runs where. Matches waiting tasks with free slots; knows nothing of jobs
or lineage.

StageRunner --submit(task set)--> pools --next--> [locality, exclusion, barrier, speculation] --> LaunchTask
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyrdd.events import model
from pyrdd.scheduler import barrier, messages
from pyrdd.scheduler.exclusion import ApplicationExclusion
from pyrdd.scheduler.executors import Executor, Executors, Lane
from pyrdd.scheduler.locality import ANY, NODE_LOCAL, PROCESS_LOCAL
from pyrdd.scheduler.messages import JobFailure, KillTask, LaunchTask, StageFinished
from pyrdd.scheduler.outbox import Outbox
from pyrdd.scheduler.policy import SchedulerPolicy
from pyrdd.scheduler.pools import Pools
from pyrdd.scheduler.speculation import find_stragglers
from pyrdd.scheduler.task_set import TaskAttempt, TaskSet
from pyrdd.util.frozen import frozen

_Pick = tuple[Executor, int, str]


@frozen
class Unschedulable:
    """A task set that can never go on, and why."""

    task_set: TaskSet
    failure: JobFailure


class TaskScheduler:
    """Executors, pools of task sets, and the attempts that run."""

    def __init__(self, policy: SchedulerPolicy, out: Outbox, task_ids: Iterator[int]) -> None:
        self._policy, self._out, self._ids = policy, out, task_ids
        self.executors = Executors()
        self.pools = Pools(policy)
        self.exclusion = ApplicationExclusion(policy)
        self.attempts: dict[int, TaskAttempt] = {}
        self.live: dict[TaskSet, None] = {}

    # --- task sets

    def submit(self, task_set: TaskSet) -> None:
        """A stage attempt begins."""
        self.live[task_set] = None
        self.enqueue(task_set)
        if task_set.durations is not None:
            self._out.wake(self._out.now + self._policy.speculation_interval)

    def enqueue(self, task_set: TaskSet) -> None:
        """A task set has tasks to launch (again)."""
        if not task_set.is_zombie and task_set.has_work:
            self.pools.enqueue(task_set)

    def close(self, task_set: TaskSet) -> None:
        """A stage attempt launches no more tasks; those it runs go on."""
        task_set.is_zombie = True
        self.pools.dequeue(task_set)
        del self.live[task_set]
        self._finish_if_idle(task_set)

    def _finish_if_idle(self, task_set: TaskSet) -> None:
        if task_set.is_zombie and not task_set.running and not task_set.is_finished:
            task_set.is_finished = True
            self._out.act(StageFinished(task_set.stage.stage_id, task_set.attempt))

    def absorb_failures(self, task_set: TaskSet) -> None:
        """A stage attempt succeeded: what it learned about executors counts for the application."""
        if task_set.exclusion is None:
            return
        for executor_id, failures in self.exclusion.stage_succeeded(task_set.exclusion, self._out.now):
            self.executors.suspend(executor_id)
            self._out.emit(model.ExecutorExcluded(self._out.time, executor_id, None, failures))

    # --- attempts

    def kill(self, attempts: Iterable[TaskAttempt], reason: str, interrupt: bool = True) -> None:
        """Asks executors to stop attempts, once each; their slots are free when they report."""
        for attempt in attempts:
            if not attempt.is_killed:
                attempt.is_killed = True
                self._out.act(KillTask(attempt.executor.executor_id, attempt.task_id, reason, interrupt))

    def ended(self, task_id: int) -> TaskAttempt | None:
        """An attempt no longer runs: frees its slot. ``None`` for one that was lost with its executor
        before."""
        attempt = self.attempts.pop(task_id, None)
        if attempt is not None:
            del attempt.executor.running[task_id]
            attempt.executor.release()
            self._leave_stage(attempt)
        return attempt

    def _leave_stage(self, attempt: TaskAttempt) -> None:
        task_set = attempt.task_set
        running = task_set.stage.running
        copies = running[attempt.index]
        copies.remove(attempt)
        if not copies:
            del running[attempt.index]
        task_set.running -= 1
        task_set.pool.running -= 1

    def settled(self, attempt: TaskAttempt) -> None:
        """An ended attempt's outcome is dealt with."""
        task_set, index = attempt.task_set, attempt.index
        if task_set.todo[index]:
            task_set.attempts[index] = max(attempt.number + 1, task_set.attempts.get(index, 0))
        self._finish_if_idle(task_set)

    # --- executors

    def add_executor(self, event: messages.ExecutorAdded) -> None:
        """New slots."""
        self.executors.add(event)
        self._executors_changed(event.executor_id, event.host)

    def remove_executor(self, executor_id: str) -> list[TaskAttempt] | None:
        """An executor is gone; returns the attempts that ran on it, or ``None`` when it was not known."""
        executor = self.executors.remove(executor_id)
        if executor is None:
            return None
        self.exclusion.forget(executor_id)
        self._executors_changed(executor_id, executor.host)
        return [attempt for task_id in list(executor.running) if (attempt := self.ended(task_id)) is not None]

    def _executors_changed(self, executor_id: str, host: str) -> None:
        for task_set in self.live:
            task_set.pending.executors_changed(executor_id, host)

    # --- time

    def tick(self) -> None:
        """Time passed: pardons executors, looks for stragglers, and asks to be woken for what is still
        to come."""
        now = self._out.now
        for executor_id in self.exclusion.pardon(now):
            self.executors.resume(executor_id)
        for until in self.exclusion.until.values():
            self._out.wake(until)
        for task_set in self.live:
            if task_set.durations is not None:
                self._speculate(task_set)

    def _speculate(self, task_set: TaskSet) -> None:
        stragglers = find_stragglers(task_set, self._out.now, self._policy)
        task_set.speculative.update(stragglers)
        task_set.stragglers.extend(stragglers)
        self.enqueue(task_set)
        self._out.wake(self._out.now + self._policy.speculation_interval)

    # --- offers

    def offer(self) -> None:
        """Launches every task that may run on a free slot now, in the order of the pools."""
        passed: set[TaskSet] = set()
        while (task_set := self.pools.next(passed)) is not None:
            if not self._launch_from(task_set):
                passed.add(task_set)
                if task_set.stage.is_barrier and not task_set.exclusion:
                    self._hold_slots(task_set, passed)

    def _hold_slots(self, gang: TaskSet, passed: set[TaskSet]) -> None:
        """Lets the slots of a lane run free for a gang that has enough of them, or later tasks would
        starve it."""
        if self.executors.lane(gang.lane).slots >= gang.remaining:
            passed.update(task_set for task_set in self.pools.queued() if task_set.lane == gang.lane)

    def _launch_from(self, task_set: TaskSet) -> bool:
        lane = self.executors.lane(task_set.lane)
        if not lane.free:
            return False
        if task_set.stage.is_barrier:
            return self._launch_gang(task_set, lane)
        pick = self._pick(task_set, lane)
        if pick is not None:
            self._launch(task_set, *pick)
            return True
        straggler = self._pick_straggler(task_set, lane)
        if straggler is not None:
            self._launch(task_set, *straggler, speculative=True)
        elif not task_set.has_work:  # the stragglers it waited for have ended by themselves
            self.pools.dequeue(task_set)
        return straggler is not None

    def _pick(self, task_set: TaskSet, lane: Lane) -> _Pick | None:
        pending, allowed = task_set.pending, ANY
        if pending.anywhere:
            local = self._pick_local(task_set, lane)
            if local is not None:
                return local
            allowed = task_set.delay.allowed(self._out.now, pending.waiting)
        refuses = task_set.exclusion.refuses if task_set.exclusion else None
        for executor in self._open(task_set, lane):
            if (index := pending.take(pending.unplaced, executor.executor_id, refuses)) is not None:
                return executor, index, "NO_PREF"
            if allowed == ANY and pending.anywhere:
                index = pending.take(pending.anywhere, executor.executor_id, refuses)
                if index is not None:
                    task_set.delay.launched(ANY, self._out.now)
                    return executor, index, "ANY"
            if refuses is None:
                break
        if allowed < ANY:
            self._out.wake(task_set.delay.deadline)
        return None

    def _pick_local(self, task_set: TaskSet, lane: Lane) -> _Pick | None:
        pending, now = task_set.pending, self._out.now
        refuses = task_set.exclusion.refuses if task_set.exclusion else None
        for executor in self._preferred(task_set, lane):
            if (index := pending.take_for_executor(executor, refuses)) is not None:
                task_set.delay.launched(PROCESS_LOCAL, now)
                return executor, index, "PROCESS_LOCAL"
        if pending.waiting[NODE_LOCAL] and task_set.delay.allowed(now, pending.waiting) >= NODE_LOCAL:
            for executor in self._open(task_set, lane):
                if (index := pending.take_for_host(executor, refuses)) is not None:
                    task_set.delay.launched(NODE_LOCAL, now)
                    return executor, index, "NODE_LOCAL"
        return None

    def _open(self, task_set: TaskSet, lane: Lane) -> Iterator[Executor]:
        if task_set.exclusion is None:
            return iter(lane)
        return (executor for executor in lane if not task_set.refuses_executor(executor.executor_id))

    def _preferred(self, task_set: TaskSet, lane: Lane) -> Iterator[Executor]:
        """Executors with a free slot that some task prefers, looked for from the side that has fewer
        of them."""
        wanted = task_set.pending.by_executor
        if lane.free <= len(wanted):
            return (executor for executor in self._open(task_set, lane) if executor.executor_id in wanted)
        named = (self.executors.alive.get(executor_id) for executor_id in list(wanted))
        return (
            executor
            for executor in named
            if executor is not None
            and executor.free
            and executor in lane.members
            and not task_set.refuses_executor(executor.executor_id)
        )

    def _pick_straggler(self, task_set: TaskSet, lane: Lane) -> _Pick | None:
        for _ in range(len(task_set.stragglers)):
            index = task_set.stragglers.popleft()
            copies = task_set.copies(index)
            if len(copies) != 1 or not task_set.todo[index]:
                continue
            for executor in self._open(task_set, lane):
                if executor is not copies[0].executor and not self._is_refused(task_set, executor, index):
                    return executor, index, "ANY"
            task_set.stragglers.append(index)
        return None

    def _is_refused(self, task_set: TaskSet, executor: Executor, index: int) -> bool:
        return task_set.exclusion is not None and task_set.exclusion.refuses(executor.executor_id, index)

    def _launch_gang(self, task_set: TaskSet, lane: Lane) -> bool:
        placed = barrier.place_all(task_set, lane)
        if placed is None:
            return False
        hosts = tuple(executor.host for _, executor in placed)
        for index, executor in placed:
            task_set.pending.discard(index)
            self._launch(task_set, executor, index, "ANY", hosts)
        return True

    def _launch(
        self,
        task_set: TaskSet,
        executor: Executor,
        index: int,
        locality: str,
        gang: tuple[str, ...] = (),
        speculative: bool = False,
    ) -> None:
        out, stage, task_id = self._out, task_set.stage, next(self._ids)
        number = task_set.attempts.get(index, 0)
        if speculative:
            number = max(number, 1 + max(copy.number for copy in task_set.copies(index)))
        attempt = TaskAttempt(task_id, task_set, index, number, executor, out.now, speculative)
        self.attempts[task_id] = executor.running[task_id] = attempt
        stage.running.setdefault(index, []).append(attempt)
        executor.take()
        task_set.running += 1
        task_set.pool.running += 1
        if not task_set.has_work:
            self.pools.dequeue(task_set)
        job, partition, executor_id = stage.job, attempt.partition, executor.executor_id
        out.emit(
            model.TaskStart(
                out.time,
                task_id,
                stage.stage_id,
                task_set.attempt,
                partition,
                number,
                executor_id,
                locality,
                speculative,
            )
        )
        out.act(
            LaunchTask(
                executor_id,
                task_id,
                stage.stage_id,
                task_set.attempt,
                partition,
                number,
                job.job_id,
                job.properties,
                gang,
            )
        )

    # --- task sets that cannot go on

    def unschedulable(self) -> list[Unschedulable]:
        """The task sets that wait in vain: no executor for too long, too few slots for a gang, or all
        are excluded."""
        found = ((task_set, self._why_stuck(task_set)) for task_set in self.pools.queued())
        return [Unschedulable(task_set, failure) for task_set, failure in found if failure is not None]

    def _why_stuck(self, task_set: TaskSet) -> JobFailure | None:
        serving = self.executors.serving(task_set.lane)
        if not serving:
            return self._starved(task_set)
        task_set.starving_since = None
        if task_set.stage.is_barrier and not task_set.running:
            return self._gang_too_large(task_set, sum(executor.slots for executor in serving))
        return self._excluded_everywhere(task_set, serving)

    def _may_wait(self, task_set: TaskSet) -> bool:
        """Whether executors that are still to register may take a task which the others may not."""
        if task_set.stuck_since is None:
            task_set.stuck_since = self._out.now
        deadline = task_set.stuck_since + self._policy.no_executor_timeout
        self._out.wake(deadline)
        return self._out.now < deadline

    def _starved(self, task_set: TaskSet) -> JobFailure | None:
        if task_set.starving_since is None:
            task_set.starving_since = self._out.now
        deadline = task_set.starving_since + self._policy.no_executor_timeout
        if self._out.now < deadline:
            self._out.wake(deadline)
            return None
        waited = f"{self._policy.no_executor_timeout:g} s"
        return JobFailure(
            "no_executors",
            f"no executor for {task_set.lane} tasks in {waited}",
            stage_id=task_set.stage.stage_id,
        )

    def _gang_too_large(self, task_set: TaskSet, slots: int) -> JobFailure | None:
        if slots >= task_set.remaining:
            return None
        deadline = task_set.submitted_at + self._policy.barrier_wait
        if self._out.now < deadline:
            self._out.wake(deadline)
            return None
        return JobFailure(
            "barrier",
            f"[SPARK-24819]: barrier stage {task_set.stage.stage_id} needs {task_set.remaining} slots "
            f"at the same time but there are only {slots}: use fewer partitions or more slots",
            stage_id=task_set.stage.stage_id,
        )

    def _excluded_everywhere(self, task_set: TaskSet, serving: list[Executor]) -> JobFailure | None:
        exclusion = task_set.exclusion
        if exclusion is None or not task_set.pending.count:
            return None
        left = [e.executor_id for e in serving if not e.suspended and e.executor_id not in exclusion.excluded]
        stuck = [i for i in sorted(exclusion.failed_tasks()) if i in task_set.pending]
        index = next((i for i in stuck if all(exclusion.refuses(name, i) for name in left)), None)
        if left and index is None:
            task_set.stuck_since = None
            return None
        if len(serving) < self._policy.expected.get(task_set.lane, 0) and self._may_wait(task_set):
            return None
        message, error = task_set.last_failure.get(index if index is not None else -1, ("", None))
        why = f"every executor is excluded because of failures. Most recent failure: {message}"
        partition = task_set.stage.partition(index) if index is not None else None
        return JobFailure(
            "task" if error is not None else "no_executors",
            f"a task of stage {task_set.stage.stage_id} cannot run anywhere: {why}",
            error,
            task_set.stage.stage_id,
            partition,
        )
