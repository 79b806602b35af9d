"""Central moments as Spark computes them: in one pass over a partition, and merged partition by partition.

A state is the number of values, their mean, and the sums of the second, third and fourth powers of their deviations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

State = tuple[float, float, float, float, float]
EMPTY: State = (0.0, 0.0, 0.0, 0.0, 0.0)


def collected(values: Iterable[float | None]) -> State:
    """The state of some values; nulls do not count.

    >>> collected([1.0, None, 3.0])
    (2.0, 2.0, 2.0, 0.0, 2.0)
    """
    n = mean = m2 = m3 = m4 = 0.0
    for value in values:
        if value is None:
            continue
        n += 1.0
        delta = value - mean
        share = delta / n
        mean += share
        m2 += delta * (delta - share)
        delta2, share2 = delta * delta, share * share
        m3 = m3 - 3.0 * share * m2 + delta * (delta2 - share2)
        m4 = m4 - 4.0 * share * m3 - 6.0 * share2 * m2 + delta * (delta * delta2 - share * share2)
    return n, mean, m2, m3, m4


def merged(a: State, b: State) -> State:
    """The state of the values of both."""
    n1, mean1, p2, p3, p4 = a
    n2, mean2, q2, q3, q4 = b
    n = n1 + n2
    delta = mean2 - mean1
    share = delta / n if n else 0.0
    m2 = p2 + q2 + delta * share * n1 * n2
    m3 = p3 + q3 + share * share * delta * n1 * n2 * (n1 - n2) + 3.0 * share * (n1 * q2 - n2 * p2)
    m4 = (
        p4 + q4 + share * share * share * delta * n1 * n2 * (n1 * n1 - n1 * n2 + n2 * n2)
        + 6.0 * share * share * (n1 * n1 * q2 + n2 * n2 * p2) + 4.0 * share * (n1 * q3 - n2 * p3)
    )  # fmt: skip
    return n, mean1 + share * n2, m2, m3, m4


def by_partition(
    rows: Iterable[Mapping[str, float | None]] | None, finish: Callable[[State], float | None]
) -> float | None:
    """What ``finish`` makes of values that come with the numbers of their partitions (in order)."""
    state = EMPTY
    pairs = (tuple(row.values()) for row in rows or ())
    for _, part in groupby(pairs, key=lambda pair: pair[1]):
        state = merged(state, collected(value for value, _ in part))
    return finish(state)


def variance(state: State) -> float | None:
    """Of a whole population; None without values."""
    return state[2] / state[0] if state[0] else None


def deviation(state: State) -> float | None:
    """Of a whole population; None without values."""
    return math.sqrt(state[2] / state[0]) if state[0] else None


def sample_variance(state: State) -> float | None:
    """Of a sample; None for fewer than two values."""
    return state[2] / (state[0] - 1.0) if state[0] > 1 else None


def sample_deviation(state: State) -> float | None:
    """Of a sample; None for fewer than two values."""
    return math.sqrt(state[2] / (state[0] - 1.0)) if state[0] > 1 else None


def skewness(state: State) -> float | None:
    """Of a population; None if nothing deviates."""
    n, _, m2, m3, _ = state
    spread = math.sqrt(m2 * m2 * m2)
    return math.sqrt(n) * m3 / spread if spread else None


def kurtosis(state: State) -> float | None:
    """The excess kurtosis of a population; None if nothing deviates."""
    n, _, m2, _, m4 = state
    square = m2 * m2
    return n * m4 / square - 3.0 if square else None
