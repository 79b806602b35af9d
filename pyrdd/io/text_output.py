"""saveAsTextFile: one line per record, optionally compressed, through the commit protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pyrdd.io.codecs import Codec, CompressedStream, codec_for_class
from pyrdd.io.commit import OutputCommitter, part_name
from pyrdd.io.utf8 import well_formed

_BATCH = 512


@dataclass(frozen=True, slots=True)
class TextOutput:
    """How a job writes text: where to, and the Hadoop class name of a compression codec if any. Ships with
    the tasks."""

    committer: OutputCommitter
    codec_class: str | None = None
    task_kind: str = ""

    def check(self) -> None:
        """Refuses on the driver, before any task, what cannot be written: an unknown codec, an existing
        output."""
        self._codec()
        self.committer.check()

    def write(self, partition: int, attempt_id: object, records: Iterable[Any]) -> int:
        """Writes and commits one partition in a task; returns the number of bytes before compression."""
        codec = self._codec()
        with self.committer.task(partition, attempt_id) as task:
            name = part_name(partition, codec.suffix if codec else "", self.task_kind)
            stream = task.create(name)
            out = CompressedStream(stream, codec) if codec else stream
            written = sum(map(out.write, encoded_lines(records)))
            out.close()
        return written

    def _codec(self) -> Codec | None:
        return codec_for_class(self.codec_class) if self.codec_class else None


def encoded_lines(records: Iterable[Any]) -> Iterator[bytes]:
    """The records as UTF-8 lines, some hundreds at a time: strings as they are, bytes with malformed UTF-8
    replaced (as the JVM does), anything else by ``str()``."""
    source = iter(records)
    while batch := list(islice(source, _BATCH)):
        try:
            yield ("\n".join(batch) + "\n").encode("utf-8")
        except TypeError:  # not all are strings
            yield b"".join([_line(record) + b"\n" for record in batch])


def _line(record: Any) -> bytes:
    if isinstance(record, bytes):
        return well_formed(record)
    return (record if isinstance(record, str) else str(record)).encode("utf-8")
