"""OVER clauses as DuckDB text: order keys, frames and their offsets.

DuckDB computes ``key - offset`` in the key's own type, so keys of a RANGE frame with offsets are widened: integers to
HUGEINT, dates and timestamps to microseconds, unless the offset counts months.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyrdd.sql import types as t
from pyrdd.sql.codegen.ordering import is_collated, refuse_collation
from pyrdd.sql.codegen.types import duck_type, literal_sql
from pyrdd.sql.expressions import Alias, Literal, SortOrder, WindowCall, WindowFrame, WindowSpecification

if TYPE_CHECKING:
    from pyrdd.sql.codegen.expressions import Writer

ALL_ROWS = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
_DAY = 86_400_000_000


def over(writer: Writer, function: Any, window: WindowSpecification) -> str:
    """The text of ``OVER (...)``, with a space before it."""
    parts = []
    for key in window.partition:
        if is_collated(key.data_type):
            raise refuse_collation("PARTITION BY", key.data_type)
    keys = [writer.text(e) for e in window.partition if not e.foldable]
    if keys:
        parts.append("PARTITION BY " + ", ".join(keys))
    frame = window.frame
    offsets = [] if frame is None else [b for b in (frame.lower, frame.upper) if not isinstance(b, str)]
    if frame is not None and frame.kind == "range" and offsets and len(window.order) == 1:
        parts += _range_of_values(writer, window.order[0], frame)
    else:
        order = writer.order(window.order).strip()
        if order:
            parts.append(order)
        if frame is not None and not (isinstance(function, WindowCall) and function.function.frame is not None):
            parts.append(_frame(frame, bool(order)))
    return f" OVER ({' '.join(parts)})"


def _frame(frame: WindowFrame, ordered: bool) -> str:
    if frame.kind == "range" and not ordered:
        # without an order all rows are peers
        return ALL_ROWS
    if _is_empty(frame):
        return "ROWS BETWEEN 1 PRECEDING AND 2 PRECEDING"
    lower, upper = _bound(frame.lower, "PRECEDING"), _bound(frame.upper, "FOLLOWING")
    return f"{frame.kind.upper()} BETWEEN {lower} AND {upper}"


def _is_empty(frame: WindowFrame) -> bool:
    """A frame that ends before it starts, which DuckDB refuses to read where one of the bounds is the current row."""
    if frame.lower == "current" and not isinstance(frame.upper, str):
        return bool(literal_of(frame.upper).value < 0)
    if frame.upper == "current" and not isinstance(frame.lower, str):
        return bool(literal_of(frame.lower).value > 0)
    return False


def _bound(bound: Any, side: str) -> str:
    if bound == "unbounded":
        return f"UNBOUNDED {side}"
    if bound == "current":
        return "CURRENT ROW"
    offset = literal_of(bound)
    return f"{abs(offset.value)} {'PRECEDING' if offset.value < 0 else 'FOLLOWING'}"


def literal_of(bound: Any) -> Literal:
    """The signed offset of a bound (`pyrdd.sql.analysis.windows` makes an alias of it, under the text of the query)."""
    found = bound.child if isinstance(bound, Alias) else bound
    assert isinstance(found, Literal)
    return found


def _range_of_values(writer: Writer, order: Any, frame: WindowFrame) -> list[str]:
    key = order.child if isinstance(order, SortOrder) else order
    bounds = [literal_of(b) for b in (frame.lower, frame.upper) if not isinstance(b, str)]
    text = writer.text(key)
    if isinstance(key.data_type, t.IntegralType | t.DayTimeIntervalType | t.YearMonthIntervalType):
        steps = [b.value * (1 if order.ascending else -1) for b in bounds if b.value]
        text = _within(text, key.data_type, steps)
    text = _wide(text, key.data_type, any(_in_months(b) for b in bounds))
    ways = "ASC" if order.ascending else "DESC"
    sort = f"ORDER BY {text} {ways} NULLS {'FIRST' if order.nulls_first else 'LAST'}"
    lower = _range_bound(frame.lower, "PRECEDING", key.data_type)
    upper = _range_bound(frame.upper, "FOLLOWING", key.data_type)
    return [sort, f"RANGE BETWEEN {lower} AND {upper}"]


def _within(key: str, data_type: t.DataType, steps: list[int]) -> str:
    """The key; computing it fails where a bound of its frame would not be of the key's type, as in Spark."""
    duck = duck_type(data_type)
    for step in steps:
        # an ORDER BY may not call error(): DuckDB's own arithmetic overflows
        key = f"(({key} + CAST({step} AS {duck})) - CAST({step} AS {duck}))"
    return key


def _in_months(offset: Literal) -> bool:
    if isinstance(offset.data_type, t.CalendarIntervalType):
        return offset.value is not None and (offset.value[0] != 0 or offset.value[1] != 0)
    return isinstance(offset.data_type, t.YearMonthIntervalType)


def _wide(text: str, data_type: t.DataType, months: bool) -> str:
    match data_type:
        case t.IntegralType() | t.DayTimeIntervalType() | t.YearMonthIntervalType():
            return f"CAST({text} AS HUGEINT)"
        case t.DecimalType():
            return f"CAST({text} AS DECIMAL(38,{data_type.scale}))"
        case t.FloatType():
            return f"CAST({text} AS DOUBLE)"
        case t.DateType() | t.TimestampNTZType() if months:
            return f"CAST({text} AS TIMESTAMP)"
        case t.DateType():
            return f"epoch_us(CAST({text} AS TIMESTAMP))"
        case t.TimestampType() | t.TimestampNTZType() if not months:
            return f"epoch_us({text})"
    return text


def _range_bound(bound: Any, side: str, key: t.DataType) -> str:
    if isinstance(bound, str):
        return _bound(bound, side)
    offset = literal_of(bound)
    if offset.value is None:
        # what compares with null bounds nothing
        return f"UNBOUNDED {side}"
    return f"{_magnitude(offset, key)} {'PRECEDING' if _is_negative(offset) else 'FOLLOWING'}"


def _is_negative(offset: Literal) -> bool:
    return any(part < 0 for part in offset.value) if isinstance(offset.value, tuple) else offset.value < 0


def _magnitude(offset: Literal, key: t.DataType) -> str:
    value: Any = offset.value
    kind = offset.data_type
    if isinstance(kind, t.CalendarIntervalType):
        months, days, micros = (abs(part) for part in value)
        if not months and not days:
            return str(micros)
        return literal_sql(Literal((months, days, micros), kind))
    value = abs(value)
    if isinstance(key, t.DateType | t.TimestampType | t.TimestampNTZType):
        if isinstance(kind, t.YearMonthIntervalType):
            return f"to_months({value})"
        return str(value if isinstance(kind, t.DayTimeIntervalType) else value * _DAY)
    if isinstance(key, t.DecimalType):
        return f"CAST('{Decimal(value):f}' AS DECIMAL(38,{key.scale}))"
    if isinstance(key, t.FloatType | t.DoubleType):
        return f"CAST({value} AS DOUBLE)"
    return str(int(value))
