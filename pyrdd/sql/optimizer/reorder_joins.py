"""Tables after commas, joined in an order in which each has an equality with those before it.

    FROM a, b, c WHERE a.x = c.x AND c.y = b.y        a, c, b in place of a, b, c

Where the written order has no such gap it is kept. Which table comes next is decided by size, then by place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql.expressions import Expression
from pyrdd.sql.optimizer.predicates import all_of, conjuncts, movable
from pyrdd.sql.physical.planner import equal_keys
from pyrdd.sql.physical.sizes import size_of
from pyrdd.sql.plan import Join, LogicalPlan, Project


def reorder_joins(plan: LogicalPlan) -> LogicalPlan:
    """The plan with no cartesian product that another order of inner joins avoids."""
    if isinstance(plan, Join) and _is_plain(plan):
        items: list[LogicalPlan] = []
        conditions: list[Expression] = []
        _flatten(plan, items, conditions)
        order = _order(items, conditions)
        if order is not None:
            made = _joined([reorder_joins(items[i]) for i in order], conditions)
            return Project(plan.output, made)
    return plan.map_children(reorder_joins)


def _is_plain(plan: Any) -> bool:
    return (
        isinstance(plan, Join)
        and plan.join_type in ("inner", "cross")
        and not plan.lateral
        and plan.hint == (None, None)
        and all(movable(part) for part in conjuncts(plan.condition))
    )


def _flatten(plan: LogicalPlan, items: list[LogicalPlan], conditions: list[Expression]) -> None:
    if isinstance(plan, Join) and _is_plain(plan):
        _flatten(plan.left, items, conditions)
        _flatten(plan.right, items, conditions)
        conditions.extend(conjuncts(plan.condition))
    else:
        items.append(plan)


def _order(items: Sequence[LogicalPlan], conditions: Sequence[Expression]) -> list[int] | None:
    """The places of the items in the new order; None where the old one has no gap, or no order is better."""
    ids = [c.id for item in items for c in item.output]
    if len(items) < 3 or len(set(ids)) < len(ids):
        return None
    links = _links(items, conditions)
    if all(any(j in links[i] for j in range(i)) for i in range(1, len(items))):
        return None
    sizes = [size_of(item) for item in items]
    order, left = [0], set(range(1, len(items)))
    while left:
        near = [i for i in left if links[i] & set(order)]
        following = min(near or left, key=lambda i: (sizes[i], i) if near else (0, i))
        order.append(following)
        left.remove(following)
    return None if order == list(range(len(items))) else order


def _links(items: Sequence[LogicalPlan], conditions: Sequence[Expression]) -> list[set[int]]:
    """Which items have an equality with which."""
    links: list[set[int]] = [set() for _ in items]
    for i, a in enumerate(items):
        for j, b in enumerate(items[:i]):
            if any(equal_keys(Join(a, b, "inner", part)) for part in conditions):
                links[i].add(j)
                links[j].add(i)
    return links


def _joined(items: Sequence[LogicalPlan], conditions: Sequence[Expression]) -> LogicalPlan:
    plan, rest = items[0], list(conditions)
    for item in items[1:]:
        ids = plan.output_ids | item.output_ids
        ready = [part for part in rest if part.references <= ids]
        rest = [part for part in rest if not part.references <= ids]
        plan = Join(plan, item, "inner", all_of(ready)) if ready else Join(plan, item, "cross")
    return plan
