"""What queries inside of others may do with the columns around them.

An aggregate function of columns around a query belongs to the query around: HAVING gives it to its subqueries.

    HAVING EXISTS (SELECT 1 FROM u WHERE u.a = max(t.b))    -->    Aggregate [..., max(b) AS m] below, u.a = outer(m) inside
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql
from pyrdd.sql.expressions import AggregateCall, Attribute, Expression, OuterReference, SubqueryExpression
from pyrdd.sql.plan import (
    Aggregate,
    Filter,
    Join,
    Limit,
    LocalRelation,
    LogicalPlan,
    OneRow,
    Project,
    Sort,
    SubqueryAlias,
)

_CATEGORY = "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY"
_LEFT_VARIES = ("inner", "cross", "left", "semi", "anti")
_RIGHT_VARIES = ("inner", "cross", "right")


def _outer(expression: Expression) -> list[OuterReference]:
    return [e for e in expression.walk() if isinstance(e, OuterReference)]


def _is_around(expression: Expression) -> bool:
    """Whether an expression reads columns of the query around, and none of its own."""
    return bool(_outer(expression)) and not any(isinstance(e, Attribute) for e in expression.walk())


def own_aggregates(condition: Expression) -> list[AggregateCall]:
    """The aggregate functions of a condition that belong to its own query. Raises for one that belongs to two."""
    calls = [e for e in condition.walk() if isinstance(e, AggregateCall)]
    for call in calls:
        if _outer(call) and not _is_around(call):
            raise analysis_error(
                f"{_CATEGORY}.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES", function=quoted_sql(call)[1:-1]
            )
    return [call for call in calls if not _is_around(call)]


def reads_aggregates(expression: Expression) -> bool:
    """Whether a subquery in an expression has an aggregate function of the query around."""
    return any(
        isinstance(inside, AggregateCall) and _is_around(inside)
        for found in expression.find(SubqueryExpression)
        for inside in found.plan.all_expressions()
    )


def lifted(subquery: SubqueryExpression, below: Aggregate, lift: Callable[[Any], Any]) -> SubqueryExpression:
    """A subquery of HAVING over groups: keys and aggregates around it are read from the groups' columns, which ``lift``
    makes. Raises CORRELATED_COLUMN_NOT_FOUND for other columns around it."""
    known = below.child.output_ids
    outer: dict[int, Attribute] = {}

    def rule(expression: Any) -> Any:
        if isinstance(expression, SubqueryExpression):
            inner = expression.map_children(rule)
            return inner.copy(plan=_map_plan(inner.plan, rule))
        if _is_around(expression) and all(e.attribute.id in known for e in _outer(expression)):
            plain = expression.transform_up(lambda e: e.attribute if isinstance(e, OuterReference) else e)
            if isinstance(plain, AggregateCall) or plain in below.grouping:
                made = lift(plain)
                outer[made.id] = made
                return OuterReference(made)
            if isinstance(expression, OuterReference):
                raise analysis_error(f"{_CATEGORY}.CORRELATED_COLUMN_NOT_FOUND", value=plain.name)
        if isinstance(expression, OuterReference):
            outer[expression.attribute.id] = expression.attribute
            return expression
        return expression.map_children(rule)

    plan = _map_plan(subquery.plan, rule)
    return subquery.copy(plan=plan, values=tuple(lift(v) for v in subquery.values), outer=tuple(outer.values()))


def _map_plan(plan: LogicalPlan, rule: Callable[[Any], Any]) -> Any:
    return plan.transform_up(lambda node: node.map_expressions(rule))


# --- checks ----------------------------------------------------------------------------------------------------------


def check_correlation(plan: LogicalPlan) -> None:
    """Raises CORRELATED_REFERENCE where a subquery reads a column around it in grouping, aggregating or sorting: there it
    would stand for another value in each row around. Raises ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED below outer joins."""
    for node in plan.walk():
        if isinstance(node, Join):
            _check_sides(node)
        if not isinstance(node, Aggregate | Sort):
            continue
        found = [e for e in node.expressions if _outer(e)]
        if found:
            for expression in found:
                own_aggregates(expression)
            raise analysis_error(f"{_CATEGORY}.CORRELATED_REFERENCE", sqlExprs=", ".join(map(quoted_sql, found)))


def _check_sides(join: Join) -> None:
    """A side whose rows may be missing, or are only looked for, cannot differ from row to row around."""
    if join.lateral:
        return
    left_varies, right_varies = join.join_type in _LEFT_VARIES, join.join_type in _RIGHT_VARIES
    for side in (*(() if left_varies else (join.left,)), *(() if right_varies else (join.right,))):
        if any(_outer(e) for node in side.walk() for e in node.expressions):
            raise analysis_error(f"{_CATEGORY}.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED", treeNode=type(side).__name__)


def check_not_around(column: Attribute, key: Expression, ctx: AnalysisContext) -> None:
    """Raises CORRELATED_REFERENCE for a key of ORDER BY over groups that is no column of theirs, but one around them."""
    if any(ctx.same_name(column.name, around.name) for columns in ctx.outer[:1] for around in columns):
        raise analysis_error(f"{_CATEGORY}.CORRELATED_REFERENCE", sqlExprs=quoted_sql(key))


def check_order(order: Iterable[Expression]) -> None:
    """Raises UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY and UNSUPPORTED_IN_EXISTS_SUBQUERY: rows are not sorted by values that
    each looks up."""
    for key in order:
        if any(found.kind != "scalar" for found in key.find(SubqueryExpression)):
            raise analysis_error(f"{_CATEGORY}.UNSUPPORTED_IN_EXISTS_SUBQUERY", treeNode=quoted_sql(key)[1:-1])
        if any(found.kind == "scalar" and found.outer for found in key.find(SubqueryExpression)):
            raise analysis_error(f"{_CATEGORY}.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY", treeNode=quoted_sql(key)[1:-1])


def check_lateral(left: LogicalPlan, right: LogicalPlan) -> None:
    """Raises NON_DETERMINISTIC_LATERAL_SUBQUERIES: several rows must not each draw a number of their own."""
    nodes = [node for node in right.walk() if isinstance(node, Project | Filter | Aggregate)]
    if all(e.deterministic for node in nodes for e in node.expressions) or _at_most_one(left):
        return
    raise analysis_error(f"{_CATEGORY}.NON_DETERMINISTIC_LATERAL_SUBQUERIES", treeNode=type(right).__name__)


def _at_most_one(plan: LogicalPlan) -> bool:
    match plan:
        case OneRow():
            return True
        case LocalRelation():
            return bool(plan.table.num_rows <= 1)
        case Aggregate():
            return not plan.grouping
        case Limit():
            return getattr(plan.limit, "value", None) in (0, 1) or _at_most_one(plan.child)
        case Project() | Filter() | Sort() | SubqueryAlias():
            return _at_most_one(plan.child)
    return False
