"""HyperLogLog++: how many distinct values there are, from a few hundred bytes (Heule, Nunkesser and Hall,
EDBT 2013).

Each partition makes a sketch, sketches merge, and the merged one is asked: the same registers, hash and
corrections as the library behind Spark's ``countApproxDistinct``, hence the same answers.

    partition --hashes--> HyperLogLog.offer_all --> merge --> merge --> cardinality()
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice

from pyrdd.partial.hll_bias import LINEAR_COUNTING_LIMITS, cardinalities, raw_estimates

__all__ = ["HyperLogLog", "precision_for"]

_MASK64 = (1 << 64) - 1
_MURMUR = 0xC6A4A7935BD1E995
_MURMUR_SEED = 0xE17A1465
_CHUNK = 1 << 16
_NEIGHBOURS = 6
_LARGEST_CORRECTED = 18


def precision_for(relative_sd: float) -> int:
    """The number of index bits for a relative standard deviation; ``ValueError`` below 0.000017.

    >>> precision_for(0.05)
    9
    """
    if relative_sd < 0.000017:
        raise ValueError("relativeSD should be greater than 0.000017")
    return max(4, math.ceil(2.0 * math.log(1.054 / relative_sd) / math.log(2)))


def murmur64(data: bytes) -> int:
    """MurmurHash64A of ``data``, unsigned."""
    length = len(data)
    h = _MURMUR_SEED ^ (length * _MURMUR & _MASK64)
    whole = length & ~7
    for start in range(0, whole, 8):
        k = int.from_bytes(data[start : start + 8], "little") * _MURMUR & _MASK64
        h = (h ^ ((k ^ (k >> 47)) * _MURMUR & _MASK64)) * _MURMUR & _MASK64
    if length > whole:
        h = (h ^ int.from_bytes(data[whole:], "little")) * _MURMUR & _MASK64
    h = (h ^ (h >> 47)) * _MURMUR & _MASK64
    return h ^ (h >> 47)


class HyperLogLog:
    """A sketch with ``2 ** precision`` registers. Picklable; mergeable with sketches of the same precision.

    >>> sketch = HyperLogLog(precision_for(0.05))
    >>> sketch.offer_all(number % 20 for number in range(1000))
    >>> sketch.cardinality()
    19
    """

    __slots__ = ("precision", "registers")

    def __init__(self, precision: int) -> None:
        if precision < 4:
            raise ValueError("precision must be at least 4")
        self.precision = precision
        self.registers = bytearray(1 << precision)

    def offer_all(self, hashes: Iterable[int]) -> None:
        """Takes the 32-bit hashes of records (as unsigned numbers)."""
        values = iter(hashes)
        while chunk := set(islice(values, _CHUNK)):
            self._offer_distinct(chunk)

    def _offer_distinct(self, hashes: Iterable[int]) -> None:
        registers, precision = self.registers, self.precision
        shift, rest, sentinel = 64 - precision, (1 << (64 - precision)) - 1, (1 << (precision - 1)) + 1
        for value in hashes:
            # The library hashes the number's decimal digits.
            x = murmur64(b"%d" % value)
            rank = 65 - (((x & rest) << precision) | sentinel).bit_length()
            if rank > registers[x >> shift]:
                registers[x >> shift] = rank

    def merge(self, other: HyperLogLog) -> HyperLogLog:
        """Adds another sketch's values to this one; returns this one. ``ValueError`` for another."""
        if other.precision != self.precision:
            raise ValueError("sketches of different precision cannot be merged")
        self.registers = bytearray(map(max, self.registers, other.registers))
        return self

    def cardinality(self) -> int:
        """The estimated number of distinct values."""
        size, zeros = len(self.registers), self.registers.count(0)
        estimate = self._corrected(self._raw_estimate())
        best = size * math.log(size / zeros) if zeros else estimate
        return math.floor((best if self._is_small(best) else estimate) + 0.5)

    def _raw_estimate(self) -> float:
        size = len(self.registers)
        # Powers of two add up exactly here, in whatever order.
        total = sum(self.registers.count(rank) * 2.0**-rank for rank in set(self.registers))
        return _alpha(self.precision) * size * size / total

    def _corrected(self, estimate: float) -> float:
        if estimate > 5.0 * len(self.registers) or self.precision > _LARGEST_CORRECTED:
            return estimate
        return estimate - _bias(self.precision, estimate)

    def _is_small(self, count: float) -> bool:
        if self.precision > _LARGEST_CORRECTED:
            return count <= 5 * len(self.registers)
        return count < LINEAR_COUNTING_LIMITS[self.precision - 4]


def _alpha(precision: int) -> float:
    known = {4: 0.673, 5: 0.697, 6: 0.709}
    return known.get(precision) or 0.7213 / (1 + 1.079 / (1 << precision))


def _bias(precision: int, estimate: float) -> float:
    """The mean bias at the cardinalities whose raw estimates are nearest."""
    points = zip(raw_estimates(precision), cardinalities(precision), strict=True)
    nearest = sorted(points, key=lambda point: (estimate - point[0]) ** 2)[:_NEIGHBOURS]
    return sum(raw - count for raw, count in nearest) / _NEIGHBOURS
