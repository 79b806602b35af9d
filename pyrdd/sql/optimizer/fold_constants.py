"""Constants computed while planning: comparisons of literals and casts that widen an integer. All else is left to the
query, where what fails does so only if a row meets it."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.expressions import Call, Cast, Literal
from pyrdd.sql.plan import LogicalPlan

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_INTEGERS = (t.ByteType, t.ShortType, t.IntegerType, t.LongType)


def fold_constants(plan: LogicalPlan) -> LogicalPlan:
    """The plan with literals in place of the calls that are sure to give them."""
    found: LogicalPlan = plan.transform_expressions(_folded)
    return found


def _folded(expression: Any) -> Any:
    match expression:
        case Cast(child=Literal(value=value, data_type=source), data_type=target) if _widens(source, target):
            return Literal(value, target)
        case Call(function=function, args=(Literal() as only,)) if function.name in ("isnull", "isnotnull"):
            return Literal((only.value is None) == (function.name == "isnull"), t.BooleanType())
        case Call(function=function, args=(Literal() as left, Literal() as right)) if function.name in _COMPARISONS:
            return _compared(expression, _COMPARISONS[function.name], left, right)
    return expression


def _compared(call: Call, compare: Callable[[Any, Any], bool], left: Literal, right: Literal) -> Any:
    if left.value is None or right.value is None:
        return Literal(None, t.BooleanType())
    # text may have a collation and floats a nan; these types compare in Python as in Spark
    simple = (int, datetime.date)
    if left.data_type != right.data_type or not (isinstance(left.value, simple) and isinstance(right.value, simple)):
        return call
    return Literal(bool(compare(left.value, right.value)), t.BooleanType())


def _widens(source: t.DataType, target: t.DataType) -> bool:
    kinds = [type(kind) for kind in (source, target)]
    return all(k in _INTEGERS for k in kinds) and _INTEGERS.index(kinds[0]) <= _INTEGERS.index(kinds[1])
