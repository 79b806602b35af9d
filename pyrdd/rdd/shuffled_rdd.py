"""ShuffledRDD: the reduce side of a shuffle, as a dataset of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.dependency import ShuffleDependency, ShuffleSpec
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext


class ShuffledRDD(BaseRDD):
    """What the shuffle reader yields for each reduce partition: records, combined values or sorted records."""

    def __init__(self, rdd_id: int, parent: BaseRDD, spec: ShuffleSpec, call_site: str = "") -> None:
        super().__init__(rdd_id, (ShuffleDependency(parent, spec),), spec.partitioner, call_site)
        self._num_partitions = spec.partitioner.num_partitions

    @property
    def shuffle(self) -> ShuffleDependency:
        """The shuffle that is read."""
        found = self.dependencies[0]
        assert isinstance(found, ShuffleDependency)
        return found

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return inputs[0]
