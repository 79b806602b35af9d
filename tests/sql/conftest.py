"""The session of the tests of DataFrames and SQL. A module that wants settings or tables overrides the fixture by one that
takes it: ``def spark(spark): ...``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pyrdd.sql import SparkSession


@pytest.fixture
def spark(sc: Any) -> Iterator[SparkSession]:
    """A new session on the shared context; the active one while the test runs."""
    session = SparkSession(sc)
    SparkSession._instantiatedSession = SparkSession._activeSession = session
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None
