"""Actions: each runs a job and returns its result to the driver."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from pyrdd.errors.frames import hides_engine_frames_of
from pyrdd.rdd.handle import RDDHandle
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    pass

T = TypeVar("T")
U = TypeVar("U")


@hides_engine_frames_of(
    "aggregate", "collect", "collectAsMap", "collectWithJobGroup", "count", "countByKey",
    "countByValue", "first", "fold", "foreach", "foreachPartition", "isEmpty", "lookup", "reduce",
    "reduceByKeyLocally", "take", "treeAggregate", "treeReduce",
)
class Actions(RDDHandle[T]):
    """PySpark's actions that need no numbers."""

    # --- records ------------------------------------------------------------------------------------------------

    def collect(self) -> list[T]:
        """All records, in the partitions' order. They must fit in the driver (``spark.driver.maxResultSize``).

        >>> sc.parallelize(range(5)).map(str).collect()
        ['0', '1', '2', '3', '4']
        """
        return list(chain.from_iterable(self._run(list)))

    def collectWithJobGroup(
        self, groupId: str, description: str, interruptOnCancel: bool = False
    ) -> list[T]:
        """Deprecated: `collect` under a job group. Use `SparkContext.setJobGroup`."""
        import warnings  # only this deprecated name warns

        warnings.warn("collectWithJobGroup is deprecated; use SparkContext.setJobGroup", FutureWarning, stacklevel=2)
        properties = self.ctx._local_properties
        before = properties.copy()
        self.ctx.setJobGroup(groupId, description, interruptOnCancel)
        try:
            return self.collect()
        finally:
            properties.replace(before)

    def collectAsMap(self) -> dict[Any, Any]:
        """The pairs as a dictionary; of several values of a key the last one stays.

        >>> sc.parallelize([(1, 2), (3, 4)]).collectAsMap()
        {1: 2, 3: 4}
        """
        return dict(self.collect())  # type: ignore[arg-type]

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[T]:
        """The records one partition after the other: a job for each, run when its records are asked for (with
        ``prefetchPartitions``, while those of the one before are read). The driver holds one partition, or two.

        >>> [x for x in sc.parallelize(range(10)).toLocalIterator()]
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        """
        partitions: Iterator[list[T]] = (self._run(list, [i])[0] for i in range(self.getNumPartitions()))
        properties = self.ctx._local_properties
        given = properties.copy()
        if prefetchPartitions:
            partitions = _ahead(partitions, lambda: properties.replace(given))
        return chain.from_iterable(partitions)

    def take(self, num: int) -> list[T]:
        """The first ``num`` records. Looks at one partition, then at more as needed, each time in a job.

        >>> sc.parallelize(range(100), 100).filter(lambda x: x > 90).take(3)
        [91, 92, 93]
        """
        items: list[T] = []
        total, scanned = self.getNumPartitions(), 0
        while len(items) < num and scanned < total:
            end = min(scanned + _partitions_to_try(num, len(items), scanned), total)
            parts = self._run(TakeFirst(num - len(items)), range(scanned, end))
            items.extend(chain.from_iterable(parts))
            scanned = end
        return items[:num]

    def first(self) -> T:
        """The first record; ``ValueError`` when there is none.

        >>> sc.parallelize([2, 3, 4]).first()
        2
        """
        found = self.take(1)
        if not found:
            raise ValueError("RDD is empty")
        return found[0]

    def isEmpty(self) -> bool:
        """Whether there is no record. Looks for one; partitions may be empty though there are some.

        >>> sc.parallelize([]).isEmpty(), sc.parallelize([1]).isEmpty()
        (True, False)
        """
        return not self.take(1)

    def lookup(self, key: Any) -> list[Any]:
        """The values of ``key``. Computes only the key's partition when the RDD has a partitioner.

        >>> rdd = sc.parallelize([(1, "a"), (2, "b"), (1, "c")])
        >>> rdd.lookup(1), rdd.partitionBy(4).lookup(2)
        (['a', 'c'], ['b'])
        """
        partitioner = self.partitioner
        partitions = None if partitioner is None else [partitioner(key)]
        return list(chain.from_iterable(self._run(ValuesOf(key), partitions)))

    # --- effects ------------------------------------------------------------------------------------------------

    def foreach(self, f: Callable[[T], Any]) -> None:
        """Calls ``f`` with each record, on the executors: what it changes there stays there (use an accumulator).

        >>> seen = sc.accumulator(0)
        >>> sc.parallelize([1, 2, 3, 4, 5]).foreach(seen.add)
        >>> seen.value
        15
        """
        self._run(ForEach(f))

    def foreachPartition(self, f: Callable[[Iterator[T]], Any]) -> None:
        """Calls ``f`` with each partition's iterator, on the executors.

        >>> counted = sc.accumulator(0)
        >>> sc.parallelize([1, 2, 3, 4, 5]).foreachPartition(lambda records: counted.add(len(list(records))))
        >>> counted.value
        5
        """
        self._run(ForEachPartition(f))

    # --- folding ------------------------------------------------------------------------------------------------

    def reduce(self, f: Callable[[T, T], T]) -> T:
        """All records merged by the associative and commutative ``f``; ``ValueError`` when there is none.

        >>> from operator import add
        >>> sc.parallelize([1, 2, 3, 4, 5]).reduce(add)
        15
        """
        parts: list[T] = list(chain.from_iterable(self._run(Reduce(f))))
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        return reduce(f, parts)

    def fold(self, zeroValue: T, op: Callable[[T, T], T]) -> T:
        """All records folded by ``op``, starting from a neutral ``zeroValue`` in each partition and in the driver.

        >>> from operator import add
        >>> sc.parallelize([1, 2, 3, 4, 5]).fold(0, add)
        15
        """
        parts: list[T] = self._run(Fold(zeroValue, op))
        return reduce(op, parts, zeroValue)

    def aggregate(
        self, zeroValue: U, seqOp: Callable[[U, T], U], combOp: Callable[[U, U], U]
    ) -> U:
        """Each partition's records folded by ``seqOp`` from ``zeroValue``, the results merged by ``combOp`` in the
        driver.

        >>> add, merge = (lambda x, y: (x[0] + y, x[1] + 1)), (lambda x, y: (x[0] + y[0], x[1] + y[1]))
        >>> sc.parallelize([1, 2, 3, 4]).aggregate((0, 0), add, merge)
        (10, 4)
        """
        parts: list[U] = self._run(Fold(zeroValue, seqOp))
        return reduce(combOp, parts, zeroValue)

    def treeAggregate(
        self, zeroValue: U, seqOp: Callable[[U, T], U], combOp: Callable[[U, U], U], depth: int = 2
    ) -> U:
        """`aggregate` with the partitions' results merged by tasks in a tree of ``depth`` levels, so that the driver
        merges few.

        >>> add = lambda x, y: x + y
        >>> sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], 10).treeAggregate(0, add, add)
        -5
        """
        if depth < 1:
            raise ValueError(f"Depth cannot be smaller than 1 but got {depth}.")
        count: float = self.getNumPartitions()
        if count == 0:
            return zeroValue
        level = self._self.mapPartitions(FoldToRecord(Fold(zeroValue, seqOp)))
        scale = max(int(-(-(count ** (1.0 / depth)) // 1)), 2)
        while count > scale + count / scale:
            count /= scale
            width = int(count)
            level = level.mapPartitionsWithIndex(Spread(width)).reduceByKey(combOp, width).values()
        whole: U = level.reduce(combOp)
        return whole

    def treeReduce(self, f: Callable[[T, T], T], depth: int = 2) -> T:
        """`reduce` in a tree of ``depth`` levels; ``ValueError`` when there is no record.

        >>> sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], 10).treeReduce(lambda x, y: x + y)
        -5
        """
        if depth < 1:
            raise ValueError(f"Depth cannot be smaller than 1 but got {depth}.")
        merge = MergeFound(f)
        found = self._self.map(_found).treeAggregate(None, merge, merge, depth)
        if found is None:
            raise ValueError("Cannot reduce empty RDD.")
        return found[0]  # type: ignore[no-any-return]

    # --- counting -----------------------------------------------------------------------------------------------

    def count(self) -> int:
        """How many records there are.

        >>> sc.parallelize([2, 3, 4]).count()
        3
        """
        return sum(self._run(count_records))

    def countByValue(self) -> dict[T, int]:
        """How often each record occurs, as a dictionary in the driver; records must be hashable.

        >>> sorted(sc.parallelize([1, 2, 1, 2, 2], 2).countByValue().items())
        [(1, 2), (2, 3)]
        """
        return self._counts(Counter)

    def countByKey(self) -> dict[Any, int]:
        """How many pairs each key has, as a dictionary in the driver.

        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).countByKey().items())
        [('a', 2), ('b', 1)]
        """
        return self._counts(_count_keys)

    def _counts(self, action: Callable[[Iterator[Any]], Any]) -> dict[Any, int]:
        from collections import defaultdict  # PySpark hands out a defaultdict: a missing key counts 0

        total: dict[Any, int] = defaultdict(int)
        for part in self._run(action):
            for key, n in part.items():
                total[key] += n
        return total

    def reduceByKeyLocally(self, func: Callable[[Any, Any], Any]) -> dict[Any, Any]:
        """`reduceByKey` into a dictionary in the driver, without a shuffle.

        >>> from operator import add
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).reduceByKeyLocally(add).items())
        [('a', 2), ('b', 1)]
        """
        parts = self._run(ReduceValues(func))
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        return ReduceValues(func)(chain.from_iterable(part.items() for part in parts))


def _partitions_to_try(num: int, found: int, scanned: int) -> int:
    """How many more partitions `take` looks at: Spark's guess from what the ones before held, at most four times as
    many."""
    if scanned == 0:
        return 1
    if found == 0:
        return scanned * 4
    wanted = int(1.5 * num * scanned / found) - scanned
    return min(max(wanted, 1), scanned * 4)


def _ahead(partitions: Iterator[list[T]], prepare: Callable[[], None]) -> Iterator[list[T]]:
    """Each partition, while a thread (which calls ``prepare`` first) computes the next one."""
    ready: queue.Queue[tuple[list[T] | None, BaseException | None]] = queue.Queue(1)
    wanted = threading.Semaphore(2)
    closed = threading.Event()

    def produce() -> None:
        try:
            prepare()
            while wanted.acquire() and not closed.is_set():
                ready.put((next(partitions, None), None))
        except BaseException as error:
            ready.put((None, error))

    thread = threading.Thread(target=produce, name="pyrdd-prefetch", daemon=True)
    thread.start()
    try:
        while True:
            records, error = ready.get()
            if error is not None:
                raise error
            if records is None:
                return
            yield records
            wanted.release()
    finally:
        closed.set()
        wanted.release()


# --- what the tasks do: small objects, so that they pickle by name ------------------------------------------------


def count_records(records: Iterator[Any]) -> int:
    """How many records an iterator yields."""
    return sum(1 for _ in records)


def _count_keys(records: Iterator[Any]) -> Counter[Any]:
    return Counter(pair[0] for pair in records)


def _found(record: Any) -> tuple[Any]:
    """A record that is there, as `treeReduce` merges it: ``None`` stands for none."""
    return (record,)


@frozen
class TakeFirst:
    """The first ``num`` records."""

    num: int

    def __call__(self, records: Iterator[Any]) -> list[Any]:
        return list(islice(records, self.num))


@frozen
class ValuesOf:
    """The values of one key."""

    key: Any

    def __call__(self, records: Iterator[Any]) -> list[Any]:
        return [value for key, value in records if key == self.key]


@frozen
class ForEach:
    """Calls a function with each record."""

    f: Callable[[Any], Any]

    def __call__(self, records: Iterator[Any]) -> None:
        f = self.f
        for record in records:
            f(record)


@frozen
class ForEachPartition:
    """Calls a function with the iterator, and runs through what it returns, should that be a generator."""

    f: Callable[[Iterator[Any]], Any]

    def __call__(self, records: Iterator[Any]) -> None:
        result = self.f(records)
        if isinstance(result, Iterable):
            for _ in result:
                pass


@frozen
class Reduce:
    """The records merged: a list of one result, or of none."""

    f: Callable[[Any, Any], Any]

    def __call__(self, records: Iterator[Any]) -> list[Any]:
        for initial in records:
            return [reduce(self.f, records, initial)]
        return []


@frozen
class Fold:
    """The records folded into the zero value."""

    zero: Any
    op: Callable[[Any, Any], Any]

    def __call__(self, records: Iterator[Any]) -> Any:
        return reduce(self.op, records, self.zero)


@frozen
class FoldToRecord:
    """`Fold` as a partition of one record."""

    fold: Fold

    def __call__(self, records: Iterator[Any]) -> list[Any]:
        return [self.fold(records)]


@frozen
class Spread:
    """Keys a partition's record by the partition that merges it on the next level of a tree."""

    width: int

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[tuple[int, Any]]:
        return ((index % self.width, record) for record in records)


@frozen
class MergeFound:
    """``f`` over what `_found` marks; ``None`` gives way."""

    f: Callable[[Any, Any], Any]

    def __call__(self, left: tuple[Any] | None, right: tuple[Any] | None) -> tuple[Any] | None:
        if left is None or right is None:
            return right if left is None else left
        return (self.f(left[0], right[0]),)


@frozen
class ReduceValues:
    """The values of each key merged, in a dictionary."""

    func: Callable[[Any, Any], Any]

    def __call__(self, records: Iterable[Any]) -> dict[Any, Any]:
        func = self.func
        merged: dict[Any, Any] = {}
        for key, value in records:
            merged[key] = func(merged[key], value) if key in merged else value
        return merged


