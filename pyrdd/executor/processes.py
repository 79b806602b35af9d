"""ProcessBackend: executors that are worker processes of this machine (the Python lane of ``local[N]``).

    scheduler loop --launch, kill, broadcast--> ProcessBackend --frames--> worker processes
          ^-- ExecutorAdded, ExecutorLost, on_report --|  one reader thread per worker, one monitor, one starter

Starting returns at once; workers appear as they become ready. A worker that dies is reported and replaced
by one with a new id, unless workers die before they get any work done: then the backend gives up and says
why.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from pyrdd.executor import wire
from pyrdd.executor.barrier import BarrierCall, BarrierCoordinator
from pyrdd.executor.task import (
    ControlMessage,
    ReportKind,
    StageBinary,
    TaskDescription,
    TaskReport,
    result_path,
)
from pyrdd.executor.wire import Message
from pyrdd.scheduler.messages import BlockCached, ExecutorAdded, ExecutorLost, LaneBroken, SchedulerEvent
from pyrdd.util.frozen import field, frozen

if TYPE_CHECKING:
    import socket

    from pyrdd.executor.gateway import Gateway
    from pyrdd.executor.workerlaunch import Launch
    from pyrdd.executor.workerprocess import WorkerProcess

_MONITOR_SECONDS = 0.5


@frozen
class ProcessOptions:
    """How worker processes are run; times in seconds.

    ``runner_factory`` (``module:function``) makes the runner in the worker from a
    `pyrdd.executor.worker.WorkerContext`. ``kill_grace``: a task that has not ended this long after its
    kill takes its process with it (``None``: never). ``silence``: a worker that gave no sign of life for so
    long is lost. ``start_timeout``: to become ready. ``python`` is the interpreter, ``environment`` more
    variables for the workers.
    """

    runner_factory: str
    conf: Mapping[str, str] = field(default_factory=dict)
    memory: int | None = None
    kill_grace: float | None = 2.0
    silence: float = 120.0
    send_timeout: float = 30.0
    start_timeout: float = 60.0
    stop_timeout: float = 2.0
    barrier_timeout: float = 365 * 24 * 3600.0
    python: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=dict)


class ProcessBackend:
    """``num_workers`` worker processes which share ``directory`` with each other and the driver.

    An `ExecutorBackend` (docs/architecture.md). ``token`` is a secret of the application (``os.urandom``).
    When workers cannot be kept alive, `LaneBroken` is posted for each of ``lanes``; the next stage makes it try again.
    """

    storage_lost = False
    host_local = True
    lanes = frozenset({"python"})

    def __init__(
        self,
        num_workers: int,
        directory: str,
        token: bytes,
        options: ProcessOptions,
        slots: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.num_workers, self.slots, self.directory = num_workers, slots, directory
        self._token, self._options, self._clock = token, options, clock
        self.barriers = BarrierCoordinator(options.barrier_timeout)
        self._lock = threading.Lock()
        self._ids = count()
        self._workers: dict[str, WorkerProcess] = {}
        self._born: dict[str, float] = {}
        self._orders: SimpleQueue[int | None] = SimpleQueue()
        self._barren = 0
        self._broken = False
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._gateway: Gateway | None = None

    # --- the contract --------------------------------------------------------------------------------------

    def start(
        self, post: Callable[[SchedulerEvent], None], on_report: Callable[[str, TaskReport], None]
    ) -> None:
        """Returns at once; the workers start in the background."""
        self._post, self._on_report = post, on_report
        for name, role in (("pyrdd-starter", self._start_workers), ("pyrdd-monitor", self._monitor)):
            thread = threading.Thread(target=role, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        self._orders.put(self.num_workers)

    def serve(self, lane: str) -> None:
        """The workers serve their lanes from the start on; where they could not be started, another try is made."""
        with self._lock:
            if not self._broken:
                return
            self._broken, self._barren = False, 0
        self._orders.put(self.num_workers)

    def send_stage(self, executor_id: str, stage: StageBinary) -> None:
        """Sends a stage; the tasks that are launched later on this executor find it there."""
        self._send(executor_id, wire.stage_message(stage))

    def launch(self, executor_id: str, task: TaskDescription) -> None:
        """Sends a task; one for an executor that is gone is dropped (its loss has been posted)."""
        worker = self._workers.get(executor_id)
        if worker is not None:
            worker.run(task)

    def kill(self, executor_id: str, task_id: int, reason: str, interrupt: bool) -> None:
        """Asks for the end of a task; after the grace period its process is killed instead."""
        worker = self._workers.get(executor_id)
        if worker is None or task_id not in worker.tasks:
            return
        worker.send([int(Message.KILL), task_id, reason])
        if self._options.kill_grace is not None:
            worker.kill_at[task_id] = self._clock() + self._options.kill_grace

    def broadcast(self, message: ControlMessage) -> None:
        """Sends housekeeping to every executor."""
        if message.kind == "drop_stage":
            self.barriers.forget(message.id, message.attempt)
        for executor_id in list(self._workers):
            self._send(executor_id, wire.control_message(message))

    def endpoint(self, executor_id: str) -> str | None:
        """The address of an executor's block server, when it has one and is there."""
        worker = self._workers.get(executor_id)
        return worker.endpoint if worker is not None else None

    def stop(self) -> None:
        """Ends all workers, whatever they do, within ``stop_timeout`` and a little. Idempotent."""
        with self._lock:
            if self._stopping.is_set():
                return
            self._stopping.set()
            workers = list(self._workers.values())
        self._orders.put(None)
        self.barriers.close()
        for worker in workers:
            worker.stop()
        deadline = self._clock() + self._options.stop_timeout
        for worker in workers:
            worker.await_end(deadline)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(self._options.stop_timeout)
        self._workers.clear()

    def _send(self, executor_id: str, message: list[Any]) -> None:
        worker = self._workers.get(executor_id)
        if worker is not None:
            worker.send(message)

    # --- starting workers ----------------------------------------------------------------------------------

    def _start_workers(self) -> None:
        """The starter thread: opens the gateway, then starts as many workers as it is asked for."""
        launch: Launch | None = None
        try:
            while (order := self._orders.get()) is not None:
                try:
                    launch = launch or self._open()
                    for _ in range(order):
                        self._start_worker(launch)
                except OSError as error:
                    self._break(f"worker processes cannot be started: {error}")
        finally:
            self._close()

    def _open(self) -> Launch:
        # Imported here, in the background: sockets and subprocesses are half of the time a context needs to
        # start.
        from pyrdd.executor.gateway import Gateway
        from pyrdd.executor.workerlaunch import Launch

        self._gateway = Gateway(self._token, self._admit, self.directory)
        options = self._options
        return Launch(
            self._gateway.address,
            self._token,
            options.python,
            options.environment,
            options.start_timeout,
            options.send_timeout,
        )

    def _close(self) -> None:
        if self._gateway is not None:
            self._gateway.close()

    def _start_worker(self, launch: Launch) -> None:
        from pyrdd.executor.workerprocess import WorkerProcess  # with `_open`, in the background

        with self._lock:
            if self._stopping.is_set():
                return
            executor_id = str(next(self._ids))
            self._workers[executor_id] = WorkerProcess(
                executor_id, launch, self._hello(executor_id), _Listener(self), self._clock
            )
            self._born[executor_id] = self._clock()

    def _hello(self, executor_id: str) -> dict[str, Any]:
        """The settings of one worker."""
        return {
            "factory": self._options.runner_factory,
            "conf": dict(self._options.conf),
            "argv": [str(argument) for argument in getattr(sys, "argv", [""])],
            "cwd": self._working_directory(),
            "slots": self.slots,
            "memory": self._options.memory,
            "directory": self._directory_of(executor_id),
            "host_local": self.host_local,
            "result_directory": self.directory,
            "driver_endpoint": None,
        }

    def _working_directory(self) -> str:
        try:
            return os.getcwd()
        except FileNotFoundError:
            return self.directory  # the driver's was removed under it, which is no reason not to work

    def _directory_of(self, executor_id: str) -> str:
        """The executor's own directory, made here."""
        path = os.path.join(self.directory, f"executor-{executor_id}")
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path

    def _admit(self, sock: socket.socket, identity: str) -> None:
        with self._lock:
            worker = self._workers.get(identity)
        if worker is None:
            sock.close()
        else:
            worker.attach(sock)

    # --- told by the workers -------------------------------------------------------------------------------

    def _ready(self, worker: WorkerProcess) -> None:
        self._post(ExecutorAdded(self._clock(), worker.executor_id, self.slots, lanes=self.lanes, pid=worker.pid))

    def _reported(self, worker: WorkerProcess, task: TaskDescription | None, report: TaskReport) -> None:
        self._barren = 0
        ended_badly = report.kind not in (ReportKind.MAP_OUTPUT, ReportKind.RESULT, ReportKind.RESULT_FILE)
        if ended_badly:
            self._remove_result(report.task_id)
        # The task's own failure first: those of its peers, which follow from it, must not be taken for the cause.
        self._on_report(worker.executor_id, report)
        if task is not None and task.barrier_tasks and ended_badly:
            self._fail_barrier(task, report.message or report.kind.name.lower())

    def _cached(self, worker: WorkerProcess, changes: list[list[int]]) -> None:
        for change in changes:
            self._post(BlockCached(self._clock(), worker.executor_id, *change))

    def _fail_barrier(self, task: TaskDescription, why: str) -> None:
        message = f"the barrier task of partition {task.partition} failed: {why}"
        self.barriers.fail(task.stage_id, task.stage_attempt, message)

    def _lost(self, worker: WorkerProcess, reason: str) -> None:
        with self._lock:
            self._workers.pop(worker.executor_id, None)
            if self._stopping.is_set():
                return
            worked = worker.reports or worker.tasks
            self._barren = 0 if worked else self._barren + 1
            give_up = self._barren > max(3, 2 * self.num_workers)
            survivors = len(self._workers)
        self._dispose(worker)
        for task_id in list(worker.tasks):
            self._remove_result(task_id)
        self._post(ExecutorLost(self._clock(), worker.executor_id, reason, self.storage_lost))
        for task in list(worker.tasks.values()):
            if task.barrier_tasks:
                self._fail_barrier(task, reason)
        if not give_up:
            self._orders.put(1)
        elif not survivors:
            self._break(f"{self._barren} worker processes in a row died before any work was done. {reason}")

    def _remove_result(self, task_id: int) -> None:
        """A task that was killed may have written its result, or half of it, already."""
        with suppress(FileNotFoundError):
            os.unlink(result_path(self.directory, task_id))

    def _dispose(self, worker: WorkerProcess) -> None:
        """What is left of a lost worker; nothing here, as the others can read its files."""

    def _break(self, message: str) -> None:
        with self._lock:
            if self._stopping.is_set() or self._workers:  # those that are left go on
                return
            self._broken = True
        for lane in sorted(self.lanes):
            self._post(LaneBroken(self._clock(), lane, message))

    # --- watching them -------------------------------------------------------------------------------------

    def _monitor(self) -> None:
        """The monitor thread: ends workers that are silent, late, or stuck in a killed task."""
        before = self._clock()
        while not self._stopping.wait(_MONITOR_SECONDS):
            now = self._clock()
            slept = now - before > 10 * _MONITOR_SECONDS
            before = now
            for worker in list(self._workers.values()):
                if slept:
                    # This process itself was stopped (Ctrl-Z, a debugger): the workers had nobody to talk to.
                    worker.last_heard = now
                elif reason := self._why_lost(worker, now):
                    worker.condemn(reason)

    def _why_lost(self, worker: WorkerProcess, now: float) -> str | None:
        options = self._options
        if not worker.is_ready:
            late = now - self._born.get(worker.executor_id, now) > options.start_timeout
            return f"it was not ready after {options.start_timeout:g} seconds" if late else None
        if now - worker.last_heard > options.silence:
            return f"it gave no sign of life for {options.silence:g} seconds"
        overdue = [task_id for task_id, deadline in list(worker.kill_at.items()) if now > deadline]
        if overdue:
            return f"task {overdue[0]} did not end within {options.kill_grace:g} seconds of its kill"
        return None


class _Listener:
    """Hands what a worker tells to the backend, without making that part of the backend's public face."""

    __slots__ = ("_backend",)

    def __init__(self, backend: ProcessBackend) -> None:
        self._backend = backend

    def ready(self, worker: WorkerProcess) -> None:
        self._backend._ready(worker)

    def reported(self, worker: WorkerProcess, task: TaskDescription | None, report: TaskReport) -> None:
        self._backend._reported(worker, task, report)

    def cached(self, worker: WorkerProcess, changes: list[list[int]]) -> None:
        self._backend._cached(worker, changes)

    def barrier(self, call: BarrierCall, reply: Callable[[list[str], str | None], None]) -> None:
        self._backend.barriers.arrive(call, reply)

    def lost(self, worker: WorkerProcess, reason: str) -> None:
        self._backend._lost(worker, reason)
