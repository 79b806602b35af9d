"""A datetime pattern (``yyyy-MM-dd HH:mm:ss``) compiled to items, and what is wrong with one that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NoReturn

from pyrdd.errors import IllegalArgumentException, SparkRuntimeException, SparkUpgradeException
from pyrdd.sql.kernels.datetime_items import (
    LETTER_FIELDS,
    Fraction,
    Item,
    Literal,
    LocalizedOffset,
    Number,
    Offset,
    Optional,
    Text,
    TwoDigitYear,
    ZoneId,
    ZoneName,
)

_DOCROOT = "https://spark.apache.org/docs/latest"
_WEEK_LETTERS = frozenset("YWwuec")
_REFUSED_LETTERS = frozenset("ABnNp")
_REFUSED_IN_PARSING = frozenset("EFqQ")
_REFUSED_RUNS = ("GGGGG", "MMMMM", "LLLLL", "EEEEE", "QQQQQ", "qqqqq", "yyyyyyy")
_OLD_LETTERS = frozenset("GyMwWDdFEuahHkKmsSzZXYL")
_ZERO_X = {1: "+00", 2: "+0000", 3: "+00:00", 4: "+0000", 5: "+00:00"}
_X_SHAPES = {1: "+HHmm", 2: "+HHMM", 3: "+HH:MM", 4: "+HHMMss", 5: "+HH:MM:ss"}


class _BadPattern(ValueError):
    """The pattern is not one of Java's."""


@lru_cache(512)
def compile_pattern(pattern: str, parsing: bool) -> tuple[Item, ...]:
    """The pattern's items.

    A pattern that only Spark 2 knew raises SparkUpgradeException (DATETIME_PATTERN_RECOGNITION), any other wrong one
    IllegalArgumentException or SparkRuntimeException (INVALID_DATETIME_PATTERN).

    >>> [item.write(None) for item in compile_pattern("'at'", False)]
    ['at']
    """
    try:
        _check_letters(pattern, parsing)
        return tuple(_Compiler(pattern, parsing).items())
    except IllegalArgumentException:
        if _old_pattern_is_fine(pattern):
            _raise_upgrade(pattern)
        raise
    except _BadPattern:
        if _old_pattern_is_fine(pattern):
            _raise_upgrade(pattern)
        raise SparkRuntimeException(
            errorClass="INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
            messageParameters={"pattern": _quoted(pattern), "docroot": _DOCROOT},
        ) from None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _raise_upgrade(pattern: str) -> NoReturn:
    raise SparkUpgradeException(
        errorClass="INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
        messageParameters={
            "pattern": _quoted(pattern),
            "config": '"spark.sql.legacy.timeParserPolicy"',
            "docroot": _DOCROOT,
        },
    ) from None


def _check_letters(pattern: str, parsing: bool) -> None:
    """Refuses the letters that Spark does not take, outside quotes."""
    for part in pattern.split("'")[::2]:
        for letter in part:
            if letter in _WEEK_LETTERS:
                raise IllegalArgumentException(
                    errorClass="INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN",
                    messageParameters={"c": letter},
                )
            if letter in _REFUSED_LETTERS or (parsing and letter in _REFUSED_IN_PARSING):
                raise IllegalArgumentException(
                    errorClass="INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
                    messageParameters={"c": letter, "pattern": pattern},
                )
        for run in _REFUSED_RUNS:
            if run in part:
                raise IllegalArgumentException(
                    errorClass="INVALID_DATETIME_PATTERN.LENGTH", messageParameters={"pattern": run}
                )


def _old_pattern_is_fine(pattern: str) -> bool:
    """Whether ``java.text.SimpleDateFormat`` takes the pattern."""
    if pattern.count("'") % 2:
        return False
    unquoted = "'".join(pattern.split("'")[::2])
    return "XXXX" not in unquoted and all(c in _OLD_LETTERS for c in unquoted if c.isascii() and c.isalpha())


class _Compiler:
    """One pass over a pattern."""

    def __init__(self, pattern: str, parsing: bool) -> None:
        self._pattern, self._parsing = pattern, parsing
        self._stack: list[list[Item]] = [[]]
        # Where the number is to which directly following fixed numbers belong, in each open section.
        self._open_number: list[int] = [-1]
        self._has_era = any("G" in part for part in pattern.split("'")[::2])

    def items(self) -> Sequence[Item]:
        at = 0
        while at < len(self._pattern):
            at = self._step(at)
        while len(self._stack) > 1:
            self._close()
        return self._stack[0]

    def _step(self, at: int) -> int:
        char = self._pattern[at]
        if char.isascii() and char.isalpha():
            end = at
            while end < len(self._pattern) and self._pattern[end] == char:
                end += 1
            self._letters(char, end - at)
            return end
        if char == "'":
            return self._quoted_text(at)
        if char == "[":
            self._stack.append([])
            self._open_number[-1] = -1
            self._open_number.append(-1)
        elif char == "]":
            if len(self._stack) == 1:
                raise _BadPattern
            self._close()
        elif char in "{}#":
            raise _BadPattern
        else:
            self._add(Literal(char))
        return at + 1

    def _close(self) -> None:
        section = self._stack.pop()
        self._open_number.pop()
        if section:
            self._add(Optional(tuple(section)))

    def _quoted_text(self, at: int) -> int:
        end = at + 1
        while True:
            end = self._pattern.find("'", end)
            if end < 0:
                raise _BadPattern
            if self._pattern[end + 1 : end + 2] != "'":
                break
            end += 2
        self._add(Literal(self._pattern[at + 1 : end].replace("''", "'") or "'"))
        return end + 1

    def _add(self, item: Item) -> None:
        self._stack[-1].append(item)
        self._open_number[-1] = -1

    def _add_number(self, number: Number) -> None:
        section, opened = self._stack[-1], self._open_number[-1]
        if opened < 0:
            section.append(number)
            self._open_number[-1] = len(section) - 1
            return
        base = section[opened]
        assert isinstance(base, Number)
        if number.is_fixed_shape:
            section[opened] = base.following(number.high)
            section.append(number.fixed())
        else:
            section[opened] = base.fixed() if base.reserved == 0 else base
            section.append(number)
            self._open_number[-1] = len(section) - 1

    def _letters(self, letter: str, count: int) -> None:
        if letter in "yu":
            self._year(count)
        elif letter == "S":
            self._fraction(count)
        elif letter in "VzOXxZ":
            self._add(_zone_item(letter, count))
        elif letter in LETTER_FIELDS:
            self._field(letter, count)
        else:
            raise _BadPattern

    def _year(self, count: int) -> None:
        field = "YearOfEra" if self._has_era else "Year"
        if count == 2:
            self._add_number(TwoDigitYear(field, 2, 2, "never"))
        else:
            self._add_number(Number(field, count, 19, "negative" if count < 4 else "overflow"))

    def _fraction(self, count: int) -> None:
        if count > 9:
            raise _BadPattern
        self._add(Fraction(1 if self._parsing else count, count))

    def _field(self, letter: str, count: int) -> None:
        field = LETTER_FIELDS[letter]
        if letter in "MLQqEG" and (count > 2 or letter in "EG"):
            if count > 4:
                raise _BadPattern
            self._add(Text(field, "full" if count == 4 else "short"))
        elif letter == "a":
            if count > 1:
                raise _BadPattern
            self._add(Text(field, "short"))
        else:
            self._add_number(_number(letter, field, count))


def _number(letter: str, field: str, count: int) -> Number:
    if letter == "g":
        return Number(field, count, 19, "negative")
    if count == 1:
        return Number(field, 1, 19, "negative")
    if letter == "D" and count <= 3:
        return Number(field, count, 3, "never")
    if letter == "F" or count > 2:
        raise _BadPattern
    return Number(field, 2, 2, "never")


def _zone_item(letter: str, count: int) -> Item:
    if letter == "V" and count == 2:
        return ZoneId()
    if letter == "z" and count <= 4:
        return ZoneName(count == 4)
    if letter == "O" and count in (1, 4):
        return LocalizedOffset(count == 4)
    if letter == "X" and count <= 5:
        return Offset(_X_SHAPES[count], "Z")
    if letter == "x" and count <= 5:
        return Offset(_X_SHAPES[count], _ZERO_X[count])
    if letter == "Z" and count <= 5:
        if count == 4:
            return LocalizedOffset(True)
        return Offset("+HHMM", "+0000") if count < 4 else Offset("+HH:MM:ss", "Z")
    raise _BadPattern
