"""SessionCatalog: the names that a session knows: temporary views, functions, variables, and the tables of databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import TempTableAlreadyExistsException
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.relations import table_not_found, unknown_table_function
from pyrdd.sql.analysis.renew import with_new_columns
from pyrdd.sql.functions import declare
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import LogicalPlan, SubqueryAlias

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

GLOBAL_DATABASE = "global_temp"
_global_views: dict[str, LogicalPlan] = {}


class SessionCatalog:
    """The catalog of one session. Global temporary views are shared by all sessions of the process."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self.views: dict[str, LogicalPlan] = {}
        self.functions: dict[str, Callable[..., Any]] = {}
        self.table_functions: dict[str, Callable[..., Any]] = {}
        self.variables: dict[str, Any] = {}

    # --- temporary views ---------------------------------------------------------------------------------------

    def create_view(self, name: str, plan: LogicalPlan, replace: bool = True, is_global: bool = False) -> None:
        """Names an analysed plan. Raises TempTableAlreadyExistsException unless it may be replaced."""
        views = _global_views if is_global else self.views
        if not replace and name.lower() in views:
            raise TempTableAlreadyExistsException(
                errorClass="TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", messageParameters={"relationName": quoted(name)}
            )
        views[name.lower()] = plan

    def drop_view(self, name: str, is_global: bool = False) -> bool:
        """Forgets a view; whether there was one."""
        return (_global_views if is_global else self.views).pop(name.lower(), None) is not None

    def view_of(self, parts: Sequence[str]) -> LogicalPlan | None:
        """The plan of a temporary view by name."""
        if len(parts) == 1:
            return self.views.get(parts[0].lower())
        if len(parts) == 2 and parts[0].lower() == GLOBAL_DATABASE:
            return _global_views.get(parts[1].lower())
        return None

    def drop_named_view(self, parts: Sequence[str]) -> bool:
        """Forgets a view of either kind by its full name; whether there was one."""
        if len(parts) == 2 and parts[0].lower() == GLOBAL_DATABASE:
            return self.drop_view(parts[1], is_global=True)
        return self.drop_view(parts[-1])

    # --- what analysis asks ------------------------------------------------------------------------------------

    def find_relation(self, parts: tuple[str, ...], options: Mapping[str, str] | None = None) -> LogicalPlan:
        """The plan of a view or table. Raises TABLE_OR_VIEW_NOT_FOUND."""
        view = self.view_of(parts)
        if view is not None:
            # each use has columns of its own: a view may meet itself in a join or a correlated subquery
            return SubqueryAlias(parts, with_new_columns(view, view.output_ids))
        raise table_not_found(parts)

    def find_function(self, parts: tuple[str, ...]) -> Any:
        """A function by name: the session's own first, then the built-in ones; None if unknown."""
        name = parts[-1].lower()
        own = self.functions.get(name)
        if own is not None:
            return own
        try:
            return declare.lookup(name)
        except KeyError:
            return None

    def find_table_function(self, parts: tuple[str, ...], args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
        """The plan of a table-valued function. Raises UNRESOLVABLE_TABLE_VALUED_FUNCTION."""
        from pyrdd.sql.table_functions import plan_of  # here: few queries call one

        own = self.table_functions.get(parts[-1].lower())
        found: LogicalPlan | None = own(args, ctx) if own is not None else plan_of(parts[-1].lower(), args, ctx, self)
        if found is None:
            raise unknown_table_function(parts)
        return found

    def find_variable(self, parts: tuple[str, ...]) -> Any:
        """A session variable as a literal, or None."""
        name = parts[-1].lower()
        return self.variables.get(name)


