"""What INSERT puts around the values that it stores: checks of ranges and lengths. No query calls these by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import quoted_type
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import text_literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.inputs import ANY, INT, STRING
from pyrdd.sql.names import quoted


def _in_range(call: Any, args: Sequence[str]) -> str:
    """The value, the value cast by `try_cast`, and the name of the column."""
    error = raise_sql(
        "CAST_OVERFLOW_IN_TABLE_INSERT",
        sourceType=text_literal(quoted_type(call.args[0].data_type)),
        targetType=text_literal(quoted_type(call.args[1].data_type)),
        columnName=text_literal(quoted(call.args[2].value)),
    )
    return f"CASE WHEN {args[0]} IS NOT NULL AND {args[1]} IS NULL THEN {error} ELSE {args[1]} END"


def _limited(call: Any, args: Sequence[str], pad: bool) -> str:
    """A text that is too long may lose blanks at its end, and nothing else."""
    limit = call.args[1].value
    error = raise_sql("EXCEED_LIMIT_LENGTH", limit=f"'{limit}'")
    fits = f"rpad({args[0]}, {limit}, ' ')" if pad else args[0]
    return (
        f"CASE WHEN {args[0]} IS NULL THEN NULL WHEN length({args[0]}) <= {limit} THEN {fits} "
        f"WHEN length(rtrim({args[0]}, ' ')) <= {limit} THEN left({args[0]}, {limit}) ELSE {error} END"
    )


declare(Function("__in_range", "scalar", (ANY, ANY, STRING), lambda args: args[1].data_type, 3, 3, sql=_in_range))
declare(Function("__varchar", "scalar", (STRING, INT), t.StringType(), 2, 2, sql=lambda c, a: _limited(c, a, False)))
# what a SQL function's call became, under the name of the call
declare(
    Function(
        "__sql_function", "scalar", (ANY, STRING), lambda args: args[0].data_type, 2, 2, sql="{0}",
        pretty=lambda name, args, call: call.args[1].value,
    )
)  # fmt: skip
declare(Function("__char", "scalar", (STRING, INT), t.StringType(), 2, 2, sql=lambda c, a: _limited(c, a, True)))
