"""PendingTasks: the tasks of a task set that wait for a slot, findable by where they like to run.

    task 4 prefers executor "1" --> by_executor["1"], by_host[its host], anywhere
    task 5 prefers nothing      --> unplaced

A task stands in several queues; taking it from one only clears its mark, and the others drop it when they
come to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from pyrdd.scheduler.executors import Executor, Executors
from pyrdd.scheduler.locality import NODE_LOCAL, PROCESS_LOCAL

Refuses = Callable[[str, int], bool]
_Place = tuple[tuple[str, ...], tuple[str, ...]]
_NOWHERE: _Place = ((), ())


class PendingTasks:
    """Tasks waiting for a slot. ``waiting`` counts those with a live executor, and a live host, they
    prefer."""

    def __init__(self, size: int, places: Mapping[int, Sequence[str]], executors: Executors) -> None:
        self._marks = bytearray(size)
        self._names, self._executors = places, executors
        self._all_names = {name for names in places.values() for name in names}
        self.count = 0
        self._clear_queues()

    def _clear_queues(self) -> None:
        self.unplaced: deque[int] = deque()
        self.anywhere: deque[int] = deque()
        self.by_executor: dict[str, deque[int]] = {}
        self.by_host: dict[str, deque[int]] = {}
        self.waiting = [0, 0]
        self._placed: dict[int, _Place] = {}

    def __contains__(self, index: int) -> bool:
        return bool(self._marks[index])

    def fill(self, indices: Sequence[int]) -> None:
        """Adds the tasks a new attempt begins with, in order."""
        if self._names:
            for index in indices:
                self.add(index, again=False)
        else:
            self.unplaced.extend(indices)
            self.count += len(indices)
            for index in indices:
                self._marks[index] = 1

    def add(self, index: int, again: bool = True) -> None:
        """Adds a task; one that is tried ``again`` goes first."""
        if not self._marks[index]:
            self._marks[index] = 1
            self.count += 1
            self._enqueue(index, again)

    def _enqueue(self, index: int, first: bool) -> None:
        for queue in self._queues(index):
            (queue.appendleft if first else queue.append)(index)

    def _queues(self, index: int) -> Iterable[deque[int]]:
        names = self._names.get(index)
        executor_ids, hosts = self._resolve(names) if names else _NOWHERE
        if not hosts:
            return (self.unplaced,)
        self._placed[index] = (executor_ids, hosts)
        self._count(index, 1)
        return (
            *(self.by_executor.setdefault(e, deque()) for e in executor_ids),
            *(self.by_host.setdefault(h, deque()) for h in hosts),
            self.anywhere,
        )

    def _resolve(self, names: Sequence[str]) -> _Place:
        alive, hosts = self._executors.alive, self._executors.hosts
        on = [name for name in names if name in alive]
        near = [
            alive[name].host if name in alive else name for name in names if name in alive or name in hosts
        ]
        return tuple(dict.fromkeys(on)), tuple(dict.fromkeys(near))

    def _count(self, index: int, by: int) -> None:
        executor_ids, hosts = self._placed.get(index, _NOWHERE)
        self.waiting[PROCESS_LOCAL] += by if executor_ids else 0
        self.waiting[NODE_LOCAL] += by if hosts else 0

    def discard(self, index: int) -> None:
        """The task no longer waits: it was launched, or done by another attempt."""
        if self._marks[index]:
            self._marks[index] = 0
            self.count -= 1
            if self._placed:
                self._count(index, -1)
                self._placed.pop(index, None)

    def take(self, queue: deque[int], executor_id: str, refuses: Refuses | None) -> int | None:
        """Removes and returns the first waiting task of a queue that may run on an executor."""
        passed: list[int] = []
        taken = None
        while queue and taken is None:
            index = queue.popleft()
            if self._marks[index]:
                if refuses is not None and refuses(executor_id, index):
                    passed.append(index)
                else:
                    taken = index
        queue.extendleft(reversed(passed))
        if taken is not None:
            self.discard(taken)
        return taken

    def take_for_executor(self, executor: Executor, refuses: Refuses | None) -> int | None:
        """A task that prefers this very executor."""
        return self._take_from(self.by_executor, executor.executor_id, executor, refuses)

    def take_for_host(self, executor: Executor, refuses: Refuses | None) -> int | None:
        """A task that prefers the executor's host."""
        return self._take_from(self.by_host, executor.host, executor, refuses)

    def _take_from(
        self, queues: dict[str, deque[int]], name: str, executor: Executor, refuses: Refuses | None
    ) -> int | None:
        queue = queues.get(name)
        if queue is None:
            return None
        index = self.take(queue, executor.executor_id, refuses)
        if not queue:
            del queues[name]
        return index

    def executors_changed(self, executor_id: str, host: str) -> None:
        """An executor came or went: places that name it (or its host) mean something else now."""
        if executor_id in self._all_names or host in self._all_names:
            indices = [index for index, mark in enumerate(self._marks) if mark]
            self._clear_queues()
            for index in indices:
                self._enqueue(index, first=False)
