"""AnalysisContext: what analysis may ask of the session, and the settings that change its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyrdd.sql.expressions import Attribute
    from pyrdd.sql.plan import LogicalPlan


@dataclass(frozen=True)
class AnalysisContext:
    """One analysis. ``find_relation`` and ``find_function`` look in the session's catalog; the rest is settings and scope."""

    conf: Mapping[str, str] = field(default_factory=dict)
    # parts of a name (and options) -> resolved plan; raises TABLE_OR_VIEW_NOT_FOUND
    find_relation: Callable[..., LogicalPlan] | None = None
    # parts of a name -> built-in Function, or what the session registered (a user's function); None if unknown
    find_function: Callable[[tuple[str, ...]], Any] | None = None
    # parts of a name and resolved arguments -> plan of a table function
    find_table_function: Callable[..., LogicalPlan] | None = None
    # parts of a name -> the session variable as an expression, or None
    find_variable: Callable[[tuple[str, ...]], Any] | None = None
    # a foldable expression -> its internal value
    evaluate: Callable[[Any], Any] | None = None
    parameters: Mapping[str | int, Any] | None = None
    current_database: str = "default"
    # common table expressions in scope: each makes a new reference to itself
    ctes: Mapping[str, Callable[[], LogicalPlan]] = field(default_factory=dict)
    # the columns of the queries around, innermost first
    outer: tuple[tuple[Attribute, ...], ...] = ()
    # whether the query around is a HAVING, whose aggregates a condition inside may read
    in_having: bool = False

    @property
    def ansi(self) -> bool:
        """Whether errors are errors (``spark.sql.ansi.enabled``, on by default)."""
        return self.flag("spark.sql.ansi.enabled", True)

    @property
    def mode(self) -> Any:
        """The evaluation mode of expressions that do not choose one."""
        return "ansi" if self.ansi else "legacy"

    @property
    def case_sensitive(self) -> bool:
        """Whether ``A`` and ``a`` are two names (``spark.sql.caseSensitive``, off by default)."""
        return self.flag("spark.sql.caseSensitive", False)

    @property
    def time_zone(self) -> str:
        """The session time zone."""
        return self.conf.get("spark.sql.session.timeZone") or "UTC"

    def flag(self, key: str, default: bool) -> bool:
        """A boolean setting."""
        value = self.conf.get(key)
        return default if value is None else str(value).lower() == "true"

    def same_name(self, a: str, b: str) -> bool:
        """Whether two names are one."""
        return a == b if self.case_sensitive else a.lower() == b.lower()

    def inside(self, columns: tuple[Attribute, ...]) -> AnalysisContext:
        """The context of a subquery of a query with these columns."""
        return replace(self, outer=(columns, *self.outer))

    def with_(self, **changes: Any) -> AnalysisContext:
        """This context with some fields replaced."""
        return replace(self, **changes)
