"""The word DEFAULT among the values of an INSERT, and the checks of the defaults that tables declare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException, ParseException
from pyrdd.sql.analysis.problems import analysis_error, quoted_type
from pyrdd.sql.catalog_tables import StoredColumn, StoredTable
from pyrdd.sql.commands.names import context
from pyrdd.sql.expressions import Cast, Expression, Literal, SubqueryExpression, UnresolvedAlias, UnresolvedAttribute
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import LogicalPlan, Project, UnresolvedInlineTable
from pyrdd.sql.storing import can_store, target_column
from pyrdd.sql.tables import constant_of
from pyrdd.sql.types import NullType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def filled(
    session: SparkSession,
    table: StoredTable,
    query: LogicalPlan,
    columns: Sequence[str] | None,
    spec: Sequence[tuple[str, Any]],
) -> LogicalPlan:
    """The query with each DEFAULT that stands alone as a value replaced. Raises DEFAULT_PLACEMENT_INVALID elsewhere."""
    ctx = context(session)
    fixed = {name.lower() for name, value in spec if value is not None}
    if columns:
        known = {c.name.lower() for c in table.columns}
        targets = [target_column(table, n, ctx) for n in columns if n.lower() in known]
    else:
        targets = [c for c in table.columns if c.name.lower() not in fixed]
    match query:
        case UnresolvedInlineTable() if any(_has_default(e) for row in query.rows for e in row):
            rows = tuple(_row(session, row, targets) for row in query.rows)
            return UnresolvedInlineTable(rows, query.names)
        case Project() if any(_has_default(e) for e in query.projections):
            return query.copy(projections=_row(session, query.projections, targets))
    return query


def _row(
    session: SparkSession, values: Sequence[Expression], targets: Sequence[StoredColumn]
) -> tuple[Expression, ...]:
    found = []
    for index, value in enumerate(values):
        if is_default(value):
            column = targets[index] if index < len(targets) else None
            found.append(_value_of(session, column))
        elif _has_default(value):
            raise analysis_error("DEFAULT_PLACEMENT_INVALID")
        else:
            found.append(value)
    return tuple(found)


def _value_of(session: SparkSession, column: StoredColumn | None) -> Expression:
    if column is None:
        return Literal(None, NullType())
    if column.default is None:
        return Literal(None, column.read_type)
    return session._parse_expression(column.default).expression


def is_default(expression: Expression) -> bool:
    """Whether an expression is the word DEFAULT."""
    if isinstance(expression, UnresolvedAlias):
        expression = expression.child
    return (
        isinstance(expression, UnresolvedAttribute)
        and len(expression.parts) == 1
        and expression.parts[0].upper() == "DEFAULT"
    )


def _has_default(expression: Expression) -> bool:
    if is_default(expression):
        return True
    return any(_has_default(child) for child in expression.children if isinstance(child, Expression))


def check_default(session: SparkSession, statement: str, name: str, data_type: Any, text: str) -> None:
    """Raises INVALID_DEFAULT_VALUE for a default that a column cannot have."""
    shown = {"statement": statement, "colName": quoted(name), "defaultValue": text}
    try:
        parsed = session._parse_expression(text).expression
        if parsed.contains((SubqueryExpression,)):
            raise analysis_error("INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION", **shown)
        value = constant_of(session, text)
    except (AnalysisException, ParseException) as error:
        condition = error.getCondition() or ""
        if condition.startswith("INVALID_DEFAULT_VALUE"):
            raise
        if condition.startswith("UNRESOLVED_COLUMN"):
            raise analysis_error("INVALID_DEFAULT_VALUE.NOT_CONSTANT", **shown) from None
        raise analysis_error("INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION", **shown) from None
    if not isinstance(value, Cast) and not can_store(value.data_type, data_type) and not _same_text(value, data_type):
        raise analysis_error(
            "INVALID_DEFAULT_VALUE.DATA_TYPE",
            **shown,
            expectedType=quoted_type(data_type),
            actualType=quoted_type(value.data_type),
        )


def _same_text(value: Expression, data_type: Any) -> bool:
    return isinstance(value.data_type, type(data_type))
