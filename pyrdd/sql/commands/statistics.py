"""ANALYZE: the sizes of tables, the numbers of their rows, and facts of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.sql import functions as f
from pyrdd.sql import types as t
from pyrdd.sql.catalog_tables import Statistics, StoredTable
from pyrdd.sql.commands.names import context, dotted, plain_table
from pyrdd.sql.plan import Command
from pyrdd.sql.sources import Options
from pyrdd.sql.storing import target_column
from pyrdd.sql.tables import files_of, scan

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


_SIZES: dict[type, int] = {
    t.BooleanType: 1, t.ByteType: 1, t.ShortType: 2, t.IntegerType: 4, t.LongType: 8, t.FloatType: 4, t.DoubleType: 8,
    t.DateType: 4, t.TimestampType: 8, t.TimestampNTZType: 8,
}  # fmt: skip
"""How long Spark says that values of a type are."""


def analyze(session: SparkSession, command: Command) -> None:
    """ANALYZE TABLE(S). Runs a job unless NOSCAN is said."""
    if command["name"] is None:
        database = command["database"]
        name = session._catalog.database_name(database) if database else session._catalog.current_database
        for table in list(session._catalog.store.tables(name)):
            if not table.is_view:
                _measure(session, table, bool(command["noscan"]), None)
        return
    table = plain_table(session, command["name"], "ANALYZE TABLE")
    if command["partition"]:
        return
    _measure(session, table, bool(command["noscan"]), command["columns"])


def _measure(session: SparkSession, table: StoredTable, noscan: bool, columns: Any) -> None:
    given = Options(dict(table.options), dict(session.conf._values))
    size = sum(file.size for file in files_of(table, given)) if table.location is not None else 0
    rows = None if noscan else session._frame(scan(session, table)).count()
    known = dict(table.statistics.columns) if table.statistics is not None else {}
    if columns:
        ctx = context(session)
        wanted = table.columns if columns == "all" else [target_column(table, dotted(n), ctx) for n in columns]
        for column in wanted:
            known[column.name] = _column_facts(session, table, column.name, column.read_type)
    session._catalog.store.put(table.with_(statistics=Statistics(size, rows, known)))


def _column_facts(session: SparkSession, table: StoredTable, name: str, kind: t.DataType) -> dict[str, str]:
    column = f.col(f"`{name}`")
    wanted = [f.sum(column.isNull().cast("bigint")), f.count_distinct(column)]
    ordered = isinstance(kind, t.NumericType | t.DateType | t.TimestampType | t.TimestampNTZType | t.BooleanType)
    if ordered:
        wanted += [f.min(column).cast("string"), f.max(column).cast("string")]
    elif isinstance(kind, t.StringType | t.BinaryType):
        wanted += [f.avg(f.length(column)), f.max(f.length(column))]
    row = session._frame(scan(session, table)).agg(*wanted).collect()[0]
    facts = {"num_nulls": str(row[0] or 0), "distinct_count": str(row[1])}
    if ordered and row[2] is not None:
        facts |= {"min": str(row[2]), "max": str(row[3])}
    size = _SIZES.get(type(kind))
    if isinstance(kind, t.DecimalType):
        size = 8 if kind.precision <= 18 else 16
    if size is not None:
        facts |= {"avg_col_len": str(size), "max_col_len": str(size)}
    elif not ordered and len(row) > 2 and row[2] is not None:
        facts |= {"avg_col_len": str(-int(-row[2] // 1)), "max_col_len": str(row[3])}
    return facts
