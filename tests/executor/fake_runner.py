"""A runner for tests of the process side: a task's ``splits`` names what to do, no pickling involved."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time

from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport
from pyrdd.executor.worker import WorkerContext


class FakeRunner:
    """Answers a task by calling the method that its ``splits`` name, with the argument behind the colon."""

    def __init__(self, context: WorkerContext) -> None:
        self.context = context
        self.stages: dict[tuple[int, int], StageBinary] = {}
        self.controls: list[str] = []

    def add_stage(self, stage: StageBinary) -> None:
        self.stages[stage.stage_id, stage.stage_attempt] = stage

    def control(self, message: ControlMessage) -> None:
        self.controls.append(f"{message.kind} {message.id}")

    def close(self) -> None:
        pass

    def run(self, task: TaskDescription) -> TaskReport:
        name, _, argument = bytes(task.splits).decode().partition(":")
        try:
            answer = getattr(self, f"do_{name or 'nothing'}")(task, argument)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            return TaskReport(task.task_id, ReportKind.FAILED, b"", why)
        data = answer if isinstance(answer, bytes) else str(answer).encode()
        return TaskReport(task.task_id, ReportKind.RESULT, data, metrics=[1, 2], accumulators={7: b"x"})

    def _started(self, task: TaskDescription) -> None:
        with open(os.path.join(self.context.directory, f"started-{task.task_id}"), "w"):
            pass

    def do_nothing(self, task: TaskDescription, argument: str) -> str:
        return ""

    def do_stage(self, task: TaskDescription, argument: str) -> bytes:
        return bytes(self.stages[task.stage_id, task.stage_attempt].closure)[:100]

    def do_controls(self, task: TaskDescription, argument: str) -> str:
        return ",".join(self.controls)

    def do_big(self, task: TaskDescription, argument: str) -> bytes:
        self._started(task)
        return bytes(int(argument))

    def do_sleep(self, task: TaskDescription, argument: str) -> str:
        self._started(task)
        time.sleep(float(argument))
        return "slept"

    def do_spin(self, task: TaskDescription, argument: str) -> str:
        self._started(task)
        end = time.monotonic() + float(argument)
        while time.monotonic() < end:
            pass
        return "spun"

    def do_lock(self, task: TaskDescription, argument: str) -> str:
        self._started(task)
        ctypes.PyDLL(None).sleep(int(argument))  # keeps the interpreter's lock
        return "held"

    def do_exit(self, task: TaskDescription, argument: str) -> None:
        os._exit(int(argument))

    def do_signal(self, task: TaskDescription, argument: str) -> None:
        os.kill(os.getpid(), int(argument))
        time.sleep(60)

    def do_crash(self, task: TaskDescription, argument: str) -> None:
        ctypes.string_at(0)

    def do_child(self, task: TaskDescription, argument: str) -> int:
        return subprocess.Popen(["sleep", argument]).pid

    def do_read_stdin(self, task: TaskDescription, argument: str) -> str:
        return subprocess.run(["cat"], capture_output=True, timeout=10).stdout.decode() + "nothing"

    def do_print(self, task: TaskDescription, argument: str) -> str:
        print(argument)
        return ""

    def do_barrier(self, task: TaskDescription, argument: str) -> str:
        client = self.context.barrier.client(
            task.stage_id, task.stage_attempt, task.partition, len(task.barrier_tasks)
        )
        client.barrier()
        return ",".join(client.all_gather(f"from {task.partition}"))

    def do_fail(self, task: TaskDescription, argument: str) -> None:
        raise ValueError(argument)

    def do_fetch(self, task: TaskDescription, argument: str) -> bytes:
        endpoint, _, name = argument.partition("|")
        assert self.context.fetch is not None
        return self.context.fetch(endpoint, name, 0, -1)

    def do_driver_block(self, task: TaskDescription, argument: str) -> bytes:
        return self.do_fetch(task, f"{self.context.driver_endpoint}|{argument}")

    def do_write(self, task: TaskDescription, argument: str) -> str:
        path = os.path.join(self.context.directory, "output")
        with open(path, "w") as file:
            file.write(argument)
        return f"{self.context.endpoint}|{path}"

    def do_look(self, task: TaskDescription, argument: str) -> str:
        main = sys.modules["__main__"]
        seen = {
            "seed": os.environ.get("PYTHONHASHSEED"),
            "hash": hash("a"),
            "cwd": os.getcwd(),
            "main": getattr(main, "__file__", None),
            "sigint": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
            "secret": any("token" in word for word in [*sys.orig_argv[:-1], *os.environ]),
            "conf": dict(self.context.conf),
        }
        return repr(seen)


def make(context: WorkerContext) -> FakeRunner:
    """The factory that the tests name."""
    return FakeRunner(context)


def refuse(context: WorkerContext) -> FakeRunner:
    """A factory that cannot make a runner."""
    raise RuntimeError("no runner today")
