"""How a worker process is started, ended and its exit told: everything that differs between operating
systems."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from pyrdd.executor.worker import BOOTSTRAP


@dataclass(frozen=True, slots=True)
class Launch:
    """What all workers of a backend are started with. ``environment`` is added to the driver's."""

    address: str
    token: bytes = field(repr=False)
    python: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=dict)
    connect_timeout: float = 30.0
    send_timeout: float = 30.0


def spawn(executor_id: str, launch: Launch) -> subprocess.Popen[bytes]:
    """Starts a worker and hands it the token. The pipe to its stdin stays open: its end tells the worker to
    leave."""
    process = subprocess.Popen(
        [launch.python, *_interpreter_flags(), "-c", BOOTSTRAP],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(launch.environment),
        bufsize=0,
        # A session of its own: Ctrl-C in the driver's terminal does not reach it, and one kill ends all it
        # started.
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    boot = {
        "token": launch.token.hex(),
        "address": launch.address,
        "executor_id": executor_id,
        "path": _search_path(),
        "timeout": launch.connect_timeout,
    }
    assert process.stdin is not None
    with suppress(OSError):  # it died already, which its exit code tells
        process.stdin.write(json.dumps(boot).encode() + b"\n")
    return process


def _search_path() -> list[str]:
    """The driver's ``sys.path``, and where this package is, should the driver have found it by other means.
    """
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = [entry for entry in sys.path if isinstance(entry, str)]
    return path if here in path else [*path, here]


def _interpreter_flags() -> list[str]:
    """The driver's ``-X``, ``-W``, ``-O`` ... without those by which Python would ignore PYTHONHASHSEED."""
    flags: list[str] = getattr(subprocess, "_args_from_interpreter_flags", list)()
    # -P: no module of the current directory may pose as one that the bootstrap imports.
    return [*(flag for flag in flags if flag not in ("-I", "-E", "-P")), "-P"]


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The driver's variables; with one hash seed in all workers, ``hash`` itself partitions strings alike."""
    inherited = dict(os.environ)
    if sys.flags.ignore_environment:
        inherited = {name: value for name, value in inherited.items() if not name.startswith("PYTHON")}
    return {**inherited, **extra, "PYTHONHASHSEED": "0"}


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kills a worker and all that it started. Does nothing when there is nothing left."""
    if os.name != "posix":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def describe_exit(code: int) -> str:
    """An exit code in words.

    >>> describe_exit(3), describe_exit(-9)
    ('exit code 3', 'killed by SIGKILL (perhaps out of memory)')
    """
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"killed by {name} (perhaps out of memory)" if name == "SIGKILL" else f"killed by {name}"
