"""Cleaner: drops on the executors what the program can no longer reach (Spark's `ContextCleaner`).

A persisted RDD, a shuffle or a broadcast that is garbage in the driver is dropped everywhere. Finalizers may run in any
thread, in the middle of anything: they only post.
"""

from __future__ import annotations

import weakref

from pyrdd.dependency import ShuffleDependency
from pyrdd.executor.loop import SchedulerLoop
from pyrdd.executor.task import ControlMessage
from pyrdd.rdd.base import BaseRDD
from pyrdd.scheduler.messages import ShuffleDropped, Unpersisted


class Cleaner:
    """Tells the scheduler and the executors what to forget."""

    def __init__(self, loop: SchedulerLoop) -> None:
        self._loop = loop

    def watch_rdd(self, node: BaseRDD) -> None:
        """Drops the blocks of ``node`` when it is garbage."""
        weakref.finalize(node, self.rdd, node.rdd_id).atexit = False

    def watch_shuffle(self, dependency: ShuffleDependency) -> None:
        """Drops the files of a shuffle when nothing depends on it."""
        weakref.finalize(dependency, self.shuffle, dependency.shuffle_id).atexit = False

    def rdd(self, rdd_id: int) -> None:
        """Drops the blocks of an RDD."""
        self._loop.post_control(Unpersisted(self._loop.now(), rdd_id), ControlMessage("drop_rdd", rdd_id))

    def shuffle(self, shuffle_id: int) -> None:
        """Drops the files of a shuffle."""
        event = ShuffleDropped(self._loop.now(), shuffle_id)
        self._loop.post_control(event, ControlMessage("drop_shuffle", shuffle_id))

    def broadcast(self, broadcast_id: int) -> None:
        """Drops the executors' copies of a broadcast."""
        self._loop.post_control(None, ControlMessage("drop_broadcast", broadcast_id))
