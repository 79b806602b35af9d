"""What string functions share: parameter families, defaults, collations, kernels by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.codegen import ordering
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.inputs import BINARY, STRING, one_of

STRING_OR_BINARY = one_of(STRING, BINARY)
INT_MAX = 2147483647


def text(value: str | None) -> Literal:
    """A constant string."""
    return Literal(value, t.StringType())


def number(value: int) -> Literal:
    """A constant int."""
    return Literal(value, t.IntegerType())


def defaults(*values: Any) -> Callable[..., Sequence[Any]]:
    """Coercion that fills missing arguments at the end; None stands for one that must be given."""
    return lambda args, ctx: [*args, *(v for v in values[len(args) :] if v is not None)]


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """The factory of a kernel that is the same for all calls."""
    return lambda call: function


def is_binary(expression: Any) -> bool:
    """Whether an argument is of bytes."""
    return isinstance(expression.data_type, t.BinaryType)


def folded(texts: Sequence[str], args: Sequence[Any], name: str) -> list[str]:
    """The texts as the collation compares them. Collations of other languages raise NOT_IMPLEMENTED."""
    collation = next((a.data_type for a in args if ordering.is_collated(a.data_type)), None)
    if collation is None:
        return list(texts)
    return [
        ordering.folded(x, collation, name) if isinstance(a.data_type, t.StringType) else x
        for x, a in zip(texts, args, strict=True)
    ]


def same_or_text(args: Sequence[Any]) -> t.DataType:
    """Bytes for bytes, else the string type of the first argument."""
    found = args[0].data_type
    return found if isinstance(found, t.BinaryType | t.StringType) else t.StringType()
