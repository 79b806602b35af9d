"""JSON text as Spark's parser takes it: strict by default, lenient where options allow, numbers kept as written.

    '{"a": 1.50, "b": [2]}'  ->  {"a": Float("1.50"), "b": Nested("[2]", [Integer("2")])}

The C decoder of the standard library does most records; what it refuses, and what must be kept as text, is decoded
here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import Any

from pyrdd.sql.sources.base import Options


class JsonTextError(ValueError):
    """Text that is no JSON."""


class Integer(str):
    """A number without fraction and exponent, as written."""

    __slots__ = ()


class Float(str):
    """Another number, as written."""

    __slots__ = ()


@dataclass(slots=True)
class Nested:
    """An object or array with its source text."""

    source: str
    value: Any


_FAST = json.JSONDecoder(parse_int=Integer, parse_float=Float, parse_constant=Float)
_SPACE = re.compile(r"[ \t\n\r]*")
_SPACE_AND_COMMENTS = re.compile(r"(?:[ \t\n\r]|/\*.*?\*/|//[^\n]*|#[^\n]*)*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_ZEROS_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"(?:[+-]?(?:Infinity|INF)|NaN)(?![A-Za-z0-9_])")
_LITERAL = re.compile(r"(?:true|false|null)(?![A-Za-z0-9_$])")
_BARE_NAME = re.compile(r"[A-Za-z_$*@#+-][A-Za-z0-9_$*@#+-]*")
_SIMPLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
_MOST_DEEP = 1000


@dataclass(frozen=True, slots=True)
class Leniency:
    """What is taken for JSON besides JSON."""

    comments: bool = False
    bare_names: bool = False
    single_quotes: bool = True
    leading_zeros: bool = False
    any_escape: bool = False
    control_chars: bool = False
    words: bool = True

    @classmethod
    def of(cls, options: Options) -> Leniency:
        """As the options say."""
        return cls(
            comments=options.boolean("allowComments", False),
            bare_names=options.boolean("allowUnquotedFieldNames", False),
            single_quotes=options.boolean("allowSingleQuotes", True),
            leading_zeros=options.boolean("allowNumericLeadingZeros", False),
            any_escape=options.boolean("allowBackslashEscapingAnyCharacter", False),
            control_chars=options.boolean("allowUnquotedControlChars", False),
            words=options.boolean("allowNonNumericNumbers", True),
        )


def decoder_of_pairs(make: Callable[[list[tuple[str, Any]]], Any]) -> json.JSONDecoder:
    """A decoder for `decode_fast` that makes its objects of pairs."""
    return json.JSONDecoder(parse_int=Integer, parse_float=Float, parse_constant=Float, object_pairs_hook=make)


def decode_fast(text: str, leniency: Leniency, decoder: json.JSONDecoder = _FAST) -> Any:
    """The value of a record, without source texts; raises `ValueError` where `decode` must be asked.

    Objects are dictionaries, numbers `Integer` and `Float`.
    """
    value = decoder.decode(text)
    if not leniency.words and ("NaN" in text or "Infinity" in text):
        raise JsonTextError("a word that may be a number")
    return value


def decode(text: str, leniency: Leniency) -> Any:
    """The first value in ``text``, objects and arrays as `Nested`; ``None`` for null.

    Raises `JsonTextError` for text that is no JSON, and `EOFError` for blank text. What follows the value is not
    looked at.
    """
    decoder = _Decoder(text, leniency)
    decoder.skip()
    if decoder.at >= len(text):
        raise EOFError
    try:
        return decoder.value(0)
    except IndexError:
        raise JsonTextError("the text ends early") from None


class _Decoder:
    def __init__(self, text: str, leniency: Leniency) -> None:
        self.text, self.at = text, 0
        self._lenient = leniency
        self._space = _SPACE_AND_COMMENTS if leniency.comments else _SPACE
        self._number = _ZEROS_NUMBER if leniency.leading_zeros else _NUMBER

    def skip(self) -> str:
        """Passes over blanks; the next character, or ``""``."""
        char = self.text[self.at : self.at + 1]
        if char > " " and char not in "/#":  # most often there is nothing to pass over
            return char
        found = self._space.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Any:
        char = self.skip()
        if depth > _MOST_DEEP:
            raise JsonTextError("nested too deeply")
        start = self.at
        if char == "{":
            pairs = self._object(depth)
            return Nested(self.text[start : self.at], pairs)
        if char == "[":
            items = self._array(depth)
            return Nested(self.text[start : self.at], items)
        if char == '"' or (char == "'" and self._lenient.single_quotes):
            return self._string(char)
        return self._scalar()

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        if self.skip() == "}":
            self.at += 1
            return found
        while True:
            name = self._name()
            self._expect(":")
            found[name] = self.value(depth + 1)
            if self._more("}"):
                return found
            self.skip()

    def _array(self, depth: int) -> list[Any]:
        items: list[Any] = []
        self.at += 1
        if self.skip() == "]":
            self.at += 1
            return items
        while True:
            items.append(self.value(depth + 1))
            if self._more("]"):
                return items

    def _more(self, end: str) -> bool:
        char = self.skip()
        if char not in (",", end) or not char:
            raise JsonTextError(f"neither ',' nor '{end}' at {self.at}")
        self.at += 1
        return char == end

    def _expect(self, char: str) -> None:
        if self.skip() != char:
            raise JsonTextError(f"no '{char}' at {self.at}")
        self.at += 1

    def _name(self) -> str:
        char = self.skip()
        if char == '"' or (char == "'" and self._lenient.single_quotes):
            return self._string(char)
        bare = _BARE_NAME.match(self.text, self.at) if self._lenient.bare_names else None
        if bare is None:
            raise JsonTextError(f"no name at {self.at}")
        self.at = bare.end()
        return bare[0]

    def _scalar(self) -> Any:
        for pattern in (_LITERAL, _WORD):
            found = pattern.match(self.text, self.at)
            if found and (pattern is _LITERAL or self._lenient.words):
                self.at = found.end()
                return {"true": True, "false": False, "null": None}.get(found[0], Float(found[0]))
        number = self._number.match(self.text, self.at)
        after = self.text[number.end() : number.end() + 1] if number else ""
        if number is None or (after and after not in " \t\n\r,]}:/#"):
            raise JsonTextError(f"no value at {self.at}")
        self.at = number.end()
        return Float(number[0]) if number[1] or number[2] else Integer(number[0])

    def _string(self, quote: str) -> str:
        if quote == '"':
            try:
                found, self.at = scanstring(self.text, self.at + 1, not self._lenient.control_chars)
                return str(found)
            except ValueError:
                pass  # an escape or character that only leniency allows, or a mistake
        return self._lenient_string(quote)

    def _lenient_string(self, quote: str) -> str:
        out: list[str] = []
        at, text = self.at + 1, self.text
        while True:
            char = text[at]
            if char == quote:
                self.at = at + 1
                return "".join(out)
            if char == "\\":
                piece, at = self._escape(at + 1, quote)
                out.append(piece)
                continue
            if char < " " and not self._lenient.control_chars:
                raise JsonTextError(f"a control character at {at}")
            out.append(char)
            at += 1

    def _escape(self, at: int, quote: str) -> tuple[str, int]:
        char = self.text[at]
        if char == "u":
            digits = self.text[at + 1 : at + 5]
            if not re.fullmatch("[0-9a-fA-F]{4}", digits):
                raise JsonTextError(f"no Unicode escape at {at}")
            return self._surrogates(int(digits, 16), at + 5)
        single = char == quote == "'" and self._lenient.single_quotes
        if char in _SIMPLE or self._lenient.any_escape or single:
            return _SIMPLE.get(char, char), at + 1
        raise JsonTextError(f"no escape at {at}")

    def _surrogates(self, code: int, at: int) -> tuple[str, int]:
        if 0xD800 <= code < 0xDC00 and self.text[at : at + 2] == "\\u":
            low = self.text[at + 2 : at + 6]
            if re.fullmatch("[dD][c-fC-F][0-9a-fA-F]{2}", low):
                return chr(0x10000 + ((code - 0xD800) << 10) + (int(low, 16) - 0xDC00)), at + 6
        return chr(code), at
