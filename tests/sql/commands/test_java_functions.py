"""Functions that are Java classes: the catalog keeps their names, no call can load them."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import SparkSession


@pytest.fixture
def spark(sc: Any) -> SparkSession:
    return SparkSession(sc)


CLASS = "test.org.apache.spark.sql.MyDoubleAvg"


def test_the_catalog_keeps_the_name_of_a_class(spark: Any) -> None:
    spark.sql(f"CREATE FUNCTION of_java AS '{CLASS}'")
    for name in ("of_java", "default.of_java", "spark_catalog.default.of_java"):
        found = spark.catalog.getFunction(name)
        assert (found.name, found.catalog, found.namespace, found.className, found.isTemporary) == (
            "of_java", "spark_catalog", ["default"], CLASS, False,
        )  # fmt: skip
    assert spark.sql("DESCRIBE FUNCTION of_java").collect()[1][0] == f"Class: {CLASS}"
    with pytest.raises(AnalysisException) as error:
        spark.sql("SELECT of_java(1)")
    assert error.value.getCondition() == "CANNOT_LOAD_FUNCTION_CLASS"
    spark.sql("DROP FUNCTION of_java")
    assert not spark.catalog.functionExists("of_java")


def test_a_temporary_one_is_loaded_at_once(spark: Any) -> None:
    with pytest.raises(AnalysisException) as error:
        spark.sql("CREATE TEMPORARY FUNCTION f AS 'no.such.Class'")
    assert error.value.getSqlState() == "46103"
