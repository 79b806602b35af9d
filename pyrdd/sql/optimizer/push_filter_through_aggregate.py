"""Filter(k > 1 AND n > 2, Aggregate(k, count AS n, x))
->  Filter(n > 2, Aggregate(k, count AS n, Filter(k > 1, x)))"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Expression
from pyrdd.sql.optimizer.predicates import filtered, has_subquery, split, substituted
from pyrdd.sql.plan import Aggregate, Filter, LogicalPlan


def push_filter_through_aggregate(plan: LogicalPlan) -> LogicalPlan:
    """The plan with conditions that read only keys below the aggregation. Without keys there is a row even where none
    is below, so that nothing may move."""
    found: LogicalPlan = plan.transform_up(_pushed)
    return found


def _pushed(plan: Any) -> Any:
    if not isinstance(plan, Filter) or not isinstance(plan.child, Aggregate) or not plan.child.grouping:
        return plan
    aggregate = plan.child
    keys = _keys(aggregate)
    below, above = split(plan.condition, lambda part: part.references <= keys.keys() and not _renames(part, keys))
    if not below:
        return plan
    conditions = [substituted(part, keys) for part in below]
    return filtered(above, aggregate.copy(child=filtered(conditions, aggregate.child)))


def _keys(plan: Aggregate) -> dict[int, Expression]:
    grouping = set(plan.grouping)
    found: dict[int, Expression] = {}
    for output in plan.aggregates:
        key = output.child if isinstance(output, Alias) else output
        if isinstance(output, Alias | Attribute) and key in grouping and key.deterministic and not has_subquery(key):
            found[output.id] = key
    return found


def _renames(part: Expression, keys: dict[int, Expression]) -> bool:
    """Whether a subquery inside would have to be written anew."""
    return has_subquery(part) and any(keys[i].references != {i} for i in part.references)
