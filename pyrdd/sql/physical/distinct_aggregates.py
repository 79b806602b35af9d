"""DISTINCT aggregates over an exchange: repetitions are dropped where they are, so that no task gets all rows.

count(DISTINCT x), sum(y) by k       ->   k, x, sum(y) s by k, x         then   count(x), sum(s) by k

Several of them see each row once for each set of arguments, with a number that tells which, as Spark's `Expand` does:

count(DISTINCT x), count(DISTINCT z) by k   ->   rows (k, x, null, 1) and (k, null, z, 2), distinct
                                            then   count(x) where 1, count(z) where 2, by k
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import AggregateCall, Alias, Attribute, Case, Expression, Literal, new_id
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.physical.partial_aggregate import SAME, final, named, splits
from pyrdd.sql.plan import Aggregate, Expand, LogicalPlan, Project

_COUNTED = frozenset("count sum avg mean".split())
_REGULAR = 0


def in_steps(plan: Aggregate) -> Aggregate | None:
    """The same aggregation without DISTINCT, over one that drops repetitions; None where there is nothing distinct, or
    where it cannot be taken apart."""
    found = [e for output in plan.aggregates for e in output.walk() if isinstance(e, AggregateCall)]
    calls = {call: _plain(call) for call in dict.fromkeys(found)}
    distinct = [call for call in calls.values() if call.distinct]
    if not distinct or not all(_is_counted(call) if call.distinct else splits(call) for call in calls.values()):
        return None
    if not all(e.deterministic for e in (*plan.grouping, *distinct)):
        return None
    computed = {arg: _column(arg) for call in distinct if call.filter is not None for arg in call.args if arg.children}
    if computed:
        return in_steps(_over_values(plan, calls, computed))
    sets = list(dict.fromkeys(map(_arguments, distinct)))
    return _of_one_set(plan, calls, sets[0]) if len(sets) == 1 else _of_sets(plan, calls, sets)


def _over_values(
    plan: Aggregate, calls: dict[AggregateCall, AggregateCall], computed: dict[Expression, Alias]
) -> Aggregate:
    """The same aggregation of columns with these values: as in Spark, they are computed for the rows that a FILTER drops
    too, where they may fail."""

    def rewritten(node: Any) -> Any:
        if not isinstance(node, AggregateCall):
            return node.map_children(rewritten)
        if not calls[node].distinct or node.filter is None:
            return node
        return node.copy(args=tuple(computed[arg].to_attribute() if arg in computed else arg for arg in node.args))

    below = Project((*plan.child.output, *computed.values()), plan.child)
    return plan.copy(aggregates=tuple(named(output, rewritten) for output in plan.aggregates), child=below)


def _plain(call: AggregateCall) -> AggregateCall:
    """A call without the DISTINCT that makes no difference."""
    return call.copy(distinct=False) if call.distinct and call.function.name in SAME else call


def _is_counted(call: AggregateCall) -> bool:
    fine = (t.NumericType, t.DateType, t.TimestampType, t.TimestampNTZType, t.BooleanType)
    plain = all(
        kind.isUTF8BinaryCollation() if isinstance(kind, t.StringType) else isinstance(kind, fine)
        for kind in (arg.data_type for arg in call.args)
    )
    return plain and not call.order and call.function.name in _COUNTED


def _arguments(call: AggregateCall) -> tuple[Expression, ...]:
    """The arguments, null in rows that the call's FILTER drops: none of the functions looks at nulls."""
    return tuple(_where(call.filter, arg) for arg in call.args)


def _where(condition: Expression | None, value: Expression) -> Expression:
    return value if condition is None else Case((condition, value), None, value.data_type)


def _column(value: Expression) -> Alias:
    return Alias(value, pretty_name(value), new_id())


def _of_one_set(
    plan: Aggregate, calls: dict[AggregateCall, AggregateCall], arguments: Sequence[Expression]
) -> Aggregate:
    keys, values = [_column(key) for key in plan.grouping], [_column(value) for value in arguments]
    states: list[Alias] = []
    made = {call: _over(plain, values) if plain.distinct else final(plain, states) for call, plain in calls.items()}
    grouping = (*plan.grouping, *arguments)
    return _finished(plan, made, keys, Aggregate(grouping, (*keys, *values, *states), plan.child))


def _of_sets(
    plan: Aggregate, calls: dict[AggregateCall, AggregateCall], sets: Sequence[tuple[Expression, ...]]
) -> Aggregate:
    keys = [_column(key) for key in plan.grouping]
    number = _column(Literal(_REGULAR, t.IntegerType()))
    values = {arguments: [_column(value) for value in arguments] for arguments in sets}
    inputs: list[Alias] = []
    # others read what they aggregate in rows of their own
    regular = {call: _regular(plain, inputs) for call, plain in calls.items() if not plain.distinct}
    sections: list[list[Alias]] = [*([inputs] if regular else []), *values.values()]
    columns = [*keys, number, *(alias for section in sections for alias in section)]
    first = _REGULAR if regular else _REGULAR + 1
    rows = tuple(_row(columns, keys, number, first + i, section) for i, section in enumerate(sections))
    expanded = Expand(rows, tuple(alias.to_attribute().copy(nullable=True) for alias in columns), plan.child)

    states: list[Alias] = []
    made: dict[AggregateCall, Expression] = {call: final(inside, states) for call, inside in regular.items()}
    for call, plain in calls.items():
        if plain.distinct:
            place = Literal(sets.index(_arguments(plain)) + 1, t.IntegerType())
            chosen = make_call("=", number.to_attribute(), place)
            made[call] = _over(plain, values[_arguments(plain)]).copy(filter=chosen)
    grouping = tuple(a.to_attribute() for a in (*keys, number, *(v for found in values.values() for v in found)))
    return _finished(plan, made, keys, Aggregate(grouping, (*grouping, *states), expanded))


def _row(
    columns: Sequence[Alias], keys: Sequence[Alias], number: Alias, place: int, section: Sequence[Alias]
) -> tuple[Expression, ...]:
    """What one projection of a row has in each column."""
    kept = {alias.id for alias in (*keys, *section)}
    return tuple(
        Literal(place, t.IntegerType()) if c is number else c.child if c.id in kept else Literal(None, c.data_type)
        for c in columns
    )


def _regular(call: AggregateCall, inputs: list[Alias]) -> AggregateCall:
    """A call of columns that have its arguments, which are added to ``inputs``."""
    args: list[Expression] = []
    for index, arg in enumerate(call.args):
        if arg.foldable and index:
            args.append(arg)
            continue
        inputs.append(_column(_where(call.filter, arg)))
        args.append(inputs[-1].to_attribute().copy(nullable=True))
    return call.copy(args=tuple(args), filter=None)


def _over(call: AggregateCall, values: Sequence[Alias]) -> AggregateCall:
    return call.copy(args=tuple(value.to_attribute() for value in values), distinct=False, filter=None)


def _finished(
    plan: Aggregate, made: dict[AggregateCall, Expression], keys: Sequence[Alias], below: LogicalPlan
) -> Aggregate:
    """The aggregation by the keys that the one below has."""
    known = {key: alias.to_attribute() for key, alias in zip(plan.grouping, keys, strict=True)}

    def rewritten(node: Any) -> Any:
        if node in known:
            return known[node]
        return made[node] if isinstance(node, AggregateCall) else node.map_children(rewritten)

    outputs = tuple(named(output, rewritten) for output in plan.aggregates)
    grouping: tuple[Attribute, ...] = tuple(alias.to_attribute() for alias in keys)
    return Aggregate(grouping, outputs, below)
