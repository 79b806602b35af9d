"""FileSplit: a byte range of one file, cut by the rules of Hadoop's `FileInputFormat.getSplits`.

The range says which part of the file a task answers for, not where records begin: each format has a rule that
assigns every record to exactly one range (text: the line after the range's start; SequenceFile: the next
sync).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pyrdd.io.filesystem import FileStatus
from pyrdd.util.frozen import frozen

BLOCK_SIZE = 32 << 20
"""The block size of local files (``fs.local.block.size``): no split is larger."""

_SLOP = 1.1


@frozen
class SplitSizes:
    """Bounds of split sizes in bytes (``mapreduce.input.fileinputformat.split.minsize`` and ``.maxsize``)."""

    min_size: int = 1
    max_size: int = BLOCK_SIZE


@frozen
class FileSplit:
    """Bytes ``start`` to ``start + length`` of ``path``, a file of ``size`` bytes (all of it when
    compressed)."""

    path: str
    start: int
    length: int
    size: int

    @property
    def end(self) -> int:
        """The first byte after the range."""
        return self.start + self.length


_DEFAULT_SIZES = SplitSizes()

def cut_files(
    files: Iterable[FileStatus],
    *,
    num_splits: int | None,
    splittable: Callable[[str], bool],
    sizes: SplitSizes = _DEFAULT_SIZES,
    unit: int = 1,
) -> list[FileSplit]:
    """The splits of ``files``, in order; empty files have none (``spark.hadoopRDD.ignoreEmptySplits``).

    With ``num_splits`` the target size is the total divided by it (the ``mapred`` rule), without it a block
    (the ``mapreduce`` rule); in both at least ``min_size`` and at most a block. Sizes are multiples of
    ``unit``.
    """
    files = [file for file in files if file.size]
    goal = sum(file.size for file in files) // max(num_splits, 1) if num_splits is not None else BLOCK_SIZE
    size = max(sizes.min_size, min(goal, sizes.max_size, BLOCK_SIZE))
    size = max(unit, size - size % unit)
    return [
        split for file in files for split in (_cut(file, size) if splittable(file.path) else [_whole(file)])
    ]


def _whole(file: FileStatus) -> FileSplit:
    return FileSplit(file.path, 0, file.size, file.size)


def _cut(file: FileStatus, size: int) -> Iterator[FileSplit]:
    start = 0
    while (file.size - start) / size > _SLOP:
        yield FileSplit(file.path, start, size, file.size)
        start += size
    if start < file.size:
        yield FileSplit(file.path, start, file.size - start, file.size)
