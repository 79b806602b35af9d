"""How many partitions leaves have, as in Spark: slices of local rows, ranges, and files packed by size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql.plan import CachedRelation, FileScan, LocalRelation, Range, RddRelation, Relation

MAX_BYTES = 128 * 1024 * 1024
OPEN_COST = 4 * 1024 * 1024


def count(plan: Relation, parallelism: int) -> int:
    """The number of partitions of a leaf."""
    match plan:
        case LocalRelation():
            return plan.num_slices or 1
        case Range():
            return plan.num_slices or parallelism
        case FileScan():
            return max(1, len(packed(plan.listing.files, parallelism)))
        case RddRelation():
            return plan.rdd.getNumPartitions()
        case CachedRelation():
            return int(plan.cache.rdd.getNumPartitions())
    return 1


def packed(files: Sequence[Any], parallelism: int) -> list[list[Any]]:
    """Files put together into partitions, largest first, as Spark's FilePartition does; files are not cut."""
    total = sum(f.size + OPEN_COST for f in files)
    limit = min(MAX_BYTES, max(OPEN_COST, total // max(1, parallelism)))
    bins: list[list[Any]] = []
    filled = 0
    for file in sorted(files, key=lambda f: -f.size):
        if not bins or filled + file.size > limit:
            bins.append([])
            filled = 0
        bins[-1].append(file)
        filled += file.size + OPEN_COST
    return bins


def slice_bounds(length: int, parts: int) -> list[tuple[int, int]]:
    """Where Spark cuts rows into slices."""
    return [(i * length // parts, (i + 1) * length // parts) for i in range(parts)]
