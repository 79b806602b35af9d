"""An object of another type than its column's is found where the rows are made."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import PySparkTypeError, PythonException


def test_rows_of_a_list_are_checked_at_once(spark: Any) -> None:
    with pytest.raises(PySparkTypeError, match="FIELD_DATA_TYPE_UNACCEPTABLE"):
        spark.createDataFrame([1], "boolean")


def test_rows_of_an_rdd_are_checked_in_its_tasks(spark: Any) -> None:
    rows = spark.createDataFrame(spark.sparkContext.parallelize([1], 1), "boolean")
    with pytest.raises(PythonException, match="FIELD_DATA_TYPE_UNACCEPTABLE") as caught:
        rows.collect()
    assert isinstance(caught.value.__cause__, PySparkTypeError)
