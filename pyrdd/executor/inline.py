"""The inline executor: the thread that waits for a job runs its tasks, so that pdb, coverage and print work in
closures.

    calling thread: submit -> [ take a launched task -> run it -> report it ] ... -> result

Several threads may wait for jobs at once; the one slot goes from one to the other. Only the main thread runs tasks
itself: what it runs can be interrupted by Ctrl-C. Another thread could not be freed of a task that sleeps when its job
is cancelled, so it has a helper thread run its tasks, one that can be left behind.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import copy_context
from functools import partial
from typing import Any

from pyrdd.executor.barrier import BarrierCoordinator, BarrierGate
from pyrdd.executor.kill import KillableTasks
from pyrdd.executor.loop import Job, SchedulerLoop
from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport
from pyrdd.executor.task_runner import TaskRunner
from pyrdd.scheduler import messages as m


class InlineBackend:
    """One executor with one slot, in the thread that waits for the job: launched tasks wait here for a caller.

    A barrier stage of one task, the largest that fits, meets itself. A task that a helper thread runs is given up
    ``kill_grace`` seconds after its kill, as on threads.
    """

    def __init__(
        self,
        make_runner: Callable[[BarrierGate], TaskRunner],
        executor_id: str = "driver",
        kill_grace: float | None = None,
    ) -> None:
        self._make_runner, self._executor_id, self._kill_grace = make_runner, executor_id, kill_grace
        self._helped = KillableTasks()
        self._finish: dict[int, Callable[[TaskReport], None]] = {}
        self._barriers = BarrierCoordinator()
        self.waiting: deque[TaskDescription] = deque()
        self.runner: TaskRunner

    def start(
        self, post: Callable[[m.SchedulerEvent], None], on_report: Callable[[str, TaskReport], None]
    ) -> None:
        self.runner = self._make_runner(BarrierGate(self._barriers.arrive))
        self._on_report = on_report

    def serve(self, lane: str) -> None:
        """The calling thread serves every lane."""

    def send_stage(self, executor_id: str, stage: StageBinary) -> None:
        self.runner.add_stage(stage)

    def launch(self, executor_id: str, task: TaskDescription) -> None:
        self.waiting.append(task)

    def kill(self, executor_id: str, task_id: int, reason: str, interrupt: bool) -> None:
        """A task that has not begun never will; one in a helper thread ends at its next bytecode, or is given up; one
        in the main thread is left to end."""
        for task in [task for task in self.waiting if task.task_id == task_id]:
            self.waiting.remove(task)
            self._on_report(executor_id, TaskReport(task_id, ReportKind.KILLED, reason.encode(), reason))
        if self._helped.kill(task_id, reason) and self._kill_grace is not None:
            timer = threading.Timer(self._kill_grace, self._give_up, (task_id, reason))
            timer.daemon = True
            timer.start()

    def run_aside(self, task: TaskDescription, finish: Callable[[TaskReport], None]) -> None:
        """Runs a task in a helper thread, under the caller's context variables; ``finish`` gets its report there."""
        self._helped.enqueue(task.task_id)
        self._finish[task.task_id] = finish
        run = partial(copy_context().run, self._run_helped, task)
        threading.Thread(target=run, name=f"{threading.current_thread().name}-task", daemon=True).start()

    def _run_helped(self, task: TaskDescription) -> None:
        report = self._helped.run(self.runner, task)
        if not self._helped.was_abandoned(task.task_id):
            self._finish.pop(task.task_id)(report)

    def _give_up(self, task_id: int, reason: str) -> None:
        if self._helped.abandon(task_id):
            self._finish.pop(task_id)(TaskReport(task_id, ReportKind.KILLED, reason.encode(), reason))

    def broadcast(self, message: ControlMessage) -> None:
        if message.kind == "drop_stage":
            self._barriers.forget(message.id, message.attempt)
        self.runner.control(message)

    def endpoint(self, executor_id: str) -> str | None:
        return None

    def stop(self) -> None:
        self._barriers.close()
        for task_id in self._helped.running():
            self._helped.kill(task_id, "the context was stopped")
        self._helped.wait(1.0)
        self.runner.close()


class CallerLoop(SchedulerLoop):
    """The inline loop: the thread that waits for a job runs tasks and handles events, under one lock."""

    _backend: InlineBackend

    def __init__(self, *args: Any, executor_id: str = "driver", lanes: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._executor_id, self._lanes = executor_id, lanes
        self._changed = threading.Condition(threading.RLock())
        self._pending: deque[m.SchedulerEvent | tuple[m.SchedulerEvent | None, ControlMessage]] = deque()
        self._handling = False

    def start(self) -> None:
        """Makes the executor; nothing runs in the background."""
        self._backend.start(self.post, self._dropped)
        self.post(m.ExecutorAdded(self._clock(), self._executor_id, 1, lanes=self._lanes, pid=os.getpid()))

    def post(self, event: m.SchedulerEvent) -> None:
        self._pending.append(event)
        with self._changed:
            self._drain()

    def post_control(self, event: m.SchedulerEvent | None, message: ControlMessage) -> None:
        # a finalizer may call this in any thread while a lock is held: it waits for the next event
        self._pending.append((event, message))

    def _later(self, event: m.SchedulerEvent) -> None:
        self._pending.append(event)

    def stop(self) -> None:
        with self._changed:
            if self._stopped is None:
                self._fail_everything("the SparkContext was stopped")
                self._backend.stop()
                self._changed.notify_all()

    def _drain(self) -> None:
        if self._handling:
            return
        self._handling = True
        try:
            while self._pending:
                item = self._pending.popleft()
                if isinstance(item, tuple):
                    self._handle_control(*item)
                else:
                    self._handle(item)
            self._changed.notify_all()
        except BaseException as error:
            self._fail_everything(f"internal error in the scheduler: {type(error).__name__}: {error}")
            raise
        finally:
            self._handling = False

    def _submit(self, job: Job, properties: Mapping[str, str]) -> None:
        with self._changed:
            if self._stopped is not None:
                job.ended = m.JobEnded(job.job_id, m.JobFailure("cancelled", self._stopped))
                job.inbox.put(job.ended)
                return
            self._jobs[job.job_id] = job
            self.post(
                m.JobSubmitted(
                    self._clock(), job.job_id, job.rdd, job.partitions, job.call_site, dict(properties)
                )
            )

    def _next_message(self, job: Job, deadline: float | None) -> m.Action | dict[int, bytes] | None:
        while job.inbox.empty():
            if deadline is not None and self._clock() >= deadline:
                return None
            if (task := self._next_task(job)) is None:
                continue
            if threading.current_thread() is threading.main_thread():
                self._run(task)
            else:
                self._backend.run_aside(task, self._finish)
        return job.inbox.get()

    def _next_task(self, job: Job) -> TaskDescription | None:
        """A launched task; else lets time or another thread's task pass, unless there is news of the job."""
        with self._changed:
            if not job.inbox.empty():
                return None
            if self._backend.waiting:
                return self._backend.waiting.popleft()
            wake, self._wake_at = self._wake_at, None
            if wake is not None and not self._pending:
                self._changed.wait(max(0.0, wake - self._clock()))
                self.post(m.Tick(self._clock()))
            else:
                self._changed.wait(0.05)
            return None

    def _run(self, task: TaskDescription) -> None:
        try:
            report = self._backend.runner.run(task)
        except BaseException:  # KeyboardInterrupt inside the task: the slot must come free before it goes on
            interrupted = TaskReport(task.task_id, ReportKind.KILLED, b"interrupted", "interrupted")
            self._finish(interrupted)
            raise
        self._finish(report)

    def _dropped(self, executor_id: str, report: TaskReport) -> None:
        """A task that was launched but never began: its slot is free again."""
        self._task_jobs.pop(report.task_id, None)
        self._later(m.TaskEnded(self._clock(), report.task_id, m.Killed(report.message)))

    def _finish(self, report: TaskReport) -> None:
        with self._changed:
            if self._stopped is None:
                self._handle_report(self._executor_id, report)
                self._drain()

    def _cancel_and_wait(self, job: Job) -> None:
        self.post(m.JobCancelled(self._clock(), job_id=job.job_id, reason="the program stopped waiting for it"))
        while job.ended is None:
            with self._changed:
                self._changed.wait(0.05)
