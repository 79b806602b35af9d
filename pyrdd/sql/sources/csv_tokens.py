"""CSV text cut into values, in all of the ways that Spark's parser has, one character at a time where it must.

Most lines never come here (see `csv_fast`), and a line without a quote is one ``str.split``. The rest follows the rules
by which quotes that nobody escaped, blanks around quotes and escapes of escapes are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyrdd.sql.sources.csv_dialect import Dialect, bad_record
from pyrdd.sql.sources.errors import not_implemented

_BLANKS = "".join(map(chr, range(33)))
_END = "\n"

Tokens = list[str | None]


class Tokenizer:
    """Cuts records. Values that are null by the dialect come out as ``None``."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._sep, self._quote, self._escape = dialect.sep, dialect.quote, dialect.escape
        self._plain_split = not (dialect.trim_left or dialect.trim_right)
        self._empty = None if dialect.empty_value == dialect.null_value else dialect.empty_value
        self._text = ""
        self._at = 0
        special = re.escape(dialect.quote + dialect.escape + dialect.escape_escape)
        self._run = re.compile(f"[^{special}]+" if special else ".+", re.DOTALL)

    def line(self, line: str) -> Tokens:
        """The values of one line (without its end)."""
        if self._quote and self._quote in line:
            self._text, self._at = line, 0
            return self._checked(self._record(), line)
        values = line.split(self._sep)
        return self._checked([self._unquoted(value) for value in values], line)

    def records(self, text: str) -> Iterator[tuple[Tokens, str]]:
        """The records of a text whose values may contain line ends (written ``\\n``), with their source text."""
        self._text, self._at = text, 0
        while self._at < len(text):
            if self._skipped():
                continue
            start = self._at
            tokens = self._record()
            yield self._checked(tokens, text[start : self._at]), text[start : self._at].rstrip("\n")
            self._at += 1

    def _skipped(self) -> bool:
        """Passes over an empty line or a comment."""
        at, text = self._at, self._text
        if self._dialect.trim_left:
            while at < len(text) and text[at] in _BLANKS and text[at] != _END and not text.startswith(self._sep, at):
                at += 1
        if at < len(text) and text[at] == _END:
            self._at = at + 1
            return True
        if self._dialect.comment and at < len(text) and text[at] == self._dialect.comment:
            end = text.find(_END, at)
            self._at = len(text) if end < 0 else end + 1
            return True
        if at >= len(text):
            self._at = at
            return True
        return False

    def _checked(self, tokens: Tokens, source: str) -> Tokens:
        dialect = self._dialect
        if len(tokens) > dialect.max_columns:
            raise bad_record(source)()
        if 0 <= dialect.max_chars < max((len(token) for token in tokens if token), default=0):
            raise bad_record(source)()
        return tokens

    def _unquoted(self, value: str) -> str | None:
        if not self._plain_split:
            if self._dialect.trim_left:
                value = value.lstrip(_BLANKS)
            if self._dialect.trim_right:
                value = value.rstrip(_BLANKS)
        return None if not value or value == self._dialect.null_value else value

    def _record(self) -> Tokens:
        """The record at the current position; ends at a line end or the text's."""
        tokens: Tokens = []
        text = self._text
        while True:
            start = self._at
            if self._dialect.trim_left:
                self._skip_blanks()
            if self._quote and text.startswith(self._quote, self._at):
                tokens.append(self._quoted())
            else:
                self._at = start
                value = text[start : self._until_delimiter()]
                if len(self._sep) > 1 and self._quote and value.endswith(self._quote) and self._at >= len(text):
                    value += self._quote  # as Spark has it with separators of several characters
                tokens.append(self._unquoted(value))
            if not text.startswith(self._sep, self._at) or self._at >= len(text):
                return tokens
            self._at += len(self._sep)

    def _skip_blanks(self) -> None:
        text = self._text
        while self._at < len(text) and text[self._at] in _BLANKS and not self._ends_value(self._at):
            self._at += 1

    def _ends_value(self, at: int) -> bool:
        return self._text[at] == _END or self._text.startswith(self._sep, at)

    def _until_delimiter(self) -> int:
        """Moves to the next separator or line end, and says where that is."""
        ends = [at for at in (self._text.find(self._sep, self._at), self._text.find(_END, self._at)) if at >= 0]
        self._at = min(ends, default=len(self._text))
        return self._at

    def _quoted(self) -> str | None:
        """The value that begins with a quote here."""
        self._at += 1
        if self._at >= len(self._text):
            return self._value(self._quote)
        if not self._escape and self._text.startswith(self._quote, self._at) and self._behind_is_blank():
            raise self._refused("an empty value in quotes at its end, and no escape")
        return self._inside([], "")

    def _behind_is_blank(self) -> bool:
        return self._text[self._at + 1 : self._at + 2] in _BLANKS

    def _inside(self, out: list[str], previous: str) -> str | None:
        """The rest of a quoted value; ``previous`` is the character before, if it may still mean something."""
        text, quote, escape = self._text, self._quote, self._escape
        while self._at < len(text):
            char = text[self._at]
            if previous == quote and (char in _BLANKS or self._ends_value(self._at)):
                return self._closed(out)
            if char == quote or (escape and char == escape):
                if previous == quote and char != quote and previous != escape:
                    raise self._refused("an escape behind a quote")
                previous = self._special(out, char, previous)
            elif previous == quote:
                return self._unescaped(out, quote)
            else:
                if previous and previous == escape:
                    out.append(escape)
                if char == self._dialect.escape_escape:
                    raise self._refused("a charToEscapeQuoteEscaping inside of quotes")
                end = self._ordinary(text, self._at)
                out.append(text[self._at : end])
                self._at, previous = end - 1, text[end - 1]
            self._at += 1
        return self._value("".join(out))

    def _ordinary(self, text: str, at: int) -> int:
        """Where the run of characters without a meaning ends that begins here."""
        found = self._run.match(text, at)
        return found.end() if found else at + 1

    def _special(self, out: list[str], char: str, previous: str) -> str:
        """A quote or escape inside quotes; returns what it leaves behind for the next character."""
        quote, escape, escape_escape = self._quote, self._escape, self._dialect.escape_escape
        if char == escape and escape_escape and previous == escape_escape:
            out.append(escape)
            return ""
        if previous and previous == escape:
            if char == quote:
                out.append(quote)
                return ""
            out.append(previous)
        elif previous == quote:
            if not escape:
                raise self._refused("a quote inside of quotes and no escape")
            out.append(quote)
        return char

    def _refused(self, what: str) -> Exception:
        """What Spark makes of some records depends on its parser's inner workings: these are named, not guessed."""
        return not_implemented(
            f"Reading the CSV record {self._text[:200]!r}, which has {what}",
            "Quote and escape values in one of the usual ways, or read the file as text.",
        )

    def _value(self, value: str) -> str | None:
        if not value:
            return self._empty
        return None if value == self._dialect.null_value else value

    def _closed(self, out: list[str]) -> str | None:
        """After a closing quote: blanks are passed over; other text makes the quote an ordinary character."""
        start = self._at
        self._skip_blanks()
        if self._at >= len(self._text) or self._ends_value(self._at):
            return self._value("".join(out))
        return self._unescaped(out, self._quote + self._text[start : self._at])

    def _unescaped(self, out: list[str], seen: str) -> str | None:
        """A quote inside of a quoted value that nobody escaped; ``seen`` is it and the blanks behind it."""
        handling = self._dialect.unescaped
        if not self._escape or len(self._sep) > 1:
            raise self._refused("a quote inside of quotes, where there is no escape or a long separator")
        if handling == "RAISE_ERROR":
            raise bad_record(self._text)()
        start = self._at
        if handling == "SKIP_VALUE":
            self._until_delimiter()
            return None
        if handling == "STOP_AT_DELIMITER":
            rest = self._text[start : self._until_delimiter()]
            if len(seen) > 1 and self._quote in rest:
                raise self._refused("quotes, blanks and more quotes")
            value = self._quote + "".join(out) + seen + rest
            return self._value(value.rstrip(_BLANKS) if self._dialect.trim_right else value)
        if self._escape != self._quote and self._escape in self._text[start:]:
            raise self._refused("an escape behind a quote")
        out.append(seen)
        char = self._text[start : start + 1]
        if char not in (self._quote, self._escape):
            out.append(char)
        self._at += 1
        return self._inside(out, char)
