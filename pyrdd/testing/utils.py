"""assertDataFrameEqual and assertSchemaEqual: PySpark's options, PySpark's messages."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from pyrdd.errors import PySparkAssertionError
from pyrdd.sql import DataFrame
from pyrdd.sql.arguments import wrong_type
from pyrdd.sql.functions import col, when
from pyrdd.sql.types import StructType
from pyrdd.testing import schemas
from pyrdd.testing.rows import Tolerance, compare, wrong_argument


def assertSchemaEqual(
    actual: StructType,
    expected: StructType,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
) -> None:
    """Passes if two schemas have the same names and types; else raises PySparkAssertionError (DIFFERENT_SCHEMA), and
    PySparkTypeError (NOT_EXPECTED_TYPE) for what is no schema. Runs no job.

    >>> from pyrdd.sql.types import IntegerType, StructType
    >>> assertSchemaEqual(StructType().add("n", "integer"), StructType().add("n", IntegerType(), False))
    """
    __tracebackhide__ = True
    for name, schema in (("actual", actual), ("expected", expected)):
        if not isinstance(schema, StructType):
            raise wrong_type(name, "struct type", schema)
    if ignoreColumnOrder:
        actual, expected = schemas.by_name(actual), schemas.by_name(expected)
    if ignoreColumnName:
        actual, expected = schemas.by_position(actual), schemas.by_position(expected)
    if not (schemas.alike(actual, expected) if ignoreNullable else actual == expected):
        raise schemas.different(actual, expected)


def assertDataFrameEqual(
    actual: Any,
    expected: Any,
    checkRowOrder: bool = False,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
    ignoreColumnType: bool = False,
    maxErrors: int | None = None,
    showOnlyDiff: bool = False,
    includeDiffRows: bool = False,
) -> bool | None:
    """Passes if two DataFrames (or lists of `Row`) have the same schema and the same rows; runs a job for each.

    Floats and decimals may differ by ``atol + rtol * |expected|``, rows come in any order unless ``checkRowOrder``. The
    schema is compared where both are DataFrames. pandas DataFrames are compared with each other.

    Raises PySparkAssertionError: DIFFERENT_SCHEMA, DIFFERENT_ROWS (its ``data`` has the pairs of rows that differ, with
    ``includeDiffRows``), DIFFERENT_PANDAS_DATAFRAME, INVALID_TYPE_DF_EQUALITY_ARG.

    >>> assertDataFrameEqual(spark.range(2), spark.sql("VALUES (1L), (0L) AS t(id)"))
    """
    __tracebackhide__ = True
    if actual is None and expected is None:
        return True
    for name, frame in (("actual", actual), ("expected", expected)):
        if frame is None:
            raise wrong_argument(_FRAMES, name, None)
    if _is_pandas(actual) or _is_pandas(expected):
        from pyrdd.testing.pandas_frames import compare_frames  # here: it loads pandas

        compare_frames(actual, expected, Tolerance(rtol, atol))
        return None
    for name, frame in (("actual", actual), ("expected", expected)):
        if not isinstance(frame, (DataFrame, list)):
            raise wrong_argument(_FRAMES, name, type(frame))
    if ignoreColumnOrder:
        actual, expected = (frame.select(*sorted(frame.columns)) for frame in (actual, expected))
    if ignoreColumnName:
        actual, expected = (frame.toDF(*map(str, range(len(frame.columns)))) for frame in (actual, expected))
    if ignoreColumnType:
        actual, expected = _as_text(actual), _as_text(expected)
    if isinstance(actual, DataFrame) and isinstance(expected, DataFrame):
        assertSchemaEqual(actual.schema, expected.schema, ignoreNullable)
    compare(
        _rows(actual),
        _rows(expected),
        Tolerance(rtol, atol),
        in_order=checkRowOrder,
        max_errors=maxErrors,
        only_different=showOnlyDiff,
        keep=includeDiffRows,
    )
    return None


_FRAMES = "Union[DataFrame, ps.DataFrame, List[Row]]"


def _is_pandas(frame: Any) -> bool:
    """Whether it is a pandas DataFrame. One that nobody has loaded pandas for cannot be."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(frame, pandas.DataFrame)


def _as_text(frame: DataFrame) -> DataFrame:
    """All columns as strings, whole numbers alike whatever their type."""
    for name in frame.columns:
        value, number = col(name), col(name).cast("float")
        whole = number.isNotNull() & (number == value.cast("int"))
        frame = frame.withColumn(name, when(whole, value.cast("int").cast("string")).otherwise(value.cast("string")))
    return frame


def _rows(frame: DataFrame | list[Any]) -> Sequence[Any]:
    if isinstance(frame, list):
        return frame
    if frame.isStreaming:
        raise PySparkAssertionError(
            errorClass="UNSUPPORTED_OPERATION",
            messageParameters={"operation": "assertDataFrameEqual on streaming DataFrame"},
        )
    return frame.collect()
