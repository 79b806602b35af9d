"""Numbers as the JVM prints them, and strings as Spark casts them to numbers and booleans."""

from __future__ import annotations

import math
import re
import struct
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from pyrdd.errors import ArithmeticException, NumberFormatException, PySparkException, SparkRuntimeException
from pyrdd.sql.kernels.datetime_parse import _BLANKS, sql_literal

WIDE = Context(prec=500, Emax=999_999, Emin=-999_999)
"""A context in which no decimal of Spark's loses a digit."""

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DOUBLE = re.compile(r"[+-]?(NaN|Infinity|((\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)[dDfF]?)", re.ASCII)
_HEX_DOUBLE = re.compile(r"[+-]?0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?\d+[dDfF]?", re.ASCII)
_SPECIAL = {"inf": math.inf, "+inf": math.inf, "infinity": math.inf, "+infinity": math.inf,
            "-inf": -math.inf, "-infinity": -math.inf, "nan": math.nan}  # fmt: skip
_BITS = {"TINYINT": 8, "SMALLINT": 16, "INT": 32, "BIGINT": 64}


def double_to_string(value: float) -> str:
    """A double as text: the shortest digits that give it back (as the JVM prints it since version 19).

    >>> double_to_string(1e7), double_to_string(0.001), double_to_string(-0.0), double_to_string(5e-324)
    ('1.0E7', '0.001', '-0.0', '4.9E-324')
    """
    return _java_text(value, repr(value), "4.9E-324")


def float_to_string(value: float) -> str:
    """A single-precision number as text.

    >>> float_to_string(0.10000000149011612), float_to_string(16777216.0)
    ('0.1', '1.6777216E7')
    """
    return _java_text(value, _shortest_float(value), "1.4E-45")


def _shortest_float(value: float) -> str:
    if not math.isfinite(value):
        return repr(value)
    for digits in range(1, 10):
        text = f"{value:.{digits - 1}e}"
        if abs(float(text)) <= 3.4028235e38 and struct.pack("f", float(text)) == struct.pack("f", value):
            return text
    return repr(value)


def _java_text(value: float, shortest: str, smallest: str) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = Decimal(shortest).as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).rstrip("0") or "0"
    point = len(digits) + exponent if value else 1
    prefix = "-" if sign else ""
    if value and not 1e-3 <= abs(value) < 1e7:
        if text == "5" and point - 1 == -324:
            return prefix + smallest
        if text == "1" and point - 1 == -45 and smallest.endswith("-45"):
            return prefix + smallest
        return f"{prefix}{text[0]}.{text[1:] or '0'}E{point - 1}"
    if point <= 0:
        return f"{prefix}0.{'0' * -point}{text}"
    return f"{prefix}{text[:point].ljust(point, '0')}.{text[point:] or '0'}"


def decimal_to_string(value: Decimal) -> str:
    """A decimal as text, with all digits of its scale and without an exponent.

    >>> decimal_to_string(Decimal("0E-10"))
    '0.0000000000'
    """
    return f"{value:f}"


def _invalid(text: str, target: str, cls: type[PySparkException] = NumberFormatException) -> PySparkException:
    return cls(
        errorClass="CAST_INVALID_INPUT",
        messageParameters={
            "expression": sql_literal(text),
            "sourceType": '"STRING"',
            "targetType": f'"{target}"',
            "ansiConfig": '"spark.sql.ansi.enabled"',
        },
    )


def parse_integer(text: str, target: str = "BIGINT") -> int | None:
    """The whole number, ``None`` for other text and for what the type (``TINYINT`` to ``BIGINT``) cannot hold."""
    trimmed = text.strip(_BLANKS)
    if not _INTEGER.fullmatch(trimmed):
        return None
    value, limit = int(trimmed), 1 << (_BITS[target] - 1)
    return value if -limit <= value < limit else None


def cast_integer(text: str, target: str = "BIGINT") -> int:
    """`parse_integer`, or ``NumberFormatException`` (CAST_INVALID_INPUT).

    >>> cast_integer(" +12 ", "INT")
    12
    """
    value = parse_integer(text, target)
    if value is None:
        raise _invalid(text, target)
    return value


def parse_double(text: str) -> float | None:
    """The number that the JVM reads (also ``1d``, ``0x1p3``, ``inf``), or ``None``."""
    trimmed = text.strip(_BLANKS)
    if _DOUBLE.fullmatch(trimmed) and "NaN" not in trimmed and "Inf" not in trimmed:
        return float(trimmed.rstrip("dDfF"))
    if _HEX_DOUBLE.fullmatch(trimmed):
        return float.fromhex(re.sub(r"([pP][+-]?\d+)[dDfF]$", r"\1", trimmed))
    return _SPECIAL.get(trimmed.lower())


def cast_double(text: str, target: str = "DOUBLE") -> float:
    """`parse_double`, or ``NumberFormatException`` (CAST_INVALID_INPUT)."""
    value = parse_double(text)
    if value is None:
        raise _invalid(text, target)
    return value


def cast_float(text: str) -> float:
    """A single-precision number; errors as `cast_double`."""
    value = cast_double(text, "FLOAT")
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def parse_decimal(text: str) -> Decimal | None:
    """The exact number, or ``None``."""
    trimmed = text.strip(_BLANKS)
    return Decimal(trimmed) if _DECIMAL.fullmatch(trimmed) else None


def to_precision(value: Decimal, precision: int, scale: int) -> Decimal | None:
    """The number rounded half up to the scale, or ``None`` when it has too many digits."""
    try:
        rounded = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, WIDE)
    except InvalidOperation:
        return None
    return rounded if rounded.is_zero() or rounded.adjusted() + 1 + scale <= precision else None


def cast_decimal(text: str, precision: int, scale: int) -> Decimal:
    """The decimal: ``NumberFormatException`` (CAST_INVALID_INPUT) for other text, ``ArithmeticException``
    (NUMERIC_VALUE_OUT_OF_RANGE) when it does not fit."""
    value = parse_decimal(text)
    if value is None:
        raise _invalid(text, f"DECIMAL({precision},{scale})")
    if not value.is_zero() and value.adjusted() >= 38:
        raise ArithmeticException(errorClass="NUMERIC_OUT_OF_SUPPORTED_RANGE", messageParameters={"value": text})
    rounded = to_precision(value, precision, scale)
    if rounded is None:
        raise ArithmeticException(
            errorClass="NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
            messageParameters={
                "value": decimal_to_string(value),
                "precision": precision,
                "scale": scale,
                "config": '"spark.sql.ansi.enabled"',
            },
        )
    return rounded


_BOOLEANS = {**dict.fromkeys(("t", "true", "y", "yes", "1"), True),
             **dict.fromkeys(("f", "false", "n", "no", "0"), False)}  # fmt: skip


def parse_boolean(text: str) -> bool | None:
    """The truth value, or ``None``."""
    return _BOOLEANS.get(text.strip(_BLANKS).lower())


def cast_boolean(text: str) -> bool:
    """`parse_boolean`, or ``SparkRuntimeException`` (CAST_INVALID_INPUT)."""
    value = parse_boolean(text)
    if value is None:
        raise _invalid(text, "BOOLEAN", SparkRuntimeException)
    return value
