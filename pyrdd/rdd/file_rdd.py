"""FileRDD: records read from files. Which part of which file is listed once, in the driver, at the first action."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD

if TYPE_CHECKING:
    from pyrdd.metrics import TaskMetrics
    from pyrdd.taskcontext import TaskContext

ReadSplit = Callable[[Any, "TaskMetrics"], Iterator[Any]]


class FileRDD(BaseRDD):
    """``read(split, metrics)`` of each split that ``list_splits()`` finds. A missing path raises when splits are
    listed."""

    ships = ("read",)

    def __init__(
        self, rdd_id: int, list_splits: Callable[[], Sequence[Any]], read: ReadSplit, call_site: str = ""
    ) -> None:
        super().__init__(rdd_id, call_site=call_site)
        self.list_splits, self.read = list_splits, read
        self._splits: Sequence[Any] = ()

    def _count_partitions(self) -> int:
        self._splits = self.list_splits()
        return len(self._splits)

    def split(self, index: int) -> Any:
        return self._splits[index]

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        return self.read(partition.split, task.metrics)
