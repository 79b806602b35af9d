"""Aggregation in two steps: each partition is aggregated by itself, what is left is exchanged and merged.

sum(x), avg(y) by k   ->   k, sum(x) s, sum(y) t, count(y) c   =exchange=>   sum(s), sum(t) / sum(c) by k
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import AggregateCall, Alias, Attribute, Case, Cast, Expression, Literal, new_id
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.functions.aggregates_text import divides_fast
from pyrdd.sql.plan import Aggregate

SAME = frozenset("min max bool_and bool_or every some bit_and bit_or bit_xor".split())
"""Functions that merge their own results."""


def split(plan: Aggregate, planner: Any) -> tuple[Aggregate, Aggregate] | None:
    """The partial and the final aggregation; None where a function needs all its rows at once."""
    calls = [e for output in plan.aggregates for e in output.walk() if isinstance(e, AggregateCall)]
    if not all(splits(call) for call in calls):
        return None
    keys = _keys(plan)
    states: list[Alias] = []
    finals: dict[Expression, Expression] = {}
    for call in calls:
        if call not in finals:
            finals[call] = final(call, states)
    partial = plan.copy(aggregates=(*keys, *states))
    columns = dict(zip(plan.grouping, partial.output, strict=False))

    def rewritten(node: Any) -> Any:
        if node in columns:
            return columns[node]
        return finals[node] if isinstance(node, AggregateCall) else node.map_children(rewritten)

    outputs = tuple(named(output, rewritten) for output in plan.aggregates)
    return partial, plan.copy(grouping=partial.output[: len(keys)], aggregates=outputs, child=partial)


def splits(call: AggregateCall) -> bool:
    """Whether results of parts of the rows can be merged."""
    if call.distinct or call.order:
        return False
    name = call.function.name
    if name == "avg" or name == "mean":
        kind = call.args[0].data_type
        return isinstance(call.data_type, t.DoubleType) or (isinstance(kind, t.DecimalType) and divides_fast(kind))
    if name == "try_sum":
        # that a part overflows does not mean that the sum does, nor is a null part an empty one
        return False
    return name in SAME or name in ("sum", "count", "count_if") or call.function.merge is not None


def _keys(plan: Aggregate) -> list[Attribute | Alias]:
    """The grouping expressions as columns, no two of them the same."""
    found: list[Attribute | Alias] = []
    for key in plan.grouping:
        fresh = isinstance(key, Attribute) and key not in found
        found.append(key if fresh else Alias(key, pretty_name(key), new_id()))  # type: ignore[arg-type]
    return found


def named(output: Any, rewritten: Callable[[Any], Any]) -> Any:
    """A column of the result, under the id that it had."""
    if isinstance(output, Alias):
        return output.copy(child=rewritten(output.child))
    made = rewritten(output)
    return made if made == output else Alias(made, output.name, output.id, qualifier=output.qualifier)


def final(call: AggregateCall, states: list[Alias]) -> Expression:
    """What merges the partial results of a call, whose columns are added to ``states``."""

    def state(partial: AggregateCall) -> Attribute:
        alias = Alias(partial, pretty_name(partial), new_id())
        states.append(alias)
        return alias.to_attribute()

    name = call.function.name
    if name in SAME:
        return call.copy(args=(state(call),), filter=None)
    if call.function.merge is not None:
        return call.function.merge(state(call), call)
    if name in ("count", "count_if"):
        return make_call("coalesce", _total(state(call), call), Literal(0, t.LongType()))
    if name == "sum":
        return _as(_total(state(call), call), call)
    if isinstance(call.data_type, t.DecimalType):
        partial_sum = _sum_of(call.args[0], call)
        total = _as(_total(state(partial_sum), call), partial_sum)
        return make_call("avg of sum", total, _total(state(_count_of(call)), call), mode=call.mode)
    as_double = call.args[0] if isinstance(call.args[0].data_type, t.DoubleType) else Cast(call.args[0], t.DoubleType())
    whole = _total(state(_sum_of(as_double, call)), call)
    number = _total(state(_count_of(call)), call)
    quotient = make_call("/", whole, Cast(number, t.DoubleType(), implicit=True))
    return Case((make_call(">", number, Literal(0, t.LongType())), quotient), None, t.DoubleType())


def _sum_of(value: Expression, call: AggregateCall) -> AggregateCall:
    made = make_call("sum", value, mode=call.mode)
    assert isinstance(made, AggregateCall)
    return made.copy(filter=call.filter)


def _count_of(call: AggregateCall) -> AggregateCall:
    made = make_call("count", call.args[0], mode=call.mode)
    assert isinstance(made, AggregateCall)
    return made.copy(filter=call.filter)


def _total(state: Attribute, call: AggregateCall) -> Expression:
    return make_call("sum", state, mode=call.mode)


def _as(total: Expression, call: AggregateCall) -> Expression:
    """The sum of sums in the type of the sum: its digits grew once more."""
    return total if total.data_type == call.data_type else Cast(total, call.data_type, call.mode, implicit=True)
