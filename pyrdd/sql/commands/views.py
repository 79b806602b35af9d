"""Views and cached tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.commands.results import table
from pyrdd.sql.plan import ColumnAliases, Command, LogicalPlan, UnresolvedRelation

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def create_view(session: SparkSession, command: Command) -> None:
    """CREATE VIEW: the query is analysed now, and its plan kept under the name."""
    names = tuple(name for name, _ in command["columns"] or ())
    query = ColumnAliases(names, command["query"]) if names else command["query"]
    plan = analyze(query, session._analysis_context())
    if command["temporary"] or command["global"]:
        session._catalog.create_view(command["name"][-1], plan, bool(command["replace"]), bool(command["global"]))
    else:
        session._catalog.create_stored_view(command, plan)


def drop_view(session: SparkSession, command: Command) -> None:
    """DROP VIEW."""
    name = command["name"]
    if not session._catalog.drop_named_view(name) and not command["if_exists"]:
        raise AnalysisException(
            errorClass="TABLE_OR_VIEW_NOT_FOUND", messageParameters={"relationName": ".".join(f"`{p}`" for p in name)}
        )


def cache_table(session: SparkSession, command: Command) -> None:
    """CACHE TABLE: keeps the result of a table or query, computed at once unless LAZY."""
    name = command["name"]
    if command["query"] is not None:
        plan = analyze(command["query"], session._analysis_context())
        session._catalog.create_view(name[-1], plan)
    plan = _plan_of(session, name)
    session._cache.add(plan)
    if not command["lazy"]:
        session._frame(plan).count()


def uncache_table(session: SparkSession, command: Command) -> None:
    """UNCACHE TABLE."""
    try:
        plan = _plan_of(session, command["name"])
    except AnalysisException:
        if command["if_exists"]:
            return
        raise
    session._cache.remove(plan)


def clear_cache(session: SparkSession, command: Command) -> None:
    """CLEAR CACHE."""
    session._cache.clear()


def _plan_of(session: SparkSession, name: tuple[str, ...]) -> LogicalPlan:
    return analyze(UnresolvedRelation(name), session._analysis_context())


def explain(session: SparkSession, command: Command) -> Any:
    """EXPLAIN: the plans as one column of text."""
    query = command["query"]
    if isinstance(query, Command):
        return table("plan string", [(f"== Physical Plan ==\nExecute {query.kind}\n",)])
    from pyrdd.sql.execution.query import QueryExecution  # here: few statements are explained

    return table("plan string", [(QueryExecution(session, query).explain(command["mode"] or "simple"),)])


