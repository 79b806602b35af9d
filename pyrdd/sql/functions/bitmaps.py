"""Bitmaps: sets of numbers as bits, in buckets of 32768."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.functions.decorators import aggregate, scalar
from pyrdd.sql.functions.inputs import BINARY, LONG
from pyrdd.sql.functions.operators import binary_text
from pyrdd.sql.kernels import sketches


def _values(function: Callable[[Iterable[Any]], bytes]) -> Any:
    return lambda call: _Present(function)


class _Present:
    """A kernel on the values that are not null."""

    def __init__(self, function: Callable[[Iterable[Any]], bytes]) -> None:
        self.function = function

    def __call__(self, values: Sequence[Any] | None) -> bytes:
        return self.function(value for value in values or () if value is not None)


def _only_binary(name: str) -> Any:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        from pyrdd.sql import types as t  # here: the checks alone need them
        from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type

        if isinstance(args[0].data_type, t.BinaryType | t.NullType):
            return args
        raise mismatch(
            "UNEXPECTED_INPUT_TYPE",
            binary_text(name, args),
            paramIndex="first",
            requiredType='"BINARY"',
            inputSql=quoted_sql(args[0]),
            inputType=quoted_type(args[0].data_type),
        )

    return coerce


@scalar(LONG, returns=LONG, python=lambda call: sketches.bitmap_bit_position)
def bitmap_bit_position(col: ColumnOrName) -> Column:
    """Which bit of its bitmap stands for a number.

    >>> spark.range(1).select(F.bitmap_bit_position(F.lit(123)).alias("bit")).collect()
    [Row(bit=122)]
    """


@scalar(LONG, returns=LONG, python=lambda call: sketches.bitmap_bucket_number)
def bitmap_bucket_number(col: ColumnOrName) -> Column:
    """The number of the bitmap that a number is in."""


@scalar(BINARY, returns=LONG, python=lambda call: sketches.bitmap_count, coerce=_only_binary("bitmap_count"))
def bitmap_count(col: ColumnOrName) -> Column:
    """The number of bits that are set."""


@aggregate(LONG, returns=BINARY, python=_values(sketches.bitmap_construct), nullable=False)
def bitmap_construct_agg(col: ColumnOrName) -> Column:
    """Aggregate: the bitmap with the bits at these positions set."""


@aggregate(
    BINARY, returns=BINARY, python=_values(sketches.bitmap_or), nullable=False, coerce=_only_binary("bitmap_or_agg")
)
def bitmap_or_agg(col: ColumnOrName) -> Column:
    """Aggregate: the bits that are set in any of the bitmaps."""


@aggregate(
    BINARY, returns=BINARY, python=_values(sketches.bitmap_and), nullable=False, coerce=_only_binary("bitmap_and_agg")
)
def bitmap_and_agg(col: ColumnOrName) -> Column:
    """Aggregate: the bits that are set in all of the bitmaps."""
