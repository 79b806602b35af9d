"""counter_diff: what a counter counted between the rows of a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import WindowFrame
from pyrdd.sql.functions.decorators import window
from pyrdd.sql.functions.inputs import ANY
from pyrdd.sql.functions.text_tools import first_type, require


def _counter_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require("counter_diff", args, 0, (t.NumericType, t.NullType), '"NUMERIC"')
    if len(args) > 1:
        stamps = (t.TimestampType, t.TimestampNTZType, t.NullType)
        require("counter_diff", args, 1, stamps, '("TIMESTAMP" or "TIMESTAMP_NTZ")')
    return args


def _before(value: str) -> str:
    return f"(lag({value}, 1 IGNORE NULLS){{o}})"


def _counter_text(call: Any, args: list[str]) -> str:
    value, result = args[0], duck_type(call.data_type)
    negative = raise_sql("COUNTER_DIFF_NEGATIVE_COUNTER_VALUE", result, value=f"CAST({value} AS VARCHAR)")
    cases = [f"WHEN {value} IS NULL THEN NULL", f"WHEN {value} < 0 THEN {negative}"]
    if len(args) > 1:
        start = args[1]
        earlier = _before(f"CASE WHEN {value} IS NOT NULL THEN {start} END")
        decreased = raise_sql(
            "COUNTER_DIFF_START_TIME_DECREASED",
            result,
            previousStartTime=f"CAST({earlier} AS VARCHAR)",
            currentStartTime=f"CAST({start} AS VARCHAR)",
        )
        cases += [f"WHEN {start} < {earlier} THEN {decreased}", f"WHEN {start} > {earlier} THEN NULL"]
    previous = _before(value)
    return f"(CASE {' '.join(cases)} WHEN {value} >= {previous} THEN CAST({value} - {previous} AS {result}) END)"


@window(
    ANY, ANY, returns=first_type, sql=_counter_text, nullable=True, coerce=_counter_types,
    frame=lambda call: WindowFrame("rows", "unbounded", "current"),
)  # fmt: skip
def counter_diff(value: ColumnOrName, startTime: ColumnOrName | None = None) -> Column:
    """Window: how much a counter grew since the row before; null where it began anew, which a smaller value or a later
    start time tells. Rows without a value are passed over."""
