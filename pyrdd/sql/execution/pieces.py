"""Pieces: how partitions that are large beside their executor's memory go through a task, one table after the other.

query or shuffle  --tables-->  in_pieces  --tables of about piece_bytes-->  buckets, samples, the next query, the action

A partition that is no larger than a piece is one table, and all is done with it at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from pyrdd.sql.execution.border import empty, to_inside
from pyrdd.sql.expressions import Attribute
from pyrdd.taskcontext import current_context

_PART = 16
_LEAST, _MOST = 1 << 20, 64 << 20


def piece_bytes(settings: Mapping[str, str]) -> int:
    """How large a piece is: all tasks of an executor together hold a sixteenth of its memory, once; what they make of
    their pieces takes some more."""
    task = current_context()
    if task is None or task.env is None:
        return _MOST
    slots = int(settings.get("threads", "1"))
    share: int = task.env.memory.limit // (_PART * slots)
    return max(_LEAST, min(_MOST, share))


def in_pieces(tables: Iterator[pa.Table], columns: Sequence[Attribute], nbytes: int) -> Iterator[pa.Table]:
    """The tables of a partition, small ones put together and large ones cut, without copying; at least one."""
    parts = (part for table in tables for part in _cut(to_inside(table, columns), nbytes))
    return gathered(parts, empty(columns), nbytes)


def gathered(tables: Iterator[pa.Table], nothing: pa.Table, nbytes: int) -> Iterator[pa.Table]:
    """Tables put together until they have ``nbytes``; ``nothing`` if there are none."""
    held: list[pa.Table] = []
    size, some = 0, False
    for table in tables:
        held.append(table)
        size += table.nbytes
        del table  # who takes a piece is the only one to hold it
        if size >= nbytes:
            yield _emptied(held)
            size, some = 0, True
    if held or not some:
        yield _emptied(held or [nothing])


def _emptied(held: list[pa.Table]) -> pa.Table:
    table = held[0] if len(held) == 1 else pa.concat_tables(held)
    held.clear()
    return table


def _cut(table: pa.Table, nbytes: int) -> Iterator[pa.Table]:
    if table.nbytes <= nbytes:
        return iter((table,))
    rows = max(1, table.num_rows * nbytes // table.nbytes)
    return (table.slice(start, rows) for start in range(0, table.num_rows, rows))
