"""Partition: one slice of an RDD, the unit of parallelism and of recovery."""

from __future__ import annotations

from typing import Any

from pyrdd.util.frozen import frozen


@frozen
class Partition:
    """The ``index``-th slice of an RDD.

    ``split`` is what a *source* needs to produce the slice (a range of a file, the records themselves, ...); it is
    shipped with the task, so it must pickle. RDDs derived from others leave it ``None``.
    """

    index: int
    split: Any = None
