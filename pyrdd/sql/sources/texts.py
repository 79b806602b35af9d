"""Numbers in text, exactly as Java's ``parseInt``, ``parseDouble`` and ``BigDecimal`` read them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

_INTEGER = re.compile(r"[+-]?\d+")
_DOUBLE = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?|NaN|Infinity)", re.ASCII)
_HEX = re.compile(r"([+-]?)(0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?\d+)[fFdD]?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,10})?")
_BLANKS = "".join(map(chr, range(33)))
_EXACT = Context(prec=5000, Emax=10**9, Emin=-(10**9))


def java_integer(text: str) -> int | None:
    """The whole number, of any size; ``None`` for other text (blanks included).

    >>> java_integer("+07"), java_integer(" 7"), java_integer("1_0")
    (7, None, None)
    """
    return int(text) if _INTEGER.fullmatch(text) else None


def java_double(text: str) -> float | None:
    """The double; blanks around it and a type suffix are allowed.

    >>> java_double(" 1.5d "), java_double("0x1p3"), java_double("nan")
    (1.5, 8.0, None)
    """
    text = text.strip(_BLANKS)
    if _DOUBLE.fullmatch(text):
        return float(text.rstrip("fFdD") if text[-1:] in "fFdD" else text)
    match = _HEX.fullmatch(text)
    return float.fromhex(match[1] + match[2]) if match else None


def java_decimal(text: str) -> Decimal | None:
    """The exact decimal; ``None`` for other text."""
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return _EXACT.create_decimal(text)
    except InvalidOperation:
        return None


def fit_decimal(value: Decimal, precision: int, scale: int) -> Decimal | None:
    """The value rounded to the scale (half up); ``None`` when it needs more digits.

    >>> fit_decimal(Decimal("1.005"), 6, 2), fit_decimal(Decimal("12345"), 4, 0)
    (Decimal('1.01'), None)
    """
    if value and value.adjusted() > precision:  # rounding cannot help, and the number may be huge
        return None
    rounded = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _EXACT)
    return rounded if not rounded or rounded.adjusted() < precision - scale else None


def double_text(value: float) -> str:
    """A double as Java prints it.

    >>> double_text(1.0), double_text(1e7), double_text(0.0001), double_text(float("-inf"))
    ('1.0', '1.0E7', '1.0E-4', '-Infinity')
    """
    return _java_digits(repr(value))


def float_text(value: float) -> str:
    """The same for a single-precision number, with its fewer digits.

    >>> float_text(0.10000000149011612)
    '0.1'
    """
    import numpy as np  # single-precision numbers are rare: their digits come from NumPy

    return _java_digits(str(np.float32(value)))


def _java_digits(text: str) -> str:
    if text[-1] in "fn":  # inf, nan
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[text]
    sign, digits, exponent = Decimal(text).as_tuple()
    shown = "".join(map(str, digits)).rstrip("0") or "0"
    point = len(digits) + int(exponent)  # the value is 0.DIGITS * 10 ** point
    minus = "-" if sign else ""
    if shown == "0":
        return minus + "0.0"
    if -3 < point <= 7:
        padded = "0" * (1 - point) + shown if point < 1 else shown.ljust(point, "0")
        cut = max(point, 1)
        return f"{minus}{padded[:cut]}.{padded[cut:] or '0'}"
    return f"{minus}{shown[0]}.{shown[1:] or '0'}E{point - 1}"


def decimal_text(value: Decimal) -> str:
    """A decimal as Java's ``BigDecimal.toPlainString`` prints it."""
    return f"{value:f}"
