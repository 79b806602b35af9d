"""DiskStore: blocks as files of one directory, which exists from the first block to `close`."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyrdd.storage.block_id import BlockId
from pyrdd.storage.frame_file import open_frame_file, write_frame_file


class DiskStore:
    """Writes and reads blocks. A file that is missing, cut short or altered counts as no block at all."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = str(directory)
        self._directory = Path(directory)
        self._attempts = itertools.count()

    def write(self, block_id: BlockId, frames: Iterable[bytes]) -> tuple[Path, int]:
        """Writes the frames as they come to a file that `publish` makes the block; returns it and its size.

        On an error nothing is left of them.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        temporary = self._directory / f".{block_id}.{next(self._attempts)}"
        return temporary, write_frame_file(temporary, frames)

    def publish(self, block_id: BlockId, written: Path) -> None:
        """Makes a file from `write` the block, in one step; replaces an earlier one."""
        os.replace(written, self._directory / str(block_id))

    def read(self, block_id: BlockId, check: bool = True) -> Iterator[bytes] | None:
        """The frames of a block, lazily; ``None`` when it is not there or, with ``check``, not whole."""
        try:
            return open_frame_file(self._directory / str(block_id), check)
        except OSError:
            return None

    def remove(self, block_id: BlockId) -> None:
        """Deletes a block if it is there."""
        with contextlib.suppress(OSError):
            (self._directory / str(block_id)).unlink()

    def close(self) -> None:
        """Deletes everything, the directory too."""
        import shutil  # brings every compression module with it

        shutil.rmtree(self._directory, ignore_errors=True)
