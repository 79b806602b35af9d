"""Filter(c, Project(p, x))  ->  Project(p, Filter(c with p's definitions, x))"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Expression, WindowExpression
from pyrdd.sql.optimizer.predicates import (
    EXPENSIVE,
    definitions,
    filtered,
    has_subquery,
    has_window,
    split,
    substituted,
)
from pyrdd.sql.plan import Filter, LogicalPlan, Project


def push_filter_through_project(plan: LogicalPlan) -> LogicalPlan:
    """The plan with conditions below the projections whose columns they read. A projection over windows lets those
    through that keep or drop whole partitions."""
    found: LogicalPlan = plan.transform_up(_pushed)
    return found


def _pushed(plan: Any) -> Any:
    if not isinstance(plan, Filter) or not isinstance(plan.child, Project):
        return plan
    project = plan.child
    if not all(e.deterministic for e in project.projections):
        return plan
    known = definitions(project.projections)
    below, above = split(plan.condition, lambda part: _fits(part, project, known))
    if not below:
        return plan
    conditions = [substituted(part, known) for part in below]
    return filtered(above, project.copy(child=filtered(conditions, project.child)))


def _fits(part: Expression, project: Project, known: dict[int, Expression]) -> bool:
    if has_subquery(part) and part.references & known.keys():
        return False
    if any(known[i].contains(EXPENSIVE) for i in part.references if i in known):
        return False
    return not has_window(project) or part.references <= _partition_columns(project)


def _partition_columns(project: Project) -> frozenset[int]:
    """The output columns by which every window of a projection is partitioned."""
    windows = [w for e in project.projections for w in e.find(WindowExpression)]
    shared = set(windows[0].window.partition).intersection(*(w.window.partition for w in windows[1:]))
    passed = {e.id for e in project.projections if isinstance(e, Attribute) and e in shared}
    named = {e.id for e in project.projections if isinstance(e, Alias) and e.child in shared}
    return frozenset(passed | named)
