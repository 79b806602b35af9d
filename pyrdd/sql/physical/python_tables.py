"""Python table functions in plans: what a task is told of one, and lateral joins with one.

Join(left, GenerateTable(f, args of left's columns), lateral)  ->  GenerateTable(f, args, left)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql.expressions import Literal, OuterReference
from pyrdd.sql.plan import Filter, GenerateTable, Join, LogicalPlan, OneRow, Project, SubqueryAlias
from pyrdd.sql.types import StructType


@dataclass(frozen=True)
class TableFunction:
    """What a task needs to know: the class, how rows are checked and converted, and what the arguments of `eval` are.

    Each argument is the position of a column, or ``("row", ...)`` for the row of the input table: its columns' positions
    and names. ``names`` are those of arguments given by name.
    """

    name: str
    handler: type
    kind: int
    schema: StructType
    args: tuple[int | tuple[tuple[int, str], ...], ...]
    names: tuple[str | None, ...]
    analyzed: Any = None
    grouped: bool = False


def without_lateral_call(plan: Join) -> LogicalPlan | None:
    """A lateral join with a table function as an operator on its left side; None for any other join."""
    around: list[LogicalPlan] = []
    node: Any = plan.right
    while isinstance(node, Project | SubqueryAlias | Filter):
        around.append(node)
        node = node.child
    is_call = (
        isinstance(node, GenerateTable) and isinstance(node.child, Project) and isinstance(node.child.child, OneRow)
    )
    if not plan.lateral or not is_call:
        return None
    if plan.join_type not in ("inner", "cross", "left"):
        return None
    left = plan.left.output
    arguments = tuple(_inner(e, plan) for e in node.child.projections)
    made: LogicalPlan = GenerateTable(
        node.udtf, node.args, node.columns, Project((*left, *arguments), plan.left), plan.join_type == "left"
    )
    for above in reversed(around):
        if isinstance(above, Project):
            made = Project((*left, *(_inner(e, plan) for e in above.projections)), made)
        elif isinstance(above, Filter):
            made = Filter(_inner(above.condition, plan), made)
    return Project(plan.output, _conditioned(plan, made))


def _conditioned(plan: Join, made: LogicalPlan) -> LogicalPlan:
    condition = plan.condition
    if condition is None or (isinstance(condition, Literal) and condition.value is True):
        return made
    if plan.join_type == "left":
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": "LEFT JOIN LATERAL of a Python table function with a condition",
                "alternative": "Join without a condition, and filter.",
            },
        )
    return Filter(condition, made)


def _inner(expression: Any, plan: Join) -> Any:
    """An expression of the right side as one over the left side's columns."""
    known = {a.id for a in plan.left.output}

    def rule(node: Any) -> Any:
        return node.attribute if isinstance(node, OuterReference) and node.attribute.id in known else node

    return expression.transform_up(rule)
