"""Sketches with Spark's numbers: approx_count_distinct, count_min_sketch, histogram_numeric, bitmaps.

(Approximate quantiles are in `quantile_summary`.) A sketch takes values, merges with others and gives its answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from pyrdd.errors import ArrayIndexOutOfBoundsException, IllegalArgumentException
from pyrdd.javarandom import JavaRandom, to_int, to_long
from pyrdd.partial.hll_bias import LINEAR_COUNTING_LIMITS
from pyrdd.partial.hyperloglog import _alpha, _bias
from pyrdd.sql.kernels.hashes import _XXHASH64, _fold, murmur3_bytes
from pyrdd.sql.types import DataType

_LARGEST_CORRECTED = 18
_BITMAP_BYTES = 4096
_BITMAP_BITS = 8 * _BITMAP_BYTES


class DistinctCounter:
    """HyperLogLog++ over Spark's xxhash64 of the values.

    >>> from pyrdd.sql.types import LongType
    >>> counter = DistinctCounter(LongType())
    >>> counter.add_all([1, 2, 2, None])
    >>> counter.estimate()
    2
    """

    def __init__(self, data_type: DataType, relative_sd: float = 0.05) -> None:
        self.data_type = data_type
        self.precision = math.ceil(2.0 * math.log(1.106 / relative_sd) / math.log(2.0))
        if self.precision < 4:
            raise IllegalArgumentException(message="requirement failed: HLL++ requires at least 4 bits for addressing."
                                           " Use a lower error, at most 39%.")  # fmt: skip
        self.registers = bytearray(1 << self.precision)

    def add_all(self, values: Iterable[Any]) -> None:
        """Takes values; nulls do not count."""
        self.add_hashes(_fold(value, self.data_type, 42, _XXHASH64) for value in values if value is not None)

    def add_hashes(self, hashes: Iterable[int]) -> None:
        """Takes xxhash64 numbers, signed or not."""
        p, registers = self.precision, self.registers
        mask, guard = (1 << 64) - 1, 1 << (p - 1)
        for hashed in hashes:
            x = hashed & mask
            rank = 65 - ((x << p & mask) | guard).bit_length()
            index = x >> (64 - p)
            if rank > registers[index]:
                registers[index] = rank

    def merge(self, other: DistinctCounter) -> DistinctCounter:
        """Adds another sketch of the same precision; returns this one."""
        self.registers = bytearray(map(max, self.registers, other.registers))
        return self

    def estimate(self) -> int:
        """About how many different values there were."""
        size, p = len(self.registers), self.precision
        total = sum(self.registers.count(rank) * 2.0**-rank for rank in set(self.registers))
        raw = _alpha(p) * size * size / total
        corrected = raw - _bias(p, raw) if p <= _LARGEST_CORRECTED and raw < 5.0 * size else raw
        zeros = self.registers.count(0)
        if zeros:
            linear = size * math.log(size / zeros)
            if (p <= _LARGEST_CORRECTED and linear <= LINEAR_COUNTING_LIMITS[p - 4]) or raw <= 2.5 * size:
                corrected = linear
        return math.floor(corrected + 0.5)


class CountMinSketch:
    """Spark's count-min sketch; `to_bytes` is its binary form."""

    def __init__(self, eps: float, confidence: float, seed: int) -> None:
        self.depth = math.ceil(-math.log(1 - confidence) / math.log(2))
        self.width = math.ceil(2 / eps)
        self.total = 0
        random = JavaRandom(seed)
        self._factors = [random.next_int((1 << 31) - 1) for _ in range(self.depth)]
        self.table = [[0] * self.width for _ in range(self.depth)]

    def add(self, value: int | str | bytes, count: int = 1) -> None:
        """Counts a value: a whole number, a string or bytes."""
        for row, bucket in zip(self.table, self._buckets(value), strict=True):
            row[bucket] += count
        self.total += count

    def estimate(self, value: int | str | bytes) -> int:
        """How often the value was counted, or a little more."""
        return min(row[bucket] for row, bucket in zip(self.table, self._buckets(value), strict=True))

    def _buckets(self, value: int | str | bytes) -> list[int]:
        if isinstance(value, int):
            return [self._bucket_of_number(factor, value) for factor in self._factors]
        data = value.encode("utf-8") if isinstance(value, str) else value
        first = murmur3_bytes(data, 0)
        second = murmur3_bytes(data, first)
        return [_remainder(to_int(first + i * second), self.width) for i in range(self.depth)]

    def _bucket_of_number(self, factor: int, value: int) -> int:
        hashed = to_long(factor * value)
        return (to_long(hashed + (hashed >> 32)) & 0x7FFFFFFF) % self.width

    def merge(self, other: CountMinSketch) -> CountMinSketch:
        """Adds another sketch of the same size and seed; returns this one. ``ValueError`` for another."""
        if (self.depth, self.width, self._factors) != (other.depth, other.width, other._factors):
            raise ValueError("sketches of different sizes or seeds cannot be merged")
        self.table = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(self.table, other.table, strict=True)]
        self.total += other.total
        return self

    def to_bytes(self) -> bytes:
        """The sketch in Spark's binary form, version 1."""
        head = (1).to_bytes(4, "big") + self.total.to_bytes(8, "big")
        shape = self.depth.to_bytes(4, "big") + self.width.to_bytes(4, "big")
        numbers = [*self._factors, *(count for row in self.table for count in row)]
        return head + shape + b"".join(number.to_bytes(8, "big") for number in numbers)


def _remainder(value: int, by: int) -> int:
    return abs(value) % by


class NumericHistogram:
    """Ben-Haim and Tom-Tov's histogram with bins of any width, ties broken by the same random numbers as Spark's.

    >>> histogram = NumericHistogram(3)
    >>> histogram.add_all([0, 1, 2, 10, 11, 20])
    >>> histogram.bins
    [[1.0, 3.0], [10.5, 2.0], [20.0, 1.0]]
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.bins: list[list[float]] = []
        self._random = JavaRandom(31183)

    def add_all(self, values: Iterable[float]) -> None:
        """Takes numbers."""
        for value in values:
            self._add(float(value))

    def _add(self, value: float) -> None:
        at, low, high = 0, 0, len(self.bins)
        while low < high:
            at = (low + high) // 2
            if self.bins[at][0] > value:
                high = at
            elif self.bins[at][0] < value:
                at += 1
                low = at
            else:
                self.bins[at][1] += 1
                return
        self.bins.insert(at, [value, 1.0])
        self._trim()

    def merge(self, other: NumericHistogram) -> NumericHistogram:
        """Adds another histogram's bins; returns this one."""
        self.bins = sorted([*self.bins, *([x, y] for x, y in other.bins)], key=lambda pair: pair[0])
        self._trim()
        return self

    def _trim(self) -> None:
        while len(self.bins) > self.size:
            at = self._closest()
            (x, y), (next_x, next_y) = self.bins[at], self.bins[at + 1]
            total = y + next_y
            self.bins[at] = [x * (y / total) + next_x / total * next_y, total]
            del self.bins[at + 1]

    def _closest(self) -> int:
        best, at, ties = self.bins[1][0] - self.bins[0][0], 0, 1
        for i in range(1, len(self.bins) - 1):
            gap = self.bins[i + 1][0] - self.bins[i][0]
            if gap < best:
                best, at, ties = gap, i, 1
            elif gap == best:
                ties += 1
                if self._random.next_double() <= 1.0 / ties:
                    at = i
        return at


# --- bitmaps ---------------------------------------------------------------------------------------------------------


def bitmap_bit_position(value: int) -> int:
    """Which bit of its bitmap stands for a number.

    >>> bitmap_bit_position(1), bitmap_bit_position(-1)
    (0, 1)
    """
    return (value - 1) % _BITMAP_BITS if value > 0 else -value % _BITMAP_BITS


def bitmap_bucket_number(value: int) -> int:
    """Which bitmap a number is in."""
    return 1 + (value - 1) // _BITMAP_BITS if value > 0 else -(-value // _BITMAP_BITS)


def bitmap_count(bitmap: bytes) -> int:
    """The number of bits that are set."""
    return int.from_bytes(bitmap, "big").bit_count()


def bitmap_construct(positions: Iterable[int]) -> bytes:
    """The bitmap with these bits set. ``ArrayIndexOutOfBoundsException`` (INVALID_BITMAP_POSITION) outside of it."""
    bitmap = bytearray(_BITMAP_BYTES)
    for position in positions:
        if not 0 <= position < _BITMAP_BITS:
            raise ArrayIndexOutOfBoundsException(
                errorClass="INVALID_BITMAP_POSITION",
                messageParameters={
                    "bitPosition": position,
                    "bitmapNumBits": _BITMAP_BITS,
                    "bitmapNumBytes": _BITMAP_BYTES,
                },
            )
        bitmap[position // 8] |= 1 << position % 8
    return bytes(bitmap)


def bitmap_or(bitmaps: Iterable[bytes]) -> bytes:
    """The bits that are set in any of the bitmaps."""
    total = 0
    for bitmap in bitmaps:
        total |= int.from_bytes(bitmap[:_BITMAP_BYTES].ljust(_BITMAP_BYTES, b"\0"), "big")
    return total.to_bytes(_BITMAP_BYTES, "big")


def bitmap_and(bitmaps: Iterable[bytes]) -> bytes:
    """The bits that are set in all of the bitmaps (all bits when there are none)."""
    total = (1 << _BITMAP_BITS) - 1
    for bitmap in bitmaps:
        total &= int.from_bytes(bitmap[:_BITMAP_BYTES].ljust(_BITMAP_BYTES, b"\0"), "big")
    return total.to_bytes(_BITMAP_BYTES, "big")
