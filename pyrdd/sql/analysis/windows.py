"""Windows: which functions may stand over one, and the frame that Spark fills in."""

from __future__ import annotations

from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql
from pyrdd.sql.expressions import AggregateCall, PythonUDF, WindowCall, WindowExpression, WindowFrame


def resolve_window(expression: WindowExpression, ctx: AnalysisContext) -> WindowExpression:
    """The window expression with its frame. Raises for functions and frames that Spark refuses."""
    function, window = expression.function, expression.window
    if not isinstance(function, AggregateCall | WindowCall | PythonUDF):
        raise analysis_error("UNSUPPORTED_EXPR_FOR_WINDOW", sqlExpr=quoted_sql(function))
    if isinstance(function, AggregateCall) and function.distinct:
        raise analysis_error("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", windowExpr=quoted_sql(expression))
    if isinstance(function, WindowCall) and not window.order:
        raise analysis_error("_LEGACY_ERROR_TEMP_1037", wf=function.written)
    return expression.copy(window=window.copy(frame=window.frame or default_frame(function, bool(window.order))))


def default_frame(function: object, ordered: bool) -> WindowFrame:
    """The frame of a window that names none: up to the current row's peers if ordered, else all; ranks count rows."""
    if isinstance(function, WindowCall):
        return WindowFrame("rows", "unbounded", "current")
    return WindowFrame("range", "unbounded", "current") if ordered else WindowFrame("rows", "unbounded", "unbounded")
