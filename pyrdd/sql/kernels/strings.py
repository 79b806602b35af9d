"""String functions that DuckDB has not, or has with other edges."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyrdd.errors import ArrayIndexOutOfBoundsException, PySparkNotImplementedError

_SOUNDEX = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "01230127022455012623017202", strict=True))


def mask(
    text: str, upper: str | None = "X", lower: str | None = "x", digit: str | None = "n", other: str | None = None
) -> str:
    """Every letter and digit replaced; ``None`` keeps that kind of character.

    >>> mask("AbCD123-@$#", "Q", "q")
    'QqQQnnn-@$#'
    """

    def masked(char: str) -> str:
        if char.isupper():
            return char if upper is None else upper
        if char.islower():
            return char if lower is None else lower
        if char.isdecimal():
            return char if digit is None else digit
        return char if other is None else other

    return "".join(map(masked, text))


def soundex(text: str) -> str:
    """The Soundex code; text that does not begin with a letter of ASCII is given back.

    >>> soundex("Miller")
    'M460'
    """
    first = text[:1].upper()
    if not first.isascii() or first not in _SOUNDEX:
        return text
    code, last = first, _SOUNDEX[first]
    for char in text[1:]:
        digit = _SOUNDEX.get(char.upper()) if char.isascii() else None
        if digit is None:
            last = "0"
        elif digit != "7":  # h and w do not part equal codes
            if digit not in ("0", last):
                code += digit
                if len(code) == 4:
                    return code
            last = digit
    return code.ljust(4, "0")


def levenshtein(first: str, second: str, threshold: int | None = None) -> int:
    """The edit distance; -1 when it exceeds the threshold.

    >>> levenshtein("kitten", "sitting"), levenshtein("kitten", "sitting", 2)
    (3, -1)
    """
    if threshold is not None and (threshold < 0 or abs(len(first) - len(second)) > threshold):
        return -1
    row = list(range(len(second) + 1))
    for i, char in enumerate(first, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(second, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (char != other))
    return -1 if threshold is not None and row[-1] > threshold else row[-1]


def initcap(text: str) -> str:
    """The first letter after each space in title case, the others in lower case.

    >>> initcap("hello-wORLD foo")
    'Hello-world Foo'
    """
    return " ".join(word[:1].title() + word[1:] for word in text.lower().split(" "))


def translate(text: str, matching: str, replacement: str) -> str:
    """Each character of ``matching`` replaced by the one at the same place, or removed when there is none."""
    table: dict[int, str | None] = {}
    for at, char in enumerate(matching):
        table.setdefault(ord(char), replacement[at] if at < len(replacement) else None)
    return text.translate(table)


def substring_index(text: str, delimiter: str, count: int) -> str:
    """What is before the ``count``-th delimiter, counted from the end when negative; delimiters may overlap.

    >>> substring_index("www.apache.org", ".", -2)
    'apache.org'
    """
    if not delimiter or not count:
        return ""
    at = -1 if count > 0 else len(text) - len(delimiter) + 1
    for _ in range(abs(count)):
        at = text.find(delimiter, at + 1) if count > 0 else _rfind(text, delimiter, at - 1)
        if at < 0:
            return text
    return text[:at] if count > 0 else text[at + len(delimiter) :]


def _rfind(text: str, delimiter: str, at: int) -> int:
    return -1 if at < 0 else text.rfind(delimiter, 0, at + len(delimiter))


def overlay(text: str, replacement: str, position: int, length: int = -1) -> str:
    """The replacement written over the text from a position (counted from 1); a negative length is the replacement's.

    >>> overlay("Spark SQL", "CORE", 7), overlay("Spark SQL", "ANSI ", 7, 0)
    ('Spark CORE', 'Spark ANSI SQL')
    """
    rest = position + (len(replacement) if length < 0 else length)
    # as SUBSTRING counts: from the end if negative
    tail = text[rest - 1 :] if rest > 0 else text[max(len(text) + rest, 0) :] if rest else text
    return text[: max(position - 1, 0)] + replacement + tail


def luhn_check(text: str) -> bool:
    """Whether the digits pass Luhn's check; anything but digits does not.

    >>> luhn_check("79927398713")
    True
    """
    if not re.fullmatch("[0-9]+", text):
        return False
    digits = [int(char) for char in reversed(text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def elt(index: int, values: Sequence[str]) -> str:
    """The value at the index, counted from 1. ``ArrayIndexOutOfBoundsException`` (INVALID_ARRAY_INDEX) outside."""
    if not 1 <= index <= len(values):
        raise ArrayIndexOutOfBoundsException(
            errorClass="INVALID_ARRAY_INDEX", messageParameters={"indexValue": index, "arraySize": len(values)}
        )
    return values[index - 1]


def find_in_set(text: str, items: str) -> int:
    """The place of the text in a list with commas, counted from 1; 0 when it is not there or has a comma itself.

    >>> find_in_set("ab", "abc,b,ab")
    3
    """
    parts = items.split(",")
    return 0 if "," in text or text not in parts else parts.index(text) + 1


def space(count: int) -> str:
    """So many blanks; none for a negative number."""
    return " " * max(count, 0)


def quote(text: str) -> str:
    """The text as a SQL literal: only single quotes are escaped."""
    escaped = text.replace("'", "\\'")
    return f"'{escaped}'"


def char(code: int) -> str:
    """The Latin-1 character of the lowest byte; the empty string for a negative number."""
    return "" if code < 0 else chr(code & 0xFF)


def ascii(text: str) -> int:
    """The code point of the first character, or 0."""
    return ord(text[0]) if text else 0


_WORD = re.compile(r"[A-Za-z0-9_]+(?:['.][A-Za-z0-9_]+|(?<=[0-9]),(?=[0-9])[A-Za-z0-9_]+)*")
_SENTENCE_END = re.compile(r"[!?]+[\"')\]]*\s+|\.+[\"')\]]*\s+(?![\sa-z.!?])")


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence of an English text in ASCII; other text is refused, because the rules of Unicode for
    its words are not here.

    >>> sentences("Hi there! Good morning.")
    [['Hi', 'there'], ['Good', 'morning']]
    """
    if not text.isascii():
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": "sentences() of text that is not ASCII", "alternative": "Use a Python UDF."},
        )
    if not text:
        return []
    found = [_WORD.findall(part) for part in _SENTENCE_END.split(text)]
    # nothing stands behind a last end
    return found[:-1] if len(found) > 1 and not found[-1] else found
