"""What tasks do to themselves in these tests. Workers import it, so it needs nothing but the standard library."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def first_time(marker: str) -> bool:
    """True for exactly one caller, among all processes, per marker file."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def times(directory: str) -> int:
    """How often this was called with that directory, this call included, by all processes."""
    path = Path(directory)
    path.mkdir(exist_ok=True)
    n = 0
    while not first_time(str(path / str(n))):
        n += 1
    return n + 1


def kill_me() -> None:
    """Ends this process as the kernel's out-of-memory killer would."""
    os.kill(os.getpid(), signal.SIGKILL)


def await_file(path: str, seconds: float = 30.0) -> bool:
    """Waits until the file is there; whether it came."""
    deadline = time.monotonic() + seconds
    while not os.path.exists(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
