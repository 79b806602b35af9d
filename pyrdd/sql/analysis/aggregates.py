"""GROUP BY, HAVING and ORDER BY over groups: what may stand beside aggregates, ordinals, aliases, grouping sets.

An `Aggregate` after analysis holds, in its output list, only grouping expressions and aggregate calls at the leaves. Windows
over aggregates, and HAVING and ORDER BY that need more than the select list, become a projection above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.errors.origin import about
from pyrdd.sql import types as t
from pyrdd.sql.analysis import correlation, grouping_sets
from pyrdd.sql.analysis.canonical import unified
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type, unresolved_column
from pyrdd.sql.analysis.resolve import look_up, named, resolve, spread
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.analysis.select import drops_columns_of_having, expose, filtered, has_aggregate, ordinal, scope_of
from pyrdd.sql.analysis.windows import split_windows
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Expression,
    GeneratorCall,
    Literal,
    SortOrder,
    SubqueryExpression,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedStar,
    WindowExpression,
    new_id,
    to_attribute,
)
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.plan import Aggregate, Expand, Filter, LogicalPlan, Project, Sort


def resolve_aggregate(plan: Aggregate, ctx: AnalysisContext) -> LogicalPlan:
    """GROUP BY with its select list."""
    scope = scope_of(plan.child, ctx, "Aggregate")
    written = spread(plan.aggregates, scope)
    outputs = _resolve_outputs(written, scope)
    if plan.group_by_all and not any(c.name.lower() == "all" for c in plan.child.output):
        return aggregate(_all_groups(outputs), outputs, plan.child, ctx)
    asked = plan.grouping or ((UnresolvedAttribute(("all",)),) if plan.group_by_all else ())
    if any(isinstance(e, UnresolvedStar) for e in plan.aggregates):
        if any(ordinal(g, ctx, "spark.sql.groupByOrdinal") is not None for g in asked):
            raise analysis_error("STAR_GROUP_BY_POS")
    grouping = [_group(g, outputs, written, scope) for g in spread(asked, scope)]
    outputs = [unified(output, grouping) for output in outputs]
    if plan.grouping_sets is not None:
        return grouping_sets.expand(grouping, outputs, plan.grouping_sets, plan.child, ctx)
    return aggregate(grouping, outputs, plan.child, ctx, implied=not grouping)


def aggregate_of(
    written: Sequence[Expression], resolved: Sequence[Expression], child: LogicalPlan, ctx: AnalysisContext
) -> LogicalPlan:
    """A select list with aggregate functions and no GROUP BY: one group of all rows."""
    return aggregate([], list(resolved), child, ctx, implied=True)


def _resolve_outputs(written: Sequence[Expression], scope: Scope) -> list[Expression]:
    earlier: list[Alias] = []

    def find_alias(parts: tuple[str, ...]) -> Expression | None:
        found = [a for a in earlier if scope.ctx.same_name(a.name, parts[0])]
        # an alias of the same list is used by its value: groups are formed before any projection
        return found[0].child if len(found) == 1 and len(parts) == 1 else None

    outputs: list[Expression] = []
    for expression in written:
        made = resolve(expression, scope.with_(fallback=find_alias))
        made = made if isinstance(made, Attribute | Alias) else named(made, expression, scope)
        outputs.append(made)
        if isinstance(made, Alias):
            earlier.append(made)
    return outputs


def _all_groups(outputs: Sequence[Expression]) -> list[Expression]:
    """GROUP BY ALL: every output without an aggregate."""
    found: list[Expression] = []
    for output in outputs:
        value = output.child if isinstance(output, Alias) else output
        if not has_aggregate(value):
            found.append(value)
            continue
        loose = [a for a in _outside_aggregates(value) if isinstance(a, Attribute)]
        around = [a for e in _outside_aggregates(value) if isinstance(e, SubqueryExpression) for a in e.outer]
        if around or (any(all(a.id not in f.references for f in found) for a in loose) and not _covered(value, outputs)):
            raise analysis_error("UNRESOLVED_ALL_IN_GROUP_BY")
    return found


def _covered(value: Expression, outputs: Sequence[Expression]) -> bool:
    plain = {o.child if isinstance(o, Alias) else o for o in outputs if not has_aggregate(o)}
    return all(a in plain for a in _outside_aggregates(value) if isinstance(a, Attribute))


def _outside_aggregates(expression: Expression) -> list[Expression]:
    if isinstance(expression, AggregateCall):
        return []
    return [expression, *(e for child in expression.children for e in _outside_aggregates(child))]


def _group(
    expression: Expression, outputs: Sequence[Expression], written: Sequence[Expression], scope: Scope
) -> Expression:
    """One key of GROUP BY: a position, a column, an alias of the select list, or any expression."""
    ctx = scope.ctx
    position = ordinal(expression, ctx, "spark.sql.groupByOrdinal")
    if position is None and expression.contains(SubqueryExpression) and _child(expression) in map(_child, written):
        # subqueries that are analysed once each have columns of their own: it is the one of the select list
        position = [_child(each) for each in written].index(_child(expression)) + 1
    if position is not None:
        with about(expression.origin):
            found = _at_position(position, outputs)
    else:

        def alias(parts: tuple[str, ...]) -> Expression | None:
            matching = [
                o for o in outputs if isinstance(o, Alias) and len(parts) == 1 and ctx.same_name(o.name, parts[0])
            ]
            return matching[0].child if matching and ctx.flag("spark.sql.groupByAliases", True) else None

        found = resolve(expression, scope.with_(fallback=alias))
        found = found.child if isinstance(found, Alias) and isinstance(expression, UnresolvedAttribute) else found
    if isinstance(expression, UnresolvedAlias) and isinstance(found, Alias):
        found = found.child if found.hidden else found
    _check_group(found)
    return found


def _child(expression: Any) -> Any:
    return expression.child if isinstance(expression, Alias | UnresolvedAlias) else expression


def _at_position(position: int, outputs: Sequence[Expression]) -> Expression:
    if not 1 <= position <= len(outputs):
        raise analysis_error("GROUP_BY_POS_OUT_OF_RANGE", index=position, size=len(outputs))
    output = outputs[position - 1]
    found = output.child if isinstance(output, Alias) else output
    if has_aggregate(found):
        raise analysis_error("GROUP_BY_POS_AGGREGATE", index=position, aggExpr=quoted_sql(found)[1:-1])
    return found


def _check_group(expression: Expression) -> None:
    if has_aggregate(expression):
        raise analysis_error("GROUP_BY_AGGREGATE", sqlExpr=pretty_name(expression))
    if expression.contains(WindowExpression):
        raise analysis_error(
            "UNSUPPORTED_EXPR_FOR_OPERATOR", operator="Aggregate", invalidExprSqls=quoted_sql(expression)
        )
    if not _groupable(expression.data_type) and not isinstance(expression.data_type, t.CalendarIntervalType):
        raise analysis_error(
            "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE",
            sqlExpr=quoted_sql(expression),
            dataType=quoted_type(expression.data_type),
        )


def _groupable(data_type: t.DataType) -> bool:
    """Whether groups can be formed of values: they have an order, or are maps, which are brought into one."""
    match data_type:
        case t.MapType():
            return _groupable(data_type.keyType) and _groupable(data_type.valueType)
        case t.ArrayType():
            return _groupable(data_type.elementType)
        case t.StructType():
            return all(_groupable(field.dataType) for field in data_type.fields)
    from pyrdd.sql.functions.inputs import orderable  # here: this check's only use

    return orderable(data_type)


def aggregate(
    grouping: Sequence[Expression],
    outputs: Sequence[Expression],
    child: LogicalPlan,
    ctx: AnalysisContext,
    implied: bool = False,
) -> LogicalPlan:
    """The aggregation, checked; windows and generators over aggregates are computed by a projection above it."""
    keys = [g.child if isinstance(g, Alias) else g for g in grouping]
    for output in outputs:
        check_output(output.child if isinstance(output, Alias) else output, keys, implied, output)
    missing = frozenset().union(*(e.references for e in (*keys, *outputs))) - child.output_ids
    child = expose(child, missing) if missing else child
    keys, outputs, child = _looked_up(keys, outputs, child)
    if any(o.contains((WindowExpression, GeneratorCall)) for o in outputs):
        return _above(keys, outputs, child, ctx)
    return Aggregate(tuple(keys), tuple(outputs), child)


def _looked_up(
    keys: list[Expression], outputs: Sequence[Expression], child: LogicalPlan
) -> tuple[list[Expression], Sequence[Expression], LogicalPlan]:
    """Keys that hold correlated subqueries are computed by a projection below: groups are formed of columns then."""
    found = {k: Alias(k, pretty_name(k), new_id()) for k in keys if any(s.outer for s in k.find(SubqueryExpression))}
    if not found:
        return keys, outputs, child

    def column(expression: Any) -> Any:
        return found[expression].to_attribute() if expression in found else expression.map_children(column)

    return [column(k) for k in keys], [column(o) for o in outputs], Project((*child.output, *found.values()), child)


def _above(
    keys: Sequence[Expression], outputs: Sequence[Expression], child: LogicalPlan, ctx: AnalysisContext
) -> LogicalPlan:
    """Aggregates and keys below, the expressions around them above."""
    parts: dict[Expression, Alias | Attribute] = {}

    def lift(expression: Any) -> Any:
        if expression in keys or _is_group_aggregate(expression):
            if expression not in parts:
                is_column = isinstance(expression, Attribute)
                parts[expression] = expression if is_column else Alias(expression, pretty_name(expression), new_id())
            return to_attribute(parts[expression])
        if isinstance(expression, WindowExpression):
            function = expression.function.map_children(lift)
            return expression.copy(function=function, window=expression.window.map_children(lift))
        return expression.map_children(lift)

    above = []
    for output in outputs:
        lifted = lift(output.child) if isinstance(output, Alias) else lift(output)
        if isinstance(output, Alias):
            above.append(output.copy(child=lifted))
        else:
            above.append(lifted)
    below = Aggregate(tuple(keys), tuple(parts.values()), child)
    from pyrdd.sql.analysis.generators import project_generators  # here: it resolves projections of this module

    if any(e.contains(GeneratorCall) for e in above):
        return project_generators(above, below, ctx)
    return split_windows(Project(tuple(above), below))


def _is_group_aggregate(expression: Any) -> bool:
    return isinstance(expression, AggregateCall)


def check_output(expression: Expression, keys: Sequence[Expression], implied: bool, output: Expression) -> None:
    """Raises MISSING_AGGREGATION or MISSING_GROUP_BY for a column that is neither a key nor aggregated."""
    if expression in keys:
        return
    match expression:
        case AggregateCall():
            _check_aggregate(expression)
            return
        case WindowExpression():
            for child in (*expression.function.children, *expression.window.children):
                check_output(child, keys, implied, output)
            return
        case Attribute():
            if implied:
                raise analysis_error("MISSING_GROUP_BY")
            raise analysis_error(
                "MISSING_AGGREGATION",
                expression=quoted_sql(expression),
                expressionAnyValue=f'"any_value({expression.name})"',
            )
        case SubqueryExpression():
            loose = [a for a in expression.outer if a not in keys]
            if loose and expression.kind == "scalar":
                raise analysis_error(
                    "SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION", sqlExpr=quoted_sql(expression)
                )
    for child in expression.children:
        check_output(child, keys, implied, output)


def _check_aggregate(call: AggregateCall) -> None:
    condition = call.filter
    for child in (*call.args, *call.order):
        if has_aggregate(child):
            with about(child.origin):
                raise analysis_error("NESTED_AGGREGATE_FUNCTION")
        if child.contains(WindowExpression):
            raise analysis_error("_LEGACY_ERROR_TEMP_1031")
    if condition is None:
        return
    parameters = {"filterExpr": quoted_sql(condition), "aggFunc": quoted_sql(call)}
    if has_aggregate(condition):
        inner = quoted_sql(next(condition.find(AggregateCall)))
        raise analysis_error("INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE", aggExpr=inner, **parameters)
    if not condition.deterministic:
        raise analysis_error("INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC", **parameters)
    if not isinstance(condition.data_type, t.BooleanType | t.NullType):
        raise analysis_error("INVALID_AGGREGATE_FILTER.NOT_BOOLEAN", **parameters)
    if condition.contains(WindowExpression):
        raise analysis_error("INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION", **parameters)


# --- HAVING and ORDER BY -----------------------------------------------------------------------------------------


def _aggregate_below(child: LogicalPlan) -> tuple[Aggregate | None, Project | None]:
    """The aggregation that a HAVING belongs to, and the projection over it if there is one."""
    if isinstance(child, Aggregate):
        return child, None
    if isinstance(child, Project) and isinstance(child.child, Aggregate):
        return child.child, child
    return None, None


class Extra:
    """Collects what HAVING or ORDER BY needs from an aggregation beyond its output list."""

    def __init__(self, below: Aggregate) -> None:
        self.below = below
        self.added: list[Alias | Attribute] = []

    def lift(self, expression: Any) -> Any:
        """The expression over the aggregation's output; grouping expressions and aggregates are added as needed."""
        for output in (*self.below.aggregates, *self.added):
            value = output.child if isinstance(output, Alias) else output
            if value == expression and not isinstance(expression, Literal):
                return to_attribute(output)
        if isinstance(expression, AggregateCall) or expression in self.below.grouping:
            is_column = isinstance(expression, Attribute)
            made = expression if is_column else Alias(expression, pretty_name(expression), new_id())
            self.added.append(made)
            return to_attribute(made)
        if isinstance(expression, WindowExpression):
            function = expression.function.map_children(self.lift)
            return expression.copy(function=function, window=expression.window.map_children(self.lift))
        if isinstance(expression, SubqueryExpression) and expression.outer:
            return correlation.lifted(expression, self.below, self.lift)
        return expression.map_children(self.lift)

    def widened(self) -> Aggregate:
        """The aggregation with what was added."""
        return self.below.copy(aggregates=(*self.below.aggregates, *self.added)) if self.added else self.below


def _resolve_over(
    expression: Expression, child: LogicalPlan, below: Aggregate, ctx: AnalysisContext, sorting: bool = False
) -> Expression:
    """An expression of HAVING or ORDER BY: names are output columns first; inside aggregates they are the input's."""
    ctx = ctx.with_(in_having=True)
    outer = _try_output(expression, child, ctx)
    if outer is not None and not has_aggregate(outer) and not correlation.reads_aggregates(outer):
        return outer

    def output_column(parts: tuple[str, ...]) -> Expression | None:
        scope = Scope(ctx.with_(outer=(), find_variable=None), child.output, shared_names_hide=sorting)
        return look_up(parts, scope)

    replacement = grouping_sets.replacement_of(below.child)
    source = below.child.child if isinstance(below.child, Expand) and replacement is not None else below.child
    resolved = resolve(expression, scope_of(source, ctx).with_(fallback=output_column))
    found: Expression = unified(resolved, below.grouping if replacement is None else replacement.keys)
    return found if replacement is None else replacement.value(found)


def _keys_first(condition: Expression, child: LogicalPlan, below: Aggregate, ctx: AnalysisContext) -> Expression:
    """A condition of HAVING, where a name is a key of GROUP BY before it is an alias of the select list."""
    replacement = grouping_sets.replacement_of(below.child)
    source = below.child.child if isinstance(below.child, Expand) and replacement is not None else below.child

    def key(expression: Expression) -> Expression:
        if not isinstance(expression, UnresolvedAttribute) or len(expression.parts) > 1:
            return expression
        columns = [c for c in source.output if ctx.same_name(c.name, expression.name)]
        if len(columns) != 1 or not any(ctx.same_name(c.name, expression.name) for c in child.output):
            return expression
        value = columns[0] if replacement is None else replacement.value(columns[0])
        return columns[0] if value in below.grouping else expression

    found: Expression = condition.transform_up(key)
    return found


def _try_output(expression: Expression, child: LogicalPlan, ctx: AnalysisContext) -> Expression | None:
    from pyrdd.errors import AnalysisException  # here: only this attempt catches

    try:
        return resolve(expression, Scope(ctx.with_(outer=()), child.output))
    except AnalysisException:
        return None


def resolve_having(plan: Filter, child: LogicalPlan, ctx: AnalysisContext) -> LogicalPlan:
    """HAVING: a filter over groups, by anything that the groups know."""
    below, above = _aggregate_below(child)
    if below is None:
        condition = resolve(plan.condition, scope_of(child, ctx))
        if isinstance(child, Project):
            # HAVING without GROUP BY makes one group of all rows
            return resolve_having(plan, aggregate([], child.projections, child.child, ctx, implied=True), ctx)
        return filtered(condition, child, ctx)
    resolved = _resolve_over(_keys_first(plan.condition, child, below, ctx), child, below, ctx)
    if resolved.contains(WindowExpression):
        raise analysis_error("WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE", clauseName="HAVING")
    extra = Extra(below)
    condition = extra.lift(resolved)
    for attribute in condition.walk():
        if isinstance(attribute, Attribute) and attribute.id not in {a.id for a in (*below.output, *child.output)}:
            if attribute not in [to_attribute(a) for a in extra.added]:
                if not below.grouping:
                    raise unresolved_column((attribute.name,), child.output)
                check_output(attribute, below.grouping, False, attribute)
    if not isinstance(condition.data_type, t.BooleanType | t.NullType):
        raise mismatch(
            "FILTER_NOT_BOOLEAN", condition, filter=quoted_sql(condition), type=quoted_type(condition.data_type)
        )
    if above is not None:
        kept = Filter(condition, extra.widened(), having=True)
        return above.copy(child=kept)
    kept = Filter(condition, extra.widened(), having=True)
    return Project(child.output, kept) if extra.added else kept


def resolve_sort_over(plan: Sort, below: Aggregate, ctx: AnalysisContext) -> LogicalPlan:
    """ORDER BY over groups: by output columns, grouping expressions or further aggregates."""
    from pyrdd.sql.analysis.select import _orderable  # here: select imports this module

    body = plan.child.child if drops_columns_of_having(plan.child) else plan.child  # type: ignore[attr-defined]
    extra = Extra(below)
    order: list[SortOrder] = []
    for key in plan.order:
        if key.resolved and key.child.references <= plan.child.output_ids:
            order.append(key)
            continue
        resolved = _resolve_over(key.child, plan.child, below, ctx, sorting=True)
        lifted = extra.lift(resolved)
        for attribute in lifted.walk():
            known = {a.id for a in (*body.output, *(to_attribute(a) for a in extra.added))}
            if isinstance(attribute, Attribute) and attribute.id not in known:
                correlation.check_not_around(attribute, key, ctx)
                check_output(attribute, below.grouping, not below.grouping, attribute)
        order.append(key.copy(child=lifted))
    checked = tuple(_orderable(o) for o in order)
    if not extra.added and body is plan.child:
        return Sort(checked, plan.is_global, plan.child)
    widened = body.transform_up(lambda node: extra.widened() if node is below else node)
    return Project(plan.child.output, Sort(checked, plan.is_global, widened))
