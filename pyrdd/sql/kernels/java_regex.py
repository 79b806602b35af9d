"""Java's regular expressions for Python's `re`, and for DuckDB's RE2 where that gives the same answers.

A pattern is parsed once into pieces; each piece knows its text for Python, its text for RE2 (``None`` when RE2 has no
equal) and whether it can match nothing.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql.kernels import char_ranges as sets
from pyrdd.sql.kernels.char_ranges import Ranges

_MAX_RE2_REPEAT = 1000
_FINAL_END = r"(?:\r\n|(?<!\r)\n|[\r\x85\u2028\u2029])?\Z"


class JavaRegexError(ValueError):
    """The text is not a regular expression of Java."""


@dataclass(frozen=True, slots=True)
class _Piece:
    python: str
    re2: str | None
    empty: bool = False
    # RE2 text that is right only when nobody asks what was matched.
    re2_test: str | None = None

    @property
    def test(self) -> str | None:
        return self.re2 if self.re2_test is None else self.re2_test


@dataclass(frozen=True, slots=True)
class JavaRegex:
    """A compiled pattern.

    ``re2`` finds the same matches in RE2, ``re2_test`` only tells whether there is one; ``None`` where RE2 cannot.
    """

    pattern: re.Pattern[str]
    re2: str | None
    re2_test: str | None
    matches_empty: bool


@lru_cache(512)
def compile_java(text: str) -> JavaRegex:
    """The pattern, compiled. `JavaRegexError` when it is wrong, NOT_IMPLEMENTED when Python's `re` has no equal.

    >>> compile_java(r"(?<year>\\d{4})").pattern.pattern
    '(?P<year>[0-9]{4})'
    """
    parser = _Parser(text)
    piece = parser.parse()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pattern = re.compile(piece.python)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        _refuse(f"The regular expression '{text}' ({error})")
    usable = piece.re2 if not piece.empty else None
    return JavaRegex(pattern, usable, piece.test, piece.empty)


def re2_safe(text: str, only_test: bool = False) -> str | None:
    """The pattern for DuckDB's RE2 when it finds exactly the matches that Java finds, else ``None``. With ``only_test``
    it is enough that the two agree on whether there is a match (rlike).

    >>> re2_safe("a+c"), re2_safe("(a)\\\\1"), re2_safe("a$"), re2_safe("a?")
    ('a+c', None, None, None)
    """
    try:
        regex = compile_java(text)
    except (JavaRegexError, PySparkNotImplementedError):
        return None
    return regex.re2_test if only_test else regex.re2


def _refuse(feature: str) -> NoReturn:
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={"feature": feature, "alternative": "Rewrite the pattern, or use a Python UDF."},
    ) from None


def _re2_class(ranges: Ranges) -> str:
    """Python's escapes of characters above ASCII are not RE2's."""
    return re.sub(r"\\(?:x([89a-f][0-9a-f])|u([0-9a-f]{4})|U([0-9a-f]{8}))",
                  lambda m: f"\\x{{{int(m[1] or m[2] or m[3], 16):x}}}", sets.to_class(ranges))  # fmt: skip


def _one_of(ranges: Ranges) -> _Piece:
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        code = ranges[0][0]
        python = sets.escape(code)
        return _Piece(python, python if code < 0x80 else f"\\x{{{code:x}}}")
    return _Piece(sets.to_class(ranges), _re2_class(ranges))


_SIMPLE_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_CLASS_ESCAPES: dict[str, Ranges] = {
    "d": sets.DIGIT, "w": sets.WORD, "s": sets.SPACE, "h": sets.HORIZONTAL, "v": sets.VERTICAL,
}  # fmt: skip
_QUANTIFIER = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")


class _Parser:
    """Recursive descent over a pattern."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._flags: frozenset[str] = frozenset()
        self._groups, self._names = 0, set[str]()
        self._total_groups = len(re.findall(r"(?<!\\)\((?!\?)|\(\?<(?![=!])", text))

    def parse(self) -> _Piece:
        piece = self._alternatives()
        if self._at < len(self._text):
            raise JavaRegexError(f"unmatched closing ')' at index {self._at}")
        return piece

    # --- structure -------------------------------------------------------------------------------------------

    def _peek(self, count: int = 1) -> str:
        return self._text[self._at : self._at + count]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise JavaRegexError("unexpected end")
        self._at += 1
        return char

    def _alternatives(self) -> _Piece:
        flags = self._flags
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        self._flags = flags
        return branches[0] if len(branches) == 1 else _join(branches, "|", any)

    def _sequence(self) -> _Piece:
        pieces = []
        while self._skip_comments() and self._peek() not in ("", "|", ")"):
            atom = self._atom()
            if atom is not None:
                pieces.append(self._quantified(atom))
        return _join(pieces, "", all)

    def _skip_comments(self) -> bool:
        while "x" in self._flags and self._peek() and (self._peek() in " \t\n\x0b\f\r#"):
            if self._take() == "#":
                while self._peek() and self._peek() != "\n":
                    self._at += 1
        return True

    def _quantified(self, atom: _Piece) -> _Piece:
        self._skip_comments()
        char = self._peek()
        if char and char in "*+?":
            self._at += 1
            low, high, text = (1 if char == "+" else 0), (1 if char == "?" else None), char
        elif char == "{":
            low, high, text = self._braces()
        else:
            return atom
        style = self._peek() if self._peek() in ("?", "+") and self._peek() else ""
        self._at += len(style)
        self._skip_comments()
        if self._peek() and self._peek() in "*+?":
            raise JavaRegexError(f"dangling meta character '{self._peek()}' at index {self._at}")
        return _repeat(atom, low, high, text, style)

    def _braces(self) -> tuple[int, int | None, str]:
        match = _QUANTIFIER.match(self._text, self._at)
        if match is None:
            raise JavaRegexError(f"illegal repetition at index {self._at}")
        self._at = match.end()
        low = int(match[1])
        high = low if match[2] is None else int(match[3]) if match[3] else None
        if high is not None and high < low:
            raise JavaRegexError(f"illegal repetition range at index {self._at}")
        return low, high, match[0]

    def _atom(self) -> _Piece | None:
        char = self._take()
        if char == "(":
            return self._group()
        if char == "[":
            return _one_of(self._class())
        if char == "\\":
            return self._escape()
        if char in "*+?":
            raise JavaRegexError(f"dangling meta character '{char}' at index {self._at - 1}")
        if char == "{":
            raise JavaRegexError(f"illegal repetition at index {self._at - 1}")
        if char in ".^$":
            return self._special(char)
        return self._literal(char)

    def _literal(self, char: str) -> _Piece:
        ranges = sets.of(char)
        return _one_of(self._folded(ranges))

    def _folded(self, ranges: Ranges) -> Ranges:
        return sets.either_case(ranges, "u" in self._flags or "U" in self._flags) if "i" in self._flags else ranges

    def _special(self, char: str) -> _Piece:
        unix = "d" in self._flags
        if char == ".":
            ends = sets.of("\n") if unix else sets.LINE_ENDS
            return _one_of(sets.EVERYTHING if "s" in self._flags else sets.complement(ends))
        if char == "^":
            if "m" not in self._flags:
                return _Piece(r"\A", r"\A", True)
            after = r"(?<=\n)" if unix else r"(?:(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n))"
            return _Piece(rf"(?:\A|{after}(?!\Z))", None, True)
        if unix:
            return _Piece(r"(?=\n|\Z)" if "m" in self._flags else r"(?=\n?\Z)", None, True)
        if "m" in self._flags:
            return _Piece(r"(?=\r\n|(?<!\r)\n|[\r\x85\u2028\u2029]|\Z)", None, True)
        return _final_end()

    # --- groups ------------------------------------------------------------------------------------------------

    def _group(self) -> _Piece | None:
        if self._peek() != "?":
            self._groups += 1
            return self._closed("(", "(")
        self._at += 1
        for opening in (":", "=", "!", ">", "<=", "<!"):
            if self._peek(len(opening)) == opening:
                self._at += len(opening)
                return self._closed(f"(?{opening}", "(?:" if opening == ":" else None, opening not in (":", ">"))
        if self._peek() == "<":
            return self._named_group()
        return self._flag_group()

    def _closed(self, python: str, re2: str | None, zero_width: bool = False) -> _Piece:
        inside = self._alternatives()
        if self._peek() != ")":
            raise JavaRegexError(f"unclosed group near index {self._at}")
        self._at += 1
        wrapped = [None if re2 is None or text is None else f"{re2}{text})" for text in (inside.re2, inside.re2_test)]
        return _Piece(f"{python}{inside.python})", wrapped[0], inside.empty or zero_width, wrapped[1])

    def _named_group(self) -> _Piece:
        match = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>").match(self._text, self._at)
        if match is None or match[1] in self._names:
            raise JavaRegexError(f"wrong or repeated group name at index {self._at}")
        self._at = match.end()
        self._groups += 1
        self._names.add(match[1])
        return self._closed(f"(?P<{match[1]}>", f"(?P<{match[1]}>")

    def _flag_group(self) -> _Piece | None:
        match = re.compile(r"([idmsuxU]*)(?:-([idmsuxU]*))?([:)])").match(self._text, self._at)
        if match is None:
            raise JavaRegexError(f"unknown inline modifier near index {self._at}")
        self._at = match.end()
        flags = (self._flags | set(match[1])) - set(match[2] or "")
        if match[3] == ")":
            self._flags = flags
            return None
        outer, self._flags = self._flags, flags
        piece = self._closed("(?:", "(?:")
        self._flags = outer
        return piece

    # --- escapes -------------------------------------------------------------------------------------------------

    def _escape(self) -> _Piece:
        char = self._peek()
        if char == "Q":
            return self._quotation()
        special = self._boundary(char)
        if special is not None:
            self._at += 1
            return special
        if char and char in "123456789":
            return self._back_reference()
        if char == "k":
            return self._named_reference()
        return _one_of(self._folded(self._escaped_set()))

    def _boundary(self, char: str) -> _Piece | None:
        if char in ("b", "B"):
            if self._text[self._at + 1 : self._at + 2] == "{":
                _refuse("\\b{g} in a regular expression")
            # Java 17 counts letters of every script as parts of words here, though \w does not.
            return _Piece(f"\\{char}", None, True)
        if char == "Z":
            return _final_end()
        fixed = {
            "A": _Piece(r"\A", r"\A", True),
            "z": _Piece(r"\Z", r"\z", True),
            "R": _Piece(r"(?:\r\n|[\n\x0b\f\r\x85\u2028\u2029])", r"(?:\r\n|[\n\x0b\f\r\x{85}\x{2028}\x{2029}])"),
        }
        if char in ("G", "X"):
            _refuse(f"\\{char} in a regular expression")
        return fixed.get(char)

    def _quotation(self) -> _Piece:
        self._at += 1
        end = self._text.find("\\E", self._at)
        quoted = self._text[self._at :] if end < 0 else self._text[self._at : end]
        self._at = len(self._text) if end < 0 else end + 2
        # A quantifier behind the quotation is for its last character.
        pieces = [self._literal(char) for char in quoted]
        if not pieces:
            return _Piece("", "", True)
        return _join([*pieces[:-1], self._quantified(pieces[-1])], "", all)

    def _back_reference(self) -> _Piece:
        number = int(self._take())
        while self._peek().isdigit() and number * 10 + int(self._peek()) <= self._groups:
            number = number * 10 + int(self._take())
        if "i" in self._flags:
            _refuse("A back reference without regard to case")
        return _Piece(f"(?:\\{number})" if number <= self._groups else "(?!)", None, True)

    def _named_reference(self) -> _Piece:
        match = re.compile(r"k<([a-zA-Z][a-zA-Z0-9]*)>").match(self._text, self._at)
        if match is None or match[1] not in self._names:
            raise JavaRegexError(f"there is no such named group at index {self._at}")
        self._at = match.end()
        return _Piece(f"(?P={match[1]})", None, True)

    def _escaped_set(self) -> Ranges:
        """The characters that an escape stands for, in or out of a class."""
        char = self._take()
        if char.lower() in _CLASS_ESCAPES:
            return self._class_escape(char)
        if char in "pP":
            return self._property(char == "P")
        if char in _SIMPLE_ESCAPES:
            return sets.of(_SIMPLE_ESCAPES[char])
        if char in "x0uc":
            return sets.of(chr(self._code_point(char)))
        if char.isascii() and char.isalpha():
            raise JavaRegexError(f"illegal escape sequence near index {self._at}")
        return sets.of(char)

    def _class_escape(self, char: str) -> Ranges:
        ranges = _CLASS_ESCAPES[char.lower()]
        if "U" in self._flags and char.lower() in "dws":
            letter = char.lower()
            ranges = sets.union(ranges, _unicode_class(letter))
        return sets.complement(ranges) if char.isupper() else ranges

    def _code_point(self, kind: str) -> int:
        if kind == "c":
            return ord(self._take()) ^ 64
        shapes = {"x": r"\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2})", "u": r"([0-9a-fA-F]{4})", "0": r"([0-3]?[0-7]{1,2})"}
        match = re.compile(shapes[kind]).match(self._text, self._at)
        if match is None:
            raise JavaRegexError(f"illegal escape sequence near index {self._at}")
        self._at = match.end()
        code = int(match[1] or match[2], 8 if kind == "0" else 16)
        if code > sets.LAST:
            raise JavaRegexError(f"code point too large near index {self._at}")
        return code

    def _property(self, negated: bool) -> Ranges:
        match = re.compile(r"\{([^}]*)\}|(.)").match(self._text, self._at)
        if match is None:
            raise JavaRegexError("unclosed character family")
        self._at = match.end()
        name = (match[1] if match[1] is not None else match[2]).replace(" ", "")
        ranges = sets.named_set(name)
        if ranges is None:
            _refuse(f"\\p{{{name}}} in a regular expression")
        return sets.complement(ranges) if negated else ranges

    # --- classes -------------------------------------------------------------------------------------------------

    def _class(self) -> Ranges:
        negated = self._peek() == "^"
        self._at += negated
        result: Ranges | None = None
        current: list[Ranges] = []
        first = True
        while True:
            if "x" in self._flags:
                self._skip_comments()
            if self._peek() == "]" and (not first):
                break
            if self._peek(2) == "&&":
                self._at += 2
                result = _and(result, current)
                current = []
            else:
                current.append(self._class_item())
            first = False
        self._at += 1
        found = _and(result, current)
        return sets.complement(found) if negated else found

    def _class_item(self) -> Ranges:
        char = self._take()
        if char == "[":
            return self._class()
        if char == "\\" and self._peek() == "Q":
            return self._class_quotation()
        low = self._escaped_set() if char == "\\" else sets.of(char)
        single = len(low) == 1 and low[0][0] == low[0][1]
        if self._peek() == "-" and single and self._text[self._at + 1 : self._at + 2] not in ("]", "[", ""):
            self._at += 1
            char = self._take()
            high = self._escaped_set() if char == "\\" else sets.of(char)
            if high[0][0] < low[0][0]:
                raise JavaRegexError(f"illegal character range near index {self._at}")
            low = ((low[0][0], high[0][0]),)
        return self._folded(low)

    def _class_quotation(self) -> Ranges:
        end = self._text.find("\\E", self._at)
        quoted = self._text[self._at + 1 : end if end >= 0 else len(self._text)]
        self._at = end + 2 if end >= 0 else len(self._text)
        return self._folded(sets.of(quoted))


def _and(left: Ranges | None, items: list[Ranges]) -> Ranges:
    right = sets.union(*items)
    if left is None:
        return right
    return sets.intersection(left, right) if items else left


@lru_cache(8)
def _unicode_class(letter: str) -> Ranges:
    test: dict[str, Callable[[str], bool]] = {
        "d": str.isdecimal,
        "w": lambda c: c.isalnum() or c == "_",
        "s": str.isspace,
    }
    return sets._where(test[letter])


def _final_end() -> _Piece:
    return _Piece(f"(?={_FINAL_END})", None, True, r"(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z")


def _join(pieces: list[_Piece], glue: str, empty: Callable[[list[bool]], bool]) -> _Piece:
    re2s = [piece.re2 for piece in pieces]
    tests = [piece.test for piece in pieces]
    # The end of a line may stand last only: behind it, what it took for a test would be missing.
    test_ok = None not in tests and (glue == "|" or all(piece.re2_test is None for piece in pieces[:-1]))
    re2 = None if None in re2s else glue.join(text or "" for text in re2s)
    return _Piece(
        glue.join(piece.python for piece in pieces),
        re2,
        empty([piece.empty for piece in pieces]),
        glue.join(text or "" for text in tests) if test_ok and re2 is None else None,
    )


def _repeat(atom: _Piece, low: int, high: int | None, text: str, style: str) -> _Piece:
    single = _is_single(atom.python)
    python = atom.python if single else f"(?:{atom.python})"
    fits = atom.re2 is not None and style != "+" and not atom.empty and max(low, high or 0) <= _MAX_RE2_REPEAT
    re2 = f"{atom.re2 if _is_single(atom.re2 or '') else f'(?:{atom.re2})'}{text}{style}" if fits else None
    return _Piece(f"{python}{text}{style}", re2, atom.empty or low == 0)


_SINGLE = re.compile(r"\\x\{[0-9a-f]+\}|\\(?:x..|u....|U.{8}|.)|[^\\\[(]|\[(?:[^\]\\]|\\.)*\]", re.DOTALL)


def _is_single(text: str) -> bool:
    if _SINGLE.fullmatch(text):
        return True
    return text.startswith("(") and _closes_at_end(text)


def _closes_at_end(text: str) -> bool:
    depth, at, in_class = 0, 0, False
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return at == len(text) - 1
        at += 1
    return False
