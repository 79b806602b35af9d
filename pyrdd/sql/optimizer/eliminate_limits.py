"""Limit(10, x)  ->  x, and Sort(k, x)  ->  x, where x has no more than ten rows, or one."""

from __future__ import annotations

from math import prod
from typing import Any

from pyrdd.sql.expressions import Literal
from pyrdd.sql.plan import (
    Aggregate,
    Distinct,
    Filter,
    Join,
    Limit,
    LocalRelation,
    LogicalPlan,
    OneRow,
    Project,
    Range,
    Sort,
    Union,
)


def eliminate_limits(plan: LogicalPlan) -> LogicalPlan:
    """The plan without limits that are never reached, nor sorts of a single row."""
    found: LogicalPlan = plan.transform_up(_eliminated)
    return found


def _eliminated(plan: Any) -> Any:
    match plan:
        case Limit(limit=Literal(value=int() as limit)):
            most = most_rows(plan.child)
            return plan if most is None or most > limit else plan.child
        case Sort(is_global=True) if most_rows(plan.child) == 1:
            return plan.child
    return plan


def most_rows(plan: LogicalPlan) -> int | None:
    """How many rows a plan has at most; None where nothing tells."""
    match plan:
        case LocalRelation():
            return int(plan.table.num_rows)
        case OneRow():
            return 1
        case Range():
            return len(range(plan.start, plan.end, plan.step))
        case Limit(limit=Literal(value=int() as limit)):
            below = most_rows(plan.child)
            return limit if below is None else min(limit, below)
        case Aggregate(grouping=()):
            return 1
        case Project() | Filter() | Sort() | Distinct():
            return most_rows(plan.child)
        case Union() | Join(join_type="inner" | "cross", lateral=False):
            counts = [most_rows(child) for child in plan.children]
            known = [count for count in counts if count is not None]
            if len(known) < len(counts):
                return None
            return sum(known) if isinstance(plan, Union) else prod(known)
    return None
