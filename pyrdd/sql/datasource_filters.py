"""Conditions of a query as filters that Python data sources understand."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

from pyrdd.sql import datasource as d
from pyrdd.sql import types as t
from pyrdd.sql.expressions import Attribute, Call, Cast, Expression, Literal

_COMPARED: dict[str, tuple[type[d.ValueFilter], type[d.ValueFilter]]] = {
    "=": (d.EqualTo, d.EqualTo),
    "==": (d.EqualTo, d.EqualTo),
    "<=>": (d.EqualNullSafe, d.EqualNullSafe),
    ">": (d.GreaterThan, d.LessThan),
    ">=": (d.GreaterThanOrEqual, d.LessThanOrEqual),
    "<": (d.LessThan, d.GreaterThan),
    "<=": (d.LessThanOrEqual, d.GreaterThanOrEqual),
}
"""The filter of each operator, and that of the operator with its sides exchanged."""
_TEXTS: dict[str, type[d.ValueFilter]] = {
    "startswith": d.StringStartsWith,
    "endswith": d.StringEndsWith,
    "contains": d.StringContains,
}
_PLAIN = (bool, int, float, str, bytes, decimal.Decimal, datetime.date)


def filter_of(condition: Expression) -> d.Filter | None:
    """The filter that says what a condition says; None if there is none."""
    if not isinstance(condition, Call):
        return None
    name, args = condition.function.name, condition.args
    if name in ("not", "!"):
        child = filter_of(args[0])
        return None if child is None else d.Not(child)
    if name in ("isnull", "isnotnull"):
        path = path_of(args[0])
        if path is None:
            return None
        return d.IsNull(path) if name == "isnull" else d.IsNotNull(path)
    if name == "in":
        return _in(args)
    if name in _TEXTS or name in _COMPARED:
        return _compared(name, args)
    return None


def _in(args: tuple[Expression, ...]) -> d.Filter | None:
    path, values = path_of(args[0]), [value_of(a) for a in args[1:]]
    return None if path is None or None in values else d.In(path, tuple(values))


def _compared(name: str, args: tuple[Expression, ...]) -> d.Filter | None:
    left, right = args
    if name in _TEXTS:
        return _filter(_TEXTS[name], left, right)
    as_written, turned_round = _COMPARED[name]
    return _filter(as_written, left, right) or _filter(turned_round, right, left)


def _filter(kind: type[d.ValueFilter], column: Expression, constant: Expression) -> d.Filter | None:
    path, value = path_of(column), value_of(constant)
    return None if path is None or value is None else kind(path, value)


def path_of(expression: Expression) -> tuple[str, ...] | None:
    """The names on the way to a column or field; None for anything else."""
    if isinstance(expression, Attribute):
        return (expression.name,)
    if isinstance(expression, Call) and expression.function.name == "get_struct_field":
        path, field = path_of(expression.args[0]), expression.args[1]
        return None if path is None or not isinstance(field, Literal) else (*path, field.value)
    return None


def value_of(expression: Expression) -> Any:
    """The Python value of a constant of a simple type; None for anything else."""
    if isinstance(expression, Cast) and isinstance(expression.child, Literal):
        numbers = isinstance(expression.data_type, t.IntegralType) and isinstance(expression.child.value, int)
        return expression.child.value if numbers else None
    if not isinstance(expression, Literal) or not isinstance(expression.value, _PLAIN):
        return None
    if isinstance(
        expression.data_type, t.TimestampType | t.TimestampNTZType | t.DayTimeIntervalType | t.YearMonthIntervalType
    ):
        return None
    return expression.value
