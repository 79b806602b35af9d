"""Rows on their way into a table: its columns by name or position, in its types.

query --matched--> columns of the table, defaults where the query has none --cast--> the types of the table
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.analysis.casts import can_cast
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_type
from pyrdd.sql.catalog_tables import StoredColumn, StoredTable, column_list
from pyrdd.sql.expressions import Alias, Cast, Expression, Literal, new_id
from pyrdd.sql.literals import literal_of
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import LogicalPlan, Project
from pyrdd.sql.tables import constant_of
from pyrdd.sql.types import DataType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

_DATETIMES = (t.DateType, t.TimestampType, t.TimestampNTZType)


def rows_for(
    session: SparkSession,
    table: StoredTable,
    query: LogicalPlan,
    columns: Sequence[str] | None,
    by_name: bool,
    fixed: Mapping[str, Expression],
) -> LogicalPlan:
    """The table's columns out of a query's. ``fixed`` are the values of static partitions, by the columns' names."""
    ctx = session._analysis_context()
    if columns:
        found = _by_list(table, query, columns, fixed, ctx)
    elif by_name:
        found = _by_name(table, query, fixed, ctx)
    else:
        found = _by_position(table, query, fixed)
    return Project(tuple(_stored(session, table, c, found.get(c.name), ctx) for c in table.columns), query)


def _by_position(table: StoredTable, query: LogicalPlan, fixed: Mapping[str, Expression]) -> dict[str, Expression]:
    targets = [c for c in table.columns if c.name not in fixed]
    given = query.output
    if len(given) != len(targets):
        if fixed:
            raise analysis_error(
                "INSERT_PARTITION_COLUMN_ARITY_MISMATCH",
                tableName=table.quoted_name,
                tableColumns=column_list(table.columns),
                dataColumns=column_list(given),
                staticPartCols=column_list(list(fixed)),
            )
        raise arity_mismatch(table, table.columns, given)
    return {**fixed, **{c.name: g for c, g in zip(targets, given, strict=True)}}


def arity_mismatch(table: StoredTable, wanted: Sequence[Any], given: Sequence[Any]) -> Exception:
    """INSERT_COLUMN_ARITY_MISMATCH."""
    which = "NOT_ENOUGH" if len(given) < len(wanted) else "TOO_MANY"
    return analysis_error(
        f"INSERT_COLUMN_ARITY_MISMATCH.{which}_DATA_COLUMNS",
        tableName=table.quoted_name,
        tableColumns=column_list(wanted),
        dataColumns=column_list(given),
    )


def _by_list(
    table: StoredTable,
    query: LogicalPlan,
    columns: Sequence[str],
    fixed: Mapping[str, Expression],
    ctx: AnalysisContext,
) -> dict[str, Expression]:
    targets = [target_column(table, name, ctx).name for name in columns]
    for name in targets:
        if targets.count(name) > 1:
            raise analysis_error("COLUMN_ALREADY_EXISTS", columnName=quoted(name))
    if len(query.output) != len(targets):
        raise arity_mismatch(table, targets, query.output)
    return {**fixed, **dict(zip(targets, query.output, strict=True))}


def target_column(table: StoredTable, name: str, ctx: AnalysisContext) -> StoredColumn:
    """A column of the table by name. Raises UNRESOLVED_COLUMN."""
    found = next((c for c in table.columns if ctx.same_name(c.name, name)), None)
    if found is None:
        raise analysis_error(
            "UNRESOLVED_COLUMN.WITH_SUGGESTION", objectName=quoted(name), proposal=column_list(table.columns)
        )
    return found


def _by_name(
    table: StoredTable, query: LogicalPlan, fixed: Mapping[str, Expression], ctx: AnalysisContext
) -> dict[str, Expression]:
    given = list(query.output)
    targets = [c for c in table.columns if c.name not in fixed]
    if len(given) > len(targets):
        raise arity_mismatch(table, targets, given)
    found: dict[str, Expression] = dict(fixed)
    used = set()
    for column in targets:
        same = [g for g in given if ctx.same_name(g.name, column.name)]
        if len(same) > 1:
            raise _incompatible("AMBIGUOUS_COLUMN_NAME", table, colName=quoted(column.name))
        if same:
            found[column.name] = same[0]
            used.add(same[0].id)
    extra = [g for g in given if g.id not in used]
    if extra:
        raise _incompatible("EXTRA_COLUMNS", table, extraColumns=column_list(extra))
    return found


def _incompatible(sub: str, table: StoredTable, **parameters: str) -> Exception:
    return analysis_error(f"INCOMPATIBLE_DATA_FOR_TABLE.{sub}", tableName=table.quoted_name, **parameters)


# --- values ------------------------------------------------------------------------------------------------------


def _stored(
    session: SparkSession, table: StoredTable, column: StoredColumn, value: Expression | None, ctx: AnalysisContext
) -> Expression:
    if value is None:
        value = default_of(session, column)
    made = as_stored(value, column, table, ctx)
    return Alias(made, column.name, new_id(), column.field().metadata or None)


def default_of(session: SparkSession, column: StoredColumn) -> Expression:
    """What a column gets that an INSERT does not name."""
    if column.default is None:
        return Literal(None, column.read_type)
    return constant_of(session, column.default)  # type: ignore[no-any-return]


def as_stored(value: Expression, column: StoredColumn, table: StoredTable, ctx: AnalysisContext) -> Expression:
    """A value in the type of the column. Raises INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST."""
    policy = str(ctx.conf.get("spark.sql.storeAssignmentPolicy", "ANSI")).upper()
    target = column.read_type
    made = value
    if value.data_type != target:
        if not _allowed(value.data_type, target, policy):
            raise _incompatible(
                "CANNOT_SAFELY_CAST",
                table,
                colName=quoted(column.name),
                srcType=quoted_type(value.data_type),
                targetType=quoted_type(target),
            )
        made = _cast(value, column.name, target, policy)
    match column.data_type:
        case t.VarcharType(length=length):
            return make_call("__varchar", made, literal_of(length), ctx=ctx)
        case t.CharType(length=length):
            return make_call("__char", made, literal_of(length), ctx=ctx)
    return made


def _cast(value: Expression, name: str, target: DataType, policy: str) -> Expression:
    if policy == "LEGACY":
        return Cast(value, target, "legacy", implicit=True)
    if isinstance(value.data_type, t.NumericType) and isinstance(target, t.NumericType):
        return make_call("__in_range", value, Cast(value, target, "try", implicit=True), literal_of(name))
    return Cast(value, target, "ansi", implicit=True)


def _allowed(source: DataType, target: DataType, policy: str) -> bool:
    if policy == "LEGACY":
        return can_cast(source, target, False)
    return can_store(source, target)


def can_store(source: DataType, target: DataType) -> bool:
    """Whether INSERT casts one type to another by itself (Spark's ANSI store assignment)."""
    if source == target or isinstance(source, t.NullType):
        return True
    match source, target:
        case t.ArrayType(), t.ArrayType():
            return can_store(source.elementType, target.elementType)
        case t.MapType(), t.MapType():
            return can_store(source.keyType, target.keyType) and can_store(source.valueType, target.valueType)
        case t.StructType(), t.StructType():
            return len(source.fields) == len(target.fields) and all(
                can_store(a.dataType, b.dataType) for a, b in zip(source.fields, target.fields, strict=True)
            )
        case t.NumericType(), t.NumericType():
            return True
        case t.AtomicType() | t.CalendarIntervalType(), t.StringType():
            return True
    if isinstance(source, _DATETIMES) and isinstance(target, _DATETIMES):
        return True
    return type(source) is type(target) and isinstance(
        source, t.YearMonthIntervalType | t.DayTimeIntervalType | t.TimeType
    )
