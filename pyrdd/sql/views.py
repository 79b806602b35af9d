"""Views: a query's text, read again by each query that uses it, and brought to the view's columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.analysis.casts import can_cast
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.catalog_tables import StoredTable, ViewText
from pyrdd.sql.expressions import Alias, Attribute, Cast, Expression, new_id
from pyrdd.sql.names import quoted_parts
from pyrdd.sql.parser import parse_query
from pyrdd.sql.plan import LogicalPlan, Project, SubqueryAlias
from pyrdd.sql.types import DataType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

_KEPT = (
    "spark.sql.ansi.enabled",
    "spark.sql.session.timeZone",
    "spark.sql.caseSensitive",
    "spark.sql.timestampType",
    "spark.sql.groupByOrdinal",
    "spark.sql.orderByOrdinal",
)
_opened: ContextVar[tuple[tuple[str, ...], ...]] = ContextVar("pyrdd_opened_views", default=())


def view_text(
    session: SparkSession, text: str, query_columns: Sequence[str], mode: str | None = None, named: bool = False
) -> ViewText:
    """The record of a view's text, with what the session says now."""
    settings = {key: value for key in _KEPT if (value := session.conf._values.get(key)) is not None}
    database = session._catalog.current_database
    return ViewText(text, database, settings, tuple(query_columns), mode or "COMPENSATION", named)


def plan_of_view(session: SparkSession, table: StoredTable) -> LogicalPlan:
    """The rows of a stored view. Raises what its query raises, and INCOMPATIBLE_VIEW_SCHEMA_CHANGE."""
    assert table.view is not None
    targets = [(c.name, c.data_type, c.field().metadata) for c in table.columns]
    plan = _matched(session, table.parts, table.view, targets, _query(session, table.parts, table.view))
    return SubqueryAlias(table.parts, plan)


def plan_of_text(
    session: SparkSession, name: tuple[str, ...], view: ViewText, columns: Sequence[Attribute]
) -> LogicalPlan:
    """The rows of a temporary view that SQL made; ``columns`` are those that it had at first."""
    targets = [(c.name, c.data_type, c.metadata) for c in columns]
    return _matched(session, name, view, targets, _query(session, name, view))


def _query(session: SparkSession, name: tuple[str, ...], view: ViewText) -> LogicalPlan:
    with _inside(name), _as_it_was(session, view):
        return analyze(parse_query(view.text, session.conf, ("VIEW", ".".join(name))), session._analysis_context())


@contextmanager
def _inside(name: tuple[str, ...]) -> Iterator[None]:
    opened = _opened.get()
    if name in opened:
        path = " -> ".join(quoted_parts(one) for one in (*opened[opened.index(name) :], name))
        raise analysis_error("RECURSIVE_VIEW", viewIdent=quoted_parts(name), newPath=path)
    token = _opened.set((*opened, name))
    try:
        yield
    finally:
        _opened.reset(token)


@contextmanager
def _as_it_was(session: SparkSession, view: ViewText) -> Iterator[None]:
    """The session with the database and the settings under which the view was made."""
    catalog, changed = session._catalog, session.conf._changed
    database, before = catalog.current_database, dict(changed)
    catalog.current_database = view.database
    _replace(changed, {**changed, **view.settings})
    try:
        yield
    finally:
        catalog.current_database = database
        _replace(changed, before)


def _replace(settings: dict[str, str], wanted: Mapping[str, str]) -> None:
    for key in [key for key in settings if key not in wanted]:
        del settings[key]
    settings.update(wanted)


def _matched(
    session: SparkSession,
    name: tuple[str, ...],
    view: ViewText,
    targets: Sequence[tuple[str, DataType, Any]],
    plan: LogicalPlan,
) -> LogicalPlan:
    """The query's rows under the view's columns, matched by the names that the query's columns had."""
    ctx = session._analysis_context()
    if view.schema_mode == "EVOLUTION":
        return plan
    columns: list[Expression] = []
    for index, (target, data_type, metadata) in enumerate(targets):
        found = _column(plan.output, view.query_columns, index, ctx)
        if found is None:
            raise _changed(name, view, view.query_columns[index], plan.output)
        wanted = found.data_type if view.schema_mode == "TYPE EVOLUTION" else data_type
        columns.append(Alias(_as_type(found, wanted, name, view, ctx), target, new_id(), metadata or found.metadata))
    return Project(tuple(columns), plan)


def _column(output: Sequence[Attribute], names: Sequence[str], index: int, ctx: Any) -> Attribute | None:
    name = names[index]
    same = [c for c in output if ctx.same_name(c.name, name)]
    before = sum(ctx.same_name(n, name) for n in names[:index])
    total = sum(ctx.same_name(n, name) for n in names)
    # columns of one name are matched by their order, and there must be as many as there were
    return same[before] if len(same) == total or (same and total == 1) else None


def _as_type(column: Attribute, wanted: DataType, name: tuple[str, ...], view: ViewText, ctx: Any) -> Expression:
    if column.data_type == wanted:
        return column
    ansi = view.schema_mode == "COMPENSATION"
    possible = can_cast(column.data_type, wanted, True) if ansi else coercion.can_become(column.data_type, wanted, ctx)
    if not possible:
        raise _changed(name, view, column.name, [column])
    return Cast(column, wanted, "ansi", implicit=True)


def _changed(name: tuple[str, ...], view: ViewText, column: str, found: Sequence[Attribute]) -> Exception:
    actual = ",".join(c.name for c in found if c.name.lower() == column.lower())
    stored = len(name) == 3
    return analysis_error(
        "INCOMPATIBLE_VIEW_SCHEMA_CHANGE",
        viewName=quoted_parts(name),
        colName=column,
        expectedNum=sum(n.lower() == column.lower() for n in view.query_columns),
        actualCols=f"[{actual}]",
        suggestion=("CREATE OR REPLACE VIEW " if stored else "CREATE OR REPLACE TEMPORARY VIEW ")
        + f"{'.'.join(name)} AS {view.text}",
    )
