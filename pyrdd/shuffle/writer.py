"""The map side of a shuffle: records go into one file, a segment for each reduce partition.

    records -> [combine] -> buckets -> temporary file -> rename -> map output file + MapStatus

The file gets its final name when it is complete, so that a killed task, or a second attempt of the same task,
never shows a reader half a file; every attempt has a name of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO
from zlib import crc32

from pyrdd.dependency import ShuffleSpec
from pyrdd.shuffle import frames, index
from pyrdd.shuffle.buckets import Buckets, taken
from pyrdd.shuffle.combine import Table, fold_values, slices
from pyrdd.shuffle.spill import Scratch

WRITE_BUFFER = 1 << 16


def write_map_output(
    spec: ShuffleSpec, map_index: int, records: Iterable[Any], path: str, scratch: Scratch
) -> list[index.Segment]:
    """Writes one map task's records to ``path``; returns the segments, one for each reduce partition.

    Exceptions of user code (the records' iterator, the aggregator, the partitioner) propagate unchanged; an
    ``OSError`` of the file system names the path. Either way nothing is left at ``path`` or beside it.
    """
    buckets = Buckets(spec.partitioner, scratch)
    try:
        if spec.map_side_combine:
            _combine(spec, records, buckets, scratch)
        else:
            _collect(iter(records), buckets, scratch)
        segments = _write_file(spec.shuffle_id, map_index, buckets, path)
    finally:
        buckets.close()
    scratch.metrics.shuffle_write_records += sum(s.records for s in segments)
    scratch.metrics.shuffle_write_bytes += sum(s.length for s in segments)
    return segments


def _collect(records: Iterator[Any], buckets: Buckets, scratch: Scratch) -> None:
    monitor = scratch.monitor()
    while pairs := taken(records, monitor.part):
        buckets.add(pairs)
        if monitor.pressed():
            buckets.spill()


def _combine(spec: ShuffleSpec, records: Iterable[Any], buckets: Buckets, scratch: Scratch) -> None:
    """Folds into a table, which goes to the buckets when memory is short: what it then holds more than once
    of a key is
    merged by the reader, as combiners of different maps are."""
    assert spec.aggregator is not None, "a map side combine needs an aggregator"
    fold, monitor = fold_values(spec.aggregator), scratch.monitor()
    table: Table = {}
    for part in monitor.parts(records):
        fold(table, part)
        if monitor.pressed():
            _move(table, buckets)
            buckets.spill()
    _move(table, buckets)


def _move(table: Table, buckets: Buckets) -> None:
    for items in slices(table):
        buckets.add(items)
    table.clear()


def _write_file(shuffle_id: int, map_index: int, buckets: Buckets, path: str) -> list[index.Segment]:
    temporary = path + ".tmp"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    file: BinaryIO = open(temporary, "xb", buffering=WRITE_BUFFER)
    try:
        segments = _write_segments(file, buckets, temporary)
        file.seek(0)
        frames.write(file, index.pack_head(shuffle_id, map_index, segments), temporary)
        frames.flush(file, temporary)
        file.close()
        os.replace(temporary, path)
    except BaseException:
        _discard(file, temporary)
        raise
    return segments


def _write_segments(file: BinaryIO, buckets: Buckets, path: str) -> list[index.Segment]:
    segments: list[index.Segment] = []
    offset = index.head_size(len(buckets.records))
    file.seek(offset)
    for pieces in buckets.drain():
        crc = length = 0
        for piece in pieces:
            crc = crc32(piece, crc)
            length += len(piece)
            frames.write(file, piece, path)
        segments.append(index.Segment(offset, length, buckets.records[len(segments)], crc))
        offset += length
    return segments


def _discard(file: BinaryIO, path: str) -> None:
    with suppress(OSError):  # closing writes what is buffered, which fails again when the disk is full
        file.close()
    with suppress(OSError):
        os.unlink(path)
