"""Child processes of the benchmarks: one engine's work in a process of its own, its memory watched, ended with all that it started.

A child prints what it found as lines ``RESULT {...}`` of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
_SHOWN_LINES = 15


@dataclass(frozen=True)
class Child:
    """How a child ended. ``status`` is ``ok`` (it has printed a result), ``timeout`` or ``failed``; ``message`` the end of
    its error output, ``answered`` the seconds until its last result."""

    status: str
    results: list[dict[str, Any]]
    answered: float
    megabytes: float
    message: str
    timed_out: bool


def run(command: Sequence[str], python: str, timeout: float) -> Child:
    """Runs ``python command...`` with this project importable; leaves no process behind."""
    paths = [str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYSPARK_PYTHON": python}
    with tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        child = subprocess.Popen([python, *command], env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        memory = PeakMemory(child.pid)
        memory.start()
        killer = threading.Timer(timeout, memory.kill)
        killer.start()
        results, answered = [], 0.0
        assert child.stdout is not None
        with child.stdout as lines:
            for line in lines:
                if line.startswith("RESULT "):
                    results.append(json.loads(line[7:]))
                    answered = time.perf_counter() - started
        child.wait()
        killer.cancel()
        memory.stop()
        errors.seek(0)
        message = "\n".join(errors.read().strip().splitlines()[-_SHOWN_LINES:])
    failure = "timeout" if memory.timed_out else "failed"
    status = "ok" if results else failure
    return Child(status, results, answered, memory.peak / 2**20, message, memory.timed_out)


class PeakMemory(threading.Thread):
    """Samples the summed resident size of a process and its descendants until `stop`."""

    def __init__(self, pid: int, period: float = 0.05) -> None:
        super().__init__(daemon=True)
        self._process, self._period = psutil.Process(pid), period
        self._stopped = threading.Event()
        self.peak, self.timed_out = 0, False
        self.family: list[psutil.Process] = []

    def run(self) -> None:
        while not self._stopped.wait(self._period):
            self.sample()

    def sample(self) -> None:
        """Looks once."""
        try:
            self.family = [self._process, *self._process.children(recursive=True)]
        except psutil.Error:
            return
        self.peak = max(self.peak, sum(map(resident, self.family)))

    def kill(self) -> None:
        """Ends the whole family, children first: it has taken too long."""
        self.timed_out = True
        self.sample()
        for process in reversed(self.family or [self._process]):
            with suppress(psutil.Error):
                process.kill()

    def stop(self) -> None:
        """Ends the sampling."""
        self._stopped.set()
        self.join()


class WorkerMemory:
    """Samples the largest resident size of each of some processes, by process id, until `stop`; calls ``also`` at each look."""

    def __init__(
        self, workers: Callable[[], Iterable[psutil.Process]], also: Callable[[], object] = int, period: float = 0.05
    ) -> None:
        self.peaks: dict[int, int] = {}
        self._workers, self._also, self._period = workers, also, period
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(self._period):
            for worker in self._workers():
                self.peaks[worker.pid] = max(self.peaks.get(worker.pid, 0), resident(worker))
            self._also()

    def stop(self) -> None:
        """Ends the sampling."""
        self._over.set()
        self._thread.join()


def resident(process: psutil.Process) -> int:
    """The resident bytes of a process; 0 when it is gone."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def run_again(script: str, row: str, numbers: Mapping[str, object], timeout: float) -> dict[str, Any]:
    """Runs one row of a script, which knows ``--child``, in a process of its own; what that printed last."""
    arguments = [str(part) for option in numbers.items() for part in option]
    command = [sys.executable, script, row, *arguments, "--child"]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=timeout).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def names(known: list[str]) -> Callable[[str], list[str]]:
    """An `argparse` type: names with commas between, in the order of the known ones."""

    def convert(text: str) -> list[str]:
        given = text.split(",")
        unknown = set(given) - set(known)
        if unknown:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
        return [name for name in known if name in given]

    return convert
