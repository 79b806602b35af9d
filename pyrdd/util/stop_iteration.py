"""A function that raises StopIteration must fail its task: inside ``map`` it would end the partition
silently."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pyrdd.errors.exceptions.base import PySparkRuntimeError

P = ParamSpec("P")
R = TypeVar("R")


def fail_on_stopiteration(f: Callable[P, R]) -> Callable[P, R]:
    """``f``, but with a `PySparkRuntimeError` where it raises StopIteration."""

    @functools.wraps(f)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return f(*args, **kwargs)
        except StopIteration as stop:
            raise stopped(stop) from stop

    return wrapper


def stopped(stop: StopIteration | None = None) -> PySparkRuntimeError:
    """The error that stands for a StopIteration raised by a user's function."""
    return PySparkRuntimeError(errorClass="STOP_ITERATION_OCCURRED", messageParameters={"exc": stop or ""})
