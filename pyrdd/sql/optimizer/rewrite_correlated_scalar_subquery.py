"""Filter(a < (SELECT avg(b) FROM u WHERE u.k = outer(t.k)), t)
    ->  Filter(a < m, Join(left, t, Aggregate [avg(b) AS m, k] u, t.k = u.k))

Each group is computed once, not once for each row around. A row without a group has the value that the aggregate has of
no rows: null, but zero if it counts.
"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Case,
    Expression,
    Literal,
    SubqueryExpression,
    WindowExpression,
    new_id,
)
from pyrdd.sql.optimizer.decorrelate import always_has_a_row, pull_up
from pyrdd.sql.optimizer.eliminate_outer_join import is_null
from pyrdd.sql.optimizer.predicates import all_of, definitions, substituted
from pyrdd.sql.plan import Aggregate, Filter, Join, LogicalPlan, Project, SubqueryAlias
from pyrdd.sql.types import BooleanType

_NULL_OF_NO_ROWS = frozenset(
    "sum avg mean min max first last any_value stddev stddev_samp stddev_pop variance var_samp var_pop max_by min_by "
    "try_sum try_avg median mode bool_and bool_or".split()
)
_COUNTS = frozenset("count count_if approx_count_distinct".split())


def rewrite_correlated_scalar_subquery(plan: LogicalPlan) -> LogicalPlan:
    """The plan with joins for the values that its filters and projections look up by columns of their rows."""
    found: LogicalPlan = plan.transform_up(_rewritten)
    return found


def _rewritten(plan: Any) -> Any:
    if not isinstance(plan, Filter | Project) or any(e.contains(WindowExpression) for e in plan.expressions):
        return plan
    lookup = _Lookup(plan.child)
    made = plan.map_expressions(lambda e: e.transform_up(lookup.replaced))
    if lookup.child is plan.child:
        return plan
    made = made.copy(child=lookup.child)
    return made if isinstance(plan, Project) else Project(plan.output, made)


class _Lookup:
    """The child of an operator, joined with what its subqueries look up."""

    def __init__(self, child: LogicalPlan) -> None:
        self.child = child

    def replaced(self, expression: Any) -> Any:
        """The column that a subquery's value is after the join; what is no such subquery as it is."""
        if not isinstance(expression, SubqueryExpression) or expression.kind != "scalar":
            return expression
        outer = self.child.output_ids
        default = _of_no_rows(expression.plan)
        if default is None or not always_has_a_row(expression.plan, outer):
            return expression
        pulled = pull_up(expression.plan, outer)
        if pulled is None or not pulled.conditions:
            return expression
        side = pulled.beside(self.child)
        value = side.plan.output[0].copy(nullable=True)
        right, found = side.plan, None
        if not is_null(default, frozenset()):
            found = Alias(Literal(True, BooleanType()), "found", new_id())
            right = Project((*right.output, found), right)
        self.child = Join(self.child, right, "left", all_of(side.conditions))
        if found is None:
            return value
        missing = make_call("isnull", found.to_attribute().copy(nullable=True))
        return Case((missing, default), value, value.data_type)


def _of_no_rows(plan: LogicalPlan) -> Expression | None:
    """The value of a scalar subquery where no row of its tables matches; None where that is not known."""
    value: Expression = plan.output[0]
    while isinstance(plan, Project | SubqueryAlias):
        if isinstance(plan, Project):
            value = substituted(value, definitions(plan.projections))
        plan = plan.child
    if not isinstance(plan, Aggregate) or plan.grouping or plan.grouping_sets:
        return None
    return _without_rows(substituted(value, definitions(plan.aggregates)))


def _without_rows(value: Expression) -> Expression | None:
    calls = list(value.find(AggregateCall))
    if any(call.function.name not in _NULL_OF_NO_ROWS | _COUNTS for call in calls):
        return None
    found = value.transform_up(_empty_value)
    return None if any(isinstance(e, Attribute) for e in found.walk()) else found


def _empty_value(expression: Any) -> Any:
    if not isinstance(expression, AggregateCall):
        return expression
    return Literal(0 if expression.function.name in _COUNTS else None, expression.data_type)
