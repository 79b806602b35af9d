"""`explain`: the plans of a query as indented text, with sizes or numbers if wanted, and the DuckDB query of each stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyrdd.sql.codegen.plans import PlanWriter
from pyrdd.sql.execution.sources import scan_text
from pyrdd.sql.expressions import Alias, Attribute, Expression
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.physical.nodes import (
    Distribution,
    ExchangeExec,
    PhysicalPlan,
    PythonExec,
    QueryExec,
    SourceExec,
    StageInput,
)
from pyrdd.sql.physical.planner import equal_keys
from pyrdd.sql.physical.sizes import UNKNOWN, size_of
from pyrdd.sql.plan import (
    Aggregate,
    CachedRelation,
    Deduplicate,
    Filter,
    Join,
    Limit,
    LocalRelation,
    LogicalPlan,
    Range,
    Sort,
)
from pyrdd.sql.plan.streaming import DeduplicateWithinWatermark, EventTimeWatermark, StreamingRelation, is_streaming

if TYPE_CHECKING:
    from pyrdd.sql.execution.query import QueryExecution


def explain(query: QueryExecution, mode: str) -> str:
    """The text of `DataFrame.explain` for a mode."""
    physical: Any
    # only the batches of a stream have stages
    physical, notes = query.final or (query.optimized if is_streaming(query.analyzed) else query.physical(), {})
    if mode == "codegen":
        return codegen(physical, query._time_zone)
    if mode == "formatted":
        return f"== Physical Plan ==\n{formatted(physical)}\n"
    parts = []
    if mode == "extended":
        parts += [
            ("Parsed Logical Plan", tree(query.logical)),
            ("Analyzed Logical Plan", _columns(query.analyzed) + "\n" + tree(query.analyzed)),
        ]
    if mode in ("extended", "cost"):
        parts.append(
            ("Optimized Logical Plan", tree(query.optimized, _with_statistics if mode == "cost" else describe))
        )
    final = query.final is not None and physical.contains(ExchangeExec)
    top = "AdaptivePlan isFinalPlan=true\n" if final else ""
    parts.append(("Physical Plan", top + tree(physical, lambda node: _noted(node, notes))))
    return "\n".join(f"== {title} ==\n{text}\n" for title, text in parts)


def _columns(plan: LogicalPlan) -> str:
    return ", ".join(f"{c.name}: {c.data_type.simpleString()}" for c in plan.output)


def _walk(plan: Any, lead: str = "", mark: str = "") -> Iterator[tuple[str, Any]]:
    """The operators of a plan from the top, each with what its line begins with."""
    yield lead + mark, plan
    inner = lead + {"": "", "+- ": "   ", ":- ": ":  "}[mark]
    children = _children(plan)
    for index, child in enumerate(children):
        yield from _walk(child, inner, "+- " if index == len(children) - 1 else ":- ")


def tree(plan: Any, line: Callable[[Any], str] | None = None) -> str:
    """A plan, one operator on each line, children indented below."""
    return "\n".join(lead + (line or describe)(node) for lead, node in _walk(plan))


def _children(plan: Any) -> list[Any]:
    if isinstance(plan, QueryExec):
        return [plan.plan]
    if isinstance(plan, StageInput):
        return [plan.source]
    return list(plan.children)


def formatted(plan: Any) -> str:
    """The plan's outline, its operators numbered from the leaves, then what each of them takes and gives."""
    nodes = list(_walk(plan))
    numbers = {id(node): at for at, (_, node) in enumerate(reversed(nodes), 1)}
    outline = [f"{lead}{_physical(node).split(' ')[0]} ({numbers[id(node)]})" for lead, node in nodes]
    details = []
    for _, node in reversed(nodes):
        name, _, rest = _physical(node).partition(" ")
        lines = [f"({numbers[id(node)]}) {name}"]
        given = [c for child in _children(node) for c in child.output]
        lines += [f"Input [{len(given)}]: [{_names(given)}]"] if given else []
        lines += [f"Output [{len(node.output)}]: [{_names(node.output)}]"]
        details.append("\n".join([*lines, f"Arguments: {rest}"] if rest else lines))
    return "\n".join(outline) + "\n\n\n" + "\n\n".join(details) + "\n"


# --- one operator in a line ------------------------------------------------------------------------------------------


def describe(plan: Any) -> str:
    """An operator of a logical plan."""
    name = type(plan).__name__
    match plan:
        case Join():
            return ", ".join(["Join " + _JOINS.get(plan.join_type, ""), *_condition(plan), *_hints(plan)])
        case Filter():
            return f"Filter {_text(plan.condition)}"
        case Aggregate():
            return f"Aggregate [{_texts(plan.grouping)}], [{_texts(plan.aggregates)}]"
        case Sort():
            return f"Sort [{_texts(plan.order)}], {str(plan.is_global).lower()}"
        case Limit():
            return f"Limit {_text(plan.limit)}"
        case StreamingRelation():
            return f"StreamingRelation {plan.name}, [{_names(plan.columns)}]"
        case EventTimeWatermark():
            time = plan.event_time
            return f"EventTimeWatermark {_text(time)}: {time.data_type.simpleString()}, {plan.delay / 1e6:g} seconds"
        case Range():
            return f"Range ({plan.start}, {plan.end}, step={plan.step})"
        case LogicalPlan() if plan.resolved and not plan.expressions:
            return f"{name} [{_names(plan.output)}]"
    return f"{name} [{_texts(plan.expressions if isinstance(plan, LogicalPlan) else ())}]"


def _noted(plan: Any, notes: Mapping[int, str]) -> str:
    """A physical operator, and how its exchange was read where that is known by its id."""
    note = notes.get(id(plan))
    return _physical(plan) + (f" ({note})" if note else "")


def _physical(plan: Any) -> str:
    """An operator of a physical plan, or of the query of one of its stages."""
    match plan:
        case QueryExec():
            return f"DuckDBQuery [{_names(plan.output)}]"
        case ExchangeExec(distribution=Distribution(kind="broadcast")):
            return "BroadcastExchange"
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
        case Join() if is_streaming(plan.left) and is_streaming(plan.right):
            words = [*_key_lists(plan), _JOINS[plan.join_type], *_condition(plan)]
            return f"StreamingSymmetricHashJoin {', '.join(words)}"
        case Join():
            return _physical_join(plan)
        case Deduplicate() | DeduplicateWithinWatermark() if is_streaming(plan):
            return f"Streaming{describe(plan)}"
    return describe(plan)


_JOINS = {
    "inner": "Inner",
    "cross": "Cross",
    "left": "LeftOuter",
    "right": "RightOuter",
    "full": "FullOuter",
    "semi": "LeftSemi",
    "anti": "LeftAnti",
}


def _physical_join(plan: Join) -> str:
    """A join by what it does: a table of one whole side in each task, or of both sides' rows with the same keys."""
    keys, kind, build = _key_lists(plan), _JOINS[plan.join_type], _whole_side(plan)
    pairs = [] if plan.lateral else equal_keys(plan)
    if plan.lateral:
        return ", ".join([f"LateralJoin {kind}", *_condition(plan)])
    if build is not None:
        words = [*keys, kind, build] if pairs else [build, kind, *_condition(plan)]
        return f"Broadcast{'HashJoin' if pairs else 'NestedLoopJoin'} {', '.join(words)}"
    if pairs:
        return f"HashJoin {', '.join([*keys, kind])}"
    return (
        ", ".join([f"NestedLoopJoin {kind}", *_condition(plan)]) if plan.condition is not None else "CartesianProduct"
    )


def _key_lists(plan: Join) -> list[str]:
    pairs = [] if plan.lateral else equal_keys(plan)
    return [f"[{_texts([pair[side] for pair in pairs])}]" for side in (0, 1)]


def _whole_side(plan: Join) -> str | None:
    for side, hint, name in ((plan.right, plan.hint[1], "BuildRight"), (plan.left, plan.hint[0], "BuildLeft")):
        if hint == "broadcast" or (isinstance(side, StageInput) and side.source.distribution.kind == "broadcast"):
            return name
    return None


def _condition(plan: Join) -> list[str]:
    return [] if plan.condition is None else [_text(plan.condition)]


def _hints(plan: Join) -> list[str]:
    sides = zip(("leftHint", "rightHint"), plan.hint, strict=True)
    return [f"{name}=(strategy={hint})" for name, hint in sides if hint]


def _text(expression: Any) -> str:
    if isinstance(expression, Attribute):
        return f"{expression.name}#{expression.id}"
    if isinstance(expression, Alias):
        return f"{_text(expression.child)} AS {expression.name}#{expression.id}"
    return pretty_name(expression.transform_up(_with_id) if isinstance(expression, Expression) else expression)


def _with_id(expression: Any) -> Any:
    if isinstance(expression, Attribute):
        return expression.copy(name=f"{expression.name}#{expression.id}", qualifier=())
    return expression


def _texts(expressions: Iterable[Any]) -> str:
    return ", ".join(_text(e) for e in expressions)


def _names(columns: Any) -> str:
    return ", ".join(f"{c.name}#{c.id}" for c in columns)


# --- statistics ------------------------------------------------------------------------------------------------------


def _with_statistics(plan: LogicalPlan) -> str:
    size = size_of(plan)
    rows = _row_count(plan)
    shown = _bytes_text(size) + ("" if rows is None else f", rowCount={rows}")
    return f"{describe(plan)}, Statistics(sizeInBytes={shown})"


def _row_count(plan: LogicalPlan) -> int | None:
    """The number of rows, of leaves that know it."""
    if isinstance(plan, LocalRelation):
        return int(plan.table.num_rows)
    return len(range(plan.start, plan.end, plan.step)) if isinstance(plan, Range) else None


def _bytes_text(size: int) -> str:
    """A size as Spark shows it; one that is not known is its largest number."""
    if size >= UNKNOWN:
        return "8.0 EiB"
    units = ("EiB", "PiB", "TiB", "GiB", "MiB", "KiB")
    for at, unit in enumerate(units):
        step = 1 << (10 * (len(units) - at))
        if size >= 2 * step:
            return f"{size / step:.1f} {unit}"
    return f"{size:.1f} B"


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
