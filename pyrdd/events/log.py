"""The event log: a file with one JSON record per event, which replays into the application's state.

    app-1.inprogress   while the application runs: a header line, then a line per event, as it happens
    app-1              the same file, renamed when the application has ended

`EventLogWriter` is a listener of the bus; `replay` gives a log's events back to any other listener.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from types import TracebackType
from typing import IO

from pyrdd.events.codec import VERSION, from_json, to_json
from pyrdd.events.model import Event

IN_PROGRESS = ".inprogress"
_FORMAT = "pyrdd-events"

_log = logging.getLogger(__name__)


class EventLogWriter:
    """Appends each event it is called with to the log of ``app_id`` in ``directory`` (made when missing).

    Raises ``OSError`` when the file cannot be made. `close` renames the file to its final name; a log whose
    application was killed keeps its ``.inprogress`` name and replays just as well.
    """

    def __init__(self, directory: str, app_id: str) -> None:
        os.makedirs(directory, exist_ok=True)
        self.path = os.path.join(directory, re.sub(r"[^\w.-]", "_", app_id))
        self._file: IO[str] | None = open(
            self.path + IN_PROGRESS, "w", encoding="utf-8", buffering=1, newline="\n"
        )
        self._file.write(json.dumps({"log": _FORMAT, "version": VERSION}) + "\n")

    def __call__(self, event: Event) -> None:
        """Writes one line. Ignored once closed."""
        if self._file is not None:
            self._file.write(to_json(event) + "\n")

    def close(self) -> str:
        """Ends the log and returns its final path. May be called more than once."""
        if self._file is not None:
            self._file.close()
            self._file = None
            os.replace(self.path + IN_PROGRESS, self.path)
        return self.path

    def __enter__(self) -> EventLogWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def replay(path: str) -> Iterator[Event]:
    """The events of a log, in order, read lazily. ``path`` may name the finished log or the one in progress.

    A last line without its line break (the writer was killed, or is still writing) is not an event. Unknown
    kinds are skipped with a warning. Raises ``FileNotFoundError``, and ``ValueError`` for a file that is no
    event log or is damaged.
    """
    with open(_existing(path), "rb") as lines:
        _check_header(path, next(lines, b""))
        for number, line in enumerate(lines, start=2):
            if not line.endswith(b"\n"):
                _log.info("%s: line %d is cut off and left out", path, number)
                return
            event = _parse(path, number, line)
            if event is not None:
                yield event


def _existing(path: str) -> str:
    return path if os.path.exists(path) or not os.path.exists(path + IN_PROGRESS) else path + IN_PROGRESS


def _parse(path: str, number: int, line: bytes) -> Event | None:
    try:
        return from_json(line)
    except ValueError as error:
        raise ValueError(f"{path}, line {number}: {error}") from None


def _check_header(path: str, line: bytes) -> None:
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("log") != _FORMAT:
        raise ValueError(f"{path} is not an event log of pyrdd")
    if header.get("version", 0) > VERSION:
        _log.warning("%s was written by a newer pyrdd: what is unknown to this one is left out", path)
