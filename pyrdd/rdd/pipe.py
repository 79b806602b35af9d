"""Pipe: a partition's records through an external command, one line each (`RDD.pipe`).

    task thread   lines of stdout <-------------- command
    feeder        starts the command, computes the records, writes them to stdin
"""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from pyrdd.errors import PySparkRuntimeError
from pyrdd.taskcontext import TaskContext
from pyrdd.util.frozen import field, frozen


@frozen
class Pipe:
    """The step: what the command prints. With ``check_code`` a non-zero exit fails the task."""

    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    check_code: bool = False

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[str]:
        task = TaskContext.get()
        running = RunningCommand(self.command, self.env)
        if task is not None:  # a kill may interrupt the clean-up below; the end of the task makes good
            task.add_completion_listener(lambda _: running.close())
        running.start(records, task)
        try:
            for line in running.lines():
                yield line.rstrip(b"\n").decode()
            code = running.finish()
        finally:
            running.close()
        if self.check_code and code:
            raise PySparkRuntimeError(
                errorClass="PIPE_FUNCTION_EXITED",
                messageParameters={"func_name": shlex.join(self.command), "error_code": str(code)},
            )


class RunningCommand:
    """One run of a command. The feeder starts it, for it is never killed: a kill in the middle of starting a process
    would leave one that nobody knows."""

    def __init__(self, command: tuple[str, ...], env: Mapping[str, str]) -> None:
        self._command, self._env = command, env
        self._lock, self._started = threading.Lock(), threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._failure: BaseException | None = None
        self._closed = False
        self._feeder: threading.Thread | None = None

    def start(self, records: Iterator[Any], task: TaskContext | None) -> None:
        """Starts the feeder; ``task`` is whose records they are (their functions may use its accumulators)."""
        self._feeder = threading.Thread(target=self._run, args=(records, task), name="pyrdd-pipe", daemon=True)
        self._feeder.start()

    def lines(self) -> Iterator[bytes]:
        """The command's output. Raises what starting it raised."""
        self._started.wait()
        if self._process is None or self._process.stdout is None:
            self._raise_failure()
            return
        yield from self._process.stdout

    def finish(self) -> int:
        """The exit code, once all output was read. Raises what computing the records raised."""
        assert self._process is not None and self._feeder is not None
        code = self._process.wait()
        self._feeder.join()
        self._raise_failure()
        return code

    def close(self) -> None:
        """Ends the command, if it still runs, or keeps it from starting. Idempotent."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is not None:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self, records: Iterator[Any], task: TaskContext | None) -> None:
        TaskContext._set(task)
        try:
            with self._lock:
                if self._closed:
                    return
                self._process = subprocess.Popen(
                    self._command, env=dict(self._env), stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            self._started.set()
            self._feed(self._process, records)
        except BaseException as error:  # it belongs to the task, not to this thread
            self._failure = error
        finally:
            self._started.set()

    @staticmethod
    def _feed(process: subprocess.Popen[bytes], records: Iterator[Any]) -> None:
        assert process.stdin is not None
        try:
            for record in records:
                process.stdin.write((str(record).rstrip("\n") + "\n").encode())
        except BrokenPipeError:
            pass  # the command has read enough (`head`): not an error
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
