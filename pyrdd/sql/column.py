"""Column: an expression with PySpark's operators. Immutable; nothing is computed or looked up by building one."""

from __future__ import annotations



import inspect
import itertools
from collections.abc import Callable
from typing import Any

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.sql.expressions import (
    Alias,
    Expression,
    Literal,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedFunction,
    UnresolvedLambda,
    UnresolvedStar,
)
from pyrdd.sql.literals import literal_of
from pyrdd.sql.names import parse_attribute_name

ColumnOrName = Any


def expression_of(value: Any) -> Expression:
    """The expression of a Column, or a literal."""
    return value.expression if isinstance(value, Column) else literal(value).expression


def column_or_name(value: Any) -> Column:
    """A Column as it is; a str as the column of that name. Raises PySparkTypeError (NOT_COLUMN_OR_STR) otherwise."""
    if isinstance(value, Column):
        return value
    if isinstance(value, str):
        return named(value)
    raise PySparkTypeError(
        errorClass="NOT_COLUMN_OR_STR",
        messageParameters={"arg_name": "col", "arg_type": type(value).__name__},
    )


def named(name: str) -> Column:
    """The column of a name; ``*`` and ``t.*`` are stars."""
    if name == "*":
        return Column(UnresolvedStar())
    if name.endswith(".*"):
        return Column(UnresolvedStar(parse_attribute_name(name[:-2])))
    return Column(UnresolvedAttribute(parse_attribute_name(name)))


def call(name: str, *args: Any) -> Column:
    """A call of a SQL function by name; arguments that are not Columns are literals."""
    return Column(UnresolvedFunction((name,), tuple(expression_of(arg) for arg in args)))


_lambda_ids = itertools.count()


def lambda_of(function: Any) -> Column:
    """A Python function of Columns as a SQL lambda. Raises PySparkValueError for parameters that SQL cannot pass."""
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
        raise PySparkValueError(
            errorClass="UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={"func_name": getattr(function, "__name__", "lambda")},
        )
    if not 1 <= len(parameters) <= 3:
        raise PySparkValueError(
            errorClass="WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={
                "func_name": getattr(function, "__name__", "lambda"),
                "num_args": str(len(parameters)),
            },
        )
    # names of their own for each lambda, so that nested ones do not hide each other
    names = tuple(f"{letter}_{next(_lambda_ids)}" for letter in ("x", "y", "z")[: len(parameters)])
    body = function(*(Column(UnresolvedAttribute((name,))) for name in names))
    if not isinstance(body, Column):
        raise PySparkValueError(
            errorClass="HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN",
            messageParameters={
                "func_name": getattr(function, "__name__", "lambda"),
                "return_type": type(body).__name__,
            },
        )
    return Column(UnresolvedLambda(names, body.expression))


def literal(value: Any) -> Column:
    """A constant as Spark types it: int is int or bigint by size, float double, str string; lists become arrays."""
    if isinstance(value, Column):
        return value
    if isinstance(value, (list, tuple)):
        return call("array", *(literal(item) for item in value))
    return Column(literal_of(value))


class Column:
    """A value for each row of a DataFrame: a column, or an expression over columns."""

    def __init__(self, expression: Expression) -> None:
        self._expression = expression

    @property
    def expression(self) -> Expression:
        """The tree behind it, unresolved for the most part."""
        return self._expression

    def __add__(self, other: Any) -> Column:
        return call("+", self, other)

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        return call("=", self, other)

    def __gt__(self, other: Any) -> Column:
        return call(">", self, other)

    def alias(self, *alias: str, **kwargs: Any) -> Column:
        """This value under another name."""
        return Column(UnresolvedAlias(self.expression, alias, kwargs.get("metadata")))
