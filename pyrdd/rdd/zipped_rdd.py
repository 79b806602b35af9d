"""ZippedRDD: the partitions of two RDDs side by side, records paired by position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.dependency import OneToOneDependency
from pyrdd.errors import PySparkValueError
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext

_END = object()


class ZippedRDD(BaseRDD):
    """Pairs ``(left record, right record)``; partitions of unequal length are an error when they are computed."""

    def __init__(self, rdd_id: int, left: BaseRDD, right: BaseRDD, call_site: str = "") -> None:
        super().__init__(rdd_id, (OneToOneDependency(left), OneToOneDependency(right)), call_site=call_site)

    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        left, right = inputs
        # not zip(strict=True): its error would not say which partition
        for record in left:
            other = next(right, _END)
            if other is _END:
                raise _unequal(partition.index)
            yield record, other
        if next(right, _END) is not _END:
            raise _unequal(partition.index)


def _unequal(index: int) -> PySparkValueError:
    return PySparkValueError(
        f"zip: partition {index} has a different number of records in the two RDDs. Zip RDDs that come from the same "
        "one by map, or use zipWithIndex and join."
    )
