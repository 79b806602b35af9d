"""What commands share: the context of their queries, the tables and databases that they name."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import translate
from re import IGNORECASE, Pattern, escape
from re import compile as pattern_of
from re import error as PatternError
from typing import TYPE_CHECKING

from pyrdd.errors import AnalysisException, ParseException
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.catalog_tables import StoredTable
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.plan import Command, LogicalPlan

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def context(session: SparkSession) -> AnalysisContext:
    """The context of a query or expression inside a command."""
    return session._analysis_context()


def analyzed(session: SparkSession, query: LogicalPlan) -> LogicalPlan:
    """The resolved plan of a query inside a command."""
    return analyze(query, context(session))


def dotted(name: str | Sequence[str]) -> str:
    """A name of one part or of several as one text."""
    return name if isinstance(name, str) else ".".join(name)


def unknown_routine(parts: Sequence[str]) -> AnalysisException:
    """UNRESOLVED_ROUTINE, with the places that Spark has looked in."""
    return analysis_error(
        "UNRESOLVED_ROUTINE",
        routineName=quoted_parts(tuple(parts)),
        searchPath="[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]",
    )


def wrong_qualifier(kind: str, parts: Sequence[str]) -> ParseException:
    """INVALID_TEMP_OBJ_QUALIFIER: what is temporary is in no database."""
    return ParseException(
        errorClass="INVALID_TEMP_OBJ_QUALIFIER",
        messageParameters={
            "objectType": kind,
            "objectName": quoted(parts[-1]),
            "qualifier": quoted_parts(tuple(parts[:-1])),
        },
    )


def table_named(session: SparkSession, parts: Sequence[str], kind: str = "command") -> StoredTable:
    """A stored table or view. Raises TABLE_OR_VIEW_NOT_FOUND."""
    found = session._catalog.find_table(parts)
    if found is None:
        raise session._catalog.not_found(parts, kind)
    return found


def table_to_drop(session: SparkSession, command: Command) -> StoredTable | None:
    """The stored table or view that a DROP names; None if a temporary view had the name, which is gone now, and with IF
    EXISTS. Raises TABLE_OR_VIEW_NOT_FOUND."""
    catalog, parts = session._catalog, command["name"]
    if catalog.drop_named_view(parts):
        return None
    return catalog.find_table(parts) if command["if_exists"] else table_named(session, parts, "drop")


def plain_table(session: SparkSession, parts: Sequence[str], operation: str, kind: str = "command") -> StoredTable:
    """A stored table that is no view. Raises EXPECT_TABLE_NOT_VIEW."""
    if session._catalog.is_temporary(parts):
        name = quoted_parts(tuple(parts))
    else:
        table = table_named(session, parts, kind)
        if not table.is_view:
            return table
        name = table.quoted_name
    sub = "USE_ALTER_VIEW" if operation.endswith(("TBLPROPERTIES", "RENAME TO")) else "NO_ALTERNATIVE"
    raise analysis_error(f"EXPECT_TABLE_NOT_VIEW.{sub}", viewName=name, operation=operation)


def matcher(pattern: str | None) -> Pattern[str]:
    """Spark's patterns of SHOW: ``*`` is any text, ``|`` separates alternatives, the rest is a regular expression."""
    if pattern is None:
        return pattern_of("")
    parts = [part.strip() for part in pattern.split("|")]
    try:
        return pattern_of("|".join(f"(?:{part.replace('*', '.*')})\\Z" for part in parts), IGNORECASE)
    except PatternError:
        return pattern_of("|".join(translate(escape(part)) for part in parts), IGNORECASE)
