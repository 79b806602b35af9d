"""The hash of Apache DataSketches: half of MurmurHash3 x64 128 with the seed 9001, of whole columns at once.

Every theta, tuple and HLL sketch hashes the same bytes: integers as eight bytes, doubles with one zero and one NaN,
strings as UTF-8, arrays as their elements (https://datasketches.apache.org/docs/Architecture/SketchElements.html).
numpy does the arithmetic; this module is loaded only where values are sketched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyrdd.sql.types import ArrayType, BinaryType, DataType, DoubleType, FloatType, LongType, StringType

Words = NDArray[np.uint64]

SEED = 9001

_C1, _C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
_FIVE = np.uint64(5)


def _rotated(words: Words, bits: int) -> Words:
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))


def _finished(h: Words) -> Words:
    h = (h ^ (h >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    h = (h ^ (h >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return h ^ (h >> np.uint64(33))


def _first_key(words: Words) -> Words:
    return _rotated(words * _C1, 31) * _C2


def _second_key(words: Words) -> Words:
    return _rotated(words * _C2, 33) * _C1


def _murmur(blocks: Words, lengths: Any) -> tuple[Words, Words]:
    """Both halves for rows of zero-padded words, the last two of them the unfinished block. ``lengths`` are in bytes."""
    rows, width = blocks.shape
    h1 = np.full(rows, SEED, np.uint64)
    h2 = h1.copy()
    for at in range(0, width - 2, 2):
        h1 = _rotated(h1 ^ _first_key(blocks[:, at]), 27) + h2
        h1 = h1 * _FIVE + np.uint64(0x52DCE729)
        h2 = _rotated(h2 ^ _second_key(blocks[:, at + 1]), 31) + h1
        h2 = h2 * _FIVE + np.uint64(0x38495AB5)
    size = np.asarray(lengths, np.uint64)
    h1 = h1 ^ _first_key(blocks[:, width - 2]) ^ size
    h2 = h2 ^ _second_key(blocks[:, width - 1]) ^ size
    h1 = h1 + h2
    h2 = h2 + h1
    h1, h2 = _finished(h1), _finished(h2)
    h1 = h1 + h2
    return h1, h2 + h1


def _of_words(words: Words) -> tuple[Words, Words]:
    blocks = np.zeros((len(words), 2), np.uint64)
    blocks[:, 0] = words
    return _murmur(blocks, 8)


def _of_bytes(values: Sequence[bytes]) -> tuple[Words, Words]:
    """Values with equally many whole blocks are hashed together; the padding of the last block hashes to nothing."""
    first, second = np.zeros(len(values), np.uint64), np.zeros(len(values), np.uint64)
    sizes = np.fromiter(map(len, values), np.int64, len(values))
    whole = sizes >> 4
    for count in np.unique(whole).tolist():
        rows = np.flatnonzero(whole == count)
        width = 16 * (count + 1)
        padded = b"".join(values[row].ljust(width, b"\0") for row in rows.tolist())
        blocks = np.frombuffer(padded, "<u8").astype(np.uint64).reshape(len(rows), 2 * (count + 1))
        first[rows], second[rows] = _murmur(blocks, sizes[rows])
    return first, second


def _doubles(values: Iterable[float]) -> tuple[Words, Words]:
    numbers = np.array(list(values), np.float64) + 0.0
    words = numbers.view(np.uint64)
    words[np.isnan(numbers)] = np.uint64(0x7FF8000000000000)
    return _of_words(words)


def _longs(values: Iterable[int]) -> tuple[Words, Words]:
    return _of_words(np.array(list(values), np.int64).view(np.uint64))


def _array_bytes(dtype: str) -> Callable[[Iterable[Any]], bytes]:
    # Java copies an array of primitives, where a null element has the bits of zero
    return lambda values: np.array([value or 0 for value in values], dtype).tobytes()


def hash_halves(values: Sequence[Any], data_type: DataType) -> tuple[Words, Words]:
    """Both halves of the hash of each value. Empty strings, binaries and arrays have none: leave them out before.

    >>> from pyrdd.sql.types import StringType
    >>> first, _ = hash_halves(["a", "abcdefghijklmnop"], StringType())
    >>> [hex(h >> 1) for h in first.tolist()]
    ['0x7b010785521dc117', '0x5b15b8c765e9344f']
    """
    match data_type:
        case StringType():
            return _of_bytes([value.encode("utf-8", "surrogatepass") for value in values])
        case BinaryType():
            return _of_bytes(values)
        case DoubleType() | FloatType():
            return _doubles(values)
        case ArrayType():
            pack = _array_bytes("<i8" if isinstance(data_type.elementType, LongType) else "<i4")
            return _of_bytes([pack(value) for value in values])
        case _:
            return _longs(values)


def theta_hashes(values: Sequence[Any], data_type: DataType) -> NDArray[np.int64]:
    """The positive 63-bit hashes by which theta and tuple sketches know values."""
    return (hash_halves(values, data_type)[0] >> np.uint64(1)).astype(np.int64)
