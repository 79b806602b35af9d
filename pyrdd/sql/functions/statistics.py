"""Statistical aggregates: deviations, moments, correlation, linear regression. Doubles all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.functions.aggregates_text import mean_text, mean_type
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import aggregate
from pyrdd.sql.functions.inputs import ANY, DOUBLE, LONG
from pyrdd.sql.kernels import moments

_ONE: dict[str, Any] = {"returns": DOUBLE, "nullable": True}


def _guarded(text: str) -> Any:
    """DuckDB refuses infinities where Spark's answer is NaN."""

    def sql(call: Any, args: list[str]) -> str:
        x = args[0]
        finite = f"CASE WHEN isinf({x}) THEN CAST('nan' AS DOUBLE) ELSE {x} END"
        return text.replace("{0}", finite)

    return sql


@aggregate(DOUBLE, sql=_guarded("stddev_samp({d}{0}){f}"), **_ONE)
def stddev(col: ColumnOrName) -> Column:
    """Aggregate: the standard deviation of a sample; null for fewer than two values.

    >>> spark.range(4).select(F.round(F.stddev("id"), 3).alias("sd")).collect()
    [Row(sd=1.291)]
    """


@aggregate(DOUBLE, sql=_guarded("stddev_samp({d}{0}){f}"), **_ONE)
def std(col: ColumnOrName) -> Column:
    """Aggregate: `stddev` under another name."""


@aggregate(DOUBLE, sql=_guarded("stddev_samp({d}{0}){f}"), **_ONE)
def stddev_samp(col: ColumnOrName) -> Column:
    """Aggregate: `stddev` under another name."""


@aggregate(DOUBLE, sql=_guarded("stddev_pop({d}{0}){f}"), **_ONE)
def stddev_pop(col: ColumnOrName) -> Column:
    """Aggregate: the standard deviation of the whole population.

    >>> spark.range(4).select(F.stddev_pop("id")).first()[0]
    1.118033988749895
    """


@aggregate(DOUBLE, sql=_guarded("var_samp({d}{0}){f}"), **_ONE)
def variance(col: ColumnOrName) -> Column:
    """Aggregate: the variance of a sample; null for fewer than two values.

    >>> spark.range(4).select(F.variance("id")).first()[0]
    1.6666666666666667
    """


@aggregate(DOUBLE, sql=_guarded("var_samp({d}{0}){f}"), **_ONE)
def var_samp(col: ColumnOrName) -> Column:
    """Aggregate: `variance` under another name."""


@aggregate(DOUBLE, sql=_guarded("var_pop({d}{0}){f}"), **_ONE)
def var_pop(col: ColumnOrName) -> Column:
    """Aggregate: the variance of the whole population.

    >>> spark.range(4).select(F.var_pop("id")).first()[0]
    1.25
    """


# --- higher moments --------------------------------------------------------------------------------------------------


def skewness_of(values: Sequence[float | None] | None) -> float | None:
    """The skewness of a population; None if nothing deviates."""
    return moments.skewness(moments.collected(values or ()))


def kurtosis_of(values: Sequence[float | None] | None) -> float | None:
    """The excess kurtosis of a population; None if nothing deviates."""
    return moments.kurtosis(moments.collected(values or ()))


@aggregate(DOUBLE, python=lambda call: skewness_of, **_ONE)
def skewness(col: ColumnOrName) -> Column:
    """Aggregate: the skewness of a population; null if all values are the same.

    >>> spark.range(4).select(F.skewness("id")).first()[0]
    0.0
    """


@aggregate(DOUBLE, python=lambda call: kurtosis_of, **_ONE)
def kurtosis(col: ColumnOrName) -> Column:
    """Aggregate: the excess kurtosis of a population; null if all values are the same."""


def _by_partition(finish: Callable[[moments.State], float | None]) -> Any:
    return lambda call: partial(moments.by_partition, finish=finish)


for _name, _finish in {
    "stddev": moments.sample_deviation, "std": moments.sample_deviation, "stddev_samp": moments.sample_deviation,
    "stddev_pop": moments.deviation, "variance": moments.sample_variance, "var_samp": moments.sample_variance,
    "var_pop": moments.variance, "skewness": moments.skewness, "kurtosis": moments.kurtosis,
}.items():  # fmt: skip
    declare(
        # what `pyrdd.sql.physical.exact_moments` puts in: the value, and the partition of its row
        Function(
            f"{_name} by partition", "aggregate", (DOUBLE, ANY), DOUBLE, 2, 2, python=_by_partition(_finish),
            nullable=True,
        )
    )  # fmt: skip


# --- pairs -----------------------------------------------------------------------------------------------------------


def _pairs(call: Any, args: list[str], template: str) -> str:
    """A text of two arguments ``{0}``, ``{1}``; infinities make NaN, which DuckDB would refuse."""
    finite = [f"CASE WHEN isinf({x}) THEN CAST('nan' AS DOUBLE) ELSE {x} END" for x in args]
    return template.replace("{0}", finite[0]).replace("{1}", finite[1])


def _of_pairs(template: str) -> Any:
    return partial(_pairs, template=template)


def co_moments(pairs: Sequence[dict[str, float | None]]) -> tuple[float, float, float, float, float, float]:
    """Number, both means, the sum of the products of the deviations and of their squares, over pairs without nulls."""
    n = mean_y = mean_x = products = squares_y = squares_x = 0.0
    for pair in pairs:
        y, x = pair.values()
        if y is None or x is None:
            continue
        n += 1.0
        dy, dx = y - mean_y, x - mean_x
        mean_y += dy / n
        mean_x += dx / n
        products += dy * (x - mean_x)
        squares_y += dy * (y - mean_y)
        squares_x += dx * (x - mean_x)
    return n, mean_y, mean_x, products, squares_y, squares_x


def correlation(pairs: Sequence[dict[str, float | None]] | None) -> float | None:
    """Pearson's correlation; None where one side does not deviate."""
    _, _, _, products, squares_y, squares_x = co_moments(pairs or ())
    spread = math.sqrt(squares_y * squares_x) if squares_y * squares_x >= 0 else math.nan
    return None if spread == 0 else products / spread


def slope_of(pairs: Sequence[dict[str, float | None]] | None) -> float | None:
    """The slope of the line of y over x; None where x does not deviate."""
    _, _, _, products, _, squares_x = co_moments(pairs or ())
    return None if squares_x == 0 else products / squares_x


def intercept_of(pairs: Sequence[dict[str, float | None]] | None) -> float | None:
    """Where the line of y over x meets the y axis; None where x does not deviate."""
    _, mean_y, mean_x, products, _, squares_x = co_moments(pairs or ())
    return None if squares_x == 0 else mean_y - products / squares_x * mean_x


def determination(pairs: Sequence[dict[str, float | None]] | None) -> float | None:
    """The share of the variance of y that the line explains; None where x does not deviate."""
    _, _, _, products, squares_y, squares_x = co_moments(pairs or ())
    if squares_x == 0:
        return None
    return 1.0 if squares_y == 0 else products * products / (squares_x * squares_y)


@aggregate(DOUBLE, DOUBLE, python=lambda call: correlation, **_ONE)
def corr(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Aggregate: Pearson's correlation of the pairs in which nothing is null.

    >>> df = spark.createDataFrame([(1, 2), (2, 4), (3, 6)], ["a", "b"])
    >>> df.select(F.round(F.corr("a", "b"), 6).alias("c")).collect()
    [Row(c=1.0)]
    """


@aggregate(DOUBLE, DOUBLE, sql=_of_pairs("covar_pop({d}{0}, {1}){f}"), **_ONE)
def covar_pop(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Aggregate: the covariance of a population.

    >>> spark.range(4).select(F.covar_pop("id", "id")).first()[0]
    1.25
    """


@aggregate(DOUBLE, DOUBLE, sql=_of_pairs("covar_samp({d}{0}, {1}){f}"), **_ONE)
def covar_samp(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Aggregate: the covariance of a sample; null for fewer than two pairs."""


_BOTH = "{0} IS NOT NULL AND {1} IS NOT NULL"


@aggregate(ANY, ANY, returns=LONG, sql=f"count({{d}}CASE WHEN {_BOTH} THEN 1 END){{f}}", nullable=False)
def regr_count(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: the number of pairs in which nothing is null."""


def _mean_of(index: int) -> Any:
    def sql(call: Any, args: list[str], writer: Any) -> str:
        chosen = f"CASE WHEN {args[0]} IS NOT NULL AND {args[1]} IS NOT NULL THEN {args[index]} END"
        return mean_text(call.copy(args=(call.args[index],)), [chosen], writer)

    return sql


@aggregate(ANY, ANY, returns=lambda args: mean_type(args[1:]), sql=_mean_of(1), with_writer=True, nullable=True)
def regr_avgx(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: the mean of the second value over the pairs in which nothing is null."""


@aggregate(ANY, ANY, returns=mean_type, sql=_mean_of(0), with_writer=True, nullable=True)
def regr_avgy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: the mean of the first value over the pairs in which nothing is null."""


@aggregate(DOUBLE, DOUBLE, python=lambda call: slope_of, **_ONE)
def regr_slope(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: the slope of the line that fits the pairs best."""


@aggregate(DOUBLE, DOUBLE, python=lambda call: intercept_of, **_ONE)
def regr_intercept(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: where the line that fits the pairs best meets the y axis."""


@aggregate(DOUBLE, DOUBLE, python=lambda call: determination, **_ONE)
def regr_r2(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: the share of the variance that the line explains."""


@aggregate(DOUBLE, DOUBLE, sql=_of_pairs("regr_sxx({d}{0}, {1}){f}"), **_ONE)
def regr_sxx(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: the sum of squared deviations of the second value."""


@aggregate(DOUBLE, DOUBLE, sql=_of_pairs("regr_sxy({d}{0}, {1}){f}"), **_ONE)
def regr_sxy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: the sum of the products of both deviations."""


@aggregate(DOUBLE, DOUBLE, sql=_of_pairs("regr_syy({d}{0}, {1}){f}"), **_ONE)
def regr_syy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Aggregate: the sum of squared deviations of the first value."""
