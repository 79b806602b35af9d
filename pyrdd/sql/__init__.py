"""The door to SQL. So far a `SparkSession` that carries a context: what RDD programs that begin with one need.

The DataFrame layer is not built yet; what belongs to it raises NOT_IMPLEMENTED by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.lazy import homes_of, lazy_exports

if TYPE_CHECKING:
    from pyrdd.sql.conf import RuntimeConfig
    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.types import Row
    from pyrdd.sql.utils import is_remote

__all__ = ["Row", "RuntimeConfig", "SparkSession", "is_remote"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    homes_of(
        {
            "pyrdd.sql.conf": "RuntimeConfig",
            "pyrdd.sql.session": "SparkSession",
            "pyrdd.sql.types": "Row",
            "pyrdd.sql.utils": "is_remote",
        }
    ),
)
