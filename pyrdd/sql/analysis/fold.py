"""The value of a constant expression, needed while analysing (LIMIT 1 + 1, schemas, formats): one tiny query."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.expressions import Expression, Literal


def constant_value(expression: Expression, ctx: AnalysisContext) -> Any:
    """The internal value of a foldable expression. Raises what computing it raises."""
    if isinstance(expression, Literal):
        return expression.value
    if ctx.evaluate is None:
        raise AssertionError("this analysis cannot evaluate constants")
    return ctx.evaluate(expression)
