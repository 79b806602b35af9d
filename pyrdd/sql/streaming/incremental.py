"""The ordinary plan of one micro-batch.

Streams are replaced by the rows of the batch. A stateful operator is replaced, from the leaves up, by what its function in
`STATEFUL` returns for (the operator over the batch's plan, the batch, its number): a plan of the rows that it puts out in
this batch. The function reads the operator's state of version ``batch.batch_id`` and leaves version
``batch.batch_id + 1``, which counts once the batch is in the commit log.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrdd.sql.arrow import table_to_rows
from pyrdd.sql.execution.query import QueryExecution
from pyrdd.sql.plan import Aggregate, Join, LogicalPlan, Observe
from pyrdd.sql.plan.streaming import EventTimeWatermark, StreamingRelation, is_streaming
from pyrdd.sql.streaming.inputs import as_columns, event_times, rows_between
from pyrdd.sql.streaming.lineage import event_columns

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.streaming.sources.base import StreamSource


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
    inputs: dict[StreamingRelation, LogicalPlan] = field(default_factory=dict)
    # (latest, earliest, mean) event time by the id of the operator that sets the watermark
    event_times: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    # delay (microseconds) by the id of each column of the stream's plan that is an event time, or a window of one
    event_columns: dict[int, int] = field(default_factory=dict)
    # what `DataFrame.observe` saw: values by name, by the name of the observation
    observed: dict[str, dict[str, Any]] = field(default_factory=dict)
    # what the operators tell for `StreamingQueryProgress.stateOperators`
    state_progress: list[dict[str, Any]] = field(default_factory=list)

    def table(self, plan: LogicalPlan) -> pa.Table:
        """The rows of a plan of this batch, in the driver. Runs a job."""
        return QueryExecution(self.session, plan).to_table()

    def tell(self, name: str, total: int, updated: int, removed: int, late: int = 0, partitions: int = 1) -> None:
        """Adds the report of a stateful operator: rows in its state, rows changed, rows removed, rows that were late."""
        self.state_progress.append(
            {
                "operatorName": name,
                "numRowsTotal": total,
                "numRowsUpdated": updated,
                "allUpdatesTimeMs": 0,
                "numRowsRemoved": removed,
                "allRemovalsTimeMs": 0,
                "commitTimeMs": 0,
                "memoryUsedBytes": 0,
                "numRowsDroppedByWatermark": late,
                "numShufflePartitions": partitions,
                "numStateStoreInstances": partitions,
                "customMetrics": {},
            }
        )


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


def _observed(plan: Observe, batch: Batch) -> dict[str, Any]:
    """The metrics of an observation. Runs a job."""
    execution = QueryExecution(batch.session, Aggregate((), plan.metrics, plan.child))
    (row,) = table_to_rows(execution.to_table(), execution.schema)
    found: dict[str, Any] = row.asDict()
    return found


def is_stateful(plan: LogicalPlan) -> bool:
    """Whether an operator over streams has state: of joins, those of two streams only."""
    if type(plan) not in STATEFUL:
        return False
    return not isinstance(plan, Join) or all(is_streaming(child) for child in plan.children)


Spans = Mapping[int, tuple["StreamSource", str | None, str | None]]


def read_inputs(plan: LogicalPlan, batch: Batch, spans: Spans) -> dict[int, int]:
    """Gives the batch the rows of its streams, which are read here, once; how many there are by source. ``spans`` are the
    sources with the offsets between which to read."""
    counts: dict[int, int] = {}
    read: dict[int, LogicalPlan] = {}
    for relation in plan.find(StreamingRelation):
        key = id(relation.source)
        if key not in read:
            read[key], counts[key] = rows_between(batch, relation, *spans[key])
        batch.inputs[relation] = as_columns(read[key], relation.columns)
    return counts


def plan_batch(plan: LogicalPlan, batch: Batch) -> LogicalPlan:
    """The plan of a batch whose inputs are there. Stateful operators run their jobs here."""
    batch.event_columns = event_columns(plan)
    return _planned(plan, batch, itertools.count())


def _planned(plan: LogicalPlan, batch: Batch, numbers: Iterator[int]) -> LogicalPlan:
    if isinstance(plan, StreamingRelation):
        return batch.inputs[plan]
    if not is_streaming(plan):
        return plan
    made = plan.map_children(lambda child: _planned(child, batch, numbers))
    if isinstance(made, EventTimeWatermark):
        seen = event_times(made.child, made.event_time, batch)
        if seen is not None:
            batch.event_times[id(plan)] = seen
        return made.child
    if isinstance(made, Observe):
        batch.observed[made.name] = _observed(made, batch)
        return made.child
    if is_stateful(plan):
        return STATEFUL[type(plan)].plan(made, batch, next(numbers))
    return made
