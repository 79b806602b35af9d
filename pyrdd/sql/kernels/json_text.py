"""JSON text to values and back, with the liberties that Spark's JSON options allow.

Values: ``None``, ``bool``, ``str``, `Number` (its text), ``list``, `Object` (pairs, because keys may repeat).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyrdd.sql.kernels.number_text import double_to_string


class JsonError(ValueError):
    """The text is not JSON."""


class Number(str):
    """A number, as its text."""

    __slots__ = ()

    @property
    def is_integer(self) -> bool:
        """Whether it has neither a fraction nor an exponent."""
        return self.lstrip("+-").isdigit()


class Object(list[tuple[str, Any]]):
    """An object, as pairs in the order of the text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Liberties:
    """What is allowed beyond standard JSON."""

    comments: bool = False
    unquoted_names: bool = False
    single_quotes: bool = True
    leading_zeros: bool = False
    any_escape: bool = False
    control_characters: bool = False
    non_numeric: bool = True


_SPACE = re.compile(r"[ \t\n\r]*")
_COMMENT = re.compile(r"(?:[ \t\n\r]|/\*.*?\*/|//[^\n]*|#[^\n]*)*", re.DOTALL)
_NUMBER = re.compile(r"-?(\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z_$][\w$]*|[\w$*@#+-]+")
_WORDS = {"true": True, "false": False, "null": None}
_NON_NUMERIC = ("NaN", "-INF", "+INF", "INF", "-Infinity", "+Infinity", "Infinity")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_DECODER = json.JSONDecoder(object_pairs_hook=Object, parse_float=Number, parse_int=Number, parse_constant=Number)
_STRICT_NUMBERS = re.compile(r"Infinity|NaN")


def parse(text: str, liberties: Liberties | None = None) -> Any:
    """The first value of the text; what comes behind it is not looked at. `JsonError` when there is none.

    >>> parse('{"a": [1, "x"]} rest')
    [('a', ['1', 'x'])]
    """
    allowed = liberties or Liberties()
    start = _SPACE.match(text).end()  # type: ignore[union-attr]
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return _Parser(text, allowed).first()
    if not allowed.non_numeric and _STRICT_NUMBERS.search(text):
        return _Parser(text, allowed).first()
    if text[end : end + 1].isalnum() or text[end : end + 1] in (".", "_") or _runs_on(value, text, end):
        return _Parser(text, allowed).first()
    return value


def _runs_on(value: Any, text: str, end: int) -> bool:
    """Whether a text goes on right behind the digits that it begins with, which Jackson takes for a mistake."""
    return isinstance(value, Number) and text[end - 1].isdigit() and text[end : end + 1] not in ("", *" \t\n\r")


class _Parser:
    """Recursive descent, for what the standard library's parser does not take."""

    def __init__(self, text: str, allowed: Liberties) -> None:
        self._text, self._at, self._allowed = text, 0, allowed
        self._space = _COMMENT if allowed.comments else _SPACE

    def first(self) -> Any:
        try:
            value = self._value()
        except (IndexError, RecursionError):
            raise JsonError("unexpected end") from None
        if _runs_on(value, self._text, self._at):
            raise JsonError(f"unexpected character at {self._at}")
        return value

    def _skip(self) -> str:
        self._at = self._space.match(self._text, self._at).end()  # type: ignore[union-attr]
        return self._text[self._at]

    def _expect(self, char: str) -> None:
        if self._skip() != char:
            raise JsonError(f"expected {char} at {self._at}")
        self._at += 1

    def _value(self) -> Any:
        char = self._skip()
        if char == "{":
            return self._object()
        if char == "[":
            return self._array()
        if char == '"' or (char == "'" and self._allowed.single_quotes):
            return self._string(char)
        for word, value in _WORDS.items():
            if self._text.startswith(word, self._at):
                self._at += len(word)
                self._word_ends()
                return value
        return self._number()

    def _word_ends(self) -> None:
        following = self._text[self._at : self._at + 1]
        if following.isalnum() or following == "_":
            raise JsonError(f"unrecognised token at {self._at}")

    def _object(self) -> Object:
        self._at += 1
        found = Object()
        if self._skip() == "}":
            self._at += 1
            return found
        while True:
            name = self._name(self._skip())
            self._expect(":")
            found.append((name, self._value()))
            if self._skip() == "}":
                self._at += 1
                return found
            self._expect(",")

    def _name(self, char: str) -> str:
        if char == '"' or (char == "'" and self._allowed.single_quotes):
            return self._string(char)
        match = _NAME.match(self._text, self._at) if self._allowed.unquoted_names else None
        if match is None:
            raise JsonError(f"expected a name at {self._at}")
        self._at = match.end()
        return match[0]

    def _array(self) -> list[Any]:
        self._at += 1
        found: list[Any] = []
        if self._skip() == "]":
            self._at += 1
            return found
        while True:
            found.append(self._value())
            if self._skip() == "]":
                self._at += 1
                return found
            self._expect(",")

    def _string(self, quote: str) -> str:
        self._at += 1
        parts = []
        while (char := self._text[self._at]) != quote:
            self._at += 1
            if char == "\\":
                char = self._escape()
            elif char < " " and not self._allowed.control_characters:
                raise JsonError(f"control character at {self._at}")
            parts.append(char)
        self._at += 1
        return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _escape(self) -> str:
        char = self._text[self._at]
        self._at += 1
        if char == "u":
            digits = self._text[self._at : self._at + 4]
            if not re.fullmatch("[0-9a-fA-F]{4}", digits):
                raise JsonError(f"wrong escape at {self._at}")
            self._at += 4
            return chr(int(digits, 16))
        if char in _ESCAPES:
            return _ESCAPES[char]
        if self._allowed.any_escape or (char == "'" and self._allowed.single_quotes):
            return char
        raise JsonError(f"wrong escape at {self._at}")

    def _number(self) -> Number:
        if self._allowed.non_numeric:
            for word in _NON_NUMERIC:
                if self._text.startswith(word, self._at):
                    self._at += len(word)
                    self._word_ends()
                    return Number(word.replace("INF", "Infinity") if word.endswith("INF") else word)
        match = _NUMBER.match(self._text, self._at)
        if match is None:
            raise JsonError(f"unrecognised token at {self._at}")
        if len(match[1]) > 1 and match[1][0] == "0" and not self._allowed.leading_zeros:
            raise JsonError(f"leading zeros at {self._at}")
        self._at = match.end()
        self._word_ends()
        sign = "-" if match[0].startswith("-") else ""
        digits = match[0].removeprefix("-")
        return Number(sign + (digits.lstrip("0") if digits.lstrip("0")[:1].isdigit() else "0" + digits.lstrip("0")))


_QUOTED = re.compile(r'["\\\x00-\x1f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quote(text: str) -> str:
    """The text as a JSON string; only what must be escaped is.

    >>> quote('a"é')
    '"a\\\\"é"'
    """
    return '"' + _QUOTED.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04X}", text) + '"'


def number_text(number: Number) -> str:
    """A number as Jackson copies it: whole numbers as they are, others as doubles."""
    if number.is_integer:
        return str(int(number))
    return double_text(float(number.replace("Infinity", "inf")))


def double_text(value: float) -> str:
    """A double; what is not finite is a string."""
    text = double_to_string(value)
    return text if math.isfinite(value) else f'"{text}"'


def write(value: Any) -> str:
    """A parsed value as compact text.

    >>> write(parse('{"a": [1.10, true]}'))
    '{"a":[1.1,true]}'
    """
    if isinstance(value, Number):
        return number_text(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Object):
        return join_object((name, write(item)) for name, item in value)
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    return "null" if value is None else "true" if value else "false"


def join_object(pairs: Iterable[tuple[str, str]]) -> str:
    """An object from names and the texts of values."""
    return "{" + ",".join(f"{quote(name)}:{text}" for name, text in pairs) + "}"
