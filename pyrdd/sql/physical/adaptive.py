"""Adaptive planning: how reduce partitions are read, decided by the sizes that the map tasks wrote.

sizes of the buckets  ->  runs of small ones together  ->  pieces of large ones apart  ->  what each task reads

Nothing here runs anything: sizes in, reads out. The rules and their settings are Spark's (spark.sql.adaptive.*).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pyrdd.sql.expressions import WindowExpression
from pyrdd.sql.physical.nodes import ExchangeExec, PhysicalPlan, QueryExec, StageInput
from pyrdd.sql.plan import Filter, Join, LogicalPlan, Project

_SMALL = 0.2
"""A piece of a skewed partition that is less than this part of the wanted size goes with the one before."""
_MERGED = 1.2
"""Two pieces go together if they are no more than this times the wanted size."""
_LEFT = frozenset(("inner", "cross", "left", "semi", "anti"))
_RIGHT = frozenset(("inner", "cross", "right"))
"""The joins whose left (right) rows may be joined piece by piece: an unmatched one is not seen by two pieces."""


@dataclass(frozen=True)
class AdaptiveSettings:
    """What adaptive planning goes by. Sizes are bytes."""

    coalesce: bool = True
    advisory: int = 64 << 20
    smallest: int = 1 << 20
    parallelism: int = 1
    skew: bool = True
    skew_factor: float = 5.0
    skew_threshold: int = 256 << 20


@dataclass(frozen=True)
class Read:
    """What one task reads of a shuffle: the buckets from ``first`` up to ``end``; of all map outputs, or of those of
    the ``maps`` from one up to another."""

    first: int
    end: int
    maps: tuple[int, int] | None = None


def target_size(total: int, settings: AdaptiveSettings) -> int:
    """How large a reduce partition is to be: so that all slots have work, but not too small for one."""
    each = -(-total // max(1, settings.parallelism))
    return max(settings.smallest, min(settings.advisory, each))


def coalesced(sizes: Sequence[Sequence[int]], settings: AdaptiveSettings) -> list[Read]:
    """The runs of buckets that tasks read; ``sizes`` are those of the buckets of each shuffle, which are read alike.
    Empty buckets are read with others, or not at all.

    >>> settings = AdaptiveSettings(smallest=1, advisory=10, parallelism=1)
    >>> [(r.first, r.end) for r in coalesced([[4, 4, 4, 0, 11, 0]], settings)]
    [(0, 2), (2, 3), (4, 5)]
    """
    totals = [sum(bucket) for bucket in zip(*sizes, strict=True)]
    if not settings.coalesce:
        return [Read(i, i + 1) for i in range(len(totals))]
    target = target_size(sum(totals), settings)
    found: list[Read] = []
    start = size = 0
    for i, total in enumerate(totals):
        if i > start and size + total > target:
            found += [Read(start, i)] if size else []
            start, size = i, total
        else:
            size += total
    if size:
        found.append(Read(start, len(totals)))
    # an aggregation without keys has a row even if nothing came
    return [_trimmed(read, totals) for read in found] or [Read(0, len(totals))]


def _trimmed(read: Read, totals: Sequence[int]) -> Read:
    filled = [i for i in range(read.first, read.end) if totals[i]]
    return Read(filled[0], filled[-1] + 1)


def map_ranges(sizes: Sequence[int], target: int) -> list[tuple[int, int]]:
    """Runs of map outputs of about the wanted size.

    >>> map_ranges([5, 5, 5, 1], 10)
    [(0, 2), (2, 4)]
    """
    starts, current, before = [0], 0, -1
    for i, size in enumerate(sizes):
        if i > starts[-1] and current + size > target:
            if _fits(current, before, target):
                before += current
                starts.pop()
            else:
                before = current
            starts.append(i)
            current = size
        else:
            current += size
    if _fits(current, before, target) and len(starts) > 1:
        starts.pop()
    return list(zip(starts, [*starts[1:], len(sizes)], strict=True))


def _fits(current: int, before: int, target: int) -> bool:
    """Whether a piece goes with the one before it."""
    return before >= 0 and (current + before < target * _MERGED or min(current, before) < target * _SMALL)


def skewed_buckets(sizes: Sequence[int], settings: AdaptiveSettings) -> tuple[set[int], int]:
    """The buckets that are much larger than the others, and the size of the pieces that they are to be cut into."""
    limit = max(settings.skew_threshold, median(sizes) * settings.skew_factor)
    large = {i for i, size in enumerate(sizes) if size > limit}
    rest = [size for i, size in enumerate(sizes) if i not in large]
    average = sum(rest) // len(rest) if rest else 0
    return large, max(settings.advisory, average)


def split_skewed(
    outputs: tuple[Sequence[Sequence[int]], Sequence[Sequence[int]]], join_type: str, settings: AdaptiveSettings
) -> tuple[list[Read], list[Read]] | None:
    """How the tasks of a join read its sides, each piece of a large bucket against the whole bucket of the other side;
    None if no bucket is large. ``outputs`` are the sizes that each map task of each side wrote for each bucket."""
    totals = [[sum(bucket) for bucket in zip(*maps, strict=True)] for maps in outputs]
    if not settings.skew or not all(totals):
        return None
    pieces: list[dict[int, list[tuple[int, int]]]] = []
    for side, allowed in enumerate((_LEFT, _RIGHT)):
        large, target = skewed_buckets(totals[side], settings) if join_type in allowed else (set[int](), 1)
        cut = {i: map_ranges([m[i] for m in outputs[side]], target) for i in large}
        pieces.append({i: ranges for i, ranges in cut.items() if len(ranges) > 1})
    if not any(pieces):
        return None
    reads: tuple[list[Read], list[Read]] = ([], [])
    plain = iter(_runs_between(totals, set(pieces[0]) | set(pieces[1]), settings))
    following = next(plain, None)
    for i in range(len(totals[0])):
        while following is not None and following.first == i:
            reads[0].append(following)
            reads[1].append(following)
            following = next(plain, None)
        if i in pieces[0] or i in pieces[1]:
            for left in pieces[0].get(i, [None]):
                for right in pieces[1].get(i, [None]):
                    reads[0].append(Read(i, i + 1, left))
                    reads[1].append(Read(i, i + 1, right))
    return reads


def _runs_between(totals: Sequence[Sequence[int]], large: set[int], settings: AdaptiveSettings) -> list[Read]:
    """The runs of buckets between the large ones."""
    found: list[Read] = []
    edges = [-1, *sorted(large), len(totals[0])]
    for before, after in pairwise(edges):
        if after - before > 1:
            part = [side[before + 1 : after] for side in totals]
            if any(map(any, part)):
                found += [Read(r.first + before + 1, r.end + before + 1) for r in coalesced(part, settings)]
    return found


def skew_join(plan: PhysicalPlan) -> tuple[Join, ExchangeExec, ExchangeExec] | None:
    """The join of two shuffles whose large buckets may be read in pieces: nothing above it in the query sees which rows
    are in a partition together."""
    node: LogicalPlan | None = plan.plan if isinstance(plan, QueryExec) else None
    while node is not None and not isinstance(node, Join):
        node = node.child if isinstance(node, Project | Filter) and _row_by_row(node) else None
    if node is None or node.lateral:
        return None
    left, right = _shuffle_below(node.left), _shuffle_below(node.right)
    return None if left is None or right is None else (node, left, right)


def _row_by_row(node: LogicalPlan) -> bool:
    return not any(e.contains(WindowExpression) for e in node.expressions)


def _shuffle_below(plan: LogicalPlan) -> ExchangeExec | None:
    while isinstance(plan, Project | Filter) and _row_by_row(plan):
        plan = plan.child
    source = plan.source if isinstance(plan, StageInput) else None
    return source if isinstance(source, ExchangeExec) and source.distribution.kind == "hash" else None
