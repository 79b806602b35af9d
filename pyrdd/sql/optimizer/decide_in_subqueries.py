"""SELECT x IN (query)  ->  SELECT coalesce(x IN (query), false);  NOT x IN (query)  ->  NOT coalesce(x IN (query), true)

Spark looks the value of such an IN up by an existence join, which finds a row or does not: it has no unknown. A part of
WHERE or of a join's condition stays: rows for which it is unknown are left out there, as those for which it is false.
"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import Call, Literal, SubqueryExpression
from pyrdd.sql.physical.planner import conjuncts
from pyrdd.sql.physical.python_udfs import all_of
from pyrdd.sql.plan import Filter, Join, LogicalPlan
from pyrdd.sql.types import BooleanType


def decide_in_subqueries(plan: LogicalPlan) -> LogicalPlan:
    """The plan whose IN (query) is true or false wherever it is a value."""
    found: LogicalPlan = plan.transform_up(_decided)
    return found


def _decided(node: Any) -> Any:
    if not isinstance(node, Filter | Join) or node.condition is None:
        return node.map_expressions(_value)
    parts = conjuncts(node.condition)
    made = [part if _is_test(part) else _value(part) for part in parts]
    return node if all(a is b for a, b in zip(made, parts, strict=True)) else node.copy(condition=all_of(made))


def _is_in(expression: Any) -> bool:
    return isinstance(expression, SubqueryExpression) and expression.kind == "in"


def _is_negated(expression: Any) -> bool:
    return isinstance(expression, Call) and expression.function.name == "not" and _is_in(expression.args[0])


def _is_test(part: Any) -> bool:
    return _is_in(part) or _is_negated(part)


def _value(expression: Any) -> Any:
    if _is_negated(expression):
        return expression.copy(args=(_known(expression.args[0], True),))
    return _known(expression, False) if _is_in(expression) else expression.map_children(_value)


def _known(expression: Any, otherwise: bool) -> Any:
    return make_call("coalesce", expression.map_children(_value), Literal(otherwise, BooleanType()))
