"""Setting: one declared setting, and the parsers that turn its text into a value.

A setting's text comes from a `SparkConf` (or any mapping of strings); the value is read where it is used::

    TASK_MAX_FAILURES = declare("spark.task.maxFailures", integer(1), "4", "...")     # pyrdd/settings.py
    failures = settings.TASK_MAX_FAILURES.read(conf)                                  # an int

A text that cannot be read raises `IllegalArgumentException` with the key, the text and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from pyrdd.errors.exceptions.base import IllegalArgumentException
from pyrdd.util.frozen import frozen

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Texts(Protocol):
    """What settings are read from: a `SparkConf`, or a mapping of strings."""

    def get(self, key: str, /) -> str | None: ...


@frozen
class Parser(Generic[T_co]):
    """How a text becomes a value; ``kind`` names the values in the reference page."""

    kind: str
    parse: Callable[[str], T_co]


@frozen
class Setting(Generic[T]):
    """A setting: its key, how its text is read, the text it has when it is not set, and what it does.

    ``default`` is ``None`` when the setting may be absent; `read` then gives ``None``.
    """

    key: str
    parser: Parser[T]
    default: str | None
    doc: str

    def read(self, texts: Texts) -> T:
        """The value in ``texts``, or the default's."""
        text = texts.get(self.key)
        return self.parse(self.default if text is None else text)

    def parse(self, text: str | None) -> T:
        """The value of ``text``."""
        if text is None:
            return None  # type: ignore[return-value]  # `optional` declares T to include None
        try:
            return self.parser.parse(text.strip())
        except ValueError as error:
            raise IllegalArgumentException(
                errorClass="INVALID_SETTING",
                messageParameters={"key": self.key, "value": text, "problem": error},
            ) from None


# --- parsers ----------------------------------------------------------------------------------------------


def _number(text: str, kind: type[T], name: str, least: float | None) -> T:
    try:
        value = kind(text)  # type: ignore[call-arg]  # int or float
    except ValueError:
        raise ValueError(f"it must be {name}") from None
    if least is not None and not value >= least:  # type: ignore[operator]
        raise ValueError(f"it must be {least:g} or more")
    return value


def integer(least: int | None = None) -> Parser[int]:
    """Whole numbers, not below ``least``."""
    return Parser("whole number", lambda text: _number(text, int, "a whole number", least))


def real(least: float | None = None) -> Parser[float]:
    """Numbers, not below ``least``."""
    return Parser("number", lambda text: _number(text, float, "a number", least))


def _one_of(values: tuple[str, ...], text: str, fold: Callable[[str], str]) -> str:
    if fold(text) in values:
        return fold(text)
    raise ValueError(f"it must be one of {', '.join(values)}")


def one_of(*values: str, fold: Callable[[str], str] = str) -> Parser[str]:
    """One of ``values``, after ``fold`` (``str.upper`` to ignore case)."""
    return Parser(" \\| ".join(values), lambda text: _one_of(values, text, fold))


def text() -> Parser[str]:
    """Any text."""
    return Parser("text", str)


def texts() -> Parser[list[str]]:
    """Texts separated by commas; empty ones are dropped.

    >>> texts().parse("a.py, b.py,")
    ['a.py', 'b.py']
    """
    return Parser("comma-separated list", lambda given: [part.strip() for part in given.split(",") if
    part.strip()])


def boolean() -> Parser[bool]:
    """``true`` or ``false``, in any case."""
    return Parser("true \\| false", lambda given: _one_of(("true", "false"), given, str.lower) == "true")


_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_POWERS = {"b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_QUANTITY = re.compile(r"(-?\d+(?:\.\d+)?)\s*([a-zA-Z]*)")


def _quantity(text: str, unit: str, example: str) -> tuple[float, str]:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f"it must be a number with a unit, as in {example}")
    return float(match[1]), match[2].lower() or unit


def seconds(unit: str = "s") -> Parser[float]:
    """A time, given in seconds: ``100ms``, ``3s``, ``5min``; a bare number is in ``unit``.

    >>> seconds().parse("100ms")
    0.1
    """
    return Parser("time", lambda text: parse_seconds(text, unit))


def parse_seconds(text: str, unit: str = "s") -> float:
    """The seconds of a time text; `ValueError` says what is wrong with it."""
    number, given = _quantity(text, unit, "100ms or 3s")
    if given not in _SECONDS:
        raise ValueError(f"'{given}' is not a unit of time ({', '.join(_SECONDS)})")
    return number * _SECONDS[given]


def size(unit: str = "b") -> Parser[int]:
    """A size, given in bytes: ``64k``, ``1g``, ``512m``; a bare number is in ``unit``.

    >>> size("m").parse("1g"), size("m").parse("512")
    (1073741824, 536870912)
    """
    return Parser("size", lambda text: parse_size(text, unit))


def parse_size(text: str, unit: str = "b") -> int:
    """The bytes of a size text (``k``, ``kb`` and ``kib`` are 1024 bytes); `ValueError` says what is
    wrong."""
    number, given = _quantity(text, unit, "64k or 1g")
    letter = re.fullmatch(r"([bkmgtp])(?:(?<!b)i?b)?", given)
    if letter is None:
        raise ValueError(f"'{given}' is not a unit of size ({', '.join(_POWERS)})")
    return int(number * 1024 ** _POWERS[letter[1]])
