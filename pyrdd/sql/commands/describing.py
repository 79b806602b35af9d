"""DESCRIBE: databases, tables, their columns and partitions, queries and functions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pyrdd.io.filesystem import to_uri
from pyrdd.sql import commands
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.catalog_tables import CATALOG, Buckets, Partition, StoredColumn, StoredTable, ViewText, schema_not_found
from pyrdd.sql.commands.names import analyzed, context, table_named, unknown_routine
from pyrdd.sql.commands.results import table
from pyrdd.sql.commands.specs import complete_spec, known_partition
from pyrdd.sql.names import quoted, quoted_if_needed, quoted_parts
from pyrdd.sql.plan import Command, LogicalPlan
from pyrdd.version import SPARK_VERSION

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

_COLUMNS = "col_name string, data_type string, comment string"
_FACTS = "info_name string, info_value string"
Row = tuple[str, str, str | None]


# --- databases ---------------------------------------------------------------------------------------------------


def describe_database(session: SparkSession, command: Command) -> LogicalPlan:
    """DESCRIBE DATABASE. Raises SCHEMA_NOT_FOUND."""
    catalog = session._catalog
    name = catalog.database_name(command["name"])
    if not catalog.store.has_database(name):
        raise schema_not_found((name,))
    database = catalog.store.database(name)
    rows = [
        ("Catalog Name", CATALOG),
        ("Namespace Name", database.name),
        ("Comment", database.comment),
        ("Location", to_uri(database.location)),
        ("Owner", _user(session)),
    ]
    if command["extended"]:
        pairs = ", ".join(f"({k},{v})" for k, v in sorted(database.properties))
        rows.append(("Properties", f"({pairs})" if pairs else ""))
    return table(_FACTS, rows)


def _user(session: SparkSession) -> str:
    return session.sparkContext.sparkUser()


# --- tables ------------------------------------------------------------------------------------------------------


def describe_table(session: SparkSession, command: Command) -> LogicalPlan:
    """DESCRIBE [EXTENDED] a table or view, one of its columns, or one of its partitions."""
    parts = command["name"]
    if command["column"]:
        return _column(session, command)
    view = session._catalog.view_of(parts)
    if view is not None:
        return _columns_of_plan(view)
    known = table_named(session, parts, "query")
    if command["json"]:
        raise not_implemented("DESCRIBE ... AS JSON", "Leave AS JSON out.")
    rows = [*_rows_of(known.columns), *_partition_columns(known)]
    if command["partition"]:
        spec = complete_spec(session, known, command["partition"])
        partition = known_partition(known, spec)
        if command["extended"]:
            rows += _section("# Detailed Partition Information", partition_details(known, partition))
            rows += _section("# Storage Information", [("Location", to_uri(known.location or ""))])
        return table(_COLUMNS, rows)
    if command["extended"]:
        rows += _section("# Detailed Table Information", detailed(session, known))
    return table(_COLUMNS, [*rows, *_defaults(known)])


def _columns_of_plan(plan: LogicalPlan) -> LogicalPlan:
    rows = [(c.name, c.data_type.simpleString(), (c.metadata or {}).get("comment")) for c in plan.output]
    return table(_COLUMNS, rows)


def _rows_of(columns: Iterable[StoredColumn]) -> list[Row]:
    return [(c.name, c.data_type.simpleString(), c.comment) for c in columns]


def _partition_columns(known: StoredTable) -> list[Row]:
    if known.clustered_by:
        names = {n.lower() for n in known.clustered_by}
        inside = _rows_of(c for c in known.columns if c.name.lower() in names)
        return [("# Clustering Information", "", ""), ("# col_name", "data_type", "comment"), *inside]
    if not known.partition_columns:
        return []
    return [("# Partition Information", "", ""), ("# col_name", "data_type", "comment"), *_rows_of(known.keys)]


def _defaults(known: StoredTable) -> list[Row]:
    found = [(c.name, c.data_type.simpleString(), c.default) for c in known.columns if c.default is not None]
    return [("", "", ""), ("# Column Default Values", "", ""), *found] if found else []


def _section(title: str, facts: Sequence[tuple[str, str]]) -> list[Row]:
    return [("", "", ""), (title, "", ""), *((key, value, "") for key, value in facts)]


def detailed(session: SparkSession, known: StoredTable) -> list[tuple[str, str]]:
    """What DESCRIBE EXTENDED tells of a table, in Spark's order."""
    facts: list[tuple[str, str | None]] = [
        ("Catalog", CATALOG),
        ("Database", known.database),
        ("Table", known.name),
        ("Created Time", time_text(session, known.created)),
        ("Last Access", "UNKNOWN"),
        ("Created By", f"Spark {SPARK_VERSION}"),
        ("Type", known.kind),
        ("Provider", known.provider),
        ("Comment", known.comment),
        ("Collation", known.collation),
    ]
    if known.buckets is not None:
        facts += _bucket_facts(known.buckets)
    if known.view is not None:
        facts += _view_facts(known.view)
    facts.append(("Table Properties", _pairs(known.properties) if known.properties else None))
    if known.statistics is not None:
        rows = "" if known.statistics.rows is None else f", {known.statistics.rows} rows"
        facts.append(("Statistics", f"{known.statistics.size} bytes{rows}"))
    if not known.is_view:
        facts.append(("Location", None if known.location is None else to_uri(known.location)))
        facts.append(("Storage Properties", _pairs(known.options) if known.options else None))
    if known.partition_columns:
        facts.append(("Partition Provider", "Catalog"))
    return [(key, value) for key, value in facts if value is not None]


def _bucket_facts(buckets: Buckets) -> list[tuple[str, str | None]]:
    return [
        ("Num Buckets", str(buckets.count)),
        ("Bucket Columns", _list(buckets.columns)),
        ("Sort Columns", _list(buckets.sorted_by)),
    ]


def _view_facts(view: ViewText) -> list[tuple[str, str | None]]:
    return [
        ("View Text", view.text),
        ("View Original Text", view.text),
        ("View Schema Mode", view.schema_mode),
        ("View Catalog and Namespace", f"{CATALOG}.{quoted_if_needed(view.database)}"),
        ("View Query Output Columns", _list(view.query_columns)),
    ]


def _list(names: Sequence[str]) -> str:
    return "[" + ", ".join(quoted(n) for n in names) + "]"


def _pairs(pairs: Any) -> str:
    return "[" + ", ".join(f"{k}={v}" for k, v in sorted(pairs)) + "]"


def time_text(session: SparkSession, seconds: float) -> str:
    """A moment as Spark prints it."""
    name = session.conf._values.get("spark.sql.session.timeZone") or "UTC"
    try:
        moment = datetime.fromtimestamp(seconds, ZoneInfo(name))
        return moment.strftime("%a %b %d %H:%M:%S %Z %Y")
    except (KeyError, ValueError):
        return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(seconds))


def partition_details(known: StoredTable, partition: Partition) -> list[tuple[str, str]]:
    """What is told of one partition."""
    pairs = zip(known.partition_columns, partition.spec, strict=True)
    return [
        ("Database", known.database),
        ("Table", known.name),
        ("Partition Values", "[" + ", ".join(f"{n}={v}" for n, v in pairs) + "]"),
        ("Location", to_uri(partition.location)),
    ]


# --- columns -----------------------------------------------------------------------------------------------------


def _column(session: SparkSession, command: Command) -> LogicalPlan:
    parts, name = command["name"], command["column"]
    ctx = context(session)
    view = session._catalog.view_of(parts)
    columns: Sequence[Any] = view.output if view is not None else table_named(session, parts, "query").columns
    found = next((c for c in columns if ctx.same_name(c.name, name[0])), None)
    if found is None:
        raise analysis_error(
            "COLUMN_NOT_FOUND", colName=quoted_parts(tuple(name)), caseSensitiveConfig='"spark.sql.caseSensitive"'
        )
    if len(name) > 1:
        raise analysis_error("_LEGACY_ERROR_TEMP_1060", command="DESC TABLE COLUMN", column=quoted_parts(tuple(name)))
    comment = found.comment if hasattr(found, "comment") else (found.metadata or {}).get("comment")
    rows = [("col_name", found.name), ("data_type", found.data_type.simpleString()), ("comment", comment or "NULL")]
    if command["extended"]:
        kept: dict[str, str] = {}
        known = None if view is not None else table_named(session, parts, "query")
        if known is not None and known.statistics is not None:
            kept = dict(known.statistics.columns.get(found.name, {}))
        rows += [(key, kept.get(key, "NULL")) for key in _STATISTICS]
    return table(_FACTS, rows)


_STATISTICS = ("min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len", "histogram")


# --- queries, functions ------------------------------------------------------------------------------------------


def describe_query(session: SparkSession, command: Command) -> LogicalPlan:
    """DESCRIBE QUERY: the columns of a query."""
    query = command["query"]
    if isinstance(query, Command):
        query = commands.run(session, query)
    return _columns_of_plan(analyzed(session, query))


def describe_function(session: SparkSession, command: Command) -> LogicalPlan:
    """DESCRIBE FUNCTION. Raises UNRESOLVED_ROUTINE."""
    parts = command["name"]
    found = session._catalog.find_function(parts)
    if found is None:
        found = session._catalog.table_functions.get(parts[-1].lower())
    if found is None and parts[-1].lower() != "range":
        raise unknown_routine(parts)
    describe = getattr(found, "describe", None)
    if describe is not None:
        return table("function_desc string", [(line,) for line in describe(bool(command["extended"]))])
    name = parts[-1].lower()
    usage = " ".join((getattr(found, "doc", "") or "N/A.").split())
    rows = [f"Function: {name}", f"Class: {type(found).__name__}", f"Usage: {usage}"]
    if command["extended"]:
        rows.append("Extended Usage:")
    return table("function_desc string", [(line,) for line in rows])
