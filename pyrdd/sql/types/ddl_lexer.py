"""The tokens of type text, and the values of SQL's string literals."""

from __future__ import annotations

import re

from pyrdd.util.frozen import frozen

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<string>[rR]?(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"))
  | (?P<quoted>`(?:[^`]|``)*`)
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?!\w))
  | (?P<word>\w+)
  | (?P<sign><>|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|(.))", re.DOTALL)
_CHARACTERS = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


@frozen
class Token:
    """A piece of the text, by ``kind``: word, quoted (in backticks), number, string, sign or end."""

    kind: str
    text: str

    @property
    def name(self) -> str:
        """The identifier that a word or a quoted name stands for."""
        return self.text[1:-1].replace("``", "`") if self.kind == "quoted" else self.text

    @property
    def upper(self) -> str:
        """The text in capitals, by which keywords and type names are known."""
        return self.name.upper()

    @property
    def shown(self) -> str:
        """How an error names the token."""
        return "end of input" if self.kind == "end" else f"'{self.text}'"


def tokens(text: str) -> list[Token]:
    """The tokens of the text, with an end token behind."""
    found = (Token(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(text))
    return [*(token for token in found if token.kind != "skip"), Token("end", "")]


def string_value(literal: str) -> str:
    r"""The value of a string literal, with its quotes around: escapes and doubled quotes resolved, unless raw.

    >>> string_value(r"'it\'s'"), string_value("'it''s'"), string_value(r"r'\n'")
    ("it's", "it's", '\\n')
    """
    if literal[0] in "rR":
        return literal[2:-1]
    quote, inside = literal[0], literal[1:-1]
    return _ESCAPE.sub(_character, inside.replace(quote * 2, "\\" + quote))


def _character(escape: re.Match[str]) -> str:
    short, long, octal, single = escape.groups()
    if short or long:
        return chr(int(short or long, 16))
    if octal:
        return chr(int(octal, 8))
    return _CHARACTERS.get(single, single)
