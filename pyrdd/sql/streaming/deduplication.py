"""dropDuplicates and dropDuplicatesWithinWatermark of streams: the state holds the keys that were seen.

Where a key is an event time, keys that the watermark has passed are forgotten: rows of theirs would be late. Within a
watermark, each key is forgotten when the watermark passes the event time of its row plus the delay.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import Alias, Attribute, Expression, Literal, new_id
from pyrdd.sql.plan import Deduplicate, Filter, Join, LogicalPlan, Project
from pyrdd.sql.plan.streaming import DeduplicateWithinWatermark
from pyrdd.sql.streaming.eviction import at_or_below, event_time_key, micros_of, same_keys, unless
from pyrdd.sql.streaming.incremental import STATEFUL, Batch, Stateful
from pyrdd.sql.streaming.inputs import empty_table, local
from pyrdd.sql.streaming.table_state import TableState
from pyrdd.sql.types import LongType


def _plan_duplicates(plan: Deduplicate, batch: Batch, number: int) -> LogicalPlan:
    keys = tuple(_as_attribute(key) for key in plan.keys)
    time = event_time_key(keys, batch)
    done = None if time is None else at_or_below(time, batch.watermark)
    return _first_rows("dedupe", keys, keys, done, plan.child, batch, number)


def _plan_within(plan: DeduplicateWithinWatermark, batch: Batch, number: int) -> LogicalPlan:
    keys = tuple(_as_attribute(key) for key in plan.keys)
    time = next(column for column in plan.child.output if column.id in batch.event_columns)
    delay = Literal(batch.event_columns[time.id], LongType())
    expires = Alias(make_call("+", micros_of(time), delay), "expires", new_id())
    done = make_call("<=", expires.to_attribute(), Literal(batch.watermark * 1000, LongType()))
    return _first_rows("dedupeWithinWatermark", keys, (*keys, expires), done, plan.child, batch, number)


def _as_attribute(key: Expression) -> Attribute:
    assert isinstance(key, Attribute)
    return key


def _first_rows(
    name: str,
    keys: tuple[Attribute, ...],
    kept: tuple[Expression, ...],
    done: Expression | None,
    child: LogicalPlan,
    batch: Batch,
    number: int,
) -> LogicalPlan:
    """The rows whose keys are not in the state. ``kept`` are the columns of the state, ``done`` says which are forgotten."""
    session, state = batch.session, TableState(batch.state_root, number)
    columns = Project(kept, child).output
    before = state.read(batch.batch_id, empty_table(columns))
    seen: Any = Project(tuple(Alias(key, key.name, new_id()) for key in keys), local(session, columns, before))
    timely = in_time(child, batch)
    new = Join(Deduplicate(keys, timely), seen, "anti", same_keys(keys, seen.output)) if keys else timely
    rows = local(session, child.output, batch.table(new))
    added = batch.table(Project(kept, rows)).rename_columns(before.column_names).cast(before.schema)
    after = pa.concat_tables([before, added])
    total = after.num_rows
    if done is not None:
        after = batch.table(Filter(unless(done), local(session, columns, after)))
    state.write(batch.batch_id + 1, after)
    batch.tell(name, after.num_rows, added.num_rows, total - after.num_rows)
    return rows


def in_time(child: LogicalPlan, batch: Batch) -> LogicalPlan:
    """The rows that are not late."""
    time = event_time_key(child.output, batch)
    return child if time is None else Filter(unless(at_or_below(time, batch.late_watermark)), child)


STATEFUL[Deduplicate] = Stateful(_plan_duplicates)
STATEFUL[DeduplicateWithinWatermark] = Stateful(_plan_within)
