"""Sums, means and counts as DuckDB text: Spark's result types, overflow and rounding."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from pyrdd.errors import ArithmeticException
from pyrdd.sql import types as t
from pyrdd.sql.codegen.casts import wrapped
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.functions.arithmetic_text import overflow
from pyrdd.sql.kernels.number_text import WIDE, decimal_to_string, to_precision

INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType)
# a decimal of more digits than these may overflow DuckDB's sum of 128 bits
_SAFE_DIGITS = 28
_INTERVAL_OVERFLOW = "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION"


def sum_type(args: Sequence[Any]) -> t.DataType:
    """The type of a sum: ten digits more for decimals, bigint for integers, the same for intervals, else double."""
    match args[0].data_type:
        case t.DecimalType() as d:
            return t.DecimalType(min(d.precision + 10, 38), d.scale)
        case t.IntegralType():
            return t.LongType()
        case t.DayTimeIntervalType() | t.YearMonthIntervalType() as kind:
            return kind
        case _:
            return t.DoubleType()


def mean_type(args: Sequence[Any]) -> t.DataType:
    """The type of a mean: four digits more for decimals, whole intervals, else double."""
    match args[0].data_type:
        case t.DecimalType() as kind:
            return mean_type_of(kind)
        case t.DayTimeIntervalType():
            return t.DayTimeIntervalType()
        case t.YearMonthIntervalType():
            return t.YearMonthIntervalType()
        case _:
            return t.DoubleType()


def mean_type_of(kind: t.DecimalType) -> t.DecimalType:
    """The type of the mean of decimals."""
    return t.DecimalType(min(kind.precision + 4, 38), min(kind.scale + 4, 38))


def sum_text(call: Any, args: list[str], writer: Any) -> str:
    """``sum(x)``."""
    return _sum(args[0], call.args[0].data_type, call.mode, writer, "try_sum")


def _sum(arg: str, kind: t.DataType, mode: str, writer: Any, tolerant: str) -> str:
    total = f"sum({{d}}{arg}){{f}}"
    match kind:
        case t.DecimalType():
            return _decimal_sum(arg, kind, mode, writer, tolerant)
        case t.IntegralType():
            if mode == "legacy":
                return f"CAST({wrapped(total, 64)} AS BIGINT)"
            return f"{'TRY_CAST' if mode == 'try' else 'CAST'}({total} AS BIGINT)"
        case t.DayTimeIntervalType() | t.YearMonthIntervalType():
            return _fitting_interval(total, kind, mode, writer)
        case t.FloatType():
            return f"sum({{d}}CAST({arg} AS DOUBLE)){{f}}"
    return total


def _fitting_interval(total: str, kind: t.DataType, mode: str, writer: Any) -> str:
    duck = duck_type(kind)
    if mode == "try":
        return f"TRY_CAST({total} AS {duck})"
    failure = raise_sql(_INTERVAL_OVERFLOW, duck, functionName="'`try_add`'")
    made: str = writer.let(
        total, lambda x: f"coalesce(TRY_CAST({x} AS {duck}), CASE WHEN {x} IS NOT NULL THEN {failure} END)"
    )
    return made


def _decimal_sum(arg: str, kind: t.DecimalType, mode: str, writer: Any, tolerant: str) -> str:
    result = sum_type_of(kind)
    duck = duck_type(result)
    if kind.precision <= _SAFE_DIGITS:
        return f"CAST(sum({{d}}{arg}){{f}} AS {duck})"
    if mode != "ansi":
        function = partial(exact_sum, precision=result.precision, scale=result.scale)
        values = f"list({{d}}{arg}){{f}}"
        return str(writer.python_call("sum", function, [values], [t.ArrayType(kind)], result, True))
    largest = f"CAST('{'9' * (38 - kind.scale) or '0'}.{'9' * kind.scale}' AS {duck})"
    total = f"sum({{d}}{arg}){{f}}"
    failure = overflow("Overflow in sum of decimals", duck, tolerant)
    return (
        f"CASE WHEN {total} BETWEEN -{largest} AND {largest} THEN {total} WHEN {total} IS NOT NULL THEN {failure} END"
    )


def sum_type_of(kind: t.DecimalType) -> t.DecimalType:
    """The type of the sum of decimals."""
    return t.DecimalType(min(kind.precision + 10, 38), kind.scale)


def exact_sum(values: list[Decimal | None] | None, precision: int, scale: int) -> Decimal | None:
    """The sum of decimals, None if it does not fit."""
    total, seen = Decimal(0), False
    for value in values or ():
        if value is not None:
            total, seen = WIDE.add(total, value), True
    return to_precision(total, precision, scale) if seen else None


def mean_text(call: Any, args: list[str], writer: Any) -> str:
    """``avg(x)``."""
    kind, arg = call.args[0].data_type, args[0]
    match kind:
        case t.DecimalType():
            return _decimal_mean(call, arg, kind, writer)
        case t.DayTimeIntervalType() | t.YearMonthIntervalType():
            total = _sum(arg, kind, call.mode, writer, "try_avg")
            return _divided(f"CAST({total} AS HUGEINT)", f"count({{d}}{arg}){{f}}", duck_type(call.data_type), writer)
    return f"avg({{d}}CAST({arg} AS DOUBLE)){{f}}"


def _divided(total: str, count: str, duck: str, writer: Any) -> str:
    """A whole number divided by a count and rounded half away from zero."""

    def body(x: str) -> str:
        return f"CAST(sign({x}) * ((2 * abs({x}) + {count}) // (2 * {count})) AS {duck})"

    return f"CASE WHEN {count} > 0 THEN {body(total)} END"


def divides_fast(kind: t.DecimalType) -> bool:
    """Whether a mean of such decimals can be computed in DuckDB's whole numbers."""
    return kind.precision + kind.scale <= 27 and kind.precision <= 22


def decimal_quotient(total: str, count: str, kind: t.DecimalType, writer: Any) -> str:
    """The sum of decimals of a kind that `divides_fast`, divided by their count: the unscaled sum times 10000, divided in
    whole numbers. Exact, and fast."""
    factor = f"CAST({10 ** (kind.scale + 4)} AS DECIMAL({kind.scale + 5},0))"
    unscaled = f"CAST(CAST({total} AS DECIMAL({38 - kind.scale - 5},{kind.scale})) * {factor} AS HUGEINT)"
    quotient = _divided(unscaled, count, "HUGEINT", writer)
    result = mean_type_of(kind)
    unit = f"CAST('{Decimal(1).scaleb(-result.scale):f}' AS DECIMAL({result.scale + 1},{result.scale}))"
    return f"CAST(CAST({quotient} AS DECIMAL({min(38, kind.precision + 5)},0)) * {unit} AS {duck_type(result)})"


def merged_mean_type(args: Sequence[Any]) -> t.DataType:
    """The type of a mean, from that of the sum that it is the quotient of."""
    return mean_type_of(_summed(args[0].data_type))


def merged_mean_text(call: Any, args: list[str], writer: Any) -> str:
    """A mean from the sum and the count of decimals that `divides_fast`."""
    return decimal_quotient(args[0], args[1], _summed(call.args[0].data_type), writer)


def _summed(total: t.DecimalType) -> t.DecimalType:
    """What a sum was of."""
    return t.DecimalType(total.precision - 10, total.scale)


def _decimal_mean(call: Any, arg: str, kind: t.DecimalType, writer: Any) -> str:
    result, count = call.data_type, f"count({{d}}{arg}){{f}}"
    if divides_fast(kind):
        return decimal_quotient(f"sum({{d}}{arg}){{f}}", count, kind, writer)
    total = _decimal_sum(arg, kind, call.mode, writer, "try_avg")
    function = partial(decimal_mean, precision=result.precision, scale=result.scale, strict=call.mode == "ansi")
    types = [sum_type_of(kind), t.LongType()]
    return str(writer.python_call("avg", function, [total, count], types, result))


def decimal_mean(total: Decimal, count: int, precision: int, scale: int, strict: bool) -> Decimal | None:
    """A sum divided by a count, rounded half up; an ArithmeticException (or None) if it does not fit."""
    if count == 0:
        return None
    exact = WIDE.divide(total, Decimal(count)).quantize(Decimal(1).scaleb(-39), ROUND_HALF_UP, WIDE)
    rounded = to_precision(exact, precision, scale)
    if rounded is None and strict:
        raise ArithmeticException(
            errorClass="NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
            messageParameters={
                "value": decimal_to_string(exact),
                "precision": str(precision),
                "scale": str(scale),
                "config": '"spark.sql.ansi.enabled"',
            },
        )
    return rounded


def count_text(call: Any, args: list[str]) -> str:
    """``count(a, b)``: the rows in which nothing is null."""
    if not args:
        # Spark's count of no arguments counts nothing
        return "(count(CAST(NULL AS INTEGER)){f})"
    if len(args) == 1:
        return f"count({{d}}{args[0]}){{f}}"
    present = " AND ".join(f"{a} IS NOT NULL" for a in args)
    counted = f"row({', '.join(args)})" if call.distinct else "1"
    return f"count({{d}}CASE WHEN {present} THEN {counted} END){{f}}"


def present_filter(call: Any, writer: Any, condition: str) -> str:
    """The FILTER and OVER of a call that also leaves out rows where ``condition`` is not true."""
    if call.filter is not None:
        condition = f"({condition}) AND ({writer.text(call.filter)})"
    guarded = condition.replace("{", "\0")
    return f" FILTER (WHERE {guarded}){{o}}"
