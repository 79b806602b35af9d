"""UnionRDD: the partitions of several RDDs, side by side; and the union of co-partitioned ones, which stays so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from pyrdd.dependency import Dependency, OneToOneDependency, RangeDependency
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext


class UnionRDD(BaseRDD):
    """All partitions of the first parent, then all of the second, and so on."""

    def __init__(self, rdd_id: int, parents: Sequence[BaseRDD], call_site: str = "") -> None:
        # ranges need the parents' partition counts, which may list files: they are filled in when counted
        super().__init__(rdd_id, [RangeDependency(parent, 0, 0) for parent in parents], call_site=call_site)

    def _count_partitions(self) -> int:
        counts = [d.rdd.num_partitions for d in self.dependencies]
        starts = [0, *accumulate(counts)]
        self.dependencies = [
            RangeDependency(d.rdd, start, count)
            for d, start, count in zip(self.dependencies, starts, counts, strict=False)
        ]
        return starts[-1]

    def parent_of(self, index: int) -> Dependency:
        """The dependency that partition ``index`` comes from."""
        return next(d for d in self.dependencies if d.parents(index))  # type: ignore[attr-defined]

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return inputs[0]


class PartitionerAwareUnionRDD(BaseRDD):
    """Union of RDDs with one partitioner: partition *i* concatenates the parents' partitions *i*, keys stay placed."""

    def __init__(self, rdd_id: int, parents: Sequence[BaseRDD], call_site: str = "") -> None:
        super().__init__(rdd_id, [OneToOneDependency(p) for p in parents], parents[0].partitioner, call_site)

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return chain.from_iterable(inputs)
