"""CASE and IF whose conditions are constants: CASE WHEN false THEN a WHEN true THEN b ... END  ->  b"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.expressions import Call, Case, Expression, Literal
from pyrdd.sql.optimizer.predicates import rewritten
from pyrdd.sql.plan import LogicalPlan


def simplify_conditionals(plan: LogicalPlan) -> LogicalPlan:
    """The plan without branches that are never taken."""
    return rewritten(plan, _simpler)


def _simpler(expression: Any) -> Any:
    match expression:
        case Case():
            return _case(expression)
        case Call(function=function, args=(Literal(value=value), yes, no)) if function.name == "if":
            taken = yes if value is True else no
            return taken if taken.data_type == expression.data_type else expression
    return expression


def _case(case: Case) -> Expression:
    branches: list[Expression] = []
    otherwise = case.otherwise
    for condition, value in zip(case.branches[::2], case.branches[1::2], strict=True):
        if isinstance(condition, Literal) and condition.value is not True:
            continue
        if isinstance(condition, Literal):
            otherwise = value
            break
        branches += [condition, value]
    if not branches:
        result = Literal(None, case.data_type) if otherwise is None else otherwise
        return result if result.data_type == case.data_type else case
    same = len(branches) == len(case.branches) and otherwise is case.otherwise
    return case if same else case.copy(branches=tuple(branches), otherwise=otherwise)
