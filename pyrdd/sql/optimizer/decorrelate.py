"""A correlated subquery in two: a plan that can be computed by itself, and the conditions that tie its rows to those of
the query around it. After Spark's PullupCorrelatedPredicates.

    SELECT max(b) FROM u WHERE u.k = outer(t.k) AND u.c > 1
        -->  Aggregate [max(b), k] (Filter(c > 1, u)),  u.k = outer(t.k)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyrdd.sql.analysis.renew import with_new_columns
from pyrdd.sql.expressions import (
    Alias,
    Attribute,
    Call,
    Expression,
    OuterReference,
    SubqueryExpression,
    WindowExpression,
    new_id,
    to_attribute,
)
from pyrdd.sql.optimizer.predicates import all_of, conjuncts, filtered, movable, substituted
from pyrdd.sql.plan import Aggregate, CteReference, Distinct, Filter, Join, LogicalPlan, Project, SubqueryAlias


@dataclass(frozen=True)
class Pulled:
    """A plan without the correlated conditions that were in it. These read columns of its output, and of the query
    around as OuterReference."""

    plan: LogicalPlan
    conditions: tuple[Expression, ...] = ()

    def beside(self, left: LogicalPlan) -> Pulled:
        """The same for a join with the query around: no column in common, and outer columns plain ones."""
        taken = left.output_ids
        if self.plan.output_ids.isdisjoint(taken):
            renamed, names = self.plan, {}
        else:
            renamed = with_new_columns(self.plan, taken)
            names = {a.id: b for a, b in zip(self.plan.output, renamed.output, strict=True)}
        inner = [substituted(c, names) for c in self.conditions]
        return Pulled(renamed, tuple(c.transform_up(lambda e: _plain(e, taken)) for c in inner))


def pull_up(plan: LogicalPlan, outer: frozenset[int]) -> Pulled | None:
    """The plan without what it reads of the outer columns; None where that is no condition that a join could have."""
    if not _reads(plan, outer):
        return Pulled(plan)
    match plan:
        case SubqueryAlias():
            return pull_up(plan.child, outer)
        case Filter():
            return _of_filter(plan, outer)
        case Project():
            return _of_project(plan, outer)
        case Distinct():
            below = pull_up(plan.child, outer)
            return below and Pulled(Distinct(below.plan), below.conditions)
        case Join(lateral=False):
            return _of_join(plan, outer)
        case Aggregate(grouping_sets=None):
            return _of_aggregate(plan, outer)
    return None


def always_has_a_row(plan: LogicalPlan, outer: frozenset[int]) -> bool:
    """Whether an aggregation without keys is in what reads outer columns: it has a row where no row matches, which a
    join would not find."""
    return any(isinstance(node, Aggregate) and not node.grouping and _reads(node, outer) for node in plan.walk())


def _plain(expression: Any, outer: frozenset[int]) -> Any:
    """A column of the query around as a column. One of a query further out stays what it is."""
    if isinstance(expression, OuterReference) and expression.attribute.id in outer:
        return expression.attribute
    return expression


def _reads(plan: LogicalPlan, outer: frozenset[int]) -> bool:
    return any(_reads_in(e, outer) for node in plan.walk() for e in node.expressions) or any(
        _reads(node.plan, outer) for node in plan.walk() if isinstance(node, CteReference)
    )


def _reads_in(expression: Expression, outer: frozenset[int]) -> bool:
    return any(
        (isinstance(e, OuterReference) and e.attribute.id in outer)
        or (isinstance(e, SubqueryExpression) and _reads(e.plan, outer))
        for e in expression.walk()
    )


def _sorted_out(
    condition: Expression | None, outer: frozenset[int]
) -> tuple[list[Expression], list[Expression]] | None:
    """The parts of a condition that read outer columns and those that do not; None if one of the former must stay."""
    own: list[Expression] = []
    correlated: list[Expression] = []
    for part in conjuncts(condition):
        if not _reads_in(part, outer):
            own.append(part)
        elif movable(part) and not part.contains(SubqueryExpression):
            correlated.append(part)
        else:
            return None
    return own, correlated


def _of_filter(plan: Filter, outer: frozenset[int]) -> Pulled | None:
    parts, below = _sorted_out(plan.condition, outer), pull_up(plan.child, outer)
    if parts is None or below is None:
        return None
    own, correlated = parts
    return Pulled(filtered(own, below.plan), (*below.conditions, *correlated))


def _of_project(plan: Project, outer: frozenset[int]) -> Pulled | None:
    if any(_reads_in(e, outer) or e.contains(WindowExpression) for e in plan.projections):
        return None
    below = pull_up(plan.child, outer)
    if below is None:
        return None
    missing = _wanted(below) - plan.output_ids
    added = [a for a in below.plan.output if a.id in missing]
    return Pulled(plan.copy(projections=(*plan.projections, *added), child=below.plan), below.conditions)


def _wanted(pulled: Pulled) -> frozenset[int]:
    """The columns of the plan that the conditions read."""
    return frozenset().union(*(c.references for c in pulled.conditions)) & pulled.plan.output_ids


def _of_join(plan: Join, outer: frozenset[int]) -> Pulled | None:
    left = pull_up(plan.left, outer)
    if plan.join_type in ("inner", "cross"):
        right, parts = pull_up(plan.right, outer), _sorted_out(plan.condition, outer)
        if left is None or right is None or parts is None:
            return None
        own, correlated = parts
        made = plan.copy(left=left.plan, right=right.plan, condition=all_of(own) if own else None)
        return Pulled(made, (*left.conditions, *right.conditions, *correlated))
    kept = plan.join_type in ("left", "semi", "anti")
    if left is None or not kept or _reads(plan.right, outer):
        return None
    if plan.condition is not None and _reads_in(plan.condition, outer):
        return None
    return Pulled(plan.copy(left=left.plan), left.conditions)


def _of_aggregate(plan: Aggregate, outer: frozenset[int]) -> Pulled | None:
    """Conditions that set an inner value equal to an outer one: groups by that value besides."""
    if any(_reads_in(e, outer) for e in plan.expressions):
        return None
    below = pull_up(plan.child, outer)
    if below is None:
        return None
    grouping, aggregates = list(plan.grouping), list(plan.aggregates)
    conditions: list[Expression] = []
    for condition in below.conditions:
        sides = _equal_sides(condition, outer)
        if sides is None:
            return None
        inner, value = sides
        named = next((e for e in aggregates if inner in (e, getattr(e, "child", None))), None)
        if named is None:
            named = inner if isinstance(inner, Attribute) else Alias(inner, "key", new_id())
            aggregates.append(named)
        if inner not in grouping:
            grouping.append(inner)
        conditions.append(condition.copy(args=(to_attribute(named), value)))
    made = plan.copy(grouping=tuple(grouping), aggregates=tuple(aggregates), child=below.plan)
    return Pulled(made, tuple(conditions))


def _equal_sides(condition: Expression, outer: frozenset[int]) -> tuple[Expression, Expression] | None:
    """The inner and the outer side of an equality between the two; None for any other condition."""
    if not isinstance(condition, Call) or condition.function.name not in ("=", "<=>"):
        return None
    a, b = condition.args
    if _reads_in(a, outer):
        a, b = b, a
    return (a, b) if a.references and not b.references and not _reads_in(a, outer) else None
