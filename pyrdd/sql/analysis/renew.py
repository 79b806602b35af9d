"""A plan with columns of its own: needed where a plan meets itself, as in a self-join."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Expression, OuterReference, SubqueryExpression, new_id
from pyrdd.sql.plan import LogicalPlan, Project


def with_new_columns(plan: LogicalPlan, taken: frozenset[int]) -> LogicalPlan:
    """The plan with a projection on top that renames, by new ids, the columns that are taken."""
    columns: list[Expression] = [
        Alias(c, c.name, new_id(), c.metadata, c.qualifier, hidden=True) if c.id in taken else c for c in plan.output
    ]
    return Project(tuple(columns), plan)


def replace_columns(expression: Any, mapping: dict[int, Attribute]) -> Any:
    """An expression that reads other columns, inside correlated subqueries too."""

    def rule(node: Any) -> Any:
        if isinstance(node, Attribute) and node.id in mapping:
            return mapping[node.id]
        if isinstance(node, OuterReference) and node.attribute.id in mapping:
            return OuterReference(mapping[node.attribute.id])
        if isinstance(node, SubqueryExpression):
            plan = node.plan.transform_expressions(rule)
            outer = tuple(mapping.get(a.id, a) for a in node.outer)
            return node.copy(plan=plan, outer=outer)
        return node

    return expression.transform_up(rule)
