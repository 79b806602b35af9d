"""Aggregate functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.functions.decorators import aggregate
from pyrdd.sql.functions.inputs import ANY, LONG, NUMERIC, ORDERABLE


def _same(args: Sequence[Any]) -> t.DataType:
    found: t.DataType = args[0].data_type
    return found


def _sum_type(args: Sequence[Any]) -> t.DataType:
    match args[0].data_type:
        case t.DecimalType() as d:
            return t.DecimalType(min(d.precision + 10, 38), d.scale)
        case t.IntegralType():
            return t.LongType()
        case _:
            return t.DoubleType()


@aggregate(NUMERIC, returns=_sum_type, sql="CAST(sum({d}{0}){f} AS {type})", nullable=True)
def sum(col: ColumnOrName) -> Column:
    """Aggregate: the sum of the values that are not null; null if there are none."""


@aggregate(ANY, returns=LONG, sql="count({d}{*}){f}", nullable=False, variadic=True)
def count(col: ColumnOrName) -> Column:
    """Aggregate: the number of rows whose value is not null; ``count("*")`` counts all rows."""


@aggregate(NUMERIC, returns=t.DoubleType(), sql="avg({d}{0}){f}", nullable=True, aliases=("mean",))
def avg(col: ColumnOrName) -> Column:
    """Aggregate: the mean of the values that are not null."""


@aggregate(ORDERABLE, returns=_same, sql="max({d}{0}){f}", nullable=True)
def max(col: ColumnOrName) -> Column:
    """Aggregate: the greatest value."""


@aggregate(ORDERABLE, returns=_same, sql="min({d}{0}){f}", nullable=True)
def min(col: ColumnOrName) -> Column:
    """Aggregate: the least value."""
