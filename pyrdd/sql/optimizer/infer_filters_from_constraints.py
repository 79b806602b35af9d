"""Join(inner, Filter(a.k > 5, a), b, a.k = b.k)  ->  Join(inner, Filter(a.k > 5, a), Filter(b.k > 5, b), a.k = b.k)

What follows for one side of a join from the other side and from the condition. Rows that fulfil it not would find no
partner, so that fewer of them are exchanged.
"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Expression
from pyrdd.sql.optimizer.constraints import cannot_fail, constraints, with_consequences
from pyrdd.sql.optimizer.predicates import conjuncts, filtered
from pyrdd.sql.plan import Join, LogicalPlan

PARTNERS = {
    "inner": ("left", "right"), "cross": ("left", "right"), "semi": ("left", "right"),
    "left": ("right",), "right": ("left",), "anti": ("right",), "full": (),
}  # fmt: skip
"""The sides of each kind of join of which a row without a partner leaves no trace."""


def infer_filters_from_constraints(plan: LogicalPlan) -> LogicalPlan:
    """The plan with more filters below joins, of columns that the condition sets equal to others or to constants."""
    found: LogicalPlan = plan.transform_up(_inferred)
    return found


def _inferred(plan: Any) -> Any:
    if not isinstance(plan, Join) or plan.lateral or plan.condition is None:
        return plan
    known = {"left": constraints(plan.left), "right": constraints(plan.right)}
    own = filter(cannot_fail, conjuncts(plan.condition))
    facts = with_consequences((*known["left"], *known["right"], *own))
    sides = {name: _new(facts, known[name], getattr(plan, name)) for name in PARTNERS[plan.join_type]}
    changes = {name: filtered(new, getattr(plan, name)) for name, new in sides.items() if new}
    return plan.copy(**changes) if changes else plan


def _new(facts: tuple[Expression, ...], known: tuple[Expression, ...], side: LogicalPlan) -> list[Expression]:
    implied = with_consequences(known)
    return [fact for fact in facts if fact.references and fact.references <= side.output_ids and fact not in implied]
