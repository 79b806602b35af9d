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
