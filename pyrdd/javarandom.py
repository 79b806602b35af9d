"""The pseudo-random numbers of the JVM: `java.util.Random`, Spark's `XORShiftRandom` and Scala's
`byteswap32`.

Spark decides with them which record or row goes where; the same numbers here put them in the same place.
"""

from __future__ import annotations

import math

_MASK32 = 0xFFFFFFFF
_MASK48 = (1 << 48) - 1
_MASK64 = (1 << 64) - 1
_MULTIPLIER = 0x5DEECE66D
_INCREMENT = 0xB


def to_int(value: int) -> int:
    """The lowest 32 bits as Java's signed ``int``.

    >>> to_int(0xFFFFFFFF)
    -1
    """
    return ((value + 0x80000000) & _MASK32) - 0x80000000


def to_long(value: int) -> int:
    """The lowest 64 bits as Java's signed ``long``."""
    return ((value + (1 << 63)) & _MASK64) - (1 << 63)


class JavaRandom:
    """``java.util.Random``: a linear congruential generator of 48 bits, number for number.

    (Gaussian numbers may differ in the last bit, where the C library rounds a logarithm differently.)

    >>> JavaRandom(42).next_int(10), JavaRandom(42).next_long()
    (0, -5025562857975149833)
    """

    def __init__(self, seed: int) -> None:
        self._gaussian: float | None = None
        self._seed = self._scramble(seed)

    def _scramble(self, seed: int) -> int:
        return (seed ^ _MULTIPLIER) & _MASK48

    def next(self, bits: int) -> int:
        """The next ``bits`` random bits as a signed ``int``."""
        self._seed = (self._seed * _MULTIPLIER + _INCREMENT) & _MASK48
        return to_int(self._seed >> (48 - bits))

    def next_int(self, bound: int | None = None) -> int:
        """Any ``int``, or one in ``[0, bound)``. ``ValueError`` unless the bound is positive."""
        if bound is None:
            return self.next(32)
        if bound <= 0:
            raise ValueError("bound must be positive")
        bits = self.next(31)
        if bound & (bound - 1) == 0:
            return (bound * bits) >> 31
        # Numbers of the last, incomplete run of `bound` would favour small results.
        while bits - bits % bound + bound - 1 >= 1 << 31:
            bits = self.next(31)
        return bits % bound

    def next_long(self) -> int:
        """Any ``long``."""
        return to_long((self.next(32) << 32) + self.next(32))

    def next_boolean(self) -> bool:
        """One random bit."""
        return self.next(1) != 0

    def next_double(self) -> float:
        """A uniform number in [0, 1) of 53 bits."""
        return ((self.next(26) << 27) + self.next(27)) * 2.0**-53

    def next_gaussian(self) -> float:
        """A number of the standard normal distribution, by the polar method, which makes two at a time."""
        if self._gaussian is not None:
            value, self._gaussian = self._gaussian, None
            return value
        while True:
            x, y = 2 * self.next_double() - 1, 2 * self.next_double() - 1
            square = x * x + y * y
            if 0 < square < 1:
                factor = math.sqrt(-2 * math.log(square) / square)
                self._gaussian = y * factor
                return x * factor


class XORShiftRandom(JavaRandom):
    """Spark's generator: Marsaglia's xorshift on a seed that is hashed first."""

    def _scramble(self, seed: int) -> int:
        data = (seed & _MASK64).to_bytes(8, "big")
        low = murmur3_bytes(data, _ARRAY_SEED)
        return (murmur3_bytes(data, low) << 32) | low

    def next(self, bits: int) -> int:
        seed = self._seed
        seed ^= (seed << 21) & _MASK64
        seed ^= seed >> 35
        seed ^= (seed << 4) & _MASK64
        self._seed = seed
        return to_int(seed & ((1 << bits) - 1))


_ARRAY_SEED = 0x3C074A61


def murmur3_bytes(data: bytes, seed: int) -> int:
    """MurmurHash3 (32 bits, unsigned) of ``data``, whose length must be a multiple of 4."""
    h = seed
    for start in range(0, len(data), 4):
        k = int.from_bytes(data[start : start + 4], "little") * 0xCC9E2D51 & _MASK32
        h ^= _rotate(k, 15) * 0x1B873593 & _MASK32
        h = (_rotate(h, 13) * 5 + 0xE6546B64) & _MASK32
    h ^= len(data)
    h = (h ^ (h >> 16)) * 0x85EBCA6B & _MASK32
    h = (h ^ (h >> 13)) * 0xC2B2AE35 & _MASK32
    return h ^ (h >> 16)


def _rotate(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (32 - bits))) & _MASK32
