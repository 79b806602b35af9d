"""KillableTasks: run task attempts in threads so that another thread can end them.

    task thread     run(runner, description) ------------- TaskReport -->
                        ^ TaskKilled, raised between two bytecodes
    reader thread   kill(task_id, reason)

Python has no other way to stop a thread; a task inside a long C call notices when the call returns (calls that
can be ended earlier say so: `pyrdd.util.interrupts`), which is why the driver has a grace period after which it
kills the worker process. Shared by worker processes and `threads`.
"""

from __future__ import annotations

import _frozen_importlib
import _imp
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport
from pyrdd.util.frozen import replace
from pyrdd.util.interrupts import interrupt

# How far below `Thread.start` a thread can be while it starts another: Event.wait, Condition.wait, their locks.
_START_DEPTH = 6
# How often a kill looks whether its thread has started another. One that does nothing else is never seen elsewhere; if
# the kill then misses, the driver's grace period ends the task.
_START_PATIENCE = 100


class TaskKilled(BaseException):
    """Raised inside a task that is to end now. Not an ``Exception``, so that ``except Exception`` lets it
    pass."""


class Runner(Protocol):
    """What runs the tasks of an executor: `pyrdd.executor.task_runner.TaskRunner`."""

    def add_stage(self, stage: StageBinary) -> None: ...

    def run(self, description: TaskDescription) -> TaskReport: ...

    def control(self, message: ControlMessage) -> None: ...

    def close(self) -> None: ...


class KillableTasks:
    """The attempts that run or wait in one executor, by task id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: dict[int, int] = {}
        self._doomed: dict[int, str] = {}
        self._queued: set[int] = set()
        self._abandoned: set[int] = set()

    def enqueue(self, task_id: int) -> None:
        """Announces an attempt that `run` will get; a kill before that prevents it from starting."""
        with self._lock:
            self._queued.add(task_id)

    def running(self) -> list[int]:
        """The task ids that run now."""
        return list(self._threads)

    def wait(self, patience: float) -> None:
        """Waits until nothing runs, but not longer than some seconds."""
        until = time.monotonic() + patience
        while self._threads and time.monotonic() < until:
            time.sleep(0.01)

    def run(self, runner: Runner, description: TaskDescription) -> TaskReport:
        """Runs one attempt in this thread. Always returns a report: KILLED when `kill` ended it."""
        task_id, report = description.task_id, None
        try:
            try:
                if self._begin(task_id):
                    report = runner.run(description)
            except TaskKilled:
                raise
            except BaseException as error:
                report = _escaped(task_id, error)
            finally:
                reason = self._end(task_id)
        except TaskKilled:
            # At most one kill is raised per attempt, so nothing can interrupt this second, idempotent end.
            reason = self._end(task_id)
            _release_import_locks()
        self._doomed.pop(task_id, None)
        return _settle(task_id, report, reason)

    def kill(self, task_id: int, reason: str) -> bool:
        """Ends an attempt; false when there is none of that id. Returns at once, repeated calls do nothing.
        """
        with self._lock:
            known = task_id in self._threads or task_id in self._queued
            if not known or task_id in self._doomed:
                return known
            self._doomed[task_id] = reason
            if (thread := self._threads.get(task_id)) is not None:
                _raise_in_thread(thread, TaskKilled)
                interrupt(thread)
            return True

    def abandon(self, task_id: int) -> bool:
        """Gives up an attempt that does not end; false when it has ended. Its thread goes on, unheeded."""
        with self._lock:
            if self._threads.pop(task_id, None) is None:
                return False
            self._abandoned.add(task_id)
            return True

    def was_abandoned(self, task_id: int) -> bool:
        """Whether an attempt that `run` has returned for was given up meanwhile. To be asked once."""
        with self._lock:
            if task_id not in self._abandoned:
                return False
            self._abandoned.discard(task_id)
            return True

    def _begin(self, task_id: int) -> bool:
        with self._lock:
            self._queued.discard(task_id)
            if task_id in self._doomed:
                return False
            self._threads[task_id] = threading.get_ident()
            return True

    def _end(self, task_id: int) -> str | None:
        with self._lock:
            self._threads.pop(task_id, None)
            reason = self._doomed.get(task_id)
        if reason is not None:
            _let_pending_kill_happen()
        return reason


def _let_pending_kill_happen() -> None:
    """A kill that came too late is raised here rather than in this thread's next task.

    Taking it back instead, by setting no exception, leaves CPython's request to look for one standing: every later
    bytecode check is slow, and in 3.11 a profiled function then loops for ever.
    """
    for _ in range(1000):  # CPython looks for a pending exception each time a loop jumps back
        pass


def _release_import_locks() -> None:
    """Gives back what a kill in the middle of an import left locked, or every other thread that imports would wait
    for ever. This thread is not importing now, so whatever it holds is such a left-over."""
    with suppress(RuntimeError):  # it does not hold the lock (any more)
        while True:
            _imp.release_lock()
    me = threading.get_ident()
    locks: Mapping[str, Callable[[], Any]] = getattr(_frozen_importlib, "_module_locks", {})
    for lock in [reference() for reference in list(locks.values())]:
        while lock is not None and getattr(lock, "owner", None) == me:
            lock.release()


def _settle(task_id: int, report: TaskReport | None, reason: str | None) -> TaskReport:
    """A kill explains a missing report and a failure that it caused; a success stands."""
    why = reason or "the task was killed"
    payload = why.encode("utf-8", "replace")
    if report is None:
        return TaskReport(task_id, ReportKind.KILLED, payload, why)
    if report.kind is ReportKind.KILLED or (reason and report.kind is ReportKind.FAILED):
        return replace(report, kind=ReportKind.KILLED, payload=payload, message=why)
    return report


def _escaped(task_id: int, error: BaseException) -> TaskReport:
    """A runner reports failures itself; what escapes it (no memory left, or a `KeyboardInterrupt`, which here only user
    code can raise) is still the task's failure."""
    # Imported here: the error machinery is needed only by a task that fails outside its own net.
    from pyrdd.errors.task_error import capture, one_line

    return TaskReport(task_id, ReportKind.FAILED, capture(error), one_line(error))


def _raise_in_thread(thread: int, kind: type[BaseException]) -> None:
    # Imported here: ctypes costs a worker 10 ms of its start, and most workers never kill a task.
    import ctypes

    for _ in range(_START_PATIENCE):
        if not _starts_a_thread(thread):
            break
        time.sleep(0.001)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


def _starts_a_thread(thread: int) -> bool:
    """Whether ``thread`` is inside of `threading.Thread.start`: until 3.12, CPython knows a thread that does not run yet
    by the identity of its parent, and would raise the exception there."""
    frame = sys._current_frames().get(thread)
    for _ in range(_START_DEPTH):
        if frame is None:
            return False
        if frame.f_code is threading.Thread.start.__code__:
            return True
        frame = frame.f_back
    return False
