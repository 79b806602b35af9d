"""The logs of a checkpoint directory: one file for each batch, ``v1`` and lines of JSON, written whole or not at all.

metadata          {"id": ...}                     the query's id, which survives restarts
offsets/N         where each source ends in batch N: written before the batch runs
commits/N         batch N is done
sources/K/N       what source K notes for itself
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.io.filesystem import filesystem_of, join

VERSION = "v1"


class BatchLog:
    """Texts by batch number in a directory."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self._fs = filesystem_of(directory)

    def add(self, batch_id: int, lines: Sequence[str]) -> None:
        """Writes an entry, unless it is there already."""
        self._fs.make_dirs(self.directory)
        write_whole(join(self.directory, str(batch_id)), "\n".join((VERSION, *lines)))

    def get(self, batch_id: int) -> list[str] | None:
        """The lines of an entry, None if it is not there."""
        path = join(self.directory, str(batch_id))
        if self._fs.status(path) is None:
            return None
        version, *lines = read_text(path).split("\n")
        if version != VERSION:
            raise SparkRuntimeException(
                errorClass="STREAMING_CHECKPOINT_MALFORMED", messageParameters={"path": path, "version": version}
            )
        return lines

    def numbers(self) -> list[int]:
        """The numbers of all entries, in order."""
        if self._fs.status(self.directory) is None:
            return []
        return sorted(int(entry.name) for entry in self._fs.list(self.directory) if entry.name.isdigit())

    def latest(self) -> int | None:
        """The number of the last entry."""
        found = self.numbers()
        return found[-1] if found else None

    def purge(self, oldest: int) -> None:
        """Deletes the entries before a number."""
        for number in self.numbers():
            if number < oldest:
                self._fs.delete(join(self.directory, str(number)))


def read_text(path: str) -> str:
    """A whole file."""
    with filesystem_of(path).open_read(path) as stream:
        return stream.read().decode("utf-8")


def write_whole(path: str, text: str) -> bool:
    """Writes a file by renaming it into place; False if there is one already."""
    fs = filesystem_of(path)
    directory, _, name = path.rpartition("/")
    written = join(directory, f".{name}.{uuid.uuid4().hex}.tmp")
    try:
        with fs.open_write(written) as stream:
            stream.write(text.encode("utf-8"))
        return fs.rename(written, path)
    finally:
        fs.delete(written)


def query_id(checkpoint: str) -> str:
    """The id of the query that a checkpoint directory belongs to; a new one if it is new."""
    path = join(checkpoint, "metadata")
    fs = filesystem_of(path)
    fs.make_dirs(checkpoint)
    if fs.status(path) is None:
        write_whole(path, json.dumps({"id": str(uuid.uuid4())}, separators=(",", ":")))
    found: Any = json.loads(read_text(path))
    return str(found["id"])
