"""Which columns of a stream's plan are event times: the column that `withWatermark` names, the same column under other
names, and windows of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Call, Expression
from pyrdd.sql.plan import CteReference, Generate, LogicalPlan, Project, SetOperation, Union
from pyrdd.sql.plan.stateful import CoGroupWithState, MapGroupsWithState
from pyrdd.sql.plan.streaming import EventTimeWatermark, is_streaming

WINDOWS = frozenset({"window", "session_window", "window_time", "windows of", "precise_timestamp_conversion"})


def event_columns(plan: LogicalPlan) -> dict[int, int]:
    """The watermark's delay, in microseconds, by the id of each column that is an event time. A column has a watermark only
    above the operator that sets it: another branch of the plan may have the same column without."""
    known: dict[int, int] = {}
    for child in plan.children:
        known.update(event_columns(child))
    known.update(_own(plan, known))
    return known


def _own(plan: LogicalPlan, known: Mapping[int, int]) -> dict[int, int]:
    """The event times that an operator adds to those ``known`` below it."""
    if isinstance(plan, EventTimeWatermark):
        return {plan.event_time.id: plan.delay}
    if isinstance(plan, MapGroupsWithState | CoGroupWithState):
        # what the function says is an event time goes by the watermark of its input
        return {} if plan.event_time is None else {plan.event_time.id: max(known.values(), default=0)}
    if isinstance(plan, Generate):
        delay = next((d for e in plan.generator.children if (d := delay_of(e, known)) is not None), None)
        return {} if delay is None else {column.id: delay for column in plan.columns}
    if isinstance(plan, Union | SetOperation):
        branches = zip(*(child.output for child in plan.children), strict=True)
        delays = [[known[column.id] for column in columns if column.id in known] for columns in branches]
        return {column.id: max(found) for column, found in zip(plan.output, delays, strict=True) if found}
    aliases = [e for e in plan.expressions if isinstance(e, Alias)]
    found = {alias.id: delay_of(alias.child, known) for alias in aliases}
    return {id: delay for id, delay in found.items() if delay is not None}


def delay_of(expression: Expression, known: Mapping[int, int]) -> int | None:
    """The delay of an event time, or of a window of one; None for other expressions."""
    if isinstance(expression, Attribute):
        return known.get(expression.id)
    if isinstance(expression, Alias):
        return delay_of(expression.child, known)
    if isinstance(expression, Call) and expression.function.name in WINDOWS:
        first: Any = expression.args[0]
        return delay_of(first, known)
    return None


def inlined(plan: LogicalPlan) -> LogicalPlan:
    """The plan with common table expressions of streams in the places where they are used."""

    def rule(node: Any) -> Any:
        if not isinstance(node, CteReference) or not is_streaming(node):
            return node
        body = inlined(node.plan)
        names = [
            Alias(column, new.name, new.id, new.metadata) for column, new in zip(body.output, node.columns, strict=True)
        ]
        return Project(tuple(names), body)

    made: LogicalPlan = plan.transform_up(rule)
    return made
