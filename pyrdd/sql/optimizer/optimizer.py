"""The optimiser: batches of rules, each a function in a module of its name, repeated until nothing changes.

`optimize` gives the plan after all batches (plans of subqueries and common table expressions first), `traced` what each
rule made of it, for whoever wants to see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyrdd.sql.expressions import SubqueryExpression
from pyrdd.sql.optimizer.collapse_projects import collapse_projects
from pyrdd.sql.optimizer.collapse_repartition import collapse_repartition
from pyrdd.sql.optimizer.collapse_window import collapse_window
from pyrdd.sql.optimizer.combine_filters import combine_filters
from pyrdd.sql.optimizer.combine_unions import combine_unions
from pyrdd.sql.optimizer.current_time import fix_time
from pyrdd.sql.optimizer.decide_in_subqueries import decide_in_subqueries
from pyrdd.sql.optimizer.eliminate_limits import eliminate_limits
from pyrdd.sql.optimizer.eliminate_outer_join import eliminate_outer_join
from pyrdd.sql.optimizer.fold_constants import fold_constants
from pyrdd.sql.optimizer.generate_laterals import generate_laterals
from pyrdd.sql.optimizer.infer_filters_from_constraints import infer_filters_from_constraints
from pyrdd.sql.optimizer.optimize_in import optimize_in
from pyrdd.sql.optimizer.propagate_empty_relation import propagate_empty_relation
from pyrdd.sql.optimizer.prune_columns import prune_columns
from pyrdd.sql.optimizer.push_extra_predicates_through_join import push_extra_predicates_through_join
from pyrdd.sql.optimizer.push_filter_into_join import push_filter_into_join
from pyrdd.sql.optimizer.push_filter_through_aggregate import push_filter_through_aggregate
from pyrdd.sql.optimizer.push_filter_through_operator import push_filter_through_operator
from pyrdd.sql.optimizer.push_filter_through_project import push_filter_through_project
from pyrdd.sql.optimizer.push_filter_through_union import push_filter_through_union
from pyrdd.sql.optimizer.push_limit import push_limit
from pyrdd.sql.optimizer.push_limit_through_window import push_limit_through_window
from pyrdd.sql.optimizer.remove_redundant_aggregates import remove_redundant_aggregates
from pyrdd.sql.optimizer.remove_redundant_sorts import remove_redundant_sorts
from pyrdd.sql.optimizer.remove_subquery_aliases import remove_subquery_aliases
from pyrdd.sql.optimizer.remove_unread_joins import remove_unread_joins
from pyrdd.sql.optimizer.reorder_joins import reorder_joins
from pyrdd.sql.optimizer.replace_distinct import replace_distinct
from pyrdd.sql.optimizer.rewrite_correlated_scalar_subquery import rewrite_correlated_scalar_subquery
from pyrdd.sql.optimizer.rewrite_predicate_subquery import rewrite_predicate_subquery
from pyrdd.sql.optimizer.share_aggregate_inputs import share_aggregate_inputs
from pyrdd.sql.optimizer.simplify_booleans import simplify_booleans
from pyrdd.sql.optimizer.simplify_conditionals import simplify_conditionals
from pyrdd.sql.optimizer.spec import check
from pyrdd.sql.plan import CteReference, LogicalPlan

Rule = Callable[[LogicalPlan], LogicalPlan]

CONSTANTS: tuple[Rule, ...] = (fold_constants, optimize_in, simplify_conditionals, simplify_booleans)

REPEATED: tuple[Rule, ...] = (
    combine_unions,
    collapse_repartition,
    replace_distinct,
    remove_redundant_aggregates,
    remove_redundant_sorts,
    collapse_window,
)

PUSHING: tuple[Rule, ...] = (
    combine_filters,
    push_filter_through_project,
    push_filter_through_union,
    push_filter_through_aggregate,
    push_filter_through_operator,
    eliminate_outer_join,
    push_filter_into_join,
    collapse_projects,
    push_limit,
    push_limit_through_window,
)

DISTRIBUTED = "lookups"
"""The batch for plans whose rows are spread over processes. In one process DuckDB finds better ways for these subqueries:
it groups only what the rows around ask for."""

BATCHES: tuple[tuple[str, int, tuple[Rule, ...]], ...] = (
    # name, how often at most, rules
    ("names", 1, (remove_subquery_aliases, generate_laterals)),
    ("constants", 3, CONSTANTS),
    ("repeated work", 1, REPEATED),
    # negations have moved to what they negate
    ("subqueries", 1, (decide_in_subqueries, rewrite_predicate_subquery)),
    (DISTRIBUTED, 1, (rewrite_correlated_scalar_subquery,)),
    ("filters", 50, PUSHING),
    ("inferred filters", 1, (infer_filters_from_constraints, push_extra_predicates_through_join)),
    # conditions that have come to constants
    ("constants of filters", 3, CONSTANTS),
    ("few rows", 1, (propagate_empty_relation, eliminate_limits, remove_unread_joins)),
    ("joins", 1, (reorder_joins,)),
    ("filters of joins", 50, PUSHING),
    # last: what it puts above leaves would be pushed through again
    ("columns", 1, (prune_columns, collapse_projects)),
    ("shared work", 1, (share_aggregate_inputs,)),
)


@dataclass(frozen=True)
class Change:
    """What one rule did."""

    batch: str
    rule: str
    before: LogicalPlan
    after: LogicalPlan


def optimize(plan: LogicalPlan, checked: bool = False, distributed: bool = False) -> LogicalPlan:
    """An equivalent plan that is cheaper to run. ``checked``: raises AssertionError if a batch breaks the plan.
    ``distributed``: its rows will be spread over processes."""
    return _Optimization(checked, distributed).visit(fix_time(plan))


def traced(plan: LogicalPlan) -> list[Change]:
    """The changes that the rules make to a plan, in order; those inside subqueries first."""
    run = _Optimization(checked=True, distributed=False)
    run.visit(fix_time(plan))
    return run.changes


class _Optimization:
    """One run. Common table expressions stay shared: each definition is optimised once."""

    def __init__(self, checked: bool, distributed: bool) -> None:
        self.checked = checked
        self.batches = [batch for batch in BATCHES if distributed or batch[0] != DISTRIBUTED]
        self.changes: list[Change] = []
        self.done: dict[int, tuple[LogicalPlan, LogicalPlan]] = {}

    def visit(self, plan: LogicalPlan) -> LogicalPlan:
        """One query: first the queries inside it, then its own operators."""
        plan = plan.transform_up(self._with_nested)
        for name, times, rules in self.batches:
            made = self._batch(name, times, rules, plan)
            if self.checked:
                check(made, plan)
            plan = made
        return plan

    def _batch(self, name: str, times: int, rules: tuple[Rule, ...], plan: LogicalPlan) -> LogicalPlan:
        for _ in range(times):
            start = plan
            for rule in rules:
                made = rule(plan)
                if made is not plan:
                    self.changes.append(Change(name, rule.__name__, plan, made))
                plan = made
            if plan is start:
                break
        return plan

    def _with_nested(self, node: Any) -> Any:
        if isinstance(node, CteReference):
            made = self._once(node.plan)
            return node if made is node.plan else node.copy(plan=made)
        return node.map_expressions(lambda e: e.transform_up(self._subquery))

    def _subquery(self, expression: Any) -> Any:
        if not isinstance(expression, SubqueryExpression):
            return expression
        made = self._once(expression.plan)
        return expression if made is expression.plan else expression.copy(plan=made)

    def _once(self, plan: LogicalPlan) -> LogicalPlan:
        known = self.done.get(id(plan))
        if known is None:
            known = self.done[id(plan)] = (plan, self.visit(plan))
        return known[1]
