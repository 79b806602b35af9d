"""MapPartitionsRDD: a narrow step over each partition of its parent. Chains of these are pipelined in one pass.

`ScratchStepRDD` is one whose step may go to disk (a sort, a local combine) and therefore needs the task.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.dependency import OneToOneDependency
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD

if TYPE_CHECKING:
    from pyrdd.rdd.steps import ScratchStep, Step
    from pyrdd.taskcontext import TaskContext


class MapPartitionsRDD(BaseRDD):
    """``step`` applied to every partition of ``parent``; keeps its partitioner when ``preserves_partitioning``."""

    ships = ("step",)
    kind = "PythonRDD"  # PySpark's name for it: what its users look for in a lineage

    def __init__(
        self, rdd_id: int, parent: BaseRDD, step: Step, preserves_partitioning: bool = False, call_site: str = ""
    ) -> None:
        partitioner = parent.partitioner if preserves_partitioning else None
        super().__init__(rdd_id, (OneToOneDependency(parent),), partitioner, call_site)
        self.step = step

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return self.step(partition.index, inputs[0])


class ScratchStepRDD(BaseRDD):
    """``step`` applied to every partition of ``parent`` with the task's memory budget and directory; keeps the
    partitioner."""

    ships = ("step",)

    def __init__(self, rdd_id: int, parent: BaseRDD, step: ScratchStep, call_site: str = "") -> None:
        super().__init__(rdd_id, (OneToOneDependency(parent),), parent.partitioner, call_site)
        self.step = step

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return self.step(inputs[0], task)
