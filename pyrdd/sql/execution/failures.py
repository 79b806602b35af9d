"""What DuckDB raised, as what Spark raises.

Texts that our own generated SQL raises carry a condition and its parameters (`pyrdd.sql.codegen.raising`); those of DuckDB's
casts and arithmetic are recognised by their words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pyrdd.errors import (
    ArithmeticException,
    ArrayIndexOutOfBoundsException,
    DateTimeException,
    IllegalArgumentException,
    NumberFormatException,
    PySparkException,
    QueryContext,
    SparkRuntimeException,
)
from pyrdd.errors.utils import ErrorClassesReader
from pyrdd.sql.codegen.raising import parse_raised, place_in
from pyrdd.sql.execution.kernels import FAILURE, take_failure

_CLASSES: dict[str, type[PySparkException]] = {
    "ARITHMETIC_OVERFLOW": ArithmeticException,
    "BINARY_ARITHMETIC_OVERFLOW": ArithmeticException,
    "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION": IllegalArgumentException,
    "CAST_OVERFLOW": ArithmeticException,
    "CAST_OVERFLOW_IN_TABLE_INSERT": ArithmeticException,
    "DIVIDE_BY_ZERO": ArithmeticException,
    "INTERVAL_DIVIDED_BY_ZERO": ArithmeticException,
    "REMAINDER_BY_ZERO": ArithmeticException,
    "NUMERIC_VALUE_OUT_OF_RANGE": ArithmeticException,
    "INTERVAL_ARITHMETIC_OVERFLOW": ArithmeticException,
    "CAST_INVALID_INPUT": NumberFormatException,
    "INVALID_ARRAY_INDEX": ArrayIndexOutOfBoundsException,
    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT": ArrayIndexOutOfBoundsException,
    "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE": IllegalArgumentException,
    "DATETIME_OVERFLOW": ArithmeticException,
    "DATETIME_FIELD_OUT_OF_BOUNDS": DateTimeException,
    "CANNOT_PARSE_TIMESTAMP": DateTimeException,
}
_TOLERANT = {"+": "try_add", "-": "try_subtract", "*": "try_multiply"}
_WITH_CONTEXT = frozenset(
    (
        "ARITHMETIC_OVERFLOW",
        "CAST_INVALID_INPUT",
        "DIVIDE_BY_ZERO",
        "INTERVAL_ARITHMETIC_OVERFLOW",
        "INTERVAL_DIVIDED_BY_ZERO",
        "INVALID_ARRAY_INDEX",
        "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
        "INVALID_INDEX_OF_ZERO",
        "NUMERIC_VALUE_OUT_OF_RANGE",
        "REMAINDER_BY_ZERO",
        "SCALAR_SUBQUERY_TOO_MANY_ROWS",
    )
)
"""The conditions for which Spark says where in the query they arose."""

_NAMES = {"INT8": "TINYINT", "INT16": "SMALLINT", "INT32": "INT", "INT64": "BIGINT"}


def raised(condition: str, **parameters: str) -> PySparkException:
    """The exception of a condition that a running query meets."""
    kind = _CLASSES.get(condition) or _CLASSES.get(condition.partition(".")[0], SparkRuntimeException)
    if condition == "CAST_INVALID_INPUT" and parameters.get("targetType", "").strip('"') in (
        "DATE",
        "TIMESTAMP",
        "TIMESTAMP_NTZ",
        "TIME",
    ):
        kind = DateTimeException
    return kind(errorClass=condition, messageParameters=ErrorClassesReader().fitting(condition, parameters))


def failure_of(
    error: Exception,
    origins: Sequence[QueryContext] = (),
    culprit: Callable[[], int | None] = lambda: None,
) -> BaseException:
    """Spark's exception for DuckDB's. It names the one of ``origins`` whose number comes with the error; ``culprit``
    finds the number for errors of DuckDB's own."""
    failure, place = _failure_and_place(str(error), culprit)
    if place is not None and 0 <= place < len(origins) and isinstance(failure, PySparkException):
        condition = (failure.getCondition() or "").partition(".")[0]
        if condition in _WITH_CONTEXT:
            failure.arose_in(origins[place])
        else:
            # Spark does not say where; whoever reads the traceback may know
            failure.add_note(origins[place].summary().rstrip())
    return failure


def _failure_and_place(text: str, culprit: Callable[[], int | None]) -> tuple[BaseException, int | None]:
    kernel = re.search(re.escape(FAILURE) + r"(\d+)", text)
    if kernel is not None:
        kept = take_failure(int(kernel.group(1)))
        if kept is not None:
            return kept
    ours = parse_raised(text)
    if ours is not None:
        place = place_in(ours[1])
        return raised(ours[0], **ours[1]), place
    for pattern, make in _PATTERNS:
        match = re.search(pattern, text)
        if match is not None:
            return make(match), culprit()
    return SparkRuntimeException(errorClass="INTERNAL_ERROR", messageParameters={"message": text}), None


def _arithmetic_overflow(message: str, instead: str = "") -> PySparkException:
    hint = f" Use '{instead}' to tolerate overflow and return NULL instead." if instead else ""
    return raised("ARITHMETIC_OVERFLOW", message=message, alternative=hint, config='"spark.sql.ansi.enabled"')


def _overflow(match: re.Match[str]) -> PySparkException:
    name = _NAMES.get(match.group(1), match.group(1))
    return _arithmetic_overflow(f"{name.lower()} overflow")


def _narrow_overflow(match: re.Match[str]) -> PySparkException:
    """Of tinyints and smallints, both of which Spark calls shorts here."""
    left, symbol, right = match.groups()
    return raised(
        "BINARY_ARITHMETIC_OVERFLOW",
        value1=f"{left}S",
        symbol=symbol,
        value2=f"{right}S",
        functionName=f"`{_TOLERANT[symbol]}`",
    )


def _division_overflow(match: re.Match[str]) -> PySparkException:
    return _arithmetic_overflow("Overflow in integral divide", "try_divide")


def _bad_cast(match: re.Match[str]) -> PySparkException:
    target = _NAMES.get(match.group(2), match.group(2))
    return raised(
        "CAST_INVALID_INPUT",
        expression=f"'{match.group(1)}'",
        sourceType='"STRING"',
        targetType=f'"{target}"',
        ansiConfig='"spark.sql.ansi.enabled"',
    )


def _out_of_range(match: re.Match[str]) -> PySparkException:
    return raised(
        "CAST_OVERFLOW",
        value=match.group(2),
        sourceType=f'"{_NAMES.get(match.group(1), match.group(1))}"',
        targetType=f'"{_NAMES.get(match.group(3), match.group(3))}"',
        ansiConfig='"spark.sql.ansi.enabled"',
    )


def _sum_overflow(match: re.Match[str]) -> PySparkException:
    """Sums alone are HUGEINT: bigints and decimals are summed as such."""
    if match.group(0).startswith("Overflow"):
        return _arithmetic_overflow("Overflow in sum of decimals", "try_sum")
    return _arithmetic_overflow("overflow", "try_add")


_PATTERNS: tuple[tuple[str, Callable[[re.Match[str]], PySparkException]], ...] = (
    (r"Overflow in HUGEINT \w+:", _sum_overflow),
    (r"Type INT128 with value \S+ can't be cast .*destination type INT64", _sum_overflow),
    (r"Overflow in \w+ of INT(?:8|16) \((-?\d+) ([-+*]) (-?\d+)\)", _narrow_overflow),
    (r"Overflow in division of", _division_overflow),
    (r"Overflow in \w+(?: \w+)? of (\w+)", _overflow),
    (r"Could not convert string '(.*?)' to (\w+)", _bad_cast),
    (r"Type (\w+) with value (\S+) can't be cast .*destination type (\w+)", _out_of_range),
    (r"[Dd]ate out of range", lambda m: _arithmetic_overflow("overflow")),
    (
        r"Timestamp out of range|not in timestamp range|overflows timestamp range|Timestamp \w+ out of range",
        lambda m: raised("DATETIME_OVERFLOW", operation="a timestamp beyond the microseconds of 64 bits"),
    ),
    (
        r"[Dd]ivision by zero in expression \((?:[^()]|\([^()]*\))* % ",
        lambda m: raised("REMAINDER_BY_ZERO", config='"spark.sql.ansi.enabled"'),
    ),
    (r"[Dd]ivision by zero", lambda m: raised("DIVIDE_BY_ZERO", config='"spark.sql.ansi.enabled"')),
)
