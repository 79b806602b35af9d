"""Spark's hashes of SQL values: ``hash`` (Murmur3, 32 bits, seed 42), ``xxhash64`` and ``crc32``.

A hash of several columns feeds the hash of one as seed into the next; null leaves the seed as it is. Dates and times
may be Python's or the kernels' numbers.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructType,
    YearMonthIntervalType,
)

_M32, _M64 = 0xFFFFFFFF, (1 << 64) - 1
_C1, _C2 = 0xCC9E2D51, 0x1B873593
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


# --- Murmur3 ---------------------------------------------------------------------------------------------------------


def _mix(seed: int, word: int) -> int:
    k = word * _C1 & _M32
    k = (k << 15 | k >> 17) & _M32
    h = seed ^ (k * _C2 & _M32)
    return (((h << 13 & _M32) | h >> 19) * 5 + 0xE6546B64) & _M32


def _finish(h: int, length: int) -> int:
    h ^= length
    h = (h ^ h >> 16) * 0x85EBCA6B & _M32
    h = (h ^ h >> 13) * 0xC2B2AE35 & _M32
    return h ^ h >> 16


def murmur3_int(value: int, seed: int) -> int:
    """Of an ``int``; hash and seed are unsigned."""
    return _finish(_mix(seed, value & _M32), 4)


def murmur3_long(value: int, seed: int) -> int:
    """Of a ``long``; hash and seed are unsigned."""
    return _finish(_mix(_mix(seed, value & _M32), value >> 32 & _M32), 8)


def murmur3_bytes(data: bytes, seed: int) -> int:
    """Of bytes; hash and seed are unsigned. Each byte after the last whole word counts as a word, with its sign."""
    aligned = len(data) & ~3
    for (word,) in struct.iter_unpack("<I", data[:aligned]):
        seed = _mix(seed, word)
    for byte in data[aligned:]:
        seed = _mix(seed, _signed(byte, 8) & _M32)
    return _finish(seed, len(data))


# --- XXH64 -----------------------------------------------------------------------------------------------------------


def _rotate64(value: int, bits: int) -> int:
    return (value << bits & _M64) | value >> (64 - bits)


def _finish64(h: int) -> int:
    h = (h ^ h >> 33) * _P2 & _M64
    h = (h ^ h >> 29) * _P3 & _M64
    return h ^ h >> 32


def xxhash64_int(value: int, seed: int) -> int:
    """Of an ``int``; hash and seed are unsigned."""
    h = (seed + _P5 + 4 & _M64) ^ ((value & _M32) * _P1 & _M64)
    return _finish64((_rotate64(h, 23) * _P2 + _P3) & _M64)


def xxhash64_long(value: int, seed: int) -> int:
    """Of a ``long``; hash and seed are unsigned."""
    return _finish64(_long_round(seed + _P5 + 8 & _M64, value & _M64))


def _round(accumulator: int, word: int) -> int:
    return _rotate64((accumulator + word * _P2) & _M64, 31) * _P1 & _M64


def _long_round(h: int, word: int) -> int:
    return (_rotate64(h ^ _round(0, word), 27) * _P1 + _P4) & _M64


def xxhash64_bytes(data: bytes, seed: int) -> int:
    """Of bytes; hash and seed are unsigned."""
    at = 0
    if len(data) >= 32:
        lanes = [seed + _P1 + _P2 & _M64, seed + _P2 & _M64, seed, seed - _P1 & _M64]
        while at + 32 <= len(data):
            words = struct.unpack_from("<4Q", data, at)
            lanes = [_round(lane, word) for lane, word in zip(lanes, words, strict=True)]
            at += 32
        h = sum(_rotate64(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & _M64
        for lane in lanes:
            h = ((h ^ _round(0, lane)) * _P1 + _P4) & _M64
    else:
        h = seed + _P5 & _M64
    return _finish64(_tail(h + len(data) & _M64, data, at))


def _tail(h: int, data: bytes, at: int) -> int:
    while at + 8 <= len(data):
        h = _long_round(h, struct.unpack_from("<Q", data, at)[0])
        at += 8
    if at + 4 <= len(data):
        h = (_rotate64(h ^ (struct.unpack_from("<I", data, at)[0] * _P1 & _M64), 23) * _P2 + _P3) & _M64
        at += 4
    for byte in data[at:]:
        h = _rotate64(h ^ (byte * _P5 & _M64), 11) * _P1 & _M64
    return h


# --- any SQL value ---------------------------------------------------------------------------------------------------

_Hash = Callable[[Any, int], int]
_MURMUR3: tuple[_Hash, _Hash, _Hash] = (murmur3_int, murmur3_long, murmur3_bytes)
_XXHASH64: tuple[_Hash, _Hash, _Hash] = (xxhash64_int, xxhash64_long, xxhash64_bytes)


def hash_values(values: Sequence[Any], types: Sequence[DataType], seed: int = 42) -> int:
    """SQL's ``hash(...)``: a signed 32-bit number.

    >>> hash_values(["Spark", [123], 2], [StringType(), ArrayType(IntegerType()), IntegerType()])
    -1321691492
    """
    h = seed & _M32
    for value, data_type in zip(values, types, strict=True):
        h = _fold(value, data_type, h, _MURMUR3)
    return _signed(h, 32)


def xxhash64_values(values: Sequence[Any], types: Sequence[DataType], seed: int = 42) -> int:
    """SQL's ``xxhash64(...)``: a signed 64-bit number.

    >>> xxhash64_values(["Spark", [123], 2], [StringType(), ArrayType(IntegerType()), IntegerType()])
    5602566077635097486
    """
    h = seed & _M64
    for value, data_type in zip(values, types, strict=True):
        h = _fold(value, data_type, h, _XXHASH64)
    return _signed(h, 64)


def _fold(value: Any, data_type: DataType, seed: int, hashes: tuple[_Hash, _Hash, _Hash]) -> int:
    if value is None or isinstance(data_type, NullType):
        return seed
    if isinstance(data_type, ArrayType):
        for element in value:
            seed = _fold(element, data_type.elementType, seed, hashes)
        return seed
    if isinstance(data_type, MapType):
        for key, item in value.items() if hasattr(value, "items") else value:
            seed = _fold(item, data_type.valueType, _fold(key, data_type.keyType, seed, hashes), hashes)
        return seed
    if isinstance(data_type, StructType):
        items = value.values() if isinstance(value, dict) else value
        for item, field in zip(items, data_type.fields, strict=True):
            seed = _fold(item, field.dataType, seed, hashes)
        return seed
    return _atom(value, data_type, seed, hashes)


def _atom(value: Any, data_type: DataType, seed: int, hashes: tuple[_Hash, _Hash, _Hash]) -> int:
    of_int, of_long, of_bytes = hashes
    if isinstance(data_type, StringType):
        return of_bytes(value.encode("utf-8", "surrogatepass"), seed)
    if isinstance(data_type, BinaryType):
        return of_bytes(bytes(value), seed)
    if isinstance(data_type, (BooleanType, ByteType, ShortType, IntegerType, YearMonthIntervalType)):
        return of_int(int(value), seed)
    if isinstance(data_type, DateType):
        return of_int((value - date(1970, 1, 1)).days if isinstance(value, date) else value, seed)
    if isinstance(data_type, FloatType):
        return of_int(_bits("<f", "<i", value), seed)
    if isinstance(data_type, DoubleType):
        return of_long(_bits("<d", "<q", value), seed)
    if isinstance(data_type, DecimalType):
        return _decimal(value, data_type, seed, hashes)
    return of_long(_as_long(value), seed)


def _bits(float_format: str, int_format: str, value: float) -> int:
    if value != value:
        return 0x7FC00000 if int_format == "<i" else 0x7FF8000000000000
    # 0.0 and -0.0 are equal, so they must share a hash.
    return int(struct.unpack(int_format, struct.pack(float_format, value or 0.0))[0])


def _decimal(value: Decimal, data_type: DecimalType, seed: int, hashes: tuple[_Hash, _Hash, _Hash]) -> int:
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    unscaled = int("".join(map(str, digits)) or "0") * 10 ** (exponent + data_type.scale)
    unscaled = -unscaled if sign else unscaled
    if data_type.precision <= 18:
        return hashes[1](int(unscaled), seed)
    size = ((unscaled if unscaled >= 0 else ~unscaled).bit_length() + 8) // 8
    return hashes[2](int(unscaled).to_bytes(size, "big", signed=True), seed)


def _as_long(value: Any) -> int:
    if isinstance(value, datetime):
        epoch = datetime(1970, 1, 1, tzinfo=UTC) if value.tzinfo else datetime(1970, 1, 1)
        return (value - epoch) // timedelta(microseconds=1)
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, time):  # the JVM holds times in nanoseconds
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return (seconds * 1_000_000 + value.microsecond) * 1000
    return int(value)


def crc32(data: bytes) -> int:
    """The CRC-32 of the bytes."""
    return zlib.crc32(data)
