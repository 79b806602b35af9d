"""How large a plan's result may be, in bytes: what the choice of a broadcast goes by."""

from __future__ import annotations

from pyrdd.sql.expressions import Literal
from pyrdd.sql.physical.nodes import StageInput
from pyrdd.sql.plan import (
    FileScan,
    Join,
    Limit,
    LocalRelation,
    LogicalPlan,
    OneRow,
    Range,
    Relation,
)

UNKNOWN = 1 << 60
_ROW = 64


def size_of(plan: LogicalPlan) -> int:
    """An upper guess, from what leaves know; `UNKNOWN` for leaves that know nothing."""
    match plan:
        case LocalRelation():
            return int(plan.table.nbytes)
        case OneRow():
            return _ROW
        case Range():
            return 8 * max(0, (plan.end - plan.start) // plan.step)
        case FileScan():
            return sum(f.size for f in plan.listing.files)
        case StageInput() | Relation():
            return UNKNOWN
        case Join():
            left, right = size_of(plan.left), size_of(plan.right)
            return left if plan.join_type in ("semi", "anti") else min(UNKNOWN, left * max(1, right))
        case Limit(limit=Literal(value=int() as rows)):
            return min(rows * _ROW * max(1, len(plan.output)), size_of(plan.child))
    return min(UNKNOWN, sum(size_of(child) for child in plan.children))
