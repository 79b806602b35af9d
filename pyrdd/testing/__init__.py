"""Helpers for tests of programs, under the names of `pyspark.testing`."""

from __future__ import annotations

from pyrdd.testing.utils import assertDataFrameEqual, assertSchemaEqual

__all__ = ["assertDataFrameEqual", "assertSchemaEqual"]
