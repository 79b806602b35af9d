"""SessionCatalog: the names that a session knows: temporary views, functions, variables, and stored tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException, TempTableAlreadyExistsException
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.analysis.relations import table_not_found, unknown_table_function
from pyrdd.sql.analysis.renew import with_new_columns
from pyrdd.sql.catalog_tables import (
    CATALOG,
    DEFAULT_DATABASE,
    StoredTable,
    TableStore,
    ViewText,
    schema_not_found,
)
from pyrdd.sql.file_relations import file_relation
from pyrdd.sql.functions import declare
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.plan import LogicalPlan, SubqueryAlias
from pyrdd.sql.sources.registry import is_file_format
from pyrdd.sql.tables import scan

if TYPE_CHECKING:
    from pyrdd.sql.datasource_run import RegisteredSource
    from pyrdd.sql.session import SparkSession

GLOBAL_DATABASE = "global_temp"


class SessionCatalog:
    """The catalog of one session. Databases and global temporary views are those of the application."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self.store = TableStore(session.sparkContext, session.sparkContext._conf.get("spark.sql.warehouse.dir", None))
        self.current_database = DEFAULT_DATABASE
        self.views: dict[str, LogicalPlan] = {}
        # the texts of the temporary views that SQL made: they are analysed anew by each query that reads them
        self.view_texts: dict[tuple[str, ...], ViewText] = {}
        self.functions: dict[str, Callable[..., Any]] = {}
        self.table_functions: dict[str, Callable[..., Any]] = {}
        self.variables: dict[str, Any] = {}
        self.variable_defaults: dict[str, Any] = {}
        self.data_sources: dict[str, RegisteredSource] = {}

    def share_tables(self, other: SessionCatalog) -> None:
        """Makes the databases of another session these ones too."""
        self.store = other.store

    # --- temporary views ---------------------------------------------------------------------------------------

    def create_view(
        self,
        name: str,
        plan: LogicalPlan,
        replace: bool = True,
        is_global: bool = False,
        text: ViewText | None = None,
    ) -> None:
        """Names an analysed plan. Raises TempTableAlreadyExistsException unless it may be replaced."""
        views = self._temporary(is_global)
        if not replace and name.lower() in views:
            raise TempTableAlreadyExistsException(
                errorClass="TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", messageParameters={"relationName": quoted(name)}
            )
        views[name.lower()] = plan
        key = _key(name, is_global)
        self.view_texts.pop(key, None)
        if text is not None:
            self.view_texts[key] = text

    def drop_view(self, name: str, is_global: bool = False) -> bool:
        """Forgets a view; whether there was one."""
        self.view_texts.pop(_key(name, is_global), None)
        return self._temporary(is_global).pop(name.lower(), None) is not None

    def _temporary(self, is_global: bool) -> dict[str, LogicalPlan]:
        return self.store.global_views if is_global else self.views

    def view_of(self, parts: Sequence[str]) -> LogicalPlan | None:
        """The plan of a temporary view by name."""
        place = self._place(parts)
        if place is None:
            return None
        name, is_global = place
        plan = self._temporary(is_global).get(name)
        text = self.view_texts.get(_key(name, is_global))
        if plan is None or text is None:
            return plan
        from pyrdd.sql.views import plan_of_text  # here: it leads to the analyser, which asks this catalog

        return plan_of_text(self.session, tuple(parts), text, plan.output)

    def is_temporary(self, parts: Sequence[str]) -> bool:
        """Whether a name is that of a temporary view."""
        place = self._place(parts)
        return place is not None and place[0] in self._temporary(place[1])

    def _place(self, parts: Sequence[str]) -> tuple[str, bool] | None:
        lowered = [part.lower() for part in parts]
        match lowered:
            case [name] | ["session", name] | ["system", "session", name]:
                return name, False
            case [database, name] if database == GLOBAL_DATABASE:
                return name, True
        return None

    def drop_named_view(self, parts: Sequence[str]) -> bool:
        """Forgets a temporary view of either kind by its full name; whether there was one."""
        place = self._place(parts)
        return place is not None and self.drop_view(*place)

    # --- tables ------------------------------------------------------------------------------------------------

    def table_place(self, parts: Sequence[str]) -> tuple[str, str]:
        """Database and name of a table's name. Raises REQUIRES_SINGLE_PART_NAMESPACE for other catalogs."""
        if len(parts) == 3 and parts[0].lower() == CATALOG:
            parts = parts[1:]
        if len(parts) > 2:
            raise analysis_error(
                "REQUIRES_SINGLE_PART_NAMESPACE", sessionCatalog=CATALOG, identifier=quoted_parts(tuple(parts))
            )
        return (parts[0], parts[1]) if len(parts) == 2 else (self.current_database, parts[0])

    def database_name(self, parts: Sequence[str]) -> str:
        """The database that a name means. Raises SCHEMA_NOT_FOUND for names of more parts."""
        if len(parts) == 2 and parts[0].lower() == CATALOG:
            parts = parts[1:]
        if len(parts) != 1:
            raise schema_not_found(parts)
        return parts[0]

    def find_table(self, parts: Sequence[str]) -> StoredTable | None:
        """The stored table or view of a name, or None."""
        try:
            return self.store.table(*self.table_place(parts))
        except AnalysisException:
            return None

    def not_found(self, parts: Sequence[str], kind: str = "query") -> Exception:
        """TABLE_OR_VIEW_NOT_FOUND, with the databases that a query, a command on tables, or DROP looks through."""
        if kind == "drop":
            database, name = self.table_place(parts)
            return table_not_found((CATALOG, database, name), f"[{quoted_parts((CATALOG, database))}]")
        here = quoted_parts((CATALOG, self.current_database))
        builtin = "`system`.`builtin`, " if kind == "query" else ""
        return table_not_found(parts, f"[{builtin}`system`.`session`, {here}]")

    # --- what analysis asks ------------------------------------------------------------------------------------

    def find_relation(self, parts: tuple[str, ...], options: Mapping[str, str] | None = None) -> LogicalPlan:
        """The plan of a view or table, or of files by their format and path. Raises TABLE_OR_VIEW_NOT_FOUND."""
        view = self.view_of(parts)
        if view is not None:
            # each use has columns of its own: a view may meet itself in a join or a correlated subquery
            name = parts if len(parts) == 1 else parts[-2:]
            return SubqueryAlias(name, with_new_columns(view, view.output_ids))
        table = self.find_table(parts)
        if table is None:
            return self._files(parts, options)
        if table.view is not None:
            from pyrdd.sql.views import plan_of_view  # here: see view_of

            return plan_of_view(self.session, table)
        return scan(self.session, table, options)

    def _files(self, parts: tuple[str, ...], options: Mapping[str, str] | None) -> LogicalPlan:
        allowed = self.session.conf._values.get("spark.sql.runSQLOnFiles", "true") == "true"
        if len(parts) > 2:
            self.table_place(parts)
        if len(parts) != 2 or not allowed or not is_file_format(parts[0]) or self.store.has_database(parts[0]):
            raise self.not_found(parts)
        return SubqueryAlias(parts, file_relation(self.session, parts[0], [parts[1]], None, options))

    def find_function(self, parts: tuple[str, ...]) -> Any:
        """A function by name: the session's own first, then those stored in a database, then the built-in ones; None if
        unknown."""
        name = parts[-1].lower()
        if len(parts) == 1 or [p.lower() for p in parts[:-1]] in (["session"], ["system", "session"]):
            own = self.functions.get(name)
            if own is not None:
                return own
        if len(parts) == 1 or [p.lower() for p in parts[:-1]] in (["builtin"], ["system", "builtin"]):
            try:
                return declare.lookup(name)
            except KeyError:
                pass
        return self._stored_function(parts)

    def _stored_function(self, parts: tuple[str, ...]) -> Any:
        try:
            database, name = self.table_place(parts)
        except AnalysisException:
            return None
        if not self.store.has_database(database):
            return None
        return self.store.database(database).functions.get(name.lower())

    def find_table_function(self, parts: tuple[str, ...], args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
        """The plan of a table-valued function. Raises UNRESOLVABLE_TABLE_VALUED_FUNCTION."""
        # here: they lead to the parser, which programs without SQL text need not load
        from pyrdd.sql.sql_functions import SqlFunction
        from pyrdd.sql.table_functions import plan_of

        own = self.table_functions.get(parts[-1].lower()) if len(parts) == 1 else None
        if own is None:
            stored = self._stored_function(parts)
            own = stored if isinstance(stored, SqlFunction) and stored.is_table else None
        if isinstance(own, SqlFunction):
            return own.table(args, ctx)
        found: LogicalPlan | None = own(args, ctx) if own is not None else plan_of(parts[-1].lower(), args, ctx, self)
        if found is None:
            raise unknown_table_function(parts)
        return found

    def find_variable(self, parts: tuple[str, ...]) -> Any:
        """A session variable as a literal, or None."""
        if [p.lower() for p in parts[:-1]] not in ([], ["session"], ["system", "session"]):
            return None
        return self.variables.get(parts[-1].lower())


def _key(name: str, is_global: bool) -> tuple[str, ...]:
    return (GLOBAL_DATABASE, name.lower()) if is_global else (name.lower(),)
