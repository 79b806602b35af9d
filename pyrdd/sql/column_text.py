"""The text of a Column's ``repr``: calls in prefix form, before anything is resolved (``+(a, 1)``)."""

from __future__ import annotations

from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.expressions import (
    Attribute,
    Cast,
    Expression,
    Literal,
    PythonUDF,
    SortOrder,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedExtract,
    UnresolvedFunction,
    UnresolvedLambda,
    UnresolvedRegex,
    UnresolvedStar,
    WindowExpression,
    WindowFrame,
    WindowSpecification,
)
from pyrdd.sql.expressions.text import literal_text, pretty_name, sql_type
from pyrdd.sql.names import quoted_if_needed

_SHOWN: dict[tuple[str, ...], str] = {("isnull",): "isNull", ("isnotnull",): "isNotNull", ("isnan",): "isNaN"}


def column_text(expression: Expression) -> str:
    """The expression as a Column shows it."""
    match expression:
        case Attribute():
            return quoted_if_needed(expression.name)
        case UnresolvedAttribute():
            return ".".join(quoted_if_needed(part) for part in expression.parts)
        case UnresolvedStar(target=target):
            return ".".join((*target, "*"))
        case UnresolvedRegex():
            return "unresolvedregex()"
        case Literal():
            return _literal(expression)
        case UnresolvedFunction():
            return _call(expression)
        case UnresolvedExtract(child=child, key=key):
            return f"{column_text(child)}[{column_text(key)}]"
        case UnresolvedAlias(child=child, names=names):
            return f"{column_text(child)} AS {names[0] if len(names) == 1 else '(' + ', '.join(names) + ')'}"
        case Cast(child=child, data_type=data_type, mode=mode):
            return f"{'TRY_CAST' if mode == 'try' else 'CAST'}({column_text(child)} AS {sql_type(data_type)})"
        case UnresolvedLambda(params=names, body=body):
            left = names[0] if len(names) == 1 else f"({', '.join(names)})"
            return f"{left} -> {column_text(body)}"
        case PythonUDF(name=name, args=args):
            keys = expression.arg_names or (None,) * len(args)
            shown = [
                column_text(a) if k is None else f"{k} => {column_text(a)}" for k, a in zip(keys, args, strict=True)
            ]
            return f"{name}({', '.join(shown)})"
        case SortOrder(child=child):
            direction, place = "ASC" if expression.ascending else "DESC", "FIRST" if expression.nulls_first else "LAST"
            return f"{column_text(child)} {direction} NULLS {place}"
        case WindowExpression(function=function, window=window):
            return f"{column_text(function)} OVER ({window_text(window)})"
        case _:
            return pretty_name(expression)


def window_text(window: WindowSpecification) -> str:
    """The inside of OVER's brackets."""
    parts = []
    if window.partition:
        parts.append("PARTITION BY " + ", ".join(map(column_text, window.partition)))
    if window.order:
        parts.append("ORDER BY " + ", ".join(map(column_text, window.order)))
    if window.frame is not None:
        parts.append(_frame(window.frame))
    return " ".join(parts)


def _frame(frame: WindowFrame) -> str:
    lower, upper = _bound(frame.lower, "PRECEDING"), _bound(frame.upper, "FOLLOWING")
    return f"{frame.kind.upper()} BETWEEN {lower} AND {upper}"


def _bound(bound: Any, side: str) -> str:
    if bound == "unbounded":
        return f"UNBOUNDED {side}"
    return "CURRENT ROW" if bound == "current" else column_text(bound)


def _literal(literal: Literal) -> str:
    text = literal_text(literal)
    return f"'{text}'" if isinstance(literal.data_type, t.StringType) and literal.value is not None else text


def _call(function: UnresolvedFunction) -> str:
    args = [column_text(arg) for arg in function.args]
    name = _SHOWN.get(function.name, ".".join(function.name))
    if name == "when":
        return _case(args)
    return f"{name}({', '.join(args)})"


def _case(parts: list[str]) -> str:
    text = "CASE" + "".join(f" WHEN {c} THEN {v}" for c, v in zip(parts[0::2], parts[1::2], strict=False))
    return f"{text} ELSE {parts[-1]} END" if len(parts) % 2 else f"{text} END"
