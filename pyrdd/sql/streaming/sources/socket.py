"""Lines of text from a TCP server (``nc -lk 9999``): a source for lessons and trials. What the server has sent is nowhere but
in the driver's memory, so that a query cannot go on from a checkpoint.

    server --> reader thread --> lines that wait --rows()--> batch --commit()--> forgotten
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pyrdd.errors import AnalysisException
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.arrow import to_arrow_schema
from pyrdd.sql.plan import LocalRelation, LogicalPlan, attributes_of
from pyrdd.sql.sources import Options
from pyrdd.sql.streaming.sources.base import SourceContext
from pyrdd.sql.streaming.sources.rate import number
from pyrdd.sql.types import StringType, StructField, StructType, TimestampType

_log = logging.getLogger("pyrdd.sql.streaming")


@dataclass(frozen=True)
class SocketProvider:
    """The format ``socket``."""

    host: str
    port: int
    timestamps: bool

    @staticmethod
    def of(options: Options) -> SocketProvider:
        """From options: host, port, includeTimestamp. Raises AnalysisException if one of the first two is missing."""
        host = options.get("host")
        if host is None:
            raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1295", messageParameters={})
        if options.get("port") is None:
            raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1296", messageParameters={})
        timestamps = (options.get("includeTimestamp") or "false").lower()
        if timestamps not in ("true", "false"):
            raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1297", messageParameters={})
        return SocketProvider(host, number(options, "port", 0, 0), timestamps == "true")

    @property
    def schema(self) -> StructType:
        """The line, and when it came."""
        fields = [StructField("value", StringType()), StructField("timestamp", TimestampType())]
        return StructType(fields if self.timestamps else fields[:1])

    def open(self, context: SourceContext) -> SocketSource:
        """Connects. Raises OSError where nobody listens."""
        return SocketSource(self, context)


class SocketSource:
    """Offsets are the numbers of lines; -1 is before the first."""

    def __init__(self, provider: SocketProvider, context: SourceContext) -> None:
        self._provider = provider
        self._partitions = context.session._sc.defaultParallelism
        self._lock = threading.Lock()
        # (line, milliseconds) of those that are not committed, and how many are
        self._waiting: list[tuple[str, int]] = []
        self._done = 0
        self._target = "-1" if context.available_now else None
        self._socket = socket.create_connection((provider.host, provider.port))
        self._reader = threading.Thread(target=self._read, name=self.description, daemon=True)
        self._reader.start()

    @property
    def description(self) -> str:
        """How progress reports name the source."""
        return f"TextSocketV2[host: {self._provider.host}, port: {self._provider.port}]"

    def _read(self) -> None:
        """Takes lines until the server, or `stop`, ends the connection."""
        try:
            with self._socket.makefile("r", encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    with self._lock:
                        self._waiting.append((line.removesuffix("\n"), int(time.time() * 1000)))
        except OSError as error:
            _log.info("%s: %s", self.description, error)

    def latest(self, start: str | None) -> str:
        """The last line that has come."""
        with self._lock:
            return self._target or str(self._done + len(self._waiting) - 1)

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """Some of the lines that wait, in the order of Spark, which deals them out to its partitions."""
        with self._lock:
            taken = self._waiting[self._index(start or "-1") : self._index(end)]
        dealt = [line for partition in range(self._partitions) for line in taken[partition :: self._partitions]]
        kinds = [field.type for field in to_arrow_schema(self._provider.schema)]
        values: list[list[Any]] = [[line for line, _ in dealt], [millis * 1000 for _, millis in dealt]]
        columns = [pa.array(column).cast(kind) for column, kind in zip(values, kinds, strict=False)]
        table = pa.table(columns, names=[f"c{i}" for i in range(len(columns))])
        return LocalRelation(attributes_of(self._provider.schema), table)

    def commit(self, end: str) -> None:
        """Forgets the lines up to here."""
        with self._lock:
            index = self._index(end)
            del self._waiting[:index]
            self._done += index

    def _index(self, offset: str) -> int:
        """How many of the lines that wait there are up to an offset. Refuses one of another connection."""
        index = int(offset) + 1 - self._done
        if not 0 <= index <= len(self._waiting):
            raise not_implemented(
                f"Going on after line {offset} of a socket, which another run has read", "Use another checkpoint."
            )
        return index

    def stop(self) -> None:
        """Ends the connection and the thread."""
        # the server may have been faster
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()
