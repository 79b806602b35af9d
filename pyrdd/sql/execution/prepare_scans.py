"""What scans of files need not read: columns that the plan does not name, files whose directories a filter excludes.

Runs on an optimised plan, the last step before it is cut into stages. The filters stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from pyrdd.errors import PySparkException
from pyrdd.sql.arrow import to_arrow_schema
from pyrdd.sql.codegen.plans import PlanWriter
from pyrdd.sql.execution import database
from pyrdd.sql.execution.border import to_inside
from pyrdd.sql.expressions import (
    Alias,
    Attribute,
    Call,
    Expression,
    OuterReference,
    SubqueryExpression,
    new_id,
)
from pyrdd.sql.plan import (
    Aggregate,
    CteReference,
    Expand,
    FileScan,
    Filter,
    Generate,
    Join,
    JoinHint,
    Limit,
    LocalRelation,
    LogicalPlan,
    Offset,
    Project,
    Sort,
    SubqueryAlias,
    Tail,
    Window,
    attributes_of,
)
from pyrdd.sql.sources import FileEntry
from pyrdd.sql.sources.csv_values import in_storage
from pyrdd.sql.sources.file_columns import PREFIX
from pyrdd.sql.types import IntegerType, LongType, StringType, StructField, StructType

_BY_NAME = (
    Project, Filter, Aggregate, Sort, Limit, Offset, Tail, Join, Window, SubqueryAlias, JoinHint, Generate, Expand
)  # fmt: skip
"""Operators that read only the columns that their expressions name; all others read every column of their inputs."""

_FILE_FUNCTIONS = {
    "input_file_name": ("input_file_name", StringType()),
    "input_file_block_start": ("file_block_start", LongType()),
    "input_file_block_length": ("file_block_length", LongType()),
}


def prepare_scans(plan: LogicalPlan, time_zone: str) -> LogicalPlan:
    """The plan with scans that read less."""
    if not any(isinstance(node, FileScan) for node in every_node(plan)):
        return plan
    plan = plan.transform_up(_with_file_functions)
    excluded = dict(_filters(plan, ()))
    needed = {c.id for c in plan.output} | _needed(plan)

    def rule(node: Any) -> Any:
        if isinstance(node, FileScan):
            columns = tuple(c for c in node.columns if c.id in needed)
            files = _kept(node, excluded.get(id(node), ()), time_zone)
            if len(columns) == len(node.columns) and len(files) == len(node.listing.files):
                return node
            return node.copy(columns=columns, listing=replace(node.listing, files=files))
        if isinstance(node, CteReference):
            return node.copy(plan=_everywhere(node.plan, rule))
        return node

    return _everywhere(plan, rule)


def _everywhere(plan: LogicalPlan, rule: Any) -> LogicalPlan:
    """A rule for every operator, those inside of expressions too. Leaves come first: scans have identity only."""

    def inside(expression: Any) -> Any:
        if isinstance(expression, SubqueryExpression):
            return expression.copy(plan=_everywhere(expression.plan, rule))
        return expression

    made: LogicalPlan = plan.transform_up(
        lambda node: rule(node.map_expressions(lambda e: e.transform_up(inside)) if node.expressions else node)
    )
    return made


def every_node(plan: LogicalPlan) -> Iterator[LogicalPlan]:
    """Every operator of a plan, with those of subqueries and common table expressions."""
    for node in plan.walk():
        yield node
        if isinstance(node, CteReference):
            yield from every_node(node.plan)
        for expression in node.expressions:
            for subquery in expression.find(SubqueryExpression):
                yield from every_node(subquery.plan)


# --- columns -----------------------------------------------------------------------------------------------------


def _needed(plan: LogicalPlan) -> set[int]:
    """The ids of all columns that something in the plan reads."""
    found: set[int] = set()
    for node in every_node(plan):
        if isinstance(node, CteReference):
            found |= node.plan.output_ids
        if not isinstance(node, _BY_NAME):
            for child in node.children:
                found |= child.output_ids
        for expression in node.expressions:
            for e in expression.walk():
                if isinstance(e, Attribute):
                    found.add(e.id)
                elif isinstance(e, OuterReference):
                    found.add(e.attribute.id)
                elif isinstance(e, SubqueryExpression):
                    found |= e.plan.output_ids | {a.id for a in e.outer}
    return found


# --- the file that a row is from ---------------------------------------------------------------------------------


def _with_file_functions(node: Any) -> Any:
    """``input_file_name()`` over a scan is a column of the scan."""
    if len(node.children) != 1 or not any(_asks_for_file(e) for e in node.expressions):
        return node
    made: dict[str, Attribute] = {}

    def rule(expression: Any) -> Any:
        if not _asks_for_file(expression, deep=False):
            return expression
        name, kind = _FILE_FUNCTIONS[expression.function.name]
        made.setdefault(name, Attribute(PREFIX + name, kind, False, new_id()))
        return made[name]

    changed = node.map_expressions(lambda e: e.transform_up(rule))
    child = _with_columns(node.children[0], tuple(made.values()))
    if child is None:
        return node
    changed = changed.copy(child=child)
    same = len(changed.output) == len(node.output)
    return changed if same else Project(node.output, changed)


def _asks_for_file(expression: Expression, deep: bool = True) -> bool:
    parts: Any = expression.walk() if deep else (expression,)
    return any(isinstance(e, Call) and e.function.name in _FILE_FUNCTIONS for e in parts)


def _with_columns(plan: LogicalPlan, columns: tuple[Attribute, ...]) -> LogicalPlan | None:
    """The plan with more columns of the one scan below it; None if rows lose their file on the way."""
    match plan:
        case FileScan():
            return plan.copy(columns=(*plan.columns, *columns))
        case Project():
            child = _with_columns(plan.child, columns)
            return None if child is None else plan.copy(projections=(*plan.projections, *columns), child=child)
        case Filter() | SubqueryAlias() | JoinHint() | Limit() | Generate():
            child = _with_columns(plan.child, columns)
            return None if child is None else plan.copy(child=child)
    return None


# --- files -------------------------------------------------------------------------------------------------------


def _filters(plan: LogicalPlan, above: Sequence[Expression]) -> Iterator[tuple[int, tuple[Expression, ...]]]:
    """For each scan the conditions that its rows must fulfil, as far as they only read its partition columns."""
    match plan:
        case FileScan():
            keys = {f.name for f in plan.listing.partition_schema.fields}
            ids = {c.id for c in plan.columns if c.name in keys}
            yield id(plan), tuple(c for c in above if c.references and c.references <= ids)
        case Filter():
            yield from _filters(plan.child, (*above, *_simple_conjuncts(plan.condition)))
        case Project():
            known = {e.id: e.child for e in plan.projections if isinstance(e, Alias)}
            yield from _filters(plan.child, [_replaced(c, known) for c in above])
        case SubqueryAlias() | JoinHint() | Sort():
            yield from _filters(plan.child, above)
        case Join(join_type="inner" | "cross" | "semi"):
            both = (*above, *_simple_conjuncts(plan.condition))
            yield from _filters(plan.left, both)
            yield from _filters(plan.right, both)
        case Join(join_type="left" | "anti"):
            yield from _filters(plan.left, above)
            yield from _filters(plan.right, ())
        case Join(join_type="right"):
            yield from _filters(plan.left, ())
            yield from _filters(plan.right, above)
        case _:
            for child in plan.children:
                yield from _filters(child, ())


def _simple_conjuncts(condition: Expression | None) -> list[Expression]:
    """The parts of a condition that the driver can decide: no queries in them, no chance."""
    if condition is None:
        return []
    if isinstance(condition, Call) and condition.function.name == "and":
        return [part for arg in condition.args for part in _simple_conjuncts(arg)]
    hard = condition.contains((SubqueryExpression, OuterReference))
    return [] if hard or not condition.deterministic else [condition]


def _replaced(condition: Expression, known: dict[int, Expression]) -> Expression:
    def rule(node: Any) -> Any:
        return known.get(node.id, node) if isinstance(node, Attribute) else node

    made: Expression = condition.transform_up(rule)
    return made


def _kept(scan: FileScan, conditions: Sequence[Expression], time_zone: str) -> tuple[FileEntry, ...]:
    files: tuple[FileEntry, ...] = scan.listing.files
    if not conditions or not files:
        return files
    values = list(dict.fromkeys(file.partition_values for file in files))
    try:
        chosen = _true_for(scan, conditions, values, time_zone)
    except PySparkException:
        # the query itself will say what is wrong with the condition, if a row ever meets it
        return files
    return tuple(file for file in files if file.partition_values in chosen)


def _true_for(
    scan: FileScan, conditions: Sequence[Expression], values: Sequence[tuple[Any, ...]], time_zone: str
) -> set[tuple[Any, ...]]:
    """Those of the partitions' values for which the conditions are true, by the query engine itself."""
    fields = list(scan.listing.partition_schema.fields)
    by_name = {c.name: c for c in scan.columns}
    number = attributes_of(StructType([StructField("number", IntegerType(), False)]))[0]
    keys = tuple(by_name.get(f.name) or attributes_of(StructType([f]))[0] for f in fields)
    kinds = [f.type for f in to_arrow_schema(StructType(fields))]
    arrays = [in_storage([row[i] for row in values], kind) for i, kind in enumerate(kinds)]
    numbers = pa.array(range(len(values)), pa.int32())
    names = [f"c{i}" for i in range(len(fields) + 1)]
    columns = (*keys, number)
    relation = LocalRelation(columns, pa.table([*arrays, numbers], names=names))
    plan: LogicalPlan = relation
    for condition in conditions:
        plan = Filter(condition, plan)
    query = PlanWriter(time_zone).query(Project((number,), plan))
    tables = [to_inside(relation.table, columns)]
    found = database.run(query.text, tables, query.kernels, {"TimeZone": time_zone})
    return {values[at] for at in found.column(0).to_pylist()}
