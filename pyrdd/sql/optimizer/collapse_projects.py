"""Project(p, Project(q, x))  ->  Project(p with q's definitions, x)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Expression, GeneratorCall, Literal
from pyrdd.sql.optimizer.predicates import EXPENSIVE, definitions, has_subquery, has_window, substituted
from pyrdd.sql.plan import LogicalPlan, Project


def collapse_projects(plan: LogicalPlan) -> LogicalPlan:
    """The plan with one projection in place of two, where that computes nothing twice; and without projections that
    pass on what they get."""
    found: LogicalPlan = plan.transform_up(_collapsed)
    return found


def _collapsed(plan: Any) -> Any:
    if not isinstance(plan, Project):
        return plan
    if [e for e in plan.projections if isinstance(e, Attribute)] == list(plan.child.output) == list(plan.projections):
        return plan.child
    if not isinstance(plan.child, Project) or not _fits(plan, plan.child):
        return plan
    known = {e.id: e for e in plan.child.projections if isinstance(e, Alias)}
    values = definitions(plan.child.projections)
    projections = tuple(_merged(e, known, values) for e in plan.projections)
    return Project(projections, plan.child.child)


def _merged(item: Any, known: Mapping[int, Alias], values: Mapping[int, Expression]) -> Expression:
    if isinstance(item, Attribute):
        return known.get(item.id, item)
    made: Expression = substituted(item, values)
    return made


def _fits(above: Project, below: Project) -> bool:
    values = definitions(below.projections)
    uses = Counter(
        e.id for item in above.projections for e in item.walk() if isinstance(e, Attribute) and e.id in values
    )
    if any(has_subquery(item) and item.references & values.keys() for item in above.projections):
        return False
    if has_window(above) and any(not isinstance(values[i], Attribute) for i in uses):
        return False
    if has_window(above) and len(below.projections) < len(below.child.output):
        # rows may be exchanged between the two
        return False
    inside = {
        i for item in above.projections if not isinstance(item, Attribute) for i in item.references if i in values
    }
    return all(_may_move(values[i], count, i in inside) for i, count in uses.items()) and all(
        value.deterministic or uses[i] == 1 for i, value in values.items()
    )


def _may_move(value: Expression, count: int, inside: bool) -> bool:
    if isinstance(value, Attribute | Literal):
        return True
    if value.contains(EXPENSIVE) or value.contains(GeneratorCall):
        return not inside and count == 1
    return count == 1
