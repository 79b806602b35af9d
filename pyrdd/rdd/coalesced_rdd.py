"""CoalescedRDD: fewer partitions without a shuffle, each the concatenation of a run of the parent's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from pyrdd.coalesce import coalesce_groups
from pyrdd.dependency import ManyToOneDependency
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext


class CoalescedRDD(BaseRDD):
    """At most ``num_partitions`` partitions; which parents go together is Spark's choice (`coalesce_groups`)."""

    def __init__(self, rdd_id: int, parent: BaseRDD, num_partitions: int, call_site: str = "") -> None:
        self.wanted = num_partitions
        super().__init__(rdd_id, [ManyToOneDependency(parent, ())], call_site=call_site)

    def _count_partitions(self) -> int:
        parent = self.dependencies[0].rdd
        groups = coalesce_groups(parent.num_partitions, self.wanted)
        self.dependencies = [ManyToOneDependency(parent, groups)]
        return len(groups)

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return chain.from_iterable(inputs)
