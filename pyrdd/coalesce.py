"""Which records or partitions go where when the number of partitions changes: `repartition` and `coalesce`.

`repartition` deals the batches of a partition round the new partitions, from a start that depends on the
partition's index alone, so a task that runs again deals the same way. `coalesce` puts runs of neighbouring
partitions together.
"""

from __future__ import annotations

from itertools import pairwise

from pyrdd.javarandom import XORShiftRandom


def repartition_start(index: int, num_partitions: int) -> int:
    """Where partition ``index`` starts to deal: its first batch goes to ``(start + 1) % num_partitions``.

    >>> [repartition_start(index, 10) for index in range(4)]
    [8, 3, 8, 7]
    """
    return XORShiftRandom(index).next_int(num_partitions)


def coalesce_groups(num_parents: int, num_partitions: int) -> list[list[int]]:
    """The parent partitions that each new one concatenates; never more groups than parents.

    >>> coalesce_groups(5, 3)
    [[0], [1, 2], [3, 4]]
    """
    groups = min(num_parents, num_partitions)
    starts = [index * num_parents // groups for index in range(groups + 1)] if groups else []
    return [list(range(start, end)) for start, end in pairwise(starts)]
