"""What a streaming query tells of itself: events for listeners, and the progress of each micro-batch."""

from __future__ import annotations

import json
import uuid
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from pyrdd.sql.types import Row

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

__all__ = ["StreamingQueryListener"]


class StreamingQueryListener(ABC):
    """Is told of the queries of a session: subclass it and give it to `spark.streams.addListener`. The methods are called
    one after the other by the query's thread, `onQueryStarted` by the thread that starts the query."""

    @property
    def spark(self) -> SparkSession | None:
        """The session whose queries these are."""
        return getattr(self, "_sparkSession", None)

    @spark.setter
    def spark(self, session: SparkSession) -> None:
        self._sparkSession = session

    def _set_spark_session(self, session: SparkSession) -> None:
        if self.spark is None:
            self.spark = session

    def _init_listener_id(self) -> None:
        self._id = str(uuid.uuid4())

    @abstractmethod
    def onQueryStarted(self, event: QueryStartedEvent) -> None:
        """A query starts; it waits for this method."""

    @abstractmethod
    def onQueryProgress(self, event: QueryProgressEvent) -> None:
        """A micro-batch is done."""

    def onQueryIdle(self, event: QueryIdleEvent) -> None:  # noqa: B027
        """A query has found nothing new for a while."""

    @abstractmethod
    def onQueryTerminated(self, event: QueryTerminatedEvent) -> None:
        """A query has ended, stopped or failed."""


class _OfQuery:
    """The ids of the query that an event is of."""

    def __init__(self, id: uuid.UUID, runId: uuid.UUID) -> None:
        self._id, self._runId = id, runId

    @property
    def id(self) -> uuid.UUID:
        """The query's id, which survives restarts from its checkpoint."""
        return self._id

    @property
    def runId(self) -> uuid.UUID:
        """The id of this run."""
        return self._runId


class QueryStartedEvent(_OfQuery):
    """A query starts."""

    def __init__(
        self, id: uuid.UUID, runId: uuid.UUID, name: str | None, timestamp: str, jobTags: set[str] | None = None
    ) -> None:
        super().__init__(id, runId)
        self._name, self._timestamp, self._jobTags = name, timestamp, jobTags or set()

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> QueryStartedEvent:
        """The event of its JSON."""
        tags = set(j.get("jobTags", ()))
        return cls(uuid.UUID(j["id"]), uuid.UUID(j["runId"]), j["name"], j["timestamp"], tags)

    @property
    def name(self) -> str | None:
        """The query's name, if it has one."""
        return self._name

    @property
    def timestamp(self) -> str:
        """When."""
        return self._timestamp

    @property
    def jobTags(self) -> set[str]:
        """The tags of the query's jobs."""
        return self._jobTags


class QueryProgressEvent:
    """A micro-batch is done."""

    def __init__(self, progress: StreamingQueryProgress) -> None:
        self._progress = progress

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> QueryProgressEvent:
        """The event of its JSON."""
        return cls(StreamingQueryProgress.fromJson(j["progress"]))

    @property
    def progress(self) -> StreamingQueryProgress:
        """What was done."""
        return self._progress


class QueryIdleEvent(_OfQuery):
    """A query has found nothing new for a while."""

    def __init__(self, id: uuid.UUID, runId: uuid.UUID, timestamp: str) -> None:
        super().__init__(id, runId)
        self._timestamp = timestamp

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> QueryIdleEvent:
        """The event of its JSON."""
        return cls(uuid.UUID(j["id"]), uuid.UUID(j["runId"]), j["timestamp"])

    @property
    def timestamp(self) -> str:
        """When."""
        return self._timestamp


class QueryTerminatedEvent(_OfQuery):
    """A query has ended."""

    def __init__(
        self, id: uuid.UUID, runId: uuid.UUID, exception: str | None, errorClassOnException: str | None
    ) -> None:
        super().__init__(id, runId)
        self._exception, self._errorClassOnException = exception, errorClassOnException

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> QueryTerminatedEvent:
        """The event of its JSON."""
        return cls(uuid.UUID(j["id"]), uuid.UUID(j["runId"]), j["exception"], j["errorClassOnException"])

    @property
    def exception(self) -> str | None:
        """The message of what ended the query, None if it was stopped."""
        return self._exception

    @property
    def errorClassOnException(self) -> str | None:
        """The condition of what ended the query, if it has one."""
        return self._errorClassOnException


class _Progress(dict[str, Any]):
    """Facts by name, which are attributes too. ``_defaults`` are those that JSON may leave out."""

    _defaults: dict[str, Any] = {}

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> Any:
        """The report of its JSON."""
        made = cls({**cls._defaults, **j})
        made.__dict__["_json"] = j
        return made

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return dict.__getitem__(self, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    @property
    def json(self) -> str:
        """The report as JSON."""
        return json.dumps(self.__dict__["_json"], default=str)

    @property
    def prettyJson(self) -> str:
        """The report as JSON for readers."""
        return json.dumps(self.__dict__["_json"], indent=4, default=str)

    def __repr__(self) -> str:
        return self.prettyJson

    __str__ = __repr__


class StateOperatorProgress(_Progress):
    """What a stateful operator keeps, and what it did in a batch."""

    _defaults = {"customMetrics": {}}


class SourceProgress(_Progress):
    """From where to where a source was read in a batch, and how many rows. Offsets are texts of JSON."""

    _defaults = {"metrics": {}}

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> SourceProgress:
        """The report of its JSON."""
        made: SourceProgress = super().fromJson(j)
        for name in ("startOffset", "endOffset", "latestOffset"):
            if not isinstance(made[name], str):
                made[name] = json.dumps(made[name])
        return made


class SinkProgress(_Progress):
    """Where a batch's rows went. ``numOutputRows`` is -1 if the sink does not tell."""

    _defaults = {"metrics": {}, "numOutputRows": -1}


class StreamingQueryProgress(_Progress):
    """What a micro-batch did."""

    _defaults = {
        "durationMs": {},
        "eventTime": {},
        "observedMetrics": {},
        "numInputRows": None,
        "inputRowsPerSecond": None,
        "processedRowsPerSecond": None,
    }

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> StreamingQueryProgress:
        """The report of its JSON."""
        made: StreamingQueryProgress = super().fromJson(j)
        made["id"], made["runId"] = uuid.UUID(j["id"]), uuid.UUID(j["runId"])
        made["stateOperators"] = [StateOperatorProgress.fromJson(s) for s in j["stateOperators"]]
        made["sources"] = [SourceProgress.fromJson(s) for s in j["sources"]]
        made["sink"] = SinkProgress.fromJson(j["sink"])
        for name in ("numInputRows", "inputRowsPerSecond", "processedRowsPerSecond"):
            if made[name] is None:
                made[name] = sum(source[name] for source in made["sources"])
        observed = made["observedMetrics"].items()
        made["observedMetrics"] = {k: Row(*row.keys())(*row.values()) for k, row in observed}
        return made

    def __getitem__(self, key: str) -> Any:
        found = super().__getitem__(key)
        return str(found) if key in ("id", "runId") else found
