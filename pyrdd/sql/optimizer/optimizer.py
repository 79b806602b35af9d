"""The optimiser: batches of rules, each a function in a module of its name, repeated until nothing changes."""

from __future__ import annotations

from pyrdd.sql.optimizer.current_time import fix_time
from pyrdd.sql.plan import LogicalPlan


def optimize(plan: LogicalPlan) -> LogicalPlan:
    """An equivalent plan that is cheaper to run."""
    return fix_time(plan)
