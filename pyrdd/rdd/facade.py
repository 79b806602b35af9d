"""RDD: PySpark's class, assembled from topic mixins. Users meet only this; the engine meets only its node."""

from __future__ import annotations

from typing import Generic, TypeVar

from pyrdd.partitioner import Partitioner, portable_hash
from pyrdd.rdd.actions import Actions
from pyrdd.rdd.barrier import BarrierOperations, RDDBarrier
from pyrdd.rdd.keyed import KeyedOperations
from pyrdd.rdd.output import Output
from pyrdd.rdd.persistence import Persistence
from pyrdd.rdd.sampling import Sampling
from pyrdd.rdd.sorting import Sorting
from pyrdd.rdd.statistics import Statistics
from pyrdd.rdd.transformations import Transformations

T = TypeVar("T")


class RDD(
    Transformations[T],
    KeyedOperations[T],
    Sorting[T],
    Sampling[T],
    Actions[T],
    Statistics[T],
    Persistence[T],
    Output[T],
    BarrierOperations[T],
    Generic[T],
):
    """A resilient distributed dataset: a lazy, partitioned, immutable collection that remembers how it is computed.

    Transformations return a new RDD at once and compute nothing; actions run a job. Partitions that are lost are
    recomputed from the lineage. Made by the methods of `SparkContext`.

    >>> numbers = sc.parallelize(range(10), 4)
    >>> numbers.filter(lambda x: x % 2).map(lambda x: x * x).sum()
    165
    """


__all__ = ["RDD", "Partitioner", "RDDBarrier", "portable_hash"]
