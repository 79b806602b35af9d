"""Commands: statements that act at once. One function for each kind (see `pyrdd.sql.parser.commands`), by topic."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql.analysis.relations import name_of_text
from pyrdd.sql.commands.results import nothing
from pyrdd.sql.expressions import UnresolvedIdentifier
from pyrdd.sql.plan import Command, LogicalPlan

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

TOPICS = {
    "views": "create_view create_temp_view_using drop_view alter_view cache_table uncache_table clear_cache "
    "refresh_table refresh_path explain",
    "settings": "set reset set_time_zone",
    "variables": "declare_variable set_variable drop_variable execute_immediate",
    "databases": "use use_catalog create_database drop_database alter_database",
    "tables": "create_table create_table_like drop_table truncate repair_table comment_on",
    "altering": "alter_table",
    "inserting": "insert multi_insert insert_directory update delete merge",
    "statistics": "analyze",
    "showing": "show_tables show_table_extended show_views show_databases show_catalogs show_current_database "
    "show_columns show_functions show_create_table show_tblproperties show_partitions",
    "describing": "describe_table describe_query describe_database describe_function",
    "functions": "create_function create_java_function drop_function refresh_function",
}
"""The module of each kind of command."""

_HOMES = {kind: topic for topic, kinds in TOPICS.items() for kind in kinds.split()}


def run(session: SparkSession, command: Command) -> LogicalPlan:
    """Carries a command out and returns its result as a relation. Raises NOT_IMPLEMENTED for kinds that are refused."""
    topic = _HOMES.get(command.kind)
    if topic is None:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": command.kind.replace("_", " ").upper(), "alternative": ""},
        )
    action = getattr(import_module(f"pyrdd.sql.commands.{topic}"), command.kind)
    result: Any = action(session, _with_names(session, command))
    return nothing() if result is None else result


def _with_names(session: SparkSession, command: Command) -> Command:
    """The command with each IDENTIFIER(...) replaced by the name that its text is."""
    if not any(isinstance(value, UnresolvedIdentifier) for _, value in command.parts):
        return command
    return Command(command.kind, tuple((name, _name(session, value)) for name, value in command.parts))


def _name(session: SparkSession, value: Any) -> Any:
    if not isinstance(value, UnresolvedIdentifier):
        return value
    return name_of_text(value.text, session._analysis_context())
