"""Random samples: the same records as PySpark's for a seed, whatever executes them."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from pyrdd.rdd.handle import RDDHandle
from pyrdd.rddsampler import (
    RDDRangeSampler,
    RDDSampler,
    fraction_for_sample_size,
    max_sample_size,
    split_ranges,
)

if TYPE_CHECKING:
    from pyrdd.rdd.facade import RDD

T = TypeVar("T")


class Sampling(RDDHandle[T]):
    """PySpark's sampling operators (`sampleByKey` is with the other operators on pairs)."""

    def sample(self, withReplacement: bool, fraction: float, seed: int | None = None) -> RDD[T]:
        """A random sample: each record with probability ``fraction``, or ``fraction`` times on average with
        replacement. Lazy, no shuffle. The same records as PySpark's for a ``seed``.

        >>> 5 < sc.parallelize(range(100), 4).sample(False, 0.1, 81).count() < 15
        True
        """
        if not fraction >= 0:
            raise ValueError(f"Fraction must be nonnegative, but got {fraction}")
        return self._self.mapPartitionsWithIndex(RDDSampler(withReplacement, fraction, seed).func, True)

    def randomSplit(self, weights: Sequence[int | float], seed: int | None = None) -> list[RDD[T]]:
        """Disjoint random parts in proportion to ``weights``, the same as PySpark's for a ``seed``. Lazy, no shuffle.

        >>> a, b = sc.parallelize(range(500), 1).randomSplit([2, 3], 17)
        >>> a.count() + b.count()
        500
        """
        ranges = split_ranges(weights)
        if seed is None:
            seed = random.randint(0, 2**32 - 1)
        return [
            self._self.mapPartitionsWithIndex(RDDRangeSampler(low, high, seed).func, True) for low, high in ranges
        ]

    def takeSample(self, withReplacement: bool, num: int, seed: int | None = None) -> list[T]:
        """A random sample of ``num`` records in random order; of fewer when there are fewer and each is drawn once.
        Runs a job that counts and one or more that sample. The same records as PySpark's for a ``seed``.

        Raises ``ValueError`` for a negative or an absurdly large ``num``.

        >>> rdd = sc.parallelize(range(10))
        >>> [len(rdd.takeSample(*arguments)) for arguments in [(True, 20, 1), (False, 5, 2), (False, 15, 3)]]
        [20, 5, 10]
        """
        if num < 0:
            raise ValueError("Sample size cannot be negative.")
        if num > max_sample_size():
            raise ValueError(f"Sample size cannot be greater than {max_sample_size()}.")
        rdd = self._self
        total = rdd.count() if num else 0
        if not total:
            return []
        rng = random.Random(seed)
        if num >= total and not withReplacement:
            samples = rdd.collect()
        else:
            fraction = fraction_for_sample_size(num, total, withReplacement)
            samples = rdd.sample(withReplacement, fraction, seed).collect()
            while len(samples) < num:  # one time in ten thousand
                samples = rdd.sample(withReplacement, fraction, rng.randint(0, sys.maxsize)).collect()
        rng.shuffle(samples)
        return samples[:num]
