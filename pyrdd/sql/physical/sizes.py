"""How large a plan's result may be, in bytes: what the choice of a broadcast goes by."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Literal, SubqueryExpression
from pyrdd.sql.physical.nodes import SourceExec, StageInput
from pyrdd.sql.plan import (
    CteReference,
    FileScan,
    Generate,
    Join,
    Limit,
    LocalRelation,
    LogicalPlan,
    OneRow,
    Range,
    RecursiveCte,
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


def read_by(plan: LogicalPlan) -> int:
    """How many bytes a query reads besides what other stages hand it; `UNKNOWN` where it may make many more rows than it
    reads: of products, of generators, of recursions."""
    total = 0
    waiting: list[Any] = [plan]
    while waiting:
        node = waiting.pop()
        match node:
            case StageInput(source=SourceExec(relation=FileScan() as scan)):
                total += size_of(scan)
            case StageInput():
                pass
            case CteReference():
                waiting.append(node.plan)
            case Generate() | RecursiveCte() | Join(condition=None):
                return UNKNOWN
            case Relation():
                total += size_of(node)
        waiting += node.children
        waiting += [found.plan for e in node.expressions for found in e.find(SubqueryExpression)]
    return min(total, UNKNOWN)
