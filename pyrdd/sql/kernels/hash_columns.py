"""Murmur3 of whole columns: which partition of an exchange each row goes to, as Spark decides it.

numpy does the arithmetic; this module is loaded only where columns are at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
_C1, _C2 = np.uint32(0xCC9E2D51), np.uint32(0x1B873593)


def _mix(seed: Words, word: Words) -> Words:
    k = word * _C1
    k = (k << np.uint32(15)) | (k >> np.uint32(17))
    h = seed ^ (k * _C2)
    h = (h << np.uint32(13)) | (h >> np.uint32(19))
    return h * np.uint32(5) + np.uint32(0xE6546B64)


def _finish(h: Words, length: Any) -> Words:
    h = h ^ np.asarray(length, np.uint32)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def hash_ints(values: NDArray[Any], seed: Words) -> Words:
    """Of booleans and of integers of up to 32 bits."""
    return _finish(_mix(seed, values.astype(np.int32).view(np.uint32)), 4)


def hash_longs(values: NDArray[Any], seed: Words) -> Words:
    """Of 64-bit integers."""
    words = np.ascontiguousarray(values, np.int64).view(np.uint64)
    low, high = words.astype(np.uint32), (words >> np.uint64(32)).astype(np.uint32)
    return _finish(_mix(_mix(seed, low), high), 8)


def hash_floats(values: NDArray[Any], seed: Words) -> Words:
    """Of single and double precision numbers; all NaN are one, and so are 0.0 and -0.0."""
    clean: NDArray[Any] = values + values.dtype.type(0)
    clean[np.isnan(clean)] = np.nan
    if clean.dtype == np.float32:
        return hash_ints(clean.view(np.int32), seed)
    return hash_longs(clean.view(np.int64), seed)


def hash_bytes(data: NDArray[np.uint8], offsets: NDArray[Any], seed: Words) -> Words:
    """Of strings or binaries: Arrow's data and offsets (one more than there are values)."""
    starts = offsets[:-1].astype(np.int64)
    ends = offsets.astype(np.int64)
    lengths: NDArray[np.int64] = ends[1:] - ends[:-1]
    h = seed.copy()
    padded = np.concatenate([np.ascontiguousarray(data, np.uint8), np.zeros(4, np.uint8)])
    rows = np.arange(len(lengths))
    for at in range(0, int(lengths.max(initial=0)), 4):
        rows = rows[lengths[rows] >= at + 4]
        if not len(rows):
            break
        here = starts[rows] + at
        word = sum(padded[here + byte].astype(np.uint32) << np.uint32(8 * byte) for byte in range(4))
        h[rows] = _mix(h[rows], np.asarray(word, np.uint32))
    for byte in range(3):
        rows = np.flatnonzero(np.mod(lengths, 4) > byte)
        here = starts[rows] + (lengths[rows] & ~np.int64(3)) + byte
        h[rows] = _mix(h[rows], padded[here].view(np.int8).astype(np.int32).view(np.uint32))
    return _finish(h, lengths.astype(np.uint32))


def hash_column(column: Any, seed: Words) -> Words:
    """Of a pyarrow array of a flat type; null leaves the seed. ``NotImplementedError`` for other types."""
    kind = str(column.type)
    valid = None if column.null_count == 0 else np.asarray(column.is_valid())
    if kind in ("string", "binary", "large_string", "large_binary"):
        wide = kind.startswith("large")
        _, offsets, data = column.buffers()
        dtype = np.int64 if wide else np.int32
        ends = np.frombuffer(offsets, dtype)[column.offset : column.offset + len(column) + 1]
        body = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
        hashed = hash_bytes(body, ends, seed)
    else:
        filled = column if valid is None else _fill(column, kind)
        hashed = _hash_fixed(filled, kind, seed)
    return hashed if valid is None else np.where(valid, hashed, seed)


def _fill(column: Any, kind: str) -> Any:
    """The column with zeros for its nulls; dates and timestamps become numbers by that."""
    if kind == "date32[day]":
        column = column.view("int32")
    elif kind.startswith("timestamp"):
        column = column.view("int64")
    return column.fill_null(False if kind == "bool" else 0)


def _hash_fixed(column: Any, kind: str, seed: Words) -> Words:
    if kind in ("bool", "int8", "int16", "int32"):
        return hash_ints(column.to_numpy(zero_copy_only=False), seed)
    if kind in ("int64", "uint32"):
        return hash_longs(column.to_numpy(zero_copy_only=False), seed)
    if kind in ("float", "double"):
        return hash_floats(column.to_numpy(zero_copy_only=False), seed)
    if kind == "date32[day]":
        return hash_ints(column.view("int32").to_numpy(zero_copy_only=False), seed)
    if kind.startswith("timestamp[us"):
        return hash_longs(column.view("int64").to_numpy(zero_copy_only=False), seed)
    raise NotImplementedError(f"there is no vectorised hash of {kind}")


def partition_ids(columns: Sequence[Any], partitions: int) -> NDArray[np.int32]:
    """For each row the partition that Spark's hash partitioning gives it: ``pmod(hash(columns), partitions)``."""
    seed: Words = np.full(len(columns[0]), 42, np.uint32)
    for column in columns:
        seed = hash_column(column, seed)
    return np.mod(seed.view(np.int32).astype(np.int64), partitions).astype(np.int32)
