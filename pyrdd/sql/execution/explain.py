"""`explain`: the plans of a query as indented text, and the DuckDB query of each stage."""

from __future__ import annotations

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
    physical = query.physical()
    parts = []
    if mode in ("extended", "cost"):
        parts += [
            ("Parsed Logical Plan", tree(query.logical)),
            ("Analyzed Logical Plan", _columns(query.analyzed) + "\n" + tree(query.analyzed)),
            ("Optimized Logical Plan", tree(query.optimized)),
        ]
    if mode == "codegen":
        return codegen(physical, query._time_zone)
    parts.append(("Physical Plan", tree(physical)))
    return "\n".join(f"== {title} ==\n{text}" for title, text in parts) + "\n"


def _columns(plan: LogicalPlan) -> str:
    return ", ".join(f"{c.name}: {c.data_type.simpleString()}" for c in plan.output)


def tree(plan: Any, depth: int = 0) -> str:
    """A plan, one operator on each line, children indented below."""
    lines: list[str] = []
    _write(plan, 0, True, [], lines)
    return "\n".join(lines)


def _write(plan: Any, depth: int, last: bool, open_levels: list[bool], lines: list[str]) -> None:
    lead = "".join("   " if done else ":  " for done in open_levels[:-1])
    mark = ("+- " if last else ":- ") if open_levels else ""
    lines.append(lead + mark + describe(plan))
    children = _children(plan)
    for index, child in enumerate(children):
        is_last = index == len(children) - 1
        _write(child, depth + 1, is_last, [*open_levels, is_last], lines)


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
