"""What a source of a stream is: something that knows how far its rows reach (offsets) and can give those between two.

A `StreamProvider` is what `readStream...load()` leaves in the plan; it makes one `StreamSource` for each query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pyrdd.sql.plan import LogicalPlan
    from pyrdd.sql.session import SparkSession


@dataclass(frozen=True)
class SourceContext:
    """What a source gets when its query starts: the session, a directory of its own in the checkpoint, and whether the
    query ends at what there is now (``trigger(availableNow=True)``)."""

    session: SparkSession
    directory: str
    available_now: bool = False
    # trigger(once=True) reads everything in one batch, whatever the limits are
    unlimited: bool = False


class StreamSource(Protocol):
    """Rows by offset. Offsets are JSON texts; the order of offsets is the source's business."""

    @property
    def description(self) -> str:
        """How progress reports name the source."""

    def latest(self, start: str | None) -> str | None:
        """Where the next batch should end: the same as ``start`` if there is nothing new, None if there is nothing at
        all. What it returns is logged before `rows` is called."""

    def rows(self, start: str | None, end: str) -> LogicalPlan:
        """The rows after ``start`` (None: from the beginning) up to ``end``, the same ones whenever it is asked."""

    def commit(self, end: str) -> None:
        """The rows up to here will not be asked for again."""

    def stop(self) -> None:
        """The query ends."""


class HoldsNothing:
    """The end of batches and queries for a source that keeps nothing and has nothing open."""

    def commit(self, end: str) -> None:
        """Nothing is kept."""

    def stop(self) -> None:
        """Nothing is open."""


class StreamProvider(Protocol):
    """Makes the source of a query."""

    def open(self, context: SourceContext) -> StreamSource:
        """A source for a query that begins, or goes on."""
