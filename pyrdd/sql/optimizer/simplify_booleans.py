"""AND, OR and NOT by the three-valued logic: with literals, with parts that repeat; filters that keep all rows.

    a AND (a OR b)  ->  a            (a AND b) OR (a AND c)  ->  a AND (b OR c)            NOT (a > b)  ->  a <= b
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from pyrdd.sql.expressions import Call, Expression, Literal
from pyrdd.sql.functions.declare import lookup
from pyrdd.sql.optimizer.predicates import rewritten
from pyrdd.sql.plan import Filter, LogicalPlan
from pyrdd.sql.types import BooleanType

_NONE = object()


def simplify_booleans(plan: LogicalPlan) -> LogicalPlan:
    """The plan with shorter conditions."""
    found: LogicalPlan = rewritten(plan, _simpler).transform_up(_without_filter)
    return found


def _without_filter(plan: Any) -> Any:
    return plan.child if isinstance(plan, Filter) and _value(plan.condition) is True else plan


def _value(expression: Any) -> Any:
    if isinstance(expression, Literal) and isinstance(expression.data_type, BooleanType):
        return expression.value
    return _NONE


def _simpler(expression: Any) -> Any:
    if not isinstance(expression, Call):
        return expression
    name = expression.function.name
    if name == "not":
        return _negated(expression)
    if name not in ("and", "or"):
        return expression
    neutral = name == "and"
    left, right = expression.args
    for a, b in ((left, right), (right, left)):
        if _value(a) is neutral:
            return b
        # what is dropped could have failed, if it does more than compare; Spark drops it too
        if _value(a) is (not neutral) and b.deterministic:
            return a
    return _without_repeats(expression) if expression.deterministic else expression


def _parts(name: str, expression: Expression) -> list[Expression]:
    """What ANDs (or ORs) join, in order."""
    if isinstance(expression, Call) and expression.function.name == name:
        return [part for arg in expression.args for part in _parts(name, arg)]
    return [expression]


def _joined(call: Call, parts: Sequence[Expression]) -> Expression:
    return reduce(lambda a, b: call.copy(args=(a, b)), parts)


def _without_repeats(call: Call) -> Expression:
    """A chain of ANDs (ORs) without parts that others imply; what all parts share is taken out."""
    name = call.function.name
    other = "or" if name == "and" else "and"
    found = _parts(name, call)
    inner = [_parts(other, part) for part in dict.fromkeys(found)]
    # a part is implied by one whose own parts are among its
    kept = [p for i, p in enumerate(inner) if not any(_implies(q, p, j < i) for j, q in enumerate(inner) if j != i)]
    shared = [part for part in kept[0] if all(part in others for others in kept)] if len(kept) > 1 else []
    if not shared:
        if len(kept) == len(found):
            return call
        made = [p[0] if len(p) == 1 else _inner_call(found, p, other) for p in kept]
        return _joined(call, made)
    template = next(part for part in found if isinstance(part, Call) and part.function.name == other)
    assert isinstance(template, Call)
    rest = [_joined(template, [part for part in p if part not in shared]) for p in kept]
    return _joined(template, [*shared, _joined(call, rest)])


def _implies(other: Sequence[Expression], part: Sequence[Expression], first: bool) -> bool:
    return all(p in part for p in other) and (len(other) < len(part) or first)


def _inner_call(found: Sequence[Expression], parts: Sequence[Expression], name: str) -> Expression:
    return next(part for part in found if _parts(name, part) == parts)


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "isnull": "isnotnull", "isnotnull": "isnull"}


def _negated(call: Call) -> Any:
    (child,) = call.args
    value = _value(child)
    if value is True or value is False:
        return Literal(not value, BooleanType())
    if not isinstance(child, Call):
        return call
    name = child.function.name
    if name == "not":
        return child.args[0]
    if name in _OPPOSITE:
        return child.copy(function=lookup(_OPPOSITE[name]), written=_OPPOSITE[name])
    if name in ("and", "or"):
        sides = tuple(_negated(call.copy(args=(side,))) for side in child.args)
        other = "or" if name == "and" else "and"
        return child.copy(function=lookup(other), args=sides, written=other)
    return call
