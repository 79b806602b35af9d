"""Commands: statements that act at once. ``Command`` nodes come from the parser; `pyrdd.sql.commands` runs them.

A command's result is a small table whose columns Spark fixes (empty for most).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan.base import LogicalPlan


@dataclass(frozen=True)
class Command(LogicalPlan):
    """A statement by kind (``"create_view"``, ``"drop_table"``, ``"insert"``, ``"show_tables"``, ``"set"``, ...) with
    its parts by name. Parts may hold plans and expressions, unresolved."""

    kind: str
    parts: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, name: str) -> Any:
        """A part by name, None if the statement has none."""
        return dict(self.parts).get(name)

    @cached_property
    def resolved(self) -> bool:
        return False

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return ()
