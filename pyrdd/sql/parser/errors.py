"""Spark's parse errors."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

from pyrdd.errors import ParseException, PySparkNotImplementedError

T = TypeVar("T")
_DEEP = 20_000


def with_depth(read: Callable[[], T]) -> T:
    """What ``read`` gives, however deep the text is nested: a few dozen parentheses exhaust Python's usual limit, and
    recursion of Python functions costs heap only. Raises ParseException (FAILED_TO_PARSE_TOO_COMPLEX) in the end."""
    try:
        return read()
    except RecursionError:
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(max(usual, _DEEP))
        try:
            return read()
        except RecursionError as error:
            raise parse_error("FAILED_TO_PARSE_TOO_COMPLEX") from error
        finally:
            sys.setrecursionlimit(usual)


def parse_error(condition: str, **parameters: str) -> ParseException:
    """A ParseException with a condition and its parameters."""
    return ParseException(errorClass=condition, messageParameters=parameters)


def syntax_error(token: str, hint: str = "") -> ParseException:
    """PARSE_SYNTAX_ERROR at a token (the empty text: the end of the statement)."""
    error = f"'{token}'" if token else "end of input"
    return parse_error("PARSE_SYNTAX_ERROR", error=error, hint=hint)


def not_supported(feature: str, alternative: str = "") -> NoReturn:
    """Refuses what Spark has and we do not. Raises PySparkNotImplementedError (NOT_IMPLEMENTED)."""
    parameters = {"feature": feature}
    if alternative:
        parameters["alternative"] = alternative
    raise PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters=parameters)
