"""What rules ask of conditions: which of their parts may move, and how they read below a projection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyrdd.sql.expressions import (
    Alias,
    Attribute,
    Expression,
    OuterReference,
    PythonUDF,
    SubqueryExpression,
    WindowExpression,
)
from pyrdd.sql.physical.planner import conjuncts
from pyrdd.sql.physical.python_udfs import all_of
from pyrdd.sql.plan import Aggregate, Filter, LogicalPlan, Project

EXPENSIVE = (PythonUDF, SubqueryExpression, WindowExpression)


def movable(condition: Expression) -> bool:
    """Whether a condition may be evaluated elsewhere: the same each time, and without Python,
    which would then see more rows."""
    return condition.deterministic and not condition.contains((PythonUDF, WindowExpression))


def has_subquery(expression: Expression) -> bool:
    """Whether a query is inside, or a column of the query around: these stay where their columns have their names."""
    return expression.contains((SubqueryExpression, OuterReference))


def filtered(conditions: Sequence[Expression], plan: LogicalPlan) -> LogicalPlan:
    """The plan below a filter by all conditions; the plan itself if there are none."""
    return Filter(all_of(conditions), plan) if conditions else plan


def split(condition: Expression, fits: Any) -> tuple[list[Expression], list[Expression]]:
    """The parts of a condition that fit and those that do not, each in their order."""
    good: list[Expression] = []
    rest: list[Expression] = []
    for part in conjuncts(condition):
        (good if movable(part) and fits(part) else rest).append(part)
    return good, rest


def substituted(expression: Any, columns: Mapping[int, Expression]) -> Any:
    """The expression with columns replaced by what computes them."""
    return expression.transform_up(lambda e: columns.get(e.id, e) if isinstance(e, Attribute) else e)


def definitions(projections: Sequence[Expression]) -> dict[int, Expression]:
    """What each computed column of a projection is."""
    return {e.id: e.child for e in projections if isinstance(e, Alias)}


def rewritten(plan: LogicalPlan, rule: Callable[[Any], Any]) -> LogicalPlan:
    """The plan with a rule applied to its expressions from their leaves up. Aggregations by computed keys are left as they
    are: what they give is written with these keys, which would be known no more."""

    def operator(node: Any) -> Any:
        if isinstance(node, Aggregate) and not all(isinstance(key, Attribute) for key in node.grouping):
            return node
        return node.map_expressions(lambda e: e.transform_up(rule))

    found: LogicalPlan = plan.transform_up(operator)
    return found


def has_window(plan: Project) -> bool:
    """Whether a projection computes over windows, which see all rows below them."""
    return any(e.contains(WindowExpression) for e in plan.projections)


__all__ = [
    "EXPENSIVE",
    "all_of",
    "conjuncts",
    "definitions",
    "filtered",
    "has_subquery",
    "has_window",
    "movable",
    "rewritten",
    "split",
    "substituted",
]
