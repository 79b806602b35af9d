"""Rounding, conversion between bases, and format_number."""

from __future__ import annotations

import math
import re
import struct
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from pyrdd.errors import ArithmeticException, PySparkNotImplementedError
from pyrdd.sql.kernels.number_text import WIDE

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ULONG = (1 << 64) - 1
_MOST_DIGITS = 38


def _overflow(message: str) -> ArithmeticException:
    return ArithmeticException(
        errorClass="ARITHMETIC_OVERFLOW",
        messageParameters={"message": message, "alternative": "", "config": '"spark.sql.ansi.enabled"'},
    )


def _round_decimal(value: Decimal, scale: int, mode: str) -> Decimal:
    if scale >= 0:
        return value.quantize(Decimal(1).scaleb(-scale), mode, WIDE)
    return value.quantize(Decimal(1).scaleb(-scale), mode, WIDE).quantize(Decimal(1), context=WIDE)


def _round_double(value: float, scale: int, mode: str) -> float:
    if not math.isfinite(value):
        return value
    # Java's decimals have no negative zero
    return float(_round_decimal(Decimal(repr(value)), scale, mode)) + 0.0


def _round_integer(value: int, scale: int, mode: str, bits: int, strict: bool) -> int:
    if scale >= 0:
        return value
    rounded = int(_round_decimal(Decimal(value), scale, mode))
    half = 1 << (bits - 1)
    if strict and not -half <= rounded < half:
        raise _overflow("Overflow")
    return (rounded + half) % (2 * half) - half


def round_double(value: float, scale: int = 0) -> float:
    """Half up, of the digits that the number shows.

    >>> round_double(2.5), round_double(1.005, 2)
    (3.0, 1.01)
    """
    return _round_double(value, scale, ROUND_HALF_UP)


def bround_double(value: float, scale: int = 0) -> float:
    """Half to even, of the digits that the number shows."""
    return _round_double(value, scale, ROUND_HALF_EVEN)


def round_float(value: float, scale: int = 0) -> float:
    """`round_double` for a single-precision number, which is widened first."""
    return float(struct.unpack("f", struct.pack("f", round_double(value, scale)))[0])


def round_integer(value: int, scale: int, bits: int = 32, strict: bool = True) -> int:
    """Half up to tens, hundreds, ...; when it no longer fits, its low bits or ``ArithmeticException``
    (ARITHMETIC_OVERFLOW) if ``strict``."""
    return _round_integer(value, scale, ROUND_HALF_UP, bits, strict)


def bround_integer(value: int, scale: int, bits: int = 32, strict: bool = True) -> int:
    """Half to even to tens, hundreds, ...; otherwise as `round_integer`."""
    return _round_integer(value, scale, ROUND_HALF_EVEN, bits, strict)


def round_decimal(value: Decimal, scale: int = 0) -> Decimal:
    """Half up; ``ArithmeticException`` (NUMERIC_VALUE_OUT_OF_RANGE) beyond 38 digits."""
    return _fitting(_round_decimal(value, scale, ROUND_HALF_UP), scale)


def bround_decimal(value: Decimal, scale: int = 0) -> Decimal:
    """Half to even; errors as `round_decimal`."""
    return _fitting(_round_decimal(value, scale, ROUND_HALF_EVEN), scale)


def ceil_decimal(value: Decimal, scale: int) -> Decimal:
    """Up to the scale; errors as `round_decimal`."""
    return _fitting(_round_decimal(value, scale, ROUND_CEILING), scale)


def floor_decimal(value: Decimal, scale: int) -> Decimal:
    """Down to the scale; errors as `round_decimal`."""
    return _fitting(_round_decimal(value, scale, ROUND_FLOOR), scale)


def _fitting(rounded: Decimal, scale: int) -> Decimal:
    if rounded.adjusted() < _MOST_DIGITS:
        return rounded
    raise ArithmeticException(
        errorClass="NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
        messageParameters={
            "roundedValue": f"{rounded:f}", "originalValue": f"{rounded:f}", "precision": str(_MOST_DIGITS),
            "scale": str(max(scale, 0)),
        },
    )  # fmt: skip


def conv(text: str, from_base: int, to_base: int) -> str | None:
    """The number in another base. A negative base to is signed. ``None`` for an empty text or a wrong base;
    ``ArithmeticException`` (ARITHMETIC_OVERFLOW) beyond 64 bits.

    >>> conv("-10", 16, -10), conv("1g", 16, 10)
    ('-16', '1')
    """
    text = text.strip(" ")
    if not text or not 2 <= from_base <= 36 or not 2 <= abs(to_base) <= 36:
        return None
    negative = text[0] == "-"
    value = 0
    for char in text[negative:].upper():
        digit = _DIGITS.find(char)
        if not 0 <= digit < from_base:
            break
        value = value * from_base + digit
        if value > _ULONG:
            raise _overflow("Overflow in function conv()")
    if negative and to_base > 0:
        value = -value & _ULONG if value < 1 << 63 else _ULONG
    return _signed(value, negative, to_base)


def _signed(value: int, negative: bool, to_base: int) -> str:
    if to_base > 0:
        return _in_base(value, to_base)
    if not negative and value >= 1 << 63:
        negative, value = True, (1 << 64) - value
    return ("-" if negative else "") + _in_base(value, -to_base)


def _in_base(value: int, base: int) -> str:
    digits = ""
    while True:
        value, digit = divmod(value, base)
        digits = _DIGITS[digit] + digits
        if value == 0:
            return digits


def format_number(value: float | int | Decimal, decimals: int) -> str | None:
    """With thousands separators and so many decimals, rounded half to even; ``None`` for a negative number of them.

    >>> format_number(12332.123456, 4)
    '12,332.1235'
    """
    if decimals < 0:
        return None
    return _special(value) or _decimal_format(_digits(value, decimals), "#,##0", decimals, decimals)


def _digits(value: float | int | Decimal, most: int) -> Decimal:
    """The number as Java formats it: the digits that it shows, and where some of them are cut, its exact value."""
    shown = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    exponent = shown.as_tuple().exponent
    return shown if isinstance(exponent, int) and exponent >= -most else Decimal(value)


def _special(value: float | int | Decimal) -> str | None:
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return None


_NUMBER_PATTERN = re.compile(r"([^#0,.%'E;]*)([#,]*[0,]*)(?:\.(0*)(#*))?(%?)([^#0,.%'E;]*)")


def format_number_pattern(value: float | int | Decimal, pattern: str) -> str:
    """With a pattern of ``java.text.DecimalFormat``: ``#``, ``0``, ``,``, ``.``, ``%`` and text around them; other
    patterns are refused.

    >>> format_number_pattern(1234.5, "$#,##0.00")
    '$1,234.50'
    """
    special = _special(value)
    if special:
        return special
    if not pattern:
        return _decimal_format(_digits(value, 0), "#,##0", 0, 0)
    match = _NUMBER_PATTERN.fullmatch(pattern)
    if match is None or not match[2] + (match[3] or "") + (match[4] or ""):
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": f"The format '{pattern}' of format_number",
                "alternative": "Use digits (#, 0), separators, % and text around them.",
            },
        )
    zeros, optional = len(match[3] or ""), len(match[4] or "")
    number = Decimal(value).scaleb(2, WIDE) if match[5] else _digits(value, zeros + optional)
    integer = match[2]
    if "." in pattern and integer and "0" not in integer:
        integer = integer[:-1] + "0"  # Java shows the digit next to the point
    text = _decimal_format(number, integer, zeros, zeros + optional)
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    return f"{sign}{match[1]}{text}{match[5]}{match[6]}"


def _decimal_format(value: Decimal, integer: str, least: int, most: int) -> str:
    rounded = _round_decimal(value, most, ROUND_HALF_EVEN)
    text = f"{rounded.copy_abs():f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    whole = whole.lstrip("0").rjust(integer.count("0"), "0")
    group = len(integer) - integer.rindex(",") - 1 if "," in integer else 0
    if group:
        head = len(whole) % group
        whole = ",".join(filter(None, [whole[:head], *(whole[i : i + group] for i in range(head, len(whole), group))]))
    if not whole and not fraction:
        whole = "0"
    return ("-" if rounded.is_signed() else "") + whole + ("." + fraction if fraction else "")


def bin(value: int) -> str:
    """The 64 bits of a whole number, without leading zeros."""
    return f"{value & _ULONG:b}"


def hex_integer(value: int) -> str:
    """The 64 bits of a whole number as hexadecimal digits.

    >>> hex_integer(-1)
    'FFFFFFFFFFFFFFFF'
    """
    return f"{value & _ULONG:X}"


def hex_bytes(data: bytes) -> str:
    """Bytes as hexadecimal digits."""
    return data.hex().upper()


def unhex(text: str) -> bytes | None:
    """The bytes of hexadecimal digits (an odd first one stands alone), or ``None``.

    >>> unhex("F"), unhex("xx")
    (b'\\x0f', None)
    """
    digits = "0" + text if len(text) % 2 else text
    return bytes.fromhex(digits) if re.fullmatch("[0-9a-fA-F]*", digits) else None
