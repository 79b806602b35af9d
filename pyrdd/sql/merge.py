"""MergeIntoWriter: refused, for tables here cannot be merged into."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.arguments import not_implemented


class MergeIntoWriter:
    """PySpark's builder of MERGE INTO. Making one raises PySparkNotImplementedError."""

    def __init__(self, df: Any, table: str, condition: Any) -> None:
        raise not_implemented("DataFrame.mergeInto", "Join, and write the result.")
