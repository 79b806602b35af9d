"""`explain`: the plans of a query as indented text, and the DuckDB query of each stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pyrdd.sql.codegen.plans import PlanWriter
from pyrdd.sql.execution.sources import scan_text
from pyrdd.sql.expressions import Attribute, Expression
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.physical.nodes import ExchangeExec, PhysicalPlan, PythonExec, QueryExec, SourceExec, StageInput
from pyrdd.sql.plan import CachedRelation, LogicalPlan

if TYPE_CHECKING:
    from pyrdd.sql.execution.query import QueryExecution


def explain(query: QueryExecution, mode: str) -> str:
    """The text of `DataFrame.explain` for a mode."""
    physical, notes = query.final or (query.physical(), {})
    parts = []
    if mode in ("extended", "cost"):
        parts += [
            ("Parsed Logical Plan", tree(query.logical)),
            ("Analyzed Logical Plan", _columns(query.analyzed) + "\n" + tree(query.analyzed)),
            ("Optimized Logical Plan", tree(query.optimized)),
        ]
    if mode == "codegen":
        return codegen(physical, query._time_zone)
    shown = tree(physical, notes)
    if query.final is not None and physical.contains(ExchangeExec):
        shown = "AdaptivePlan isFinalPlan=true\n" + shown
    parts.append(("Physical Plan", shown))
    return "\n".join(f"== {title} ==\n{text}" for title, text in parts) + "\n"


def _columns(plan: LogicalPlan) -> str:
    return ", ".join(f"{c.name}: {c.data_type.simpleString()}" for c in plan.output)


def tree(plan: Any, notes: Mapping[int, str] | None = None) -> str:
    """A plan, one operator on each line, children indented below. ``notes``: how exchanges were read, by their id."""
    lines: list[str] = []
    _write(plan, True, [], lines, notes or {})
    return "\n".join(lines)


def _write(plan: Any, last: bool, open_levels: list[bool], lines: list[str], notes: Mapping[int, str]) -> None:
    lead = "".join("   " if done else ":  " for done in open_levels[:-1])
    mark = ("+- " if last else ":- ") if open_levels else ""
    note = notes.get(id(plan))
    lines.append(lead + mark + describe(plan) + (f" ({note})" if note else ""))
    children = _children(plan)
    for index, child in enumerate(children):
        is_last = index == len(children) - 1
        _write(child, is_last, [*open_levels, is_last], lines, notes)


def _children(plan: Any) -> list[Any]:
    if isinstance(plan, QueryExec):
        return [plan.plan]
    if isinstance(plan, StageInput):
        return [plan.source]
    return list(plan.children)


def describe(plan: Any) -> str:
    """One operator in a line."""
    match plan:
        case QueryExec():
            return f"DuckDBQuery [{_names(plan.output)}]"
        case ExchangeExec():
            keys = ", ".join(_text(k) for k in (*plan.distribution.keys, *plan.distribution.order))
            return f"Exchange {plan.distribution.kind}({keys}), {plan.distribution.num_partitions} partitions"
        case SourceExec(relation=CachedRelation()):
            return f"InMemoryTableScan [{_names(plan.output)}]"
        case SourceExec():
            return f"Scan {describe(plan.relation)}"
        case PythonExec():
            return f"Python {describe(plan.operator)}"
        case StageInput():
            return f"StageInput [{_names(plan.columns)}]"
    name = type(plan).__name__
    shown = [_text(e) for e in plan.expressions] if isinstance(plan, LogicalPlan) else []
    if not shown and isinstance(plan, LogicalPlan) and plan.resolved:
        return f"{name} [{_names(plan.output)}]"
    return f"{name} [{', '.join(shown)}]"


def _text(expression: Expression) -> str:
    if isinstance(expression, Attribute):
        return f"{expression.name}#{expression.id}"
    return pretty_name(expression)


def _names(columns: Any) -> str:
    return ", ".join(f"{c.name}#{c.id}" for c in columns)


def codegen(plan: PhysicalPlan, time_zone: str) -> str:
    """The DuckDB query of each stage, numbered from the leaves."""
    stages = [node for node in plan.walk() if isinstance(node, QueryExec)][::-1]
    lines = [f"Found {len(stages)} DuckDB queries."]
    for number, stage in enumerate(stages, 1):
        text = PlanWriter(time_zone, scan=scan_text).query(stage.plan).text
        lines.append(f"== Query {number} / {len(stages)} ==\n{_pretty(text)}")
    return "\n".join(lines) + "\n"


def _pretty(text: str) -> str:
    import sqlglot  # here: laying out a query is wanted by explain only
    from sqlglot.errors import SqlglotError  # here: as above

    try:
        return sqlglot.transpile(text, read="duckdb", write="duckdb", pretty=True)[0]
    except SqlglotError:
        return text
