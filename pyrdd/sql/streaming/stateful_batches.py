"""Functions with state in the micro-batches of a stream: where their state is, which rows are late, and when they want to be
called although nothing came.

Their state is partitioned, unlike that of the operators that are queries: the tasks of the batch's job read and commit it.
"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.plan import Filter, LogicalPlan
from pyrdd.sql.plan.stateful import CoGroupWithState, MapGroupsWithState, StatePlace
from pyrdd.sql.streaming.eviction import at_or_below, event_time_key, unless
from pyrdd.sql.streaming.incremental import STATEFUL, Batch, Stateful
from pyrdd.sql.streaming.inputs import local
from pyrdd.sql.streaming.state import GroupStateTimeout
from pyrdd.sql.streaming.stateful_timeouts import GroupStateFunction

_Operator = MapGroupsWithState | CoGroupWithState

_TIMELY = (GroupStateTimeout.ProcessingTimeTimeout, "processingtime")
_BY_EVENT_TIME = (GroupStateTimeout.EventTimeTimeout, "eventtime")


def _planned(plan: _Operator, batch: Batch, number: int) -> LogicalPlan:
    first = plan.left if isinstance(plan, CoGroupWithState) else plan.child
    time = event_time_key(first.output, batch)
    place = StatePlace(
        root=batch.state_root,
        operator=number,
        version=batch.batch_id,
        num_partitions=batch.num_partitions,
        timestamp=batch.timestamp,
        watermark=batch.watermark,
        has_watermark=time is not None,
        retained=int(batch.session.conf.get("spark.sql.streaming.minBatchesToRetain", "100") or 100),
        totals=tuple(batch.session.sparkContext.accumulator(0) for _ in range(3)),
    )
    if time is not None and _times(plan) in _BY_EVENT_TIME:
        first = Filter(unless(at_or_below(time, batch.late_watermark)), first)
    if not isinstance(plan, CoGroupWithState):
        made: LogicalPlan = plan.copy(child=first, place=place)
    elif batch.batch_id == 0:
        made = plan.copy(left=first, place=place)
    else:
        # what groups had at first is in the state since
        made = MapGroupsWithState(plan.function, plan.kind, plan.left_grouping, plan.columns, first, place=place)
    rows = local(batch.session, plan.output, batch.table(made))
    total, updated, removed = (counter.value for counter in place.totals)
    batch.tell(_name(plan), total, updated, removed, partitions=batch.num_partitions)
    return rows


def _name(plan: _Operator) -> str:
    stateful = isinstance(plan.function, GroupStateFunction)
    return "applyInPandasWithState" if stateful else "transformWithStateInPySparkExec"


def _times(plan: _Operator) -> str:
    """What time the operator goes by."""
    function: Any = plan.function
    found: str = function.timeout if isinstance(function, GroupStateFunction) else function.time_mode
    return found


def _wants_batch(plan: _Operator, batch: Batch) -> bool:
    """Timeouts and timers by the clock may be due at any time, those by event time when the watermark moved."""
    times = _times(plan)
    return times in _TIMELY or (times in _BY_EVENT_TIME and batch.watermark > batch.late_watermark)


STATEFUL[MapGroupsWithState] = Stateful(_planned, _wants_batch)
STATEFUL[CoGroupWithState] = Stateful(_planned, _wants_batch)
