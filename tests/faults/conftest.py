"""Fixtures of the tests with real failing processes. Each test ends by itself: an alarm turns a hang into a failure."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from directories import files_under

PROCESSES = ("local[2]", "local-cluster[2,1,512]")
HANG_SECONDS = 60


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _hangs)
    signal.alarm(HANG_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _hangs(number: int, frame: FrameType | None) -> None:
    faulthandler.dump_traceback(file=sys.__stderr__)
    raise TimeoutError(f"the test did not end within {HANG_SECONDS} seconds")


@pytest.fixture
def marker(tmp_path: Path) -> str:
    """A file that does not exist yet, for `deeds.first_time`."""
    return str(tmp_path / "happened")


class Workers:
    """The worker processes of a context, as its own state knows them."""

    def __init__(self, sc: Any) -> None:
        self._sc = sc

    def pids(self) -> dict[str, int]:
        """The process ids of the executors that are there, by executor."""
        self._sc._engine.settle()
        executors = list(self._sc._engine.state.executors.values())
        return {e.executor_id: e.pid for e in executors if e.removed is None and e.pid}

    def await_all(self, n: int = 2) -> dict[str, int]:
        """Waits until ``n`` executors are there; their process ids."""
        self._sc._engine.expect("python")
        await_true(lambda: len(self.pids()) >= n, f"{n} executors")
        return self.pids()

    def reasons(self) -> list[str]:
        """Why executors were lost so far."""
        self._sc._engine.settle()
        return [e.reason for e in list(self._sc._engine.state.executors.values()) if e.reason]

    def kill_all(self) -> None:
        """Kills every worker, and waits until the driver has noticed."""
        pids = self.await_all()
        for pid in pids.values():
            os.kill(pid, signal.SIGKILL)
        await_true(lambda: not set(pids) & set(self.pids()), "the loss of all executors")

    def shuffle_files(self) -> list[Path]:
        """The map outputs on disk."""
        return files_under(self._sc._engine.session.path, "map-*.data")


@pytest.fixture
def workers_of() -> type[Workers]:
    """``workers_of(sc)`` gives the `Workers` of a context."""
    return Workers


def await_true(condition: Callable[[], Any], what: str, seconds: float = 30.0) -> None:
    """Waits for ``condition()``; fails saying that ``what`` did not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} seconds for {what}"
        time.sleep(0.02)


@pytest.fixture(name="await_true")
def _await_true() -> Callable[..., None]:
    return await_true


class InThread:
    """Runs a function in a thread; `result` gives what it returned or raises what it raised."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function, self._value, self._error = function, None, None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._value = self._function()
        except BaseException as error:
            self._error = error

    def result(self, seconds: float = 40.0) -> Any:
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "the thread did not end"
        if self._error is not None:
            raise self._error
        return self._value


@pytest.fixture
def in_thread() -> type[InThread]:
    """``in_thread(function).result()``"""
    return InThread
