"""A function that raises StopIteration must fail its task: inside ``map`` it would end the partition
silently."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import ParamSpec, TypeVar

from pyrdd.errors.exceptions.base import PySparkRuntimeError

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def fail_on_stopiteration(f: Callable[P, R]) -> Callable[P, R]:
    """``f``, but with a `PySparkRuntimeError` where it raises StopIteration.

    This costs a Python call for each call; `guarded` does the same for a whole iterator at no such cost.
    """

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


def guarded(pipeline: Callable[[Iterator[T]], Iterator[R]], records: Iterable[T]) -> Iterator[R]:
    """``pipeline(records)``, which must end only after it has read all records.

    For C-level iterators that take a StopIteration of their function for the end of the input (``map``,
    ``filter``): the end of ``records`` leaves a mark, and an end without the mark raises. No Python code
    runs per record.

    >>> list(guarded(lambda records: map(str, records), [1, 2]))
    ['1', '2']
    """
    read: list[bool] = []
    return chain(pipeline(chain(records, _mark(read))), _check(read))


def _mark(read: list[bool]) -> Iterator[T]:
    read.append(True)
    yield from ()


def _check(read: list[bool]) -> Iterator[R]:
    if not read:
        raise stopped()
    yield from ()
