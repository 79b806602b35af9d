"""Distinct(Aggregate(k, x))  ->  Aggregate(k, x), and other rows that are no two alike already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyrdd.sql.expressions import Alias, Attribute
from pyrdd.sql.plan import Aggregate, Deduplicate, Distinct, Filter, Limit, LogicalPlan, Project, SetOperation, Sort


def replace_distinct(plan: LogicalPlan) -> LogicalPlan:
    """The plan without DISTINCT and deduplication of rows that are distinct in their keys."""
    found: LogicalPlan = plan.transform_up(_replaced)
    return found


def _replaced(plan: Any) -> Any:
    if isinstance(plan, Distinct):
        return plan.child if are_distinct(plan.child, plan.child.output_ids) else plan
    if isinstance(plan, Deduplicate) and plan.keys:
        keys = frozenset(k.id for k in plan.keys if isinstance(k, Attribute))
        return plan.child if are_distinct(plan.child, keys) else plan
    return plan


def are_distinct(plan: LogicalPlan, ids: frozenset[int]) -> bool:
    """Whether no two rows agree in some columns."""
    match plan:
        case Filter() | Sort() | Limit():
            return are_distinct(plan.child, ids)
        case Project():
            return are_distinct(plan.child, frozenset(_sources(plan, ids)))
        case Distinct():
            return plan.output_ids <= ids
        case SetOperation(all=False):
            return plan.output_ids <= ids
        case Deduplicate(keys=keys) if keys:
            return all(isinstance(k, Attribute) and k.id in ids for k in keys)
        case Aggregate(grouping_sets=None):
            named = {e.child: e.id for e in plan.aggregates if isinstance(e, Alias)}
            named |= {e: e.id for e in plan.aggregates if isinstance(e, Attribute)}
            return all(named.get(key) in ids for key in plan.grouping)
    return False


def _sources(plan: Project, ids: frozenset[int]) -> Iterator[int]:
    """The columns below a projection that some of its columns are."""
    for e in plan.projections:
        source = e.child if isinstance(e, Alias) else e
        if isinstance(source, Attribute) and e.id in ids:  # type: ignore[attr-defined]
            yield source.id
