"""Joins of two streams: the state holds the rows of both sides, and whether they have met one of the other side.

    rows put out in a batch  =  new left with (old and new right)  and  old left with new right

Rows that can meet nothing any more are forgotten (`join_times`); otherwise all rows are kept. An outer join puts a row
that met nothing out when it is forgotten; a left semi join puts a row out when it first meets one.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pyrdd.io.filesystem import join
from pyrdd.sql.expressions import Attribute, Expression, new_id
from pyrdd.sql.physical.planner import conjuncts
from pyrdd.sql.physical.python_udfs import all_of
from pyrdd.sql.plan import Filter, Join, LogicalPlan, Project
from pyrdd.sql.streaming.deduplication import in_time
from pyrdd.sql.streaming.eviction import any_of, at_or_below, unless
from pyrdd.sql.streaming.incremental import STATEFUL, Batch, Stateful
from pyrdd.sql.streaming.inputs import empty_table, local
from pyrdd.sql.streaming.join_times import expiry
from pyrdd.sql.streaming.lineage import event_columns
from pyrdd.sql.streaming.table_state import TableState
from pyrdd.sql.types import BooleanType, LongType

MET = Attribute("met", BooleanType(), False, new_id())

PAIRS = pa.schema([("left", pa.int64()), ("right", pa.int64())])

OUTER = {"left": (True, False), "right": (False, True), "full": (True, True)}
"""Whether rows of the left side, and of the right, are put out though they meet nothing."""


def _plan_join(plan: Join, batch: Batch, number: int) -> LogicalPlan:
    left, right = _Side(plan, batch, number, 0), _Side(plan, batch, number, 1)
    halves = [(left.new, right.old), (left.new, right.new), (left.old, right.new)]
    pairs = pa.concat_tables([_pairs(plan, batch, left, a, right, b) for a, b in halves])
    first = left.meet(pairs.column(0))
    right.meet(pairs.column(1))
    if plan.join_type == "semi":
        tables = [left.rows.take(first)]
    else:
        tables = [_beside(left.rows.take(pairs.column(0)), right.rows.take(pairs.column(1)))]
    outer = OUTER.get(plan.join_type, (False, False))
    alone = left.forget(outer[0], met=plan.join_type == "semi"), right.forget(outer[1])
    if outer[0]:
        tables.append(_beside(left.rows.take(alone[0]), right.nulls(len(alone[0]))))
    if outer[1]:
        tables.append(_beside(left.nulls(len(alone[1])), right.rows.take(alone[1])))
    kept, added = left.kept + right.kept, left.new.num_rows + right.new.num_rows
    removed = left.rows.num_rows + right.rows.num_rows - kept
    batch.tell("symmetricHashJoin", kept, added, removed)
    empty = empty_table(plan.output)
    found = [table.rename_columns(empty.column_names).cast(empty.schema) for table in tables]
    return local(batch.session, plan.output, pa.concat_tables(found))


class _Side:
    """The rows of one side: those of the state, then those of the batch. Each is known by its position among them."""

    def __init__(self, plan: Join, batch: Batch, number: int, side: int) -> None:
        child = plan.children[side]
        self._plan, self._batch, self._number, self._child = plan, batch, side, child
        self._state = TableState(join(batch.state_root, str(number)), side)
        self.position = Attribute("position", LongType(), False, new_id())
        stored = self._state.read(batch.batch_id, empty_table((*child.output, MET)))
        came = batch.table(in_time(child, batch))
        came = came.append_column("met", pa.nulls(came.num_rows, pa.bool_()).fill_null(False))
        together = pa.concat_tables([stored, came.rename_columns(stored.column_names).cast(stored.schema)])
        self._met = together.column(together.num_columns - 1)
        self.rows = together.select(range(together.num_columns - 1))
        self._positions = pa.array(range(self.rows.num_rows), pa.int64())
        self._numbered = self.rows.append_column("position", self._positions)
        self.old, self.new = self._numbered.slice(0, stored.num_rows), self._numbered.slice(stored.num_rows)
        self.kept = 0

    def relation(self, rows: pa.Table) -> LogicalPlan:
        """Some of the rows, with their positions."""
        return local(self._batch.session, (*self._child.output, self.position), rows)

    def nulls(self, count: int) -> pa.Table:
        """Rows of nulls."""
        return pa.table([pa.nulls(count, kind) for kind in self.rows.schema.types], names=self.rows.column_names)

    def meet(self, positions: pa.ChunkedArray) -> pa.Array:
        """Notes that rows have met one of the other side; those that do so for the first time."""
        before = self._met
        self._met = pc.or_(before, pc.is_in(self._positions, positions.combine_chunks()))
        return self._positions.filter(pc.and_not(self._met, before))

    def forget(self, outer: bool, met: bool = False) -> pa.Array:
        """Stores the new state, without the rows that can meet nothing any more and, if wanted, those that have ``met``
        one; those that leave and never met one."""
        done = self._done(outer)
        gone = self._met if met else pc.and_(self._met, False)
        if done is not None:
            found = self._batch.table(Project((self.position,), Filter(done, self.relation(self._numbered))))
            gone = pc.or_(gone, pc.is_in(self._positions, found.column(0).combine_chunks()))
        after = self.rows.append_column("met", self._met).filter(pc.invert(gone))
        self._state.write(self._batch.batch_id + 1, after)
        self.kept = after.num_rows
        return self._positions.filter(pc.and_not(gone, self._met))

    def _done(self, outer: bool) -> Expression | None:
        """The condition that a row can meet nothing any more. A row of an outer join that the condition excludes by itself
        does not wait for the watermark."""
        conditions: list[Expression] = []
        end = expiry(self._plan, self._number, self._batch.event_columns)
        if end is not None:
            conditions.append(at_or_below(end.time, self._batch.watermark, end.after))
        own = [part for part in conjuncts(self._plan.condition) if part.references <= self._child.output_ids]
        if outer and own:
            conditions.append(unless(all_of(own)))
        return any_of(conditions)


def _pairs(plan: Join, batch: Batch, left: _Side, some: pa.Table, right: _Side, others: pa.Table) -> pa.Table:
    """The positions of rows of both sides that meet."""
    if not some.num_rows or not others.num_rows:
        return PAIRS.empty_table()
    met = plan.copy(left=left.relation(some), right=right.relation(others), join_type="inner")
    found = batch.table(Project((left.position, right.position), met))
    return found.rename_columns(PAIRS.names).cast(PAIRS)


def _beside(left: pa.Table, right: pa.Table) -> pa.Table:
    names = [f"c{i}" for i in range(left.num_columns + right.num_columns)]
    return pa.table([*left.columns, *right.columns], names=names)


def _wants_batch(plan: Join, batch: Batch) -> bool:
    known = event_columns(plan)
    moved = batch.watermark > batch.late_watermark
    return moved and any(expiry(plan, side, known) is not None for side in (0, 1))


STATEFUL[Join] = Stateful(_plan_join, _wants_batch)
