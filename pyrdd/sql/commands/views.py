"""Views and cached tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.catalog_state import GLOBAL_DATABASE
from pyrdd.sql.catalog_tables import CHAR_TYPE, StoredColumn, StoredTable, ViewText, schema_not_found
from pyrdd.sql.commands.altering import rename, set_properties, unset_properties
from pyrdd.sql.commands.caching import renew_path, renew_table
from pyrdd.sql.commands.names import analyzed, table_named, table_to_drop, wrong_qualifier
from pyrdd.sql.commands.results import table
from pyrdd.sql.execution.query import QueryExecution
from pyrdd.sql.expressions import Parameter, SubqueryExpression
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.options import split_path
from pyrdd.sql.parser import parse_query, parse_type
from pyrdd.sql.plan import ColumnAliases, Command, LogicalPlan, UnresolvedRelation, UnresolvedWith
from pyrdd.sql.types import StructType
from pyrdd.sql.views import view_text

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


# --- CREATE VIEW -------------------------------------------------------------------------------------------------


def create_view(session: SparkSession, command: Command) -> None:
    """CREATE VIEW: the query is analysed now, to be checked, and again by each query that reads the view."""
    if command["temporary"] or command["global"]:
        _create_temporary(session, command)
    else:
        _create_stored(session, command)


def _create_temporary(session: SparkSession, command: Command) -> None:
    catalog, is_global = session._catalog, bool(command["global"])
    parts = command["name"]
    if is_global and len(parts) == 2 and parts[0].lower() == GLOBAL_DATABASE:
        parts = parts[1:]
    if len(parts) == 2 and parts[0].lower() == "session":
        parts = parts[1:]
    if len(parts) > 1:
        raise wrong_qualifier("VIEW", parts)
    known = (GLOBAL_DATABASE, parts[0]) if is_global else parts
    if not command["replace"] and catalog.is_temporary(known):
        if command["if_not_exists"]:
            return
        raise analysis_error("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", relationName=quoted(parts[0]))
    query = analyzed(session, command["query"])
    _check_names(command["columns"], query, known)
    plan = _renamed(session, command, query)
    _check_distinct(plan)
    _check_recursion(session, known, plan, command)
    # parameters have their values now; their names mean nothing later
    text = None if _has_parameters(session, command["text"]) else _text(session, command, query)
    catalog.create_view(parts[0], plan, True, is_global, text)


def _has_parameters(session: SparkSession, text: str | None) -> bool:
    if text is None or not any(mark in text for mark in ":?"):
        return text is None
    plan = parse_query(text, session.conf)
    return any(e.contains(Parameter) for node in plan.walk() for e in node.expressions)


def _text(session: SparkSession, command: Command, query: LogicalPlan) -> ViewText:
    names = [c.name for c in query.output]
    return view_text(session, command["text"], names, command["schema_mode"], bool(command["columns"]))


def _renamed(session: SparkSession, command: Command, query: LogicalPlan) -> LogicalPlan:
    names = tuple(name for name, _ in command["columns"] or ())
    return analyze(ColumnAliases(names, query), session._analysis_context()) if names else query


def _check_names(columns: Sequence[Any] | None, query: LogicalPlan, parts: Sequence[str]) -> None:
    if columns and len(columns) != len(query.output):
        which = "NOT_ENOUGH" if len(query.output) < len(columns) else "TOO_MANY"
        raise analysis_error(
            f"CREATE_VIEW_COLUMN_ARITY_MISMATCH.{which}_DATA_COLUMNS",
            viewName=quoted_parts(tuple(parts)),
            viewColumns=", ".join(quoted(name) for name, _ in columns),
            dataColumns=", ".join(quoted(c.name) for c in query.output),
        )


def _check_distinct(plan: LogicalPlan) -> None:
    names = [c.name.lower() for c in plan.output]
    for name in names:
        if names.count(name) > 1:
            raise analysis_error("COLUMN_ALREADY_EXISTS", columnName=quoted(name))


def _check_recursion(session: SparkSession, name: tuple[str, ...], plan: LogicalPlan, command: Command) -> None:
    """A view that is replaced must not read itself."""
    known = session._catalog.find_table(name) if len(name) == 3 else session._catalog.is_temporary(name)
    if known and command["replace"] and _names(command["query"], name[-1]):
        shown = quoted_parts(name)
        raise analysis_error("RECURSIVE_VIEW", viewIdent=shown, newPath=f"{shown} -> {shown}")


def _names(plan: LogicalPlan, name: str) -> bool:
    """Whether an unresolved query reads a relation of that name, outside of WITH."""
    if isinstance(plan, UnresolvedRelation):
        return plan.parts[-1].lower() == name.lower()
    if isinstance(plan, UnresolvedWith) and any(d.name.lower() == name.lower() for d in plan.definitions):
        return False
    return any(_names(child, name) for child in plan.children)


def _create_stored(session: SparkSession, command: Command) -> None:
    catalog = session._catalog
    database, name = catalog.table_place(command["name"])
    if not catalog.store.has_database(database):
        raise schema_not_found((database,))
    known = catalog.store.table(database, name)
    if known is not None and not known.is_view:
        if command["if_not_exists"]:
            return
        if command["replace"]:
            raise analysis_error(
                "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", tableName=known.quoted_name, operation="CREATE OR REPLACE VIEW"
            )
    if known is not None and not command["replace"]:
        if command["if_not_exists"]:
            return
        raise analysis_error("TABLE_OR_VIEW_ALREADY_EXISTS", relationName=known.quoted_name)
    query = analyzed(session, command["query"])
    made = StoredTable(database, name.lower(), "VIEW", (), comment=command["comment"])
    _check_temporary(session, made, command["query"])
    _check_names(command["columns"], query, made.parts)
    plan = _renamed(session, command, query)
    _check_distinct(plan)
    _check_recursion(session, made.parts, plan, command)
    catalog.store.put(
        made.with_(
            columns=_view_columns(plan, command["columns"]),
            properties=tuple((k, v or "") for k, v in command["properties"] or ()),
            view=_text(session, command, query),
        )
    )


def _view_columns(plan: LogicalPlan, declared: Sequence[Any] | None) -> tuple[StoredColumn, ...]:
    comments = [comment for _, comment in declared] if declared else [None] * len(plan.output)
    found = []
    for column, comment in zip(plan.output, comments, strict=True):
        metadata = column.metadata or {}
        kept = metadata.get(CHAR_TYPE)
        data_type = parse_type(kept) if kept else column.data_type
        found.append(StoredColumn(column.name, data_type, comment or metadata.get("comment")))
    return tuple(found)


def _check_temporary(session: SparkSession, view: StoredTable, query: LogicalPlan) -> None:
    """Raises INVALID_TEMP_OBJ_REFERENCE for a stored view that reads a temporary one."""
    for parts in _relations(query, frozenset()):
        if session._catalog.is_temporary(parts):
            raise analysis_error(
                "INVALID_TEMP_OBJ_REFERENCE",
                obj="VIEW",
                objName=view.quoted_name,
                tempObj="VIEW",
                tempObjName=quoted_parts(tuple(parts)),
            )


def _relations(plan: Any, hidden: frozenset[str]) -> list[tuple[str, ...]]:
    """The names of relations in an unresolved query, those of its common table expressions left out."""
    if isinstance(plan, UnresolvedRelation):
        return [] if len(plan.parts) == 1 and plan.parts[0].lower() in hidden else [plan.parts]
    found: list[tuple[str, ...]] = []
    if isinstance(plan, UnresolvedWith):
        for definition in plan.definitions:
            found += _relations(definition.plan, hidden)
            hidden = hidden | {definition.name.lower()}
        return found + _relations(plan.child, hidden)
    for child in plan.children:
        found += _relations(child, hidden)
    for expression in getattr(plan, "expressions", ()):
        for subquery in expression.find(SubqueryExpression):
            found += _relations(subquery.plan, hidden)
    return found


def create_temp_view_using(session: SparkSession, command: Command) -> None:
    """CREATE TEMPORARY VIEW ... USING: the rows of a data source under a name."""
    path, options = split_path(command["options"])
    reader = session.read.format(command["using"]).options(**options)
    if command["columns"]:
        schema = StructType()
        for column in command["columns"]:
            schema.add(column.name[-1], column.data_type, column.nullable)
        reader = reader.schema(schema)
    plan = reader.load(path)._plan
    parts, is_global = command["name"], bool(command["global"])
    known = (GLOBAL_DATABASE, parts[-1]) if is_global else parts[-1:]
    if not command["replace"] and session._catalog.is_temporary(known):
        raise analysis_error("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", relationName=quoted(parts[-1]))
    session._catalog.create_view(parts[-1], plan, True, is_global)


# --- DROP, ALTER -------------------------------------------------------------------------------------------------


def drop_view(session: SparkSession, command: Command) -> None:
    """DROP VIEW, stored or temporary. Raises TABLE_OR_VIEW_NOT_FOUND, WRONG_COMMAND_FOR_OBJECT_TYPE."""
    known = table_to_drop(session, command)
    if known is None:
        return
    if not known.is_view:
        raise analysis_error(
            "WRONG_COMMAND_FOR_OBJECT_TYPE",
            alternative="DROP TABLE",
            operation="DROP VIEW",
            foundType=known.kind,
            requiredType="VIEW or METRIC_VIEW",
            objectName=".".join(known.parts),
        )
    session._catalog.store.forget(known)


def alter_view(session: SparkSession, command: Command) -> None:
    """ALTER VIEW: another query, another name, other properties."""
    parts = command["name"]
    if session._catalog.is_temporary(parts):
        _alter_temporary(session, command)
        return
    known = table_named(session, parts)
    if not known.is_view:
        raise analysis_error(
            f"EXPECT_VIEW_NOT_TABLE.{'NO_ALTERNATIVE' if command['action'] == 'as' else 'USE_ALTER_TABLE'}",
            tableName=known.quoted_name,
            operation=_operation(command),
        )
    if command["action"] != "as":
        actions = {"rename": rename, "set_properties": set_properties, "unset_properties": unset_properties}
        actions[command["action"]](session, known, command)
        return
    query = analyzed(session, command["query"])
    _check_temporary(session, known, command["query"])
    _check_distinct(query)
    session._catalog.store.put(known.with_(columns=_view_columns(query, None), view=_text(session, command, query)))


def _operation(command: Command) -> str:
    words = {
        "rename": "RENAME TO",
        "as": "AS",
        "set_properties": "SET TBLPROPERTIES",
        "unset_properties": "UNSET TBLPROPERTIES",
    }
    return f"ALTER VIEW ... {words[command['action']]}"


def _alter_temporary(session: SparkSession, command: Command) -> None:
    catalog, parts = session._catalog, command["name"]
    is_global = len(parts) == 2 and parts[0].lower() == GLOBAL_DATABASE
    if command["action"] == "as":
        query = analyzed(session, command["query"])
        _check_distinct(query)
        catalog.create_view(parts[-1], query, True, is_global, _text(session, command, query))
    elif command["action"] == "rename":
        key = (*parts[:-1], parts[-1].lower())
        text = catalog.view_texts.get(key)
        plan = catalog._temporary(is_global)[parts[-1].lower()]
        catalog.drop_named_view(parts)
        catalog.create_view(command["to"][-1], plan, False, is_global, text)
    else:
        raise analysis_error(
            "EXPECT_PERMANENT_VIEW_NOT_TEMP", viewName=quoted_parts(parts), operation=_operation(command)
        )


# --- caching -----------------------------------------------------------------------------------------------------


def cache_table(session: SparkSession, command: Command) -> None:
    """CACHE TABLE: keeps the result of a table or query, computed at once unless LAZY."""
    name = command["name"]
    if command["query"] is not None:
        if session._catalog.is_temporary(name):
            raise analysis_error("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", relationName=quoted(name[-1]))
        session._catalog.create_view(name[-1], analyzed(session, command["query"]))
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


def refresh_table(session: SparkSession, command: Command) -> None:
    """REFRESH TABLE: files are listed anew by each query; only what is kept of the table is computed anew."""
    if not session._catalog.is_temporary(command["name"]):
        renew_table(session, table_named(session, command["name"]))


def refresh_path(session: SparkSession, command: Command) -> None:
    """REFRESH path: what is kept of results that read its files is computed anew."""
    renew_path(session, command["path"])


def _plan_of(session: SparkSession, name: tuple[str, ...]) -> LogicalPlan:
    return analyze(UnresolvedRelation(name), session._analysis_context())


def explain(session: SparkSession, command: Command) -> LogicalPlan:
    """EXPLAIN: the plans as one column of text."""
    query = command["query"]
    if isinstance(query, Command):
        return table("plan string", [(f"== Physical Plan ==\nExecute {query.kind}\n",)])
    plan = analyzed(session, query)
    return table("plan string", [(QueryExecution(session, plan).explain(command["mode"] or "simple"),)])
