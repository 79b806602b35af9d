"""The text of an expression: column names that Spark makes up, messages, Column's repr.

Spark calls this toPrettySQL: qualifiers, implicit casts and the quotes of strings are left out.
"""

from __future__ import annotations

import datetime
from contextvars import ContextVar
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.expressions.base import Alias, Attribute, Expression, Literal
from pyrdd.sql.expressions.nodes import (
    AggregateCall,
    Call,
    Case,
    Cast,
    GeneratorCall,
    Lambda,
    LambdaVariable,
    OuterReference,
    PythonUDF,
    SortOrder,
    SubqueryExpression,
    WindowCall,
    WindowExpression,
    WindowFrame,
    WindowSpecification,
)
from pyrdd.sql.expressions.unresolved import (
    NamedArgument,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedExtract,
    UnresolvedFunction,
    UnresolvedLambda,
    UnresolvedStar,
)

time_zone: ContextVar[str] = ContextVar("time_zone", default="UTC")
"""The time zone in which constant timestamps are written: the session's, set by analysis."""

INFIX = {
    "+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "div": "div", "=": "=", "==": "=", "<=>": "<=>", "<": "<", "<=": "<=",
    ">": ">", ">=": ">=", "and": "AND", "or": "OR", "&": "&", "|": "|", "^": "^", "<<": "<<", ">>": ">>", ">>>": ">>>",
}  # fmt: skip
"""Functions whose text is ``(a symbol b)``."""


def pretty_name(expression: Expression) -> str:
    """The name of the column that an unnamed expression makes."""
    match expression:
        case Attribute() | LambdaVariable():
            return "namedlambdavariable()" if isinstance(expression, LambdaVariable) else expression.name
        case UnresolvedAttribute():
            return expression.name
        case Literal():
            return literal_text(expression)
        case Alias():
            return f"{pretty_name(expression.child)} AS {expression.name}"
        case UnresolvedAlias():
            named = f" AS {', '.join(expression.names)}" if expression.names else ""
            return pretty_name(expression.child) + named
        case Cast(child=child, data_type=data_type):
            if expression.implicit or isinstance(data_type, t.ArrayType | t.MapType | t.StructType):
                return pretty_name(child)
            word = "TRY_CAST" if expression.mode == "try" else "CAST"
            return f"{word}({pretty_name(child)} AS {sql_type(data_type)})"
        case Case(branches=branches, otherwise=otherwise):
            return _case_text([*branches] + ([] if otherwise is None else [otherwise]))
        case SortOrder():
            direction = "ASC" if expression.ascending else "DESC"
            return f"{pretty_name(expression.child)} {direction} NULLS {'FIRST' if expression.nulls_first else 'LAST'}"
        case Lambda(params=params, body=body):
            return f"lambdafunction({', '.join(pretty_name(e) for e in (body, *params))})"
        case UnresolvedLambda(params=names, body=body):
            return f"lambdafunction({', '.join((pretty_name(body), *names))})"
        case UnresolvedStar(target=target):
            return ".".join((*target, "*"))
        case UnresolvedExtract(child=child, key=key):
            return _extract_text(child, key)
        case NamedArgument():
            return f"{expression.name} => {pretty_name(expression.value)}"
        case OuterReference(attribute=attribute):
            return f"outer({'.'.join((*attribute.qualifier, attribute.name))})"
        case SubqueryExpression():
            return _subquery_text(expression)
        case WindowExpression(function=function, window=window):
            return f"{pretty_name(function)} OVER {_window_text(window)}"
        case WindowSpecification():
            return _window_text(expression)
        case PythonUDF():
            given: tuple[str | None, ...] = expression.arg_names or (None,) * len(expression.args)
            shown = [
                pretty_name(a) if name is None else f"{name} => {pretty_name(a)}"
                for name, a in zip(given, expression.args, strict=True)
            ]
            return f"{expression.name}({', '.join(shown)})"
        case _:
            return _call_text(expression)


def _call_text(expression: Any) -> str:
    match expression:
        case Call() | AggregateCall() | WindowCall() | GeneratorCall():
            function, name = expression.function, (expression.written or expression.function.name).lower()
            args = [pretty_name(arg) for arg in expression.args]
            if function.pretty is not None:
                return str(function.pretty(name, args, expression))
        case UnresolvedFunction():
            name, args = ".".join(expression.name), [pretty_name(arg) for arg in expression.args]
            args = ["*" if a == "*" else a for a in args]
        case _:
            return f"{type(expression).__name__.lower()}({', '.join(pretty_name(c) for c in expression.children)})"
    special = operator_text(name.lower(), args)
    if special is not None:
        return special
    distinct = "DISTINCT " if getattr(expression, "distinct", False) else ""
    text = f"{name}({distinct}{', '.join(args)})"
    order = getattr(expression, "order", ())
    if order:
        text += f" WITHIN GROUP (ORDER BY {', '.join(pretty_name(o) for o in order)})"
    condition = getattr(expression, "filter", None)
    return f"{text} FILTER (WHERE {pretty_name(condition)})" if condition is not None else text


def operator_text(name: str, args: list[str]) -> str | None:
    """The text of an operator or special form; None for a function that is written as a call."""
    if name in INFIX and len(args) == 2:
        return f"({args[0]} {INFIX[name]} {args[1]})"
    match name:
        case "-" if len(args) == 1:
            return f"(- {args[0]})"
        case "+" if len(args) == 1:
            return f"(+ {args[0]})"
        case "~":
            return f"~{args[0]}"
        case "not" | "!" if len(args) == 1:
            return f"(NOT {args[0]})"
        case "!=" | "<>":
            return f"(NOT ({args[0]} = {args[1]}))"
        case "in":
            return f"({args[0]} IN ({', '.join(args[1:])}))"
        case "isnull":
            return f"({args[0]} IS NULL)"
        case "isnotnull":
            return f"({args[0]} IS NOT NULL)"
        case "like" | "ilike" | "rlike" if len(args) == 2:
            word = name.upper()
            return f"{word}({args[0]}, {args[1]})" if word == "RLIKE" else f"{args[0]} {word} {args[1]}"
        case "when":
            return _case_texts(args)
    return None


def _case_text(parts: list[Expression]) -> str:
    return _case_texts([pretty_name(part) for part in parts])


def _case_texts(parts: list[str]) -> str:
    text = "CASE"
    for condition, value in zip(parts[0::2], parts[1::2], strict=False):
        text += f" WHEN {condition} THEN {value}"
    if len(parts) % 2:
        text += f" ELSE {parts[-1]}"
    return text + " END"


def _extract_text(child: Expression, key: Expression) -> str:
    if isinstance(key, Literal) and isinstance(key.value, str) and not isinstance(child, Literal):
        return f"{pretty_name(child)}[{key.value}]"
    return f"{pretty_name(child)}[{pretty_name(key)}]"


def _subquery_text(expression: SubqueryExpression) -> str:
    outer = ", ".join(a.name for a in expression.outer)
    match expression.kind:
        case "scalar":
            return f"scalarsubquery({outer})"
        case "exists":
            return f"exists({outer})"
        case _:
            values = ", ".join(pretty_name(v) for v in expression.values)
            left = values if len(expression.values) == 1 else f"named_struct({values})"
            return f"({left} IN (listquery({outer})))"


def _window_text(window: WindowSpecification) -> str:
    parts = []
    if window.partition:
        parts.append("PARTITION BY " + ", ".join(pretty_name(e) for e in window.partition))
    if window.order:
        parts.append("ORDER BY " + ", ".join(pretty_name(e) for e in window.order))
    if window.frame is not None:
        parts.append(_frame_text(window.frame))
    return f"({' '.join(parts)})"


def _frame_text(frame: WindowFrame) -> str:
    return f"{frame.kind.upper()} BETWEEN {_bound_text(frame.lower, 'PRECEDING')} AND {_bound_text(frame.upper, 'FOLLOWING')}"


def _bound_text(bound: Any, side: str) -> str:
    if bound == "unbounded":
        return f"UNBOUNDED {side}"
    if bound == "current":
        return "CURRENT ROW"
    # analysis makes of an offset an alias of its value, under the text that it had
    return bound.name if isinstance(bound, Alias) else f"{pretty_name(bound)} FOLLOWING"


def sql_type(data_type: Any) -> str:
    """A type as SQL text and messages show it: ``INT``, ``ARRAY<STRING>``."""
    match data_type:
        case t.ArrayType():
            return f"ARRAY<{sql_type(data_type.elementType)}>"
        case t.MapType():
            return f"MAP<{sql_type(data_type.keyType)}, {sql_type(data_type.valueType)}>"
        case t.StructType():
            return f"STRUCT<{', '.join(_field_text(f) for f in data_type.fields)}>"
        case t.StringType():
            return (
                "STRING" + data_type.simpleString()[len("string") :]
                if data_type.simpleString() != "string"
                else "STRING"
            )
        case _:
            return str(data_type.simpleString()).upper()


def _field_text(field: t.StructField) -> str:
    return f"{field.name}: {sql_type(field.dataType)}" + ("" if field.nullable else " NOT NULL")


def literal_text(literal: Literal) -> str:
    """A constant as it stands in column names."""
    value, data_type = literal.value, literal.data_type
    if value is None:
        return "NULL"
    match data_type:
        case t.BooleanType():
            return "true" if value else "false"
        case t.FloatType() | t.DoubleType():
            return java_double(value)
        case t.DecimalType():
            return str(value)
        case t.DateType():
            return f"DATE '{value.isoformat()}'"
        case t.TimestampType():
            from pyrdd.sql.kernels.timezones import parse_zone  # here: only names of timestamps need it

            local = parse_zone(time_zone.get()).to_local(value)
            return (
                f"TIMESTAMP '{timestamp_text(datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=local))}'"
            )
        case t.TimestampNTZType():
            moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=value)
            return f"TIMESTAMP_NTZ '{timestamp_text(moment)}'"
        case t.TimeType():
            text = value.isoformat()
            return f"TIME '{text.rstrip('0') if '.' in text else text}'"
        case t.BinaryType():
            return f"X'{value.hex().upper()}'"
        case t.DayTimeIntervalType() | t.YearMonthIntervalType() | t.CalendarIntervalType():
            from pyrdd.sql.kernels.intervals import interval_text  # here: only names of intervals need it

            text = interval_text(value, data_type)
            return f"INTERVAL '{text}'" if isinstance(data_type, t.CalendarIntervalType) else text
    return str(value)


def timestamp_text(moment: datetime.datetime) -> str:
    """A timestamp without needless zeros in its fraction."""
    text = moment.strftime("%Y-%m-%d %H:%M:%S") if moment.year >= 1000 else moment.isoformat(" ", "seconds")
    return text + (f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else "")


def _without_zeros(text: str) -> str:
    return text.rstrip("0") if "." in text else text


def java_double(value: float) -> str:
    """A double as Java prints it: ``1.0``, ``1.0E10``, ``NaN``, ``Infinity``."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = repr(float(value))
        return text if "e" not in text else f"{value:f}"
    mantissa, _, exponent = f"{value!r}".partition("e")
    if not exponent:
        digits = repr(abs(value)).replace(".", "").lstrip("0").rstrip("0") or "0"
        whole, _, fraction = repr(abs(value)).partition(".")
        power = len(whole) - 1 if whole != "0" else -(len(fraction) - len(fraction.lstrip("0")) + 1)
        mantissa = ("-" if value < 0 else "") + digits[0] + "." + (digits[1:] or "0")
        return f"{mantissa}E{power}"
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"
