"""Orders that Spark does not promise, mixed up by a seed: what relies on them by mistake is found at home.

A reduce task takes the map outputs in the order in which they arrive, and hands on groups in the order of a hash table.
Here both are in the order in which things were written, unless the setting ``pyrdd.order.seed`` is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from random import Random
from typing import TypeVar

T = TypeVar("T")

_WINDOW = 4096
"""How many records are mixed among each other: a partition need not fit into memory."""


class Disorder:
    """The disorder of one reduce task, the same each time for a seed."""

    def __init__(self, seed: int, shuffle_id: int, reduce_index: int) -> None:
        self._random = Random(f"{seed} {shuffle_id} {reduce_index}")

    def arrived(self, outputs: Sequence[T]) -> list[T]:
        """Map outputs in another order.

        >>> sorted(Disorder(1, 0, 0).arrived("abc"))
        ['a', 'b', 'c']
        """
        return self._random.sample(outputs, len(outputs))

    def mixed(self, records: Iterable[T]) -> Iterator[T]:
        """Records in another order, window by window.

        >>> sorted(Disorder(1, 0, 0).mixed(iter("abc")))
        ['a', 'b', 'c']
        """
        rest = iter(records)
        while window := list(islice(rest, _WINDOW)):
            self._random.shuffle(window)
            yield from window
