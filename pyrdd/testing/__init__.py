"""Helpers for tests of programs: those of `pyspark.testing` under its names, and ours for how a job runs.

Each is imported when it is first used: pytest loads the plugin in this package for every project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.lazy import homes_of, lazy_exports

if TYPE_CHECKING:
    from pyrdd.testing.jobs import (
        assert_max_skew,
        assert_no_shuffle,
        assert_recomputed,
        assert_shuffle_bytes,
        assert_stages,
        recorded_jobs,
    )
    from pyrdd.testing.partitionings import assert_same_for_any_partitioning
    from pyrdd.testing.utils import assertDataFrameEqual, assertSchemaEqual

__all__ = [
    "assertDataFrameEqual",
    "assertSchemaEqual",
    "assert_max_skew",
    "assert_no_shuffle",
    "assert_recomputed",
    "assert_same_for_any_partitioning",
    "assert_shuffle_bytes",
    "assert_stages",
    "recorded_jobs",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    homes_of(
        {
            "pyrdd.testing.jobs": "assert_max_skew assert_no_shuffle assert_recomputed assert_shuffle_bytes assert_stages "
            "recorded_jobs",
            "pyrdd.testing.partitionings": "assert_same_for_any_partitioning",
            "pyrdd.testing.utils": "assertDataFrameEqual assertSchemaEqual",
        }
    ),
)
