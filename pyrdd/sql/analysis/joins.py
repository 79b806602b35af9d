"""Joins: both sides' columns told apart, USING and NATURAL spelt out, lateral sides resolved against the left one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.correlation import check_correlation, check_lateral
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql, quoted_type
from pyrdd.sql.analysis.renew import with_new_columns
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.analysis.select import expose, hidden_columns
from pyrdd.sql.expressions import Alias, Attribute, Expression, new_id
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import AsOfJoin, Join, LogicalPlan, Project

Analyze = Callable[[LogicalPlan, AnalysisContext], LogicalPlan]


def resolve_join(plan: Join, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """The join with both sides analysed, the right one with columns of its own where it shares some with the left."""
    left = analyze(plan.left, ctx)
    right = analyze(plan.right, ctx.inside(left.output) if plan.lateral else ctx)
    if plan.lateral:
        check_correlation(right)
        check_lateral(left, right)
    if left.output_ids & right.output_ids:
        right = with_new_columns(right, left.output_ids)
    joined = plan.copy(left=left, right=right)
    if plan.natural:
        joined = joined.copy(natural=False, using=_common_names(left, right, ctx))
        if not joined.using:
            return joined
    if joined.using:
        return _using(joined, ctx)
    if plan.condition is None:
        return joined
    return _with_condition(joined, plan.condition, ctx)


def _with_condition(plan: Join, written: Expression, ctx: AnalysisContext) -> LogicalPlan:
    hidden = (*hidden_columns(plan.left), *hidden_columns(plan.right))
    scope = Scope(ctx, (*plan.left.output, *plan.right.output), hidden, clause="Join")
    condition = resolve(written, scope)
    if isinstance(condition.data_type, t.NullType):
        from pyrdd.sql.expressions import Literal  # here: the rare ON NULL

        condition = Literal(None, t.BooleanType())
    if not isinstance(condition.data_type, t.BooleanType):
        raise mismatch_join(condition)
    if plan.lateral and not condition.deterministic:
        raise analysis_error(
            "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.LATERAL_JOIN_CONDITION_NON_DETERMINISTIC",
            condition=quoted_sql(condition)[1:-1],
        )
    missing = condition.references - plan.left.output_ids - plan.right.output_ids
    if not missing:
        return plan.copy(condition=condition)
    widened = plan.copy(left=expose(plan.left, missing), right=expose(plan.right, missing), condition=condition)
    return Project(plan.output, widened, tuple(c for c in hidden if c.id in missing))


def mismatch_join(condition: Expression) -> Exception:
    """JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE."""
    return analysis_error(
        "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE",
        joinCondition=quoted_sql(condition),
        conditionType=quoted_type(condition.data_type),
    )


def _common_names(left: LogicalPlan, right: LogicalPlan, ctx: AnalysisContext) -> tuple[str, ...]:
    return tuple(a.name for a in left.output if any(ctx.same_name(a.name, b.name) for b in right.output))


def _using(plan: Join, ctx: AnalysisContext) -> LogicalPlan:
    """``USING (k)``: equality of both k, which come out as one; the others follow."""
    pairs = [(_side(plan.left, name, ctx, "left"), _side(plan.right, name, ctx, "right")) for name in plan.using]
    condition: Expression | None = None
    for a, b in pairs:
        equal = make_call("=", a, b, ctx=ctx)
        condition = equal if condition is None else make_call("and", condition, equal, ctx=ctx)
    joined: Any = plan.copy(using=(), condition=condition)
    left_keys, right_keys = {a.id for a, _ in pairs}, {b.id for _, b in pairs}
    if plan.join_type in ("semi", "anti"):
        rest = [a for a in plan.left.output if a.id not in left_keys]
        return Project((*(a for a, _ in pairs), *rest), joined)
    columns = {c.id: c for c in joined.output}
    keys = [_key(columns[a.id], columns[b.id], plan, ctx) for a, b in pairs]
    rest = [columns[c.id] for c in (*plan.left.output, *plan.right.output) if c.id not in left_keys | right_keys]
    shown = {k.id for k in keys}
    hidden = tuple(c for c in joined.output if c.id in left_keys | right_keys and c.id not in shown)
    below = (
        *hidden_columns(plan.left),
        *(hidden_columns(plan.right) if plan.join_type not in ("semi", "anti") else ()),
    )
    return Project((*keys, *rest), joined, (*hidden, *below))


def _key(a: Attribute, b: Attribute, plan: Join, ctx: AnalysisContext) -> Any:
    if plan.join_type == "right":
        return b
    if plan.join_type == "full":
        return Alias(make_call("coalesce", a, b, ctx=ctx), a.name, new_id())
    return a


def _side(plan: LogicalPlan, name: str, ctx: AnalysisContext, side: str) -> Attribute:
    found = [c for c in plan.output if ctx.same_name(c.name, name)]
    if not found:
        suggestion = ", ".join(sorted(quoted(c.name) for c in plan.output))
        raise analysis_error("UNRESOLVED_USING_COLUMN_FOR_JOIN", colName=quoted(name), side=side, suggestion=suggestion)
    if len(found) > 1:
        from pyrdd.sql.analysis.problems import ambiguous  # here: the error alone needs it

        raise ambiguous((name,), found)
    return found[0]


def resolve_as_of_join(plan: AsOfJoin, ctx: AnalysisContext) -> LogicalPlan:
    """An as-of join: its expressions over the side, or sides, that they belong to."""
    right = plan.right
    if plan.left.output_ids & right.output_ids:
        right = with_new_columns(right, plan.left.output_ids)
    both = Scope(ctx, (*plan.left.output, *right.output), clause="Join")
    return plan.copy(
        right=right,
        left_as_of=resolve(plan.left_as_of, Scope(ctx, plan.left.output)),
        right_as_of=resolve(plan.right_as_of, Scope(ctx, right.output)),
        condition=None if plan.condition is None else resolve(plan.condition, both),
        tolerance=None if plan.tolerance is None else resolve(plan.tolerance, Scope(ctx)),
    )
