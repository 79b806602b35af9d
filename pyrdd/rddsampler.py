"""Samplers: which records of a partition are drawn, decided by a seed and the partition's index alone.

Each partition has its own `random.Random` stream, and each record takes its numbers from the stream in order,
so a sample is the same whatever executor computes it, and the same records that PySpark draws for the seed.
`RDDSampler` and its siblings are the functions of ``mapPartitionsWithIndex``; the functions below them are
the arithmetic of `takeSample`, `randomSplit` and of the range partitioner's sample.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise, repeat
from random import Random
from typing import Any, Generic, TypeVar

__all__ = ["RDDRangeSampler", "RDDSampler", "RDDSamplerBase", "RDDStratifiedSampler"]

T = TypeVar("T")
K = TypeVar("K")


def partition_random(seed: int, split: int) -> Random:
    """The stream of partition ``split``, mixed because neighbouring seeds are close to each other."""
    rng = Random(seed ^ split)
    for _ in range(10):
        rng.randint(0, 1)
    return rng


def poisson(rng: Random, mean: float) -> int:
    """A Poisson-distributed number by Knuth's method: products of uniforms, or sums of exponentials."""
    k = 0
    if mean < 20.0:
        limit = math.exp(-mean)
        p = rng.random()
        while p > limit:
            k += 1
            p *= rng.random()
    else:
        p = rng.expovariate(mean)
        while p < 1.0:
            k += 1
            p += rng.expovariate(mean)
    return k


def _poissons(rng: Random, mean: float) -> Iterator[int]:
    """An endless iterator of `poisson` numbers of one mean."""
    if mean >= 20.0:
        yield from (poisson(rng, mean) for _ in repeat(None))
    uniform, limit = rng.random, math.exp(-mean)
    while True:
        k, p = 0, uniform()
        while p > limit:
            k += 1
            p *= uniform()
        yield k


class RDDSamplerBase:
    """A seed (drawn at random when ``None``) and the stream that follows from it in each partition."""

    def __init__(self, withReplacement: bool, seed: int | None = None) -> None:
        self._seed = seed if seed is not None else Random().randint(0, sys.maxsize)
        self._withReplacement = withReplacement

    def func(self, split: int, iterator: Iterable[Any]) -> Iterator[Any]:
        """The records drawn from partition ``split``, lazily."""
        raise NotImplementedError


class RDDSampler(RDDSamplerBase):
    """Draws each record with probability ``fraction``, or Poisson(``fraction``) times with replacement.

    >>> list(RDDSampler(False, 0.5, seed=3).func(0, range(10)))
    [1, 3, 5]
    """

    def __init__(self, withReplacement: bool, fraction: float, seed: int | None = None) -> None:
        super().__init__(withReplacement, seed)
        self._fraction = fraction

    def func(self, split: int, iterator: Iterable[T]) -> Iterator[T]:
        rng, fraction = partition_random(self._seed, split), self._fraction
        if self._withReplacement:
            return chain.from_iterable(map(repeat, iterator, _poissons(rng, fraction)))
        uniform = rng.random
        return (record for record in iterator if uniform() < fraction)


class RDDRangeSampler(RDDSamplerBase):
    """Draws the records whose uniform number lies in [lowerBound, upperBound): one part of a random split."""

    def __init__(self, lowerBound: float, upperBound: float, seed: int | None = None) -> None:
        super().__init__(False, seed)
        self._lowerBound = lowerBound
        self._upperBound = upperBound

    def func(self, split: int, iterator: Iterable[T]) -> Iterator[T]:
        uniform = partition_random(self._seed, split).random
        lower, upper = self._lowerBound, self._upperBound
        return (record for record in iterator if lower <= uniform() < upper)


class RDDStratifiedSampler(RDDSamplerBase, Generic[K]):
    """`RDDSampler` with a fraction for each key; ``KeyError`` for a key that has none."""

    def __init__(self, withReplacement: bool, fractions: Mapping[K, float], seed: int | None = None) -> None:
        super().__init__(withReplacement, seed)
        self._fractions = fractions

    def func(self, split: int, iterator: Iterable[tuple[K, T]]) -> Iterator[tuple[K, T]]:
        rng, fractions = partition_random(self._seed, split), self._fractions
        if self._withReplacement:
            return ((key, value) for key, value in iterator for _ in range(poisson(rng, fractions[key])))
        uniform = rng.random
        return ((key, value) for key, value in iterator if uniform() < fractions[key])


# --- takeSample and randomSplit -----------------------------------------------------------------------------


def max_sample_size() -> int:
    """The largest sample that `takeSample` accepts: ten standard deviations below the largest list."""
    return sys.maxsize - int(10.0 * math.sqrt(sys.maxsize))


def fraction_for_sample_size(num: int, total: int, with_replacement: bool) -> float:
    """A fraction with which a sample of ``total`` records has at least ``num`` with probability 99.99 %.

    With replacement: the mean plus 5 standard deviations of a Poisson sum (9 below 12 records, found by trial
    in Spark); without: the Chernoff bound of a binomial.

    >>> fraction_for_sample_size(10, 10, False), fraction_for_sample_size(25, 100, True)
    (1, 0.5)
    """
    fraction = float(num) / total
    if with_replacement:
        deviations = 9 if num < 12 else 5
        return fraction + deviations * math.sqrt(fraction / total)
    gamma = -math.log(0.00005) / total
    return min(1, fraction + gamma + math.sqrt(gamma * gamma + 2 * gamma * fraction))


def split_ranges(weights: Sequence[float]) -> list[tuple[float, float]]:
    """The intervals of [0, 1) that `randomSplit` gives to each weight; ``ValueError`` for unusable weights.

    >>> split_ranges([1, 3])
    [(0.0, 0.25), (0.25, 1.0)]
    """
    if not all(weight >= 0 for weight in weights):
        raise ValueError("Weights must be nonnegative")
    total = float(sum(weights))
    if not total > 0:
        raise ValueError("Sum of weights must be positive")
    bounds = [0.0]
    for weight in weights:
        bounds.append(bounds[-1] + weight / total)
    return list(pairwise(bounds))


# --- the range partitioner's sample -------------------------------------------------------------------------

#: Spark counts first, then draws 20 keys per output partition with this seed, in a second pass. Here one pass
#: keeps every key that the second might draw: its fraction is known to be at most 20 * partitions / (records
#: seen so far).
_KEYS_PER_PARTITION = 20.0
_RANGE_SEED = 1
_CHUNK = 4096

Candidates = tuple[int, list[tuple[float, Any]]]


def key_candidates(split: int, keys: Iterable[Any], num_partitions: int) -> Candidates:
    """One partition's ``(count, [(u, key), ...])`` with every key that `sample_keys` can need, in order.

    Keeps about ``20 * num_partitions * log(count)`` keys on the way, and returns some 20 per output
    partition.
    """
    uniform = partition_random(_RANGE_SEED, split).random
    records, count, limit = iter(keys), 0, 1.0
    kept: list[tuple[float, Any]] = []
    while chunk := list(islice(records, _CHUNK)):
        count += len(chunk)
        limit = _sample_fraction(num_partitions, count)
        kept += [(u, key) for key in chunk if (u := uniform()) < limit]
    return count, [pair for pair in kept if pair[0] < limit]


def sample_keys(parts: Iterable[Candidates], num_partitions: int) -> list[Any]:
    """The sample itself, from all partitions' candidates in the order of the partitions."""
    parts = list(parts)
    fraction = _sample_fraction(num_partitions, sum(count for count, _ in parts))
    return [key for _, kept in parts for u, key in kept if u < fraction]


def _sample_fraction(num_partitions: int, count: int) -> float:
    return min(num_partitions * _KEYS_PER_PARTITION / max(count, 1), 1.0)


def range_bounds(
    samples: Iterable[Any], num_partitions: int, keyfunc: Callable[[Any], Any] | None = None
) -> list[Any]:
    """The ``num_partitions - 1`` keys that part a sample into ranges of equal size; none of an empty sample.

    As in PySpark the bounds are keys, ordered by ``keyfunc``, not ``keyfunc``'s values.

    >>> range_bounds([5, 1, 4, 2, 3, 6], 3)
    [3, 5]
    """
    ordered = sorted(samples, key=keyfunc)
    if not ordered:
        return []
    return [ordered[int(len(ordered) * (i + 1) / num_partitions)] for i in range(num_partitions - 1)]
