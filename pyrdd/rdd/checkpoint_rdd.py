"""What takes the place of a lineage that was cut: partitions in a reliable directory, or blocks of the executors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkRuntimeError
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD
from pyrdd.storage.checkpoint import read_partition

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext


class ReliableCheckpointRDD(BaseRDD):
    """The partitions that `checkpoint` wrote under ``path``."""

    ships = ("path",)

    def __init__(self, rdd_id: int, path: str, num_partitions: int, call_site: str = "") -> None:
        super().__init__(rdd_id, call_site=call_site)
        self.path = path
        self._num_partitions = num_partitions

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return read_partition(self.path, partition.index)


class LocalCheckpointRDD(BaseRDD):
    """The end of a lineage that `localCheckpoint` cut: the persisted RDD above it has the data, or nobody has."""

    ships = ("of_rdd",)

    def __init__(self, rdd_id: int, of_rdd: int, num_partitions: int, call_site: str = "") -> None:
        super().__init__(rdd_id, call_site=call_site)
        self.of_rdd = of_rdd
        self._num_partitions = num_partitions

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        raise PySparkRuntimeError(
            errorClass="CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND",
            messageParameters={"rddBlockId": f"rdd_{self.of_rdd}_{partition.index}"},
        )


class CheckpointedRDD(BaseRDD):
    """How an RDD is shipped once its lineage was cut: it passes on what the checkpoint holds."""

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return inputs[0]
