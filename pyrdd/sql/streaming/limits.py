"""limit() of streams in append mode: the state is how many rows have been put out."""

from __future__ import annotations

from pyrdd.sql.expressions import Literal
from pyrdd.sql.plan import Limit, LogicalPlan
from pyrdd.sql.streaming.incremental import STATEFUL, Batch, Stateful
from pyrdd.sql.streaming.inputs import local
from pyrdd.sql.streaming.state_store import StateStore, StateStoreId
from pyrdd.sql.types import IntegerType


def _plan_limit(plan: Limit, batch: Batch, number: int) -> LogicalPlan:
    if batch.output_mode == "complete":
        # the rows of each batch are all rows
        return plan
    store = StateStore(StateStoreId(batch.state_root, number, 0), batch.batch_id)
    done = store.get("rows") or 0
    assert isinstance(plan.limit, Literal)
    table = batch.table(plan.copy(limit=Literal(max(0, plan.limit.value - done), IntegerType())))
    store.put("rows", done + table.num_rows)
    store.commit()
    batch.tell("globalLimit", 1, 1 if table.num_rows else 0, 0)
    return local(batch.session, plan.output, table)


STATEFUL[Limit] = Stateful(_plan_limit, lambda operator, batch: False)
