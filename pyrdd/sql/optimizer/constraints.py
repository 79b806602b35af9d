"""What is sure to be true of every row of a plan, in conditions that cannot fail and so may be asked anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import Alias, Attribute, Call, Cast, Expression, Literal
from pyrdd.sql.optimizer.predicates import conjuncts, substituted
from pyrdd.sql.plan import (
    Aggregate,
    Deduplicate,
    Distinct,
    Filter,
    Generate,
    Join,
    Limit,
    LogicalPlan,
    Offset,
    Project,
    Repartition,
    RepartitionBy,
    Sort,
)

_SURE = frozenset("= < <= > >= and or not in isnull isnotnull".split())
_PASSING = (Sort, Limit, Offset, Distinct, Deduplicate, Repartition, RepartitionBy, Generate)


def cannot_fail(condition: Expression) -> bool:
    """Whether a condition only compares columns and constants, whose equal values nothing tells apart."""
    match condition:
        case Call(function=function, args=args):
            return function.name in _SURE and all(map(cannot_fail, args))
        case Attribute() | Literal():
            return _is_plain(condition.data_type)
        case Cast(child=Attribute() | Literal() as child, data_type=target):
            return is_wider(child.data_type, target)
    return False


def is_wider(source: t.DataType, target: t.DataType) -> bool:
    """Whether each number of a type is one of another."""
    order = (t.ByteType, t.ShortType, t.IntegerType, t.LongType)
    if type(target) in order:
        return type(source) in order and order.index(type(source)) <= order.index(type(target))
    return isinstance(target, t.DoubleType) and isinstance(source, (*order[:3], t.FloatType))


def _is_plain(kind: t.DataType) -> bool:
    if isinstance(kind, t.StringType):
        return kind.isUTF8BinaryCollation()
    return isinstance(kind, t.NumericType | t.DateType | t.TimestampType | t.TimestampNTZType | t.BooleanType)


def constraints(plan: LogicalPlan) -> tuple[Expression, ...]:
    """The conditions that all rows fulfil, as far as the operators tell."""
    match plan:
        case Filter():
            return _distinct((*constraints(plan.child), *filter(cannot_fail, conjuncts(plan.condition))))
        case Project():
            return (*_named(constraints(plan.child), plan.projections), *_constants(plan))
        case Aggregate(grouping_sets=None) if plan.grouping:
            kept = frozenset(key.id for key in plan.grouping if isinstance(key, Attribute))
            inside = (c for c in constraints(plan.child) if c.references <= kept)
            return _named(inside, plan.aggregates)
        case Join():
            return _of_join(plan)
    return constraints(plan.children[0]) if isinstance(plan, _PASSING) else ()


def _of_join(join: Join) -> tuple[Expression, ...]:
    found: tuple[Expression, ...] = ()
    if join.join_type != "right" and join.join_type != "full":
        found += constraints(join.left)
    if join.join_type in ("inner", "cross", "right") and not join.lateral:
        found += constraints(join.right)
    if join.join_type in ("inner", "cross"):
        found += tuple(filter(cannot_fail, conjuncts(join.condition)))
    return _distinct(found)


def _constants(plan: Project) -> Iterator[Expression]:
    """That the columns of a projection that are constants have their values."""
    for item in plan.projections:
        if isinstance(item, Alias) and isinstance(item.child, Literal) and item.child.value is not None:
            equality = make_call("=", item.to_attribute(), item.child)
            if cannot_fail(equality):
                yield equality


def _named(conditions: Iterable[Expression], items: Iterable[Expression]) -> tuple[Expression, ...]:
    """Conditions by the names that columns have above a projection; without those that read others."""
    names: dict[int, Attribute] = {}
    for item in items:
        source = item.child if isinstance(item, Alias) else item
        if isinstance(source, Attribute):
            names.setdefault(source.id, item.to_attribute() if isinstance(item, Alias) else source)
    return tuple(substituted(c, names) for c in conditions if c.references <= names.keys())


def _distinct(conditions: Iterable[Expression]) -> tuple[Expression, ...]:
    return tuple(dict.fromkeys(conditions))


def with_consequences(facts: Iterable[Expression]) -> tuple[Expression, ...]:
    """The facts, and what follows from them by putting a column's equal in its place."""
    known = dict.fromkeys(facts)
    equals = [pair for fact in known for pair in _equalities(fact)]
    for _ in range(len(equals)):
        new = {made for fact in known for pair in equals if (made := _replaced(fact, pair)) not in known}
        if not new or len(known) + len(new) > _MOST:
            break
        # in an order that does not depend on hashes
        known |= dict.fromkeys(sorted(new, key=repr))
    return tuple(fact for fact in known if not _is_trivial(fact))


_MOST = 200
"""How many conditions are worth the time of looking at them."""


def _equalities(fact: Expression) -> list[tuple[Attribute, Expression]]:
    if not isinstance(fact, Call) or fact.function.name != "=":
        return []
    left, right = fact.args
    pairs = ((left, right), (right, left))
    return [(a, b) for a, b in pairs if isinstance(a, Attribute) and isinstance(b, Attribute | Cast)]


def _replaced(fact: Expression, pair: tuple[Attribute, Expression]) -> Expression:
    column, other = pair
    if column.id not in fact.references:
        return fact
    places: Mapping[int, Expression] = {column.id: other}
    made: Expression = substituted(fact, places)
    # a cast in a cast is none that is known to be sure; that casts are equal says no more than that their columns are
    return made if cannot_fail(made) and not _equals_casts(made) else fact


def _equals_casts(fact: Expression) -> bool:
    columns = [arg for arg in fact.children if arg.references]
    return len(columns) > 1 and all(isinstance(arg, Cast) for arg in columns)


def _is_trivial(fact: Any) -> bool:
    return isinstance(fact, Call) and fact.function.name == "=" and fact.args[0] == fact.args[1]
