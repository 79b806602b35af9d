"""Cutting a lineage into stages: walk back over narrow dependencies, stop at shuffles (Zaharia et al.,
section 5.1).

        textFile -- map -- filter ==shuffle==> mapValues -- map
        \\_______ stage 0 _______/              \\___ stage 1 __/

Every walk keeps its own stack: a lineage may be 10,000 RDDs deep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from pyrdd.dependency import ShuffleDependency

if TYPE_CHECKING:
    from pyrdd.rdd.base import BaseRDD


class StageCut(NamedTuple):
    """The part of a lineage that one stage computes: its RDDs, the final one first, and the shuffles
    that it reads."""

    rdds: list[BaseRDD]
    shuffles: list[ShuffleDependency]


def _nowhere(rdd: BaseRDD) -> bool:
    return False


def cut_stage(final: BaseRDD, stop_at: Callable[[BaseRDD], bool] = _nowhere) -> StageCut:
    """What is reached from ``final`` over narrow dependencies, each RDD and each shuffle once, depth first.

    ``stop_at(rdd)`` true means that nothing behind ``rdd`` is needed (all its partitions are cached).
    """
    rdds: list[BaseRDD] = []
    shuffles: dict[int, ShuffleDependency] = {}
    seen = {final.rdd_id}
    stack = [final]
    while stack:
        rdd = stack.pop()
        rdds.append(rdd)
        if stop_at(rdd):
            continue
        for dependency in reversed(rdd.dependencies):
            if isinstance(dependency, ShuffleDependency):
                shuffles.setdefault(dependency.shuffle_id, dependency)
            elif dependency.rdd.rdd_id not in seen:
                seen.add(dependency.rdd.rdd_id)
                stack.append(dependency.rdd)
    return StageCut(rdds, list(shuffles.values())[::-1])
