"""Python operators in the task: mapInPandas, applyInPandas, UDFs, observations, samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan import LogicalPlan

OPERATORS: dict[type, Callable[..., Callable[..., Iterator[Any]]]] = {}
"""For each kind of operator, ``(operator, columns of each input, settings) -> picklable (index, *tables) -> tables``."""


def python_function(
    operator: LogicalPlan, columns: Sequence[tuple[Attribute, ...]], settings: Mapping[str, str]
) -> Callable[..., Iterator[Any]]:
    """The function that a task runs for an operator."""
    make = OPERATORS.get(type(operator))
    if make is None:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": type(operator).__name__}
        )
    return make(operator, columns, settings)
