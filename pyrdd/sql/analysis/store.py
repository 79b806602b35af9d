"""Bringing rows to a table's or a schema's columns: by name or position, with store assignment casts."""

from __future__ import annotations

from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_type
from pyrdd.sql.expressions import Alias, Cast, Expression, Literal, new_id
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import LogicalPlan, Project


def reconciled(child: LogicalPlan, schema: t.StructType, ctx: AnalysisContext) -> LogicalPlan:
    """The child's columns by the names of a schema, in its order and types; missing nullable ones are null."""
    columns: list[Expression] = []
    for field in schema.fields:
        found = [c for c in child.output if ctx.same_name(c.name, field.name)]
        if not found:
            if not field.nullable:
                names = ", ".join(quoted(c.name) for c in child.output)
                raise analysis_error("UNRESOLVED_COLUMN.WITH_SUGGESTION", objectName=quoted(field.name), proposal=names)
            columns.append(Alias(Literal(None, field.dataType), field.name, new_id(), field.metadata or None))
            continue
        column: Any = found[0]
        if column.nullable and not field.nullable:
            raise analysis_error("NULLABLE_COLUMN_OR_FIELD", name=quoted(field.name))
        if not coercion.can_become(column.data_type, field.dataType, ctx):
            raise analysis_error(
                "INVALID_COLUMN_OR_FIELD_DATA_TYPE",
                name=quoted(field.name),
                type=quoted_type(column.data_type),
                expectedType=quoted_type(field.dataType),
            )
        value = column if column.data_type == field.dataType else Cast(column, field.dataType, ctx.mode, implicit=True)
        columns.append(Alias(value, field.name, new_id(), field.metadata or column.metadata))
    return Project(tuple(columns), child)
