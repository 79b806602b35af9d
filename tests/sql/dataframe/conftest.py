"""A session on the shared context; views, settings and cached data of one test do not reach the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pyrdd.sql import SparkSession


@pytest.fixture
def spark(spark: SparkSession) -> Iterator[SparkSession]:
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    yield spark
    spark.catalog.clearCache()


@pytest.fixture
def people(spark: SparkSession) -> Any:
    return spark.createDataFrame([(1, "a", 2.0), (2, None, None)], ["i", "s", "d"])
