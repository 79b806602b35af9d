"""`DataFrame.approxQuantile`: one summary for each column of each partition, merged in the driver."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.column import Column
from pyrdd.sql.kernels.quantile_summary import QuantileSummary
from pyrdd.sql.types import NumericType, Row

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame


def quantiles(df: DataFrame, names: list[str], shares: list[float], error: float) -> list[list[float]]:
    """The quantiles of each column; an empty list for a column without values."""
    columns = []
    for name in names:
        attribute = df._attribute(name)
        if not isinstance(attribute.data_type, NumericType):
            kind = type(attribute.data_type).__name__
            raise IllegalArgumentException(
                f"requirement failed: Quantile calculation for column {name} with data type {kind} is not supported."
            )
        columns.append(Column(attribute).cast("double"))
    rows = df.select(*columns).rdd
    merged = [QuantileSummary(error) for _ in names]
    for summaries in rows.mapPartitions(partial(_summaries, len(names), error)).collect():
        merged = [a.merge(b) for a, b in zip(merged, summaries, strict=True)]
    return [summary.query(shares) or [] for summary in merged]


def _summaries(width: int, error: float, rows: Iterable[Row]) -> Iterator[list[QuantileSummary]]:
    made = [QuantileSummary(error) for _ in range(width)]
    for row in rows:
        for summary, value in zip(made, row, strict=True):
            if value is not None and not math.isnan(value):
                summary.insert_all((value,))
    yield [summary.compress() for summary in made]
