"""Operators on RDDs of pairs ``(key, value)``: combining, grouping, joining. Most shuffle."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pyrdd.aggregator import Aggregator
from pyrdd.join import Join, only_left
from pyrdd.partitioner import Partitioner, portable_hash
from pyrdd.rdd import steps
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.cogrouped_rdd import CoGroupedRDD
from pyrdd.rdd.handle import RDDHandle
from pyrdd.rdd.map_partitions_rdd import ScratchStepRDD
from pyrdd.rdd.shuffled_rdd import ShuffledRDD
from pyrdd.rddsampler import RDDStratifiedSampler
from pyrdd.resultiterable import ResultIterable
from pyrdd.shuffle.combine import LISTS
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.rdd.facade import RDD
    from pyrdd.shuffle.groups import Emit

T = TypeVar("T")
U = TypeVar("U")


class KeyedOperations(RDDHandle[T]):
    """PySpark's operators on pairs. Keys must be hashable; ``partitionFunc`` maps a key to a whole number."""

    # --- parts of a pair ----------------------------------------------------------------------------------------

    def keys(self) -> RDD[Any]:
        """The keys. Lazy, no shuffle.

        >>> sc.parallelize([(1, 2), (3, 4)]).keys().collect()
        [1, 3]
        """
        return self._pipe(steps.Keys())

    def values(self) -> RDD[Any]:
        """The values. Lazy, no shuffle.

        >>> sc.parallelize([(1, 2), (3, 4)]).values().collect()
        [2, 4]
        """
        return self._pipe(steps.Values())

    def mapValues(self, f: Callable[[Any], U]) -> RDD[tuple[Any, U]]:
        """``f`` of each value; keys and partitioner stay. Lazy, no shuffle.

        >>> sc.parallelize([("a", ["apple", "lemon"]), ("b", ["grapes"])]).mapValues(len).collect()
        [('a', 2), ('b', 1)]
        """
        return self._pipe(steps.MapValues(f), True)

    def flatMapValues(self, f: Callable[[Any], Iterable[U]]) -> RDD[tuple[Any, U]]:
        """The key with each of ``f`` of the value; the partitioner stays. Lazy, no shuffle.

        >>> sc.parallelize([("a", "xy"), ("b", "z")]).flatMapValues(list).collect()
        [('a', 'x'), ('a', 'y'), ('b', 'z')]
        """
        return self._pipe(steps.FlatMapValues(f), True)

    # --- combining ----------------------------------------------------------------------------------------------

    def combineByKey(
        self,
        createCombiner: Callable[[Any], U],
        mergeValue: Callable[[U, Any], U],
        mergeCombiners: Callable[[U, U], U],
        numPartitions: int | None = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD[tuple[Any, U]]:
        """Each key once, with its values combined by three functions (`Aggregator`). Lazy; shuffles, after combining
        each partition by itself; no shuffle when the RDD is partitioned that way already.

        >>> pairs = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> sorted(pairs.combineByKey(lambda v: [v], lambda c, v: c + [v], lambda c, d: c + d).collect())
        [('a', [1, 2]), ('b', [1])]
        """
        aggregator = Aggregator(createCombiner, mergeValue, mergeCombiners)
        return self._combined(aggregator, self._partitioner_for(numPartitions, partitionFunc))

    def _combined(self, aggregator: Aggregator, partitioner: Partitioner) -> RDD[Any]:
        ctx, call_site = self.ctx, self.ctx._call_site()
        if self._node.partitioner == partitioner:
            step = steps.CombineLocally(aggregator)
            return self._wrap(ScratchStepRDD(ctx._new_rdd_id(), self._node, step, call_site))
        spec = self._spec(partitioner, aggregator, map_side_combine=True)
        return self._wrap(ShuffledRDD(ctx._new_rdd_id(), self._node, spec, call_site))

    def reduceByKey(
        self,
        func: Callable[[Any, Any], Any],
        numPartitions: int | None = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD[tuple[Any, Any]]:
        """Each key once, its values merged by the associative and commutative ``func``. Lazy; shuffles, after merging
        each partition by itself.

        >>> from operator import add
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).reduceByKey(add).collect())
        [('a', 2), ('b', 1)]
        """
        return self.combineByKey(_identity, func, func, numPartitions, partitionFunc)

    def aggregateByKey(
        self,
        zeroValue: U,
        seqFunc: Callable[[U, Any], U],
        combFunc: Callable[[U, U], U],
        numPartitions: int | None = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD[tuple[Any, U]]:
        """Each key once: ``seqFunc`` folds values into a copy of ``zeroValue``, ``combFunc`` merges. Lazy; shuffles.

        >>> pairs = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> add, merge = (lambda x, v: (x[0] + v, x[1] + 1)), (lambda x, y: (x[0] + y[0], x[1] + y[1]))
        >>> sorted(pairs.aggregateByKey((0, 0), add, merge).collect())
        [('a', (3, 2)), ('b', (1, 1))]
        """
        create = FromZero(zeroValue, seqFunc)
        return self.combineByKey(create, seqFunc, combFunc, numPartitions, partitionFunc)

    def foldByKey(
        self,
        zeroValue: Any,
        func: Callable[[Any, Any], Any],
        numPartitions: int | None = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD[tuple[Any, Any]]:
        """Each key once, its values folded by ``func`` from a neutral ``zeroValue``. Lazy; shuffles.

        >>> from operator import add
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).foldByKey(0, add).collect())
        [('a', 2), ('b', 1)]
        """
        return self.combineByKey(FromZero(zeroValue, func), func, func, numPartitions, partitionFunc)

    def groupByKey(
        self, numPartitions: int | None = None, partitionFunc: Callable[[Any], int] = portable_hash
    ) -> RDD[tuple[Any, Iterable[Any]]]:
        """Each key once, with all its values as a `ResultIterable`. Lazy; shuffles all values: to reduce them,
        `reduceByKey` moves less.

        >>> rdd = sc.parallelize([("a", 1), ("b", 1), ("a", 1)])
        >>> sorted(rdd.groupByKey().mapValues(list).collect())
        [('a', [1, 1]), ('b', [1])]
        """
        return self._combined(LISTS, self._partitioner_for(numPartitions, partitionFunc)).mapValues(ResultIterable)

    def partitionBy(
        self, numPartitions: int | None, partitionFunc: Callable[[Any], int] = portable_hash
    ) -> RDD[tuple[Any, Any]]:
        """The same pairs, each in partition ``partitionFunc(key) % numPartitions``. Lazy; shuffles, unless partitioned
        that way already.

        >>> pairs = sc.parallelize([1, 2, 3, 4, 2, 4, 1]).map(lambda x: (x, x))
        >>> sets = pairs.partitionBy(2).glom().collect()
        >>> len(set(sets[0]).intersection(set(sets[1])))
        0
        """
        partitioner = self._partitioner_for(numPartitions, partitionFunc)
        if self._node.partitioner == partitioner:
            return self._self
        spec, ctx = self._spec(partitioner), self.ctx
        return self._wrap(ShuffledRDD(ctx._new_rdd_id(), self._node, spec, ctx._call_site()))

    def sampleByKey(
        self, withReplacement: bool, fractions: Mapping[Any, float | int], seed: int | None = None
    ) -> RDD[tuple[Any, Any]]:
        """A random sample with a fraction for each key. Lazy, no shuffle. The same records as PySpark's for a ``seed``.

        >>> pairs = sc.parallelize(range(0, 1000)).map(lambda x: ("ab"[x % 2], x))
        >>> sample = pairs.sampleByKey(False, {"a": 0.2, "b": 0.1}, 2).countByKey()
        >>> 50 < sample["a"] < 150 and 20 < sample["b"] < 80
        True
        """
        for fraction in fractions.values():
            assert fraction >= 0.0, f"Negative fraction value: {fraction}"
        sampler = RDDStratifiedSampler(withReplacement, fractions, seed)
        return self._self.mapPartitionsWithIndex(sampler.func, True)

    # --- several RDDs -------------------------------------------------------------------------------------------

    def cogroup(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """For each key, a tuple of its values here and in ``other``, as `ResultIterable`. Lazy; shuffles what is not
        partitioned alike already.

        >>> x, y = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2)])
        >>> [(key, tuple(map(list, sides))) for key, sides in sorted(x.cogroup(y).collect())]
        [('a', ([1], [2])), ('b', ([4], []))]
        """
        return self._cogrouped([other], numPartitions)._pipe(steps.CoGroup(), True)

    def groupWith(self, other: RDD[Any], *others: RDD[Any]) -> RDD[Any]:
        """`cogroup` of any number of RDDs. Lazy; shuffles.

        >>> w, x, y = (sc.parallelize([("a", value)]) for value in (5, 1, 2))
        >>> [(key, tuple(map(list, sides))) for key, sides in w.groupWith(x, y).collect()]
        [('a', ([5], [1], [2]))]
        """
        return self._cogrouped([other, *others], None)._pipe(steps.CoGroup(), True)

    def join(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """``(key, (value here, value there))`` for every combination. Lazy; shuffles what is not partitioned alike.

        >>> rdd1, rdd2 = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2), ("a", 3)])
        >>> sorted(rdd1.join(rdd2).collect())
        [('a', (1, 2)), ('a', (1, 3))]
        """
        return self._cogrouped([other], numPartitions, Join(keep_left=False, keep_right=False))

    def leftOuterJoin(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """`join` that keeps keys of this RDD without a partner, paired with ``None``. Lazy; shuffles likewise.

        >>> rdd1, rdd2 = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2)])
        >>> sorted(rdd1.leftOuterJoin(rdd2).collect())
        [('a', (1, 2)), ('b', (4, None))]
        """
        return self._cogrouped([other], numPartitions, Join(keep_left=True, keep_right=False))

    def rightOuterJoin(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """`join` that keeps keys of ``other`` without a partner, paired with ``None``. Lazy; shuffles likewise.

        >>> rdd1, rdd2 = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2)])
        >>> sorted(rdd2.rightOuterJoin(rdd1).collect())
        [('a', (2, 1)), ('b', (None, 4))]
        """
        return self._cogrouped([other], numPartitions, Join(keep_left=False, keep_right=True))

    def fullOuterJoin(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """`join` that keeps the keys of both sides. Lazy; shuffles likewise.

        >>> rdd1, rdd2 = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2), ("c", 8)])
        >>> sorted(rdd1.fullOuterJoin(rdd2).collect())
        [('a', (1, 2)), ('b', (4, None)), ('c', (None, 8))]
        """
        return self._cogrouped([other], numPartitions, Join(keep_left=True, keep_right=True))

    def subtractByKey(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """The pairs whose key is not in ``other``. Lazy; shuffles likewise.

        >>> x, y = sc.parallelize([("a", 1), ("b", 4), ("b", 5)]), sc.parallelize([("a", 3), ("c", None)])
        >>> sorted(x.subtractByKey(y).collect())
        [('b', 4), ('b', 5)]
        """
        return self._cogrouped([other], numPartitions, only_left)

    # --- shared -------------------------------------------------------------------------------------------------

    def _partitioner_for(
        self, numPartitions: int | None, partitionFunc: Callable[[Any], int]
    ) -> Partitioner:
        count = self._defaultReducePartitions() if numPartitions is None else numPartitions
        return Partitioner(count, partitionFunc)

    def _cogrouped(
        self, others: list[RDD[Any]], numPartitions: int | None, emit: Emit | None = None
    ) -> RDD[Any]:
        """Pairs of a key and a tuple of lists, or what ``emit`` makes of the tables."""
        parents: list[BaseRDD] = [self._node, *(other._node for other in others)]
        if numPartitions is None:
            numPartitions = self._cogroup_partitions(parents)
        partitioner, ctx = Partitioner(numPartitions), self.ctx

        def new_spec(parent: BaseRDD) -> Any:
            return self._spec(partitioner, parent=parent)

        return self._wrap(
            CoGroupedRDD(ctx._new_rdd_id(), parents, partitioner, new_spec, emit, ctx._call_site())
        )

    def _cogroup_partitions(self, parents: list[BaseRDD]) -> int:
        """As PySpark, which groups the union of the parents: as many as the union has, one set when all are placed
        alike."""
        if self.ctx._conf.contains("spark.default.parallelism"):
            return self.ctx.defaultParallelism
        first = parents[0].partitioner
        if first is not None and all(p.partitioner == first for p in parents):
            return parents[0].num_partitions
        return sum(p.num_partitions for p in parents)


# --- the functions of the aggregators: by name, so that they pickle small -----------------------------------------


@frozen
class FromZero:
    """A key's first value folded into a copy of the zero value."""

    zero: Any
    func: Callable[[Any, Any], Any]

    def __call__(self, value: Any) -> Any:
        return self.func(copy.deepcopy(self.zero), value)


def _identity(value: Any) -> Any:
    return value
