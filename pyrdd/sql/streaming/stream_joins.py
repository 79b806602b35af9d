"""Inner joins of two streams: the state holds the rows of both sides.

    rows put out in a batch  =  new left with (old and new right)  and  old left with new right

Where the sides are joined by event times, rows that the watermark has passed are forgotten; otherwise all rows are kept.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from pyrdd.io.filesystem import join
from pyrdd.sql.expressions import Attribute, Call, Expression
from pyrdd.sql.plan import Filter, Join, LogicalPlan
from pyrdd.sql.plan.streaming import is_streaming
from pyrdd.sql.streaming.deduplication import in_time
from pyrdd.sql.streaming.eviction import at_or_below, unless
from pyrdd.sql.streaming.incremental import STATEFUL, Batch, Stateful
from pyrdd.sql.streaming.inputs import empty_table, local
from pyrdd.sql.streaming.lineage import event_columns
from pyrdd.sql.streaming.table_state import TableState


def _plan_join(plan: Join, batch: Batch, number: int) -> LogicalPlan:
    left, right = _Side(plan.left, batch, number, 0), _Side(plan.right, batch, number, 1)
    tables = [
        _joined(plan, batch, left.new, right.before),
        _joined(plan, batch, left.new, right.new),
        _joined(plan, batch, left.before, right.new),
    ]
    pair = _event_time_keys(plan, batch.event_columns)
    removed = left.keep(None if pair is None else pair[0]) + right.keep(None if pair is None else pair[1])
    kept, added = left.after.num_rows + right.after.num_rows, left.new.num_rows + right.new.num_rows
    batch.tell("symmetricHashJoin", kept, added, removed)
    return local(batch.session, plan.output, pa.concat_tables(tables))


class _Side:
    """The rows of one side: those of the batch, those of the state."""

    def __init__(self, plan: LogicalPlan, batch: Batch, number: int, side: int) -> None:
        self._batch, self._columns = batch, plan.output
        self._state = TableState(join(batch.state_root, str(number)), side)
        self.before = self._state.read(batch.batch_id, empty_table(plan.output))
        names = self.before.column_names
        self.new = batch.table(in_time(plan, batch)).rename_columns(names).cast(self.before.schema)
        self.after = pa.concat_tables([self.before, self.new])

    def keep(self, time: Attribute | None) -> int:
        """Stores the new state; how many rows have left it."""
        total = self.after.num_rows
        if time is not None:
            rows = local(self._batch.session, self._columns, self.after)
            self.after = self._batch.table(Filter(unless(at_or_below(time, self._batch.watermark)), rows))
        self._state.write(self._batch.batch_id + 1, self.after)
        return int(total - self.after.num_rows)


def _joined(plan: Join, batch: Batch, left: pa.Table, right: pa.Table) -> pa.Table:
    if not left.num_rows or not right.num_rows:
        return empty_table(plan.output)
    sides = local(batch.session, plan.left.output, left), local(batch.session, plan.right.output, right)
    found = batch.table(plan.copy(left=sides[0], right=sides[1]))
    empty = empty_table(plan.output)
    return found.rename_columns(empty.column_names).cast(empty.schema)


def _event_time_keys(plan: Join, known: dict[int, int]) -> tuple[Attribute, Attribute] | None:
    """The event times of both sides that must be equal, if there are some."""
    for a, b in _equalities(plan.condition):
        if a.id not in known or b.id not in known:
            continue
        if a.id in plan.left.output_ids and b.id in plan.right.output_ids:
            return a, b
        if b.id in plan.left.output_ids and a.id in plan.right.output_ids:
            return b, a
    return None


def _equalities(condition: Expression | None) -> Iterator[tuple[Attribute, Attribute]]:
    if not isinstance(condition, Call):
        return
    if condition.function.name == "and":
        for part in condition.args:
            yield from _equalities(part)
    elif condition.function.name in ("=", "=="):
        a, b = condition.args
        if isinstance(a, Attribute) and isinstance(b, Attribute):
            yield a, b


def _wants_batch(plan: Join, batch: Batch) -> bool:
    both = is_streaming(plan.left) and is_streaming(plan.right)
    moved = batch.watermark > batch.late_watermark
    return both and moved and _event_time_keys(plan, event_columns(plan)) is not None


STATEFUL[Join] = Stateful(_plan_join, _wants_batch)
