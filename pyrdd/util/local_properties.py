"""Local properties: settings of the jobs that *one thread* submits (pool, job group, description, tags).

A context holds one `LocalProperties`. A thread starts with none; only `InheritableThread` and
`inheritable_thread_target` (see `pyrdd.util.threads`) give a thread a copy of another's, as in PySpark.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping


class LocalProperties:
    """Texts by key, different in each thread.

    >>> properties = LocalProperties()
    >>> properties.set("spark.scheduler.pool", "fast")
    >>> properties.copy()
    {'spark.scheduler.pool': 'fast'}
    """

    def __init__(self) -> None:
        self._threads = threading.local()

    def get(self, key: str) -> str | None:
        """This thread's value, or ``None``."""
        return self._own().get(key)

    def set(self, key: str, value: str | None) -> None:
        """Sets this thread's value; ``None`` removes it."""
        if value is None:
            self._own().pop(key, None)
        else:
            self._own()[key] = value

    def copy(self) -> dict[str, str]:
        """All of this thread's properties, as they are now."""
        return dict(self._own())

    def replace(self, properties: Mapping[str, str]) -> None:
        """Gives this thread a copy of ``properties`` in place of its own."""
        self._threads.properties = dict(properties)

    def _own(self) -> dict[str, str]:
        own: dict[str, str] | None = getattr(self._threads, "properties", None)
        if own is None:
            own = self._threads.properties = {}
        return own


_active: LocalProperties | None = None


def activate(properties: LocalProperties | None) -> None:
    """Names the running context's properties, or none when it stops: what new threads inherit."""
    global _active
    _active = properties


def active() -> LocalProperties | None:
    """The running context's properties."""
    return _active
