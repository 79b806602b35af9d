"""A session for the tests of Python functions, on a context that other tests use too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pyrdd.sql import SparkSession


@pytest.fixture
def spark(sc: Any) -> Iterator[SparkSession]:
    session = SparkSession(sc)
    SparkSession._instantiatedSession = SparkSession._activeSession = session
    yield session
    SparkSession._instantiatedSession = SparkSession._activeSession = None
