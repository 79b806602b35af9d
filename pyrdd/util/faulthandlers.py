"""Python's faulthandler for worker processes: the stacks of all threads when a worker crashes, or
periodically.

``PYTHON_FAULTHANDLER_DIR`` names the directory of one file for each process, removed when all is well;
``PYTHON_TRACEBACK_DUMP_INTERVAL_SECONDS`` asks for periodic stacks. Both are PySpark's.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import ParamSpec, TextIO, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class _FaulthandlerHelper:
    """Turns the fault handler on and off; nested calls count."""

    def __init__(self) -> None:
        self._file: TextIO | None = None
        self._periodic = False
        self._depth = 0

    def start(self) -> None:
        """Turns it on, when a directory is configured."""
        self._depth += 1
        directory = os.environ.get("PYTHON_FAULTHANDLER_DIR")
        if self._file is not None or not directory:
            return
        import faulthandler  # only where it is asked for

        self._file = open(os.path.join(directory, str(os.getpid())), "w", encoding="utf-8")
        faulthandler.enable(file=self._file)

    def stop(self) -> None:
        """Turns it off and removes the file, at the outermost call."""
        self._depth -= 1
        if self._depth > 0:
            return
        import faulthandler  # off by default

        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            with suppress(FileNotFoundError):
                os.remove(self._file.name)
            self._file = None
        if self._periodic:
            faulthandler.cancel_dump_traceback_later()
            self._periodic = False

    def start_periodic_traceback(self) -> None:
        """Prints all stacks every so many seconds, when an interval is configured."""
        interval = int(os.environ.get("PYTHON_TRACEBACK_DUMP_INTERVAL_SECONDS", "0"))
        if self._periodic or interval <= 0:
            return
        import faulthandler  # off by default

        self._periodic = True
        faulthandler.dump_traceback_later(interval, repeat=True)

    def with_faulthandler(self, func: Callable[P, R]) -> Callable[P, R]:
        """``func`` with the fault handler on while it runs."""

        @functools.wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            with self.enable_faulthandler(start_periodic_traceback=False):
                return func(*args, **kwargs)

        return wrapper

    @contextmanager
    def enable_faulthandler(self, start_periodic_traceback: bool = True) -> Iterator[None]:
        """The fault handler is on inside the ``with`` block."""
        self.start()
        try:
            if start_periodic_traceback:
                self.start_periodic_traceback()
            yield
        finally:
            self.stop()


_faulthandler_helper = _FaulthandlerHelper()
with_faulthandler = _faulthandler_helper.with_faulthandler
start_faulthandler_periodic_traceback = _faulthandler_helper.start_periodic_traceback
enable_faulthandler = _faulthandler_helper.enable_faulthandler
