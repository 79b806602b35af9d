"""Python aggregates (grouped-aggregate UDFs) out of aggregations and windows: `MapGroups` computes them, group by
group.

    Aggregate((k), (k, f(v) + 1), child)  ->  Project((k, r + 1), MapGroups((k), r = f(v), Project((k, v), child)))

For windows the query below numbers the rows of each partition and finds, by DuckDB's own frames, the first and the
last row number of each row's frame; Python then gets slices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyrdd.errors import AnalysisException, PySparkNotImplementedError
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Expression,
    SortOrder,
    WindowExpression,
    WindowFrame,
    WindowSpecification,
    new_id,
    to_attribute,
)
from pyrdd.sql.functions.python_aggregate import PythonAggregate
from pyrdd.sql.plan import Aggregate, LogicalPlan, MapGroups, Project
from pyrdd.sql.types import DataType
from pyrdd.util import PythonEvalType

UNBOUNDED = WindowFrame("rows", "unbounded", "unbounded")


@dataclass(frozen=True)
class PythonCall:
    """A Python function on columns that are known by their positions. ``frame``: the positions of the columns that hold
    the first and last row number of the row's window frame; None for the whole group."""

    name: str
    function: Callable[..., Any]
    kind: int
    data_type: DataType
    args: tuple[int, ...]
    arg_names: tuple[str | None, ...] = ()
    frame: tuple[int, int] | None = None


@dataclass(frozen=True)
class Aggregates:
    """What a `MapGroups` computes for each group: one row of these calls, after the keys."""

    calls: tuple[PythonCall, ...]


@dataclass(frozen=True)
class WindowAggregates:
    """What a `MapGroups` computes for each partition of a window: its rows (``kept`` columns), and a value of each
    call."""

    calls: tuple[PythonCall, ...]
    kept: int


def is_python(call: Any) -> bool:
    """Whether an expression is the call of a Python aggregate."""
    return isinstance(call, AggregateCall) and isinstance(call.function, PythonAggregate)


def has_python_aggregate(plan: LogicalPlan) -> bool:
    """Whether an operator calls one."""
    return any(is_python(e) for expression in plan.expressions for e in expression.walk())


class _Columns:
    """The projection below a Python operator: expressions and the columns that hold them."""

    def __init__(self, kept: Sequence[Attribute] = ()) -> None:
        self.items: list[Expression] = list(kept)

    def add(self, expression: Expression, name: str) -> Attribute:
        """The column of an expression; equal ones share it."""
        for item in self.items:
            if item == expression or (isinstance(item, Alias) and item.child == expression):
                return to_attribute(item)
        made = expression if isinstance(expression, Attribute) else Alias(expression, name, new_id())
        self.items.append(made)
        return to_attribute(made)

    def position(self, column: Attribute) -> int:
        return next(i for i, item in enumerate(self.items) if to_attribute(item).id == column.id)

    def call(self, call: AggregateCall, frame: tuple[int, int] | None = None) -> PythonCall:
        """A call with its arguments as columns."""
        function = call.function
        assert isinstance(function, PythonAggregate) and function.function is not None
        if call.distinct or call.filter is not None:
            raise PySparkNotImplementedError(
                errorClass="NOT_IMPLEMENTED",
                messageParameters={
                    "feature": f"DISTINCT or FILTER with the Python aggregate {function.name}",
                    "alternative": "Filter or deduplicate the rows before.",
                },
            )
        args = tuple(self.position(self.add(arg, "argument")) for arg in call.args)
        return PythonCall(
            function.name, function.function, function.eval_type, call.data_type, args, function.arg_names, frame
        )


def extract_aggregate(plan: Aggregate, finish: Callable[[LogicalPlan], LogicalPlan]) -> LogicalPlan:
    """An aggregation by Python functions. ``finish`` takes scalar functions out of the projections around it."""
    calls = [e for output in plan.aggregates for e in output.find(AggregateCall)]
    if not all(is_python(call) for call in calls):
        names = ", ".join(f"`{c.function.name}`" for c in calls if is_python(c))
        raise AnalysisException(errorClass="INVALID_PANDAS_UDF_PLACEMENT", messageParameters={"functionList": names})
    calls = list(dict.fromkeys(calls))
    below = _Columns()
    keys = [below.add(key, f"key{i}") for i, key in enumerate(plan.grouping)]
    made = tuple(below.call(call) for call in calls)
    results = [Attribute(f"aggregate{i}", c.data_type, True, new_id()) for i, c in enumerate(calls)]
    columns = {**dict(zip(calls, results, strict=True))}
    out_keys = [key.same_as_new() for key in keys]
    child = finish(Project(tuple(below.items), plan.child))
    groups = MapGroups(
        Aggregates(made),  # type: ignore[arg-type]
        PythonEvalType.SQL_GROUPED_AGG_PANDAS_UDF,
        tuple(keys),
        (*out_keys, *results),
        child,
    )
    by_key = list(zip(plan.grouping, out_keys, strict=True))
    return finish(Project(tuple(_output(e, by_key, columns) for e in plan.aggregates), groups))


def _output(output: Any, keys: Sequence[tuple[Expression, Attribute]], columns: dict[Any, Attribute]) -> Expression:
    if isinstance(output, Alias):
        return output.copy(child=_lifted(output.child, keys, columns))
    made = _lifted(output, keys, columns)
    # a key that is a column keeps its identity above
    return Alias(made, output.name, output.id, output.metadata, output.qualifier)


def _lifted(node: Any, keys: Sequence[tuple[Expression, Attribute]], columns: dict[Any, Attribute]) -> Any:
    if is_python(node):
        return columns[node]
    for key, column in keys:
        if node == key:
            return column
    return node.map_children(lambda child: _lifted(child, keys, columns))


# --- windows -----------------------------------------------------------------------------------------------------


def extract_windows(plan: Project, finish: Callable[[LogicalPlan], LogicalPlan]) -> LogicalPlan:
    """A projection with Python aggregates over windows: one `MapGroups` for each partitioning and order."""
    while found := [w for e in plan.projections for w in e.find(WindowExpression) if is_python(w.function)]:
        first = found[0].window
        same = [w for w in found if (w.window.partition, w.window.order) == (first.partition, first.order)]
        child, columns = _windowed(plan.child, list(dict.fromkeys(same)), finish)
        projections = tuple(_without_windows(e, columns) for e in plan.projections)
        plan = plan.copy(projections=projections, child=child)
    return finish(plan)


def _without_windows(node: Any, columns: dict[WindowExpression, Attribute]) -> Any:
    if isinstance(node, WindowExpression) and node in columns:
        return columns[node]
    return node.map_children(lambda child: _without_windows(child, columns))


def _windowed(
    child: LogicalPlan, windows: Sequence[WindowExpression], finish: Callable[[LogicalPlan], LogicalPlan]
) -> tuple[LogicalPlan, dict[WindowExpression, Attribute]]:
    kept = child.output
    below = _Columns(kept)
    window = windows[0].window
    partition = tuple(below.add(key, f"key{i}") for i, key in enumerate(window.partition))
    order = tuple(o.copy(child=below.add(o.child, f"order{i}")) for i, o in enumerate(window.order))  # type: ignore[attr-defined]
    for w in windows:
        for arg in w.function.children:
            below.add(arg, "argument")
    child = finish(Project(tuple(below.items), child))
    number = _numbered(partition, order)
    child = Project((*child.output, number), child)
    row = number.to_attribute()
    bounds = {w.window.frame: _bounds(w.window.frame, partition, order, row) for w in windows if _is_bounded(w)}
    child = Project((*child.output, *(alias for pair in bounds.values() for alias in pair)), child)
    above = _Columns(child.output)
    calls = []
    for w in windows:
        pair = bounds.get(w.window.frame)
        frame = None if pair is None else (above.position(to_attribute(pair[0])), above.position(to_attribute(pair[1])))
        calls.append(above.call(_on_columns(w.function, below), frame))
    results = [Attribute(f"window{i}", w.data_type, True, new_id()) for i, w in enumerate(windows)]
    function: Any = WindowAggregates(tuple(calls), len(kept))
    kind = PythonEvalType.SQL_WINDOW_AGG_PANDAS_UDF
    made = MapGroups(function, kind, partition, (*kept, *results), child, (SortOrder(row),))
    return made, dict(zip(windows, results, strict=True))


def _on_columns(call: Any, below: _Columns) -> Any:
    return call.copy(args=tuple(below.add(arg, "argument") for arg in call.args))


def _is_bounded(window: WindowExpression) -> bool:
    frame = window.window.frame
    return frame is not None and (frame.lower, frame.upper) != ("unbounded", "unbounded")


def _numbered(partition: tuple[Expression, ...], order: tuple[Any, ...]) -> Alias:
    from pyrdd.sql.analysis.calls import make_call  # here: declarations load late

    frame = WindowFrame("rows", "unbounded", "current")
    return Alias(
        WindowExpression(make_call("row_number"), WindowSpecification(partition, order, frame)), "row", new_id()
    )


def _bounds(
    frame: Any, partition: tuple[Expression, ...], order: tuple[Any, ...], row: Attribute
) -> tuple[Alias, Alias]:
    """The first and the last row number of a frame. Rows are counted by their numbers, so that ties stay as they
    are."""
    from pyrdd.sql.analysis.calls import make_call  # here: as above

    window = WindowSpecification(partition, (SortOrder(row),) if frame.kind == "rows" else order, frame)
    first, last = (WindowExpression(make_call(name, row), window) for name in ("min", "max"))
    return Alias(first, "first", new_id()), Alias(last, "last", new_id())
