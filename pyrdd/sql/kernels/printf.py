"""Java's ``String.format``, as format_string and printf use it."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pyrdd.errors import AnalysisException, IllegalArgumentException
from pyrdd.sql.kernels.hashes import murmur3_bytes
from pyrdd.sql.kernels.number_text import WIDE, decimal_to_string, double_to_string, float_to_string

_SPECIFIER = re.compile(r"%(\d+\$|<)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")
_BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}
_JAVA_NAMES = {
    "tinyint": "java.lang.Byte", "smallint": "java.lang.Short", "int": "java.lang.Integer", "bigint": "java.lang.Long",
    "float": "java.lang.Float", "double": "java.lang.Double", "boolean": "java.lang.Boolean",
    "string": "org.apache.spark.unsafe.types.UTF8String", "decimal": "org.apache.spark.sql.types.Decimal",
}  # fmt: skip


def _illegal(message: str) -> IllegalArgumentException:
    return IllegalArgumentException(message=message)


def _infer(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -(1 << 31) <= value < 1 << 31 else "bigint"
    names: dict[type, str] = {float: "double", Decimal: "decimal", str: "string"}
    return names.get(type(value), "string")


def format_string(pattern: str, values: Sequence[Any] = (), types: Sequence[str] | None = None) -> str:
    """The values in the places of the pattern (``%d``, ``%5.2f``, ``%2$s``, ...).

    The types are SQL's names (``tinyint`` to ``bigint``, ``float``, ``double``, ``decimal``, ``string``, ``boolean``);
    a date or timestamp is its number. ``IllegalArgumentException`` for what Java's formatter refuses,
    ``AnalysisException`` (INVALID_PARAMETER_VALUE.ZERO_INDEX) for ``%0$``.

    >>> format_string("%s has %,d rows (%.1f%%)", ["t", 1234567, 12.25])
    't has 1,234,567 rows (12.3%)'
    """
    if "%0$" in pattern:
        raise AnalysisException(
            errorClass="INVALID_PARAMETER_VALUE.ZERO_INDEX",
            messageParameters={"parameter": "`strfmt`", "functionName": "`format_string`"},
        )
    kinds = list(types) if types is not None else [_infer(value) for value in values]
    return _Formatter(values, kinds).format(pattern)


class _Formatter:
    def __init__(self, values: Sequence[Any], kinds: Sequence[str]) -> None:
        self._values, self._kinds = values, kinds
        self._next = 0
        self._last = -1

    def format(self, pattern: str) -> str:
        parts: list[str] = []
        at = 0
        while True:
            start = pattern.find("%", at)
            if start < 0:
                return "".join([*parts, pattern[at:]])
            match = _SPECIFIER.match(pattern, start)
            if match is None:
                raise _illegal(f"Conversion = '{pattern[start + 1 : start + 2] or '%'}'")
            parts += [pattern[at:start], self._specifier(match)]
            at = match.end()

    def _specifier(self, match: re.Match[str]) -> str:
        index, flags, width, precision, conversion = match.groups()
        wide = int(width or 0)
        if conversion == "n":
            return "\n"
        if conversion == "%":
            return _pad("%", flags, wide)
        if ("-" in flags or "0" in flags) and not width:
            raise _illegal(match[0])
        if "-" in flags and "0" in flags:
            raise _illegal(f"Flags = '{flags}'")
        at = self._argument(index, match[0])
        digits = None if precision is None else int(precision)
        text = _convert(self._values[at], self._kinds[at], conversion, flags, wide, digits)
        return text.upper() if conversion.isupper() else text

    def _argument(self, index: str | None, specifier: str) -> int:
        if index == "<":
            at = self._last
        elif index:
            at = int(index[:-1]) - 1
        else:
            at, self._next = self._next, self._next + 1
        if not 0 <= at < len(self._values):
            raise _illegal(f"Format specifier '{specifier}'")
        self._last = at
        return at


def _pad(text: str, flags: str, width: int) -> str:
    return text.ljust(width) if "-" in flags else text.rjust(width)


def _convert(value: Any, kind: str, conversion: str, flags: str, width: int, precision: int | None) -> str:
    letter = conversion.lower()
    if letter == "b":
        text = "false" if value is None else str(bool(value)).lower() if kind == "boolean" else "true"
        return _pad(text[:precision], flags, width)
    if letter not in "sdoxefgach":
        raise _illegal(f"Conversion = '{conversion}'")
    if value is None:
        return _pad("null"[:precision], flags, width)
    if letter == "s":
        return _pad(_text(value, kind)[:precision], flags, width)
    if letter == "h":
        return _pad(f"{_hash_code(value, kind) & 0xFFFFFFFF:x}"[:precision], flags, width)
    if letter == "c":
        return _pad(_character(value, kind), flags, width)
    if letter in "dox":
        return _integer(value, kind, letter, flags, width)
    if kind not in ("float", "double"):
        raise _illegal(f"{conversion} != {_JAVA_NAMES.get(kind, kind)}")
    return _floating(float(value), letter, flags, width, precision)


def _text(value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_to_string(value) if kind == "float" else double_to_string(value)
    if isinstance(value, Decimal):
        return decimal_to_string(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join("null" if item is None else _text(item, _infer(item)) for item in value) + "]"
    if isinstance(value, dict):
        keys, items = list(value), list(value.values())
        return f"keys: {_text(keys, '')}, values: {_text(items, '')}"
    return str(value)


def _hash_code(value: Any, kind: str) -> int:
    if kind == "string":
        return murmur3_bytes(str(value).encode("utf-8"), 42)
    if kind == "boolean":
        return 1231 if value else 1237
    if kind == "double":
        value = struct.unpack("<q", struct.pack("<d", value))[0]
    elif kind == "float":
        return int(struct.unpack("<i", struct.pack("<f", value))[0])
    elif kind != "bigint":
        return int(value)
    return int(value ^ (value & (1 << 64) - 1) >> 32)


def _character(value: Any, kind: str) -> str:
    if kind not in ("tinyint", "smallint", "int"):
        raise _illegal(f"c != {_JAVA_NAMES.get(kind, kind)}")
    return chr(value)


def _integer(value: Any, kind: str, letter: str, flags: str, width: int) -> str:
    if kind not in _BITS:
        raise _illegal(f"{letter} != {_JAVA_NAMES.get(kind, kind)}")
    if letter == "d":
        digits = f"{abs(value):,}" if "," in flags else str(abs(value))
        return _signed(digits, value < 0, flags, width)
    wrong = "".join(flag for flag in "+ ,(" if flag in flags)
    if wrong:
        raise _illegal(f"Conversion = {letter}, Flags = {wrong}")
    bits = value & ((1 << _BITS[kind]) - 1)
    prefix = ("0x" if letter == "x" else "0") if "#" in flags else ""
    digits = f"{bits:x}" if letter == "x" else f"{bits:o}"
    if "0" in flags:
        digits = digits.rjust(width - len(prefix), "0")
    return _pad(prefix + digits, flags, width)


def _signed(digits: str, negative: bool, flags: str, width: int) -> str:
    if negative:
        before = "(" if "(" in flags else "-"
    else:
        before = "+" if "+" in flags else " " if " " in flags else ""
    after = ")" if before == "(" else ""
    if "0" in flags:
        digits = digits.rjust(width - len(before) - len(after), "0")
    return _pad(before + digits + after, flags, width)


def _floating(value: float, letter: str, flags: str, width: int, precision: int | None) -> str:
    negative = math.copysign(1, value) < 0
    if not math.isfinite(value):
        text = "NaN" if math.isnan(value) else "Infinity"
        return _signed(text, negative and text != "NaN", flags.replace("0", ""), width)
    if letter == "a":
        return _pad(_hexadecimal(value), flags, width)
    number = abs(Decimal(repr(value)))
    places = 6 if precision is None else precision
    if letter == "g":
        text = _general(number, places or 1, flags)
    elif letter == "e":
        text = _scientific(number, places)
    else:
        text = _fixed(number, places, flags)
    return _signed(text, negative, flags, width)


def _fixed(number: Decimal, places: int, flags: str) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)
    return f"{rounded:,f}" if "," in flags else f"{rounded:f}"


def _scientific(number: Decimal, places: int) -> str:
    exponent = number.adjusted() if number else 0
    rounded = number.scaleb(-exponent, WIDE).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)
    if rounded >= 10:
        exponent += 1
        rounded = rounded.scaleb(-1).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)
    return f"{rounded:f}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"


def _general(number: Decimal, precision: int, flags: str) -> str:
    if not number:
        return _fixed(number, precision - 1, flags)
    rounded = number.quantize(Decimal(1).scaleb(number.adjusted() - precision + 1), ROUND_HALF_UP, WIDE)
    if Decimal("0.0001") <= rounded < Decimal(10) ** precision:
        return _fixed(rounded, max(precision - rounded.adjusted() - 1, 0), flags)
    return _scientific(rounded, precision - 1)


def _hexadecimal(value: float) -> str:
    mantissa, exponent = value.hex().split("p")
    mantissa = mantissa.rstrip("0") if "." in mantissa else mantissa
    return f"{mantissa}{'0' if mantissa.endswith('.') else ''}p{int(exponent)}"
