"""The watermark: how late rows may still come. It is the latest event time that was seen, less the delay, and never goes
back; with several, the least of them (or the greatest: ``spark.sql.streaming.multipleWatermarkPolicy``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.sql.plan import LogicalPlan
from pyrdd.sql.plan.streaming import EventTimeWatermark

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.streaming.incremental import Batch


class Watermark:
    """The watermark of a query, in milliseconds: ``current`` is that of the next batch, ``late`` that of the batch before
    it."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self.current = self.late = 0
        # by number of the operator
        self._found: dict[int, int] = {}

    def used_by(self, plan: LogicalPlan) -> bool:
        """Whether a plan has one."""
        return plan.contains(EventTimeWatermark)

    def advance(self, plan: LogicalPlan, batch: Batch) -> None:
        """Takes up what a batch has seen."""
        self.late = self.current
        nodes = list(plan.find(EventTimeWatermark))
        if not nodes:
            return
        for number, node in enumerate(nodes):
            seen = batch.event_times.get(id(node))
            reached = 0 if seen is None else seen[0] - node.delay // 1000
            self._found[number] = max(self._found.get(number, 0), reached)
        policy = self._session.conf.get("spark.sql.streaming.multipleWatermarkPolicy", "min")
        chosen = max(self._found.values()) if policy == "max" else min(self._found.values())
        self.current = max(self.current, chosen)
