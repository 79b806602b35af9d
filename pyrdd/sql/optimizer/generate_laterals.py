"""Join(left, LATERAL Generate(outer(x), OneRow))  ->  Generate(x, left): a table function of each row needs no join."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Attribute, OuterReference
from pyrdd.sql.plan import Generate, Join, LogicalPlan, OneRow, Project


def generate_laterals(plan: LogicalPlan) -> LogicalPlan:
    """The plan with generators over the rows that they are called for, whose order they keep."""
    found: LogicalPlan = plan.transform_up(_direct)
    return found


def _direct(plan: Any) -> Any:
    if not isinstance(plan, Join) or not plan.lateral or plan.condition is not None:
        return plan
    if plan.join_type not in ("inner", "cross"):
        return plan
    right = plan.right
    columns = None
    if isinstance(right, Project) and all(isinstance(e, Attribute) for e in right.projections):
        columns, right = right.projections, right.child
    if not isinstance(right, Generate) or not isinstance(right.child, OneRow):
        return plan
    known = plan.left.output_ids
    outer = list(right.generator.find(OuterReference))
    if any(o.attribute.id not in known for o in outer):
        # of a query further out
        return plan
    generator = right.generator.transform_up(lambda e: e.attribute if isinstance(e, OuterReference) else e)
    made = right.copy(generator=generator, child=plan.left)
    if columns is not None and tuple(columns) != right.columns:
        return Project((*plan.left.output, *columns), made)
    return made
