"""Operators: arithmetic, comparison, logic. They have no Python face of their own; Column's operators call them by symbol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.inputs import BOOLEAN, orderable


# --- logic -----------------------------------------------------------------------------------------------------------

declare(Function("and", "scalar", (BOOLEAN, BOOLEAN), BOOLEAN, 2, 2, sql="({0} AND {1})"))
declare(Function("or", "scalar", (BOOLEAN, BOOLEAN), BOOLEAN, 2, 2, sql="({0} OR {1})"))
declare(Function("not", "scalar", (BOOLEAN,), BOOLEAN, 1, 1, sql="(NOT {0})", aliases=("!",)))
declare(Function("isnull", "scalar", (), BOOLEAN, 1, 1, sql="({0} IS NULL)", nullable=False))
declare(Function("isnotnull", "scalar", (), BOOLEAN, 1, 1, sql="({0} IS NOT NULL)", nullable=False))


# --- comparison ------------------------------------------------------------------------------------------------------


def binary_text(symbol: str, args: Sequence[Any]) -> str:
    """A binary operation in double quotes, as messages show it."""
    from pyrdd.sql.expressions.text import operator_text, pretty_name  # here: messages alone need it

    return f'"{operator_text(symbol, [pretty_name(a) for a in args])}"'


def _comparison_types(symbol: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        found = coercion.to_common_type(args, ctx)
        if found is None:
            left, right = quoted_type(args[0].data_type), quoted_type(args[1].data_type)
            raise mismatch("BINARY_OP_DIFF_TYPES", binary_text(symbol, args), left=left, right=right)
        if not orderable(found[0].data_type):
            raise mismatch(
                "INVALID_ORDERING_TYPE",
                binary_text(symbol, args),
                functionName=f"`{symbol}`",
                dataType=quoted_type(found[0].data_type),
            )
        return found

    return coerce


for _symbol in ("=", "<", "<=", ">", ">="):
    declare(
        Function(
            _symbol, "scalar", (), BOOLEAN, 2, 2, sql=f"({{0}} {_symbol} {{1}})", coerce=_comparison_types(_symbol),
            aliases=("==",) if _symbol == "=" else (),
        )
    )  # fmt: skip
declare(
    Function(
        "<=>", "scalar", (), BOOLEAN, 2, 2, sql="({0} IS NOT DISTINCT FROM {1})", nullable=False,
        coerce=_comparison_types("<=>"),
    )
)  # fmt: skip
declare(
    Function("!=", "scalar", (), BOOLEAN, 2, 2, sql="({0} <> {1})", coerce=_comparison_types("="), aliases=("<>",))
)


# --- arithmetic ------------------------------------------------------------------------------------------------------


def adjusted(precision: int, scale: int) -> t.DecimalType:
    """A decimal result cut to 38 digits so that at least 6 of its scale stay (SQL Server's rule, as in Spark)."""
    if precision <= 38:
        return t.DecimalType(precision, scale)
    whole = precision - scale
    return t.DecimalType(38, max(38 - whole, min(scale, 6)))


def _decimal_result(symbol: str, a: t.DecimalType, b: t.DecimalType) -> t.DecimalType:
    p1, s1, p2, s2 = a.precision, a.scale, b.precision, b.scale
    match symbol:
        case "+" | "-":
            scale = max(s1, s2)
            return adjusted(max(p1 - s1, p2 - s2) + scale + 1, scale)
        case "*":
            return adjusted(p1 + p2 + 1, s1 + s2)
        case "/":
            scale = max(6, s1 + p2 + 1)
            return adjusted(p1 - s1 + s2 + scale, scale)
        case _:
            scale = max(s1, s2)
            return adjusted(min(p1 - s1, p2 - s2) + scale, scale)


def _numeric_pair(symbol: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        if len(args) == 1:
            return args
        a, b = args
        if isinstance(a.data_type, t.StringType):
            a = coercion.cast(a, _string_operand(b.data_type, ctx), ctx)
        if isinstance(b.data_type, t.StringType):
            b = coercion.cast(b, _string_operand(a.data_type, ctx), ctx)
        if isinstance(a.data_type, t.NullType) and isinstance(b.data_type, t.NullType):
            return [coercion.cast(x, t.DoubleType(), ctx) for x in (a, b)]
        if symbol == "/" and not _both_decimal(a, b):
            return [coercion.cast(x, t.DoubleType(), ctx) for x in (a, b)]
        if _both_decimal(a, b):
            return [coercion.cast(x, coercion.decimal_for_literal(x), ctx) for x in (a, b)]
        common = coercion.tightest_common_type(a.data_type, b.data_type, ctx)
        if common is None:
            left, right = quoted_type(args[0].data_type), quoted_type(args[1].data_type)
            raise mismatch("BINARY_OP_DIFF_TYPES", binary_text(symbol, args), left=left, right=right)
        if not isinstance(common, t.NumericType):
            raise mismatch(
                "BINARY_OP_WRONG_TYPE",
                binary_text(symbol, args),
                inputType='("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")',
                actualDataType=quoted_type(common),
            )
        return [coercion.cast(x, common, ctx) for x in (a, b)]

    return coerce


def _string_operand(other: t.DataType, ctx: Any) -> t.DataType:
    return t.LongType() if isinstance(other, t.IntegralType) and ctx.ansi else t.DoubleType()


def _both_decimal(a: Any, b: Any) -> bool:
    kinds = (a.data_type, b.data_type)
    return any(isinstance(k, t.DecimalType) for k in kinds) and all(
        isinstance(k, t.DecimalType | t.IntegralType) for k in kinds
    )


def _result(symbol: str) -> Callable[..., t.DataType]:
    def returns(args: Sequence[Any]) -> t.DataType:
        a = args[0].data_type
        if isinstance(a, t.DecimalType) and len(args) == 2:
            return _decimal_result(symbol, a, args[1].data_type)
        return t.LongType() if symbol == "div" else a

    return returns


def _checked(symbol: str, duck: str) -> Callable[..., str]:
    def sql(call: Any, args: list[str]) -> str:
        kind = duck_type(call.data_type)
        if len(args) == 1:
            return f"({duck} {args[0]})"
        text = f"CAST(({args[0]} {duck} {args[1]}) AS {kind})"
        return f"TRY({text})" if call.mode == "try" else text

    return sql


def _divided(symbol: str, duck: str, condition: str) -> Callable[..., str]:
    def sql(call: Any, args: list[str]) -> str:
        kind = duck_type(call.data_type)
        zero = "NULL" if call.mode != "ansi" else raise_sql(condition, config="'\"spark.sql.ansi.enabled\"'")
        text = f"CAST(({args[0]} {duck} {args[1]}) AS {kind})"
        return f"CASE WHEN {args[1]} = 0 AND {args[0]} IS NOT NULL THEN {zero} ELSE {text} END"

    return sql


for _symbol, _least in (("+", 1), ("-", 1), ("*", 2)):
    declare(
        Function(
            _symbol, "scalar", (), _result(_symbol), _least, 2, sql=_checked(_symbol, _symbol), coerce=_numeric_pair(_symbol)
        )
    )
declare(
    Function("/", "scalar", (), _result("/"), 2, 2, sql=_divided("/", "/", "DIVIDE_BY_ZERO"), coerce=_numeric_pair("/"))
)
declare(
    Function("%", "scalar", (), _result("%"), 2, 2, sql=_divided("%", "%", "REMAINDER_BY_ZERO"), coerce=_numeric_pair("%"))
)
declare(
    Function(
        "div", "scalar", (), _result("div"), 2, 2, sql=_divided("div", "//", "DIVIDE_BY_ZERO"), coerce=_numeric_pair("div")
    )
)
