"""sum(a * b), sum(a * b * c) of x  ->  sum(p), sum(p * c) of Project(a * b AS p, x): what several aggregates compute from
is computed once, and so is what a wide decimal product is made of, which its text repeats.

Only arithmetic that every row comes to: what stands in a branch of CASE, or under FILTER, may fail for the other rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pyrdd.sql.expressions import AggregateCall, Alias, Attribute, Call, Cast, Expression, new_id
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.plan import Aggregate, LogicalPlan, Project
from pyrdd.sql.types import DecimalType

_ARITHMETIC = frozenset("+ - *".split())
_WIDEST = 38


def share_aggregate_inputs(plan: LogicalPlan) -> LogicalPlan:
    """The plan with shared parts of aggregates' arguments in a projection below."""
    found: LogicalPlan = plan.transform_up(_shared)
    return found


def _shared(plan: Any) -> Any:
    if not isinstance(plan, Aggregate) or plan.grouping_sets is not None:
        return plan
    calls = [e for output in plan.aggregates for e in output.walk() if isinstance(e, AggregateCall)]
    calls = [call for call in dict.fromkeys(calls) if call.filter is None]
    uses = Counter(part for call in calls for arg in call.args for part in _parts(arg))
    aliases = {part: Alias(part, pretty_name(part), new_id()) for part, count in uses.items() if count > 1}
    if not aliases:
        return plan
    kept = plan.copy(aggregates=tuple(_with(output, set(calls), aliases) for output in plan.aggregates))
    needed = frozenset[int]().union(*(e.references for e in (*kept.aggregates, *kept.grouping)))
    made = tuple(alias for alias in aliases.values() if alias.id in needed)
    passed = tuple(c for c in plan.child.output if c.id in needed)
    return kept.copy(child=Project((*passed, *made), plan.child))


def _parts(value: Expression) -> Iterator[Expression]:
    """The arithmetic in a value, from the outside in; those that a wide product repeats come twice."""
    if isinstance(value, Cast):
        yield from _parts(value.child)
    if not isinstance(value, Call) or value.function.name not in _ARITHMETIC or not value.deterministic:
        return
    yield value
    for arg in value.args:
        inside = list(_parts(arg))
        yield from inside
        if inside and _is_repeated(value):
            yield inside[0]


def _is_repeated(call: Call) -> bool:
    kind = call.data_type
    return call.function.name == "*" and isinstance(kind, DecimalType) and kind.precision == _WIDEST


def _with(output: Any, calls: set[AggregateCall], aliases: dict[Expression, Alias]) -> Any:
    def replaced(value: Any) -> Any:
        alias = aliases.get(value)
        if alias is not None:
            return alias.to_attribute()
        if isinstance(value, Cast) or (isinstance(value, Call) and value.function.name in _ARITHMETIC):
            return value.map_children(replaced)
        return value

    def visit(node: Any) -> Any:
        if isinstance(node, AggregateCall):
            return node.copy(args=tuple(map(replaced, node.args))) if node in calls else node
        return node if isinstance(node, Attribute) else node.map_children(visit)

    return visit(output)
