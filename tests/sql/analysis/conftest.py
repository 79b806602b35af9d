"""A session on the shared context, whose settings do not reach the next test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pyrdd.sql import SparkSession


@pytest.fixture
def spark(spark: SparkSession) -> Iterator[SparkSession]:
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    yield spark
    spark.catalog.clearCache()
