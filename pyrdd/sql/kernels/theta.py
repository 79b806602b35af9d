"""Theta sketches of Apache DataSketches, read and written in their compact binary form.

A theta sketch keeps the smallest hashes of the values it has seen: all below a limit ``theta``. Unions, intersections
and differences of sketches are sketches again. The binary form is that of the Java and C++ libraries
(https://datasketches.apache.org/docs/Theta/ThetaSketches.html): a preamble, then the sorted hashes, packed as
differences of equal width (serial version 4) or as eight bytes each (version 3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.types import ArrayType, BinaryType, DataType, StringType

WHOLE = (1 << 63) - 1
"""The limit of a sketch that keeps every hash."""

SEED_HASH = 0x93CC
"""What sketches store of the seed of their hash, so that sketches of different seeds do not mix."""

_FAMILY = 3
_READ_ONLY, _EMPTY, _COMPACT, _ORDERED, _SINGLE = 2, 4, 8, 16, 32
_SHORTEST = 8
_FAMILIES = (
    "ALPHA QUICKSELECT COMPACT UNION INTERSECTION A_NOT_B HLL QUANTILES TUPLE FREQUENCY RESERVOIR RESERVOIR_UNION VAROPT"
    " VAROPT_UNION KLL CPC REQ COUNTMIN EBPPS TDIGEST BLOOMFILTER"
).split()
"""The families of sketches by their numbers, from one."""

EMPTY_BYTES = bytes((1, 3, _FAMILY, 0, 0, _READ_ONLY | _EMPTY | _COMPACT | _ORDERED, 0, 0))


@dataclass(frozen=True, slots=True)
class ThetaSketch:
    """The sorted hashes below ``theta``. ``empty``: no value was ever seen, which zero hashes alone do not say."""

    hashes: tuple[int, ...] = ()
    theta: int = WHOLE
    empty: bool = True

    @property
    def estimate(self) -> float:
        """About how many different values there were; exact while ``theta`` is whole."""
        return len(self.hashes) * (WHOLE / self.theta)

    def to_bytes(self) -> bytes:
        """The compact form that Spark stores: compressed where that is possible."""
        if self.empty:
            return EMPTY_BYTES
        exact = self.theta == WHOLE
        flags = _READ_ONLY | _COMPACT | _ORDERED
        if exact and len(self.hashes) == 1:
            return _preamble(1, 3, 0, 0, flags | _SINGLE) + struct.pack("<q", self.hashes[0])
        if not self.hashes:
            return _preamble(3, 3, 0, 0, flags) + struct.pack("<ifq", 0, 1.0, self.theta)
        return self._compressed(flags, exact)

    def _compressed(self, flags: int, exact: bool) -> bytes:
        deltas = [b - a for a, b in zip((0, *self.hashes), self.hashes, strict=False)]
        width = max(deltas).bit_length()
        count = len(deltas)
        count_bytes = (count.bit_length() + 7) // 8
        head = _preamble(1 if exact else 2, 4, width, count_bytes, flags)
        theta = b"" if exact else struct.pack("<q", self.theta)
        return head + theta + count.to_bytes(count_bytes, "little") + _packed(deltas, width)


def _preamble(longs: int, version: int, first: int, second: int, flags: int) -> bytes:
    return struct.pack("<6BH", longs, version, _FAMILY, first, second, flags, SEED_HASH)


def _packed(numbers: Sequence[int], width: int) -> bytes:
    """Numbers of so many bits one after the other, the highest bit first, filled up to whole bytes.

    >>> _packed([1, 2, 3], 3).hex()
    '2980'
    """
    bits = "".join(format(number, f"0{width}b") for number in numbers)
    size = (len(bits) + 7) // 8
    return int(bits.ljust(8 * size, "0"), 2).to_bytes(size, "big")


def _unpacked(data: bytes, width: int, count: int) -> list[int]:
    bits = format(int.from_bytes(data, "big"), f"0{8 * len(data)}b")
    return [int(bits[at : at + width], 2) for at in range(0, width * count, width)]


# --- reading ---------------------------------------------------------------------------------------------------------


def read(data: bytes, function: str) -> ThetaSketch:
    """The sketch of compact bytes. ``SparkRuntimeException`` (THETA_INVALID_INPUT_SKETCH_BUFFER) for others."""
    try:
        return _read(data)
    except (ValueError, struct.error):
        raise unreadable(data, "THETA", "COMPACT", function) from None


def unreadable(data: bytes, kind: str, expected: str, function: str) -> SparkRuntimeException:
    """The error of bytes that are no sketch of a kind; it names the family that they say they are of, if another."""
    name = {"function": f"`{function}`"}
    number = data[2] if len(data) >= _SHORTEST else 0
    actual = _FAMILIES[number - 1] if 0 < number <= len(_FAMILIES) else expected
    if actual == expected:
        return SparkRuntimeException(errorClass=f"{kind}_INVALID_INPUT_SKETCH_BUFFER", messageParameters=name)
    name |= {"expectedFamily": expected, "actualFamily": actual}
    return SparkRuntimeException(errorClass=f"{kind}_INVALID_INPUT_SKETCH_BUFFER_FAMILY", messageParameters=name)


def _read(data: bytes) -> ThetaSketch:
    longs, version, family, first, second, flags, seed_hash = struct.unpack_from("<6BH", data)
    longs &= 0x3F
    if family != _FAMILY or version not in (3, 4):
        raise ValueError("not a compact theta sketch")
    if version == 3 and flags & _EMPTY:
        return ThetaSketch()
    if seed_hash != SEED_HASH or not (flags & _COMPACT and flags & _READ_ONLY):
        raise ValueError("another seed, or not compact")
    if version == 4:
        return _read_compressed(data, longs, width=first, count_bytes=second)
    count = 1 if longs == 1 else struct.unpack_from("<i", data, 8)[0]
    theta = struct.unpack_from("<q", data, 16)[0] if longs > 2 else WHOLE
    hashes = struct.unpack_from(f"<{count}q", data, 8 * longs)
    return ThetaSketch(tuple(sorted(hashes)), theta, False)


def _read_compressed(data: bytes, longs: int, width: int, count_bytes: int) -> ThetaSketch:
    theta = struct.unpack_from("<q", data, 8)[0] if longs > 1 else WHOLE
    start = 8 * longs + count_bytes
    count = int.from_bytes(data[8 * longs : start], "little")
    size = (width * count + 7) // 8
    if not 0 < width <= 63 or len(data) < start + size:
        raise ValueError("cut short")
    hashes, last = [], 0
    for delta in _unpacked(data[start : start + size], width, count):
        last += delta
        hashes.append(last)
    return ThetaSketch(tuple(hashes), theta, False)


# --- making and combining ----------------------------------------------------------------------------------------------


def sized(data_type: DataType) -> bool:
    """Whether values of the type can be empty, which sketches ignore."""
    return isinstance(data_type, StringType | BinaryType | ArrayType)


def trimmed(hashes: Iterable[int], theta: int, lg_entries: int, empty: bool) -> ThetaSketch:
    """The sketch of at most ``2**lg_entries`` of these hashes: the smallest, limited by the next one."""
    kept = sorted({h for h in hashes if h < theta})
    nominal = 1 << lg_entries
    if len(kept) > nominal:
        kept, theta = kept[:nominal], kept[nominal]
    return ThetaSketch(tuple(kept), theta, empty and not kept)


def of_values(values: Sequence[Any], data_type: DataType, lg_entries: int) -> ThetaSketch:
    """The sketch of values that are not null; empty ones are ignored."""
    if sized(data_type):
        values = [value for value in values if len(value)]
    if not len(values):
        return ThetaSketch()
    from pyrdd.sql.kernels.sketch_hashes import theta_hashes  # here: only new sketches need numpy

    hashes = theta_hashes(values, data_type)
    hashes = hashes[hashes > 0]
    if len(hashes) > 1 << lg_entries:
        import numpy as np  # likewise

        hashes = np.unique(hashes)[: (1 << lg_entries) + 1]
    return trimmed(hashes.tolist(), WHOLE, lg_entries, False)


def union(sketches: Iterable[ThetaSketch], lg_entries: int) -> ThetaSketch:
    """The sketch of the values of any of the sketches."""
    hashes: set[int] = set()
    theta, empty = WHOLE, True
    for sketch in sketches:
        if not sketch.empty:
            theta, empty = min(theta, sketch.theta), False
            hashes.update(sketch.hashes)
    return trimmed(hashes, theta, lg_entries, empty)


def intersection(sketches: Iterable[ThetaSketch]) -> ThetaSketch | None:
    """The sketch of the values of all the sketches; None, which stands for every value there is, if there are none."""
    hashes: set[int] | None = None
    theta = WHOLE
    for sketch in sketches:
        if sketch.empty:
            return ThetaSketch()
        theta = min(theta, sketch.theta)
        hashes = set(sketch.hashes) if hashes is None else hashes.intersection(sketch.hashes)
    return None if hashes is None else _limited(hashes, theta)


def difference(left: ThetaSketch, right: ThetaSketch) -> ThetaSketch:
    """The sketch of the values of the first that are not in the second."""
    if left.empty or right.empty:
        return left
    return _limited(set(left.hashes).difference(right.hashes), min(left.theta, right.theta))


def _limited(hashes: Iterable[int], theta: int) -> ThetaSketch:
    kept = tuple(sorted(h for h in hashes if h < theta))
    return ThetaSketch(kept, theta, not kept and theta == WHOLE)
