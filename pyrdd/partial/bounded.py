"""Estimates of a job that is not finished: what the partitions seen so far say about all of them.

An evaluator takes the result of each partition as it arrives and can be asked at any time; with every
partition there the answer is exact. The unseen partitions are presumed to be like the seen ones (Spark's
``partial`` package).

    partitions --StatCounter--> evaluator.merge ... --timeout or end--> evaluator.current_result() -> BoundedFloat
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

from pyrdd.partial.quantiles import normal_quantile, student_t_quantile
from pyrdd.statcounter import StatCounter

__all__ = ["BoundedFloat", "MeanEvaluator", "SumEvaluator"]

#: beyond this many values Student's t is taken to be normal, as in Spark
_NORMAL_FROM = 100


class BoundedFloat(float):
    """An estimate: the value lies between ``low`` and ``high`` with probability ``confidence``.

    >>> BoundedFloat(100.0, 0.95, 95.0, 105.0)
    100.0
    """

    confidence: float
    low: float
    high: float

    def __new__(cls, mean: float, confidence: float, low: float, high: float) -> BoundedFloat:
        value = float.__new__(cls, mean)
        value.confidence, value.low, value.high = confidence, low, high
        return value

    def __getnewargs__(self) -> tuple[float, float, float, float]:  # type: ignore[override]
        return float(self), self.confidence, self.low, self.high


class _Evaluator(ABC):
    """What partitions have said so far; ``total_outputs`` is how many partitions there are."""

    def __init__(self, total_outputs: int, confidence: float) -> None:
        self._total, self._confidence = total_outputs, confidence
        self._merged = 0
        self._counter = StatCounter()

    def merge(self, partition_stats: StatCounter) -> None:
        """Takes the statistics of one more partition."""
        self._merged += 1
        self._counter.mergeStats(partition_stats)

    def current_result(self) -> BoundedFloat:
        """The estimate so far: exact with confidence 1.0 once every partition is there."""
        if self._merged == self._total:
            value = self._observed()
            return BoundedFloat(value, 1.0, value, value)
        if self._counter.n == 0:
            return BoundedFloat(0.0, 0.0, -math.inf, math.inf)
        return self._estimate()

    def _bounded(self, value: float, deviation: float) -> BoundedFloat:
        """The interval around ``value``, whose standard deviation is estimated from the values seen."""
        count = self._counter.count()
        if count == 1 or math.isnan(deviation):
            return BoundedFloat(value, self._confidence, -math.inf, math.inf)
        level = (1 + self._confidence) / 2
        quantile = normal_quantile(level) if count > _NORMAL_FROM else student_t_quantile(level, count - 1)
        return BoundedFloat(
            value, self._confidence, value - quantile * deviation, value + quantile * deviation
        )

    @abstractmethod
    def _observed(self) -> float:
        """The value over what was seen."""

    @abstractmethod
    def _estimate(self) -> BoundedFloat:
        """The estimate from an incomplete, non-empty part."""


class MeanEvaluator(_Evaluator):
    """Estimates the mean of all values.

    >>> evaluator = MeanEvaluator(2, 0.95)
    >>> evaluator.merge(StatCounter([1.0, 3.0]))
    >>> evaluator.current_result()
    2.0
    """

    def _observed(self) -> float:
        return float(self._counter.mean())

    def _estimate(self) -> BoundedFloat:
        counter = self._counter
        return self._bounded(counter.mean(), math.sqrt(counter.sampleVariance() / counter.n))


class SumEvaluator(_Evaluator):
    """Estimates the sum of all values: what was seen, and a mean times a count for what was not.

    >>> evaluator = SumEvaluator(2, 0.95)
    >>> evaluator.merge(StatCounter([1.0, 3.0]))
    >>> evaluator.current_result()
    8.0
    """

    def _observed(self) -> float:
        return float(self._counter.sum())

    def _estimate(self) -> BoundedFloat:
        counter = self._counter
        seen = self._merged / self._total
        mean, unseen = counter.mean(), counter.n * (1 - seen) / seen
        mean_variance = counter.sampleVariance() / counter.n
        # The number of unseen values follows a negative binomial; mean and number are independent.
        count_variance = counter.n * (1 - seen) / (seen * seen)
        variance = (
            mean * mean * count_variance + unseen * unseen * mean_variance + mean_variance * count_variance
        )
        return self._bounded(counter.sum() + mean * unseen, math.sqrt(variance))
