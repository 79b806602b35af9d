"""Aggregations of streams.

The state holds for each group what merges with more rows: sums, counts, extremes. Where a function has no such form
(collect_list, percentiles, ...) it holds the rows themselves, as far as the aggregation reads them.

    rows of the batch --partial--> groups --with the state, merge--> new state --final--> rows that are put out

complete: all groups. update: those that the batch has changed. append: those whose event time the watermark has passed,
which leave the state; update leaves them away too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.analysis.time_windows import merged_sessions
from pyrdd.sql.expressions import AggregateCall, Alias, Attribute, Cast, Expression, Literal, new_id
from pyrdd.sql.physical.partial_aggregate import SAME, split
from pyrdd.sql.plan import Aggregate, Distinct, Filter, Join, LogicalPlan, Project
from pyrdd.sql.plan.streaming import MergeSessions
from pyrdd.sql.streaming.eviction import at_or_below, event_time_key, same_keys, unless
from pyrdd.sql.streaming.incremental import STATEFUL, Batch, Stateful
from pyrdd.sql.streaming.inputs import empty_table, local
from pyrdd.sql.streaming.table_state import TableState
from pyrdd.sql.types import LongType


@dataclass(frozen=True)
class Steps:
    """An aggregation cut in steps. ``columns`` are those of the state, the keys first."""

    columns: tuple[Attribute, ...]
    keys: tuple[Attribute, ...]
    # groups of the rows of a batch
    partial: LogicalPlan
    # outputs that merge rows of the state into one for each group; None where the state is rows
    merges: tuple[Expression, ...] | None
    final: Aggregate
    # the key that is a session window, which grows as rows come
    session: Attribute | None = None

    @property
    def merging(self) -> bool:
        """Whether rows of the state become other ones by `merged`."""
        return self.merges is not None or self.session is not None

    def merged(self, rows: LogicalPlan) -> LogicalPlan:
        """Rows of the state with one row for each group (or all rows, see `merges`)."""
        if self.session is not None:
            others = tuple(key for key in self.keys if key != self.session)
            rows = merged_sessions(self.session, others, rows)
        return rows if self.merges is None else Aggregate(self.keys, self.merges, rows)

    def finished(self, rows: LogicalPlan) -> LogicalPlan:
        """The rows that the aggregation makes of the state."""
        return self.final.copy(child=rows)


def steps_of(plan: Aggregate) -> Steps:
    """How an aggregation is kept and continued."""
    if isinstance(plan.child, MergeSessions):
        # each row begins with a session of its own
        steps = steps_of(plan.copy(child=plan.child.child))
        return replace(steps, session=steps.keys[plan.grouping.index(plan.child.session)])
    cut = split(plan, None) if _has_calls_only(plan) else None
    if cut is None:
        return _of_rows(plan)
    partial, final = cut
    columns = partial.output
    keys = columns[: len(final.grouping)]
    states = partial.aggregates[len(keys) :]
    merges = (*keys, *(_merge(state, column) for state, column in zip(states, columns[len(keys) :], strict=True)))
    return Steps(columns, keys, partial, merges, final)


def _has_calls_only(plan: Aggregate) -> bool:
    return any(isinstance(e, AggregateCall) for output in plan.aggregates for e in output.walk()) or bool(plan.grouping)


def _merge(state: Any, column: Attribute) -> Expression:
    """The same partial result of several of them."""
    call = state.child
    name = call.function.name
    merged: Expression
    if name in SAME:
        merged = call.copy(args=(column,), filter=None)
    elif call.function.merge is not None:
        merged = call.function.merge(column, call)
    else:
        merged = make_call("sum", column, mode=call.mode)
        if name in ("count", "count_if"):
            merged = make_call("coalesce", merged, Literal(0, LongType()))
    if merged.data_type != column.data_type:
        merged = Cast(merged, column.data_type, call.mode, implicit=True)
    return Alias(merged, column.name, column.id)


def _of_rows(plan: Aggregate) -> Steps:
    keys: list[Any] = []
    for key in plan.grouping:
        keys.append(key if isinstance(key, Attribute) and key not in keys else Alias(key, "key", new_id()))
    named = dict(zip(plan.grouping, Project(tuple(keys), plan.child).output, strict=True))

    def rewritten(node: Any) -> Any:
        return named[node] if node in named else node.map_children(rewritten)

    outputs = tuple(_under_its_name(output, rewritten) for output in plan.aggregates)
    own = {column.id for column in named.values()}
    read = {a.id for output in outputs for a in output.walk() if isinstance(a, Attribute)} - own
    values = tuple(column for column in plan.child.output if column.id in read)
    rows = Project((*keys, *values), plan.child)
    key_columns = rows.output[: len(keys)]
    return Steps(rows.output, key_columns, rows, None, plan.copy(grouping=key_columns, aggregates=outputs))


def _under_its_name(output: Any, rewritten: Any) -> Any:
    if isinstance(output, Alias):
        return output.copy(child=rewritten(output.child))
    made = rewritten(output)
    return made if made == output else Alias(made, output.name, output.id, qualifier=output.qualifier)


def plan_aggregate(plan: Aggregate, batch: Batch, number: int) -> LogicalPlan:
    """What an aggregation puts out in a batch."""
    steps = steps_of(plan)
    session, state = batch.session, TableState(batch.state_root, number)
    before = state.read(batch.batch_id, empty_table(steps.columns))
    new = batch.table(steps.partial)
    event_time = event_time_key(steps.keys, batch, plan.grouping)
    whole = batch.output_mode == "complete"
    late = 0
    # Spark counts late rows where all groups are put out, but not in sessions
    if event_time is not None and not (whole and steps.session is None):
        kept = _where(batch, steps, new, at_or_below(event_time, batch.late_watermark), keep=False)
        late, new = new.num_rows - kept.num_rows, kept
    after = _together(batch, steps, before, new)
    changed = _groups_of(batch, steps, after, new) if batch.output_mode == "update" else after
    removed = 0
    if event_time is not None and not whole:
        done = at_or_below(event_time, batch.watermark)
        kept = _where(batch, steps, after, done, keep=False)
        removed = after.num_rows - kept.num_rows
        if batch.output_mode == "append":
            changed = _where(batch, steps, after, done, keep=True)
        after = kept
    state.write(batch.batch_id + 1, after)
    name = "stateStoreSave" if steps.session is None else "sessionWindowStateStoreSaveExec"
    batch.tell(name, after.num_rows, new.num_rows, removed, late)
    if not changed.num_rows and not steps.keys and batch.output_mode == "append":
        return local(session, plan.output, empty_table(plan.output))
    return steps.finished(local(session, steps.columns, changed))


def _together(batch: Batch, steps: Steps, before: pa.Table, new: pa.Table) -> pa.Table:
    both = pa.concat_tables([before, new.rename_columns(before.column_names).cast(before.schema)])
    # the groups of one batch are merged already, but for sessions
    if not steps.merging or (steps.session is None and not before.num_rows):
        return both
    return batch.table(steps.merged(local(batch.session, steps.columns, both)))


def _where(batch: Batch, steps: Steps, table: pa.Table, condition: Expression, keep: bool) -> pa.Table:
    """The rows for which a condition is true, or those for which it is not."""
    wanted = condition if keep else unless(condition)
    return batch.table(Filter(wanted, local(batch.session, steps.columns, table)))


def _groups_of(batch: Batch, steps: Steps, table: pa.Table, of: pa.Table) -> pa.Table:
    """The rows of the groups that another table has rows of."""
    if not steps.keys:
        return table
    keys = tuple(Alias(key, key.name, new_id()) for key in steps.keys)
    touched = Project(keys, local(batch.session, steps.columns, of))
    rows = local(batch.session, steps.columns, table)
    return batch.table(Join(rows, touched, "semi", same_keys(steps.keys, touched.output)))


def _plan_distinct(plan: Distinct, batch: Batch, number: int) -> LogicalPlan:
    return plan_aggregate(Aggregate(plan.child.output, plan.child.output, plan.child), batch, number)


def _wants_batch(plan: LogicalPlan, batch: Batch) -> bool:
    return batch.output_mode != "complete" and batch.watermark > batch.late_watermark


STATEFUL[Aggregate] = Stateful(plan_aggregate, _wants_batch)
STATEFUL[Distinct] = Stateful(_plan_distinct, _wants_batch)
