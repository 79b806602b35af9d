"""Adaptive execution: the map side of a stage's shuffles is run first, and its sizes say how the reduce side reads it.

Builder --shuffles of a stage--> WrittenRDD (one empty task; its map stages run) --sizes--> `physical.adaptive` --> ReadRDD
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.dependency import ShuffleDependency, ShuffleSpec
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD
from pyrdd.sql.execution.query_rdd import LANE
from pyrdd.sql.physical.adaptive import Read

if TYPE_CHECKING:
    from pyrdd.core.context import SparkContext
    from pyrdd.taskcontext import TaskContext


class WrittenRDD(BaseRDD):
    """Nothing, in one partition, after the map outputs of all its shuffles."""

    lane = LANE

    def __init__(self, rdd_id: int, shuffles: Sequence[ShuffleDependency], call_site: str = "") -> None:
        super().__init__(rdd_id, list(shuffles), call_site=call_site)
        self._num_partitions = 1

    def compute(self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext) -> Iterator[Any]:
        return iter(())


class ReadRDD(BaseRDD):
    """The reduce side of a shuffle whose tasks read several buckets, or a part of one."""

    lane = LANE

    def __init__(self, rdd_id: int, shuffle: ShuffleDependency, reads: Sequence[Read], call_site: str = "") -> None:
        spec = shuffle.spec
        shown = [(r.first, r.end, *(r.maps or (0, spec.num_maps))) for r in reads]
        reading = ShuffleSpec(spec.shuffle_id, spec.num_maps, spec.partitioner, reads=shown)
        super().__init__(rdd_id, [ShuffleDependency(shuffle.rdd, reading)], call_site=call_site)
        # the files of a shuffle are dropped with the dependency that it was made for
        self.shuffle = shuffle
        self._num_partitions = len(reads)

    def compute(self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext) -> Iterator[Any]:
        return inputs[0]


def measured(
    context: SparkContext, shuffles: Sequence[ShuffleDependency], rdd_id: int, call_site: str
) -> list[list[Sequence[int]]] | None:
    """Runs the map stages of shuffles, those that have not run; for each shuffle the sizes that its map tasks wrote,
    bucket by bucket. None if some are lost meanwhile."""
    context._run_job(WrittenRDD(rdd_id, shuffles, call_site), list)
    brain = context._engine.brain
    found = [brain.statuses(shuffle.shuffle_id) for shuffle in shuffles]
    if any(len(statuses) < s.spec.num_maps for statuses, s in zip(found, shuffles, strict=True)):
        return None
    return [[status.sizes for status in statuses] for statuses in found]
