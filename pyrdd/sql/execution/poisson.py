"""The numbers by which Spark samples with replacement: Poisson draws from the WELL19937c generator.

Panneton, L'Ecuyer, Matsumoto: Improved long-period generators based on linear recurrences modulo 2 (TOMS 2006). The
seeding and the draw for small means are those of the library that Spark uses, so that a seed chooses the same rows.
"""

from __future__ import annotations

import math

_SIZE, _M1, _M2, _M3 = 624, 70, 179, 449
_MASK = 0xFFFFFFFF


class Well19937c:
    """The generator, seeded with a 64-bit number."""

    def __init__(self, seed: int) -> None:
        state = [seed >> 32 & _MASK, seed & _MASK]
        for i in range(2, _SIZE):
            before = state[i - 2]
            signed = before - (1 << 32) if before >> 31 else before
            state.append((1812433253 * (signed ^ (signed >> 30)) + i) & _MASK)
        self._state, self._index = state, 0

    def next(self, bits: int) -> int:
        """The next bits, as a number that is not negative."""
        v, i = self._state, self._index
        before, second = (i - 1) % _SIZE, (i - 2) % _SIZE
        v0, v1 = v[i], v[(i + _M1) % _SIZE]
        v2, v3 = v[(i + _M2) % _SIZE], v[(i + _M3) % _SIZE]
        z0 = (0x80000000 & v[before]) ^ (0x7FFFFFFF & v[second])
        z1 = v0 ^ (v0 << 25 & _MASK) ^ v1 ^ (v1 >> 27)
        z2 = (v2 >> 9) ^ v3 ^ (v3 >> 1)
        z3 = z1 ^ z2
        z4 = z0 ^ z1 ^ (z1 << 9 & _MASK) ^ z2 ^ (z2 << 21 & _MASK) ^ z3 ^ (z3 >> 21)
        v[i], v[before] = z3, z4
        v[second] &= 0x80000000
        self._index = before
        z4 ^= (z4 << 7) & 0xE46E1700
        z4 ^= (z4 << 15) & 0x9B868000
        return z4 >> (32 - bits)

    def next_double(self) -> float:
        """A number in [0, 1)."""
        return (self.next(26) << 26 | self.next(26)) * 2.0**-52


def poissons(mean: float, seed: int, count: int) -> list[int]:
    """So many draws of the Poisson distribution.

    >>> sum(poissons(2.0, 7, 1000)) / 1000
    1.998
    """
    if mean <= 0:
        return [0] * count
    source = Well19937c(seed)
    limit = math.exp(-mean)
    return [_draw(source, mean, limit) for _ in range(count)]


def _draw(source: Well19937c, mean: float, limit: float) -> int:
    number, product = 0, 1.0
    while number < 1000 * mean:
        product *= source.next_double()
        if product < limit:
            return number
        number += 1
    return number
