"""Mathematical functions. Rounding has a module of its own."""

from __future__ import annotations

import math as mathematics
from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import python_face, scalar
from pyrdd.sql.functions.inputs import BINARY, DOUBLE, INT, LONG, STRING, one_of
from pyrdd.sql.kernels import numbers
from pyrdd.sql.kernels.columns import OnColumns


def loud(name: str, args: list[str], call: Any) -> str:
    """How Spark writes a call of a function of one double: the name in capitals."""
    return f"{name.upper()}({args[0]})"


# --- operators by name -------------------------------------------------------------------------------------------


def _face(function: Any) -> Any:
    return python_face(function, function.__name__)


@_face
def abs(col: ColumnOrName) -> Column:
    """The absolute value. Under ANSI rules the least integer of a type has none: ARITHMETIC_OVERFLOW.

    >>> spark.range(1).select(F.abs(F.lit(-5)).alias("size")).collect()
    [Row(size=5)]
    """


@_face
def negative(col: ColumnOrName) -> Column:
    """The number with the other sign."""


def negate(col: ColumnOrName) -> Column:
    """The number with the other sign."""
    return call("negative", column_or_name(col))


@_face
def positive(col: ColumnOrName) -> Column:
    """The number itself."""


@_face
def pmod(dividend: ColumnOrName | int | float, divisor: ColumnOrName | int | float) -> Column:
    """The remainder that is not negative for a positive divisor.

    >>> spark.range(1).select(F.pmod(F.lit(-7), F.lit(3)).alias("rest")).collect()
    [Row(rest=2)]
    """


@_face
def try_add(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The sum, null where it overflows. Dates and timestamps take intervals too.

    >>> spark.range(1).select(F.try_add(F.lit(1), F.lit(2))).first()[0]
    3
    """


@_face
def try_subtract(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The difference, null where it overflows."""


@_face
def try_multiply(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The product, null where it overflows."""


@_face
def try_divide(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The quotient, null for a division by zero.

    >>> spark.range(1).select(F.try_divide(F.lit(1), F.lit(0))).first()[0] is None
    True
    """


@_face
def try_mod(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The remainder, null for a division by zero."""


# --- functions of one double -------------------------------------------------------------------------------------


def _strict(name: str, module: str = "strict_math") -> Callable[[Any], Any]:
    """The kernel that has the digits of Java's StrictMath."""
    return lambda call: OnColumns(module, name)


@scalar(DOUBLE, returns=DOUBLE, python=_strict("acos", "strict_angles"), pretty=loud)
def acos(col: ColumnOrName) -> Column:
    """The inverse cosine, in radians; NaN outside of [-1, 1]."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("acosh"), pretty=loud)
def acosh(col: ColumnOrName) -> Column:
    """The inverse hyperbolic cosine."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("asin", "strict_angles"), pretty=loud)
def asin(col: ColumnOrName) -> Column:
    """The inverse sine, in radians."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("asinh"), pretty=loud)
def asinh(col: ColumnOrName) -> Column:
    """The inverse hyperbolic sine."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("atan", "strict_angles"), pretty=loud)
def atan(col: ColumnOrName) -> Column:
    """The inverse tangent, in radians."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("atanh"), pretty=loud)
def atanh(col: ColumnOrName) -> Column:
    """The inverse hyperbolic tangent; NaN outside of [-1, 1]."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("cbrt"), pretty=loud)
def cbrt(col: ColumnOrName) -> Column:
    """The cube root."""


@scalar(DOUBLE, returns=DOUBLE, sql="cos({0})", pretty=loud)
def cos(col: ColumnOrName) -> Column:
    """The cosine of an angle in radians."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("cosh"), pretty=loud)
def cosh(col: ColumnOrName) -> Column:
    """The hyperbolic cosine."""


@scalar(DOUBLE, returns=DOUBLE, sql="(1.0::DOUBLE / tan({0}))", pretty=loud)
def cot(col: ColumnOrName) -> Column:
    """The cotangent of an angle in radians."""


@scalar(DOUBLE, returns=DOUBLE, sql="(1.0::DOUBLE / sin({0}))", pretty=loud)
def csc(col: ColumnOrName) -> Column:
    """The cosecant of an angle in radians."""


@scalar(DOUBLE, returns=DOUBLE, sql="degrees({0})", pretty=loud)
def degrees(col: ColumnOrName) -> Column:
    """An angle in radians as degrees."""


@scalar(DOUBLE, returns=DOUBLE, sql="radians({0})", pretty=loud)
def radians(col: ColumnOrName) -> Column:
    """An angle in degrees as radians."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("exp"), pretty=loud)
def exp(col: ColumnOrName) -> Column:
    """e to the power of the number."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("expm1"), pretty=loud)
def expm1(col: ColumnOrName) -> Column:
    """e to the power of the number, minus one; exact near zero."""


@scalar(DOUBLE, returns=DOUBLE, sql="CASE WHEN {0} > 0 THEN {py} END", python=_strict("log"), nullable=True)
def ln(col: ColumnOrName) -> Column:
    """The natural logarithm; null for zero and below."""


@scalar(
    DOUBLE, returns=DOUBLE, sql="CASE WHEN {0} > 0 THEN {py} END", python=_strict("log10"), nullable=True,
    pretty=loud,
)  # fmt: skip
def log10(col: ColumnOrName) -> Column:
    """The logarithm of base 10; null for zero and below.

    >>> spark.range(1).select(F.log10(F.lit(1000.0))).first()[0]
    3.0
    """


@scalar(
    DOUBLE, returns=DOUBLE, sql="CASE WHEN {0} > 0 THEN {py} END", python=_strict("log2"), nullable=True,
    pretty=loud,
)  # fmt: skip
def log2(col: ColumnOrName) -> Column:
    """The logarithm of base 2; null for zero and below."""


@scalar(
    DOUBLE, returns=DOUBLE, sql="CASE WHEN {0} > -1 THEN {py} END", python=_strict("log1p"), nullable=True,
    pretty=loud,
)  # fmt: skip
def log1p(col: ColumnOrName) -> Column:
    """The natural logarithm of the number plus one, exact near zero; null for -1 and below."""


@scalar(DOUBLE, returns=DOUBLE, sql="round_even({0}, 0)")
def rint(col: ColumnOrName) -> Column:
    """The nearest whole number as a double; halves go to the even one."""


@scalar(DOUBLE, returns=DOUBLE, sql="(1.0::DOUBLE / cos({0}))", pretty=loud)
def sec(col: ColumnOrName) -> Column:
    """The secant of an angle in radians."""


_SIGNABLE = one_of(DOUBLE, t.DayTimeIntervalType(), t.YearMonthIntervalType())


def _sign(call: Any, args: list[str]) -> str:
    x = args[0]
    zero = f"WHEN {x} = 0 OR isnan({x}) THEN {x}" if isinstance(call.args[0].data_type, t.DoubleType) else ""
    return f"CASE {zero} WHEN {x} IS NOT NULL THEN CAST(sign({x}) AS DOUBLE) END"


def _signable(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis import coercion  # here: analysis is above the names of this module

    arg = args[0]
    if isinstance(arg.data_type, t.DayTimeIntervalType | t.YearMonthIntervalType):
        return args
    return [coercion.implicit_cast(arg, DOUBLE, ctx) or arg]


@scalar(
    returns=DOUBLE, sql=_sign, coerce=_signable, min_args=1,
    pretty=lambda name, args, call: f"{name if name == 'sign' else 'SIGNUM'}({args[0]})", aliases=("sign",),
)  # fmt: skip
def signum(col: ColumnOrName) -> Column:
    """-1.0, 0.0 or 1.0: the sign of a number or an interval.

    >>> spark.range(1).select(F.signum(F.lit(-2.5))).first()[0]
    -1.0
    """


@_face
def sign(col: ColumnOrName) -> Column:
    """-1.0, 0.0 or 1.0: the sign of a number or an interval."""


@scalar(DOUBLE, returns=DOUBLE, sql="sin({0})", pretty=loud)
def sin(col: ColumnOrName) -> Column:
    """The sine of an angle in radians."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("sinh"), pretty=loud)
def sinh(col: ColumnOrName) -> Column:
    """The hyperbolic sine."""


@scalar(DOUBLE, returns=DOUBLE, sql="sqrt({0})", pretty=loud)
def sqrt(col: ColumnOrName) -> Column:
    """The square root; NaN for numbers below zero.

    >>> spark.range(1).select(F.sqrt(F.lit(4)).alias("root")).collect()
    [Row(root=2.0)]
    """


@scalar(DOUBLE, returns=DOUBLE, sql="tan({0})", pretty=loud)
def tan(col: ColumnOrName) -> Column:
    """The tangent of an angle in radians."""


@scalar(DOUBLE, returns=DOUBLE, python=_strict("tanh"), pretty=loud)
def tanh(col: ColumnOrName) -> Column:
    """The hyperbolic tangent."""


# --- constants and functions of several numbers ------------------------------------------------------------------


@scalar(returns=DOUBLE, sql=f"CAST({mathematics.e!r} AS DOUBLE)", nullable=False, pretty=lambda name, args, call: "E()")
def e() -> Column:
    """Euler's number."""


@scalar(returns=DOUBLE, sql="pi()", nullable=False, pretty=lambda name, args, call: "PI()")
def pi() -> Column:
    """The ratio of a circle's circumference to its diameter."""


@scalar(
    DOUBLE, DOUBLE, returns=DOUBLE, python=_strict("atan2_of_zeros", "strict_angles"),
    pretty=lambda name, args, call: f"ATAN2({args[0]}, {args[1]})",
)  # fmt: skip
def atan2(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The angle between the x axis and the point (col2, col1), in radians."""


@scalar(
    DOUBLE, DOUBLE, returns=DOUBLE, python=_strict("hypot", "strict_angles"),
    pretty=lambda name, args, call: f"HYPOT({args[0]}, {args[1]})",
)  # fmt: skip
def hypot(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The length of the hypotenuse of two sides."""


@scalar(
    DOUBLE, DOUBLE, returns=DOUBLE, python=_strict("pow", "strict_powers"),
    pretty=lambda name, args, call: f"{'pow' if name == 'pow' else 'POWER'}({args[0]}, {args[1]})",
    aliases=("power",),
)  # fmt: skip
def pow(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The first number to the power of the second.

    >>> spark.range(1).select(F.pow(F.lit(2), F.lit(10))).first()[0]
    1024.0
    """
    return power(col1, col2)


def power(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The first number to the power of the second."""
    return call("power", *(column_or_name(c) if isinstance(c, str) else literal(c) for c in (col1, col2)))


def _log(call: Any, args: list[str], writer: Any) -> str:
    def ln(text: str) -> str:
        return str(writer.python_call("ln", OnColumns("strict_math", "log"), [text], (DOUBLE,), DOUBLE))

    if len(args) == 1:
        return f"CASE WHEN {args[0]} > 0 THEN {ln(args[0])} END"
    base, value = args
    return f"CASE WHEN {base} > 0 AND {value} > 0 THEN {ln(value)} / {ln(base)} END"


declare(
    Function(
        "log", "scalar", (DOUBLE, DOUBLE), DOUBLE, 1, 2, sql=_log, with_writer=True, nullable=True,
        pretty=lambda name, args, call: f"LOG({', '.join(args if len(args) > 1 else ['E()', *args])})",
    )
)  # fmt: skip


def log(arg1: ColumnOrName | float, arg2: ColumnOrName | None = None) -> Column:
    """The natural logarithm of a column, or with two arguments the second's logarithm to the base of the first."""
    if arg2 is None:
        return call("ln", column_or_name(arg1))
    return call("log", arg1 if isinstance(arg1, int | float) else column_or_name(arg1), column_or_name(arg2))


@scalar(INT, returns=LONG, sql="CASE WHEN {0} BETWEEN 0 AND 20 THEN CAST(factorial({0}) AS BIGINT) END", nullable=True)
def factorial(col: ColumnOrName) -> Column:
    """The product of all whole numbers up to this one; null below 0 and above 20.

    >>> spark.range(1).select(F.factorial(F.lit(5))).first()[0]
    120
    """


@scalar(LONG, returns=STRING, sql="bin({0})")
def bin(col: ColumnOrName) -> Column:
    """The bits of a whole number as text.

    >>> spark.range(1).select(F.bin(F.lit(10))).first()[0]
    '1010'
    """


@scalar(one_of(LONG, BINARY, STRING), returns=STRING, sql="hex({0})")
def hex(col: ColumnOrName) -> Column:
    """A number, binary value or string as hexadecimal digits.

    >>> spark.range(1).select(F.hex(F.lit(255))).first()[0]
    'FF'
    """


@scalar(STRING, returns=BINARY, python=lambda call: numbers.unhex, nullable=True)
def unhex(col: ColumnOrName) -> Column:
    """The bytes of hexadecimal digits; null if there are other characters."""


@scalar(STRING, INT, INT, returns=STRING, python=lambda call: numbers.conv, nullable=True)
def conv(col: ColumnOrName, fromBase: int, toBase: int) -> Column:
    """A number in text form from one base to another (2 to 36; a negative target base is signed).

    >>> spark.range(1).select(F.conv(F.lit("ff"), 16, 10).alias("n")).collect()
    [Row(n='255')]
    """


def bucket_of(value: float, low: float, high: float, count: int) -> int | None:
    """The number of the bucket that a value falls into: 0 below the first, count + 1 behind the last."""
    if count <= 0 or count == 2**63 - 1 or any(map(mathematics.isnan, (value, low, high))) or low == high:
        return None
    if not (mathematics.isfinite(low) and mathematics.isfinite(high)):
        return None
    below, beyond = (value < low, value >= high) if low < high else (value > low, value <= high)
    if below:
        return 0
    return count + 1 if beyond else int(count * (value - low) / (high - low)) + 1


def _bucket_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis import coercion  # here: analysis is above the names of this module

    intervals = t.DayTimeIntervalType | t.YearMonthIntervalType
    first = [a if isinstance(a.data_type, intervals) else coercion.implicit_cast(a, DOUBLE, ctx) or a for a in args[:3]]
    return [*first, coercion.implicit_cast(args[3], LONG, ctx) or args[3]]


@scalar(returns=LONG, python=lambda call: bucket_of, coerce=_bucket_inputs, nullable=True, min_args=4)
def width_bucket(v: ColumnOrName, min: ColumnOrName, max: ColumnOrName, numBucket: ColumnOrName | int) -> Column:
    """The number of the bucket of equal width that a value falls into."""
