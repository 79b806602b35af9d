"""Files as a stream: each file that appears is read once. Which batch a file belongs to is noted in the source's log, so
that a batch that runs again reads the same files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pyrdd.io.filesystem import qualify, to_uri
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.plan import FileScan, LogicalPlan, attributes_of
from pyrdd.sql.sources import FileEntry, Listing, Options, list_files
from pyrdd.sql.streaming.log import BatchLog
from pyrdd.sql.streaming.sources.base import HoldsNothing, SourceContext
from pyrdd.sql.streaming.sources.rate import number
from pyrdd.sql.types import StructType

_REFUSED = ("cleanSource", "maxBytesPerTrigger", "maxFileAge", "fileNameOnly")


@dataclass(frozen=True)
class FileProvider:
    """Files of a format under a path. ``schema`` has the partition columns last."""

    path: str
    format: str
    schema: StructType
    options: Options

    def __post_init__(self) -> None:
        for name in _REFUSED:
            if name in self.options and self.options[name].lower() not in ("off", "false"):
                raise not_implemented(f"The option {name} of streams of files", "Leave it out.")
        number(self.options, "maxFilesPerTrigger", 1)

    def open(self, context: SourceContext) -> FileSource:
        """A source that knows the files that the query has read before."""
        return FileSource(self, context)


class FileSource(HoldsNothing):
    """Offsets are numbers of entries of the source's log: ``{"logOffset":N}``."""

    def __init__(self, provider: FileProvider, context: SourceContext) -> None:
        self._provider, self._session = provider, context.session
        self._log = BatchLog(context.directory)
        self._entries = {n: _parsed(self._log.get(n) or ()) for n in self._log.numbers()}
        self._seen = {entry["path"] for entries in self._entries.values() for entry in entries}
        limited = "maxFilesPerTrigger" in provider.options and not context.unlimited
        self._limit = number(provider.options, "maxFilesPerTrigger", 1) if limited else None
        self._latest_first = provider.options.boolean("latestFirst", False)
        # what a query that ends at what there is now will read
        self._allowed = {f.path for f in self._listing().files} if context.available_now else None

    @property
    def description(self) -> str:
        """How progress reports name the source."""
        return f"FileStreamSource[{to_uri(qualify(self._provider.path))}]"

    def _listing(self) -> Listing:
        return list_files([self._provider.path], self._provider.options, self._provider.schema, must_exist=False)

    def latest(self, start: str | None) -> str | None:
        """Notes the new files as an entry of the log; its number."""
        last = max(self._entries, default=-1)
        if last > _offset(start):
            # noted by a run that ended before it logged the batch
            return _text(last)
        new = self._new()
        if new:
            entries = [{"path": to_uri(f.path), "timestamp": int(f.modified * 1000), "batchId": last + 1} for f in new]
            self._log.add(last + 1, [json.dumps(entry, separators=(",", ":")) for entry in entries])
            self._entries[last + 1] = entries
            self._seen.update(entry["path"] for entry in entries)
            last += 1
        return _text(last) if last >= 0 else None

    def _new(self) -> list[FileEntry]:
        found = [f for f in self._listing().files if to_uri(f.path) not in self._seen]
        if self._allowed is not None:
            found = [f for f in found if f.path in self._allowed]
        found.sort(key=lambda f: (f.modified, f.path), reverse=self._latest_first)
        return found if self._limit is None else found[: self._limit]

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """The rows of the files that were noted between two entries."""
        wanted = range(_offset(start) + 1, _offset(end) + 1)
        paths = {entry["path"] for n in wanted for entry in self._entries.get(n, ())}
        listing = self._listing()
        files = tuple(f for f in listing.files if to_uri(f.path) in paths)
        partitions = {f.name.lower() for f in listing.partition_schema.fields}
        provider = self._provider
        data = StructType([f for f in provider.schema.fields if f.name.lower() not in partitions])
        columns = attributes_of(StructType([*data.toNullable().fields, *listing.partition_schema.fields]))
        return FileScan(columns, provider.format, data, replace(listing, files=files), provider.options)


def _offset(text: str | None) -> int:
    return -1 if text is None else int(json.loads(text)["logOffset"])


def _text(number: int) -> str:
    return f'{{"logOffset":{number}}}'


def _parsed(lines: Iterable[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines if line]
