"""Bitwise operators and functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.codegen.casts import wrapped
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.functions.arithmetic_text import BITS
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import BOOLEAN, BYTE, INT, INTEGRAL, LONG, one_of
from pyrdd.sql.functions.operators import binary_text, same_type


def _integral_pair(symbol: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        a, b = args
        if isinstance(a.data_type, t.StringType) != isinstance(b.data_type, t.StringType) and ctx.ansi:
            a, b = coercion.promote_strings(a, b, ctx)
        common = coercion.tightest_common_type(a.data_type, b.data_type, ctx)
        if common is None:
            left, right = quoted_type(a.data_type), quoted_type(b.data_type)
            raise mismatch("BINARY_OP_DIFF_TYPES", binary_text(symbol, args), left=left, right=right)
        if isinstance(common, t.NullType):
            common = t.LongType()
        if not isinstance(common, t.IntegralType):
            raise mismatch(
                "BINARY_OP_WRONG_TYPE",
                binary_text(symbol, args),
                inputType='"INTEGRAL"',
                actualDataType=quoted_type(common),
            )
        return [coercion.cast(x, common, ctx) for x in (a, b)]

    return coerce


for _symbol, _text in (("&", "({0} & {1})"), ("|", "({0} | {1})"), ("^", "xor({0}, {1})")):
    declare(Function(_symbol, "scalar", (), same_type, 2, 2, sql=_text, coerce=_integral_pair(_symbol)))
declare(Function("~", "scalar", (INTEGRAL,), same_type, 1, 1, sql="(~{0})"))


def bitwise_not(col: ColumnOrName) -> Column:
    """The number with all bits turned over.

    >>> spark.range(1).select(F.bitwise_not(F.lit(0))).first()[0]
    -1
    """
    return call("~", column_or_name(col))


def _bit_count(call: Any, args: list[str]) -> str:
    if isinstance(call.args[0].data_type, t.BooleanType):
        return f"CAST({args[0]} AS INTEGER)"
    return f"CAST(bit_count(CAST({args[0]} AS BIGINT)) AS INTEGER)"


def _no_text(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if isinstance(args[0].data_type, t.StringType):
        from pyrdd.sql.analysis.calls import unexpected_type  # here: an error's need

        raise unexpected_type(binary_text("bit_count", args), 0, one_of(INTEGRAL, BOOLEAN), args[0])
    return args


@scalar(one_of(INTEGRAL, BOOLEAN), returns=INT, sql=_bit_count, coerce=_no_text)
def bit_count(col: ColumnOrName) -> Column:
    """How many bits of a number are set (in 64 bits, so that -1 has 64).

    >>> spark.range(1).select(F.bit_count(F.lit(7))).first()[0]
    3
    """


def _bit_get(call: Any, args: list[str]) -> str:
    value, position = args
    size = BITS[type(call.args[0].data_type)]
    failure = raise_sql(
        "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE",
        "TINYINT",
        functionName="'`getbit`'",
        parameter="'`pos`'",
        lower="0",
        upper=str(size),
        invalidValue=position,
    )
    within = f"{position} >= 0 AND {position} < {size}"
    found = f"CAST(((CAST({value} AS HUGEINT) >> CAST({position} AS HUGEINT)) & 1) AS TINYINT)"
    missing = f"{value} IS NULL OR {position} IS NULL"
    return f"CASE WHEN {missing} THEN NULL WHEN {within} THEN {found} ELSE {failure} END"


@scalar(INTEGRAL, INT, returns=BYTE, sql=_bit_get, aliases=("getbit",))
def bit_get(col: ColumnOrName, pos: ColumnOrName) -> Column:
    """The bit at a position, counted from the right and from 0."""


def getbit(col: ColumnOrName, pos: ColumnOrName) -> Column:
    """`bit_get` by another name."""
    return call("getbit", column_or_name(col), column_or_name(pos))


def _shift(direction: str) -> Callable[..., str]:
    """The JVM's shifts: only the low 5 (or 6) bits of the distance count, and bits fall off."""

    def sql(call: Any, args: list[str]) -> str:
        kind = call.data_type
        bits = BITS[type(kind)]
        value, distance = f"CAST({args[0]} AS HUGEINT)", f"(CAST({args[1]} AS HUGEINT) & {bits - 1})"
        power = f"CAST(pow(2::DOUBLE, CAST({distance} AS DOUBLE)) AS HUGEINT)"
        if direction == "left":
            low = f"({value} & (({(1 << bits) - 1}::HUGEINT) // {power}))"
            return f"CAST({wrapped(f'{low} * {power}', bits)} AS {duck_type(kind)})"
        if direction == "unsigned":
            unsigned = f"({value} & {(1 << bits) - 1}::HUGEINT)"
            return f"CAST({wrapped(f'{unsigned} // {power}', bits)} AS {duck_type(kind)})"
        # floor division: towards minus infinity, as an arithmetic shift goes
        down = f"(({value} - ((({value} % {power}) + {power}) % {power})) // {power})"
        return f"CAST({down} AS {duck_type(kind)})"

    return sql


def _shift_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    value = args[0]
    if isinstance(value.data_type, t.ByteType | t.ShortType | t.NullType):
        value = coercion.cast(value, INT, ctx)
    elif not isinstance(value.data_type, t.IntegralType):
        value = coercion.implicit_cast(value, INT, ctx) or value
    return [value, args[1]]


def _shift_pretty(symbol: str) -> Callable[..., str]:
    def pretty(name: str, args: list[str], call: Any) -> str:
        return f"({args[0]} {symbol} {args[1]})" if name == symbol else f"{name}({args[0]}, {args[1]})"

    return pretty


for _symbol, _name, _direction in (
    ("<<", "shiftleft", "left"),
    (">>", "shiftright", "right"),
    (">>>", "shiftrightunsigned", "unsigned"),
):
    declare(
        Function(
            _name, "scalar", (one_of(INT, LONG), INT), same_type, 2, 2, sql=_shift(_direction), coerce=_shift_inputs,
            pretty=_shift_pretty(_symbol), aliases=(_symbol,),
        )
    )  # fmt: skip


def shiftleft(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved to the left.

    >>> spark.range(1).select(F.shiftleft(F.lit(1), 3)).first()[0]
    8
    """
    return call("shiftleft", column_or_name(col), numBits)


def shiftright(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved to the right; the sign stays."""
    return call("shiftright", column_or_name(col), numBits)


def shiftrightunsigned(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved to the right; zeros come in from the left."""
    return call("shiftrightunsigned", column_or_name(col), numBits)
