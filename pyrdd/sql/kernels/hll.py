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
    except (ValueError, RuntimeError, IndexError):
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
    merged, precision = None, lg_k
    for data in sketches:
        sketch = read(data, function)
        if merged is None:
            precision = sketch.lg_config_k if precision is None else precision
            merged = lib.hll_union(precision)
        elif not mixed and sketch.lg_config_k != merged.lg_config_k:
            raise different(merged.lg_config_k, sketch.lg_config_k, function)
        merged.update(sketch)
    if merged is None:
        merged = lib.hll_union(DEFAULT_LG_K)
    return bytes(merged.get_result(lib.HLL_8).serialize_updatable())


def different(left: int, right: int, function: str) -> SparkRuntimeException:
    """The error of sketches whose precisions differ."""
    return SparkRuntimeException(
        errorClass="HLL_UNION_DIFFERENT_LG_K",
        messageParameters={"left": str(left), "right": str(right), "function": f"`{function}`"},
    )
