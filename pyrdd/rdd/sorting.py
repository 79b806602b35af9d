"""Sorting and ordered selections: range partitioning, external sort, top and takeOrdered."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pyrdd.dependency import KeyOrder
from pyrdd.errors.frames import hides_engine_frames_of
from pyrdd.partitioner import Partitioner, RangeBounds, portable_hash
from pyrdd.rdd import steps
from pyrdd.rdd.handle import RDDHandle
from pyrdd.rdd.map_partitions_rdd import ScratchStepRDD
from pyrdd.rdd.shuffled_rdd import ShuffledRDD
from pyrdd.rddsampler import Candidates, key_candidates, range_bounds, sample_keys
from pyrdd.taskcontext import TaskContext
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.rdd.facade import RDD

T = TypeVar("T")


def identity(x: Any) -> Any:
    """The default ``keyfunc``: the key itself."""
    return x


@hides_engine_frames_of(
    "sortBy", "sortByKey", "takeOrdered", "top",
)
class Sorting(RDDHandle[T]):
    """PySpark's ordering operators."""

    def sortByKey(
        self,
        ascending: bool | None = True,
        numPartitions: int | None = None,
        keyfunc: Callable[[Any], Any] = identity,
    ) -> RDD[tuple[Any, Any]]:
        """The pairs in the order of their keys (of ``keyfunc`` of them); pairs with equal keys keep their order.

        Lazy but for a job that samples the keys, to cut them into ranges of equal size; shuffles. With one partition
        there is neither.

        >>> sc.parallelize([("a", 1), ("b", 2), ("1", 3), ("d", 4), ("2", 5)]).sortByKey(True, 2).collect()
        [('1', 3), ('2', 5), ('a', 1), ('b', 2), ('d', 4)]
        """
        count = self._defaultReducePartitions() if numPartitions is None else numPartitions
        plain = None if keyfunc is identity else keyfunc
        order = KeyOrder(plain, bool(ascending))
        if count == 1:
            whole = self._self.coalesce(1) if self.getNumPartitions() > 1 else self
            return whole._sorted_in_place(order)
        parts = self._run(KeySample(count))
        if not any(records for records, _ in parts):
            return self._self
        bounds = range_bounds(sample_keys(parts, count), count, plain)
        return self._ranged(Partitioner(count, RangeBounds(bounds, plain, bool(ascending))), order)

    def sortBy(
        self, keyfunc: Callable[[T], Any], ascending: bool = True, numPartitions: int | None = None
    ) -> RDD[T]:
        """The records in the order of ``keyfunc``. Lazy but for a job that samples the keys; shuffles.

        >>> sc.parallelize([("b", 2), ("1", 3), ("a", 1)]).sortBy(lambda x: x[1]).collect()
        [('a', 1), ('b', 2), ('1', 3)]
        """
        return self._self.keyBy(keyfunc).sortByKey(ascending, numPartitions).values()

    def repartitionAndSortWithinPartitions(
        self,
        numPartitions: int | None = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
        ascending: bool = True,
        keyfunc: Callable[[Any], Any] = identity,
    ) -> RDD[tuple[Any, Any]]:
        """The pairs partitioned by ``partitionFunc``, each partition sorted by key. Lazy; shuffles.

        >>> rdd = sc.parallelize([(0, 5), (3, 8), (2, 6), (0, 8), (3, 8), (1, 3)])
        >>> rdd.repartitionAndSortWithinPartitions(2, lambda x: x % 2).glom().collect()
        [[(0, 5), (0, 8), (2, 6)], [(1, 3), (3, 8), (3, 8)]]
        """
        count = self._defaultReducePartitions() if numPartitions is None else numPartitions
        partitioner = Partitioner(count, partitionFunc)
        order = KeyOrder(None if keyfunc is identity else keyfunc, ascending)
        if self._node.partitioner == partitioner:
            return self._sorted_in_place(order)
        return self._ranged(partitioner, order)

    def _ranged(self, partitioner: Partitioner, order: KeyOrder) -> RDD[Any]:
        spec, ctx = self._spec(partitioner, key_order=order), self.ctx
        return self._wrap(ShuffledRDD(ctx._new_rdd_id(), self._node, spec, ctx._call_site()))

    def _sorted_in_place(self, order: KeyOrder) -> RDD[Any]:
        step, ctx = steps.SortByKey(order.keyfunc, order.ascending), self.ctx
        return self._wrap(ScratchStepRDD(ctx._new_rdd_id(), self._node, step, ctx._call_site()))

    def top(self, num: int, key: Callable[[T], Any] | None = None) -> list[T]:
        """The ``num`` largest records, largest first. Runs a job; each partition sends at most ``num``.

        >>> sc.parallelize([10, 4, 2, 12, 3], 2).top(2)
        [12, 10]
        """
        return self._best(heapq.nlargest, num, key)

    def takeOrdered(self, num: int, key: Callable[[T], Any] | None = None) -> list[T]:
        """The ``num`` smallest records, smallest first. Runs a job; each partition sends at most ``num``.

        >>> sc.parallelize([10, 1, 2, 9, 3, 4, 5, 6, 7], 2).takeOrdered(3)
        [1, 2, 3]
        """
        if num < 0:
            raise ValueError("top N cannot be negative.")
        if num == 0 or self.getNumPartitions() == 0:
            return []
        return self._best(heapq.nsmallest, num, key)

    def _best(
        self, select: Callable[..., list[T]], num: int, key: Callable[[T], Any] | None
    ) -> list[T]:
        parts = self._run(partial(_select, select, num, key))
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        return select(num, [record for part in parts for record in part], key=key)


def _select(select: Callable[..., list[Any]], num: int, key: Any, records: Iterator[Any]) -> list[Any]:
    return select(num, records, key=key)


@frozen
class KeySample:
    """The action of the sampling job: one partition's candidates for the range bounds, in a single pass."""

    num_partitions: int

    def __call__(self, records: Iterator[Any]) -> Candidates:
        task = TaskContext.get()
        assert task is not None
        index = task.partitionId()
        assert index is not None
        return key_candidates(index, map(steps.first, records), self.num_partitions)
