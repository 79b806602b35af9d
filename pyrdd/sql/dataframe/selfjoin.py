"""Joins of a DataFrame with itself, or with one derived from it: both sides then have columns with the same ids.

The right side gets new ids. ``df.a == df.a``, which would always be true, is taken to mean the column of the left side
and that of the right one, as Spark does.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyrdd.sql.expressions import Alias, Attribute, Expression, UnresolvedFunction, new_id
from pyrdd.sql.plan import LogicalPlan, Project

Renewed = Mapping[int, Attribute]


def apart(left: LogicalPlan, right: LogicalPlan) -> tuple[LogicalPlan, Renewed]:
    """The right side with new ids for the columns that the left has too, and ``{old id: new column}``."""
    made = [_renewed(a) if a.id in left.output_ids else a for a in right.output]
    projected = Project(tuple(made), right)
    renewed = {a.id: new for a, new in zip(right.output, projected.output, strict=True) if a.id != new.id}
    return projected, renewed


def set_apart(plan: LogicalPlan) -> LogicalPlan:
    """The plan of a subquery with columns of its own: the query around may be made of the same DataFrame."""
    made, _ = _set_apart(plan)
    return made


def _set_apart(plan: LogicalPlan) -> tuple[LogicalPlan, dict[int, Attribute]]:
    if plan.resolved:
        projected = Project(tuple(map(_renewed, plan.output)), plan)
        return projected, {a.id: new for a, new in zip(plan.output, projected.output, strict=True)}
    found = [_set_apart(child) for child in plan.children]
    known = {old: new for _, mapping in found for old, new in mapping.items()}
    children = iter([child for child, _ in found])
    renewed = plan.map_children(lambda _: next(children))
    return renewed.map_expressions(lambda e: _with_columns(e, known)), known


def _with_columns(expression: Expression, known: Renewed) -> Expression:
    if isinstance(expression, Attribute):
        return known.get(expression.id, expression)
    if isinstance(expression, UnresolvedFunction) and expression.name == ("outer",):
        return expression
    made: Expression = expression.map_children(lambda child: _with_columns(child, known))
    return made


def _renewed(attribute: Attribute) -> Alias:
    return Alias(attribute, attribute.name, new_id(), attribute.metadata, attribute.qualifier, hidden=True)


def resolved_self_join(condition: Expression, renewed: Renewed) -> Expression:
    """The condition with the right side of each ``x = x`` taken from the join's right side."""

    def rule(node: Expression) -> Expression:
        if isinstance(node, UnresolvedFunction) and node.name in (("=",), ("<=>",)) and len(node.args) == 2:
            first, second = node.args
            if isinstance(first, Attribute) and isinstance(second, Attribute) and first.id == second.id in renewed:
                return node.copy(args=(first.copy(dataset=None), renewed[second.id]))
        return node

    made: Expression = condition.transform_up(rule)
    return made
