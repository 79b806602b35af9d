"""Writables as text: what `TextOutputFormat` writes for a key or value, which is Java's `toString`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

_ARRAY = "ArrayWritable [valueClass=interface org.apache.hadoop.io.Writable, values=[{}]]"


def java_text(value: Any) -> str:
    """A Python value as the Writable that stands for it prints itself.

    >>> java_text(True), java_text(1e10), java_text(b"ab"), java_text({"a": 1})
    ('true', '1.0E10', '61 62', '{a=1}')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return "(null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex(" ")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{java_text(key)}={java_text(item)}" for key, item in value.items()) + "}"
    return _ARRAY.format(", ".join(map(java_text, value))) if isinstance(value, tuple) else str(value)


def java_double(value: float) -> str:
    """``Double.toString``: positional from 0.001 up to 10 million, else scientific.

    >>> java_double(0.001), java_double(12345678.0), java_double(5e-05), java_double(-1e300)
    ('0.001', '1.2345678E7', '5.0E-5', '-1.0E300')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    return ("-" if value < 0 else "") + _scientific(repr(abs(value)))


def _scientific(text: str) -> str:
    mantissa, _, shift = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    leading = len(digits) - len(digits.lstrip("0"))
    exponent = int(shift or 0) + len(whole) - 1 - leading
    digits = digits.strip("0")
    return f"{digits[0]}.{digits[1:] or '0'}E{exponent}"
