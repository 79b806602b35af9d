"""A session on the shared context; views, settings and cached data of one test do not reach the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pyrdd.sql import SparkSession


@pytest.fixture
def spark(sc: Any) -> Iterator[SparkSession]:
    session = SparkSession(sc)
    session.conf.set("spark.sql.session.timeZone", "UTC")
    yield session
    session.catalog.clearCache()
    SparkSession._instantiatedSession = SparkSession._activeSession = None


@pytest.fixture
def people(spark: SparkSession) -> Any:
    return spark.createDataFrame([(1, "a", 2.0), (2, None, None)], ["i", "s", "d"])
