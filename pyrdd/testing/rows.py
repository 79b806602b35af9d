"""When two lists of rows are equal, and how their difference is told."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from pyrdd.errors import PySparkAssertionError
from pyrdd.sql.types import Row, VariantVal
from pyrdd.util.frozen import frozen

_MARKS = {"insert": "+ ", "delete": "- ", "replace": "! ", "equal": "  "}
_RED, _PLAIN = "\033[31m", "\033[0m"

Pair = tuple[Any, Any]


def wrong_argument(expected: str, name: str, actual: object) -> PySparkAssertionError:
    """INVALID_TYPE_DF_EQUALITY_ARG."""
    return PySparkAssertionError(
        errorClass="INVALID_TYPE_DF_EQUALITY_ARG",
        messageParameters={"expected_type": expected, "arg_name": name, "actual_type": actual},
    )


@frozen
class Tolerance:
    """How far numbers may be apart: ``|a - b| <= absolute + relative * |b|``."""

    relative: float = 1e-5
    absolute: float = 1e-8

    def equal(self, first: Any, second: Any) -> bool:
        """Whether two values are equal, numbers inside of arrays, maps and structs being near."""
        if isinstance(first, Row) and isinstance(second, Row):
            return all(map(self.equal, first, second))
        if isinstance(first, list) and isinstance(second, list):
            return len(first) == len(second) and all(map(self.equal, first, second))
        if isinstance(first, dict) and isinstance(second, dict):
            return first.keys() == second.keys() and all(self.equal(first[key], second[key]) for key in first)
        if isinstance(first, float) and isinstance(second, float):
            return not abs(first - second) > self.absolute + self.relative * abs(second)
        if isinstance(first, Decimal) and isinstance(second, Decimal):
            return not abs(first - second) > Decimal(self.absolute) + Decimal(self.relative) * abs(second)
        if isinstance(first, VariantVal) and isinstance(second, VariantVal):
            return self.equal(first.toPython(), second.toPython())
        return bool(first == second)


def compare(
    actual: Sequence[Any],
    expected: Sequence[Any],
    tolerance: Tolerance,
    *,
    in_order: bool,
    max_errors: int | None,
    only_different: bool,
    keep: bool,
) -> None:
    """Raises PySparkAssertionError (DIFFERENT_ROWS) unless the rows are equal. The text stops after ``max_errors``
    differences and leaves equal rows out on demand; with ``keep`` the error's ``data`` has the pairs that differ."""
    if not in_order:
        actual, expected = sorted(actual, key=str), sorted(expected, key=str)
    merging = not in_order and len(actual) != len(expected)
    pairs = _merged(actual, expected, tolerance) if merging else zip_longest(actual, expected)
    shown: tuple[list[str], list[str]] = [], []
    wrong: list[Pair] = []
    for pair in pairs:
        equal = None not in pair and tolerance.equal(*pair)
        if not equal:
            wrong.append(pair)
        if not equal or not only_different:
            _note(shown, pair, merging)
        if not equal and max_errors is not None and len(wrong) >= max_errors:
            break
    if wrong:
        share = 100 * len(wrong) / max(len(actual), len(expected))
        raise _different(share, shown, max(len(actual), len(expected)), wrong if keep else None)


def _merged(actual: Sequence[Any], expected: Sequence[Any], tolerance: Tolerance) -> Iterator[Pair]:
    """Pairs of two sorted lists of different lengths; a row that only one has is beside None, so that one missing row is
    one difference."""
    i = j = 0
    while i < len(actual) or j < len(expected):
        one = actual[i] if i < len(actual) else None
        other = expected[j] if j < len(expected) else None
        if one is not None and other is not None and not tolerance.equal(one, other):
            if str(one) < str(other):
                other = None
            elif str(one) > str(other):
                one = None
        i, j = i + (one is not None), j + (other is not None)
        yield one, other


def _note(shown: tuple[list[str], list[str]], pair: Pair, merging: bool) -> None:
    for lines, row in zip(shown, pair, strict=True):
        if row is not None or not merging:
            lines += str(row).splitlines()


def _different(
    share: float, shown: tuple[list[str], list[str]], context: int, data: list[Pair] | None
) -> PySparkAssertionError:
    text = "\n".join([f"Results do not match: ( {share:.5f} % )", *_side_by_side(*shown, context)])
    return PySparkAssertionError(errorClass="DIFFERENT_ROWS", messageParameters={"error_msg": text}, data=data)


def _side_by_side(actual: list[str], expected: list[str], context: int) -> Iterator[str]:
    """The lines of both sides, one side below the other, those that differ marked."""
    for group in difflib.SequenceMatcher(None, actual, expected).get_grouped_opcodes(context):
        kinds = {tag for tag, *_ in group}
        yield "*** actual ***"
        if kinds & {"replace", "delete"}:
            yield from (_marked(tag, line) for tag, i, j, _, _ in group for line in actual[i:j])
        yield "\n"
        yield "*** expected ***"
        if kinds & {"replace", "insert"}:
            yield from (_marked(tag, line) for tag, _, _, i, j in group for line in expected[i:j])


def _marked(tag: str, line: str) -> str:
    text = _MARKS[tag] + line
    return f"{_RED}{text}{_PLAIN}" if tag != "equal" and _in_colour() else text


def _in_colour() -> bool:
    """Whether a terminal shows the text."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb" and "NO_COLOR" not in os.environ
