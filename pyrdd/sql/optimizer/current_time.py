"""One moment for the whole query: every ``now()`` of a plan becomes the same constant, and calls under the text of
others become what they are."""

from __future__ import annotations

import datetime
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.expressions import Call, Literal, SubqueryExpression
from pyrdd.sql.literals import microseconds_of
from pyrdd.sql.plan import CteReference, LogicalPlan

_CLOCKS = frozenset(("current_date", "current_timestamp", "localtimestamp", "current_time"))
_NAMED = frozenset(("as written", "extract of"))


def fix_time(plan: LogicalPlan) -> LogicalPlan:
    """The plan with the present moment in place of the functions that ask for it."""
    moment = Literal(microseconds_of(datetime.datetime.now(datetime.UTC)), t.TimestampType())

    done: dict[int, tuple[LogicalPlan, LogicalPlan]] = {}

    def fixed(plan: Any) -> Any:
        # common table expressions stay shared
        if id(plan) not in done:
            done[id(plan)] = (plan, plan.transform_up(operator))
        return done[id(plan)][1]

    def operator(node: Any) -> Any:
        if isinstance(node, CteReference):
            made = fixed(node.plan)
            return node if made is node.plan else node.copy(plan=made)
        return node.map_expressions(lambda e: e.transform_up(rule))

    def rule(expression: Any) -> Any:
        if isinstance(expression, SubqueryExpression):
            plan = fixed(expression.plan)
            return expression if plan is expression.plan else expression.copy(plan=plan)
        if not isinstance(expression, Call):
            return expression
        if expression.function.name in _CLOCKS and not expression.args:
            return expression.copy(args=(moment,))
        return expression.args[0] if expression.function.name in _NAMED else expression

    found: LogicalPlan = fixed(plan)
    return found
