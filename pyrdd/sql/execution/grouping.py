"""Rows in groups: a table sorted by its keys, and where each group begins.

DuckDB sorts, the rows of a group keeping their order, and compares each key with the one before it, so that nulls,
NaN and nested values are equal as SQL has it; groups are then zero-copy slices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from pyrdd.sql.execution import database


def grouped(
    table: pa.Table, keys: Sequence[int], order: Sequence[int] = (), directions: Sequence[tuple[bool, bool]] = ()
) -> tuple[pa.Table, list[int]]:
    """The table sorted by the key columns, then by those of ``order``, and the positions at which groups begin, with
    its length at the end. The columns are called c0, c1, ... ``directions`` of the order are (ascending, nulls
    first)."""
    count = table.num_rows
    if not count:
        return table, [0]
    if keys or order:
        ways = directions or [(True, True)] * len(order)
        by = ", ".join(
            [f"c{i} NULLS FIRST" for i in keys]
            + [
                f"c{i} {'ASC' if up else 'DESC'} NULLS {'FIRST' if first else 'LAST'}"
                for i, (up, first) in zip(order, ways, strict=True)
            ]
        )
        text = f"SELECT * EXCLUDE (n) FROM (SELECT *, row_number() OVER () AS n FROM input0) ORDER BY {by}, n"
        table = database.run(text, [table]).combine_chunks()
    if not keys:
        return table, [0, count]
    different = " OR ".join(f"c{i} IS DISTINCT FROM (lag(c{i}) OVER ())" for i in range(len(keys)))
    text = (
        f"SELECT n FROM (SELECT row_number() OVER () - 1 AS n, {different} AS begins FROM input0) WHERE begins OR n = 0"
    )
    starts = database.run(text, [table.select(list(keys))]).column(0)
    return table, [*np.sort(starts.to_numpy()).tolist(), count]


def slices(table: pa.Table, bounds: Sequence[int]) -> Iterator[pa.Table]:
    """The groups of a sorted table."""
    for start, end in pairwise(bounds):
        yield table.slice(start, end - start)


def paired(
    left: tuple[pa.Table, Sequence[int]],
    right: tuple[pa.Table, Sequence[int]],
    columns: tuple[Sequence[int], Sequence[int]],
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """The groups of two sorted tables, those of equal keys together, in the order of the keys."""
    sides = [_first_rows(table, bounds, keys) for (table, bounds), keys in zip((left, right), columns, strict=True)]
    names = [f"c{i}" for i in range(len(columns[0]))]
    same = " AND ".join(f"l.{n} IS NOT DISTINCT FROM r.{n}" for n in names)
    by = ", ".join(f"coalesce(l.{n}, r.{n}) NULLS FIRST" for n in names)
    text = f"SELECT l.g AS l, r.g AS r FROM {_numbered(0)} l FULL JOIN {_numbered(1)} r ON {same} ORDER BY {by}"
    found: Any = database.run(text, sides)
    for one, other in zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True):
        yield _group(left, one), _group(right, other)


def _numbered(index: int) -> str:
    return f"(SELECT *, row_number() OVER () - 1 AS g FROM input{index})"


def _first_rows(table: pa.Table, bounds: Sequence[int], keys: Sequence[int]) -> pa.Table:
    return table.select(list(keys)).take(pa.array(bounds[:-1], pa.int64()))


def _group(side: tuple[pa.Table, Sequence[int]], number: int | None) -> pa.Table:
    table, bounds = side
    return table.slice(0, 0) if number is None else table.slice(bounds[number], bounds[number + 1] - bounds[number])
