"""CoGroupedRDD: for each key, the values it has in every parent. Joins are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.dependency import Dependency, OneToOneDependency, ShuffleDependency, ShuffleSpec
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD
from pyrdd.shuffle.groups import cogroup, emitted

if TYPE_CHECKING:
    from pyrdd.partitioner import Partitioner
    from pyrdd.shuffle.groups import Emit
    from pyrdd.taskcontext import TaskContext


class CoGroupedRDD(BaseRDD):
    """Pairs ``(key, (values in parent 0, values in parent 1, ...))``, each a list.

    With ``emit`` (`pyrdd.join`) the records are what it makes of the parents' tables instead: the pairs of a join.
    A parent that has ``partitioner`` already is read in place (a narrow dependency); the others are shuffled.
    ``new_spec(parent)`` makes the shuffle of one parent.
    """

    ships = ("emit",)

    def __init__(
        self,
        rdd_id: int,
        parents: Sequence[BaseRDD],
        partitioner: Partitioner,
        new_spec: Callable[[BaseRDD], ShuffleSpec],
        emit: Emit | None = None,
        call_site: str = "",
    ) -> None:
        dependencies: list[Dependency] = [
            OneToOneDependency(p) if p.partitioner == partitioner else ShuffleDependency(p, new_spec(p))
            for p in parents
        ]
        super().__init__(rdd_id, dependencies, partitioner, call_site)
        self._num_partitions = partitioner.num_partitions
        self.emit = emit

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        env = task.env
        if self.emit is None:
            return cogroup(inputs, env.memory, env.directory, task.metrics)
        return emitted(inputs, self.emit, env.memory, env.directory, task.metrics)
