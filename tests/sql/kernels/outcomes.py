"""What a kernel did, as one value that a table of recorded answers can hold: the result, or the error's class,
condition and parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrdd.errors import PySparkException


def outcome(kernel: Callable[..., Any], *arguments: Any) -> Any:
    """The result of the call, or ``(class, condition, parameters)`` of what it raised."""
    try:
        return kernel(*arguments)
    except PySparkException as error:
        return type(error).__name__, error.getCondition(), error.getMessageParameters()


def same_outcome(kernel: Callable[..., Any], arguments: tuple[Any, ...], expected: Any) -> bool:
    """Whether the call does what is expected; numbers must have the same type and sign too (-0.0 is not 0.0)."""
    return repr(outcome(kernel, *arguments)) == repr(expected)
