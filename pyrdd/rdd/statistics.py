"""Actions on numbers: sums, moments, extremes, histograms, and approximate answers by a deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from pyrdd.errors.frames import hides_engine_frames_of
from pyrdd.histogram import Buckets, check_bucket_number, even_buckets, extremes, given_buckets, merge_counts
from pyrdd.partitioner import portable_hash
from pyrdd.rdd.actions import Reduce, count_records
from pyrdd.rdd.handle import RDDHandle
from pyrdd.statcounter import StatCounter
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.partial.bounded import BoundedFloat

T = TypeVar("T")
U = TypeVar("U")


@hides_engine_frames_of(
    "countApprox", "countApproxDistinct", "histogram", "max", "mean", "meanApprox", "min",
    "sampleStdev", "sampleVariance", "stats", "stdev", "sum", "sumApprox", "variance",
)
class Statistics(RDDHandle[T]):
    """PySpark's numeric actions. Each runs a job."""

    def max(self, key: Callable[[T], Any] | None = None) -> T:
        """The largest record (by ``key``); ``ValueError`` when there is none.

        >>> sc.parallelize([1.0, 5.0, 43.0, 10.0]).max()
        43.0
        """
        return self._extreme(max, key)

    def min(self, key: Callable[[T], Any] | None = None) -> T:
        """The smallest record (by ``key``); ``ValueError`` when there is none.

        >>> sc.parallelize([2.0, 5.0, 43.0, 10.0]).min(key=str)
        10.0
        """
        return self._extreme(min, key)

    def _extreme(self, select: Callable[..., T], key: Callable[[T], Any] | None) -> T:
        better = select if key is None else partial(_better, select, key)
        parts: list[T] = list(chain.from_iterable(self._run(Reduce(better))))
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        return reduce(better, parts)

    def sum(self) -> Any:
        """The sum of the records; 0 when there is none.

        >>> sc.parallelize([1.0, 2.0, 3.0]).sum()
        6.0
        """
        return sum(self._run(sum))

    def stats(self) -> StatCounter:
        """Count, mean, variance, extremes in one pass.

        >>> sc.parallelize([1, 2, 3]).stats()
        (count: 3, mean: 2.0, stdev: 0.816..., max: 3.0, min: 1.0)
        """
        parts: list[StatCounter] = self._run(StatCounter)
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        return reduce(StatCounter.mergeStats, parts)

    def mean(self) -> Any:
        """The mean.

        >>> sc.parallelize([1, 2, 3]).mean()
        2.0
        """
        return self.stats().mean()

    def variance(self) -> Any:
        """The variance of the records themselves (dividing by their number).

        >>> sc.parallelize([1, 2, 3]).variance()
        0.666...
        """
        return self.stats().variance()

    def stdev(self) -> Any:
        """The standard deviation of the records themselves.

        >>> sc.parallelize([1, 2, 3]).stdev()
        0.816...
        """
        return self.stats().stdev()

    def sampleVariance(self) -> Any:
        """The variance estimated from the records as a sample (dividing by their number less one).

        >>> sc.parallelize([1, 2, 3]).sampleVariance()
        1.0
        """
        return self.stats().sampleVariance()

    def sampleStdev(self) -> Any:
        """The standard deviation estimated from the records as a sample.

        >>> sc.parallelize([1, 2, 3]).sampleStdev()
        1.0
        """
        return self.stats().sampleStdev()

    def histogram(self, buckets: int | Sequence[Any]) -> tuple[Sequence[Any], list[int]]:
        """Bucket bounds and how many records are in each: ``buckets`` even ones, or those between given bounds (the
        last one includes its upper bound). ``None`` and NaN count nowhere.

        >>> rdd = sc.parallelize(range(51))
        >>> rdd.histogram(2), rdd.histogram([0, 5, 25, 50])
        (([0, 25, 50], [25, 26]), ([0, 5, 25, 50], [5, 20, 26]))
        """
        if isinstance(buckets, int):
            check_bucket_number(buckets)
            chosen: Buckets = even_buckets(buckets, chain.from_iterable(self._run(extremes)))
        else:
            chosen = given_buckets(buckets)
        counts = self._run(chosen.count)
        if not counts:
            raise ValueError("Can not reduce() empty RDD")
        return chosen.bounds, reduce(merge_counts, counts)

    # --- approximate --------------------------------------------------------------------------------------------

    def countApprox(self, timeout: int, confidence: float = 0.95) -> int:
        """The count as far as ``timeout`` milliseconds allow, extrapolated from the partitions that were done.

        >>> sc.parallelize(range(1000), 10).countApprox(1000, 1.0)
        1000
        """
        return int(self._approximate_sum(_count_as_float, timeout, confidence))

    def sumApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """The sum within ``timeout`` milliseconds, with bounds that hold with ``confidence``; exact when all was done.

        >>> abs(sc.parallelize(range(1000), 10).sumApprox(1000) - sum(range(1000))) < 1
        True
        """
        return self._approximate_sum(_sum_as_float, timeout, confidence)

    def meanApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """The mean within ``timeout`` milliseconds, with bounds that hold with ``confidence``; exact when all was done.

        >>> abs(sc.parallelize(range(1000), 10).meanApprox(1000) - 499.5) < 1
        True
        """
        from pyrdd.partial.bounded import MeanEvaluator  # approximate answers are rare

        evaluator = MeanEvaluator(self.getNumPartitions(), confidence)
        for part in self._parts_in_time(_stats_of_floats, timeout):
            evaluator.merge(part)
        return evaluator.current_result()

    def _approximate_sum(
        self, action: Callable[[Iterator[Any]], float], timeout: int, confidence: float
    ) -> BoundedFloat:
        from pyrdd.partial.bounded import SumEvaluator  # approximate answers are rare

        evaluator = SumEvaluator(self.getNumPartitions(), confidence)
        for part in self._parts_in_time(action, timeout):
            evaluator.merge(StatCounter([part]))
        return evaluator.current_result()

    def _parts_in_time(self, action: Callable[[Iterator[Any]], U], timeout: int) -> list[U]:
        """``action`` of the partitions that were done within ``timeout`` milliseconds, in the partitions' order: added
        up as they arrive, floats would differ from run to run."""
        parts = dict(self.ctx._job_results(self._node, action, timeout=timeout / 1000))
        return [parts[index] for index in sorted(parts)]

    def countApproxDistinct(self, relativeSD: float = 0.05) -> int:
        """About how many different records there are, by HyperLogLog++ (Heule et al., EDBT 2013) as Spark computes it.

        ``relativeSD`` is the relative accuracy; smaller takes more memory. Above 0.000017.

        >>> 900 < sc.parallelize(range(1000)).map(str).countApproxDistinct() < 1100
        True
        """
        from pyrdd.partial.hyperloglog import HyperLogLog, precision_for  # approximate answers are rare

        if relativeSD < 0.000017:
            raise ValueError("relativeSD should be greater than 0.000017")
        precision = precision_for(relativeSD)
        return reduce(
            HyperLogLog.merge, self._run(Sketch(precision)), HyperLogLog(precision)
        ).cardinality()


def _better(select: Callable[..., Any], key: Callable[[Any], Any], a: Any, b: Any) -> Any:
    return select(a, b, key=key)


def _count_as_float(records: Iterator[Any]) -> float:
    return float(count_records(records))


def _sum_as_float(records: Iterator[Any]) -> float:
    return float(sum(records))


def _stats_of_floats(records: Iterator[Any]) -> StatCounter:
    return StatCounter(map(float, records))


@frozen
class Sketch:
    """One partition's HyperLogLog sketch."""

    precision: int

    def __call__(self, records: Iterator[Any]) -> Any:
        from pyrdd.partial.hyperloglog import HyperLogLog  # approximate answers are rare

        sketch = HyperLogLog(self.precision)
        sketch.offer_all(portable_hash(record) & 0xFFFFFFFF for record in records)
        return sketch
