"""Columns that nothing above reads are dropped where they begin: a projection above each leaf that has too many. Those
that only a filter, a generator or a join reads are dropped above it, if what follows may exchange rows.

What crosses an exchange is then no more than what is used. At least one column stays: rows without columns cannot be
counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyrdd.sql.expressions import Attribute, Expression, OuterReference, SubqueryExpression
from pyrdd.sql.optimizer.predicates import has_window
from pyrdd.sql.plan import (
    Aggregate,
    AsOfJoin,
    CteReference,
    Deduplicate,
    Expand,
    Filter,
    Generate,
    GenerateTable,
    Join,
    Limit,
    LogicalPlan,
    Observe,
    Offset,
    Project,
    Relation,
    Repartition,
    RepartitionBy,
    Sample,
    Sort,
    Tail,
    Union,
    Window,
)

Ids = frozenset[int]

_PASSING = (
    Filter, Sort, Limit, Offset, Tail, Sample, Repartition, RepartitionBy, Generate, GenerateTable, Deduplicate, Join,
    AsOfJoin, Observe,
)  # fmt: skip
"""Operators that read the columns in their expressions and pass the others on."""
_EXCHANGING = (Sort, Repartition, RepartitionBy, Deduplicate, Join, AsOfJoin)
_READING = (Filter, Generate, Join)


def prune_columns(plan: LogicalPlan) -> LogicalPlan:
    """The plan with the same output that reads fewer columns."""
    outer = frozenset(_outer_columns(plan))
    return _pruned(plan, plan.output_ids, outer)


def _outer_columns(plan: LogicalPlan) -> Iterator[int]:
    """The columns that subqueries and lateral sides read of the queries around them."""
    for node in plan.walk():
        if isinstance(node, CteReference):
            yield from _outer_columns(node.plan)
        for expression in node.expressions:
            for e in expression.walk():
                if isinstance(e, OuterReference):
                    yield e.attribute.id
                elif isinstance(e, SubqueryExpression):
                    yield from _outer_columns(e.plan)


def _pruned(plan: LogicalPlan, needed: Ids, outer: Ids) -> LogicalPlan:
    rule = _RULES.get(type(plan))
    if rule is not None:
        return rule(plan, needed, outer)
    if isinstance(plan, Relation):
        return _leaf(plan, needed | outer)
    if isinstance(plan, _PASSING):
        wanted = needed | outer | _read(plan.expressions)
        below = _narrowed if isinstance(plan, _EXCHANGING) else _pruned
        return plan.map_children(lambda child: below(child, wanted, outer))
    # nothing is known of it: it gets all that it got
    return plan.map_children(lambda child: _pruned(child, child.output_ids, outer))


def _narrowed(plan: LogicalPlan, needed: Ids, outer: Ids) -> LogicalPlan:
    """The pruned plan without the columns that only its own operator reads."""
    made = _pruned(plan, needed, outer)
    kept = tuple(c for c in made.output if c.id in needed)
    return Project(kept, made) if isinstance(made, _READING) and 0 < len(kept) < len(made.output) else made


def _read(expressions: Sequence[Expression]) -> Ids:
    return frozenset[int]().union(*(e.references for e in expressions))


def _kept(items: Sequence[Any], needed: Ids) -> tuple[Any, ...]:
    """The named expressions that are needed, or the first one."""
    return tuple(e for e in items if e.id in needed or not e.deterministic) or tuple(items[:1])


def _leaf(plan: Relation, needed: Ids) -> LogicalPlan:
    kept = tuple(c for c in plan.output if c.id in needed) or _narrowest(plan.output)
    return plan if len(kept) == len(plan.output) else Project(kept, plan)


def _narrowest(columns: Sequence[Attribute]) -> tuple[Attribute, ...]:
    names = ("boolean", "tinyint", "smallint", "int", "date", "bigint", "float", "double", "timestamp")
    order = {name: place for place, name in enumerate(names)}
    return tuple(sorted(columns, key=lambda c: order.get(c.data_type.simpleString(), len(order)))[:1])


def _project(plan: Project, needed: Ids, outer: Ids) -> LogicalPlan:
    kept = _kept(plan.projections, needed | outer)
    child = plan.child
    if not isinstance(child, Relation):
        below = _narrowed if has_window(plan) else _pruned
        child = below(child, _read(kept) | outer, outer)
    if len(kept) == len(plan.projections) and child is plan.child:
        return plan
    return plan.copy(projections=kept, child=child, hidden=())


def _aggregate(plan: Aggregate, needed: Ids, outer: Ids) -> LogicalPlan:
    kept = _kept(plan.aggregates, needed | outer)
    child = _narrowed(plan.child, _read(kept) | _read(plan.grouping) | outer, outer)
    if len(kept) == len(plan.aggregates) and child is plan.child:
        return plan
    return plan.copy(aggregates=kept, child=child)


def _window(plan: Window, needed: Ids, outer: Ids) -> LogicalPlan:
    child = _pruned(plan.child, needed | outer | _read(plan.windows), outer)
    return plan if child is plan.child else plan.copy(child=child)


def _expand(plan: Expand, needed: Ids, outer: Ids) -> LogicalPlan:
    child = _pruned(plan.child, _read(plan.expressions), outer)
    return plan if child is plan.child else plan.copy(child=child)


def _union(plan: Union, needed: Ids, outer: Ids) -> LogicalPlan:
    places = [i for i, c in enumerate(plan.columns) if c.id in needed | outer] or [0]
    columns = tuple(plan.columns[i] for i in places)
    if not plan.columns or len(columns) == len(plan.columns):
        return plan.map_children(lambda child: _pruned(child, child.output_ids, outer))
    return plan.copy(columns=columns, inputs=tuple(_input(child, places, outer) for child in plan.inputs))


def _input(child: LogicalPlan, places: Sequence[int], outer: Ids) -> LogicalPlan:
    wanted = tuple(child.output[i] for i in places)
    made = _pruned(child, frozenset(c.id for c in wanted), outer)
    return made if made.output == wanted else Project(wanted, made)


_RULES: dict[type, Callable[..., LogicalPlan]] = {
    Project: _project,
    Aggregate: _aggregate,
    Window: _window,
    Expand: _expand,
    Union: _union,
}
