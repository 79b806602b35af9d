"""Project(a.x, Join(left, a, b))  ->  Project(a.x, a): an outer join whose other side nobody reads, where it repeats no row
or where repetition does not count."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Attribute
from pyrdd.sql.optimizer.predicates import conjuncts
from pyrdd.sql.optimizer.remove_redundant_aggregates import ignores_repetition
from pyrdd.sql.optimizer.replace_distinct import are_distinct
from pyrdd.sql.physical.planner import equal_keys
from pyrdd.sql.plan import Aggregate, Distinct, Join, LogicalPlan, Project


def remove_unread_joins(plan: LogicalPlan) -> LogicalPlan:
    """The plan without outer joins that neither add nor drop anything that is seen."""
    found: LogicalPlan = plan.transform_down(_without)
    return found


def _without(plan: Any) -> Any:
    if isinstance(plan, Distinct) and isinstance(plan.child, Project):
        project = plan.child
        if all(e.deterministic for e in project.projections):
            made = _on_kept_side(project, repeatable=True)
            return plan if made is project else plan.copy(child=made)
    if isinstance(plan, Project) or (isinstance(plan, Aggregate) and plan.grouping_sets is None):
        return _on_kept_side(plan, ignores_repetition(plan))
    return plan


def _on_kept_side(plan: Any, repeatable: bool) -> Any:
    join = plan.child
    while isinstance(join, Project) and all(isinstance(e, Attribute) for e in join.projections):
        join = join.child
    if not isinstance(join, Join) or join.lateral or join.join_type not in ("left", "right"):
        return plan
    kept, other = (join.left, join.right) if join.join_type == "left" else (join.right, join.left)
    read = frozenset[int]().union(*(e.references for e in plan.expressions))
    if not read <= kept.output_ids or not all(part.deterministic for part in conjuncts(join.condition)):
        return plan
    return plan.copy(child=kept) if repeatable or _is_unique(join, other) else plan


def _is_unique(join: Join, other: LogicalPlan) -> bool:
    """Whether no row finds more than one partner."""
    keys = (key for pair in equal_keys(join) for key in pair if isinstance(key, Attribute))
    return are_distinct(other, frozenset(key.id for key in keys) & other.output_ids)
