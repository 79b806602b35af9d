"""Predicates: tests for null and NaN, equality that knows null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, BOOLEAN


@scalar(ANY, returns=BOOLEAN, sql="({0} IS NULL)", nullable=False)
def isnull(col: ColumnOrName) -> Column:
    """Whether the value is null.

    >>> df = spark.createDataFrame([(1,), (None,)], ["a"])
    >>> df.select(isnull("a").alias("missing")).collect()
    [Row(missing=False), Row(missing=True)]
    """


@scalar(ANY, returns=BOOLEAN, sql="({0} IS NOT NULL)", nullable=False)
def isnotnull(col: ColumnOrName) -> Column:
    """Whether the value is not null.

    >>> spark.range(1).select(F.isnotnull(F.lit(1))).first()[0]
    True
    """


def _floating(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    arg = args[0]
    kinds = t.FloatType | t.DoubleType
    return [arg if isinstance(arg.data_type, kinds) else coercion.implicit_cast(arg, t.DoubleType(), ctx) or arg]


@scalar(ANY, returns=BOOLEAN, sql="coalesce(isnan({0}), false)", coerce=_floating, nullable=False)
def isnan(col: ColumnOrName) -> Column:
    """Whether the value is the floating-point "not a number"; false for null.

    >>> spark.range(1).select(F.isnan(F.lit(float("nan")))).first()[0]
    True
    """


def _equal_null(args: Sequence[Any], ctx: Any) -> Any:
    from pyrdd.sql.analysis.calls import build  # here: calls knows the functions that this module declares
    from pyrdd.sql.functions.declare import lookup

    return build(lookup("<=>"), args, ctx, "equal_null")


@scalar(ANY, ANY, returns=BOOLEAN, rewrite=_equal_null, nullable=False)
def equal_null(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Whether two values are equal, where null equals null.

    >>> df = spark.createDataFrame([(None, None), (1, None)], "a int, b int")
    >>> df.select(equal_null("a", "b").alias("same")).collect()
    [Row(same=True), Row(same=False)]
    """
