"""The number formats of to_number and to_char: ``S``, ``MI``, ``$``, digits with ``,`` and ``.``, ``PR``.

A format is a sequence of tokens in this order, each at most once:
``[MI | S] [$] [digits and ,] [. or D] [digits] [$] [S | MI | PR]``. A digit is ``9`` (may be missing) or ``0``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pyrdd.errors import AnalysisException, IllegalArgumentException

_TOKEN = re.compile(r"(?P<digits>[09,G]+)|(?P<point>[.D])|(?P<dollar>\$)|(?P<mi>MI)|(?P<s>S)|(?P<pr>PR)|(?P<other>.)",
                    re.DOTALL)  # fmt: skip
_ORDER = (("s", "mi"), ("dollar",), ("digits",), ("point",), ("digits",), ("dollar",), ("s", "mi", "pr"))
_NAMES = {"dollar": "$", "mi": "MI", "s": "S", "pr": "PR", "point": ". or D", "digits": "digit sequence"}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A checked format."""

    text: str
    tokens: tuple[tuple[str, str], ...]
    integer: str
    fraction: str

    @property
    def precision(self) -> int:
        """The number of digits of what `to_number` gives."""
        return len(self.integer.replace(",", "")) + len(self.fraction)

    @property
    def scale(self) -> int:
        """The number of decimals of what `to_number` gives."""
        return len(self.fraction)


def _wrong(kind: str, text: str, **parameters: str) -> AnalysisException:
    return AnalysisException(
        errorClass=f"INVALID_FORMAT.{kind}", messageParameters={**parameters, "format": f"'{text}'"}
    )


@lru_cache(256)
def number_format(text: str) -> NumberFormat:
    """The format, checked. ``AnalysisException`` (INVALID_FORMAT...) says what is wrong with one.

    >>> number_format("$9,999.99").scale
    2
    """
    text = text.upper()
    tokens = [(match.lastgroup or "", match[0].replace("G", ",")) for match in _TOKEN.finditer(text)]
    kinds = [kind for kind, _ in tokens]
    if not text:
        raise _wrong("EMPTY", text)
    if not any(kind == "digits" and re.search("[09]", value) for kind, value in tokens):
        raise _wrong("WRONG_NUM_DIGIT", text)
    _check_counts(kinds, text)
    _check_currency(kinds, text)
    _check_separators(tokens, text)
    _check_order(tokens, text)
    point = kinds.index("point") if "point" in kinds else len(kinds)
    integer = "".join(value for kind, value in tokens[:point] if kind == "digits")
    fraction = "".join(value for kind, value in tokens[point:] if kind == "digits")
    return NumberFormat(text, tuple(tokens), integer, fraction)


def _check_counts(kinds: list[str], text: str) -> None:
    for kind in ("point", "dollar", "s", "mi", "pr"):
        if kinds.count(kind) > 1:
            raise _wrong("WRONG_NUM_TOKEN", text, token=_NAMES[kind])


def _check_currency(kinds: list[str], text: str) -> None:
    if "dollar" not in kinds:
        return
    dollar = kinds.index("dollar")
    if "digits" in kinds[:dollar]:
        raise _wrong("CUR_MUST_BEFORE_DIGIT", text)
    if "point" in kinds[:dollar]:
        raise _wrong("CUR_MUST_BEFORE_DEC", text)


def _check_separators(tokens: list[tuple[str, str]], text: str) -> None:
    after_point = False
    for kind, value in tokens:
        after_point = after_point or kind == "point"
        if kind != "digits" or "," not in value:
            continue
        if after_point:
            raise _wrong("THOUSANDS_SEPS_MUST_BEFORE_DEC", text)
        if not all(value.split(",")):
            raise _wrong("CONT_THOUSANDS_SEPS", text)


def _check_order(tokens: list[tuple[str, str]], text: str) -> None:
    at = 0
    for allowed in _ORDER:
        if at < len(tokens) and tokens[at][0] in allowed:
            at += 1
    if at < len(tokens):
        kind, value = tokens[at]
        name = f"character '{value}''" if kind == "other" else _NAMES[kind]
        raise _wrong("UNEXPECTED_TOKEN", text, token=name)


def to_number(text: str, pattern: str) -> Decimal:
    """The decimal that the text shows. ``IllegalArgumentException`` (INVALID_FORMAT.MISMATCH_INPUT) when it does not
    have the format.

    >>> to_number("$1,234.56", "$9,999.99")
    Decimal('1234.56')
    """
    value = try_to_number(text, pattern)
    if value is None:
        raise IllegalArgumentException(
            errorClass="INVALID_FORMAT.MISMATCH_INPUT",
            messageParameters={"inputType": '"STRING"', "input": text, "format": pattern},
        )
    return value


def try_to_number(text: str, pattern: str) -> Decimal | None:
    """The decimal, or ``None`` for other text; a wrong format still raises."""
    form = number_format(pattern)
    rest = text.replace(" ", "")
    negative = bracket = False
    if any(kind == "pr" for kind, _ in form.tokens) and rest.startswith("<"):
        negative = bracket = True
        rest = rest[1:]
    integer, fraction, after_point = "", "", False
    for kind, _ in form.tokens:
        if kind == "digits":
            digits, rest = _take_digits(rest, after_point)
            integer, fraction = (integer, digits) if after_point else (digits, fraction)
        elif kind == "point":
            after_point = True
            rest = rest.removeprefix(".")
        elif kind == "dollar":
            if not rest.startswith("$"):
                return None
            rest = rest[1:]
        elif kind == "pr":
            if bracket and not rest.startswith(">"):
                return None
            rest = rest[1:] if bracket else rest
        elif rest.startswith("-") or (kind == "s" and rest.startswith("+")):
            negative = negative or rest[0] == "-"
            rest = rest[1:]
    if rest or not _fits(form, integer, fraction):
        return None
    value = Decimal(f"{integer.replace(',', '') or '0'}.{fraction.ljust(form.scale, '0')}")
    return -value if negative else value


def _take_digits(text: str, after_point: bool) -> tuple[str, str]:
    match = re.match(r"\d*" if after_point else r"[\d,]*", text, re.ASCII)
    end = match.end() if match else 0
    return text[:end], text[end:]


def _fits(form: NumberFormat, integer: str, fraction: str) -> bool:
    if not (integer.replace(",", "") + fraction) or len(fraction) > form.scale:
        return False
    wanted, given = form.integer.split(",")[::-1], integer.split(",")[::-1]
    if len(given) > len(wanted):
        return False
    return all(
        len(digits) == len(group) if group.startswith("0") else len(digits) <= len(group)
        for group, digits in zip(wanted, given + [""] * (len(wanted) - len(given)), strict=True)
    )


def to_char(value: Decimal | int, pattern: str) -> str:
    """The number in the format; digits that do not fit are shown as ``#``.

    >>> to_char(Decimal("-12454.8"), "99G999D9S"), to_char(78, "$999.99"), to_char(1234, "999")
    ('12,454.8-', '$ 78.00', '###')
    """
    return _Writer(number_format(pattern), Decimal(value)).write()


class _Writer:
    """Builds the text of one number."""

    def __init__(self, form: NumberFormat, value: Decimal) -> None:
        whole, _, fraction = f"{abs(value):f}".partition(".")
        self._form, self._negative = form, value < 0
        self._whole, self._fraction = whole.lstrip("0"), fraction.rstrip("0")
        places = len(form.integer.replace(",", ""))
        self._overflow = len(self._whole) > places or len(self._fraction) > form.scale
        self._whole = self._whole.rjust(places)
        self._out: list[str] = []

    def write(self) -> str:
        after_point = False
        if self._negative and any(kind == "pr" for kind, _ in self._form.tokens):
            self._out.append("<")
        for at, (kind, value) in enumerate(self._form.tokens):
            if kind == "digits":
                self._fraction_digits(value) if after_point else self._integer_digits(value)
            elif kind == "point":
                after_point = True
                self._point()
            elif kind == "dollar":
                self._out.append("$")
            else:
                self._sign(kind, first=at == 0)
        return "".join(self._out)

    def _integer_digits(self, group: str) -> None:
        digits = iter(self._whole)
        begun = False
        for char in group:
            if char == ",":
                self._append("," if begun else " ")
                continue
            digit = next(digits, " ")
            if self._overflow:
                self._out.append("#")
                continue
            begun = begun or digit != " " or char == "0"
            self._append((digit if digit != " " else "0") if begun else " ")

    def _append(self, char: str) -> None:
        """A blank goes in front of a leading sign, so that the sign touches the digits."""
        if char == " " and self._out and self._out[-1] in "+-<":
            self._out.insert(len(self._out) - 1, " ")
        else:
            self._out.append(char)

    def _point(self) -> None:
        if not self._form.fraction:
            self._out.append(" ")
            return
        if self._out and self._out[-1] == " " and self._form.integer:
            self._out[-1] = "0"
        self._out.append(".")

    def _fraction_digits(self, group: str) -> None:
        self._out.append("#" * len(group) if self._overflow else self._fraction.ljust(len(group), "0"))

    def _sign(self, kind: str, first: bool) -> None:
        if kind == "pr":
            self._behind_digits(">") if self._negative else self._out.append("  ")
        elif kind == "mi" and not self._negative:
            self._out.append(" ")
        elif first:
            self._out.append("-" if self._negative else "+")
        else:
            self._behind_digits("-" if self._negative else "+")

    def _behind_digits(self, char: str) -> None:
        at = len(self._out)
        while at and self._out[at - 1] == " ":
            at -= 1
        self._out.insert(at, char)
