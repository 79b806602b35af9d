"""When two pandas DataFrames are equal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy
import pandas

from pyrdd.errors import PySparkAssertionError
from pyrdd.testing.rows import Tolerance, wrong_argument


def compare_frames(left: Any, right: Any, tolerance: Tolerance) -> None:
    """Raises PySparkAssertionError: INVALID_TYPE_DF_EQUALITY_ARG for what is no pandas DataFrame,
    DIFFERENT_PANDAS_DATAFRAME for other columns, other nulls, or values that are not near. Types and indexes of the
    frames do not count."""
    for name, frame in (("left", left), ("right", right)):
        if not isinstance(frame, pandas.DataFrame):
            raise wrong_argument("DataFrame, Series, Index, ", name, type(frame))
    if not _equal(left, right, tolerance):
        raise PySparkAssertionError(
            errorClass="DIFFERENT_PANDAS_DATAFRAME",
            messageParameters={
                "left": left.to_string(),
                "left_dtype": str(left.dtypes),
                "right": right.to_string(),
                "right_dtype": str(right.dtypes),
            },
        )


def _equal(left: Any, right: Any, tolerance: Tolerance) -> bool:
    if left.shape != right.shape or list(left.columns) != list(right.columns):
        return False
    if list(left.columns.names) != list(right.columns.names):
        return False
    return all(_equal_columns(left.iloc[:, i], right.iloc[:, i], tolerance) for i in range(left.shape[1]))


def _equal_columns(left: Any, right: Any, tolerance: Tolerance) -> bool:
    if list(left.isnull()) != list(right.isnull()):
        return False
    return all(_near(*pair, tolerance) for pair in zip(left.dropna(), right.dropna(), strict=True))


def _near(one: Any, other: Any, tolerance: Tolerance) -> bool:
    one, other = (list(value) if isinstance(value, numpy.ndarray) else value for value in (one, other))
    if any(isinstance(value, (float, Decimal)) for value in (one, other)):
        return tolerance.equal(float(one), float(other))
    return bool(one == other)
