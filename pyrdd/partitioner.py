"""Partitioner: which reduce partition a key belongs to; and the hash that is the same in every process.

Two RDDs with equal partitioners are co-partitioned: joining them needs no shuffle.
"""

from __future__ import annotations

import _imp
import sys
from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from enum import Enum
from functools import partial
from operator import index as index_of
from typing import Any

_MASK = sys.maxsize
_KNOWN_SEED = sys.flags.hash_randomization == 0


def portable_hash(x: Hashable) -> int:
    """A hash of ``x`` that is the same in every process and on every run.

    It is the value that PySpark's ``portable_hash`` has where ``PYTHONHASHSEED`` is 0: ``None`` is 0, tuples follow
    PySpark's formula, everything else is Python's ``hash`` with a zero seed.

    Objects of a class with its own ``__hash__`` over strings have a portable hash only in worker processes (which
    run with a zero seed); in the driver they are hashed with the driver's seed. Before Python 3.12 the same goes for
    a ``__hash__`` over ``None``, in any process. ``NaN``, whose ``hash`` differs by object, is 0.

    Raises ``TypeError`` for unhashable values.

    >>> portable_hash(None), portable_hash(7), portable_hash((None, 1)) & 0xffffffff
    (0, 7, 219750521)
    >>> portable_hash("a")
    4644417185603328019
    """
    if x is None:
        return 0
    if isinstance(x, tuple):
        return _tuple_hash(x)
    if isinstance(x, float) and x != x:
        return 0
    if isinstance(x, frozenset):
        return _frozenset_hash(x)
    return hash(x) if _KNOWN_SEED else _unseeded_hash(x)


def _tuple_hash(x: tuple[Any, ...]) -> int:
    h = 0x345678
    for item in x:
        h = ((h ^ portable_hash(item)) * 1000003) & _MASK
    h ^= len(x)
    return -2 if h == -1 else h


def _unseeded_hash(x: Hashable) -> int:
    """``hash(x)`` as a process with ``PYTHONHASHSEED=0`` computes it."""
    if isinstance(x, str):
        # a str of a subclass that has its own __hash__ keeps it, as it would on a worker
        return _bytes_hash(_text_bytes(x)) if type(x).__hash__ is str.__hash__ else hash(x)
    if isinstance(x, bytes):
        return _bytes_hash(x)
    if isinstance(x, Enum):
        return _unseeded_hash(x.name) if type(x).__hash__ is Enum.__hash__ else hash(x)
    if isinstance(x, date | time_of_day) and not (isinstance(x, datetime | time_of_day) and x.utcoffset() is not None):
        plain: Any = x.replace(fold=0) if isinstance(x, datetime | time_of_day) else x
        return _bytes_hash(plain.__reduce__()[1][0])
    return hash(x)


def _text_bytes(x: str) -> bytes:
    """The characters as CPython stores (and hashes) them: 1, 2 or 4 bytes each (PEP 393)."""
    if x.isascii():
        return x.encode()
    widest = max(x)
    if widest < "\u0100":
        return x.encode("latin-1")
    order = sys.byteorder[0]
    return x.encode(f"utf-{16 if widest < chr(0x10000) else 32}-{order}e", "surrogatepass")


def _bytes_hash(data: bytes) -> int:
    if not data:
        return 0
    h = int.from_bytes(_keyed_hash(0, data), "little", signed=True)
    return -2 if h == -1 else h


def _member_hash(x: Any) -> int:
    """``hash(x)`` with a zero seed: for a tuple CPython's mix (Objects/tupleobject.c), not PySpark's."""
    if not isinstance(x, tuple):
        return portable_hash(x)
    full = (1 << 64) - 1
    h = 2870177450012600261
    for item in x:
        h = (h + _member_hash(item) * 14029467366897019727) & full
        h = (((h << 31) | (h >> 33)) * 11400714785074694791) & full
    h = (h + (len(x) ^ 2870177450012600261 ^ 3527539)) & full
    return 1546275796 if h == full else h - (1 << 64) if h >= 1 << 63 else h


def _frozenset_hash(x: frozenset[Any]) -> int:
    """CPython's order-free mix (Objects/setobject.c, ``frozenset_hash``) over zero-seed hashes of the members.

    Also where the seed is zero: before Python 3.12 the hash of ``None`` differs from process to process.
    """
    full = (1 << 64) - 1
    h = 0
    for item in x:
        e = _member_hash(item)
        h ^= (((e & full) ^ 89869747) ^ ((e << 16) & full)) * 3644798167 & full
    h ^= (len(x) + 1) * 1927868237 & full
    h ^= (h >> 11) ^ (h >> 25)
    h = (h * 69069 + 907133923) & full
    h = 590923713 if h == full else h
    return h - (1 << 64) if h >= 1 << 63 else h


def _siphash13(key: int, data: bytes) -> bytes:
    """SipHash-1-3 with the key ``(key, 0)``: what ``_imp.source_hash`` computes, for Pythons without it.

    Source: Aumasson and Bernstein, SipHash (2012); the 1-3 variant is CPython's since 3.11.
    """
    full = (1 << 64) - 1
    v0, v1, v2, v3 = key ^ 0x736F6D6570736575, 0x646F72616E646F6D, key ^ 0x6C7967656E657261, 0x7465646279746573

    def round_(v0: int, v1: int, v2: int, v3: int) -> tuple[int, int, int, int]:
        def rot(v: int, b: int) -> int:
            return ((v << b) | (v >> (64 - b))) & full

        v0, v2 = (v0 + v1) & full, (v2 + v3) & full
        v1, v3 = rot(v1, 13) ^ v0, rot(v3, 16) ^ v2
        v0, v2 = (rot(v0, 32) + v3) & full, (v2 + v1) & full
        return v0, rot(v1, 17) ^ v2, rot(v2, 32), rot(v3, 21) ^ v0

    tail = len(data) % 8
    words = [int.from_bytes(data[i : i + 8], "little") for i in range(0, len(data) - tail, 8)]
    words.append(int.from_bytes(data[len(data) - tail :], "little") | (len(data) & 0xFF) << 56)
    for word in words:
        v3 ^= word
        v0, v1, v2, v3 = round_(v0, v1, v2, v3)
        v0 ^= word
    v2 ^= 0xFF
    for _ in range(3):
        v0, v1, v2, v3 = round_(v0, v1, v2, v3)
    return (v0 ^ v1 ^ v2 ^ v3).to_bytes(8, "little")


def _pick_keyed_hash() -> Callable[[int, bytes], bytes]:
    """CPython's own keyed SipHash where it is there and is the one that ``hash`` uses, else ours."""
    probe, known = b"hello world", -5642461784034726774
    found: Callable[[int, bytes], bytes] | None = getattr(_imp, "source_hash", None)
    if found and int.from_bytes(found(0, probe), "little", signed=True) == known:
        return found
    return _siphash13


_keyed_hash = _pick_keyed_hash()


class Partitioner:
    """Sends a key to partition ``partitionFunc(key) % numPartitions``.

    Equal when both the number of partitions and the function are equal: that is what makes two RDDs co-partitioned.
    """

    def __init__(self, numPartitions: int, partitionFunc: Callable[[Any], int] = portable_hash) -> None:
        self.numPartitions = numPartitions
        self.partitionFunc = partitionFunc

    @property
    def num_partitions(self) -> int:
        """How many partitions keys are spread over."""
        return self.numPartitions

    def __call__(self, k: Any) -> int:
        return index_of(self.partitionFunc(k)) % self.numPartitions

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Partitioner)
            and self.numPartitions == other.numPartitions
            and self.partitionFunc == other.partitionFunc
        )

    def __hash__(self) -> int:
        return hash((self.numPartitions, self.partitionFunc))

    def __repr__(self) -> str:
        name = getattr(self.partitionFunc, "__name__", repr(self.partitionFunc))
        return f"Partitioner({self.numPartitions}, {name})"

    def indexer(self) -> Callable[[Any], int]:
        """A function equal to calling this object, as fast as this process allows: for loops over many keys."""
        n, func = self.numPartitions, self.partitionFunc
        if n == 1 and func is portable_hash:
            return _first
        if func is portable_hash and _KNOWN_SEED:
            return lambda k: (hash(k) if k.__class__ in _PLAIN_KEYS else portable_hash(k)) % n
        if isinstance(func, RangeBounds):
            return func.indexer(n)
        return lambda k: index_of(func(k)) % n


_PLAIN_KEYS = frozenset({str, int, bytes, bool})


def _first(k: Any) -> int:
    hash(k)  # an unhashable key is an error whatever the number of partitions
    return 0


class RangeBounds:
    """The partition function of a range partitioner: position of the key among sorted ``bounds``.

    ``keyfunc`` maps a key to what is compared; descending order counts from the last partition.
    """

    __slots__ = ("ascending", "bounds", "keyfunc")

    def __init__(self, bounds: Sequence[Any], keyfunc: Callable[[Any], Any] | None, ascending: bool) -> None:
        # PySpark compares keyfunc(key) with bare keys here, which misplaces records for most keyfuncs
        self.bounds = [keyfunc(bound) for bound in bounds] if keyfunc else list(bounds)
        self.keyfunc, self.ascending = keyfunc, ascending

    def __call__(self, k: Any) -> int:
        position = bisect_left(self.bounds, self.keyfunc(k) if self.keyfunc else k)
        return position if self.ascending else len(self.bounds) - position

    def indexer(self, num_partitions: int) -> Callable[[Any], int]:
        """This function without the calls in between; ``num_partitions`` is one more than there are bounds."""
        bounds, keyfunc, last = self.bounds, self.keyfunc, num_partitions - 1
        if not self.ascending:
            return lambda k: last - bisect_left(bounds, keyfunc(k) if keyfunc else k)
        if keyfunc is None:
            return partial(bisect_left, bounds)
        return lambda k: bisect_left(bounds, keyfunc(k))
