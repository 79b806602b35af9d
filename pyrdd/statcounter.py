"""StatCounter: count, mean, variance, extremes in one pass (Welford), mergeable across partitions."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from itertools import islice
from typing import Any

__all__ = ["StatCounter"]

_CHUNK = 4096


def _maximum(left: Any, right: Any) -> Any:
    """The larger; NaN when either is; by element for NumPy arrays."""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.nan if left != left or right != right else float(max(left, right))
    import numpy  # only for values that are arrays

    return numpy.maximum(left, right)


def _minimum(left: Any, right: Any) -> Any:
    """The smaller; NaN when either is; by element for NumPy arrays."""
    return -_maximum(-left, -right)


def _sqrt(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return math.sqrt(value)
    import numpy  # only for values that are arrays

    return numpy.sqrt(value)


class StatCounter:
    """Running statistics of numbers (or of NumPy arrays of one shape, by element).

    >>> StatCounter([1.0, 2.0, 3.0, 4.0])
    (count: 4, mean: 2.5, stdev: 1.118033988749895, max: 4.0, min: 1.0)
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        self.n = 0
        self.mu: Any = 0.0
        self.m2: Any = 0.0
        self.maxValue: Any = -math.inf
        self.minValue: Any = math.inf
        if values is not None:
            self._merge_all(values)

    def merge(self, value: Any) -> StatCounter:
        """Counts one value; returns this counter."""
        return self._merge_all((value,))

    def _merge_all(self, values: Iterable[Any]) -> StatCounter:
        records = iter(values)
        while chunk := list(islice(records, _CHUNK)):
            self._merge_moments(chunk)
            self._merge_extremes(chunk)
        return self

    def _merge_moments(self, chunk: list[Any]) -> None:
        n, mu, m2 = self.n, self.mu, self.m2
        for value in chunk:
            delta = value - mu
            n += 1
            mu = mu + delta / n
            m2 = m2 + delta * (value - mu)
        self.n, self.mu, self.m2 = n, mu, m2

    def _merge_extremes(self, chunk: list[Any]) -> None:
        # The mean is an ordinary number unless there was an array, a NaN or an infinity.
        if isinstance(self.mu, float) and math.isfinite(self.mu):
            chunk = [min(chunk), max(chunk)]
        for value in chunk:
            self.minValue = _minimum(self.minValue, value)
            self.maxValue = _maximum(self.maxValue, value)

    def mergeStats(self, other: StatCounter) -> StatCounter:
        """Adds another counter's statistics to this one; returns this one. ``TypeError`` for others."""
        if not isinstance(other, StatCounter):
            raise TypeError(f"Can only merge StatCounter but got {type(other)}")
        if self.n == 0:
            self.__dict__.update(other.copy().__dict__)
        elif other.n != 0:
            self._merge_counter(other)
        return self

    def _merge_counter(self, other: StatCounter) -> None:
        n, m, total = self.n, other.n, self.n + other.n
        delta = other.mu - self.mu
        m2 = self.m2 + (other.m2 + (delta * delta * n * m) / total)
        # The form with the smaller rounding error depends on which side is much smaller.
        if m * 10 < n:
            mu = self.mu + (delta * m) / total
        elif n * 10 < m:
            mu = other.mu - (delta * n) / total
        else:
            mu = (self.mu * n + other.mu * m) / total
        self.maxValue = _maximum(self.maxValue, other.maxValue)
        self.minValue = _minimum(self.minValue, other.minValue)
        self.n, self.mu, self.m2 = total, mu, m2

    def copy(self) -> StatCounter:
        """A counter with the same statistics that changes independently."""
        return copy.deepcopy(self)

    def count(self) -> int:
        """How many values were counted."""
        return int(self.n)

    def mean(self) -> Any:
        """The mean; 0.0 of nothing."""
        return self.mu

    def sum(self) -> Any:
        """The sum, as count times mean."""
        return self.n * self.mu

    def min(self) -> Any:
        """The smallest value; infinity of nothing."""
        return self.minValue

    def max(self) -> Any:
        """The largest value; minus infinity of nothing."""
        return self.maxValue

    def variance(self) -> Any:
        """The population variance; NaN of nothing."""
        return self.m2 / self.n if self.n else math.nan

    def sampleVariance(self) -> Any:
        """The variance with Bessel's correction (division by n - 1); NaN of fewer than two values."""
        return self.m2 / (self.n - 1) if self.n > 1 else math.nan

    def stdev(self) -> Any:
        """The population standard deviation; NaN of nothing."""
        return _sqrt(self.variance())

    def sampleStdev(self) -> Any:
        """The standard deviation with Bessel's correction; NaN of fewer than two values."""
        return _sqrt(self.sampleVariance())

    def asDict(self, sample: bool = False) -> dict[str, Any]:
        """All statistics by name. As in PySpark, ``sample=True`` gives the *population* deviation and
        variance.

        >>> counter = StatCounter([1.0, 3.0])
        >>> counter.asDict()["variance"], counter.asDict(sample=True)["variance"]
        (2.0, 1.0)
        """
        return {
            "count": self.count(),
            "mean": self.mean(),
            "sum": self.sum(),
            "min": self.min(),
            "max": self.max(),
            "stdev": self.stdev() if sample else self.sampleStdev(),
            "variance": self.variance() if sample else self.sampleVariance(),
        }

    def __repr__(self) -> str:
        return (
            f"(count: {self.count()}, mean: {self.mean()}, stdev: {self.stdev()}, "
            f"max: {self.max()}, min: {self.min()})"
        )
