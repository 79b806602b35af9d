"""The decorators of declarations: `scalar`, `aggregate`, `window`, `generator`. See `pyrdd.sql.functions.declare`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from pyrdd.errors.frames import called
from pyrdd.sql.column import Column, call, column_or_name, lambda_of, literal
from pyrdd.sql.functions.declare import Function, Kind, ResultType, declare
from pyrdd.sql.functions.inputs import InputType
from pyrdd.sql.types import DataType

F = TypeVar("F", bound=Callable[..., Column])


def _decorator(kind: Kind) -> Callable[..., Callable[[F], F]]:
    def decorate(
        *inputs: InputType | DataType,
        returns: ResultType,
        name: str | None = None,
        min_args: int | None = None,
        variadic: bool | None = None,
        **declaration: Any,
    ) -> Callable[[F], F]:
        """Declares a function and gives it its Python face; the arguments are `Function`'s fields.

        ``min_args`` and ``variadic`` are read from the Python signature where they are not given.
        """

        def enter(function: F) -> F:
            signature = inspect.signature(function)
            parameters = list(signature.parameters.values())
            has_star = any(p.kind is p.VAR_POSITIONAL for p in parameters)
            plain = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
            required = sum(p.default is p.empty for p in plain)
            many = has_star if variadic is None else variadic
            declare(
                Function(
                    name or function.__name__.rstrip("_"),
                    kind,
                    inputs,
                    returns,
                    required if min_args is None else min_args,
                    None if many else max(len(inputs), len(plain)),
                    doc=inspect.getdoc(function) or "",
                    group=function.__module__.rpartition(".")[2],
                    **{"params": tuple(p.name for p in plain), **declaration},
                )
            )
            return python_face(function, name or function.__name__.rstrip("_"), signature)

        return enter

    return decorate


scalar = _decorator("scalar")
aggregate = _decorator("aggregate")
window = _decorator("window")
generator = _decorator("generator")


def python_face(function: F, name: str, signature: inspect.Signature | None = None) -> F:
    """The public function: its own body where that returns a Column, else a call by name with converted arguments."""
    parameters = (signature or inspect.signature(function)).parameters
    converters = {p.name: _converter(str(p.annotation)) for p in parameters.values()}

    def face(*args: Any, **kwargs: Any) -> Column:
        made: Column | None = function(*args, **kwargs)
        if made is not None:
            return made
        return call(name, *_arguments(parameters, converters, args, kwargs))

    return called(function.__name__, functools.wraps(function)(face))  # type: ignore[return-value]


def _arguments(parameters: Any, converters: dict[str, Callable[[Any], Column]], args: Any, kwargs: Any) -> list[Column]:
    bound = inspect.Signature(list(parameters.values())).bind(*args, **kwargs)
    bound.apply_defaults()
    found: list[Any] = []
    for parameter_name, value in bound.arguments.items():
        convert = converters[parameter_name]
        if parameters[parameter_name].kind is inspect.Parameter.VAR_POSITIONAL:
            items = value[0] if len(value) == 1 and isinstance(value[0], (list, tuple, set)) else value
            found.extend(convert(item) for item in items)
        else:
            found.append(None if value is None else convert(value))
    while found and found[-1] is None:
        found.pop()
    return [literal(None) if value is None else value for value in found]


def _converter(annotation: str) -> Callable[[Any], Column]:
    if "Callable" in annotation:
        return lambda_of
    if "ColumnOrName" in annotation:
        return _column_or_number if "int" in annotation or "float" in annotation else column_or_name
    return literal


def _column_or_number(value: Any) -> Column:
    """Where a number may stand for itself beside columns and their names."""
    return literal(value) if isinstance(value, int | float) else column_or_name(value)
