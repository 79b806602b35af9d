"""Windows of time: ``window(...)`` and ``session_window(...)`` become columns of an operator's input.

    Aggregate([window(at, '10 s', '5 s')], ...)   ->   Aggregate([window#7], ...) over Generate(the windows of at) as window#7

As columns they may be named by the rest of the operator (``SELECT window.start ... GROUP BY window(...)``), and a window
that slides makes several rows of one. Where a session groups, the sessions of its rows are merged below the aggregation.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.analysis.resolve import resolve, spread
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.expressions import (
    Alias,
    Attribute,
    Call,
    Case,
    Expression,
    GeneratorCall,
    Literal,
    SortOrder,
    UnresolvedFunction,
    WindowExpression,
    WindowFrame,
    WindowSpecification,
    new_id,
)
from pyrdd.sql.functions.declare import lookup
from pyrdd.sql.plan import Aggregate, Expand, Filter, Generate, LogicalPlan, Project
from pyrdd.sql.plan.streaming import MergeSessions, is_streaming

WINDOW_MARK, SESSION_MARK = "spark.timeWindow", "spark.sessionWindow"
"""What the metadata of the columns say."""

_NAMES = {"window": WINDOW_MARK, "session_window": SESSION_MARK}


def as_columns(plan: Any, ctx: AnalysisContext) -> Any:
    """The operator over an input that has its window of time as a column. Raises AnalysisException for several of them."""
    if len(plan.children) != 1 or not any(_calls(e) for e in plan.expressions):
        return plan
    child = plan.children[0]
    scope = Scope(ctx, child.output, clause=type(plan).__name__)
    plan = _without_stars(plan, scope)
    found: dict[UnresolvedFunction, Call] = {}
    for written in (call for e in plan.expressions for call in _calls(e)):
        made = resolve(written, scope)
        if isinstance(made, Call) and made.function.name in _NAMES:
            found[written] = made
    kinds = set(found.values())
    if len(kinds) > 1:
        raise analysis_error("_LEGACY_ERROR_TEMP_1039")
    if not kinds:
        return plan
    column, below = _windowed(kinds.pop(), child)
    return plan.map_children(lambda _: below).map_expressions(
        lambda e: e.transform_up(lambda node: column if node in found else node)
    )


def _calls(expression: Expression) -> list[UnresolvedFunction]:
    return [
        e
        for e in expression.walk()
        if isinstance(e, UnresolvedFunction) and len(e.name) == 1 and e.name[0].lower() in _NAMES
    ]


def _without_stars(plan: Any, scope: Scope) -> Any:
    """A star does not stand for the window beside it."""
    names = {"projections", "aggregates"} & {f.name for f in fields(plan)}
    return plan.copy(**{name: tuple(spread(getattr(plan, name), scope)) for name in names}) if names else plan


def _windowed(call: Call, child: LogicalPlan) -> tuple[Attribute, LogicalPlan]:
    """The column, and the input that has it: first, as Spark has it, but for windows that slide."""
    name = call.function.name
    metadata = {_NAMES[name]: True}
    time = call.args[0]
    if name == "window" and call.args[1] != call.args[2]:
        windows = make_call("windows of", *call.args)
        struct = t.StructType([t.StructField("col", windows.data_type.elementType, False)])  # type: ignore[attr-defined]
        rows = GeneratorCall(lookup("explode"), (windows,), struct)
        column = Attribute(name, call.data_type, True, new_id(), (), metadata)
        return column, Project((column, *child.output), Generate(rows, child, False, (column,)))
    named = Alias(call, name, new_id(), metadata)
    kept = call if name == "session_window" else time.args[0] if isinstance(time, Call) and _is_last(time) else time
    below = Filter(make_call("isnotnull", kept), child)
    # what is left is a window; the type of the column says so
    column = Attribute(name, call.data_type, False, named.id, (), metadata)
    return column, Project((named.copy(child=call.copy(nullable=False)), *child.output), below)


def _is_last(time: Call) -> bool:
    """Whether a time is the last moment of another window, which is there when the window is."""
    return time.function.name == "window_time"


# --- sessions --------------------------------------------------------------------------------------------------------


def merge_sessions(plan: LogicalPlan) -> LogicalPlan:
    """An aggregation by sessions, over rows whose sessions are those of their groups: rows of equal other keys are in one
    as long as each begins before those before it end."""
    if isinstance(plan, Project | Generate):
        return plan.map_children(merge_sessions)
    if not isinstance(plan, Aggregate):
        return plan
    if isinstance(plan.child, Expand) and any(_is_session(c) for c in plan.child.child.output):
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": "session_window in GROUPING SETS, ROLLUP or CUBE",
                "alternative": "Group by each set of keys, and unite the results.",
            },
        )
    sessions = [g for g in plan.grouping if _is_session(g)]
    if not sessions:
        return plan
    session = sessions[0]
    assert isinstance(session, Attribute)
    keys = tuple(g for g in plan.grouping if g != session)
    merge = MergeSessions if is_streaming(plan) else merged_sessions
    return plan.copy(child=merge(session, keys, plan.child))


def _is_session(expression: Expression) -> bool:
    return isinstance(expression, Attribute) and bool((expression.metadata or {}).get(SESSION_MARK))


def merged_sessions(session: Attribute, keys: tuple[Expression, ...], child: LogicalPlan) -> LogicalPlan:
    """Rows with the sessions that theirs are parts of, among those of equal keys."""
    start, end = (_field(session, name) for name in ("start", "end"))
    by_time = (SortOrder(start), SortOrder(end))
    before = WindowFrame("rows", "unbounded", Literal(-1, t.IntegerType()))
    so_far = WindowFrame("rows", "unbounded", "current")
    latest = Alias(_over("max", end, keys, by_time, before), "latest", new_id())
    below: LogicalPlan = Project((*child.output, latest), child)
    goes_on = make_call("<=", start, latest.to_attribute())
    begins = Case((goes_on, Literal(0, t.IntegerType())), Literal(1, t.IntegerType()), t.IntegerType())
    number = Alias(_over("sum", begins, keys, by_time, so_far), "number", new_id())
    below = Project((*child.output, number), below)
    group = (*keys, number.to_attribute())
    whole = make_call(
        "named_struct",
        *(Literal("start", t.StringType()), _over("min", start, group)),
        *(Literal("end", t.StringType()), _over("max", end, group)),
    )
    merged = Alias(whole, session.name, session.id, session.metadata, session.qualifier)
    return Project(tuple(merged if c.id == session.id else c for c in child.output), below)


def _field(struct: Attribute, name: str) -> Expression:
    from pyrdd.sql.analysis import extract  # here: fields are read with the functions of this floor

    return extract.fields(struct, (name,), AnalysisContext())


def _over(
    name: str,
    value: Expression,
    partition: tuple[Expression, ...],
    order: tuple[Expression, ...] = (),
    frame: WindowFrame | None = None,
) -> WindowExpression:
    return WindowExpression(make_call(name, value), WindowSpecification(partition, order, frame))
