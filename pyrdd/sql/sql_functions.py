"""SQL functions: CREATE FUNCTION with a body in SQL. A call is replaced by the body when a query is analysed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.plan import LogicalPlan


@dataclass(frozen=True)
class SqlFunction:
    """A function with a body in SQL."""

    name: tuple[str, ...]
    is_table: bool = False

    def __call__(self, args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
        raise NotImplementedError
