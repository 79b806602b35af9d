"""Arithmetic of numbers as DuckDB text: Spark's result types, overflow and division, exact for decimals."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from typing import Any

from pyrdd.errors import ArithmeticException
from pyrdd.sql import types as t
from pyrdd.sql.codegen.casts import wrapped
from pyrdd.sql.codegen.raising import checked_by_duckdb, raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.expressions import Literal
from pyrdd.sql.kernels.number_text import WIDE, decimal_to_string, to_precision

BITS: dict[type[t.DataType], int] = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}
_CONFIG = "'\"spark.sql.ansi.enabled\"'"
_NAMES = {8: "byte", 16: "short", 32: "integer", 64: "long"}
ZERO_CONDITION = {"/": "DIVIDE_BY_ZERO", "div": "DIVIDE_BY_ZERO", "%": "REMAINDER_BY_ZERO", "mod": "REMAINDER_BY_ZERO"}


def overflow(message: str, as_type: str, alternative: str = "") -> str:
    """The text that raises ARITHMETIC_OVERFLOW."""
    hint = f"' Use ''{alternative}'' to tolerate overflow and return NULL instead.'" if alternative else "''"
    return raise_sql("ARITHMETIC_OVERFLOW", as_type, message=f"'{message}'", alternative=hint, config=_CONFIG)


# --- sums, differences, products ---------------------------------------------------------------------------------


def computed(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    """``a + b``, ``a - b`` or ``a * b``."""
    kind = call.data_type
    a, b = args
    if isinstance(kind, t.DecimalType):
        return decimal_operation(call, args, writer, symbol)
    if isinstance(kind, t.IntegralType):
        return _integral(call.mode, kind, f"{a}", f"{b}", symbol)
    if isinstance(kind, t.DayTimeIntervalType | t.YearMonthIntervalType):
        return interval_checked(f"(CAST({a} AS HUGEINT) {symbol} {b})", kind, call.mode, writer, symbol)
    return f"({a} {symbol} {b})"


def _integral(mode: str, kind: t.DataType, a: str, b: str, symbol: str) -> str:
    duck, bits = duck_type(kind), BITS[type(kind)]
    if mode == "ansi":
        return checked_by_duckdb(a, symbol, b, bits)
    wide = "BIGINT" if bits <= 32 and mode == "try" else "HUGEINT"
    exact = f"(CAST({a} AS {wide}) {symbol} CAST({b} AS {wide}))"
    return f"TRY_CAST({exact} AS {duck})" if mode == "try" else f"CAST({wrapped(exact, bits)} AS {duck})"


_SUGGESTED = {"+": "try_add", "-": "try_subtract", "*": "try_multiply", "/": "try_divide"}


def interval_checked(exact: str, kind: t.DataType, mode: str, writer: Any, symbol: str = "") -> str:
    """A HUGEINT as an interval of months or microseconds, INTERVAL_ARITHMETIC_OVERFLOW if it is too large."""
    duck = duck_type(kind)
    if mode == "try":
        return f"TRY_CAST({exact} AS {duck})"
    suggested = _SUGGESTED.get(symbol)
    failure = (
        raise_sql("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", duck, functionName=f"'`{suggested}`'")
        if suggested
        else raise_sql("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", duck)
    )
    made: str = writer.let(
        exact, lambda x: f"coalesce(TRY_CAST({x} AS {duck}), CASE WHEN {x} IS NOT NULL THEN {failure} END)"
    )
    return made


# --- decimals --------------------------------------------------------------------------------------------------------


def compute_decimal(a: Decimal, b: Decimal, symbol: str, precision: int, scale: int, strict: bool) -> Decimal | None:
    """The exact result rounded half up to the result type; None, or an ArithmeticException, for what has no result."""
    if symbol in ZERO_CONDITION and b == 0:
        if strict:
            raise ArithmeticException(
                errorClass=ZERO_CONDITION[symbol], messageParameters={"config": '"spark.sql.ansi.enabled"'}
            )
        return None
    exact = _exact(a, b, symbol, scale)
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


def _exact(a: Decimal, b: Decimal, symbol: str, scale: int) -> Decimal:
    match symbol:
        case "+":
            return WIDE.add(a, b)
        case "-":
            return WIDE.subtract(a, b)
        case "*":
            return WIDE.multiply(a, b)
        case "/":
            # digits beyond the one that decides the rounding are cut, so that they cannot round it again
            whole = WIDE.divide_int(WIDE.scaleb(a, scale + 1), b)
            return WIDE.scaleb(whole, -(scale + 1))
        case "%":
            return WIDE.remainder(a, b)
    raise AssertionError(symbol)


def integral_quotient(a: Decimal, b: Decimal, strict: bool) -> int | None:
    """``a div b`` of decimals as a bigint."""
    if b == 0:
        if strict:
            raise ArithmeticException(
                errorClass="DIVIDE_BY_ZERO", messageParameters={"config": '"spark.sql.ansi.enabled"'}
            )
        return None
    found = int(WIDE.divide_int(a, b))
    return (found + (1 << 63)) % (1 << 64) - (1 << 63)


def decimal_operation(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    """An operation on two decimals: in DuckDB's own arithmetic where it is exact, else in Python."""
    kind, kinds = call.data_type, [arg.data_type for arg in call.args]
    function = partial(
        compute_decimal, symbol=symbol, precision=kind.precision, scale=kind.scale, strict=call.mode == "ansi"
    )
    name = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "remainder"}[symbol]
    native, is_safe = _native(symbol, kind, *kinds)
    if native is None:
        return str(writer.python_call(f"decimal_{name}", function, args, kinds, kind))
    if is_safe:
        return str(native(*args))

    def both(x: str, y: str) -> str:
        slow = writer.python_call(f"decimal_{name}", function, [x, y], kinds, kind)
        fast = f"TRY({native(x, y)})"
        return f"CASE WHEN {x} IS NOT NULL AND {y} IS NOT NULL THEN coalesce({fast}, {slow}) END"

    return bound(writer, args[0], lambda x: bound(writer, args[1], lambda y: both(x, y)))


_SHORT = 200
# Columns, numbers and DuckDB's own decimal arithmetic on them: nothing that raises on purpose, the same at each mention
_NATIVE = re.compile(r"""(?:"[^"]+"|\bCAST\b|\bAS\b|\bDECIMAL\b|[-+*/(),.\d\s])*""")


def bound(writer: Any, text: str, body: Any) -> str:
    """``body`` of a name for the text: TRY refuses to contain what may raise on purpose."""
    if len(text) <= _SHORT and _NATIVE.fullmatch(text):
        return str(body(text))
    name = writer.fresh()
    return f"list_transform([{text}], lambda {name}: {body(name)})[1]"


def _native(symbol: str, kind: t.DecimalType, a: t.DecimalType, b: t.DecimalType) -> tuple[Any, bool]:
    """DuckDB text of an operation as a function of two texts (None: it has none), and whether it cannot fail."""
    duck = duck_type(kind)
    whole, scale = max(a.precision - a.scale, b.precision - b.scale), max(a.scale, b.scale)
    wide = _widened(a, b)
    if symbol in ("+", "-"):
        return (lambda x, y: f"CAST(({wide(x)} {symbol} {y}) AS {duck})"), whole + scale + 1 <= 38
    if symbol == "*":
        if a.scale + b.scale > 38:
            return None, False
        return (lambda x, y: f"CAST(({wide(x)} * {y}) AS {duck})"), a.precision + b.precision <= 38
    if symbol == "%":
        if whole + scale > 38:  # DuckDB has no common type for them but DOUBLE
            return None, False
        return (lambda x, y: f"CAST(({x} % {y}) AS {duck})"), False
    return _native_division(kind, a, b), False


def _widened(a: t.DecimalType, b: t.DecimalType) -> Any:
    """The left operand in 128 bits where DuckDB would compute in 64, whatever the digits of the result."""
    if max(a.precision, b.precision) > 18 or a.precision + b.precision < 18:
        return lambda x: x
    return lambda x: f"CAST({x} AS DECIMAL(19,{a.scale}))"


def _native_division(kind: t.DecimalType, a: t.DecimalType, b: t.DecimalType) -> Any:
    """A quotient of 128-bit integers with one digit more than the result, which rounds that digit half up."""
    digits = kind.scale + 1
    if digits > 38 or digits + b.scale > 37 or b.scale > 37:
        return None
    up, down = 10 ** (digits + b.scale), 10**b.scale
    unit = f"CAST('{Decimal(1).scaleb(-digits):f}' AS DECIMAL({digits},{digits}))"

    def native(x: str, y: str) -> str:
        numerator = f"CAST(CAST({x} AS DECIMAL({a.precision},{a.scale})) * {_whole(up)} AS HUGEINT)"
        denominator = f"nullif(CAST({y} * {_whole(down)} AS HUGEINT), 0)"
        quotient = f"CAST(({numerator} // {denominator}) AS DECIMAL(38,0))"
        return f"CAST({quotient} * {unit} AS {duck_type(kind)})"

    return native


def _whole(number: int) -> str:
    return f"CAST('{number}' AS DECIMAL({len(str(number))},0))"


# --- quotients and remainders ------------------------------------------------------------------------------------


def divided(call: Any, args: list[str], writer: Any, symbol: str) -> str:
    """``a / b``, ``a div b`` or ``a % b``."""
    a, b = args
    kinds = [arg.data_type for arg in call.args]
    if symbol == "div":
        return _quotient(call, args, writer, kinds)
    if isinstance(call.data_type, t.DecimalType):
        return decimal_operation(call, args, writer, symbol)
    if symbol == "%" and isinstance(call.data_type, t.IntegralType) and not _positive(call.args[1]):
        # by -1 the remainder of the lowest number is zero too, where DuckDB's division overflows
        b = f"(CASE WHEN {b} = -1 THEN CAST(1 AS {duck_type(call.data_type)}) ELSE {b} END)"
    if _never_zero(call.args[1]):
        return f"({a} {symbol} {b})"
    if call.mode != "ansi":
        return f"({a} {symbol} nullif({b}, 0))"
    if isinstance(call.data_type, t.IntegralType):
        return checked_by_duckdb(a, symbol, b, BITS[type(call.data_type)])
    return zero_checked(a, b, writer, duck_type(call.data_type), ZERO_CONDITION[symbol], symbol)


def zero_checked(a: str, b: str, writer: Any, duck: str, condition: str, symbol: str) -> str:
    """A quotient of floating-point numbers, which DuckDB itself lets be infinite."""
    failure = raise_sql(condition, duck, config=_CONFIG)

    def body(x: str, y: str) -> str:
        return f"CASE WHEN {y} = 0 AND {x} IS NOT NULL THEN {failure} ELSE ({x} {symbol} {y}) END"

    made: str = writer.let(a, lambda x: writer.let(b, lambda y: body(x, y)))
    return made


def _positive(expression: Any) -> bool:
    return _never_zero(expression) and bool(expression.value > 0)


def _never_zero(expression: Any) -> bool:
    return isinstance(expression, Literal) and expression.value is not None and expression.value != 0


def _quotient(call: Any, args: list[str], writer: Any, kinds: list[Any]) -> str:
    a, b = args
    strict = call.mode == "ansi"
    if isinstance(kinds[0], t.DecimalType):
        return str(writer.python_call("div", partial(integral_quotient, strict=strict), args, kinds, t.LongType()))
    if isinstance(kinds[0], t.DayTimeIntervalType | t.YearMonthIntervalType):
        a, b = f"CAST({a} AS BIGINT)", f"CAST({b} AS BIGINT)"
    if strict:
        return f"CAST({checked_by_duckdb(a, '//', b, 64)} AS BIGINT)"
    exact = f"(CAST({a} AS HUGEINT) // nullif({b}, 0))"
    return f"TRY_CAST({exact} AS BIGINT)" if call.mode == "try" else f"CAST({wrapped(exact, 64)} AS BIGINT)"


def positive_remainder(call: Any, args: list[str], writer: Any) -> str:
    """``pmod(a, b)``: the remainder that is not negative for a positive divisor."""

    def body(x: str, y: str) -> str:
        rest = divided(call, [x, y], writer, "%")
        return f"CASE WHEN {rest} < 0 THEN {again(f'({rest} + {y})', y)} ELSE {rest} END"

    def again(total: str, y: str) -> str:
        return f"CAST(({total} % {y}) AS {duck_type(call.data_type)})"

    made: str = writer.let(args[0], lambda x: writer.let(args[1], lambda y: body(x, y)))
    return made


# --- one operand -----------------------------------------------------------------------------------------------------


def negated(call: Any, args: list[str], writer: Any) -> str:
    """``-a``."""
    return _signed(call, args[0], writer, lambda x: f"(-{x})")


def absolute(call: Any, args: list[str], writer: Any) -> str:
    """``abs(a)``."""
    return _signed(call, args[0], writer, lambda x: f"abs({x})")


def _signed(call: Any, text: str, writer: Any, operation: Any) -> str:
    kind = call.data_type
    duck = duck_type(kind)
    if isinstance(kind, t.FloatType | t.DoubleType | t.CalendarIntervalType):
        return str(operation(text))
    if isinstance(kind, t.DecimalType):
        return f"CAST({operation(text)} AS {duck})"
    if isinstance(kind, t.DayTimeIntervalType | t.YearMonthIntervalType):
        return interval_checked(operation(f"CAST({text} AS HUGEINT)"), kind, call.mode, writer)
    bits = BITS[type(kind)]
    lowest = f"CAST('{-(1 << (bits - 1))}' AS {duck})"
    at_lowest = lowest if call.mode == "legacy" else overflow(f"{_NAMES[bits]} overflow", duck)
    made: str = writer.let(
        text, lambda x: f"CASE WHEN {x} = {lowest} THEN {at_lowest} ELSE CAST({operation(x)} AS {duck}) END"
    )
    return made
