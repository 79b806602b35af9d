"""The report of a micro-batch: what was read, how long its steps took."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pyrdd.sql.streaming.listener import StreamingQueryProgress
from pyrdd.sql.streaming.times import instant

if TYPE_CHECKING:
    from pyrdd.sql.streaming.execution import StreamExecution


class SourceRead(NamedTuple):
    """What a batch read of a source: from where to where, how many rows."""

    description: str
    start: str | None
    end: str | None
    rows: int


class BatchReport:
    """Collects the facts of a batch while it runs."""

    def __init__(self, batch_id: int) -> None:
        self.batch_id = batch_id
        self.watermark: int | None = None
        self.observed: Mapping[str, Mapping[str, Any]] = {}
        self.event_times: Mapping[int, tuple[int, int, int]] = {}
        self._began, self._at = time.monotonic(), int(time.time() * 1000)
        self._durations: dict[str, int] = {}

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Adds how long the block takes to a step's time."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._durations[step] = self._durations.get(step, 0) + _millis(began)

    def made(
        self,
        execution: StreamExecution,
        sources: Sequence[SourceRead],
        operators: Sequence[Mapping[str, Any]],
        written: int | None,
    ) -> StreamingQueryProgress:
        """The report."""
        total = self._durations["triggerExecution"] = _millis(self._began)
        rows = sum(source.rows for source in sources)
        before = execution.progress[-1]["timestamp"] if execution.progress else None
        seconds = None if before is None else max(1, self._at - _millis_of(before)) / 1000
        shown = [self._source(source, total, seconds) for source in sources]
        facts: dict[str, Any] = {
            "id": execution.id,
            "runId": execution.run_id,
            "name": execution.spec.name,
            "timestamp": instant(self._at),
            "batchId": self.batch_id,
            "batchDuration": total,
            "numInputRows": rows,
            "inputRowsPerSecond": sum(source["inputRowsPerSecond"] for source in shown),
            "processedRowsPerSecond": rows * 1000 / max(1, total),
            "durationMs": dict(sorted(self._durations.items())),
            **({} if self.watermark is None else {"eventTime": self._event_time()}),
            "stateOperators": list(operators),
            "sources": shown,
            "sink": {
                "description": execution.spec.sink.description,
                "numOutputRows": -1 if written is None else written,
            },
        }
        if self.observed:
            facts["observedMetrics"] = {name: dict(values) for name, values in self.observed.items()}
        return StreamingQueryProgress.fromJson(facts)

    def _source(self, source: SourceRead, total: int, seconds: float | None) -> dict[str, Any]:
        return {
            "description": source.description,
            "startOffset": None if source.start is None else json.loads(source.start),
            "endOffset": None if source.end is None else json.loads(source.end),
            "latestOffset": None,
            "numInputRows": source.rows,
            "inputRowsPerSecond": source.rows / seconds if seconds else 0.0,
            "processedRowsPerSecond": source.rows * 1000 / max(1, total),
        }

    def _event_time(self) -> dict[str, str]:
        found = list(self.event_times.values())
        shown: dict[str, str] = {}
        if found:
            shown["avg"] = instant(found[0][2])
            shown["max"] = instant(max(times[0] for times in found))
            shown["min"] = instant(min(times[1] for times in found))
        shown["watermark"] = instant(self.watermark or 0)
        return shown


def _millis(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _millis_of(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)
