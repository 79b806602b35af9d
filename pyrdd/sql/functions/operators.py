"""Operators: arithmetic, comparison, logic. They have no Python face of their own; Column's operators call them by symbol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.codegen.ordering import comparable as order_of
from pyrdd.sql.codegen.ordering import is_collated
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions import arithmetic_text as text
from pyrdd.sql.functions.datetime_arithmetic import resolve_datetime
from pyrdd.sql.functions.declare import Function, declare, lookup
from pyrdd.sql.functions.inputs import BOOLEAN, orderable
from pyrdd.sql.functions.string_tools import folded
from pyrdd.sql.functions.text_tools import beside_null

_PRECISION_LOSS = "spark.sql.decimalOperations.allowPrecisionLoss"
_ANSI_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType)
_INTERVALS = (*_ANSI_INTERVALS, t.CalendarIntervalType)
_WITH_INTERVALS = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")'

# --- logic -----------------------------------------------------------------------------------------------------------


def binary_text(symbol: str, args: Sequence[Any]) -> str:
    """An operation in double quotes, as messages show it."""
    from pyrdd.sql.expressions.text import operator_text, pretty_name  # here: messages alone need it

    shown = operator_text(symbol, [pretty_name(a) for a in args])
    return f'"{shown or symbol + "(" + ", ".join(pretty_name(a) for a in args) + ")"}"'


def _boolean_pair(symbol: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        kinds = [a.data_type for a in args]
        args = [coercion.cast(a, BOOLEAN, ctx) if isinstance(a.data_type, t.NullType) else a for a in args]
        if any(isinstance(k, t.StringType) for k in kinds) and ctx.ansi:
            args = [coercion.cast(a, BOOLEAN, ctx) if isinstance(a.data_type, t.StringType) else a for a in args]
        left, right = args
        if left.data_type != right.data_type:
            shown = {"left": quoted_type(left.data_type), "right": quoted_type(right.data_type)}
            raise mismatch("BINARY_OP_DIFF_TYPES", binary_text(symbol, args), **shown)
        if not isinstance(left.data_type, t.BooleanType):
            raise mismatch(
                "BINARY_OP_WRONG_TYPE",
                binary_text(symbol, args),
                inputType='"BOOLEAN"',
                actualDataType=quoted_type(left.data_type),
            )
        return args

    return coerce


declare(Function("and", "scalar", (), BOOLEAN, 2, 2, sql="({0} AND {1})", coerce=_boolean_pair("and")))
declare(Function("or", "scalar", (), BOOLEAN, 2, 2, sql="({0} OR {1})", coerce=_boolean_pair("or")))
declare(Function("not", "scalar", (BOOLEAN,), BOOLEAN, 1, 1, sql="(NOT {0})", aliases=("!",)))


# --- comparison ------------------------------------------------------------------------------------------------------


def _comparison_types(symbol: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        found = coercion.to_comparable(args, ctx, equality=symbol in ("=", "<=>"))
        if found is None:
            left, right = quoted_type(args[0].data_type), quoted_type(args[1].data_type)
            raise mismatch("BINARY_OP_DIFF_TYPES", binary_text(symbol, args), left=left, right=right)
        if not comparable(found[0].data_type, symbol):
            raise mismatch(
                "INVALID_ORDERING_TYPE",
                binary_text(symbol, args),
                functionName=f"`{symbol}`",
                dataType=quoted_type(found[0].data_type),
            )
        return found

    return coerce


def comparable(data_type: t.DataType, symbol: str) -> bool:
    """Whether values of a type can be compared by an operator; calendar intervals have no order but are equal or not."""
    return orderable(data_type) or (symbol in ("=", "<=>", "in") and isinstance(data_type, t.CalendarIntervalType))


def _exact_intervals(call: Any, args: list[str], template: str) -> str:
    """DuckDB holds a month equal to 30 days; Spark compares intervals part by part."""
    if isinstance(call.args[0].data_type, t.CalendarIntervalType):
        args = [f"[datepart('year', {a}) * 12 + datepart('month', {a}), datepart('day', {a}), datepart('hour', {a}), "
                f"datepart('minute', {a}), datepart('microsecond', {a})]" for a in args]  # fmt: skip
    elif is_collated(call.args[0].data_type):
        args = folded(args, call.args, "A comparison")
    return template.format(*args)


def _compared(call: Any, args: list[str], template: str) -> str:
    """Values by their keys: to DuckDB a null inside of nested ones is the greatest."""
    keys = [order_of(text, arg.data_type) for text, arg in zip(args, call.args, strict=True)]
    return beside_null(call, args, template.format(*keys))


def _equal(call: Any, args: list[str]) -> str:
    return beside_null(call, args, _exact_intervals(call, args, "({0} = {1})"))


def _truth(args: Sequence[Any], ctx: Any, null_safe: bool) -> Any:
    """Without ANSI rules a boolean beside the number 1 is itself, and beside 0 its opposite."""
    from pyrdd.sql.analysis.calls import make_call  # here: calls knows the functions that this module declares

    for value, number in (args, args[::-1]):
        if ctx.ansi or not isinstance(value.data_type, t.BooleanType) or not _is_one_or_zero(number):
            continue
        made = value if number.value == 1 else make_call("not", value, ctx=ctx)
        return make_call("and", make_call("isnotnull", value, ctx=ctx), made, ctx=ctx) if null_safe else made
    return None


def _is_one_or_zero(expression: Any) -> bool:
    return (
        isinstance(expression, Literal)
        and isinstance(expression.data_type, t.NumericType)
        and expression.value in (0, 1)
    )


for _symbol in ("=", "<", "<=", ">", ">="):
    declare(
        Function(
            _symbol, "scalar", (), BOOLEAN, 2, 2,
            sql=_equal if _symbol == "=" else partial(_compared, template=f"({{0}} {_symbol} {{1}})"),
            coerce=_comparison_types(_symbol), aliases=("==",) if _symbol == "=" else (),
            rewrite=partial(_truth, null_safe=False) if _symbol == "=" else None,
        )
    )  # fmt: skip
declare(
    Function(
        "<=>", "scalar", (), BOOLEAN, 2, 2, sql=partial(_exact_intervals, template="({0} IS NOT DISTINCT FROM {1})"),
        nullable=False, coerce=_comparison_types("<=>"), rewrite=partial(_truth, null_safe=True),
    )
)  # fmt: skip


def _not_equal(args: Sequence[Any], ctx: Any) -> Any:
    from pyrdd.sql.analysis.calls import make_call  # here: calls knows the functions that this module declares

    return make_call("not", make_call("=", *args, ctx=ctx), ctx=ctx)


declare(Function("!=", "scalar", (), BOOLEAN, 2, 2, rewrite=_not_equal, aliases=("<>",)))


def _between(args: Sequence[Any], ctx: Any) -> Any:
    from pyrdd.sql.analysis.calls import build, make_call  # here: see _not_equal

    value, low, high = args
    both = make_call("and", make_call(">=", value, low, ctx=ctx), make_call("<=", value, high, ctx=ctx), ctx=ctx)
    return build(lookup("as written"), [both, *args], ctx, "between")


declare(Function("between", "scalar", (), BOOLEAN, 3, 3, rewrite=_between))


declare(
    Function(
        "as written", "scalar", (), lambda args: args[0].data_type, 1, None, sql="{0}",
        nullable=lambda args: args[0].nullable, pretty=lambda name, args, call: f"{name}({', '.join(args[1:])})",
    )
)  # fmt: skip
"""The first argument under the text of a call with the others: what a rewriting leaves of the call that it replaced."""


def _in_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    found = coercion.to_common_type(args, ctx)
    if found is None:
        kinds = ", ".join(quoted_type(a.data_type) for a in args)
        raise mismatch("DATA_DIFF_TYPES", binary_text("in", args), functionName="`in`", dataType=f"[{kinds}]")
    if not comparable(found[0].data_type, "in"):
        raise mismatch(
            "INVALID_ORDERING_TYPE",
            binary_text("in", args),
            functionName="`in`",
            dataType=quoted_type(found[0].data_type),
        )
    return found


def _in_text(call: Any, args: list[str]) -> str:
    if len(args) == 1:
        return f"CASE WHEN {args[0]} IS NOT NULL THEN false END"
    value, *others = folded(args, call.args, "A comparison")
    return f"({value} IN ({', '.join(others)}))"


declare(Function("in", "scalar", (), BOOLEAN, 1, None, sql=_in_text, coerce=_in_types))


def _quantified(args: Sequence[Any], ctx: Any, name: str) -> Any:
    from pyrdd.sql.analysis.calls import build  # here: see _not_equal

    return build(lookup("as written"), args, ctx, name)


for _name in ("like any", "like all", "not like any", "not like all"):
    # a test of constant patterns under the name that Spark gives it: the test, what is tested
    declare(
        Function(
            _name, "scalar", (), BOOLEAN, 2, 2, rewrite=partial(_quantified, name=_name.replace(" ", "")),
        )
    )  # fmt: skip


# --- arithmetic ------------------------------------------------------------------------------------------------------


def adjusted(precision: int, scale: int) -> t.DecimalType:
    """A decimal result cut to 38 digits so that at least 6 of its scale stay (SQL Server's rule, as in Spark)."""
    if precision <= 38:
        return t.DecimalType(precision, scale)
    whole = precision - scale
    return t.DecimalType(38, max(38 - whole, min(scale, 6)))


def decimal_result(
    symbol: str, a: t.DecimalType, b: t.DecimalType, cut: Callable[[int, int], t.DecimalType] = adjusted
) -> t.DecimalType:
    """The type of an operation on decimals; ``cut`` makes it of the digits that an exact result may have."""
    p1, s1, p2, s2 = a.precision, a.scale, b.precision, b.scale
    match symbol:
        case "+" | "-":
            scale = max(s1, s2)
            return cut(max(p1 - s1, p2 - s2) + scale + 1, scale)
        case "*":
            return cut(p1 + p2 + 1, s1 + s2)
        case "/":
            scale = max(6, s1 + p2 + 1)
            return cut(p1 - s1 + s2 + scale, scale)
        case _:
            scale = max(s1, s2)
            return cut(min(p1 - s1, p2 - s2) + scale, scale)


def lossless_result(symbol: str, a: t.DecimalType, b: t.DecimalType) -> t.DecimalType:
    """The type where digits may not be lost (Hive's rule): a result with more of them than fit is an error, or null."""
    if symbol != "/":
        return decimal_result(symbol, a, b, coercion.bounded)
    whole, scale = min(38, a.precision - a.scale + b.scale), min(38, max(6, a.scale + b.precision + 1))
    if whole + scale > 38:
        scale -= (whole + scale - 38) // 2 + 1
        whole = 38 - scale
    return coercion.bounded(whole + scale, scale)


def _operands(symbol: str) -> Callable[..., Sequence[Any]]:
    """The two operands brought to one type, or refused."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        a, b = coercion.promote_strings(args[0], args[1], ctx)
        if _both_decimal(a, b):
            return [coercion.cast(x, coercion.decimal_for_literal(x), ctx) for x in (a, b)]
        if symbol == "/" and all(isinstance(x.data_type, t.NumericType | t.NullType) for x in (a, b)):
            return [coercion.cast(x, t.DoubleType(), ctx) for x in (a, b)]
        common = coercion.tightest_common_type(a.data_type, b.data_type, ctx)
        if symbol == "div" and _differ_in_division(a.data_type, b.data_type):
            common = None
        if common is None:
            left, right = quoted_type(a.data_type), quoted_type(b.data_type)
            raise mismatch("BINARY_OP_DIFF_TYPES", binary_text(symbol, args), left=left, right=right)
        if isinstance(common, t.NullType):
            common = t.DoubleType()
        if symbol == "div" and isinstance(common, t.IntegralType):
            common = t.LongType()
        _check_operand(symbol, common, args)
        return [coercion.cast(x, common, ctx) for x in (a, b)]

    return coerce


def _differ_in_division(a: t.DataType, b: t.DataType) -> bool:
    """Whether a floating-point number and another number keep their own types: none of them is what ``div`` takes."""
    floating = (t.FloatType, t.DoubleType)
    others = (*floating, t.IntegralType, t.NullType)
    return a != b and (
        (isinstance(a, floating) and isinstance(b, others)) or (isinstance(b, floating) and isinstance(a, others))
    )


def _check_operand(symbol: str, common: t.DataType, args: Sequence[Any]) -> None:
    match symbol:
        case "+" | "-":
            fits, wanted = isinstance(common, (t.NumericType, *_INTERVALS)), _WITH_INTERVALS
        case "div":
            fits = isinstance(common, (t.LongType, t.DecimalType, *_ANSI_INTERVALS))
            wanted = '("BIGINT" or "DECIMAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")'
        case "/":
            if isinstance(common, _INTERVALS):
                left, right = quoted_type(args[0].data_type), quoted_type(args[1].data_type)
                raise mismatch("BINARY_OP_DIFF_TYPES", binary_text(symbol, args), left=left, right=right)
            fits, wanted = isinstance(common, t.DoubleType | t.DecimalType), '("DOUBLE" or "DECIMAL")'
        case _:
            fits, wanted = isinstance(common, t.NumericType), '"NUMERIC"'
    if not fits:
        raise mismatch(
            "BINARY_OP_WRONG_TYPE",
            binary_text(symbol, args),
            inputType=wanted,
            actualDataType=quoted_type(common),
        )


def _both_decimal(a: Any, b: Any) -> bool:
    kinds = (a.data_type, b.data_type)
    return any(isinstance(k, t.DecimalType) for k in kinds) and all(
        isinstance(k, t.DecimalType | t.IntegralType) for k in kinds
    )


def _result(symbol: str) -> Callable[..., t.DataType]:
    def returns(args: Sequence[Any]) -> t.DataType:
        a = args[0].data_type
        if symbol == "div":
            return t.LongType()
        if isinstance(a, t.DecimalType):
            return decimal_result(symbol, a, args[1].data_type)
        if isinstance(a, _ANSI_INTERVALS) and a != args[1].data_type:
            b = args[1].data_type
            return type(a)(min(a.startField, b.startField), max(a.endField, b.endField))
        return a  # type: ignore[no-any-return]

    return returns


def _may_be_null(args: Sequence[Any]) -> bool:
    return any(a.nullable for a in args) or any(isinstance(a.data_type, t.DecimalType) for a in args)


def _lossless(symbol: str, rewrite: Any, args: Sequence[Any], ctx: Any) -> Any:
    """What else a call is: another function by ``rewrite``, or the operation on decimals that may not lose digits."""
    replaced = None if rewrite is None else rewrite(args, ctx)
    if replaced is not None or ctx.flag(_PRECISION_LOSS, True):
        return replaced
    from pyrdd.sql.analysis.calls import build  # here: see _not_equal

    made: Any = build(lookup(symbol), args, ctx.with_(conf={**ctx.conf, _PRECISION_LOSS: "true"}))
    if not isinstance(made.data_type, t.DecimalType):
        return made
    return made.copy(data_type=lossless_result(symbol, *(arg.data_type for arg in made.args)))


def _arithmetic(symbol: str, rewrite: Any, write: Any, aliases: tuple[str, ...] = (), least: int = 2) -> None:
    def sql(call: Any, args: list[str], writer: Any) -> str:
        # quotients look at the divisor first
        return beside_null(call, args, write(call, args, writer, symbol), first=0 if symbol in "+-*" else 1)

    declare(
        Function(
            symbol, "scalar", (), _result(symbol), least, 2, sql=sql, coerce=_operands(symbol),
            rewrite=partial(_lossless, symbol, rewrite), nullable=_may_be_null if symbol in "+-*" else True,
            with_writer=True, aliases=aliases,
        )
    )  # fmt: skip


def _plus(args: Sequence[Any], ctx: Any) -> Any:
    return _unary("positive", args, ctx) if len(args) == 1 else resolve_datetime("+", args, ctx)


def _minus(args: Sequence[Any], ctx: Any) -> Any:
    return _unary("negative", args, ctx, "-") if len(args) == 1 else resolve_datetime("-", args, ctx)


def _unary(name: str, args: Sequence[Any], ctx: Any, written: str = "") -> Any:
    from pyrdd.sql.analysis.calls import build  # here: see _not_equal

    return build(lookup(name), args, ctx, written or name)


_arithmetic("+", _plus, text.computed, least=1)
_arithmetic("-", _minus, text.computed, least=1)
_arithmetic("*", partial(resolve_datetime, "*"), text.computed)
_arithmetic("/", partial(resolve_datetime, "/"), text.divided)
_arithmetic("%", None, text.divided, aliases=("mod",))
_arithmetic("div", None, text.divided)


def _one_operand(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        arg = args[0]
        if isinstance(arg.data_type, t.StringType | t.NullType):
            arg = coercion.cast(arg, t.DoubleType(), ctx)
        allowed: tuple[type, ...] = (t.NumericType, *_ANSI_INTERVALS)
        if name != "abs":
            allowed = (*allowed, t.CalendarIntervalType)
        if not isinstance(arg.data_type, allowed):
            intervals = '"INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH"'
            raise mismatch(
                "UNEXPECTED_INPUT_TYPE",
                binary_text(name, args),
                paramIndex="first",
                requiredType=f'("NUMERIC" or {intervals})' if name == "abs" else _WITH_INTERVALS,
                inputSql=f'"{_shown(arg)}"',
                inputType=quoted_type(arg.data_type),
            )
        return [arg]

    return coerce


def _shown(arg: Any) -> str:
    from pyrdd.sql.expressions.text import pretty_name  # here: messages alone need it

    return pretty_name(arg)


def same_type(args: Sequence[Any]) -> t.DataType:
    """The type of the first argument."""
    found: t.DataType = args[0].data_type
    return found


declare(
    Function(
        "negative", "scalar", (), same_type, 1, 1, sql=text.negated, coerce=_one_operand("negative"), with_writer=True,
        pretty=lambda name, args, call: f"(- {args[0]})" if name == "-" else f"negative({args[0]})",
    )
)  # fmt: skip
declare(
    Function(
        "positive", "scalar", (), same_type, 1, 1, sql="{0}", coerce=_one_operand("positive"),
        pretty=lambda name, args, call: f"(+ {args[0]})",
    )
)  # fmt: skip
declare(Function("abs", "scalar", (), same_type, 1, 1, sql=text.absolute, coerce=_one_operand("abs"), with_writer=True))


def _pmod_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    found = _operands("%")(args, ctx)
    return found


declare(
    Function(
        "pmod", "scalar", (), _result("%"), 2, 2, sql=text.positive_remainder, coerce=_pmod_types, nullable=True,
        with_writer=True,
    )
)  # fmt: skip


# --- variants that give null instead of an error -----------------------------------------------------------------


def _tolerant(symbol: str, name: str) -> Callable[..., Any]:
    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        from pyrdd.sql.analysis.calls import build  # here: see _not_equal

        if symbol not in ("%",):
            made = resolve_datetime(symbol, args, ctx, mode="try", written=name)
            if made is not None:
                return made
        function = lookup(symbol)
        return build_plain(function, args, ctx, name, build)

    return rewrite


def build_plain(function: Function, args: Sequence[Any], ctx: Any, name: str, build: Any) -> Any:
    """A call of an operator in mode "try" under another name, past the operator's own rewriting."""
    made = build(replace(function, rewrite=None), args, ctx, name, mode="try")
    return made.copy(function=function, nullable=True)


for _symbol, _name in (
    ("+", "try_add"),
    ("-", "try_subtract"),
    ("*", "try_multiply"),
    ("/", "try_divide"),
    ("%", "try_mod"),
):
    declare(Function(_name, "scalar", (), same_type, 2, 2, rewrite=_tolerant(_symbol, _name), nullable=True))
