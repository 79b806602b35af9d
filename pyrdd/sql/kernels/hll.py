"""HyperLogLog sketches of Apache DataSketches, by the optional package `datasketches` (the C++ library).

Its estimators need tables that only the library has; its binary form and its hashes are those of the Java library.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any

from pyrdd.errors import PySparkNotImplementedError, SparkRuntimeException
from pyrdd.sql.types import BinaryType, DataType

MIN_LG_K, MAX_LG_K, DEFAULT_LG_K = 4, 21, 12
_FAMILY, _LIST_FLAGS, _LIST_MODE = 7, 8, 8
_LG_K_BYTE, _MODE_BYTE, _REGISTERS = 3, 7, 40
_OUT_OF_ORDER, _ARRAY_OF_BYTES = 16, 10
_COUPONS_A_LIST = 7
"""A list of coupons becomes a set at eight."""


def library() -> Any:
    """The package. ``PySparkNotImplementedError`` (NOT_IMPLEMENTED) if it is not installed."""
    try:
        # an optional package, for these functions only
        import datasketches  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": "HLL sketches without the package datasketches",
                "alternative": "Install it: pip install datasketches. Or use approx_count_distinct.",
            },
        ) from None
    return datasketches


def of_values(values: Sequence[Any], data_type: DataType, lg_k: int) -> bytes:
    """The updatable bytes of the sketch of values that are not null; empty ones are ignored."""
    lib = library()
    if isinstance(data_type, BinaryType):
        return _of_binary([value for value in values if value], data_type, lg_k)
    sketch = lib.hll_sketch(lg_k, lib.HLL_8)
    for value in values:
        sketch.update(value)
    return bytes(sketch.serialize_updatable())


def _of_binary(values: Sequence[bytes], data_type: DataType, lg_k: int) -> bytes:
    """The library takes no bytes, but it takes lists of coupons, which are what it makes of values."""
    lib = library()
    merged = lib.hll_union(lg_k)
    merged.update(lib.hll_sketch(lg_k, lib.HLL_8))
    if values:
        coupons = _coupons(values, data_type)
        for at in range(0, len(coupons), _COUPONS_A_LIST):
            merged.update(lib.hll_sketch.deserialize(_list_of(coupons[at : at + _COUPONS_A_LIST], lg_k)))
    return bytes(merged.get_result(lib.HLL_8).serialize_updatable())


def _coupons(values: Sequence[bytes], data_type: DataType) -> list[int]:
    """26 bits of one half of the hash, and above them how many zeros the other one starts with, plus one."""
    from pyrdd.sql.kernels.sketch_hashes import hash_halves  # here: it loads numpy, which merging does not need

    first, second = hash_halves(values, data_type)
    return [
        (min(64 - high.bit_length(), 62) + 1) << 26 | low & 0x3FFFFFF
        for low, high in zip(first.tolist(), second.tolist(), strict=True)
    ]


def _list_of(coupons: Sequence[int], lg_k: int) -> bytes:
    """The compact form of a sketch that holds a list of coupons."""
    distinct = list(dict.fromkeys(coupons))
    head = struct.pack("<8B", 2, 1, _FAMILY, lg_k, 3, _LIST_FLAGS, len(distinct), _LIST_MODE)
    return head + struct.pack(f"<{len(distinct)}I", *distinct)


# --- reading and combining ---------------------------------------------------------------------------------------------


def read(data: bytes, function: str) -> Any:
    """The library's sketch of bytes. ``SparkRuntimeException`` (HLL_INVALID_INPUT_SKETCH_BUFFER) for others."""
    lib = library()
    try:
        return lib.hll_sketch.deserialize(data)
    except (ValueError, RuntimeError, IndexError, MemoryError):
        raise SparkRuntimeException(
            errorClass="HLL_INVALID_INPUT_SKETCH_BUFFER", messageParameters={"function": f"`{function}`"}
        ) from None


def estimate(data: bytes) -> int:
    """About how many different values a sketch has seen."""
    return int(read(data, "hll_sketch_estimate").get_estimate() + 0.5)


def union(sketches: Iterable[bytes], function: str, mixed: bool, lg_k: int | None = None) -> bytes:
    """The updatable bytes of the union. ``lg_k`` is the largest precision, else that of the first sketch.

    ``SparkRuntimeException`` (HLL_UNION_DIFFERENT_LG_K) when precisions differ and ``mixed`` is not set.
    """
    lib = library()
    merged, precision = b"", lg_k or 0
    for data in sketches:
        sketch = read(data, function)
        if not merged:
            precision = precision or sketch.lg_config_k
            merged = bytes(lib.hll_union(precision).get_result(lib.HLL_8).serialize_updatable())
        elif not mixed and sketch.lg_config_k != merged[_LG_K_BYTE]:
            raise different(merged[_LG_K_BYTE], sketch.lg_config_k, function)
        merged = _merged(merged, sketch, precision)
    return merged or bytes(lib.hll_union(DEFAULT_LG_K).get_result(lib.HLL_8).serialize_updatable())


def _merged(gathered: bytes, sketch: Any, precision: int) -> bytes:
    lib = library()
    source = bytes(sketch.serialize_updatable())
    if _is_array(gathered) and _is_array(source):
        if sketch.tgt_type != lib.HLL_8:
            source = _as_bytes_of(sketch)
        return _folded(gathered, source)
    both = lib.hll_union(precision)
    both.update(lib.hll_sketch.deserialize(gathered))
    both.update(sketch)
    return bytes(both.get_result(lib.HLL_8).serialize_updatable())


def _as_bytes_of(sketch: Any) -> bytes:
    """A sketch of packed registers as one with a byte for each."""
    lib = library()
    alone = lib.hll_union(sketch.lg_config_k)
    alone.update(sketch)
    return bytes(alone.get_result(lib.HLL_8).serialize_updatable())


def _is_array(data: bytes) -> bool:
    """Whether a sketch has registers, rather than a list or a set of coupons."""
    return data[_MODE_BYTE] & 3 == 2


def _folded(left: bytes, right: bytes) -> bytes:
    """The greater of each register, at the lesser precision. Here and not by the library: of sketches of different
    precision it forgets that their count by history is no longer valid, and estimates as if there were one of them."""
    import numpy as np  # here: sketches that are small have no registers

    lg_k = min(left[_LG_K_BYTE], right[_LG_K_BYTE])
    folded = [
        np.frombuffer(data, np.uint8, 1 << data[_LG_K_BYTE], _REGISTERS).reshape(-1, 1 << lg_k).max(axis=0)
        for data in (left, right)
    ]
    registers = np.maximum(*folded)
    counts = np.bincount(registers, minlength=64).tolist()
    least = int(registers.min())
    # the sums of 2**-register, of small and of large ones apart; large ones are kept as Java does
    small = sum(count * 2.0**-rank for rank, count in enumerate(counts[:32])) + sum(counts[32:])
    large = sum(count * (2.0**-rank - 1.0) for rank, count in enumerate(counts[32:], 32))
    head = bytes((10, 1, _FAMILY, lg_k, 0, _OUT_OF_ORDER, least, _ARRAY_OF_BYTES))
    return head + struct.pack("<3d2i", 0.0, small, large, counts[least], 0) + bytes(registers.tobytes())


def different(left: int, right: int, function: str) -> SparkRuntimeException:
    """The error of sketches whose precisions differ."""
    return SparkRuntimeException(
        errorClass="HLL_UNION_DIFFERENT_LG_K",
        messageParameters={"left": str(left), "right": str(right), "function": f"`{function}`"},
    )
