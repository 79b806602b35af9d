"""Which operator of a query failed, when DuckDB itself says that one did.

    Overflow in addition of INT32 (2147483647 + 1)!  and  ("a#1" +/*0,32*/ 1), ("b#2" +/*1,32*/ "c#3")   ->   0 or 1

One operator of that kind is the culprit. Among several the query is run once more, with checks of its own around each: they
would slow every query, and are needed for one that has failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from pyrdd.util.interrupts import ended_by

_FAILED = "pyrdd place "
_OPERATIONS = {"addition": "+", "subtraction": "-", "multiplication": "*"}
_OVERFLOW = re.compile(r"Overflow in (\w+) of INT(\d+)")
_DIVISION = re.compile(r"Division by zero in expression \(.* (%|//) ", re.DOTALL)
_MARKED = re.compile(r"([-+*%]|//)/\*(\d+),(\d+)\*/")
_PIECES = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|(?:[-+*%]|//)/\*\d+,\d+\*/""")


def culprit(cursor: duckdb.DuckDBPyConnection, text: str, message: str) -> int | None:
    """The number of the place that a message of DuckDB is about; None if that cannot be said."""
    wanted = _operation(message)
    if wanted is None:
        return None
    marks = [m for m in _PIECES.finditer(text) if _matches(m.group(), *wanted)]
    numbers = {int(_parts(mark.group())[1]) for mark in marks}
    if len(numbers) <= 1:
        return next(iter(numbers), None)
    return _by_trial(cursor, text, wanted)


def _operation(message: str) -> tuple[str, str | None] | None:
    """The operator that failed, and the size of its numbers where the message has it."""
    overflow = _OVERFLOW.search(message)
    if overflow is not None and overflow.group(1) in _OPERATIONS:
        return _OPERATIONS[overflow.group(1)], overflow.group(2)
    division = _DIVISION.search(message)
    return None if division is None else (division.group(1), None)


def _parts(mark: str) -> tuple[str, str, str]:
    found = _MARKED.fullmatch(mark)
    assert found is not None, mark
    operator, number, bits = found.groups()
    return operator, number, bits


def _matches(piece: str, operator: str, bits: str | None) -> bool:
    if not piece.endswith("*/"):
        return False
    found = _parts(piece)
    return found[0] == operator and bits in (None, found[2])


def _by_trial(cursor: duckdb.DuckDBPyConnection, text: str, wanted: tuple[str, str | None]) -> int | None:
    try:
        with ended_by(cursor.interrupt):
            cursor.execute("".join(_Checks(text, wanted).upto_close())).fetchall()
    except duckdb.Error as error:
        found = re.search(_FAILED + r"(\d+)", str(error))
        return None if found is None else int(found.group(1))
    return None


class _Checks:
    """Rewrites a text so that the operators of one kind raise the number of their place: ``(a +/*3,32*/ b)`` becomes a
    lambda of both operands, for which a name means that each is computed once."""

    def __init__(self, text: str, wanted: tuple[str, str | None]) -> None:
        self._text, self._wanted = text, wanted
        self._pieces = _PIECES.finditer(text)
        self._at = 0

    def upto_close(self) -> Iterator[str]:
        """The text up to the parenthesis that closes what stands here, or to the end."""
        left: list[str] | None = None
        mark = ""
        found: list[str] = []
        for piece in self._pieces:
            found.append(self._text[self._at : piece.start()])
            self._at = piece.end()
            match piece.group():
                case ")":
                    break
                case "(":
                    found += ["(", *self.upto_close(), ")"]
                case text if _matches(text, *self._wanted):
                    left, mark, found = found, text, []
                case text:
                    found.append(text)
        else:
            found.append(self._text[self._at :])
            self._at = len(self._text)
        return iter(found if left is None else [_checked("".join(left), mark, "".join(found))])


def _checked(left: str, mark: str, right: str) -> str:
    operator, number, bits = _parts(mark)
    x, y = f"c{number}.x", f"c{number}.y"
    duck = {"8": "TINYINT", "16": "SMALLINT", "32": "INTEGER", "64": "BIGINT"}[bits]
    both = f"{x} IS NOT NULL AND {y} IS NOT NULL"
    if operator in ("%", "//"):
        fails = f"{both} AND {y} = 0"
    else:
        fails = f"{both} AND TRY_CAST((CAST({x} AS HUGEINT) {operator} {y}) AS {duck}) IS NULL"
    failure = f"CAST(error('{_FAILED}{number}') AS {duck})"
    body = f"CASE WHEN {fails} THEN {failure} ELSE ({x} {operator} {y}) END"
    return f"list_transform([{{'x': {left}, 'y': {right}}}], lambda c{number}: {body})[1]"
