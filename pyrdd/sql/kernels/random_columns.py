"""The random numbers of SQL: rand, randn, shuffle, uuid, randstr and uniform give a partition the same stream as Spark
does for the same seed.

A partition's seed is the function's seed plus the partition's index. Spark's generator is linear over bits: the state
after ``n`` steps is a matrix times the state, so a column is made by doubling, a table look-up for each byte.
"""

from __future__ import annotations

import random
import uuid as _uuid
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyrdd.javarandom import XORShiftRandom

_MASK64 = (1 << 64) - 1
_Table = NDArray[np.uint64]


def _step(states: _Table) -> _Table:
    states = states ^ (states << np.uint64(21))
    states = states ^ (states >> np.uint64(35))
    return states ^ (states << np.uint64(4))


@lru_cache(64)
def _jump(power: int) -> _Table:
    """Tables of the step repeated 2**power times: row i holds what each value of byte i contributes."""
    if power == 0:
        values = np.arange(256, dtype=np.uint64)
        return np.stack([_step(values << np.uint64(8 * byte)) for byte in range(8)])
    half = _jump(power - 1)
    return np.reshape(_apply(half, half.ravel()), (8, 256))


def _apply(table: _Table, states: _Table) -> _Table:
    result: _Table = table[0][(states & np.uint64(0xFF)).astype(np.intp)]
    for byte in range(1, 8):
        result = result ^ table[byte][((states >> np.uint64(8 * byte)) & np.uint64(0xFF)).astype(np.intp)]
    return result


def _states(seed: int, count: int) -> _Table:
    """The generator's first ``count`` states after its seed."""
    states = _step(np.array([XORShiftRandom(seed)._seed], dtype=np.uint64))
    power = 0
    while len(states) < count:
        states = np.concatenate([states, _apply(_jump(power), states)])
        power += 1
    return states[:count]


def rand(seed: int, partition: int, count: int) -> NDArray[np.float64]:
    """Uniform numbers in [0, 1).

    >>> rand(0, 0, 2).tolist()
    [0.7604953758285915, 0.5234194256885571]
    """
    words = _states(seed + partition, 2 * count)
    high = words[::2] & np.uint64((1 << 26) - 1)
    low = words[1::2] & np.uint64((1 << 27) - 1)
    return ((high << np.uint64(27)) + low).astype(np.float64) * 2.0**-53


def randn(seed: int, partition: int, count: int) -> NDArray[np.float64]:
    """Numbers of the standard normal distribution, by the polar method (the last bit may differ from the JVM's)."""
    wanted = count // 2 + 1
    attempts = wanted + wanted // 2 + 16
    while True:
        pairs = 2 * rand(seed, partition, 2 * attempts).reshape(-1, 2) - 1
        square = (pairs * pairs).sum(axis=1)
        good = (square > 0) & (square < 1)
        if good.sum() >= wanted:
            break
        attempts *= 2
    square, pairs = square[good], pairs[good]
    factor = np.sqrt(-2 * np.log(square) / square)
    return np.asarray((pairs * factor[:, None]).ravel()[:count])


class MersenneTwister:
    """The generator of Apache Commons Math, seeded with a ``long``."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random()
        key = [seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF]
        self._random.setstate((3, (*_init_by_array(key), 624), None))

    def next(self, bits: int) -> int:
        """The next bits, as a number that is not negative."""
        return self._random.getrandbits(32) >> (32 - bits)

    def next_long(self) -> int:
        """64 bits."""
        return self.next(32) << 32 | self.next(32)

    def next_int(self, bound: int) -> int:
        """A number in [0, bound)."""
        if bound & (bound - 1) == 0:
            return bound * self.next(31) >> 31
        while True:
            bits = self.next(31)
            value = bits % bound
            if bits - value + bound - 1 < 1 << 31:
                return value


def _init_by_array(key: list[int]) -> list[int]:
    state = [19650218]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & 0xFFFFFFFF)
    i, j = 1, 0
    for _ in range(624):
        state[i] = ((state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1664525) + key[j] + j) & 0xFFFFFFFF
        i, j = i + 1, (j + 1) % len(key)
        if i == 624:
            state[0], i = state[623], 1
    for _ in range(623):
        state[i] = ((state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1566083941) - i) & 0xFFFFFFFF
        i += 1
        if i == 624:
            state[0], i = state[623], 1
    state[0] = 0x80000000
    return state


def uuids(seed: int, partition: int) -> Iterator[str]:
    """The UUIDs of a partition, one for each row."""
    generator = MersenneTwister(seed + partition)
    while True:
        most = generator.next_long() & 0xFFFFFFFFFFFF0FFF | 0x4000
        least = (generator.next_long() | 1 << 63) & 0xBFFFFFFFFFFFFFFF
        yield str(_uuid.UUID(int=most << 64 | least))


class Shuffler:
    """``shuffle(array, seed)`` for the rows of one partition."""

    def __init__(self, seed: int, partition: int) -> None:
        self._generator = MersenneTwister(seed + partition)

    def shuffle(self, items: list[Any]) -> list[Any]:
        """The items of the next row's array in their new order."""
        order = [0] * len(items)
        for i in range(len(order)):
            place = self._generator.next_int(i + 1)
            order[i] = order[place]
            order[place] = i
        return [items[i] for i in order]


_ALPHANUMERIC = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def random_strings(seed: int, partition: int) -> Iterator[Any]:
    """A generator that takes a length (``send``) and gives a string of letters and digits of that length."""
    source = XORShiftRandom(seed + partition)
    text = ""
    while True:
        length = yield text
        text = "".join(_ALPHANUMERIC[_remainder(source.next_int(), 62)] for _ in range(length or 0))


def _remainder(value: int, by: int) -> int:
    """The absolute value of the JVM's remainder."""
    return abs(value) % by
