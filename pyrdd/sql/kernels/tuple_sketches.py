"""Tuple sketches of Apache DataSketches whose summaries are integers or doubles.

A tuple sketch is a theta sketch that keeps a number, the summary, beside each hash. The Python library has neither
Java's numeric summaries nor its order of entries, which is that of a hash table, so both are here: tables grow and
shrink as Java's do, and the binary form (serial version 3: a preamble, then a hash and its summary each) comes out in
the same order (https://datasketches.apache.org/docs/Tuple/TupleOverview.html and the sources of datasketches-java).
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from pyrdd.javarandom import to_int
from pyrdd.sql.kernels.theta import SEED_HASH, WHOLE, ThetaSketch, unreadable
from pyrdd.sql.types import DataType

MODES = ("sum", "min", "max", "alwaysone")
"""What becomes of two summaries of one key, in the order of the numbers that stand for them in the binary form."""

FORMATS = {"integer": "<qiB", "double": "<qdB"}
_FAMILY, _COMPACT_TYPE = 9, 1
_READ_ONLY, _EMPTY, _COMPACT = 2, 4, 8
_SMALLEST_LG, _GROWTH_LG = 5, 3
Summary = tuple[Any, int]
"""A number and the number of the mode that it was made by."""


@dataclass(frozen=True, slots=True)
class TupleSketch:
    """Hashes below ``theta`` with their summaries, in the order of the binary form."""

    entries: tuple[tuple[int, Summary], ...] = ()
    theta: int = WHOLE
    empty: bool = True

    @property
    def fraction(self) -> float:
        """The limit as a share of all hashes."""
        return self.theta / WHOLE

    @property
    def estimate(self) -> float:
        """About how many different keys there were; exact while ``theta`` is whole."""
        return float(len(self.entries)) if self.theta == WHOLE else len(self.entries) / self.fraction

    def to_bytes(self, kind: str) -> bytes:
        """The compact form; ``kind`` is that of the summaries, "integer" or "double"."""
        exact, count = self.theta == WHOLE, len(self.entries)
        single = count == 1 and exact
        longs = 1 if self.empty or single else 2 if exact else 3
        flags = _READ_ONLY | _COMPACT | (_EMPTY if self.empty else 0)
        head = struct.pack("<6BH", longs, 3, _FAMILY, _COMPACT_TYPE, 0, flags, SEED_HASH)
        if longs > 1:
            head += struct.pack("<ii", count, 0)
        if longs > 2:
            head += struct.pack("<q", self.theta)
        entry = struct.Struct(FORMATS[kind])
        return head + b"".join(entry.pack(key, value, mode) for key, (value, mode) in self.entries)


# --- summaries ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Summaries:
    """How numbers of a kind are summed up in a mode."""

    kind: str
    mode: str

    @property
    def number(self) -> int:
        """The number of the mode."""
        return MODES.index(self.mode)

    @property
    def start(self) -> Summary:
        """The summary of a key that no number has come for."""
        if self.mode == "alwaysone":
            value: Any = 1
        elif self.mode == "sum":
            value = 0
        elif self.kind == "integer":
            value = (1 << 31) - 1 if self.mode == "min" else -(1 << 31)
        else:
            value = math.inf if self.mode == "min" else -math.inf
        return (value if self.kind == "integer" else float(value)), self.number

    def combiner(self) -> Callable[[Any, Any], Any]:
        """The value of two."""
        match self.mode:
            case "sum":
                return (lambda a, b: to_int(a + b)) if self.kind == "integer" else operator.add
            case "min":
                return lambda a, b: b if b < a else a
            case "max":
                return lambda a, b: b if b > a else a
        one = 1 if self.kind == "integer" else 1.0
        return lambda a, b: one

    def combined(self, left: Summary, right: Summary) -> Summary:
        """The summary of two summaries."""
        combine = self.combiner()
        return combine(combine(self.start[0], left[0]), right[0]), self.number

    def total(self, sketch: TupleSketch) -> Any:
        """The sum, the least or the greatest of all summaries (zero if there are none), or how many there are."""
        values = [value for _, (value, _) in sketch.entries]
        zero: Any = 0 if self.kind == "integer" else 0.0
        match self.mode:
            case "sum":
                return sum(values, zero)
            case "min":
                return reduce(_least, values) if values else zero
            case "max":
                return reduce(_greatest, values) if values else zero
        return type(zero)(len(values))


def _least(a: Any, b: Any) -> Any:
    return a if a != a or a < b else b


def _greatest(a: Any, b: Any) -> Any:
    return a if a != a or a > b else b


# --- tables ------------------------------------------------------------------------------------------------------------


def slots(keys: Iterable[int], lg_size: int) -> list[int]:
    """Keys in the order in which a table of so many slots holds them when they come in this order."""
    mask = (1 << lg_size) - 1
    taken: dict[int, int] = {}
    for key in keys:
        at, step = key & mask, 2 * ((key >> lg_size) & 127) + 1
        while at in taken:
            at = (at + step) & mask
        taken[at] = key
    return [taken[at] for at in sorted(taken)]


@dataclass(slots=True)
class Table:
    """A table of hashes and summaries that grows, and when it is full forgets all but the smallest hashes."""

    lg_entries: int
    theta: int = WHOLE
    empty: bool = True
    held: dict[int, Any] = field(default_factory=dict)
    lg_size: int = 0

    def __post_init__(self) -> None:
        target = self.lg_entries + 1
        small = target <= _SMALLEST_LG
        self.lg_size = _SMALLEST_LG if small else (target - _SMALLEST_LG) % _GROWTH_LG + _SMALLEST_LG

    @property
    def _limit(self) -> int:
        return (15 << self.lg_size) // 16 if self.lg_size > self.lg_entries else 1 << (self.lg_size - 1)

    def insert(self, key: int, summary: Any) -> None:
        """Takes a hash that is not in the table."""
        self.held[key] = summary
        if len(self.held) <= self._limit:
            return
        ordered = self.ordered()
        if self.lg_size > self.lg_entries:
            self.theta = sorted(ordered)[1 << self.lg_entries]
        else:
            self.lg_size += _GROWTH_LG
        self.held = {k: self.held[k] for k in ordered if k < self.theta}

    def ordered(self) -> list[int]:
        """The hashes in the order of the slots."""
        return slots(self.held, self.lg_size)


def of_rows(
    keys: Sequence[Any], values: Sequence[Any], data_type: DataType, lg_entries: int, summaries: Summaries
) -> TupleSketch:
    """The sketch of keys with their numbers; rows where either is null, and empty keys, must be left out before."""
    from pyrdd.sql.kernels.sketch_hashes import theta_hashes  # here: it loads numpy, which merging does not need

    table = Table(lg_entries)
    if not keys:
        return TupleSketch()
    combine, mode, start = summaries.combiner(), summaries.number, summaries.start[0]
    for key, value in zip(theta_hashes(keys, data_type).tolist(), values, strict=True):
        if 0 < key < table.theta:
            held = table.held.get(key)
            if held is None:
                table.insert(key, (combine(start, value), mode))
            else:
                table.held[key] = (combine(held[0], value), mode)
    return TupleSketch(tuple((key, table.held[key]) for key in table.ordered()), table.theta, False)


# --- combining ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keys:
    """What set operations see of a sketch: its entries (a theta sketch's have the start of a mode), theta and empty."""

    entries: tuple[tuple[int, Summary], ...]
    theta: int
    empty: bool


def with_start(sketch: ThetaSketch, summaries: Summaries) -> Keys:
    """A theta sketch as one of summaries."""
    start = summaries.start
    return Keys(tuple((key, start) for key in sketch.hashes), sketch.theta, sketch.empty)


def union(sketches: Iterable[TupleSketch | Keys], lg_entries: int, summaries: Summaries) -> TupleSketch:
    """The sketch of the keys of any of the sketches."""
    table, theta = Table(lg_entries), WHOLE
    for sketch in sketches:
        if sketch.empty:
            continue
        table.empty, theta = False, min(theta, sketch.theta)
        for key, summary in sketch.entries:
            if not 0 < key < table.theta:
                continue
            if key in table.held:
                table.held[key] = summaries.combined(table.held[key], summary)
            else:
                table.insert(key, summary)
        theta = min(theta, table.theta)
    kept = [key for key in table.ordered() if key < theta]
    if len(kept) > 1 << lg_entries:
        theta = sorted(kept)[1 << lg_entries]
        kept = [key for key in kept if key < theta]
    return TupleSketch(tuple((key, table.held[key]) for key in kept), theta, table.empty)


def intersection(sketches: Iterable[TupleSketch | Keys], summaries: Summaries) -> TupleSketch | None:
    """The sketch of the keys of all the sketches; None, which stands for every key there is, if there are none."""
    held: dict[int, Summary] | None = None
    theta = WHOLE
    for sketch in sketches:
        if sketch.empty:
            return TupleSketch()
        theta = min(theta, sketch.theta)
        if held is None:
            held = _in_slots(dict(sketch.entries))
            continue
        both = {
            key: summaries.combined(held[key], summary)
            for key, summary in sketch.entries
            if key < theta and key in held
        }
        held = _in_slots(both)
    if held is None:
        return None
    return TupleSketch(tuple((key, summary) for key, summary in held.items() if key < theta), theta, False)


def _in_slots(entries: dict[int, Summary]) -> dict[int, Summary]:
    """Entries in the order of the table that an intersection builds of them."""
    least = math.ceil(len(entries) / 0.75)
    lg_size = max(4, (least - 1).bit_length() if least > 1 else 0)
    return {key: entries[key] for key in slots(entries, lg_size)}


def difference(left: TupleSketch, right: TupleSketch | ThetaSketch) -> TupleSketch:
    """The sketch of the keys of the first that are not in the second, with the summaries of the first."""
    if left.empty or right.empty:
        return left
    theta = min(left.theta, right.theta)
    others = set(right.hashes) if isinstance(right, ThetaSketch) else {key for key, _ in right.entries}
    kept = tuple((key, summary) for key, summary in left.entries if key < theta and key not in others)
    return TupleSketch(kept, theta, not kept and theta == WHOLE)


# --- reading -----------------------------------------------------------------------------------------------------------


def read(data: bytes, kind: str, function: str) -> TupleSketch:
    """The sketch of compact bytes. ``SparkRuntimeException`` (TUPLE_INVALID_INPUT_SKETCH_BUFFER) for others."""
    try:
        return _read(data, kind)
    except (ValueError, struct.error):
        raise unreadable(data, "TUPLE", "TUPLE", function) from None


def _read(data: bytes, kind: str) -> TupleSketch:
    longs, version, family, sketch_type, _, flags = struct.unpack_from("<6B", data)
    if family != _FAMILY or version != 3 or sketch_type != _COMPACT_TYPE or not 1 <= longs <= 3:
        raise ValueError("not a compact tuple sketch")
    if flags & _EMPTY:
        return TupleSketch()
    count = 1 if longs == 1 else struct.unpack_from("<i", data, 8)[0]
    theta = struct.unpack_from("<q", data, 16)[0] if longs > 2 else WHOLE
    return TupleSketch(tuple(_entries(data[8 * longs :], count, FORMATS[kind])), theta, False)


def _entries(data: bytes, count: int, form: str) -> Iterator[tuple[int, Summary]]:
    entry = struct.Struct(form)
    if count < 0 or len(data) < count * entry.size:
        raise ValueError("cut short")
    for key, value, mode in entry.iter_unpack(data[: count * entry.size]):
        if mode >= len(MODES):
            raise ValueError("no mode")
        yield key, (value, mode)
