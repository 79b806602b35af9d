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
    """The watermark's delay, in microseconds, by the id of each column that is an event time."""
    known: dict[int, int] = {}
    _collect(plan, known)
    return known


def _collect(plan: LogicalPlan, known: dict[int, int]) -> None:
    for child in plan.children:
        _collect(child, known)
    if isinstance(plan, EventTimeWatermark):
        known[plan.event_time.id] = plan.delay
    elif isinstance(plan, MapGroupsWithState | CoGroupWithState):
        if plan.event_time is not None:
            # what the function says is an event time goes by the watermark of its input
            known[plan.event_time.id] = max(known.values(), default=0)
    elif isinstance(plan, Generate):
        delay = next((d for e in plan.generator.children if (d := delay_of(e, known)) is not None), None)
        if delay is not None:
            known.update((column.id, delay) for column in plan.columns)
    elif isinstance(plan, Union | SetOperation):
        for i, column in enumerate(plan.output):
            found = [known[child.output[i].id] for child in plan.children if child.output[i].id in known]
            if found:
                known[column.id] = max(found)
    else:
        for expression in plan.expressions:
            if isinstance(expression, Alias) and (delay := delay_of(expression.child, known)) is not None:
                known[expression.id] = delay


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
