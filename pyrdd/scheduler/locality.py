"""Locality: where a task's input is, and how long to wait for a slot there (Zaharia et al., delay
scheduling, 2010).

A task prefers the executors that hold a cached partition it reads, else what the sources it reads say
(``preferred_locations``). Levels, best first: PROCESS_LOCAL (that executor), NODE_LOCAL (its host), ANY.
Tasks without a preference (NO_PREF) never wait.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from pyrdd.dependency import NarrowDependency, OneToOneDependency, RangeDependency
from pyrdd.scheduler.cached_blocks import CachedBlocks

if TYPE_CHECKING:
    from pyrdd.rdd.base import BaseRDD

PROCESS_LOCAL, NODE_LOCAL, ANY = 0, 1, 2

_Parents = Callable[[int], Iterable[tuple["BaseRDD", int]]]


class PreferredPlaces:
    """Finds the names of executors or hosts that a stage's partitions would like to run on."""

    def __init__(self, final: BaseRDD, cached: CachedBlocks) -> None:
        self._cached = cached
        self._parents: dict[int, _Parents] = {}
        # partitions behind which there is no place at all: the branches of a union may share a long chain
        self._nowhere: set[tuple[int, int]] = set()
        self._chain = [final]
        while len(deps := self._chain[-1].dependencies) == 1 and isinstance(deps[0], OneToOneDependency):
            self._chain.append(deps[0].rdd)

    def of(self, partition: int) -> Sequence[str]:
        """The places of the first RDD, from the end of the stage on, that has any for the partition it
        contributes."""
        for rdd in self._chain:
            places = self._own(rdd, partition)
            if places:
                return places
        return self._behind(self._chain[-1], partition)

    def _own(self, rdd: BaseRDD, partition: int) -> Sequence[str]:
        if self._cached and (holders := self._cached.at(rdd.rdd_id, partition)):
            return holders
        return rdd.preferred_locations(partition)

    def _behind(self, rdd: BaseRDD, partition: int) -> Sequence[str]:
        seen: set[tuple[int, int]] = set()
        stack = list(self._inputs(rdd, partition))[::-1]
        while stack:
            rdd, partition = stack.pop()
            key = (rdd.rdd_id, partition)
            if key in seen or key in self._nowhere:
                continue
            seen.add(key)
            places = self._own(rdd, partition)
            if places:
                return places
            stack.extend(reversed(list(self._inputs(rdd, partition))))
        self._nowhere |= seen
        return ()

    def _inputs(self, rdd: BaseRDD, partition: int) -> Iterable[tuple[BaseRDD, int]]:
        parents = self._parents.get(rdd.rdd_id)
        if parents is None:
            parents = self._parents[rdd.rdd_id] = _narrow_inputs(rdd)
        return parents(partition)


def _narrow_inputs(rdd: BaseRDD) -> _Parents:
    narrow = [d for d in rdd.dependencies if isinstance(d, NarrowDependency)]
    branches = [d for d in narrow if isinstance(d, RangeDependency)]
    starts = [d.out_start for d in branches]
    if branches and len(branches) == len(narrow) and starts == sorted(set(starts)):
        return lambda partition: _branch_of(branches[bisect_right(starts, partition) - 1], partition)
    return lambda partition: [(d.rdd, p) for d in narrow for p in d.parents(partition)]


def _branch_of(branch: RangeDependency, partition: int) -> list[tuple[BaseRDD, int]]:
    return [(branch.rdd, p) for p in branch.parents(partition)]


class DelayScheduling:
    """How far from its input a task set may launch now: one level further after each ``wait`` without
    a local launch."""

    __slots__ = ("_level", "_since", "_wait")

    def __init__(self, now: float, wait: float) -> None:
        self._level, self._since, self._wait = PROCESS_LOCAL, now, wait

    @property
    def deadline(self) -> float:
        """When the next level opens."""
        return self._since + self._wait

    def launched(self, level: int, now: float) -> None:
        """A task was launched at a level: the wait begins again there."""
        self._level, self._since = level, now

    def allowed(self, now: float, waiting: Sequence[int]) -> int:
        """The furthest level allowed, given how many tasks have a place at PROCESS_LOCAL and at
        NODE_LOCAL."""
        while self._level < ANY:
            if not waiting[self._level]:
                self._since = now
            elif now >= self._since + self._wait:
                self._since += self._wait
            else:
                break
            self._level += 1
        return self._level
