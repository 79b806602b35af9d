"""Windows: which functions may stand over one, the frame that Spark fills in, and what bounds a frame may have."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.casts import can_cast
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Call,
    Cast,
    Expression,
    Literal,
    PythonUDF,
    SortOrder,
    WindowCall,
    WindowExpression,
    WindowFrame,
    WindowSpecification,
    new_id,
)
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.functions.declare import WINDOW_FORMS
from pyrdd.sql.functions.inputs import orderable
from pyrdd.sql.plan import LogicalPlan, Project

_VALUES = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")'
_JOINED = ("listagg", "string_agg")
_VALUE_TYPES = (t.NumericType, t.DayTimeIntervalType, t.YearMonthIntervalType, t.CalendarIntervalType)


def resolve_window(expression: WindowExpression, ctx: AnalysisContext) -> WindowExpression:
    """The window expression with its frame. Raises for functions and frames that Spark refuses."""
    function, window = expression.function, expression.window
    if not isinstance(function, AggregateCall | WindowCall | PythonUDF):
        raise analysis_error("UNSUPPORTED_EXPR_FOR_WINDOW", sqlExpr=quoted_sql(function))
    _check_keys(window)
    if isinstance(function, WindowCall) and function.function.frame is not None:
        frame = _own_frame(function, window)
    elif window.frame is None:
        if isinstance(function, WindowCall) and not window.order:
            raise _not_ordered(function)
        frame = default_frame(bool(window.order))
    else:
        frame = _checked(window, window.frame, ctx)
    made = expression.copy(window=window.copy(frame=frame))
    if isinstance(function, AggregateCall):
        return _over_aggregate(made, function, window)
    return made


def _over_aggregate(
    expression: WindowExpression, function: AggregateCall, window: WindowSpecification
) -> WindowExpression:
    if function.distinct:
        raise analysis_error("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", windowExpr=quoted_sql(expression))
    bound_order = function.function.whole_partition or (function.order and function.function.name in _JOINED)
    if bound_order and (window.order or window.frame is not None):
        raise analysis_error("INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC", aggFunc=_plain(function))
    form = WINDOW_FORMS.get(function.function.name)
    if form is not None:
        function = function.copy(function=form, written=function.written or function.function.name)
    return expression.copy(function=function)


def _plain(function: AggregateCall) -> str:
    """A call of an ordered-set function with all its arguments between the parentheses."""
    return f'"{function.function.name}({", ".join(pretty_name(a) for a in function.args)})"'


def _check_keys(window: WindowSpecification) -> None:
    for key in window.partition:
        if not orderable(key.data_type) and not isinstance(key.data_type, t.CalendarIntervalType):
            raise analysis_error(
                "EXPRESSION_TYPE_IS_NOT_ORDERABLE", expr=quoted_sql(key), exprType=quoted_type(key.data_type)
            )
    for order in window.order:
        if not orderable(order.data_type):
            shown = {"functionName": "`sortorder`", "dataType": quoted_type(order.data_type)}
            raise mismatch("INVALID_ORDERING_TYPE", order, **shown)


def default_frame(ordered: bool) -> WindowFrame:
    """The frame of a window that names none: up to the current row's peers if ordered, else all."""
    return WindowFrame("range", "unbounded", "current") if ordered else WindowFrame("rows", "unbounded", "unbounded")


def _not_ordered(function: WindowCall) -> Exception:
    name = function.function.name
    shown = f"{name}({', '.join(map(pretty_name, function.args))})"
    return analysis_error("WINDOW_FUNCTION_FRAME_NOT_ORDERED", wf_name=name, wf_expr=shown)


def _own_frame(function: WindowCall, window: WindowSpecification) -> WindowFrame:
    """The only frame that a ranking function, `lag` or `lead` has."""
    assert function.function.frame is not None
    if not window.order:
        raise _not_ordered(function)
    name = function.function.name
    own: WindowFrame = function.function.frame(function)
    given = window.frame
    if given is None:
        return own
    if name in ("lag", "lead"):
        raise analysis_error("_LEGACY_ERROR_TEMP_1035", prettyName=name)
    if given != own:
        raise analysis_error("_LEGACY_ERROR_TEMP_1036", wf=_described(given), required=_described(own))
    return own


def _described(frame: WindowFrame) -> str:
    bounds = []
    for bound, side in ((frame.lower, "preceding"), (frame.upper, "following")):
        if bound == "unbounded":
            bounds.append(f"unbounded{side}$()")
        elif bound == "current":
            bounds.append("currentrow$()")
        else:
            bounds.append(_offset_text(bound))
    kind = "RowFrame" if frame.kind == "rows" else "RangeFrame"
    return f"specifiedwindowframe({kind}, {', '.join(bounds)})"


def _offset_text(bound: Any) -> str:
    if _is_preceding(bound):
        return f"-{pretty_name(bound.args[0])}"
    return pretty_name(bound)


# --- where windows may stand -----------------------------------------------------------------------------------------


def check_over(expressions: Sequence[Expression]) -> None:
    """Raises WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE for a window function that has no window."""
    for expression in expressions:
        if expression.contains(WindowCall):
            _check_inside(expression)


def _check_inside(expression: Expression) -> None:
    if isinstance(expression, WindowCall):
        raise analysis_error("WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", funcName=quoted_sql(expression))
    inside = expression.function.children if isinstance(expression, WindowExpression) else expression.children
    for child in inside:
        _check_inside(child)


def split_windows(plan: LogicalPlan) -> LogicalPlan:
    """Windows inside of windows, and what windows partition and order by, are computed by a projection of their own
    below: rows are then sorted by columns, and each value is computed once."""
    if not isinstance(plan, Project):
        return plan
    inner: dict[Expression, Alias] = {}

    def below(node: Expression) -> Attribute:
        return inner.setdefault(node, Alias(node, pretty_name(node), new_id())).to_attribute()

    def key(node: Any) -> Any:
        if isinstance(node, SortOrder):
            return node.copy(child=key(node.child))
        return node if isinstance(node, Attribute | Literal) else below(node)

    def lift(node: Any, inside: bool) -> Any:
        if not isinstance(node, WindowExpression):
            return node.map_children(lambda child: lift(child, inside))
        if inside:
            return below(node)
        function = node.function.map_children(lambda child: lift(child, True))
        return node.copy(function=function, window=node.window.map_children(key))

    above = tuple(lift(e, False) for e in plan.projections)
    if not inner:
        return plan
    lower = split_windows(Project((*plan.child.output, *inner.values()), plan.child))
    return plan.copy(projections=above, child=lower)


# --- the bounds of a frame -----------------------------------------------------------------------------------------


def _checked(window: WindowSpecification, frame: WindowFrame, ctx: AnalysisContext) -> WindowFrame:
    """The frame with the values of its bounds. Raises DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_* and RANGE_FRAME_*."""
    if isinstance(frame.lower, str) and isinstance(frame.upper, str):
        return frame
    if frame.kind == "range" and len(window.order) == 1:
        key = window.order[0].data_type
        frame = WindowFrame("range", _fitted(frame.lower, key, ctx), _fitted(frame.upper, key, ctx))
    lower, upper = (_bound_in(frame, side, ctx) for side in ("lower", "upper"))
    _check_pair(frame, lower, upper, ctx)
    if frame.kind == "range":
        _check_range(window, frame)
    return WindowFrame(frame.kind, _valued(lower, ctx), _valued(upper, ctx))


def _named(frame: WindowFrame) -> WindowFrame:
    """The frame with aliases for its bounds, as names show it."""
    bounds: list[Any] = [b if isinstance(b, str | Alias) else _shown(b) for b in (frame.lower, frame.upper)]
    return WindowFrame(frame.kind, bounds[0], bounds[1])


def _text(frame: WindowFrame) -> str:
    from pyrdd.sql.expressions.text import _frame_text  # here: messages alone need it

    return f'"{_frame_text(_named(frame))}"'


def _check_range(window: WindowSpecification, frame: WindowFrame) -> None:
    shown = window.copy(frame=_named(frame))
    if not window.order:
        raise mismatch("RANGE_FRAME_WITHOUT_ORDER", shown)
    if len(window.order) > 1:
        keys = ",".join(_numbered(o) for o in window.order)
        raise mismatch("RANGE_FRAME_MULTI_ORDER", shown, orderSpec=keys)
    key = window.order[0].data_type
    for bound in (frame.lower, frame.upper):
        if not isinstance(bound, str) and not _addable(bound.data_type, key):
            types = {"orderSpecType": quoted_type(key), "valueBoundaryType": quoted_type(bound.data_type)}
            raise mismatch("RANGE_FRAME_INVALID_TYPE", shown, **types)


def _numbered(order: Any) -> str:
    child = order.child
    name = f"{child.name}#{child.id}" if isinstance(child, Attribute) else pretty_name(child)
    return f"{name} {'ASC' if order.ascending else 'DESC'} NULLS {'FIRST' if order.nulls_first else 'LAST'}"


def _fitted(bound: Any, key: t.DataType, ctx: AnalysisContext) -> Any:
    """An offset as the type of the key, where it can be that; moments keep offsets of their own types."""
    if isinstance(bound, str) or isinstance(key, t.DateType | t.TimestampType | t.TimestampNTZType):
        return bound
    return coercion.cast(bound, key, ctx) if can_cast(bound.data_type, key, ctx.ansi) else bound


def _addable(offset: t.DataType, key: t.DataType) -> bool:
    intervals = (t.DayTimeIntervalType, t.YearMonthIntervalType, t.CalendarIntervalType)
    match key:
        case t.DateType():
            return offset == t.DayTimeIntervalType(0, 0) or isinstance(offset, t.IntegerType | t.YearMonthIntervalType)
        case t.TimestampType() | t.TimestampNTZType():
            return isinstance(offset, intervals)
    return offset == key


def _bound_in(frame: WindowFrame, side: str, ctx: AnalysisContext) -> Any:
    bound: Any = getattr(frame, side)
    if isinstance(bound, str):
        return bound
    if not bound.foldable:
        raise mismatch(
            "SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE", _text(frame), location=side, expression=quoted_sql(bound)
        )
    rows = frame.kind == "rows"
    if rows and isinstance(bound.data_type, t.NullType | t.ByteType | t.ShortType):
        bound = coercion.cast(bound, t.IntegerType(), ctx)
    fits = isinstance(bound.data_type, t.IntegerType if rows else _VALUE_TYPES)
    if not fits:
        raise mismatch(
            "SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
            _text(frame),
            location=side,
            exprType=quoted_type(bound.data_type),
            expectedType='"INT"' if rows else _VALUES,
        )
    return bound


def _check_pair(frame: WindowFrame, lower: Any, upper: Any, ctx: AnalysisContext) -> None:
    if isinstance(lower, str) or isinstance(upper, str):
        return
    if lower.data_type != upper.data_type:
        raise mismatch(
            "SPECIFIED_WINDOW_FRAME_DIFF_TYPES",
            _text(frame),
            lower=quoted_sql(lower),
            upper=quoted_sql(upper),
            lowerType=quoted_type(lower.data_type),
            upperType=quoted_type(upper.data_type),
        )
    from pyrdd.sql.analysis.fold import constant_value  # here: few frames have two offsets

    low, high = constant_value(lower, ctx), constant_value(upper, ctx)
    if low is not None and high is not None and not isinstance(low, tuple) and low > high:
        raise mismatch("SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON", _text(frame), comparison="less than or equal")


def _is_preceding(bound: Any) -> bool:
    """Whether an offset is what the parser makes of ``x PRECEDING``: the negative of x."""
    if not isinstance(bound, Call) or len(bound.args) != 1:
        return False
    return pretty_name(bound) == f"(- {pretty_name(bound.args[0])})"


def _shown(bound: Expression) -> Alias:
    """A bound under the text that names show, as yet without its value."""
    if _is_preceding(bound):
        return Alias(bound, f"{pretty_name(bound.children[0])} PRECEDING", 0)
    return Alias(bound, f"{pretty_name(bound)} FOLLOWING", 0)


def _valued(bound: Any, ctx: AnalysisContext) -> Any:
    if isinstance(bound, str):
        return bound
    from pyrdd.sql.analysis.fold import constant_value  # here: see _check_pair

    named = _shown(bound)
    value = constant_value(bound, ctx)
    if isinstance(value, Decimal) and isinstance(bound, Cast | Literal):
        value = value.normalize()
    return named.copy(child=Literal(value, bound.data_type))
