"""Histograms: buckets from a number or a list, and the counting of one partition (`RDD.histogram`).

    number of buckets:  extremes of each partition --> even_buckets --> Buckets.count of each --> merge_counts
    list of bounds:                                    given_buckets -->        "                    "

Buckets are open to the right, but for the last, which is closed. ``None`` and NaN are in no bucket.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from operator import add
from typing import Any

from pyrdd.util.frozen import frozen

_CHUNK = 4096


@frozen
class Buckets:
    """``bounds`` in ascending order; ``width`` when they are evenly spaced: a bucket is then a division."""

    bounds: Sequence[Any]
    width: Any = None

    def count(self, records: Iterable[Any]) -> list[int]:
        """How many of one partition's records lie in each bucket."""
        low, high, width, bounds = self.bounds[0], self.bounds[-1], self.width, self.bounds
        if width is None:
            places = (bisect_right(bounds, x) - 1 for x in records if x is not None and low <= x <= high)
        else:
            places = (int((x - low) / width) for x in records if x is not None and low <= x <= high)
        found = Counter(places)
        counts = [found[index] for index in range(len(bounds))]
        # The upper bound itself has no bucket of its own: it belongs to the last one.
        last = counts.pop()
        counts[-1] += last
        return counts


def merge_counts(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """The counts of two partitions together."""
    return list(map(add, left, right))


def extremes(records: Iterable[Any]) -> list[tuple[Any, Any]]:
    """``[(smallest, largest)]`` of one partition without ``None`` and NaN; an empty list when nothing is
    left.
    """
    values = filter(_comparable, records)
    result: list[tuple[Any, Any]] = []
    while chunk := list(islice(values, _CHUNK)):
        result = [_span([*result, (min(chunk), max(chunk))])]
    return result


def _comparable(value: Any) -> bool:
    return value is not None and not (type(value) is float and value != value)


def _span(pairs: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    return min(low for low, _ in pairs), max(high for _, high in pairs)


def even_buckets(number: int, partition_extremes: Iterable[tuple[Any, Any]]) -> Buckets:
    """``number`` buckets of equal width over all partitions' `extremes`; one when the records do not vary.

    ``ValueError`` when there are no records or an infinite one, ``TypeError`` for what cannot be divided.

    >>> even_buckets(2, [(0, 50)]).bounds
    [0, 25, 50]
    """
    pairs = list(partition_extremes)
    if not pairs:
        raise ValueError("can not generate buckets from empty RDD")
    low, high = _span(pairs)
    if low == high or number == 1:
        return Buckets([low, high])
    width = _width(low, high, number)
    return Buckets([*(index * width + low for index in range(number)), high], width)


def check_bucket_number(number: int) -> None:
    """``ValueError`` unless there is at least one bucket; to be called before any job is run."""
    if number < 1:
        raise ValueError("number of buckets must be >= 1")


def _width(low: Any, high: Any, number: int) -> Any:
    try:
        width = (high - low) / number
    except TypeError:
        raise TypeError("Can not generate buckets with non-number in RDD") from None
    if math.isinf(width):
        raise ValueError("Can not generate buckets with infinite value")
    whole = int(width)
    return whole if whole * number == high - low else (high - low) * 1.0 / number


def given_buckets(bounds: Sequence[Any]) -> Buckets:
    """Buckets between the given bounds. ``ValueError`` unless there are two or more, sorted and distinct;
    ``TypeError`` unless they are a list or a tuple.

    >>> given_buckets(("a", "b", "c")).count(["ab", "ac", "b", "bd", "ef"])
    [2, 2]
    """
    _check_bounds(bounds)
    try:
        steps = [right - left for left, right in pairwise(bounds)]
    except TypeError:  # strings and the like have an order but no distance
        return Buckets(bounds)
    if max(steps) - min(steps) < 1e-10:
        return Buckets(bounds, (bounds[-1] - bounds[0]) / len(steps))
    return Buckets(bounds)


def _check_bounds(bounds: Sequence[Any]) -> None:
    if not isinstance(bounds, (list, tuple)):
        raise TypeError("buckets should be a list or tuple or number(int or long)")
    if len(bounds) < 2:
        raise ValueError("buckets should have more than one value")
    if any(bound is None or (isinstance(bound, float) and bound != bound) for bound in bounds):
        raise ValueError("can not have None or NaN in buckets")
    if sorted(bounds) != list(bounds):
        raise ValueError("buckets should be sorted")
    if len(set(bounds)) != len(bounds):
        raise ValueError("buckets should not contain duplicated values")
