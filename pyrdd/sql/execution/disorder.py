"""Rows in an order that Spark does not promise, mixed up by a seed (``pyrdd.order.seed``): a test that relies on it fails
at home."""

from __future__ import annotations

import pyarrow as pa

from pyrdd.sql.plan import Filter, Leaf, Limit, LogicalPlan, Offset, Project, Sort, SubqueryAlias, Tail


def promises_order(plan: LogicalPlan) -> bool:
    """Whether the rows of a plan come in one order only: it sorts them, or reads and selects them as they are.

    >>> promises_order(spark.range(3).filter("id > 0")._plan), promises_order(spark.range(3).distinct()._plan)
    (True, False)
    """
    while isinstance(plan, Project | Filter | Limit | Offset | Tail | SubqueryAlias):
        plan = plan.child
    return isinstance(plan, Leaf) or (isinstance(plan, Sort) and plan.is_global)


def mixed(table: pa.Table, seed: int) -> pa.Table:
    """The rows of a table in another order, the same each time for a seed."""
    import numpy as np  # here: tests alone ask for it

    return table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))
