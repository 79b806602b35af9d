"""Transformations of any RDD: each returns a new RDD at once; nothing is computed before an action."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from pyrdd.dependency import ShuffleSpec
from pyrdd.partitioner import Partitioner, portable_hash
from pyrdd.rdd import steps
from pyrdd.rdd.cartesian_rdd import CartesianRDD
from pyrdd.rdd.coalesced_rdd import CoalescedRDD
from pyrdd.rdd.handle import RDDHandle
from pyrdd.rdd.pipe import Pipe
from pyrdd.rdd.repartition import Distribute, place
from pyrdd.rdd.shuffled_rdd import ShuffledRDD
from pyrdd.rdd.zipped_rdd import ZippedRDD

if TYPE_CHECKING:
    from pyrdd.rdd.facade import RDD

T = TypeVar("T")
U = TypeVar("U")


class Transformations(RDDHandle[T]):
    """PySpark's transformations that need no keys."""

    def map(self, f: Callable[[T], U], preservesPartitioning: bool = False) -> RDD[U]:
        """``f`` of each record. Lazy, no shuffle.

        ``preservesPartitioning`` promises that keys stay where they are, so that the partitioner is kept.

        >>> sc.parallelize(["b", "a", "c"]).map(lambda x: (x, 1)).collect()
        [('b', 1), ('a', 1), ('c', 1)]
        """
        return self._pipe(steps.Map(f), preservesPartitioning)

    def flatMap(self, f: Callable[[T], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """The records of ``f`` of each record, one after the other. Lazy, no shuffle.

        >>> sc.parallelize([2, 3]).flatMap(range).collect()
        [0, 1, 0, 1, 2]
        """
        return self._pipe(steps.FlatMap(f), preservesPartitioning)

    def filter(self, f: Callable[[T], Any]) -> RDD[T]:
        """The records for which ``f`` is true. Lazy, no shuffle; keeps the partitioner.

        >>> sc.parallelize([1, 2, 3, 4, 5]).filter(lambda x: x % 2 == 0).collect()
        [2, 4]
        """
        return self._pipe(steps.Filter(f), True)

    def mapPartitions(
        self, f: Callable[[Iterator[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """``f`` of each partition's iterator of records. Lazy, no shuffle.

        >>> sc.parallelize([1, 2, 3, 4], 2).mapPartitions(lambda records: [sum(records)]).collect()
        [3, 7]
        """
        return self._pipe(steps.MapPartitions(f), preservesPartitioning)

    def mapPartitionsWithIndex(
        self, f: Callable[[int, Iterator[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """``f`` of each partition's index and iterator. Lazy, no shuffle.

        >>> sc.parallelize([1, 2, 3, 4], 4).mapPartitionsWithIndex(lambda index, records: [index]).sum()
        6
        """
        return self._pipe(steps.MapPartitionsWithIndex(f), preservesPartitioning)

    def mapPartitionsWithSplit(
        self, f: Callable[[int, Iterator[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Deprecated name of `mapPartitionsWithIndex`."""
        import warnings  # only this deprecated name warns

        warnings.warn(
            "mapPartitionsWithSplit is deprecated; use mapPartitionsWithIndex instead", FutureWarning, stacklevel=2
        )
        return self.mapPartitionsWithIndex(f, preservesPartitioning)

    def glom(self) -> RDD[list[T]]:
        """All records of each partition as one list. Lazy, no shuffle.

        >>> sc.parallelize([1, 2, 3, 4], 2).glom().collect()
        [[1, 2], [3, 4]]
        """
        return self._pipe(steps.Glom())

    def keyBy(self, f: Callable[[T], U]) -> RDD[tuple[U, T]]:
        """Each record paired with the key ``f`` gives it. Lazy, no shuffle.

        >>> sc.parallelize(range(3)).keyBy(lambda x: x * x).collect()
        [(0, 0), (1, 1), (4, 2)]
        """
        return self._pipe(steps.KeyBy(f))

    def groupBy(
        self,
        f: Callable[[T], U],
        numPartitions: int | None = None,
        partitionFunc: Callable[[U], int] = portable_hash,
    ) -> RDD[tuple[U, Iterable[T]]]:
        """The records of each value of ``f``, as one `ResultIterable`. Lazy; shuffles.

        >>> groups = sc.parallelize([1, 1, 2, 3, 5, 8]).groupBy(lambda x: x % 2).collect()
        >>> sorted((key, sorted(values)) for key, values in groups)
        [(0, [2, 8]), (1, [1, 1, 3, 5])]
        """
        return self.keyBy(f).groupByKey(numPartitions, partitionFunc)

    def distinct(self, numPartitions: int | None = None) -> RDD[T]:
        """Each record once; records must be hashable. Lazy; shuffles.

        >>> sorted(sc.parallelize([1, 1, 2, 3]).distinct().collect())
        [1, 2, 3]
        """
        pairs = self.map(lambda record: (record, None))
        return pairs.reduceByKey(lambda first, _: first, numPartitions).map(lambda pair: pair[0])

    # --- several RDDs -------------------------------------------------------------------------------------------

    def union(self, other: RDD[U]) -> RDD[T | U]:
        """The records of both; duplicates stay. Lazy, no shuffle. Co-partitioned RDDs stay partitioned.

        >>> rdd = sc.parallelize([1, 1, 2, 3])
        >>> rdd.union(rdd).collect()
        [1, 1, 2, 3, 1, 1, 2, 3]
        """
        return self.ctx._union([self._self, other])

    def __add__(self, other: RDD[U]) -> RDD[T | U]:
        if not isinstance(other, RDDHandle):
            raise TypeError
        return self.union(other)

    def intersection(self, other: RDD[T]) -> RDD[T]:
        """The records that are in both, each once. Lazy; shuffles.

        >>> a, b = sc.parallelize([1, 10, 2, 3, 4, 5]), sc.parallelize([1, 6, 2, 3, 7, 8])
        >>> sorted(a.intersection(b).collect())
        [1, 2, 3]
        """
        mine, theirs = self.map(lambda v: (v, None)), other.map(lambda v: (v, None))
        return mine.cogroup(theirs).filter(lambda pair: all(pair[1])).keys()

    def subtract(self, other: RDD[T], numPartitions: int | None = None) -> RDD[T]:
        """The records that are not in ``other``. Lazy; shuffles.

        >>> a, b = sc.parallelize([("a", 1), ("b", 4), ("a", 3)]), sc.parallelize([("a", 3), ("c", None)])
        >>> sorted(a.subtract(b).collect())
        [('a', 1), ('b', 4)]
        """
        theirs = other.map(lambda x: (x, True))
        return self.map(lambda x: (x, True)).subtractByKey(theirs, numPartitions).keys()

    def cartesian(self, other: RDD[U]) -> RDD[tuple[T, U]]:
        """All pairs of a record of this RDD with one of the other. Lazy, no shuffle; a partition of ``other`` is held
        in memory while it is paired.

        >>> rdd = sc.parallelize([1, 2])
        >>> sorted(rdd.cartesian(rdd).collect())
        [(1, 1), (1, 2), (2, 1), (2, 2)]
        """
        ctx = self.ctx
        return self._wrap(CartesianRDD(ctx._new_rdd_id(), self._node, other._node, ctx._call_site()))

    def zip(self, other: RDD[U]) -> RDD[tuple[T, U]]:
        """Pairs of the records at the same place of two RDDs with the same partitions. Lazy, no shuffle.

        Raises ``ValueError`` when the numbers of partitions differ; partitions of unequal length fail the job.

        >>> rdd = sc.parallelize(range(3), 2)
        >>> rdd.zip(rdd.map(lambda x: x + 100)).collect()
        [(0, 100), (1, 101), (2, 102)]
        """
        if self.getNumPartitions() != other.getNumPartitions():
            raise ValueError("Can only zip with RDD which has the same number of partitions")
        ctx = self.ctx
        return self._wrap(ZippedRDD(ctx._new_rdd_id(), self._node, other._node, ctx._call_site()))

    def zipWithIndex(self) -> RDD[tuple[T, int]]:
        """Each record with its position in the whole RDD. Runs a job to count the partitions, when there are several.

        >>> sc.parallelize(["a", "b", "c", "d"], 3).zipWithIndex().collect()
        [('a', 0), ('b', 1), ('c', 2), ('d', 3)]
        """
        starts = [0]
        if self.getNumPartitions() > 1:
            for count in self._run(lambda records: sum(1 for _ in records))[:-1]:
                starts.append(starts[-1] + count)
        return self.mapPartitionsWithIndex(
            lambda index, records: ((record, i) for i, record in enumerate(records, starts[index]))
        )

    def zipWithUniqueId(self) -> RDD[tuple[T, int]]:
        """Each record with a unique number: ``k, n + k, 2 * n + k, ...`` in the k-th of n partitions. Lazy, no shuffle.

        >>> sc.parallelize(["a", "b", "c", "d", "e"], 3).zipWithUniqueId().collect()
        [('a', 0), ('b', 1), ('c', 4), ('d', 2), ('e', 5)]
        """
        n = self.getNumPartitions()
        return self.mapPartitionsWithIndex(
            lambda k, records: ((record, i * n + k) for i, record in enumerate(records))
        )

    # --- partitions ---------------------------------------------------------------------------------------------

    def repartition(self, numPartitions: int) -> RDD[T]:
        """The same records spread evenly over ``numPartitions``. Lazy; shuffles. Placement is Spark's.

        >>> sc.parallelize([1, 2, 3, 4, 5, 6, 7], 4).repartition(2).getNumPartitions()
        2
        """
        return self.coalesce(numPartitions, shuffle=True)

    def coalesce(self, numPartitions: int, shuffle: bool = False) -> RDD[T]:
        """At most ``numPartitions`` partitions, each a concatenation of present ones; with ``shuffle``, as
        `repartition`.

        >>> sc.parallelize([1, 2, 3, 4, 5], 3).coalesce(1).glom().collect()
        [[1, 2, 3, 4, 5]]
        """
        if not numPartitions > 0:
            raise ValueError("Number of partitions must be positive.")
        ctx = self.ctx
        if not shuffle:
            return self._wrap(CoalescedRDD(ctx._new_rdd_id(), self._node, numPartitions, ctx._call_site()))
        batches = self._pipe(Distribute(numPartitions, min(10, ctx._batch_size or 1024)))
        spec: ShuffleSpec = batches._spec(Partitioner(numPartitions, place))
        shuffled = self._wrap(ShuffledRDD(ctx._new_rdd_id(), batches._node, spec, ctx._call_site()))
        # the partitioner spreads positions, not the records' keys: it must not be taken for theirs
        return shuffled.mapPartitions(lambda pairs: chain.from_iterable(batch for _, batch in pairs))

    def pipe(self, command: str, env: dict[str, str] | None = None, checkCode: bool = False) -> RDD[str]:
        """The lines that ``command`` prints when it gets the partition's records, one per line. Lazy, no shuffle.

        ``env`` is the command's whole environment; with ``checkCode`` a non-zero exit code fails the task.

        >>> sc.parallelize(["1", "2", "", "3"]).pipe("cat").collect()
        ['1', '2', '', '3']
        """
        return self._pipe(Pipe(tuple(shlex.split(command)), env or {}, checkCode))
