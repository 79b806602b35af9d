"""CartesianRDD: all pairs of a record of one parent with a record of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from operator import floordiv, mod
from typing import TYPE_CHECKING, Any

from pyrdd.dependency import MappedDependency
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext


def _swapped(operation: Any, right: int, left: int) -> int:
    result: int = operation(left, right)
    return result


class CartesianRDD(BaseRDD):
    """Partition ``i * n + j`` pairs partition *i* of ``left`` with partition *j* of ``right``, which has *n*."""

    def __init__(self, rdd_id: int, left: BaseRDD, right: BaseRDD, call_site: str = "") -> None:
        super().__init__(rdd_id, self._edges(left, right, 1), call_site=call_site)

    @staticmethod
    def _edges(left: BaseRDD, right: BaseRDD, n: int) -> list[MappedDependency]:
        return [
            MappedDependency(left, partial(_swapped, floordiv, n)),
            MappedDependency(right, partial(_swapped, mod, n)),
        ]

    def _count_partitions(self) -> int:
        left, right = (d.rdd for d in self.dependencies)
        self.dependencies = self._edges(left, right, max(right.num_partitions, 1))
        return left.num_partitions * right.num_partitions

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        left, right = inputs
        again = list(right)
        return ((a, b) for a in left for b in again)


