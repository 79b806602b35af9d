"""x IN (1, 1, 2)  ->  x IN (1, 2);  x IN (1)  ->  x = 1"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import Call, Literal
from pyrdd.sql.optimizer.predicates import rewritten
from pyrdd.sql.plan import LogicalPlan
from pyrdd.sql.types import ArrayType, MapType, StructType, VariantType


def optimize_in(plan: LogicalPlan) -> LogicalPlan:
    """The plan with lists of IN that name each constant once."""
    return rewritten(plan, _shorter)


def _shorter(expression: Any) -> Any:
    if not isinstance(expression, Call) or expression.function.name != "in":
        return expression
    value, *items = expression.args
    kept: list[Any] = []
    for item in items:
        if not (isinstance(item, Literal) and item in kept):
            kept.append(item)
    # nested values are compared part by part, in ways of their own where parts are null
    nested = isinstance(value.data_type, ArrayType | MapType | StructType | VariantType)
    if len(kept) == 1 and isinstance(kept[0], Literal) and not nested:
        return make_call("=", value, kept[0], mode=expression.mode)
    return expression if len(kept) == len(items) else expression.copy(args=(value, *kept))
