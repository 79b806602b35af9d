"""Spark's parse errors."""

from __future__ import annotations

from typing import NoReturn

from pyrdd.errors import ParseException, PySparkNotImplementedError


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
