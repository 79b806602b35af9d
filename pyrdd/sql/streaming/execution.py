"""The loop of a streaming query: offsets, plan, run, commit; in a thread of its own.

    for each batch N:   ask the sources where they end            -> offsets/N    (write-ahead)
                        make an ordinary plan of the batch, run it into the sink
                        note the new watermark                    -> commits/N

A query that starts again from its checkpoint runs the last batch of ``offsets/`` again if it is not in ``commits/``: with
the same offsets, the same watermark and the state that it found the first time.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pyrdd.errors import PySparkException, SparkRuntimeException, StreamingQueryException
from pyrdd.io.filesystem import filesystem_of, join
from pyrdd.sql.dataframe import DataFrame
from pyrdd.sql.plan import LogicalPlan
from pyrdd.sql.plan.streaming import StreamingRelation
from pyrdd.sql.streaming import aggregation, deduplication, limits, stateful_batches, stream_joins  # noqa: F401
from pyrdd.sql.streaming.incremental import STATEFUL, Batch, is_stateful, plan_batch, read_inputs
from pyrdd.sql.streaming.listener import (
    QueryIdleEvent,
    QueryProgressEvent,
    QueryStartedEvent,
    QueryTerminatedEvent,
    StreamingQueryProgress,
)
from pyrdd.sql.streaming.log import BatchLog, query_id
from pyrdd.sql.streaming.progress import BatchReport, SourceRead
from pyrdd.sql.streaming.sinks import BATCH_ID, Sink
from pyrdd.sql.streaming.sources.base import SourceContext, StreamSource
from pyrdd.sql.streaming.times import instant
from pyrdd.sql.streaming.watermark import Watermark

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.streaming.query import StreamingQueryManager

POLL_SECONDS = 0.05
GRACE_SECONDS = 0.5
IDLE_EVENT_SECONDS = 10.0
PARTITIONS = "spark.sql.shuffle.partitions"


class Trigger(NamedTuple):
    """When batches run: ``processing`` each so many milliseconds (0: as soon as the one before is done), ``once``,
    ``available`` (until everything that was there at the start is read)."""

    kind: str = "processing"
    interval: int = 0


@dataclass(frozen=True)
class QuerySpec:
    """What `DataStreamWriter.start` hands over. ``temporary``: the checkpoint directory goes with the query."""

    session: SparkSession
    plan: LogicalPlan
    sink: Sink
    output_mode: str
    trigger: Trigger
    name: str | None
    checkpoint: str
    temporary: bool = False


@dataclass
class Status:
    """What `StreamingQuery.status` tells."""

    message: str = "Initializing sources"
    data_available: bool = False
    trigger_active: bool = False

    def shown(self) -> dict[str, Any]:
        """As PySpark shows it."""
        return {
            "message": self.message,
            "isDataAvailable": self.data_available,
            "isTriggerActive": self.trigger_active,
        }


@dataclass
class _Position:
    """How far the query is."""

    batch_id: int = 0
    committed: list[str | None] = field(default_factory=list)
    # of a batch that is logged but not committed
    logged: list[str | None] | None = None
    timestamp: int = 0


class _Stopped(Exception):
    """The query was asked to stop."""


class StreamExecution:
    """One run of a query. `query.StreamingQuery` is its public face."""

    def __init__(self, spec: QuerySpec, manager: StreamingQueryManager) -> None:
        self.spec, self._manager = spec, manager
        self.id = query_id(spec.checkpoint)
        self.run_id = str(uuid.uuid4())
        self.status = Status()
        self.progress: list[StreamingQueryProgress] = []
        self.error: StreamingQueryException | None = None
        self.last: DataFrame | None = None
        self.active = True
        self._changed = threading.Condition()
        self._asked = self._idle_for = 0
        self._stopping = False
        self._offsets = BatchLog(join(spec.checkpoint, "offsets"))
        self._commits = BatchLog(join(spec.checkpoint, "commits"))
        self._sources: dict[int, StreamSource] = {}
        self._watermark = Watermark(spec.session)
        self._partitions = int(spec.session.conf.get(PARTITIONS, None) or spec.session._sc.defaultParallelism)
        self._last_event = time.monotonic()
        self._ran = False
        name = f"stream execution thread for {spec.name or ''} [id = {self.id}, runId = {self.run_id}]"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    # --- what other threads ask -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Tells the listeners, then lets the thread go."""
        now = instant(int(time.time() * 1000))
        started = QueryStartedEvent(uuid.UUID(self.id), uuid.UUID(self.run_id), self.spec.name, now, set())
        self._manager._post("onQueryStarted", started)
        self._thread.start()

    def stop(self) -> None:
        """Ends the query: its running jobs are cancelled, and its thread has ended when this returns."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if threading.current_thread() is self._thread or self._thread.ident is None:
            return
        # a short batch ends by itself, which leaves no task behind that is about to be killed
        self._thread.join(GRACE_SECONDS)
        while self._thread.is_alive():
            if not self.spec.session._sc._stopped:
                self.spec.session._sc.cancelJobGroup(self.run_id)
            self._thread.join(0.2)

    def await_end(self, timeout: float | None = None) -> bool:
        """Waits until the query has ended; whether it has."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("A query cannot wait for its own end.")
        with self._changed:
            return self._changed.wait_for(lambda: not self.active, timeout)

    def await_idle(self) -> None:
        """Waits until all that the sources have now is processed, or the query has ended."""
        with self._changed:
            self._asked += 1
            ticket = self._asked
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._idle_for >= ticket or not self.active)

    # --- the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._run_batches()
        except _Stopped:
            pass
        except BaseException as error:
            if not self._stopping:
                self.error = self._failure(error)
        finally:
            self._end()

    def _failure(self, error: BaseException) -> StreamingQueryException:
        shown = f"{type(error).__name__}: {error}"
        made = StreamingQueryException(
            errorClass="STREAM_FAILED",
            messageParameters={"id": self.id, "runId": self.run_id, "message": shown},
        )
        made.__cause__ = error
        return made

    def _end(self) -> None:
        for source in self._sources.values():
            self._manager._quietly(source.stop)
        if self.spec.temporary:
            self._manager._quietly(lambda: filesystem_of(self.spec.checkpoint).delete(self.spec.checkpoint))
        cause = None if self.error is None else self.error.__cause__
        self.status = Status("Stopped" if cause is None else f"Terminated with exception: {cause}")
        shown = None if cause is None else f"{type(cause).__name__}: {cause}"
        condition = cause.getCondition() if isinstance(cause, PySparkException) else None
        ended = QueryTerminatedEvent(uuid.UUID(self.id), uuid.UUID(self.run_id), shown, condition)
        self._manager._post("onQueryTerminated", ended)
        with self._changed:
            self.active = False
            self._changed.notify_all()
        self._manager._ended(self)

    def _run_batches(self) -> None:
        sc = self.spec.session._sc
        sc.setJobGroup(self.run_id, self.spec.name or f"streaming query {self.id}", True)
        sc.setLocalProperty("sql.streaming.queryId", self.id)
        self._open_sources()
        position = self._resumed()
        while True:
            self._check()
            began, asked = time.monotonic(), self._asked
            self.status = Status("Getting offsets", trigger_active=True)
            done = self._trigger(position)
            if self.spec.trigger.kind == "once" or (self.spec.trigger.kind == "available" and not done):
                return
            self._rest(began, done, asked)

    def _check(self) -> None:
        if self._stopping or self.spec.session._sc._stopped:
            raise _Stopped

    def _rest(self, began: float, done: bool, asked: int) -> None:
        """Waits for the next trigger, or for someone who asks."""
        now = time.monotonic()
        interval = self.spec.trigger.interval / 1000
        self.status = Status("Waiting for next trigger" if interval else "Waiting for data to arrive", done)
        if not done:
            self._tell_idle(now)
        with self._changed:
            if not done:
                self._idle_for = max(self._idle_for, asked)
                self._changed.notify_all()
            until = began + interval if interval else now + (0 if done else POLL_SECONDS)
            while (left := until - time.monotonic()) > 0 and not self._stopping:
                self._changed.wait(min(left, POLL_SECONDS))
                if self.spec.session._sc._stopped or (not interval and self._asked > self._idle_for):
                    return

    def _tell_idle(self, now: float) -> None:
        if now - self._last_event >= IDLE_EVENT_SECONDS:
            self._last_event = now
            at = instant(int(time.time() * 1000))
            self._manager._post("onQueryIdle", QueryIdleEvent(uuid.UUID(self.id), uuid.UUID(self.run_id), at))

    # --- where the query is ---------------------------------------------------------------------------------------

    def _open_sources(self) -> None:
        kind = self.spec.trigger.kind
        for node in self.spec.plan.walk():
            if isinstance(node, StreamingRelation) and id(node.source) not in self._sources:
                directory = join(self.spec.checkpoint, "sources", str(len(self._sources)))
                context = SourceContext(self.spec.session, directory, kind == "available", kind == "once")
                self._sources[id(node.source)] = node.source.open(context)

    def _resumed(self) -> _Position:
        last = self._offsets.latest()
        if last is None:
            return _Position(committed=[None] * len(self._sources))
        offsets, facts = self._logged(last)
        before = self._logged(last - 1) if last else ([None] * len(offsets), {})
        self._watermark.late = int(before[1].get("batchWatermarkMs", 0))
        self._watermark.current = int(facts.get("batchWatermarkMs", 0))
        self._partitions = int(facts.get("conf", {}).get(PARTITIONS, self._partitions))
        commit = self._commits.get(last)
        if commit is None:
            return _Position(last, before[0], offsets, int(facts.get("batchTimestampMs", 0)))
        for source, end in zip(self._sources.values(), offsets, strict=True):
            if end is not None:
                source.commit(end)
        self._watermark.late = self._watermark.current
        self._watermark.current = int(json.loads(commit[0]).get("nextBatchWatermarkMs", 0))
        return _Position(last + 1, offsets)

    def _logged(self, batch_id: int) -> tuple[list[str | None], Mapping[str, Any]]:
        lines = self._offsets.get(batch_id)
        if lines is None or len(lines) != len(self._sources) + 1:
            shown = {"checkpoint": self.spec.checkpoint, "batchId": str(batch_id), "number": str(len(self._sources))}
            raise SparkRuntimeException(errorClass="STREAMING_CHECKPOINT_MISMATCH", messageParameters=shown)
        return [None if line == "-" else line for line in lines[1:]], json.loads(lines[0])

    # --- one batch ------------------------------------------------------------------------------------------------

    def _trigger(self, position: _Position) -> bool:
        """Runs a batch if there is something to do; whether there was."""
        report = BatchReport(position.batch_id)
        with report.timed("latestOffset"):
            ends = position.logged or [
                self._latest(source, start)
                for source, start in zip(self._sources.values(), position.committed, strict=True)
            ]
        self._check()
        again = position.logged is not None
        if not again and ends == position.committed and not self._wants_batch(position):
            return False
        self.status = Status("Processing new data", True, True)
        if not again:
            position.timestamp = int(time.time() * 1000)
            with report.timed("walCommit"):
                self._log_offsets(position, ends)
        self._run_batch(position, ends, report)
        position.batch_id, position.committed, position.logged = position.batch_id + 1, ends, None
        return True

    def _latest(self, source: StreamSource, start: str | None) -> str | None:
        found = source.latest(start)
        return start if found is None else found

    def _wants_batch(self, position: _Position) -> bool:
        """Whether a stateful operator has something to do though nothing is new."""
        if not self._ran or self.spec.trigger.kind == "once":
            return False
        if self.spec.session.conf.get("spark.sql.streaming.noDataMicroBatches.enabled", "true") != "true":
            return False
        position.timestamp = int(time.time() * 1000)
        batch = self._batch(position)
        nodes = (node for node in self.spec.plan.walk() if is_stateful(node))
        return any(STATEFUL[type(node)].wants_batch(node, batch) for node in nodes)

    def _log_offsets(self, position: _Position, ends: Sequence[str | None]) -> None:
        facts = {
            "batchWatermarkMs": self._watermark.current,
            "batchTimestampMs": position.timestamp,
            "conf": {PARTITIONS: str(self._partitions)},
        }
        self._offsets.add(
            position.batch_id,
            [json.dumps(facts, separators=(",", ":")), *("-" if end is None else end for end in ends)],
        )

    def _batch(self, position: _Position) -> Batch:
        return Batch(
            self.spec.session,
            position.batch_id,
            self.spec.output_mode,
            join(self.spec.checkpoint, "state"),
            self._partitions,
            position.timestamp,
            self._watermark.late,
            self._watermark.current,
        )

    def _run_batch(self, position: _Position, ends: Sequence[str | None], report: BatchReport) -> None:
        session, batch = self.spec.session, self._batch(position)
        session._sc.setLocalProperty(BATCH_ID, str(position.batch_id))
        with report.timed("getBatch"), self._cancellable():
            spans = list(zip(self._sources.items(), position.committed, ends, strict=True))
            counts = read_inputs(self.spec.plan, batch, {key: (source, a, b) for (key, source), a, b in spans})
        self._check()
        with report.timed("queryPlanning"), self._cancellable():
            plan = plan_batch(self.spec.plan, batch)
            df = self.last = DataFrame._of(session, plan)
        self._check()
        with report.timed("addBatch"), self._cancellable():
            written = self.spec.sink.add_batch(position.batch_id, df)
        report.watermark = self._watermark.current if self._watermark.used_by(self.spec.plan) else None
        report.event_times, report.observed = batch.event_times, batch.observed
        self._watermark.advance(self.spec.plan, batch)
        with report.timed("commitOffsets"):
            commit = json.dumps({"nextBatchWatermarkMs": self._watermark.current}, separators=(",", ":"))
            self._commits.add(position.batch_id, [commit])
            for (_, source), _, end in spans:
                if end is not None:
                    source.commit(end)
            self._purge(position.batch_id)
        self._ran = True
        read = [SourceRead(source.description, a, b, counts.get(key, 0)) for (key, source), a, b in spans]
        # the last operator comes first, as in Spark's plans
        self._note(report.made(self, read, batch.state_progress[::-1], written))

    @contextmanager
    def _cancellable(self) -> Iterator[None]:
        """Work that `stop` cancels: what it then raises is no failure."""
        try:
            yield
        except BaseException:
            self._check()
            raise

    def _purge(self, batch_id: int) -> None:
        kept = int(self.spec.session.conf.get("spark.sql.streaming.minBatchesToRetain", "100") or 100)
        if batch_id >= kept:
            self._offsets.purge(batch_id - kept + 1)
            self._commits.purge(batch_id - kept + 1)

    def _note(self, progress: StreamingQueryProgress) -> None:
        kept = int(self.spec.session.conf.get("spark.sql.streaming.numRecentProgressUpdates", "100") or 100)
        self.progress = [*self.progress, progress][-kept:]
        self._last_event = time.monotonic()
        self._manager._post("onQueryProgress", QueryProgressEvent(progress))
