"""OVER clauses and the WINDOW clause, to expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from typing import Literal as OneOf

from sqlglot import exp

from pyrdd.errors import AnalysisException
from pyrdd.sql.expressions import (
    Expression,
    SortOrder,
    UnresolvedAttribute,
    UnresolvedFunction,
    UnresolvedWindowReference,
    WindowExpression,
    WindowFrame,
    WindowSpecification,
)
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.parser.errors import parse_error
from pyrdd.sql.parser.nodes import NamedWindow, Over, WindowDefinition

if TYPE_CHECKING:
    from pyrdd.sql.parser.expressions import ExpressionConverter

Bound = OneOf["unbounded", "current"] | Expression


def window_expression(convert: ExpressionConverter, node: Over) -> Expression:
    """The expression of ``function OVER window``."""
    window = node.args["window"]
    if isinstance(window, exp.Identifier):
        return UnresolvedWindowReference(convert(node.this), window.this)
    return WindowExpression(convert(node.this), window_specification(convert, window))


def window_specification(convert: ExpressionConverter, node: WindowDefinition) -> WindowSpecification:
    """The window of ``(PARTITION BY ... ORDER BY ... frame)``."""
    order = tuple(e if isinstance(e, SortOrder) else SortOrder(e) for e in convert.all(node.args.get("order")))
    return WindowSpecification(convert.all(node.args.get("partition")), order, _frame(convert, node.args.get("frame")))


def _frame(convert: ExpressionConverter, frame: Any) -> WindowFrame | None:
    if frame is None:
        return None
    kind, lower, upper = frame
    if lower == ("following", None) or upper == ("preceding", None):
        raise _inverted(convert, frame)
    return WindowFrame(kind, _bound(convert, lower), _bound(convert, upper))


def _inverted(convert: ExpressionConverter, frame: Any) -> Exception:
    """A frame that begins at the last row or ends at the first one."""
    kind, lower, upper = frame

    def text(side: str, value: Any) -> str:
        if side == "current":
            return "CURRENT ROW"
        return f"{'UNBOUNDED' if value is None else pretty_name(convert(value))} {side.upper()}"

    def value_text(side: str, value: Any) -> str:
        if value is None:
            return text(side, value)
        return pretty_name(convert(value)) if side == "following" else f"(- {pretty_name(convert(value))})"

    return AnalysisException(
        errorClass="DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND",
        messageParameters={
            "sqlExpr": f'"{kind.upper()} BETWEEN {text(*lower)} AND {text(*upper)}"',
            "lower": f'"{value_text(*lower)}"',
            "upper": f'"{value_text(*upper)}"',
        },
    )


def _bound(convert: ExpressionConverter, bound: tuple[str, Any]) -> Bound:
    side, value = bound
    if side == "current":
        return "current"
    if value is None:
        return "unbounded"
    offset = convert(value)
    if offset.contains(UnresolvedAttribute):
        raise parse_error("INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND")
    if side == "following":
        return offset
    return UnresolvedFunction(("-",), (offset,))


def named_windows(convert: ExpressionConverter, found: list[NamedWindow]) -> tuple[tuple[str, Expression], ...]:
    """The definitions of a WINDOW clause; those that only name another window are followed to it."""
    definitions = {node.args["name"].lower(): node.args["window"] for node in found}
    names = [node.args["name"].lower() for node in found]
    for name in names:
        if names.count(name) > 1:
            raise parse_error("INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION", windowName=f"`{name}`")
    result = []
    for node in found:
        window, seen = node.args["window"], {node.args["name"].lower()}
        while isinstance(window, exp.Identifier):
            name = window.this.lower()
            if name not in definitions or name in seen:
                kind = "INVALID_WINDOW_REFERENCE" if name in seen else "UNRESOLVED_WINDOW_REFERENCE"
                raise parse_error(f"INVALID_SQL_SYNTAX.{kind}", windowName=f"`{window.this}`")
            seen.add(name)
            window = definitions[name]
        result.append((node.args["name"], window_specification(convert, window)))
    return tuple(result)
