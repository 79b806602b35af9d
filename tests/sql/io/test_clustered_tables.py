"""`clusterBy` of all writers: new tables remember it, and it does not go with other layouts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import DataFrame, SparkSession


@pytest.fixture
def rows(spark: SparkSession) -> DataFrame:
    return spark.range(3).selectExpr("id", "id AS k")


@pytest.mark.parametrize(
    "make",
    [
        lambda rows: rows.write.clusterBy("k").saveAsTable("clustered"),
        lambda rows: rows.writeTo("clustered").using("parquet").clusterBy("k").create(),
    ],
)
def test_a_new_table_remembers_the_columns_that_cluster_it(
    spark: SparkSession, rows: DataFrame, make: Callable[[DataFrame], None]
) -> None:
    make(rows)
    try:
        described = spark.sql("DESCRIBE clustered").collect()
        assert [r.col_name for r in described] == ["id", "k", "# Clustering Information", "# col_name", "k"]
        assert spark.table("clustered").count() == 3
    finally:
        spark.sql("DROP TABLE clustered")


@pytest.mark.parametrize(
    "build",
    [
        lambda rows: rows.write.partitionBy("k").clusterBy("k"),
        lambda rows: rows.write.clusterBy("k").partitionBy("k"),
        lambda rows: rows.writeTo("x").clusterBy("k").partitionedBy("id"),
        lambda rows: rows.writeTo("x").partitionedBy("id").clusterBy("k"),
    ],
)
def test_rows_are_clustered_or_partitioned(rows: DataFrame, build: Callable[[DataFrame], Any]) -> None:
    with pytest.raises(AnalysisException) as caught:
        build(rows)
    assert caught.value.getCondition() == "SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED"


@pytest.mark.parametrize(
    "build",
    [
        lambda rows: rows.write.clusterBy("k").bucketBy(2, "k"),
        lambda rows: rows.write.bucketBy(2, "k").clusterBy("k"),
    ],
)
def test_rows_are_clustered_or_bucketed(rows: DataFrame, build: Callable[[DataFrame], Any]) -> None:
    with pytest.raises(AnalysisException) as caught:
        build(rows)
    assert caught.value.getCondition() == "SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED"
