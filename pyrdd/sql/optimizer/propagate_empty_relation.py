"""What comes of no rows is no rows: Filter(false, x)  ->  empty, Join(inner, x, empty)  ->  empty, Union(x, empty)  ->  x"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.arrow import to_arrow_schema
from pyrdd.sql.expressions import Alias, Attribute, Literal
from pyrdd.sql.plan import (
    Aggregate,
    Deduplicate,
    Distinct,
    Filter,
    Generate,
    Join,
    Limit,
    LocalRelation,
    LogicalPlan,
    Offset,
    Project,
    Sort,
    Tail,
    Union,
)
from pyrdd.sql.types import BooleanType, StructField, StructType


def propagate_empty_relation(plan: LogicalPlan) -> LogicalPlan:
    """The plan with an empty relation in place of parts that are sure to have no row."""
    found: LogicalPlan = plan.transform_up(_propagated)
    return found


def _propagated(plan: Any) -> Any:
    match plan:
        case Filter(condition=Literal(value=value, data_type=BooleanType())) if value is not True:
            return _empty(plan)
        case Limit(limit=Literal(value=0)):
            return _empty(plan)
        case Project() | Filter() | Sort() | Limit() | Offset() | Tail() | Distinct() | Deduplicate() | Generate():
            return _empty(plan) if _is_empty(plan.child) else plan
        case Aggregate(grouping=grouping) if grouping and plan.grouping_sets is None:
            return _empty(plan) if _is_empty(plan.child) else plan
        case Join():
            return _joined(plan)
        case Union():
            return _union(plan)
    return plan


def _joined(join: Join) -> LogicalPlan:
    left, right = _is_empty(join.left), _is_empty(join.right)
    kind = join.join_type
    if (left and kind in ("inner", "cross", "left", "semi", "anti")) or (
        right and kind in ("inner", "cross", "right", "semi")
    ):
        return _empty(join)
    if left and right:
        return _empty(join)
    if right and kind == "anti":
        return join.left
    if right and kind in ("left", "full"):
        return _with_nulls(join, join.left)
    if left and kind in ("right", "full"):
        return _with_nulls(join, join.right)
    return join


def _with_nulls(join: Join, kept: LogicalPlan) -> LogicalPlan:
    """The rows of one side, none of which has a partner."""
    ids = kept.output_ids
    return Project(
        tuple(c if c.id in ids else Alias(Literal(None, c.data_type), c.name, c.id) for c in join.output), kept
    )


def _union(union: Union) -> LogicalPlan:
    kept = tuple(child for child in union.inputs if not _is_empty(child))
    if len(kept) == len(union.inputs):
        return union
    if not kept:
        return _empty(union)
    if len(kept) > 1:
        return union.copy(inputs=kept)
    # under the names and ids that the union has
    pairs = zip(kept[0].output, union.output, strict=True)
    return Project(tuple(Alias(a, b.name, b.id, qualifier=b.qualifier) for a, b in pairs), kept[0])


def _is_empty(plan: LogicalPlan) -> bool:
    return isinstance(plan, LocalRelation) and plan.table is not None and plan.table.num_rows == 0


def _empty(plan: LogicalPlan) -> LogicalPlan:
    columns: tuple[Attribute, ...] = tuple(plan.output)
    schema = to_arrow_schema(StructType([StructField(c.name, c.data_type) for c in columns]))
    return LocalRelation(columns, schema.empty_table())
