"""WorkerProcess: one worker as the driver sees it: spawned, greeted, talked to, declared lost.

    spawn --> process --> (gateway) attach --> READY --> tasks, reports ... --> lost, once, with a reason
                 |
                 +-- stdout and stderr --> the driver's stderr, the tail kept for the reason

`processes.ProcessBackend` owns the workers and is told by a `WorkerListener`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

from pyrdd.executor import frames, wire
from pyrdd.executor.barrier import BarrierCall
from pyrdd.executor.outbox import Outbox
from pyrdd.executor.task import TaskDescription, TaskReport
from pyrdd.executor.wire import Message
from pyrdd.executor.workerlaunch import Launch, describe_exit, kill_group, spawn

_EXIT_SECONDS = 1.0
_DRAIN_SECONDS = 5.0
_TAIL = 8192


class WorkerListener(Protocol):
    """What a worker tells its owner, from the worker's own threads. `lost` comes exactly once."""

    def ready(self, worker: WorkerProcess) -> None: ...

    def reported(self, worker: WorkerProcess, task: TaskDescription | None, report: TaskReport) -> None: ...

    def cached(self, worker: WorkerProcess, changes: list[list[int]]) -> None: ...

    def barrier(self, call: BarrierCall, reply: Callable[[list[str], str | None], None]) -> None: ...

    def lost(self, worker: WorkerProcess, reason: str) -> None: ...


class WorkerProcess:
    """A worker process and the connection to it."""

    def __init__(
        self,
        executor_id: str,
        launch: Launch,
        hello: Mapping[str, Any],
        listener: WorkerListener,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.executor_id, self._hello, self._listener, self._clock = executor_id, hello, listener, clock
        self.is_ready = False
        self.endpoint: str | None = None
        self.reports = 0
        self.last_heard = clock()
        self.tasks: dict[int, TaskDescription] = {}
        self.kill_at: dict[int, float] = {}
        self.last_rss = 0
        self._send_timeout = launch.send_timeout
        self._lock = threading.Lock()
        self._sock: socket.socket | None = None
        self._outbox: Outbox | None = None
        self._verdict: str | None = None
        self._drained = threading.Event()
        self._gone = False
        self._stopping = False
        self._tail = b""
        self._process = spawn(executor_id, launch)
        self._pump = self._start(self._forward_output, "output")
        self._start(self._await_exit, "exit")

    @property
    def pid(self) -> int:
        """The process id."""
        return int(self._process.pid)

    def attach(self, sock: socket.socket) -> None:
        """The worker has connected: greet it and read its frames in this thread until it is gone."""
        with self._lock:
            if self._gone or self._sock is not None:
                sock.close()
                return
            self._sock = sock
            self._outbox = Outbox(sock, self.condemn, self._send_timeout)
            self._outbox.post(frames.encode([int(Message.HELLO), dict(self._hello)]))
        problem = self._read(frames.FrameReader(sock))
        self._drained.set()
        self._finish(problem)

    def send(self, message: list[Any]) -> None:
        """Queues a message; returns at once. Raises `frames.FrameError` when it is too large."""
        frame = frames.encode(message)
        if self._outbox is not None:
            self._outbox.post(frame)

    def run(self, task: TaskDescription) -> None:
        """Sends a task."""
        self.tasks[task.task_id] = task
        self.send(wire.task_message(task))

    def condemn(self, reason: str) -> None:
        """Declares the worker lost: kills its processes; ``reason`` goes into the report."""
        self._verdict = self._verdict or reason
        kill_group(self._process)

    def stop(self) -> None:
        """Asks the worker to end; it is not reported as lost any more."""
        self._stopping = True
        if self._outbox is not None:
            self.send([int(Message.STOP)])
        else:
            kill_group(self._process)

    def await_end(self, deadline: float) -> None:
        """Waits until the process has ended; kills it at ``deadline`` (of the clock). Releases what it held.
        """
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - self._clock()))
        kill_group(self._process)
        self._finish("it was stopped")

    # --- threads of this worker ----------------------------------------------------------------------------

    def _start(self, target: Callable[[], None], role: str) -> threading.Thread:
        thread = threading.Thread(target=target, name=f"pyrdd-{role}-{self.executor_id}", daemon=True)
        thread.start()
        return thread

    def _read(self, reader: frames.FrameReader) -> str:
        """Handles frames until the stream ends; returns how it ended."""
        try:
            while (message := reader.read()) is not None:
                self.last_heard = self._clock()
                self._handle(message)
        except OSError as error:
            return str(error)
        return "it closed the connection"

    def _handle(self, message: list[Any]) -> None:
        kind = message[0]
        if kind == Message.REPORT:
            self.last_rss = message[1]
            report = wire.read_report(message[2:])
            self.reports += 1
            self.kill_at.pop(report.task_id, None)
            self._listener.reported(self, self.tasks.pop(report.task_id, None), report)
        elif kind == Message.ALIVE:
            self.last_rss = message[1]
        elif kind == Message.BLOCKS:
            self._listener.cached(self, message[1])
        elif kind == Message.BARRIER:
            self._listener.barrier(BarrierCall(*message[2:]), self._barrier_reply(message[1]))
        elif kind == Message.READY:
            # with its memory: the first task may take the worker down before it reports anything else
            self.is_ready, self.endpoint, self.last_rss = True, message[1], message[2]
            self._listener.ready(self)

    def _barrier_reply(self, number: int) -> Callable[[list[str], str | None], None]:
        def reply(messages: list[str], error: str | None) -> None:
            self.send([int(Message.BARRIER), number, messages, error])

        return reply

    def _await_exit(self) -> None:
        """Notices a process that ends without ever having connected, or while its socket is held open by a
        child."""
        self._process.wait()
        if self._sock is not None:
            kill_group(self._process)  # a child of it may hold the socket open
            self._drained.wait(_DRAIN_SECONDS)  # its last reports may still be in the socket
        self._finish("it ended")

    def _forward_output(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with stream:
            while chunk := os.read(stream.fileno(), 65536):
                self._tail = (self._tail + chunk)[-_TAIL:]
                _write_to_stderr(chunk)

    # --- the end -------------------------------------------------------------------------------------------

    def _finish(self, problem: str) -> None:
        """Ends everything of this worker and tells the listener; only the first call does."""
        with self._lock:
            if self._gone:
                return
            self._gone = True
        code = self._exit_code()
        self._release()
        if self._stopping:
            return
        self._pump.join(_EXIT_SECONDS)
        self._listener.lost(self, self._reason(code, problem))

    def _exit_code(self) -> int | None:
        """Lets the process end by itself, so that its own exit code is seen, then makes sure that it has.

        ``None`` when it had to be killed here. One that dies slowly (a busy machine, a core dump) keeps its own code.
        """
        ended_by_itself = True
        try:
            self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            ended_by_itself = False
        kill_group(self._process)
        code = self._process.wait()
        return code if ended_by_itself or code != -int(getattr(signal, "SIGKILL", 9)) else None

    def _release(self) -> None:
        if self._outbox is not None:
            self._outbox.close()
        if self._sock is not None:
            with suppress(OSError):  # the peer was faster
                self._sock.shutdown(socket.SHUT_RDWR)
            self._sock.close()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _reason(self, code: int | None, problem: str) -> str:
        what = self._verdict or (problem if code is None else describe_exit(code))
        parts = [f"worker process {self.pid} of executor {self.executor_id} died: {what}"]
        if self.is_ready:
            known = f"last memory seen: {self.last_rss / 2**20:.0f} MiB"
            parts.append(known if self.last_rss else "its memory is not known")
        parts.append(_describe_tasks(list(self.tasks.values())) if self.is_ready else "it never became ready")
        tail = self._tail.decode("utf-8", "replace").strip()
        if tail and (not self.is_ready or "Fatal Python error" in tail):
            parts.append(f"its last output:\n{tail}")
        return "; ".join(parts)


def _describe_tasks(tasks: list[TaskDescription]) -> str:
    if not tasks:
        return "it was idle"
    names = [
        f"task {t.task_id} (stage {t.stage_id}, partition {t.partition}, attempt {t.attempt})" for t in tasks
    ]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"it was running {shown}"


def _write_to_stderr(chunk: bytes) -> None:
    """Shows a worker's output where the driver's own errors go (a notebook replaces ``sys.stderr``)."""
    try:
        if sys.stderr is sys.__stderr__ and sys.stderr is not None:
            os.write(sys.stderr.fileno(), chunk)
        elif sys.stderr is not None:
            sys.stderr.write(chunk.decode("utf-8", "replace"))
    except (OSError, ValueError):
        return  # nowhere to show it


