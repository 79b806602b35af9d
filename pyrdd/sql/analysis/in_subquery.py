"""``a IN (SELECT ...)``: as many values as columns, of common types."""

from __future__ import annotations

from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type
from pyrdd.sql.expressions import Alias, Expression, SubqueryExpression, new_id
from pyrdd.sql.plan import Project


def coerced(expression: SubqueryExpression, ctx: AnalysisContext) -> Expression:
    """Both sides brought to common types. Raises DATATYPE_MISMATCH.IN_SUBQUERY_..."""
    values, columns = expression.values, expression.plan.output
    if len(values) != len(columns):
        raise mismatch(
            "IN_SUBQUERY_LENGTH_MISMATCH",
            expression,
            leftLength=len(values),
            rightLength=len(columns),
            leftColumns=", ".join(quoted_sql(v) for v in values),
            rightColumns=", ".join(quoted_sql(c) for c in columns),
        )
    types = [coercion.common_type(v.data_type, c.data_type, ctx) for v, c in zip(values, columns, strict=True)]
    if any(found is None for found in types):
        raise mismatch(
            "IN_SUBQUERY_DATA_TYPE_MISMATCH",
            expression,
            mismatchedColumns="",
            leftType=", ".join(quoted_type(v.data_type) for v in values),
            rightType=", ".join(quoted_type(c.data_type) for c in columns),
        )
    wanted = [found for found in types if found is not None]
    plan = expression.plan
    if any(c.data_type != d for c, d in zip(columns, wanted, strict=True)):
        cast = [Alias(coercion.cast(c, d, ctx), c.name, new_id()) for c, d in zip(columns, wanted, strict=True)]
        plan = Project(tuple(cast), plan)
    return expression.copy(
        plan=plan, values=tuple(coercion.cast(v, d, ctx) for v, d in zip(values, wanted, strict=True))
    )
