"""The ordinary plan of one micro-batch.

Streams are replaced by the rows of the batch. A stateful operator is replaced, from the leaves up, by what its function in
`STATEFUL` returns for (the operator over the batch's plan, the batch, its number): a plan of the rows that it puts out in
this batch. The function reads the operator's state of version ``batch.batch_id`` and leaves version
``batch.batch_id + 1``, which counts once the batch is in the commit log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrdd.sql.plan import LogicalPlan
from pyrdd.sql.plan.streaming import StreamingRelation

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.session import SparkSession


@dataclass
class Batch:
    """One micro-batch. Times are in milliseconds; a watermark of 0 means that there is none yet.

    ``late_watermark``: rows at or below are dropped as late (the watermark of the batch before); ``watermark``: state at
    or below is done with.
    """

    session: SparkSession
    batch_id: int
    output_mode: str
    # <checkpoint>/state
    state_root: str
    # of every operator's state, fixed when the query first ran
    num_partitions: int
    timestamp: int
    late_watermark: int = 0
    watermark: int = 0
    # rows of the batch by relation; none where the stream has nothing new
    inputs: Mapping[StreamingRelation, LogicalPlan] = field(default_factory=dict)
    # what the operators tell for `StreamingQueryProgress.stateOperators`
    state_progress: list[dict[str, Any]] = field(default_factory=list)

    def table(self, plan: LogicalPlan) -> pa.Table:
        """The rows of a plan of this batch, in the driver. Runs a job."""
        from pyrdd.sql.execution.query import QueryExecution  # here: it loads the engine

        return QueryExecution(self.session, plan).to_table()


@dataclass(frozen=True)
class Stateful:
    """How a kind of operator is run in a stream.

    ``plan(operator, batch, number)``: see the module. ``wants_batch(operator, batch)``: whether the operator has
    something to do in a batch without new rows (the watermark moved, a timer is due).
    """

    plan: Callable[[Any, Batch, int], LogicalPlan]
    wants_batch: Callable[[Any, Batch], bool] = lambda operator, batch: batch.watermark > batch.late_watermark


STATEFUL: dict[type[LogicalPlan], Stateful] = {}
"""The stateful operators; modules that define one add it here and are imported by `pyrdd.sql.streaming.execution`."""
