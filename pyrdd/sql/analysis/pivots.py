"""PIVOT and UNPIVOT: columns from values, and rows from columns.

PIVOT     one aggregate for each (value, aggregate): the rows where the pivoted column has that value
UNPIVOT   each row once for each of the columns: an `Expand`, without the nulls
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.aggregates import aggregate
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.extract import field_name
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql, quoted_type
from pyrdd.sql.analysis.resolve import resolve, spread
from pyrdd.sql.analysis.select import has_aggregate, scope_of
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Case,
    Cast,
    Expression,
    Literal,
    UnresolvedAlias,
    new_id,
)
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.functions.inputs import orderable
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import Expand, Filter, LogicalPlan, Pivot, Unpivot

# --- PIVOT -------------------------------------------------------------------------------------------------------


def resolve_pivot(plan: Pivot, ctx: AnalysisContext) -> LogicalPlan:
    """PIVOT as an aggregation. Raises Spark's errors for values and aggregates that do not fit."""
    scope = scope_of(plan.child, ctx, "Pivot")
    column = resolve(plan.column, scope)
    column = column.child if isinstance(column, Alias) else column
    if not orderable(column.data_type):
        raise analysis_error("INCOMPARABLE_PIVOT_COLUMN", columnName=quoted_sql(column)[1:-1])
    aggregates = [resolve(e, scope) for e in plan.aggregates]
    for made in aggregates:
        _check_aggregate(made.child if isinstance(made, Alias) else made)
    values = [_value(v, column, scope, ctx) for v in plan.values]
    groups = _groups(plan, column, aggregates, scope)
    outputs: list[Expression] = [
        g if isinstance(g, Attribute | Alias) else Alias(g, field_name(g) or pretty_name(g), new_id()) for g in groups
    ]
    sparse = all(isinstance(e.data_type, t.NumericType | t.BooleanType) for e in aggregates)
    for literal, name in values:
        test = make_call("<=>", column, literal, ctx=ctx)
        for made in aggregates:
            found = _only_where(made, test)
            found = _null_where_absent(found, test, ctx) if sparse else found
            outputs.append(Alias(found, _name(name, made, len(aggregates)), new_id()))
    return aggregate(groups, outputs, plan.child, ctx)


def _check_aggregate(expression: Expression) -> None:
    """Columns may stand inside aggregate functions only."""

    def loose(node: Expression) -> bool:
        if isinstance(node, AggregateCall):
            return False
        return isinstance(node, Attribute) or any(loose(child) for child in node.children)

    if not has_aggregate(expression) or loose(expression):
        raise analysis_error("_LEGACY_ERROR_TEMP_1006", sql=pretty_name(expression))


def _groups(plan: Pivot, column: Expression, aggregates: Sequence[Expression], scope: Any) -> list[Expression]:
    if plan.grouping is not None:
        found = [resolve(g, scope) for g in spread(plan.grouping, scope)]
        return [g.child if isinstance(g, Alias) and g.hidden else g for g in found]
    used = column.references.union(*(a.references for a in aggregates))
    return [c for c in plan.child.output if c.id not in used]


def _value(written: Expression, column: Expression, scope: Any, ctx: AnalysisContext) -> tuple[Expression, str]:
    """A pivot value as a constant of the column's type, and the name that it gives its columns."""
    made = resolve(written, scope)
    value = made.child if isinstance(made, Alias) else made
    if not value.foldable:
        raise analysis_error("NON_LITERAL_PIVOT_VALUES", expression=quoted_sql(value))
    if value.data_type != column.data_type and not _same_kind(value.data_type, column.data_type):
        raise analysis_error(
            "PIVOT_VALUE_DATA_TYPE_MISMATCH",
            value=pretty_name(value),
            valueType=value.data_type.simpleString(),
            pivotType=column.data_type.simpleString(),
        )
    typed = coercion.cast(value, column.data_type, ctx)
    if isinstance(made, Alias) and not made.hidden and isinstance(written, UnresolvedAlias):
        return typed, made.name
    text = Cast(typed, t.StringType(), "ansi", implicit=True)
    name = constant_value(text, ctx)
    return typed, "null" if name is None else str(name)


def _same_kind(a: t.DataType, b: t.DataType) -> bool:
    if isinstance(a, t.NullType):
        return True
    if isinstance(a, t.StructType) and isinstance(b, t.StructType):
        pairs = zip(a.fields, b.fields, strict=False)
        return len(a.fields) == len(b.fields) and all(_same_kind(x.dataType, y.dataType) for x, y in pairs)
    return (
        type(a) is type(b)
        or (isinstance(a, t.NumericType) and isinstance(b, t.NumericType))
        or (
            isinstance(a, t.StringType) != isinstance(b, t.StringType)
            and isinstance(a, t.AtomicType)
            and isinstance(b, t.AtomicType)
        )
    )


def _name(value: str, made: Expression, count: int) -> str:
    if count == 1 and not (isinstance(made, Alias) and not made.hidden and count > 1):
        return value
    return f"{value}_{made.name if isinstance(made, Alias) else pretty_name(made)}"


def _only_where(made: Expression, test: Expression) -> Any:
    """The aggregate over the rows where the test holds: its arguments are null elsewhere."""

    def rule(node: Any) -> Any:
        if not isinstance(node, AggregateCall):
            return node
        if node.function.ignores_nulls and node.args and not node.filter:
            first = node.args[0]
            guarded = Case((test, first), Literal(None, first.data_type), first.data_type)
            return node.copy(args=(guarded, *node.args[1:]))
        both = test if node.filter is None else make_call("and", test, node.filter)
        return node.copy(filter=both)

    inner = made.child if isinstance(made, Alias) else made
    return inner.transform_up(rule)


def _null_where_absent(found: Expression, test: Expression, ctx: AnalysisContext) -> Expression:
    """Null in groups without the pivot value, for a count too: Spark aggregates by value first, if numbers are asked for."""
    if isinstance(found, AggregateCall) and found.nullable:
        return found
    present = make_call(">", make_call("count_if", test, ctx=ctx), Literal(0, t.LongType()), ctx=ctx)
    return Case((present, found), Literal(None, found.data_type), found.data_type)


# --- UNPIVOT -----------------------------------------------------------------------------------------------------


def resolve_unpivot(plan: Unpivot, ctx: AnalysisContext) -> LogicalPlan:
    """UNPIVOT as an expansion."""
    scope = scope_of(plan.child, ctx, "Unpivot")
    ids = None if plan.ids is None else [_named(resolve(e, scope)) for e in spread(plan.ids, scope)]
    values: list[tuple[list[Any], str | None]] | None = None
    if plan.values is not None:
        values = []
        for group, alias in plan.values:
            spread_group = spread(group, scope)
            if len(group) == 1 and len(spread_group) > 1:
                values += [([_named(resolve(e, scope))], alias) for e in spread_group]
            else:
                values.append(([_named(resolve(e, scope)) for e in spread_group], alias))
    if ids is None and values is not None:
        used = frozenset().union(*(e.references for group, _ in values for e in group))
        ids = [c for c in plan.child.output if c.id not in used]
    if values is None:
        taken = frozenset().union(*(e.references for e in ids or []))
        values = [([c], None) for c in plan.child.output if c.id not in taken]
    return _expanded(plan, ids or [], values, ctx)


def _named(expression: Expression) -> Any:
    if isinstance(expression, Attribute | Alias):
        return expression
    return Alias(expression, pretty_name(expression), new_id())


def _expanded(
    plan: Unpivot, ids: Sequence[Any], values: Sequence[tuple[list[Any], str | None]], ctx: AnalysisContext
) -> LogicalPlan:
    if not values:
        raise analysis_error("UNPIVOT_REQUIRES_VALUE_COLUMNS")
    width = len(plan.value_names)
    for group, _ in values:
        if len(group) != width:
            raise analysis_error("UNPIVOT_VALUE_SIZE_MISMATCH", names=width)
    typed = [_column([group[i] for group, _ in values], ctx) for i in range(width)]
    columns = [Attribute(e.name, e.data_type, e.nullable, new_id(), getattr(e, "qualifier", ())) for e in ids]
    columns.append(Attribute(plan.variable_name, t.StringType(), False, new_id()))
    found = [
        Attribute(name, typed[i][0].data_type, any(e.nullable for e in typed[i]), new_id())
        for i, name in enumerate(plan.value_names)
    ]
    rows = tuple(
        (
            *(e.child if isinstance(e, Alias) else e for e in ids),
            Literal(alias if alias is not None else "_".join(e.name for e in group), t.StringType()),
            *(typed[i][n] for i in range(width)),
        )
        for n, (group, alias) in enumerate(values)
    )
    expanded = Expand(rows, (*columns, *found), plan.child)
    if plan.include_nulls:
        return expanded
    kept = make_call("isnotnull", found[0], ctx=ctx)
    for column in found[1:]:
        kept = make_call("or", kept, make_call("isnotnull", column, ctx=ctx), ctx=ctx)
    return Filter(kept, expanded)


def _column(expressions: list[Any], ctx: AnalysisContext) -> list[Expression]:
    plain = [e.child if isinstance(e, Alias) else e for e in expressions]
    common = coercion.to_common_type(plain, ctx)
    if common is None:
        listed = ", ".join(f"{quoted_type(e.data_type)} ({quoted(e.name)})" for e in expressions)
        raise analysis_error("UNPIVOT_VALUE_DATA_TYPE_MISMATCH", types=listed)
    return common
