"""A session on the shared context, whose settings do not reach the next test."""

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
