"""PressureMonitor: asks the memory manager often enough to notice growth, seldom enough to cost nothing.

Every loop of the shuffle that collects records pulls them in *parts* and asks between two parts. A part is as
many records as take about a hundred times as long as asking does, so that asking stays below one percent, and
never less than a millisecond's worth: slow or large records are asked about one by one, fast ones by the ten
thousand.

    records --parts--> | N records | pressed? | 4N records | pressed? | ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from time import perf_counter
from typing import Protocol, TypeVar

T = TypeVar("T")

FIRST_PART = 16
LARGEST_PART = 1 << 16
GROWTH = 4
SHORTEST_INTERVAL = 0.001
LONGEST_INTERVAL = 0.05


class Memory(Protocol):
    """What the shuffle needs of an executor's memory manager."""

    def under_pressure(self) -> bool:
        """Whether the process grew past its budget, so that collections should go to disk."""

    def spilled(self, nbytes: int) -> None:
        """Told after a spill of ``nbytes`` bytes."""


class PressureMonitor:
    """Paces the questions to ``memory``; ``clock`` gives seconds.

    ``part`` is how many records to take before the next `pressed`.
    """

    __slots__ = ("_clock", "_memory", "_since", "part")

    def __init__(self, memory: Memory, clock: Callable[[], float] = perf_counter) -> None:
        self._memory, self._clock = memory, clock
        self._since = clock()
        self.part = FIRST_PART

    def pressed(self) -> bool:
        """Whether memory is short now. To be asked after every ``part`` records."""
        asked = self._clock()
        answer = self._memory.under_pressure()
        answered = self._clock()
        self._pace(asked - self._since, answered - asked)
        self._since = answered
        return answer

    def _pace(self, elapsed: float, cost: float) -> None:
        wanted = min(max(100 * cost, SHORTEST_INTERVAL), LONGEST_INTERVAL)
        fitting = int(self.part * wanted / max(elapsed, 1e-9))
        self.part = max(1, min(fitting, GROWTH * self.part, LARGEST_PART))

    def parts(self, records: Iterable[T]) -> Iterator[Iterator[T]]:
        """``records`` as consecutive iterators of ``part`` records, each to be used up before the next is
        taken.

        >>> monitor = PressureMonitor(NoPressure())
        >>> [len(list(part)) for part in monitor.parts(range(20))]
        [16, 4]
        """
        iterator = iter(records)
        for first in iterator:
            yield chain((first,), islice(iterator, self.part - 1))


class NoPressure:
    """A `Memory` without a limit."""

    def under_pressure(self) -> bool:
        return False

    def spilled(self, nbytes: int) -> None:
        pass
