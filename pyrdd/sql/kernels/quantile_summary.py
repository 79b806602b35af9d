"""Approximate quantiles of a stream: Greenwald and Khanna, "Space-efficient Online Computation of Quantile Summaries"
(SIGMOD 2001), with Spark's buffers and thresholds, so that the answers are Spark's.

A summary is a sorted list of ``(value, g, delta)``: ``g`` is the distance in rank to the sample before, ``delta`` the
uncertainty of the rank.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HEAD_SIZE = 50_000
COMPRESS_THRESHOLD = 10_000

Sample = tuple[float, int, int]


@dataclass
class QuantileSummary:
    """What is known of the values seen so far. Insert, then `compress`, then merge or ask."""

    error: float
    samples: list[Sample] = field(default_factory=list)
    count: int = 0
    head: list[float] = field(default_factory=list)
    threshold: int = COMPRESS_THRESHOLD

    def insert_all(self, values: Iterable[float]) -> None:
        """Takes more values."""
        for value in values:
            self.head.append(value)
            if len(self.head) >= HEAD_SIZE:
                self._take_head()
                if len(self.samples) >= self.threshold:
                    self.samples = _compressed(self.samples, 2 * self.error * self.count)

    def compress(self) -> QuantileSummary:
        """Drops the samples that the error allows to do without; returns this summary."""
        self._take_head()
        self.samples = _compressed(self.samples, 2 * self.error * self.count)
        return self

    def _take_head(self) -> None:
        old, made, position = self.samples, [], 0
        arriving = sorted(self.head)
        for i, value in enumerate(arriving):
            while position < len(old) and old[position][0] <= value:
                made.append(old[position])
                position += 1
            self.count += 1
            at_an_end = not made or (position == len(old) and i == len(arriving) - 1)
            made.append((value, 1, 0 if at_an_end else math.floor(2 * self.error * self.count)))
        self.samples, self.head = made + old[position:], []

    def merge(self, other: QuantileSummary) -> QuantileSummary:
        """The summary of both's values. Both must be compressed."""
        if other.count == 0:
            return self
        if self.count == 0:
            return other
        mine, theirs, made = self.samples, other.samples, []
        to_mine, to_theirs = math.floor(2 * other.error * other.count), math.floor(2 * self.error * self.count)
        i = j = 0
        while i < len(mine) and j < len(theirs):
            if mine[i][0] < theirs[j][0]:
                (value, g, delta), extra = mine[i], to_mine if j > 0 else 0
                i += 1
            else:
                (value, g, delta), extra = theirs[j], to_theirs if i > 0 else 0
                j += 1
            made.append((value, g, delta + extra))
        made += mine[i:] + theirs[j:]
        error, count = max(self.error, other.error), self.count + other.count
        return QuantileSummary(error, _compressed(made, 2 * error * count), count)

    def query(self, shares: Sequence[float]) -> list[float] | None:
        """The quantiles at some shares of the ranks; None if no value was seen."""
        if not self.samples:
            return None
        target = max(g + delta for _, g, delta in self.samples) / 2
        found, index, rank = [0.0] * len(shares), 0, self.samples[0][1]
        for share, position in sorted((share, position) for position, share in enumerate(shares)):
            if share <= self.error or len(self.samples) == 1:
                found[position] = self.samples[0][0]
            elif share >= 1 - self.error:
                found[position] = self.samples[-1][0]
            else:
                index, rank, found[position] = self._find(index, rank, target, share)
        return found

    def _find(self, index: int, min_rank: int, target: float, share: float) -> tuple[int, int, float]:
        wanted, samples = math.ceil(share * self.count), self.samples
        while index < len(samples) - 1:
            value, _, delta = samples[index]
            if min_rank + delta - target <= wanted <= min_rank + target:
                return index, min_rank, value
            index += 1
            min_rank += samples[index][1]
        return len(samples) - 1, 0, samples[-1][0]


def _compressed(samples: list[Sample], threshold: float) -> list[Sample]:
    if not samples:
        return []
    made: list[Sample] = []
    head = samples[-1]
    for sample in samples[-2:0:-1]:
        if sample[1] + head[1] + head[2] < threshold:
            head = (head[0], head[1] + sample[1], head[2])
        else:
            made.append(head)
            head = sample
    made.append(head)
    if samples[0][0] <= head[0] and len(samples) > 1:
        made.append(samples[0])
    return made[::-1]
