"""Files put together, and large ones cut, into partitions of about the same size, as Spark's FilePartition does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyrdd.io.codecs import codec_for_path
from pyrdd.sql.sources.base import FileEntry, Options
from pyrdd.util.setting import parse_size

_CUT_SAFELY = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1"})
"""Encodings in which the bytes of a line end are nothing else."""


def splittable(format_name: str, file: FileEntry, options: Options) -> bool:
    """Whether several tasks may read one file, each a part."""
    if format_name in ("parquet", "orc"):
        return True
    if format_name not in ("csv", "json", "text"):
        return False
    if options.boolean("multiLine", False) or options.boolean("wholetext", False):
        return False
    encoding = options.first("encoding", "charset", default="utf-8")
    return encoding.lower() in _CUT_SAFELY and codec_for_path(file.path) is None


def partitions(
    files: Sequence[FileEntry], format_name: str, options: Options, parallelism: int
) -> list[list[FileEntry]]:
    """The files, or parts of them, of each partition: largest first, each partition filled before the next is begun."""
    open_cost = _bytes(options, "spark.sql.files.openCostInBytes", 4 << 20)
    most = _bytes(options, "spark.sql.files.maxPartitionBytes", 128 << 20)
    wanted = int(options.setting("spark.sql.files.minPartitionNum") or parallelism)
    total = sum(file.size + open_cost for file in files)
    limit = min(most, max(open_cost, total // max(1, wanted)))
    parts = [part for file in files for part in _cut(file, limit, splittable(format_name, file, options))]
    found: list[list[FileEntry]] = []
    filled = 0
    for part in sorted(parts, key=lambda part: -part.block[1]):
        length = part.block[1]
        if not found or filled + length > limit:
            found.append([])
            filled = 0
        found[-1].append(part)
        filled += length + open_cost
    return found


def _bytes(options: Options, key: str, default: int) -> int:
    text = options.setting(key)
    return parse_size(text) if text else default


def _cut(file: FileEntry, limit: int, cuttable: bool) -> Iterator[FileEntry]:
    if not cuttable or file.size <= limit:
        yield file
        return
    for start in range(0, file.size, limit):
        yield file.part(start, min(file.size, start + limit))
