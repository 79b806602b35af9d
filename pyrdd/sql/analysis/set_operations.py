"""UNION, INTERSECT, EXCEPT: as many columns on both sides, brought to common types; names come from the first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.calls import ORDINALS
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_type
from pyrdd.sql.expressions import Alias, Attribute, Expression, Literal, new_id
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import Distinct, LogicalPlan, Project, SetOperation, Union


def resolve_union(plan: Union, ctx: AnalysisContext) -> LogicalPlan:
    """UNION ALL, by position or by name."""
    inputs = list(plan.inputs)
    if plan.by_name:
        inputs = [inputs[0], *(_by_name(inputs[0], other, plan.allow_missing, ctx) for other in inputs[1:])]
        if plan.allow_missing:
            inputs[0] = _by_name(inputs[-1], inputs[0], True, ctx, keep_first=True)
    inputs = _widened("UNION", inputs, ctx)
    columns = tuple(
        Attribute(c.name, c.data_type, any(i.output[n].nullable for i in inputs), new_id(), c.qualifier, c.metadata)
        for n, c in enumerate(inputs[0].output)
    )
    return plan.copy(inputs=tuple(inputs), columns=columns, by_name=False)


def resolve_set_operation(plan: SetOperation, ctx: AnalysisContext) -> LogicalPlan:
    """INTERSECT or EXCEPT. Raises UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE and the like."""
    left, right = _widened(plan.kind.upper(), [plan.left, plan.right], ctx)
    check_comparable(left.output)
    columns = tuple(c.copy(id=new_id()) for c in left.output)
    return plan.copy(left=left, right=right, columns=columns)


def resolve_distinct(plan: Distinct, ctx: AnalysisContext) -> LogicalPlan:
    """DISTINCT. Raises UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE and the like."""
    check_comparable(plan.output)
    return plan


def check_comparable(columns: Iterable[Attribute]) -> None:
    """Raises UNSUPPORTED_FEATURE.SET_OPERATION_ON_... for rows that cannot be compared as wholes."""
    for column in columns:
        for kind, name in ((t.MapType, "MAP"), (t.VariantType, "VARIANT")):
            if _holds(column.data_type, kind):
                raise analysis_error(
                    f"UNSUPPORTED_FEATURE.SET_OPERATION_ON_{name}_TYPE",
                    colName=quoted(column.name),
                    dataType=quoted_type(column.data_type),
                )


def _holds(data_type: t.DataType, kind: type[t.DataType]) -> bool:
    match data_type:
        case t.ArrayType():
            return _holds(data_type.elementType, kind)
        case t.StructType():
            return any(_holds(f.dataType, kind) for f in data_type.fields)
        case t.MapType() if kind is not t.MapType:
            return _holds(data_type.keyType, kind) or _holds(data_type.valueType, kind)
    return isinstance(data_type, kind)


def _widened(operator: str, inputs: Sequence[LogicalPlan], ctx: AnalysisContext) -> list[LogicalPlan]:
    first = inputs[0].output
    for index, other in enumerate(inputs[1:], 1):
        if len(other.output) != len(first):
            raise analysis_error(
                "NUM_COLUMNS_MISMATCH",
                operator=operator,
                firstNumColumns=len(first),
                invalidOrdinalNum=ORDINALS[index] if index < 10 else str(index + 1),
                invalidNumColumns=len(other.output),
            )
    types = [_common(operator, inputs, n, ctx) for n in range(len(first))]
    return [_cast_columns(plan, types, ctx) for plan in inputs]


def _common(operator: str, inputs: Sequence[LogicalPlan], n: int, ctx: AnalysisContext) -> t.DataType:
    found: t.DataType = inputs[0].output[n].data_type
    for index, other in enumerate(inputs[1:], 1):
        wider = coercion.common_type(found, other.output[n].data_type, ctx)
        if wider is None:
            raise analysis_error(
                "INCOMPATIBLE_COLUMN_TYPE",
                operator=operator,
                columnOrdinalNumber=ORDINALS[n] if n < 10 else str(n + 1),
                tableOrdinalNumber=ORDINALS[index] if index < 10 else str(index + 1),
                dataType1=quoted_type(other.output[n].data_type),
                dataType2=quoted_type(found),
                hint="",
            )
        found = wider
    return found


def _cast_columns(plan: LogicalPlan, types: Sequence[t.DataType], ctx: AnalysisContext) -> LogicalPlan:
    if all(c.data_type == d for c, d in zip(plan.output, types, strict=True)):
        return plan
    columns: list[Expression] = [
        c if c.data_type == d else Alias(coercion.cast(c, d, ctx), c.name, new_id(), c.metadata, c.qualifier)
        for c, d in zip(plan.output, types, strict=True)
    ]
    return Project(tuple(columns), plan)


def _by_name(
    first: LogicalPlan, other: LogicalPlan, allow_missing: bool, ctx: AnalysisContext, keep_first: bool = False
) -> LogicalPlan:
    """The other side's columns in the order of the first side's names; missing ones are null if that is allowed."""
    chosen: list[Expression] = []
    used: set[int] = set()
    for column in first.output:
        found = [c for c in other.output if ctx.same_name(c.name, column.name)]
        if found:
            chosen.append(found[0])
            used.add(found[0].id)
        elif allow_missing:
            chosen.append(Alias(Literal(None, column.data_type), column.name, new_id()))
        else:
            names = ", ".join(quoted(c.name) for c in other.output)
            raise analysis_error("UNRESOLVED_COLUMN_AMONG_FIELD_NAMES", colName=quoted(column.name), fieldNames=names)
    rest: list[Any] = [c for c in other.output if c.id not in used]
    if rest and not allow_missing:
        raise analysis_error(
            "NUM_COLUMNS_MISMATCH",
            operator="UNION",
            firstNumColumns=len(first.output),
            invalidOrdinalNum="second",
            invalidNumColumns=len(other.output),
        )
    return Project((*chosen, *rest), other)
