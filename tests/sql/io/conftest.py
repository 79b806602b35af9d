"""Sessions for the tests of reading and writing: one on the shared context of the master that the test runs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyrdd.sql import SparkSession


@pytest.fixture
def make_session(make_context: Callable[..., Any]) -> Iterator[Callable[..., SparkSession]]:
    """``make_session(master="local", **settings)``: a session on a context of its own."""
    yield lambda master="local", **settings: SparkSession(make_context(master, **settings))
    SparkSession._instantiatedSession = SparkSession._activeSession = None
