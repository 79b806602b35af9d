"""Speculation: a task that runs much longer than its siblings gets a second copy elsewhere (Dean and
Ghemawat, 2004)."""

from __future__ import annotations

from heapq import heappush, heappushpop
from typing import TYPE_CHECKING

from pyrdd.scheduler.policy import SchedulerPolicy

if TYPE_CHECKING:
    from pyrdd.scheduler.task_set import TaskSet


class RunningMedian:
    """The median of the numbers added so far.

    >>> median = RunningMedian()
    >>> for n in (5, 1, 3): median.add(n)
    >>> median.value(), len(median)
    (3, 3)
    """

    __slots__ = ("_high", "_low")

    def __init__(self) -> None:
        self._low: list[float] = []
        self._high: list[float] = []

    def __len__(self) -> int:
        return len(self._low) + len(self._high)

    def add(self, number: float) -> None:
        """Takes one more number, in logarithmic time."""
        if len(self._low) == len(self._high):
            heappush(self._high, -heappushpop(self._low, -number))
        else:
            heappush(self._low, -heappushpop(self._high, number))

    def value(self) -> float:
        """The median (the mean of the middle two when their number is even); there must be a number."""
        if len(self._high) > len(self._low):
            return self._high[0]
        return (self._high[0] - self._low[0]) / 2


def find_stragglers(task_set: TaskSet, now: float, policy: SchedulerPolicy) -> list[int]:
    """The tasks that deserve a second copy: enough of the set is done, and they run longer than a
    multiple of the median."""
    enough = max(int(policy.speculation_quantile * task_set.size), 1)
    if task_set.durations is None or task_set.size < 2 or len(task_set.durations) < enough:
        return []
    limit = max(policy.speculation_multiplier * task_set.durations.value(), policy.speculation_min_runtime)
    return [index for index in task_set.lone_attempts_since(now - limit) if index not in task_set.speculative]
