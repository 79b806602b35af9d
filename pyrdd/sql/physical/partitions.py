"""How many partitions leaves have, as in Spark: slices of local rows, ranges, and files packed by size."""

from __future__ import annotations

from pyrdd.sql.plan import CachedRelation, FileScan, LocalRelation, Range, RddRelation, Relation
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.splitting import partitions


def count(plan: Relation, parallelism: int) -> int:
    """The number of partitions of a leaf."""
    match plan:
        case LocalRelation():
            return plan.num_slices or 1
        case Range():
            return plan.num_slices or parallelism
        case FileScan():
            return max(1, len(partitions(plan.listing.files, plan.format, _options(plan), parallelism)))
        case RddRelation():
            return plan.rdd.getNumPartitions()
        case CachedRelation():
            return int(plan.cache.rdd.getNumPartitions())
    return 1


def slice_bounds(length: int, parts: int) -> list[tuple[int, int]]:
    """Where Spark cuts rows into slices."""
    return [(i * length // parts, (i + 1) * length // parts) for i in range(parts)]


def _options(plan: FileScan) -> Options:
    return plan.options if isinstance(plan.options, Options) else Options(plan.options)
