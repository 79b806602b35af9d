"""Master URLs: who runs the tasks."""

from __future__ import annotations

import os
import re

from pyrdd.errors import IllegalArgumentException, PySparkNotImplementedError
from pyrdd.util.frozen import frozen

_LOCAL = re.compile(r"local(?:\[(?P<n>\*|\d+)(?:,\s*(?P<failures>\d+))?\])?$")
_THREADS = re.compile(r"threads\[(?P<n>\*|\d+)\]$")
_CLUSTER = re.compile(r"local-cluster\[\s*(?P<e>\d+)\s*,\s*(?P<c>\d+)\s*,\s*(?P<m>\d+)\s*\]$")
_ELSEWHERE = ("spark://", "yarn", "k8s://", "sc://", "mesos://", "dask://")


@frozen
class Master:
    """A parsed master URL. ``kind``: ``inline``, ``processes``, ``threads`` or ``cluster``.

    ``slots`` are tasks at a time in all; ``max_failures`` is how often one task may fail (``None``: the setting says).
    """

    url: str
    kind: str
    slots: int
    max_failures: int | None = 1
    executors: int = 1
    memory_mib: int = 0


def parse_master(url: str) -> Master:
    """Understands ``local``, ``local[N]``, ``local[*]``, ``local[N,F]``, ``threads[N]``, ``local-cluster[E,C,M]``.

    >>> parse_master("local").kind, parse_master("local[4]").slots, parse_master("local[2,3]").max_failures
    ('inline', 4, 3)
    """
    if found := _LOCAL.match(url):
        slots = _count(found["n"] or "1", url)
        failures = int(found["failures"] or 1)
        return Master(url, "processes" if slots > 1 else "inline", slots, failures)
    if found := _THREADS.match(url):
        return Master(url, "threads", _count(found["n"], url))
    if found := _CLUSTER.match(url):
        executors, cores, memory = _count(found["e"], url), _count(found["c"], url), int(found["m"])
        return Master(url, "cluster", executors * cores, None, executors, memory)
    if url.startswith(_ELSEWHERE):
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": f"The master {url!r}",
                "alternative": "local[N], threads[N] or local-cluster[E,C,M]; where PySpark is installed, it takes over",
            },
        )
    raise IllegalArgumentException(
        f"Could not parse master URL {url!r}. Use local, local[N], local[*], local[N,F], threads[N] or "
        "local-cluster[executors,cores,MiB]."
    )


def _count(text: str, url: str) -> int:
    if text == "*":
        return usable_cores()
    if int(text) < 1:
        raise IllegalArgumentException(f"Master URL {url!r}: needs at least one slot.")
    return int(text)


def usable_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
