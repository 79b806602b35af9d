"""StreamingQuery, a query that runs in the background, and StreamingQueryManager, which knows those of a session."""

from __future__ import annotations

import logging
import threading
import uuid
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrdd.errors import IllegalArgumentException, StreamingQueryException
from pyrdd.sql.arguments import not_implemented, not_positive
from pyrdd.sql.streaming.execution import QuerySpec, StreamExecution
from pyrdd.sql.streaming.listener import StreamingQueryListener, StreamingQueryProgress

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

__all__ = ["StreamingQuery", "StreamingQueryManager"]

_log = logging.getLogger("pyrdd.sql.streaming")


class StreamingQuery:
    """A handle of a query that runs in the background, as `DataStreamWriter.start` returns it.

    >>> query = spark.readStream.format("rate").load().writeStream.format("noop").queryName("numbers").start()
    >>> query.isActive, query.name
    (True, 'numbers')
    >>> query.stop()
    >>> query.isActive
    False
    """

    def __init__(self, jsq: StreamExecution) -> None:
        self._execution = jsq

    @property
    def id(self) -> str:
        """The query's id, which survives restarts from its checkpoint."""
        return self._execution.id

    @property
    def runId(self) -> str:
        """The id of this run."""
        return self._execution.run_id

    @property
    def name(self) -> str | None:
        """The name that was given, or None."""
        return self._execution.spec.name

    @property
    def isActive(self) -> bool:
        """Whether the query still runs."""
        return self._execution.active

    def awaitTermination(self, timeout: float | None = None) -> bool | None:
        """Waits until the query ends; with a timeout in seconds, tells whether it has. Raises StreamingQueryException if
        the query has failed."""
        if timeout is not None and (not isinstance(timeout, (int, float)) or timeout <= 0):
            raise not_positive("timeout", timeout)
        ended = self._execution.await_end(timeout)
        self._raise()
        return None if timeout is None else ended

    @property
    def status(self) -> dict[str, Any]:
        """What the query does now: message, isDataAvailable, isTriggerActive."""
        return self._execution.status.shown()

    @property
    def recentProgress(self) -> list[StreamingQueryProgress]:
        """The reports of the last batches (``spark.sql.streaming.numRecentProgressUpdates``)."""
        return list(self._execution.progress)

    @property
    def lastProgress(self) -> StreamingQueryProgress | None:
        """The report of the last batch, None if there was none."""
        found = self._execution.progress
        return found[-1] if found else None

    def processAllAvailable(self) -> None:
        """Waits until all that the sources have now is processed. Raises StreamingQueryException if the query fails. A
        source that always has something new may keep it waiting for ever."""
        self._execution.await_idle()
        self._raise()

    def stop(self) -> None:
        """Ends the query: its jobs are cancelled, and nothing of it runs when this returns."""
        self._execution.stop()

    def explain(self, extended: bool = False) -> None:
        """Prints the plan of the last batch."""
        df = self._execution.last
        if df is None:
            print("No physical plan. Waiting for data.")
        else:
            df.explain(extended)

    def exception(self) -> StreamingQueryException | None:
        """What ended the query, None if it runs or was stopped."""
        return self._execution.error

    def _raise(self) -> None:
        error = self._execution.error
        if error is not None:
            raise error


class StreamingQueryManager:
    """The queries of a session: `SparkSession.streams`.

    >>> spark.streams.active
    []
    """

    def __init__(self, jsqm: SparkSession) -> None:
        self._session = jsqm
        self._changed = threading.Condition(threading.RLock())
        self._active: dict[str, StreamExecution] = {}
        self._terminated: list[StreamExecution] = []
        self._listeners: list[StreamingQueryListener] = []
        jsqm._sc._at_stop.callback(_stop_all, weakref.ref(self))

    @property
    def active(self) -> list[StreamingQuery]:
        """The queries that run."""
        with self._changed:
            return [StreamingQuery(execution) for execution in self._active.values()]

    def get(self, id: str) -> StreamingQuery | None:
        """The running query with an id, None if there is none. Raises IllegalArgumentException for what is no id."""
        try:
            uuid.UUID(id)
        except ValueError:
            raise IllegalArgumentException(f"Invalid UUID string: {id}") from None
        with self._changed:
            found = self._active.get(id)
        return None if found is None else StreamingQuery(found)

    def awaitAnyTermination(self, timeout: float | None = None) -> bool | None:
        """Waits until any query has ended since the session began or `resetTerminated`; with a timeout in seconds, tells
        whether one has. Raises StreamingQueryException if one has failed."""
        if timeout is not None and (not isinstance(timeout, (int, float)) or timeout < 0):
            raise not_positive("timeout", timeout)
        with self._changed:
            ended = self._changed.wait_for(lambda: bool(self._terminated), timeout)
            failed = next((e.error for e in self._terminated if e.error is not None), None)
        if failed is not None:
            raise failed
        return None if timeout is None else ended

    def resetTerminated(self) -> None:
        """Forgets the queries that have ended."""
        with self._changed:
            self._terminated = []

    def addListener(self, listener: StreamingQueryListener) -> None:
        """Tells a listener of everything that happens from now on."""
        listener._set_spark_session(self._session)
        with self._changed:
            self._listeners.append(listener)

    def removeListener(self, listener: StreamingQueryListener) -> None:
        """Tells a listener no more."""
        with self._changed:
            self._listeners = [known for known in self._listeners if known is not listener]

    # --- what queries ask -----------------------------------------------------------------------------------------

    def _start(self, spec: QuerySpec) -> StreamingQuery:
        """Starts a query. One of the same checkpoint that still runs is stopped first."""
        self._session._sc._require_running()
        with self._changed:
            names = [e.spec.name for e in self._active.values()]
            if spec.name is not None and spec.name in names:
                raise IllegalArgumentException(
                    f"Cannot start query with name {spec.name} as a query with that name is already active "
                    "in this SparkSession"
                )
        execution = StreamExecution(spec, self)
        before = self.get(execution.id)
        if before is not None:
            before.stop()
        with self._changed:
            self._active[execution.id] = execution
        execution.start()
        return StreamingQuery(execution)

    def _ended(self, execution: StreamExecution) -> None:
        with self._changed:
            if self._active.get(execution.id) is execution:
                del self._active[execution.id]
            self._terminated.append(execution)
            self._changed.notify_all()

    def _post(self, method: str, event: Any) -> None:
        with self._changed:
            listeners = list(self._listeners)
        for listener in listeners:
            self._quietly(partial(getattr(listener, method), event))

    def _quietly(self, action: Callable[[], Any]) -> None:
        """What a listener or the end of a source raises must not end the query."""
        try:
            action()
        except Exception:
            _log.warning("A streaming query's listener or source has failed", exc_info=True)

    def _stop_all(self) -> None:
        for query in self.active:
            query.stop()


class StreamingCheckpointManager:
    """Operations on the checkpoints of queries that do not run."""

    def __init__(self, jmanager: Any = None) -> None:
        self._manager = jmanager

    def repartition(
        self, checkpoint_location: str, num_partitions: int, enforce_exactly_once_sink: bool = True
    ) -> None:
        """Refused: the state keeps the number of partitions that it began with."""
        raise not_implemented("StreamingCheckpointManager.repartition", "Begin anew with another checkpoint.")


def _stop_all(manager: weakref.ref[StreamingQueryManager]) -> None:
    found = manager()
    if found is not None:
        found._stop_all()
