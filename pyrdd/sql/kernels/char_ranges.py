"""Sets of characters as sorted ranges of code points, and the sets that Java's regular expressions name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

Ranges = tuple[tuple[int, int], ...]
LAST = 0x10FFFF
EVERYTHING: Ranges = ((0, LAST),)


def union(*sets: Ranges) -> Ranges:
    """All characters of the sets.

    >>> union(((97, 99),), ((100, 100),))
    ((97, 100),)
    """
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pair for ranges in sets for pair in ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """All other characters."""
    result, start = [], 0
    for low, high in union(ranges):
        if start < low:
            result.append((start, low - 1))
        start = high + 1
    return (*result, (start, LAST)) if start <= LAST else tuple(result)


def intersection(first: Ranges, second: Ranges) -> Ranges:
    """The characters of both."""
    return complement(union(complement(first), complement(second)))


def of(characters: Iterable[str]) -> Ranges:
    """The set of these characters."""
    return union(tuple((ord(c), ord(c)) for c in characters))


def either_case(ranges: Ranges, unicode_case: bool) -> Ranges:
    """The set with the other case of its letters: of the ASCII ones only, or of all."""
    limit = LAST if unicode_case else 0x7F
    small = [c for low, high in ranges if high - low < 5000 for c in range(low, min(high, limit) + 1)]
    extra = {other for c in small for other in (chr(c).lower(), chr(c).upper()) if len(other) == 1}
    return union(ranges, of(c for c in extra if ord(c) <= limit))


def to_class(ranges: Ranges) -> str:
    """The set as a bracket expression that both Python and RE2 read, in escapes of Python.

    >>> to_class(of("ab-"))
    '[\\\\-a-b]'
    """
    if not ranges:
        return "[^\\x00-\\U0010ffff]"
    return "[" + "".join(_item(low, high) for low, high in ranges) + "]"


def _item(low: int, high: int) -> str:
    return escape(low) if low == high else f"{escape(low)}-{escape(high)}"


def escape(code: int) -> str:
    """One character, escaped so that it stands for itself."""
    char = chr(code)
    if char.isascii() and char.isprintable():
        return char if char.isalnum() or char in " _" else "\\" + char
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


LINE_ENDS = of("\n\r\x85\u2028\u2029")
DIGIT: Ranges = ((48, 57),)
LOWER: Ranges = ((97, 122),)
UPPER: Ranges = ((65, 90),)
ALPHA = union(LOWER, UPPER)
WORD = union(ALPHA, DIGIT, of("_"))
SPACE = of(" \t\n\x0b\f\r")
HORIZONTAL = union(of(" \t\xa0\u1680\u180e\u202f\u205f\u3000"), ((0x2000, 0x200A),))
VERTICAL = of("\n\x0b\f\r\x85\u2028\u2029")
PUNCTUATION = of(r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~""")

POSIX: dict[str, Ranges] = {
    "Lower": LOWER, "Upper": UPPER, "ASCII": ((0, 127),), "Alpha": ALPHA, "Digit": DIGIT,
    "Alnum": union(ALPHA, DIGIT), "Punct": PUNCTUATION, "Graph": ((33, 126),), "Print": ((32, 126),),
    "Blank": of(" \t"), "Cntrl": union(((0, 31),), of("\x7f")), "XDigit": union(DIGIT, ((65, 70), (97, 102))),
    "Space": SPACE, "L1": ((0, 255),), "all": EVERYTHING,
}  # fmt: skip
_BINARY: dict[str, Callable[[str], bool]] = {
    "alphabetic": str.isalpha, "uppercase": str.isupper, "lowercase": str.islower,
    "javauppercase": str.isupper, "javalowercase": str.islower,
}  # fmt: skip
_CATEGORIES = {
    "letter": "L", "digit": "Nd", "punctuation": "P", "control": "Cc", "titlecase": "Lt",
    "javaletter": "L", "javadigit": "Nd",
}  # fmt: skip
_CATEGORY_LETTERS = "LMNPSZC"


@lru_cache(256)
def named_set(name: str) -> Ranges | None:
    """The set that ``\\p{name}`` means, or ``None`` when it is not known here."""
    if name in POSIX:
        return POSIX[name]
    for prefix in ("Is", "gc=", "general_category="):
        if name.startswith(prefix):
            return _unicode_set(name.removeprefix(prefix))
    return _unicode_set(name) if len(name) <= 2 or name.startswith("java") else None


def _unicode_set(name: str) -> Ranges | None:
    test = _BINARY.get(name.lower())
    if test is not None:
        return _where(test)
    category = _CATEGORIES.get(name.lower(), name)
    if category == "LC":
        return _where(lambda c: unicodedata.category(c) in ("Lu", "Ll", "Lt"))
    if len(category) <= 2 and category[:1] in _CATEGORY_LETTERS:
        return _where(lambda c: unicodedata.category(c).startswith(category)) or None
    if name.lower() in ("white_space", "whitespace"):
        return union(SPACE, HORIZONTAL, VERTICAL)
    return None


def _where(test: Callable[[str], bool]) -> Ranges:
    found: list[tuple[int, int]] = []
    start = -1
    for code in range(LAST + 2):
        holds = code <= LAST and test(chr(code))
        if holds and start < 0:
            start = code
        elif not holds and start >= 0:
            found.append((start, code - 1))
            start = -1
    return tuple(found)
