"""Casts that no other module has: Hive's tolerant ones, binary numbers, and functions that give null instead of an error."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pyrdd.errors import PySparkException
from pyrdd.sql.kernels.datetime_parse import _BLANKS
from pyrdd.sql.kernels.number_text import parse_decimal, to_precision

_TRUNCATED = re.compile(r"([+-]?\d+)(?:\.\d*)?|([+-]?)\.\d*", re.ASCII)
_BITS = {"TINYINT": 8, "SMALLINT": 16, "INT": 32, "BIGINT": 64}


@dataclass(frozen=True)
class OrNull:
    """A function that gives ``None`` where another one raises one of Spark's errors."""

    function: Callable[..., Any]

    def __call__(self, *args: Any) -> Any:
        try:
            return self.function(*args)
        except PySparkException:
            return None


def parse_truncated(text: str, target: str = "BIGINT") -> int | None:
    """The whole number in front of the point, as Hive reads it; ``None`` for other text and out of range.

    >>> parse_truncated(" 12.7 "), parse_truncated("300", "TINYINT")
    (12, None)
    """
    match = _TRUNCATED.fullmatch(text.strip(_BLANKS))
    if match is None:
        return None
    value, limit = int(match[1] or 0), 1 << (_BITS[target] - 1)
    return value if -limit <= value < limit else None


def parse_fitting_decimal(text: str, precision: int, scale: int) -> Decimal | None:
    """The decimal rounded to the scale; ``None`` for other text and for too many digits."""
    value = parse_decimal(text)
    return None if value is None else to_precision(value, precision, scale)


def fitting_decimal(value: float, precision: int, scale: int) -> Decimal | None:
    """The decimal of the digits that a number shows, rounded to the scale; ``None`` for too many digits and what is not
    finite."""
    return to_precision(Decimal(repr(value)), precision, scale) if math.isfinite(value) else None


def integer_to_bytes(value: int, size: int) -> bytes:
    """The two's complement of a whole number, most significant byte first.

    >>> integer_to_bytes(-2, 2)
    b'\\xff\\xfe'
    """
    return value.to_bytes(size, "big", signed=True)


def bytes_to_text(data: bytes) -> str:
    """Bytes as UTF-8 text; what is none becomes U+FFFD."""
    return data.decode("utf-8", "replace")
