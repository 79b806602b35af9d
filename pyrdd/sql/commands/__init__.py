"""Commands: statements that act at once. One function for each kind (`pyrdd.sql.parser.commands` lists them), by topic."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql.commands.results import nothing
from pyrdd.sql.plan import Command, LogicalPlan

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

TOPICS = ("views", "settings")


def run(session: SparkSession, command: Command) -> LogicalPlan:
    """Carries a command out and returns its result as a relation. Raises NOT_IMPLEMENTED for kinds that are refused."""
    for topic in TOPICS:
        action = getattr(import_module(f"pyrdd.sql.commands.{topic}"), command.kind, None)
        if action is not None:
            result: Any = action(session, command)
            return nothing() if result is None else result
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={"feature": command.kind.replace("_", " ").upper(), "alternative": ""},
    )
