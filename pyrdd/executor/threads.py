"""ThreadBackend: one executor, "driver", whose slots are threads of this process (``threads[N]``,
vectorised stages)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

from pyrdd.executor.barrier import BarrierCoordinator, BarrierGate
from pyrdd.executor.kill import KillableTasks, Runner
from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport
from pyrdd.scheduler.messages import ExecutorAdded, SchedulerEvent

_GOOD = (ReportKind.MAP_OUTPUT, ReportKind.RESULT, ReportKind.RESULT_FILE)


class ThreadBackend:
    """Runs tasks in ``num_threads`` threads with one shared runner. An `ExecutorBackend`
    (docs/architecture.md).

    ``make_runner(gate)`` builds the runner at the start; the gate is its ``env.barrier``. Threads cannot be
    killed from outside: a killed task ends at its next bytecode, one in a long C call when the call
    returns. A task that has not ended ``kill_grace`` seconds after its kill is given up: its slot gets
    another thread, and what it does in the end counts for nothing.
    """

    def __init__(
        self,
        num_threads: int,
        make_runner: Callable[[BarrierGate], Runner],
        executor_id: str = "driver",
        lanes: frozenset[str] = frozenset({"python"}),
        barrier_timeout: float = 365 * 24 * 3600.0,
        kill_grace: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kill_grace = kill_grace
        self.num_threads, self.executor_id, self.lanes = num_threads, executor_id, lanes
        self._make_runner, self._clock = make_runner, clock
        self.barriers = BarrierCoordinator(barrier_timeout)
        self._tasks = KillableTasks()
        self._queue: SimpleQueue[TaskDescription | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._stopping = False

    def start(
        self, post: Callable[[SchedulerEvent], None], on_report: Callable[[str, TaskReport], None]
    ) -> None:
        """Builds the runner and starts the threads; the executor is there at once."""
        self._on_report = on_report
        self._runner = self._make_runner(BarrierGate(self.barriers.arrive))
        for _ in range(self.num_threads):
            self._start_thread()
        post(ExecutorAdded(self._clock(), self.executor_id, self.num_threads, lanes=self.lanes))

    def serve(self, lane: str) -> None:
        """The threads serve their lanes from the start on."""

    def send_stage(self, executor_id: str, stage: StageBinary) -> None:
        """Gives a stage to the runner."""
        self._runner.add_stage(stage)

    def launch(self, executor_id: str, task: TaskDescription) -> None:
        """Queues a task for the next free thread."""
        self._tasks.enqueue(task.task_id)
        self._queue.put(task)

    def kill(self, executor_id: str, task_id: int, reason: str, interrupt: bool) -> None:
        """Ends a task at its next bytecode."""
        if self._tasks.kill(task_id, reason) and self._kill_grace is not None:
            timer = threading.Timer(self._kill_grace, self._give_up, (task_id, reason))
            timer.daemon = True
            timer.start()

    def _give_up(self, task_id: int, reason: str) -> None:
        """Frees the slot of a task that is stuck: another thread takes its place."""
        if self._stopping or not self._tasks.abandon(task_id):
            return
        self._start_thread()
        self._on_report(self.executor_id, TaskReport(task_id, ReportKind.KILLED, reason.encode(), reason))

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._run_tasks, name=f"pyrdd-task-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def broadcast(self, message: ControlMessage) -> None:
        """Hands housekeeping to the runner."""
        if message.kind == "drop_stage":
            self.barriers.forget(message.id, message.attempt)
        self._runner.control(message)

    def endpoint(self, executor_id: str) -> None:
        """Threads serve no blocks: all of them use the same block manager."""

    def stop(self) -> None:
        """Kills what runs and ends the threads; one stuck in C code is left to end with the process.
        Idempotent."""
        if self._stopping:
            return
        self._stopping = True
        self.barriers.close()
        for _ in self._threads:
            self._queue.put(None)
        for task_id in self._tasks.running():
            self._tasks.kill(task_id, "the context was stopped")
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(1.0)
        self._runner.close()

    def _run_tasks(self) -> None:
        while (task := self._queue.get()) is not None:
            if self._stopping:
                continue
            report = self._tasks.run(self._runner, task)
            if self._tasks.was_abandoned(task.task_id):
                return
            # The task's own failure first: those of its peers, which follow from it, must not be taken for the cause.
            self._on_report(self.executor_id, report)
            if task.barrier_tasks and report.kind not in _GOOD:
                why = f"the barrier task of partition {task.partition} failed: {report.message}"
                self.barriers.fail(task.stage_id, task.stage_attempt, why)
