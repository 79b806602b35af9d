"""Executors as the scheduler sees them: slots, lanes, and which has how many free slots.

    Executors
      +-- Lane "python"      executors that serve it, in buckets by number of free slots:  {2: [a], 1: [b,
      c], 0: [d]} +-- Lane "vectorised"

Taking, giving back and finding the executor with the most free slots do not depend on the number of
executors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyrdd.scheduler import messages

if TYPE_CHECKING:
    from pyrdd.scheduler.task_set import TaskAttempt


class Executor:
    """A live executor. ``suspended``: excluded from the whole application for a while."""

    __slots__ = ("executor_id", "free", "host", "lanes", "running", "slots", "suspended")

    def __init__(self, event: messages.ExecutorAdded) -> None:
        self.executor_id, self.host, self.slots = event.executor_id, event.host, event.slots
        self.free = event.slots
        self.lanes: list[Lane] = []
        self.running: dict[int, TaskAttempt] = {}
        self.suspended = False

    def take(self) -> None:
        """Occupies a slot."""
        self._change(-1)

    def release(self) -> None:
        """Gives a slot back."""
        self._change(1)

    def _change(self, by: int) -> None:
        before = self.free
        self.free = before + by
        if not self.suspended:
            for lane in self.lanes:
                lane.moved(self, before)


class Lane:
    """The executors that serve one kind of stage. Iterates over those with free slots, the most free
    first."""

    __slots__ = ("_buckets", "_top", "free", "members", "slots")

    def __init__(self) -> None:
        self._buckets: list[dict[Executor, None]] = [{}]
        self._top = 0
        self.members: dict[Executor, None] = {}
        self.free = self.slots = 0

    def enter(self, executor: Executor) -> None:
        """An executor may be given tasks (again)."""
        self._buckets.extend({} for _ in range(executor.slots + 1 - len(self._buckets)))
        self.members[executor] = None
        self._buckets[executor.free][executor] = None
        self._top = max(self._top, executor.free)
        self.free += executor.free
        self.slots += executor.slots

    def leave(self, executor: Executor) -> None:
        """An executor is gone, or excluded."""
        del self.members[executor]
        del self._buckets[executor.free][executor]
        self.free -= executor.free
        self.slots -= executor.slots

    def moved(self, executor: Executor, before: int) -> None:
        """An executor's number of free slots changed."""
        free = executor.free
        del self._buckets[before][executor]
        self._buckets[free][executor] = None
        self.free += free - before
        if free > self._top:
            self._top = free

    def __iter__(self) -> Iterator[Executor]:
        while self._top and not self._buckets[self._top]:
            self._top -= 1
        for free in range(self._top, 0, -1):
            yield from self._buckets[free]


class Executors:
    """All live executors."""

    def __init__(self) -> None:
        self.alive: dict[str, Executor] = {}
        self.hosts: dict[str, int] = {}
        self._lanes: dict[str, Lane] = {}

    def lane(self, name: str) -> Lane:
        """The executors of one lane; empty when there are none."""
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = Lane()
        return lane

    def add(self, event: messages.ExecutorAdded) -> None:
        """An executor registered."""
        executor = self.alive[event.executor_id] = Executor(event)
        self.hosts[event.host] = self.hosts.get(event.host, 0) + 1
        for name in sorted(event.lanes):
            lane = self.lane(name)
            executor.lanes.append(lane)
            lane.enter(executor)

    def remove(self, executor_id: str) -> Executor | None:
        """An executor is gone; returns it, or ``None`` when it was not known."""
        executor = self.alive.pop(executor_id, None)
        if executor is not None:
            self._leave_host(executor.host)
            if not executor.suspended:
                for lane in executor.lanes:
                    lane.leave(executor)
            executor.suspended = True
        return executor

    def _leave_host(self, host: str) -> None:
        self.hosts[host] -= 1
        if not self.hosts[host]:
            del self.hosts[host]

    def suspend(self, executor_id: str) -> None:
        """Gives an executor no more tasks until `resume`."""
        executor = self.alive.get(executor_id)
        if executor is not None and not executor.suspended:
            for lane in executor.lanes:
                lane.leave(executor)
            executor.suspended = True

    def resume(self, executor_id: str) -> None:
        """The inverse of `suspend`."""
        executor = self.alive.get(executor_id)
        if executor is not None and executor.suspended:
            executor.suspended = False
            for lane in executor.lanes:
                lane.enter(executor)

    def serving(self, lane: str) -> list[Executor]:
        """The live executors of a lane, also suspended ones."""
        wanted = self.lane(lane)
        return [executor for executor in self.alive.values() if wanted in executor.lanes]
