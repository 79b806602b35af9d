"""Rounding: round, bround, ceil, floor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.arithmetic_text import BITS, overflow
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import DECIMAL, DOUBLE, INT, NUMERIC
from pyrdd.sql.kernels import numbers


def rounded_type(data_type: t.DataType, scale: int) -> t.DataType:
    """The type of a number rounded to a scale."""
    if not isinstance(data_type, t.DecimalType):
        return data_type
    whole = data_type.precision - data_type.scale + 1
    if scale < 0:
        return t.DecimalType(min(max(whole, -scale + 1), 38), 0)
    kept = min(data_type.scale, scale)
    return t.DecimalType(min(whole + kept, 38), kept)


def _scale_of(args: Sequence[Any]) -> int:
    value = args[1].value if len(args) > 1 else 0
    return 0 if value is None else int(value)


def _constant_scale(kind: Any) -> Callable[..., Sequence[Any]]:
    """The number as the function takes it, and the scale as a literal."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        found = coercion.implicit_cast(args[0], kind, ctx) or args[0]
        if len(args) == 1:
            return [found]
        scale = args[1]
        if scale.foldable and not isinstance(scale, Literal):
            scale = coercion.implicit_cast(scale, INT, ctx) or scale
            scale = Literal(constant_value(scale, ctx), t.IntegerType())
        elif isinstance(scale, Literal):
            scale = Literal(scale.value, scale.data_type) if scale.value is None else scale
        return [found, scale]

    return coerce


def _round(call: Any, args: list[str], writer: Any, even: bool) -> str:
    kind, scale = call.args[0].data_type, _scale_of(call.args)
    if len(call.args) > 1 and call.args[1].value is None:
        return f"CAST(NULL AS {duck_type(call.data_type)})"
    mode = "bround" if even else "round"
    if isinstance(kind, t.IntegralType):
        if scale >= 0:
            return args[0]
        size = {"bits": BITS[type(kind)], "strict": call.mode == "ansi"}
        function = partial(getattr(numbers, f"{mode}_integer"), scale=scale, **size)
    elif isinstance(kind, t.DecimalType):
        if not even and 0 <= scale <= kind.scale:
            return f"CAST({args[0]} AS {duck_type(call.data_type)})"
        function = partial(getattr(numbers, f"{mode}_decimal"), scale=scale)
    elif isinstance(kind, t.FloatType):
        function = partial(numbers.round_float if not even else bround_float, scale=scale)
    else:
        function = partial(getattr(numbers, f"{mode}_double"), scale=scale)

    def slow(x: str) -> str:
        return str(writer.python_call(mode, function, [x], [kind], call.data_type))

    if isinstance(kind, t.DoubleType) and not even and 0 <= scale <= 18:
        return str(writer.let(args[0], lambda x: _fast_round(x, scale, slow(x))))
    return slow(args[0])


def bround_float(value: float, scale: int) -> float:
    """Half to even for a single-precision number."""
    return numbers.round_float(numbers.bround_double(value, scale), 45)


def _fast_round(x: str, scale: int, slow: str) -> str:
    # the digits that the number shows are rounded, so it goes by its text
    exact = f"CAST(CAST(CAST(CAST({x} AS VARCHAR) AS DECIMAL(38,{scale})) AS VARCHAR) AS DOUBLE)"
    return f"CASE WHEN abs({x}) < 1e15 THEN {exact} WHEN {x} IS NOT NULL THEN {slow} END"


def _rounded(args: Sequence[Any]) -> t.DataType:
    return rounded_type(args[0].data_type, _scale_of(args))


def _pretty(name: str, args: list[str], call: Any) -> str:
    return f"{name}({args[0]}, {args[1] if len(args) > 1 else 0})"


def _half_up(call: Any, args: list[str], writer: Any) -> str:
    return _round(call, args, writer, even=False)


def _half_even(call: Any, args: list[str], writer: Any) -> str:
    return _round(call, args, writer, even=True)


@scalar(
    NUMERIC, INT, returns=_rounded, sql=_half_up, with_writer=True, nullable=True, coerce=_constant_scale(NUMERIC),
    constants=(1,), pretty=_pretty,
)  # fmt: skip
def round(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The number rounded half up to so many digits behind the point (before it, if negative).

    >>> spark.range(1).select(F.round(F.lit(2.675), 2).alias("r")).collect()
    [Row(r=2.68)]
    """


@scalar(
    NUMERIC, INT, returns=_rounded, sql=_half_even, with_writer=True, nullable=True, coerce=_constant_scale(NUMERIC),
    constants=(1,), pretty=_pretty,
)  # fmt: skip
def bround(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The number rounded half to even to so many digits behind the point (before it, if negative).

    >>> spark.range(1).select(F.bround(F.lit(2.5))).first()[0]
    2.0
    """


# --- ceil and floor --------------------------------------------------------------------------------------------------


def _whole_type(args: Sequence[Any]) -> t.DataType:
    kind = args[0].data_type
    if len(args) > 1:
        return rounded_type(kind, _scale_of(args))
    if isinstance(kind, t.DecimalType):
        carried = kind.precision - kind.scale + (kind.scale > 0)
        return t.DecimalType(min(max(carried, 1), 38), 0)
    return t.LongType()


def _whole_inputs(name: str, args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if len(args) > 1:
        if not (args[1].foldable and isinstance(args[1].data_type, t.IntegerType)):
            raise analysis_error("NON_FOLDABLE_ARGUMENT", funcName=f"`{name}`", paramName="`scale`", paramType='"INT"')
        return _constant_scale(DECIMAL)(args, ctx)
    arg = args[0]
    match arg.data_type:
        case t.DecimalType():
            return args
        case t.IntegralType():
            return [coercion.cast(arg, t.LongType(), ctx)]
    return [coercion.implicit_cast(arg, DOUBLE, ctx) or arg]


def _whole(name: str) -> Callable[..., str]:
    def sql(call: Any, args: list[str], writer: Any) -> str:
        kind = call.args[0].data_type
        if len(args) > 1:
            if call.args[1].value is None:
                return f"CAST(NULL AS {duck_type(call.data_type)})"
            function = partial(getattr(numbers, f"{name}_decimal"), scale=_scale_of(call.args))
            return str(writer.python_call(name, function, args[:1], [kind], call.data_type))
        if isinstance(kind, t.LongType):
            return args[0]
        if isinstance(kind, t.DecimalType):
            return f"CAST({name}({args[0]}) AS {duck_type(call.data_type)})"
        return str(writer.let(args[0], partial(_saturated, name, call.mode == "ansi")))

    return sql


def _saturated(name: str, strict: bool, x: str) -> str:
    if strict:
        failure = overflow("overflow", "BIGINT")
        return f"coalesce(TRY_CAST({name}({x}) AS BIGINT), CASE WHEN {x} IS NOT NULL THEN {failure} END)"
    low, high = -(2**63), 2**63 - 1
    beyond = f"CASE WHEN isnan({x}) THEN 0 WHEN {x} > 0 THEN {high} WHEN {x} < 0 THEN CAST('{low}' AS BIGINT) END"
    return f"coalesce(TRY_CAST({name}({x}) AS BIGINT), {beyond})"


def _whole_pretty(name: str, args: list[str], call: Any) -> str:
    shown = name.upper() if len(args) == 1 and name.lower() != "ceiling" else name
    return f"{shown}({', '.join(args)})"


@scalar(
    returns=_whole_type, sql=_whole("ceil"), with_writer=True, coerce=partial(_whole_inputs, "ceil"), min_args=1, nullable=True,
    pretty=_whole_pretty, aliases=("ceiling",),
)  # fmt: skip
def ceil(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The least whole number that is not below this one, as bigint (decimal for decimals); with a scale, the least
    decimal with so many digits behind the point.

    >>> spark.range(1).select(F.ceil(F.lit(2.1))).first()[0]
    3
    """


def ceiling(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """`ceil` by another name."""
    return call("ceiling", column_or_name(col)) if scale is None else call("ceiling", column_or_name(col), scale)


@scalar(
    returns=_whole_type, sql=_whole("floor"), with_writer=True, coerce=partial(_whole_inputs, "floor"), min_args=1, nullable=True,
    pretty=_whole_pretty,
)  # fmt: skip
def floor(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The greatest whole number that is not above this one, as bigint (decimal for decimals); with a scale, the greatest
    decimal with so many digits behind the point.

    >>> spark.range(1).select(F.floor(F.lit(-2.1))).first()[0]
    -3
    """
