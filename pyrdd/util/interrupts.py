"""Long calls into C libraries, and how another thread ends them.

An exception that one thread raises in another waits until that one is back in Python. A call that may be long says here
what makes the library give up, so that a killed task, or the end of the program, need not wait for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_running: dict[int, Callable[[], None]] = {}


@contextmanager
def ended_by(interrupt: Callable[[], None]) -> Iterator[None]:
    """Around a long call of this thread: ``interrupt``, from another thread, makes it return soon."""
    thread = threading.get_ident()
    outer = _running.get(thread)
    _running[thread] = interrupt
    try:
        yield
    finally:
        if outer is None:
            _running.pop(thread, None)
        else:
            _running[thread] = outer


def interrupt(thread: int) -> None:
    """Ends the long call of a thread, if it is in one."""
    found = _running.get(thread)
    if found is not None:
        # the call may be over by now, and what it ran on closed
        with suppress(Exception):
            found()


def interrupt_all(patience: float) -> bool:
    """Ends the long calls of all other threads, and waits for that; whether all have ended after some seconds."""
    until, me = time.monotonic() + patience, threading.get_ident()
    while others := [thread for thread in list(_running) if thread != me]:
        for thread in others:
            interrupt(thread)
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
