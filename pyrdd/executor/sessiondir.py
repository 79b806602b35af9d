"""SessionDirectory: an application's private directory, which disappears with the application.

    <root>/pyrdd-<realm>-<pid>-<start>-<random>/      mode 0700

Its name says who owns it (process id and start time, on which host and in which process namespace), so that
the next application can remove what a killed one left, without a lock file and without a moment in which a
new directory has no owner. Several applications may start and sweep at once.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import socket
import stat
import tempfile

_NAME = re.compile(r"pyrdd-(?P<realm>[0-9a-f]{8})-(?P<pid>\d+)-(?P<start>\d+)-")


class SessionDirectory:
    """Creates the directory under ``root`` (default: the system's temporary directory) after sweeping stale
    ones.

    Removed by `close`, and when the interpreter exits. A forked child of the owner never removes it.

    >>> with SessionDirectory() as path:
    ...     os.path.isdir(path)
    True
    >>> os.path.exists(path)
    False
    """

    def __init__(self, root: str | None = None) -> None:
        base = os.path.abspath(root or tempfile.gettempdir())
        os.makedirs(base, exist_ok=True)
        sweep(base)
        self._pid = os.getpid()
        prefix = f"pyrdd-{_realm()}-{self._pid}-{process_start(self._pid) or 0}-"
        self.path = tempfile.mkdtemp(prefix=prefix, dir=base)
        atexit.register(self.close)

    def subdirectory(self, name: str) -> str:
        """The path of a private directory inside, created when it is not there."""
        path = os.path.join(self.path, name)
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path

    def close(self) -> None:
        """Removes the directory and all in it. Idempotent."""
        atexit.unregister(self.close)
        if os.getpid() == self._pid:
            shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> str:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()


def sweep(root: str) -> list[str]:
    """Removes directories whose owner, a process of this user on this host, is gone. Returns the removed
    paths."""
    realm, removed = _realm(), []
    for name in _list(root):
        owner = _NAME.match(name)
        if owner is None or owner["realm"] != realm or _alive(int(owner["pid"]), int(owner["start"])):
            continue
        path = os.path.join(root, name)
        if _is_own_directory(path):
            shutil.rmtree(path, ignore_errors=True)
            removed.append(path)
    return removed


def process_start(pid: int) -> int | None:
    """When a process started, in a unit of the platform; ``None`` when there is no such process.

    Together with the id it names a process for good, although ids are used again.
    """
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The second field is the command in brackets and may hold spaces; the start time is the 22nd.
            return int(file.read().rpartition(b")")[2].split()[19])
    except FileNotFoundError:
        return _portable_start(pid) if not os.path.exists("/proc/self/stat") else None
    except (OSError, IndexError, ValueError):
        return None


def _portable_start(pid: int) -> int | None:
    # Imported here: only needed where there is no /proc.
    import psutil

    try:
        return int(psutil.Process(pid).create_time() * 100)
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:
        return 0


def _alive(pid: int, start: int) -> bool:
    now = process_start(pid)
    return now is not None and (now == start or 0 in (now, start))


def _realm() -> str:
    """Where process ids mean what they mean here: this host and, in containers, this process namespace."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return hashlib.sha256(f"{socket.gethostname()}|{namespace}".encode()).hexdigest()[:8]


def _list(root: str) -> list[str]:
    try:
        return os.listdir(root)
    except OSError:
        return []


def _is_own_directory(path: str) -> bool:
    """A link or another user's directory of a fitting name is not ours to remove."""
    try:
        info = os.lstat(path)
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or info.st_uid == os.getuid()
    return stat.S_ISDIR(info.st_mode) and mine
