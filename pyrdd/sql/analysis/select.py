"""SELECT, WHERE, ORDER BY, LIMIT: operators that keep the rows' shape or project them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyrdd.errors.origin import about
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion, correlation, time_windows, windows
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.extract import fields
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type
from pyrdd.sql.analysis.resolve import named, resolve, resolve_all, spread
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Expression,
    GeneratorCall,
    Literal,
    SortOrder,
    UnresolvedAttribute,
    UnresolvedOrdinal,
    UnresolvedWindowReference,
    WindowExpression,
)
from pyrdd.sql.plan import (
    Aggregate,
    Distinct,
    FileScan,
    Filter,
    Generate,
    Join,
    JoinHint,
    Limit,
    LogicalPlan,
    NamedWindows,
    Project,
    Repartition,
    RepartitionBy,
    Sort,
    SubqueryAlias,
)

Analyze = Callable[[LogicalPlan, AnalysisContext], LogicalPlan]


def scope_of(child: LogicalPlan, ctx: AnalysisContext, clause: str = "") -> Scope:
    """The scope of an operator over a child."""
    return Scope(ctx, child.output, hidden_columns(child), clause=clause)


def hidden_columns(plan: LogicalPlan) -> tuple[Attribute, ...]:
    """Columns below a plan that are not in its output but may still be named: the sides of a USING join, and what is
    known of the files that rows are from."""
    match plan:
        case Project():
            return (*plan.hidden, *_metadata_columns(plan.child))
        case Filter() | Sort() | Repartition() | RepartitionBy() | JoinHint():
            return hidden_columns(plan.child)
        case Join(join_type="semi" | "anti"):
            return hidden_columns(plan.left)
        case Join():
            return (*hidden_columns(plan.left), *hidden_columns(plan.right))
    return _metadata_columns(plan)


def _metadata_columns(plan: LogicalPlan) -> tuple[Attribute, ...]:
    match plan:
        case FileScan(metadata=Attribute() as column):
            return () if any(c.id == column.id for c in plan.columns) else (column,)
        case SubqueryAlias():
            return tuple(c.copy(qualifier=plan.name) for c in _metadata_columns(plan.child))
        case Project() | Filter() | Sort() | Limit() | Generate() | Repartition() | RepartitionBy() | JoinHint():
            return _metadata_columns(plan.child)
    return ()


def has_aggregate(expression: Expression) -> bool:
    """Whether an aggregate function stands in an expression that is not that of a window (its arguments count)."""
    if isinstance(expression, WindowExpression):
        inside = (*expression.function.children, expression.window)
        return any(has_aggregate(child) for child in inside)
    return isinstance(expression, AggregateCall) or any(has_aggregate(child) for child in expression.children)


# --- SELECT ------------------------------------------------------------------------------------------------------


def resolve_project(plan: Project, ctx: AnalysisContext) -> LogicalPlan:
    """A select list: plain, of aggregates without GROUP BY, with generators, with aliases used further right."""
    from pyrdd.sql.analysis import aggregates, generators  # here: they resolve select lists with these functions

    scope = scope_of(plan.child, ctx, "Project")
    earlier: list[Alias] = []
    resolved = _resolve_list(plan.projections, scope, earlier)
    windows.check_over(resolved)
    if any(has_aggregate(e) for e in resolved):
        return aggregates.aggregate_of(plan.projections, resolved, plan.child, ctx)
    if any(e.contains(GeneratorCall) for e in resolved):
        return generators.project_generators(resolved, plan.child, ctx)
    used = _needs_lateral(resolved, plan.child, earlier)
    if used:
        return _lateral_aliases(resolved, plan.child, ctx)
    return windows.split_windows(with_hidden(Project(tuple(resolved), plan.child), resolved))


def _resolve_list(expressions: Sequence[Expression], scope: Scope, earlier: list[Alias]) -> list[Expression]:
    """The list resolved left to right; a name that no column has may be an alias further left."""

    def find_alias(parts: tuple[str, ...]) -> Expression | None:
        found = [a for a in earlier if scope.ctx.same_name(a.name, parts[0])]
        if len(found) > 1:
            raise analysis_error("AMBIGUOUS_LATERAL_COLUMN_ALIAS", name=f"`{parts[0]}`", n=len(found))
        return fields(found[0].to_attribute(), parts[1:], scope.ctx) if found else None

    lateral = scope.with_(fallback=find_alias)
    resolved: list[Expression] = []
    for expression in spread(expressions, scope):
        made = resolve(expression, lateral)
        made = named(made, expression, scope) if not isinstance(made, Attribute | Alias) else made
        resolved.append(made)
        if isinstance(made, Alias) and not made.hidden:
            earlier.append(made)
    return resolved


def _needs_lateral(resolved: Sequence[Expression], child: LogicalPlan, earlier: Sequence[Alias]) -> bool:
    ids = {a.id for a in earlier}
    return any(e.references & ids for e in resolved)


def _lateral_aliases(resolved: Sequence[Expression], child: LogicalPlan, ctx: AnalysisContext) -> LogicalPlan:
    """Aliases used further right: those without such use are computed first, the rest above them."""
    ids = {e.id for e in resolved if isinstance(e, Alias)}
    first = [e for e in resolved if isinstance(e, Alias) and not (e.references & ids)]
    done = {e.id for e in first}
    below = windows.split_windows(Project((*child.output, *first), child))
    above = [e.to_attribute() if isinstance(e, Alias) and e.id in done else e for e in resolved]
    if any(isinstance(e, Alias) and e.references & (ids - done) for e in above):
        return _lateral_aliases(above, below, ctx)
    return windows.split_windows(Project(tuple(above), below))


def with_hidden(project: Project, expressions: Sequence[Expression]) -> LogicalPlan:
    """A projection over a child whose hidden columns its expressions read: these are made visible below."""
    missing = frozenset().union(*(e.references for e in expressions)) - project.child.output_ids
    if not missing:
        return project
    return project.copy(child=expose(project.child, missing))


def expose(plan: LogicalPlan, ids: frozenset[int]) -> LogicalPlan:
    """The plan with more columns of what is below it in its output, where it is possible to pass them on."""
    wanted = ids - plan.output_ids
    if not wanted:
        return plan
    match plan:
        case Project():
            child = expose(plan.child, wanted)
            found = [c for c in (*child.output, *plan.hidden) if c.id in wanted & child.output_ids]
            return plan.copy(projections=(*plan.projections, *{c.id: c for c in found}.values()), child=child)
        case Filter() | Sort() | SubqueryAlias() | Limit() | Generate() | Repartition() | RepartitionBy() | JoinHint():
            return plan.copy(child=expose(plan.child, wanted))
        case Join(join_type="semi" | "anti"):
            return plan.copy(left=expose(plan.left, wanted))
        case Join():
            return plan.copy(left=expose(plan.left, wanted), right=expose(plan.right, wanted))
        case FileScan(metadata=Attribute() as column) if column.id in wanted:
            return plan.copy(columns=(*plan.columns, column))
    return plan


# --- WHERE -------------------------------------------------------------------------------------------------------


def resolve_filter_of_names(plan: Filter, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """WHERE, or HAVING over an aggregation."""
    from pyrdd.sql.analysis import aggregates  # here: HAVING is resolved with the aggregation below it

    child = analyze(plan.child, ctx)
    if plan.having:
        return aggregates.resolve_having(plan, child, ctx)
    spread_out = time_windows.as_columns(plan.copy(child=child), ctx)
    child = spread_out.child
    return filtered(resolve(spread_out.condition, _scope_over_list(child, ctx, "Filter")), child, ctx)


def filtered(condition: Expression, child: LogicalPlan, ctx: AnalysisContext) -> LogicalPlan:
    """A filter by a resolved condition. Raises DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN, INVALID_WHERE_CONDITION."""
    if condition.contains(WindowExpression):
        raise analysis_error("WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE", clauseName="WHERE")
    own = correlation.own_aggregates(condition) if ctx.in_having else has_aggregate(condition)
    if own or condition.contains(GeneratorCall):
        kinds = [e for e in condition.walk() if isinstance(e, AggregateCall | WindowExpression | GeneratorCall)]
        raise analysis_error(
            "INVALID_WHERE_CONDITION",
            condition=quoted_sql(condition),
            expressionList=", ".join(quoted_sql(k)[1:-1] for k in kinds),
        )
    if isinstance(condition.data_type, t.StringType) and not isinstance(condition, Literal):
        condition = coercion.cast(condition, t.BooleanType(), ctx) if ctx.ansi else condition
    if isinstance(condition.data_type, t.NullType):
        condition = Literal(None, t.BooleanType())
    if not isinstance(condition.data_type, t.BooleanType):
        raise mismatch(
            "FILTER_NOT_BOOLEAN",
            condition,
            filter=quoted_sql(condition),
            type=quoted_type(condition.data_type),
        )
    missing = condition.references - child.output_ids
    if missing:
        return Project(child.output, Filter(condition, expose(child, missing)), hidden_columns(child))
    return Filter(condition, child)


# --- ORDER BY ----------------------------------------------------------------------------------------------------


def resolve_sort(plan: Sort, ctx: AnalysisContext) -> LogicalPlan:
    """ORDER BY: the select list's columns first, then those of its input; positions; ORDER BY ALL."""
    from pyrdd.sql.analysis import aggregates  # here: ORDER BY may hold aggregates of the aggregation below

    child = plan.child
    scope, target, columns = _scope_over_list(child, ctx, "Sort"), _select_list(child), child.output
    written = _order_all(plan.order, child)
    if isinstance(target, Project):
        scope = scope.with_(shared_names_hide=True)
        if not ctx.flag("spark.sql.prioritizeOrdinalResolutionInSort.enabled", True):
            columns = (*columns, *_read_further(written, scope))
    order = [_ordinal(o, columns, ctx) for o in written]
    if isinstance(target, Aggregate):
        return aggregates.resolve_sort_over(plan.copy(order=tuple(order)), target, ctx)
    resolved = tuple(_orderable(resolve(o, scope)) for o in order)
    correlation.check_order(resolved)
    missing = frozenset().union(*(o.references for o in resolved)) - child.output_ids
    if not missing:
        return Sort(resolved, plan.is_global, child)
    exposed = expose(child, missing)
    if missing - exposed.output_ids or isinstance(child, Distinct):
        from pyrdd.sql.analysis.problems import unresolved_column  # here: the rare case

        raise unresolved_column(_first_name(order), child.output)
    return Project(child.output, Sort(resolved, plan.is_global, exposed))


def _read_further(order: Sequence[SortOrder], scope: Scope) -> list[Attribute]:
    """The columns beyond the select list that keys name: then positions may count them too."""
    named = [resolve(o.child, scope) for o in order if not isinstance(o.child, UnresolvedOrdinal | Literal)]
    found = (e for key in named for e in key.walk() if isinstance(e, Attribute))
    return list(dict.fromkeys(column for column in found if column not in scope.columns))


def _select_list(plan: LogicalPlan) -> LogicalPlan:
    """What makes the columns of a plan: the select list below HAVING and hints, and below what HAVING only drops."""
    while isinstance(plan, Repartition | RepartitionBy | JoinHint) or _is_having(plan) or drops_columns_of_having(plan):
        plan = plan.child  # type: ignore[attr-defined]
    return plan


def _is_having(plan: LogicalPlan) -> bool:
    return isinstance(plan, Filter) and plan.having


def drops_columns_of_having(plan: LogicalPlan) -> bool:
    """Whether a plan is the projection without the columns that only a HAVING below it reads."""
    return (
        isinstance(plan, Project)
        and _is_having(plan.child)
        and isinstance(plan.child.child, Aggregate)  # type: ignore[attr-defined]
        and all(isinstance(e, Attribute) for e in plan.projections)
    )


def _scope_over_list(child: LogicalPlan, ctx: AnalysisContext, clause: str) -> Scope:
    """The scope of an operator over a select list: its columns, then those that it was made of."""
    return scope_of(child, ctx, clause).with_(below=_Below(child))


class _Below:
    """The columns of the plans below one, looked at only if a name is not found above: chains of them may be long."""

    def __init__(self, plan: LogicalPlan) -> None:
        self.plan = plan

    def __iter__(self) -> Iterator[tuple[Attribute, ...]]:
        plan = self.plan
        while isinstance(plan, Project | Filter | Sort | Limit | Repartition | RepartitionBy | JoinHint):
            plan, passed = plan.child, isinstance(plan, Project) and not drops_columns_of_having(plan)
            if passed:
                yield plan.output


def _first_name(order: Sequence[Expression]) -> tuple[str, ...]:
    for expression in order:
        for node in expression.walk():
            if isinstance(node, UnresolvedAttribute):
                return node.parts
    return ("?",)


def _order_all(order: Sequence[SortOrder], child: LogicalPlan) -> list[SortOrder]:
    if len(order) == 1 and isinstance(order[0].child, UnresolvedAttribute):
        only = order[0]
        name = only.child
        if isinstance(name, UnresolvedAttribute) and name.name.lower() == "all":
            if not any(c.name.lower() == "all" for c in child.output):
                return [only.copy(child=c) for c in child.output]
    return list(order)


def ordinal(expression: Expression, ctx: AnalysisContext, key: str) -> int | None:
    """The position that a constant in GROUP BY or ORDER BY stands for, if the setting allows it; else None."""
    if not ctx.flag(key, True):
        return None
    if isinstance(expression, UnresolvedOrdinal):
        return expression.position
    is_int = isinstance(expression, Literal) and isinstance(expression.data_type, t.IntegerType)
    return expression.value if is_int and expression.value is not None else None  # type: ignore[attr-defined]


def _ordinal(order: SortOrder, columns: Sequence[Attribute], ctx: AnalysisContext) -> SortOrder:
    """``ORDER BY 2``: the second column."""
    position = ordinal(order.child, ctx, "spark.sql.orderByOrdinal")
    if position is None:
        return _constant_order(order)
    if not 1 <= position <= len(columns):
        with about(order.child.origin):
            raise analysis_error("ORDER_BY_POS_OUT_OF_RANGE", index=position, size=len(columns))
    return order.copy(child=columns[position - 1])


def _constant_order(order: SortOrder) -> SortOrder:
    """An ordinal that is none, because the setting is off, is a constant."""
    if isinstance(order.child, UnresolvedOrdinal):
        return order.copy(child=Literal(order.child.position, t.IntegerType()))
    return order


def _orderable(order: Any) -> SortOrder:
    window = next(order.find(WindowExpression), None)
    if window is not None:
        raise analysis_error("UNSUPPORTED_EXPR_FOR_OPERATOR", operator="Sort", invalidExprSqls=quoted_sql(window))
    from pyrdd.sql.functions.inputs import orderable  # here: this module's only use

    if not orderable(order.data_type):
        raise mismatch(
            "INVALID_ORDERING_TYPE", order, functionName="`sortorder`", dataType=quoted_type(order.data_type)
        )
    assert isinstance(order, SortOrder)
    return order


# --- others ------------------------------------------------------------------------------------------------------


def resolve_limit(plan: Any, ctx: AnalysisContext) -> LogicalPlan:
    """LIMIT, OFFSET and tail: a constant that is not negative."""
    name = "offset" if hasattr(plan, "offset") else "limit"
    with about(getattr(plan, name).origin):
        return _limited(plan, name, ctx)


def _limited(plan: Any, name: str, ctx: AnalysisContext) -> LogicalPlan:
    value = resolve(getattr(plan, name), Scope(ctx, plan.child.output))
    parameters = {"name": name, "expr": quoted_sql(value)}
    if not value.foldable:
        raise analysis_error("INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", **parameters)
    if not isinstance(value.data_type, t.IntegralType) or isinstance(value.data_type, t.LongType):
        if not isinstance(value.data_type, t.NullType):
            raise analysis_error(
                "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", dataType=quoted_type(value.data_type), **parameters
            )
    from pyrdd.sql.analysis.fold import constant_value  # here: folding runs a query

    number = constant_value(value, ctx)
    if number is None:
        raise analysis_error("INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL", **parameters)
    if number < 0:
        raise analysis_error("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", v=number, **parameters)
    return plan.copy(**{name: Literal(number, t.IntegerType())})  # type: ignore[no-any-return]


def resolve_expressions(plan: Any, ctx: AnalysisContext) -> LogicalPlan:
    """Operators whose expressions are just columns of the child: Deduplicate, RepartitionBy."""
    if isinstance(plan, RepartitionBy):
        keys = tuple(resolve_all(plan.partitioning, _scope_over_list(plan.child, ctx, "RepartitionByExpression")))
        missing = frozenset[int]().union(*(key.references for key in keys)) - plan.child.output_ids
        made = plan.copy(partitioning=keys, child=expose(plan.child, missing))
        return Project(plan.child.output, made) if missing else made
    scope = scope_of(plan.child, ctx, type(plan).__name__)
    return plan.copy(keys=tuple(resolve_all(plan.keys, scope)))  # type: ignore[no-any-return]


def resolve_observe(plan: Any, ctx: AnalysisContext) -> LogicalPlan:
    """`observe`: aggregates over the child, on the side."""
    scope = scope_of(plan.child, ctx, "CollectMetrics")
    metrics = [named(resolve(e, scope), e, scope) for e in spread(plan.metrics, scope)]
    return plan.copy(metrics=tuple(metrics))  # type: ignore[no-any-return]


def resolve_named_windows(plan: NamedWindows, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """The WINDOW clause: its definitions take the place of their names in the select list below."""
    windows = {name.lower(): window for name, window in plan.windows}

    def put_in(expression: Expression) -> Expression:
        if isinstance(expression, UnresolvedWindowReference):
            if expression.name.lower() not in windows:
                raise analysis_error("MISSING_WINDOW_SPECIFICATION", windowName=expression.name)
            return WindowExpression(expression.function, windows[expression.name.lower()])  # type: ignore[arg-type]
        return expression

    def in_node(node: LogicalPlan) -> LogicalPlan:
        return node.map_expressions(lambda e: e.transform_up(put_in))

    return analyze(plan.child.transform_up(in_node), ctx)
