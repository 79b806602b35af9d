"""Hints: those of partitions become exchanges, those of joins move to the relations that they name.

What cannot be followed is told to the log and ignored, as a hint is advice: unknown names, and relations that are not there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql import types as t
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql
from pyrdd.sql.analysis.select import resolve_expressions
from pyrdd.sql.expressions import Expression, Literal, SortOrder, UnresolvedAttribute
from pyrdd.sql.literals import literal_of
from pyrdd.sql.names import parse_attribute_name
from pyrdd.sql.plan import Hint, JoinHint, LogicalPlan, Repartition, RepartitionBy, SubqueryAlias, UnresolvedWith

_log = logging.getLogger(__name__)

_STRATEGIES = {
    "BROADCAST": "broadcast", "BROADCASTJOIN": "broadcast", "MAPJOIN": "broadcast",
    "SHUFFLE_MERGE": "merge", "SHUFFLEMERGE": "merge", "MERGE": "merge", "MERGEJOIN": "merge",
    "SHUFFLE_HASH": "shuffle_hash", "SHUFFLE_REPLICATE_NL": "shuffle_replicate_nl",
}  # fmt: skip
_PARTITIONS = ("REPARTITION", "REPARTITION_BY_RANGE", "REBALANCE")


def resolve_hint(plan: Hint, ctx: AnalysisContext) -> LogicalPlan:
    """What a hint over an analysed plan comes to. Raises _LEGACY_ERROR_TEMP_1046 to 1048 for parameters of known hints."""
    name, args = plan.name.upper(), _parameters(plan.args)
    if name in _STRATEGIES:
        return _join_hint(_STRATEGIES[name], plan.name, args, plan.child, ctx)
    if name == "COALESCE":
        if len(args) != 1 or _count(args[0]) is None:
            raise analysis_error("_LEGACY_ERROR_TEMP_1048", hintName=name)
        return Repartition(_positive(args[0]), False, plan.child)
    if name in _PARTITIONS and (name != "REBALANCE" or ctx.flag("spark.sql.adaptive.enabled", True)):
        return _repartitioned(name, args, plan.child, ctx)
    _log.warning("Unknown hint: %s(%s)", plan.name, ", ".join(quoted_sql(a)[1:-1] for a in args))
    return plan.child


def _parameters(given: Sequence[Any]) -> list[Expression]:
    flat = [value for item in given for value in (item if isinstance(item, list) else [item])]
    return [value if isinstance(value, Expression) else literal_of(value) for value in flat]


# --- partitions --------------------------------------------------------------------------------------------------


def _count(parameter: Expression) -> int | None:
    is_number = isinstance(parameter, Literal) and isinstance(parameter.data_type, t.IntegerType)
    return parameter.value if is_number else None  # type: ignore[attr-defined]


def _positive(parameter: Expression) -> int:
    number = _count(parameter)
    assert number is not None
    if number <= 0:
        raise IllegalArgumentException(f"requirement failed: Number of partitions ({number}) must be positive.")
    return number


def _repartitioned(name: str, args: list[Expression], child: LogicalPlan, ctx: AnalysisContext) -> LogicalPlan:
    number = None
    if args and _count(args[0]) is not None:
        number = _positive(args.pop(0))
    keys = [_as_column(arg) for arg in args]
    wrong = [key for key in keys if not isinstance(key, UnresolvedAttribute)]
    if wrong:
        raise analysis_error(
            "_LEGACY_ERROR_TEMP_1047", hintName=name, invalidParams=", ".join(quoted_sql(e) for e in wrong)
        )
    if name == "REPARTITION" and number is not None and not keys:
        return Repartition(number, True, child)
    by_range = name == "REPARTITION_BY_RANGE"
    partitioning = tuple(SortOrder(key) if by_range else key for key in keys)
    return resolve_expressions(RepartitionBy(partitioning, number, child), ctx)


def _as_column(parameter: Expression) -> Expression:
    if isinstance(parameter, Literal) and isinstance(parameter.value, str):
        return UnresolvedAttribute(parse_attribute_name(parameter.value))
    return parameter


# --- joins -------------------------------------------------------------------------------------------------------


def _join_hint(
    strategy: str, written: str, args: list[Expression], child: LogicalPlan, ctx: AnalysisContext
) -> LogicalPlan:
    if not args:
        return JoinHint(strategy, child)
    for arg in args:
        column = _as_column(arg)
        if not isinstance(column, UnresolvedAttribute):
            kind = f"class org.apache.spark.sql.catalyst.expressions.{type(arg).__name__}"
            raise analysis_error("_LEGACY_ERROR_TEMP_1046", unsupported=quoted_sql(arg), **{"class": kind})
        found = _hinted(strategy, column.parts, child, ctx)
        if found is child:
            _log.warning("The hint %s names %s, which the query does not read", written, ".".join(column.parts))
        child = found
    return child


def _hinted(strategy: str, name: Sequence[str], plan: Any, ctx: AnalysisContext) -> Any:
    """The plan with the hint at the relations of this name; what is inside of named relations cannot be named."""
    match plan:
        case JoinHint(child=SubqueryAlias() as relation):
            # the hint that is written first counts
            return JoinHint(strategy, relation) if _is_named(name, relation, ctx) else plan
        case SubqueryAlias():
            return JoinHint(strategy, plan) if _is_named(name, plan, ctx) else plan
        case JoinHint() | UnresolvedWith():
            return plan
    return plan.map_children(lambda child: _hinted(strategy, name, child, ctx))


def _is_named(written: Sequence[str], relation: SubqueryAlias, ctx: AnalysisContext) -> bool:
    ends = relation.name[-len(written) :]
    return len(ends) == len(written) and all(ctx.same_name(a, b) for a, b in zip(written, ends, strict=True))
