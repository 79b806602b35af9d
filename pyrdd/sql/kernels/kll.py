"""KLL sketches of Apache DataSketches: approximate quantiles of long integers, floats and doubles.

A sketch keeps items in levels; an item of level ``i`` stands for ``2**i`` values. When the levels are full, the lowest
one that is too long is sorted, and a random half of it goes up. The arithmetic of the levels and the binary form
(compact: a preamble, the offsets of the levels, the least and the greatest item, the items) are those of the Java and
C++ libraries (https://datasketches.apache.org/docs/KLL/KLLSketch.html; Karnin, Lang, Liberty: Optimal Quantile
Approximation in Streams, 2016). Which half goes up is drawn from a generator that the first items seed, so that a
retried task makes the same sketch.
"""

from __future__ import annotations

import math
import random
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, islice, pairwise
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.kernels.number_text import double_to_string, float_to_string

MIN_K, MAX_K, DEFAULT_K = 8, 65535, 200
_FAMILY = 15
_LEAST_CAPACITY = 8
_EMPTY, _SORTED, _SINGLE = 1, 2, 4
_EXACT_RANKS = 10_000_000
"""Up to so many values, ranks are rounded to as many parts before they are counted."""

CODES = {"bigint": "q", "float": "f", "double": "d"}
_CLASS_NAMES = {"bigint": "KllLongsSketch", "float": "KllFloatsSketch", "double": "KllDoublesSketch"}


def level_capacity(k: int, levels: int, level: int) -> int:
    """How many items a level holds: ``k`` at the top, two thirds of that in each one below, and never less than 8.

    >>> [level_capacity(200, 3, level) for level in range(3)]
    [89, 133, 200]
    """
    depth = levels - level - 1
    if depth <= 30:
        return max(_LEAST_CAPACITY, _shrunk(k, depth))
    half = depth // 2
    return max(_LEAST_CAPACITY, _shrunk(_shrunk(k, half), depth - half))


def _shrunk(k: int, depth: int) -> int:
    thirds: int = 3**depth
    return (((2 * k) << depth) // thirds + 1) >> 1


@cache
def capacities(k: int, levels: int) -> tuple[int, ...]:
    """The capacity of each of so many levels."""
    return tuple(level_capacity(k, levels, level) for level in range(levels))


@cache
def total_capacity(k: int, levels: int) -> int:
    """How many items a sketch of so many levels holds."""
    return sum(capacities(k, levels))


@dataclass(slots=True)
class KllSketch:
    """A sketch of values of a kind: "bigint", "float" or "double".

    ``levels[0]`` holds the items in the order in which they came, the others are sorted.
    """

    kind: str
    k: int = DEFAULT_K
    n: int = 0
    min_k: int = 0
    levels: list[list[Any]] = field(default_factory=lambda: [[]])
    least: Any = None
    greatest: Any = None
    sorted_flag: bool = False
    _random: random.Random | None = None

    def __post_init__(self) -> None:
        self.min_k = self.min_k or self.k

    @property
    def retained(self) -> int:
        """The number of items that are kept."""
        return sum(map(len, self.levels))

    # --- taking values -----------------------------------------------------------------------------------------------

    def add_all(self, values: Iterable[Any]) -> KllSketch:
        """Takes values; NaN is ignored. Returns this sketch."""
        items = list(values) if self.kind == "bigint" else [v for v in values if v == v]
        if items:
            self._widen(min(items), max(items))
        at = 0
        while at < len(items):
            free = self._free()
            if free == 0:
                self._compress()
                continue
            taken = items[at : at + free]
            self.levels[0].extend(taken)
            self.n += len(taken)
            at += len(taken)
        return self

    def _widen(self, least: Any, greatest: Any) -> None:
        self.sorted_flag = False
        if self.n == 0:
            self.least, self.greatest = least, greatest
        else:
            self.least, self.greatest = min(self.least, least), max(self.greatest, greatest)

    def _free(self) -> int:
        return total_capacity(self.k, len(self.levels)) - self.retained

    def _compress(self) -> None:
        """Makes room by moving half of the lowest full level up."""
        limits = capacities(self.k, len(self.levels))
        level = next(i for i, items in enumerate(self.levels) if len(items) >= limits[i])
        if level == len(self.levels) - 1:
            self.levels.append([])
        rest, raised = self._halved(level, self.levels[level])
        self.levels[level] = rest
        self.levels[level + 1] = sorted(self.levels[level + 1] + raised)

    def _halved(self, level: int, items: list[Any]) -> tuple[list[Any], list[Any]]:
        """What remains in a level (one item, if their number is odd) and what goes up."""
        rest: list[Any] = []
        if len(items) % 2:
            # the item that came last is left over in the lowest level, the least one in the others
            rest, items = (items[-1:], items[:-1]) if level == 0 else (items[:1], items[1:])
        if level == 0:
            items = sorted(items)
        return rest, items[self._drawn() :: 2]

    def _drawn(self) -> int:
        if self._random is None:
            self._random = random.Random(repr((self.n, self.levels[0][:16], self.levels[-1][:16])))
        return self._random.getrandbits(1)

    def merge(self, other: KllSketch) -> KllSketch:
        """Takes the items of another sketch of the same kind. Returns this sketch."""
        if other.n == 0:
            return self
        total = self.n + other.n
        self._widen(other.least, other.greatest)
        self.add_all(reversed(other.levels[0]))
        if len(other.levels) > 1:
            self._merge_levels(other.levels)
            self.min_k = min(self.min_k, other.min_k)
        self.n = total
        return self

    def _merge_levels(self, others: Sequence[list[Any]]) -> None:
        work = [list(level) for level in self.levels]
        work.extend([] for _ in range(len(others) - len(work)))
        for level in range(1, len(others)):
            work[level] = sorted(work[level] + others[level])
        count, target = sum(map(len, work)), total_capacity(self.k, len(work))
        level = 0
        while level < len(work):
            if count >= target and len(work[level]) >= capacities(self.k, len(work))[level]:
                if level == len(work) - 1:
                    work.append([])
                    target += level_capacity(self.k, len(work), 0)
                work[level], raised = self._halved(level, work[level])
                count -= len(raised)
                work[level + 1] = sorted(work[level + 1] + raised)
            level += 1
        self.levels = work

    # --- answers -----------------------------------------------------------------------------------------------------

    def _ranked(self) -> tuple[list[Any], list[int]]:
        """The items in order and how many values there are up to each."""
        pairs = sorted((item, 1 << level) for level, items in enumerate(self.levels) for item in items)
        return [item for item, _ in pairs], list(accumulate(weight for _, weight in pairs))

    def quantiles(self, ranks: Iterable[float]) -> list[Any]:
        """The least item at each share of the values, itself included. The sketch must not be empty."""
        items, ends = self._ranked()
        return [items[min(bisect_left(ends, self._natural(rank)), len(items) - 1)] for rank in ranks]

    def _natural(self, rank: float) -> int:
        natural = rank * self.n
        if self.n <= _EXACT_RANKS:
            natural = math.floor(natural * _EXACT_RANKS + 0.5) / _EXACT_RANKS
        return math.ceil(natural)

    def ranks(self, values: Iterable[Any]) -> list[float]:
        """The share of the values up to each of these. The sketch must not be empty."""
        items, ends = self._ranked()
        ends.insert(0, 0)
        return [ends[bisect_right(items, value)] / self.n for value in values]

    # --- the binary form ---------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The compact form."""
        flags = (_EMPTY if self.n == 0 else 0) | (_SORTED if self.sorted_flag else 0) | (_SINGLE if self.n == 1 else 0)
        full = self.n > 1
        head = struct.pack("<4BHBx", 5 if full else 2, 2 if self.n == 1 else 1, _FAMILY, flags, self.k, _LEAST_CAPACITY)
        code = CODES[self.kind]
        if not full:
            return head + struct.pack(f"<{len(self.levels[0])}{code}", *self.levels[0])
        count = len(self.levels)
        offsets = list(accumulate(map(len, self.levels), initial=self._free()))[:-1]
        items = [*reversed(self.levels[0]), *(item for level in self.levels[1:] for item in level)]
        return (
            head
            + struct.pack("<qHBx", self.n, self.min_k, count)
            + struct.pack(f"<{count}i", *offsets)
            + struct.pack(f"<{len(items) + 2}{code}", self.least, self.greatest, *items)
        )

    def summary(self) -> str:
        """What Java's ``toString`` of the sketch writes."""
        free = self._free()
        capacity, item_bytes = free + self.retained, struct.calcsize(CODES[self.kind])
        updatable = 20 + 4 * (len(self.levels) + 1) + item_bytes * (capacity + 2)
        rows = {
            "K": self.k,
            "Dynamic min K": self.min_k,
            "M": _LEAST_CAPACITY,
            "N": self.n,
            "Epsilon": f"{229.6 / self.min_k**0.9723:.3f}%",
            "Epsilon PMF": f"{244.6 / self.min_k**0.9433:.3f}%",
            "Empty": str(self.n == 0).lower(),
            "Estimation Mode": str(len(self.levels) > 1).lower(),
            "Levels": len(self.levels),
            "Level 0 Sorted": str(self.sorted_flag).lower(),
            "Capacity Items": capacity,
            "Retained Items": self.retained,
            "Free Space": free,
            "ReadOnly": "false",
            "Updatable Storage Bytes": updatable,
            "Compact Storage Bytes": len(self.to_bytes()),
            "Min Item": self._shown(self.least),
            "Max Item": self._shown(self.greatest),
        }
        title = f"### Kll{_CLASS_NAMES[self.kind]} Summary:"
        lines = [title, *(f"   {name:<23}: {value}" for name, value in rows.items()), "### End sketch summary", ""]
        return "\n" + "\n".join(lines)

    def _shown(self, item: Any) -> str:
        if item is None:
            return "NaN"
        if self.kind == "bigint":
            return str(item)
        return float_to_string(item) if self.kind == "float" else double_to_string(item)


# --- reading -----------------------------------------------------------------------------------------------------------


def read(data: bytes, kind: str, function: str) -> KllSketch:
    """The sketch of compact bytes. ``SparkRuntimeException`` (KLL_INVALID_INPUT_SKETCH_BUFFER) for others."""
    try:
        return _read(data, kind)
    except (ValueError, struct.error):
        raise unreadable(function) from None


def unreadable(function: str) -> SparkRuntimeException:
    """The error of bytes that are no sketch, and of sketches that cannot answer."""
    return SparkRuntimeException(
        errorClass="KLL_INVALID_INPUT_SKETCH_BUFFER", messageParameters={"function": f"`{function}`"}
    )


def _read(data: bytes, kind: str) -> KllSketch:
    ints, version, family, flags, k, m = struct.unpack_from("<4BHB", data)
    empty, code = bool(flags & _EMPTY), CODES[kind]
    if family != _FAMILY or m != _LEAST_CAPACITY or k < m or (ints, version) not in ((2, 1), (2, 2), (5, 1)):
        raise ValueError("not a compact KLL sketch")
    if empty != ((ints, version) == (2, 1)):
        raise ValueError("empty and not empty")
    sketch = KllSketch(kind, k, sorted_flag=bool(flags & _SORTED))
    if empty:
        return sketch
    if ints == 2:
        (item,) = struct.unpack_from(f"<{code}", data, 8)
        sketch.n, sketch.levels, sketch.least, sketch.greatest = 1, [[item]], item, item
        return sketch
    return _read_levels(sketch, data, code)


def _read_levels(sketch: KllSketch, data: bytes, code: str) -> KllSketch:
    sketch.n, sketch.min_k, count = struct.unpack_from("<qHB", data, 8)
    if not 1 <= count <= 61:
        raise ValueError("no levels")
    offsets = [*struct.unpack_from(f"<{count}i", data, 20), total_capacity(sketch.k, count)]
    sizes = [b - a for a, b in pairwise(offsets)]
    if min(sizes) < 0 or offsets[0] < 0:
        raise ValueError("levels that overlap")
    items = iter(struct.unpack_from(f"<{sum(sizes) + 2}{code}", data, 20 + 4 * count))
    sketch.least, sketch.greatest = next(items), next(items)
    sketch.levels = [list(islice(items, size)) for size in sizes]
    sketch.levels[0].reverse()
    return sketch
