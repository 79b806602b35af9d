"""SpillFile: one nameless temporary file that takes what does not fit in memory, run after run.

A *run* is a stretch of frames written together and read together. The file has no name where the system
allows it (else it is deleted on closing), so nothing is left behind even when the process is killed.

    table --append--> | run | run | run | --read--> records
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from types import TracebackType
from typing import Any, BinaryIO, cast

from pyrdd.metrics import TaskMetrics
from pyrdd.shuffle import frames
from pyrdd.shuffle.pressure import Memory, PressureMonitor
from pyrdd.util.frozen import frozen

BUFFER_BYTES = 1 << 16
COPY_BYTES = 1 << 20


@frozen
class Run:
    """Where a run lies in its file."""

    offset: int
    length: int


@frozen
class Scratch:
    """What a collection needs to go to disk: whom to ask about memory, where to write, where to count it."""

    memory: Memory
    directory: str
    metrics: TaskMetrics

    def monitor(self) -> PressureMonitor:
        """A new monitor of this memory."""
        return PressureMonitor(self.memory)

    def spilled(self, nbytes: int) -> None:
        """Counts a spill of ``nbytes`` bytes, and tells the memory manager."""
        self.metrics.memory_spilled += nbytes
        self.metrics.disk_spilled += nbytes
        self.memory.spilled(nbytes)


class SpillFile:
    """Runs of records in a temporary file of ``scratch.directory``, for one thread; a context manager.

    Creating and writing raise ``OSError`` with the directory's path when the disk is full or not writable.
    """

    def __init__(self, scratch: Scratch) -> None:
        self._directory = scratch.directory
        self._file = _nameless(scratch.directory)
        self._end = 0

    def append(self, records: Iterable[Any]) -> Run:
        """Writes ``records``, which must not come from this very file, as the next run."""
        return self.append_raw(frames.framed(records))

    def append_raw(self, pieces: Iterable[bytes]) -> Run:
        """Writes bytes that `frames` made as the next run."""
        start = self._end
        self._file.seek(start)
        for piece in pieces:
            frames.write(self._file, piece, self._directory)
            self._end += len(piece)
        return Run(start, self._end - start)

    def read(self, *runs: Run) -> Iterator[Any]:
        """The records of ``runs`` in order, lazily, holding one frame in memory."""
        read_at = frames.reader_of(self._file)
        stretches = (frames.frames_in(read_at, run.offset, run.length) for run in runs)
        return frames.records_of(chain.from_iterable(stretches))

    def read_raw(self, run: Run) -> Iterator[bytes]:
        """The bytes of a run, in pieces."""
        read_at = frames.reader_of(self._file)
        for offset in range(run.offset, run.offset + run.length, COPY_BYTES):
            yield frames.exactly(read_at, offset, min(COPY_BYTES, run.offset + run.length - offset))

    def flush(self) -> None:
        """Hands what is still buffered to the system, so that a full disk shows now."""
        frames.flush(self._file, self._directory)

    def close(self) -> None:
        """Gives the disk space back. Idempotent."""
        with suppress(OSError):  # closing writes what is buffered, which nobody wants any more
            self._file.close()

    def __enter__(self) -> SpillFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _nameless(directory: str) -> BinaryIO:
    import tempfile  # slow to import, and most tasks never spill

    os.makedirs(directory, exist_ok=True)
    return cast(BinaryIO, tempfile.TemporaryFile(dir=directory, buffering=BUFFER_BYTES, prefix="spill-"))
