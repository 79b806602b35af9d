"""SHOW: what there is, as small tables whose columns are Spark's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.io.filesystem import to_uri
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.catalog_state import GLOBAL_DATABASE
from pyrdd.sql.catalog_tables import CATALOG, StoredColumn, StoredTable, schema_not_found
from pyrdd.sql.commands.describing import detailed, partition_details
from pyrdd.sql.commands.names import matcher, table_named
from pyrdd.sql.commands.results import table
from pyrdd.sql.commands.specs import check_partitioned, complete_spec, known_partition, matching, resolved_spec
from pyrdd.sql.expressions.text import sql_type
from pyrdd.sql.functions import declare
from pyrdd.sql.names import quoted, quoted_if_needed, quoted_parts
from pyrdd.sql.plan import Command, LogicalPlan
from pyrdd.sql.sources.partitions import directory_name
from pyrdd.sql.types import CharType, StringType, VarcharType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def _database(session: SparkSession, command: Command) -> str:
    """The database that a statement names, else the current one. Raises SCHEMA_NOT_FOUND."""
    given = command["database"]
    name = session._catalog.database_name(given) if given else session._catalog.current_database
    if not session._catalog.store.has_database(name) and name.lower() != GLOBAL_DATABASE:
        raise schema_not_found((name,))
    return name


# --- databases ---------------------------------------------------------------------------------------------------


def show_databases(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW DATABASES."""
    found = matcher(command["pattern"])
    return table("namespace string", [(n,) for n in session._catalog.store.databases() if found.match(n)])


def show_catalogs(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW CATALOGS."""
    return table("catalog string", [(CATALOG,)] if matcher(command["pattern"]).match(CATALOG) else [])


def show_current_database(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW CURRENT NAMESPACE."""
    return table("catalog string, namespace string", [(CATALOG, session._catalog.current_database)])


# --- tables ------------------------------------------------------------------------------------------------------


def _names(session: SparkSession, command: Command, *, views_only: bool = False) -> list[tuple[str, str, bool]]:
    database, found = _database(session, command), matcher(command["pattern"])
    catalog = session._catalog
    rows = []
    if database.lower() == GLOBAL_DATABASE:
        rows = [(GLOBAL_DATABASE, n, True) for n in sorted(catalog.store.global_views) if found.match(n)]
    else:
        for one in catalog.store.tables(database):
            if found.match(one.name) and (one.is_view or not views_only):
                rows.append((one.database, one.name, False))
    return rows + [("", n, True) for n in sorted(catalog.views) if found.match(n)]


def show_tables(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW TABLES: tables, stored views and temporary views."""
    return table("namespace string, tableName string, isTemporary boolean", _names(session, command))


def show_views(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW VIEWS."""
    return table("namespace string, viewName string, isTemporary boolean", _names(session, command, views_only=True))


def show_table_extended(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW TABLE EXTENDED: also what DESCRIBE EXTENDED tells, in one text."""
    ddl = "namespace string, tableName string, isTemporary boolean, information string"
    if command["partition"]:
        known = table_named(session, (_database(session, command), command["pattern"]))
        spec = complete_spec(session, known, command["partition"])
        partition = known_partition(known, spec)
        text = "".join(f"{k}: {v}\n" for k, v in partition_details(known, partition)) + "\n"
        return table(ddl, [(known.database, known.name, False, text)])
    rows = []
    for database, name, temporary in _names(session, command):
        rows.append((database, name, temporary, _information(session, database, name, temporary)))
    return table(ddl, rows)


def _information(session: SparkSession, database: str, name: str, temporary: bool) -> str:
    if temporary:
        plan = session._catalog.view_of((database, name) if database else (name,))
        assert plan is not None
        tree = session._frame(plan).schema.treeString()
        return f"Table: {name}\nCreated Time: UNKNOWN\nLast Access: UNKNOWN\nType: VIEW\nSchema: {tree}\n"
    known = session._catalog.store.table(database, name)
    assert known is not None
    lines = "".join(f"{key}: {value}\n" for key, value in detailed(session, known))
    if known.partition_columns:
        lines += "Partition Columns: [" + ", ".join(quoted(n) for n in known.partition_columns) + "]\n"
    return f"{lines}Schema: {known.schema.treeString()}\n"


def show_columns(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW COLUMNS of a table or view."""
    parts = command["name"]
    if command["database"]:
        database = session._catalog.database_name(command["database"])
        if len(parts) > 1 and parts[-2].lower() != database.lower():
            raise analysis_error(
                "SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE", namespaceA=quoted(database), namespaceB=quoted(parts[-2])
            )
        parts = (database, parts[-1])
    view = session._catalog.view_of(parts)
    columns = view.output if view is not None else table_named(session, parts).columns
    return table("col_name string", [(c.name,) for c in columns])


def show_partitions(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW PARTITIONS."""
    if session._catalog.is_temporary(command["name"]):
        raise _view("SHOW PARTITIONS", quoted_parts(command["name"]))
    known = table_named(session, command["name"])
    if known.is_view:
        raise _view("SHOW PARTITIONS", known.quoted_name)
    check_partitioned(known)
    spec = resolved_spec(session, known, command["partition"] or ())
    found = [directory_name(known.partition_columns, one) for one in matching(known, spec)]
    return table("partition string", [(one,) for one in found])


def _view(operation: str, name: str) -> Exception:
    return analysis_error("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", viewName=name, operation=operation)


def show_tblproperties(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW TBLPROPERTIES."""
    key = command["key"]
    if session._catalog.is_temporary(command["name"]):
        return table("key string, value string", [])
    known = table_named(session, command["name"])
    properties = dict(known.properties)
    if key is None:
        return table("key string, value string", sorted(properties.items()))
    name = ".".join(known.parts)
    value = properties.get(key, f"Table {name} does not have property: {key}")
    return table("key string, value string", [(key, value)])


# --- SHOW CREATE TABLE -------------------------------------------------------------------------------------------


def show_create_table(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW CREATE TABLE: the statement that makes a table or view like it."""
    if session._catalog.is_temporary(command["name"]):
        raise analysis_error(
            "EXPECT_PERMANENT_VIEW_NOT_TEMP", viewName=quoted_parts(command["name"]), operation="SHOW CREATE TABLE"
        )
    known = table_named(session, command["name"])
    text = _create_view(known) if known.is_view else _create_table(known)
    return table("createtab_stmt string", [(text,)])


def _create_view(known: StoredTable) -> str:
    assert known.view is not None
    columns = ",\n  ".join(quoted_if_needed(c.name) + _comment(c) for c in known.columns)
    name = ".".join(quoted_if_needed(part) for part in known.parts[1:])
    text = f"CREATE VIEW {name} (\n  {columns})\n"
    if known.comment:
        text += f"COMMENT '{_escaped(known.comment)}'\n"
    text += _listed("TBLPROPERTIES", known.properties)
    mode = known.view.schema_mode
    text += f"WITH SCHEMA {mode}\n" if mode else ""
    return text + f"AS {known.view.text}\n"


def _name(known: StoredTable) -> str:
    return ".".join(quoted_if_needed(part) for part in known.parts)


def _create_table(known: StoredTable) -> str:
    columns = ",\n  ".join(_column(c) for c in known.columns)
    text = f"CREATE TABLE {_name(known)} (\n  {columns})\nUSING {known.provider}\n"
    text += _listed("OPTIONS", known.options)
    if known.partition_columns:
        text += f"PARTITIONED BY ({', '.join(map(quoted_if_needed, known.partition_columns))})\n"
    if known.clustered_by:
        text += f"CLUSTER BY ({', '.join(map(quoted_if_needed, known.clustered_by))})\n"
    if known.buckets is not None:
        text += f"CLUSTERED BY ({', '.join(map(quoted_if_needed, known.buckets.columns))})\n"
        if known.buckets.sorted_by:
            text += f"SORTED BY ({', '.join(map(quoted_if_needed, known.buckets.sorted_by))})\n"
        text += f"INTO {known.buckets.count} BUCKETS\n"
    if known.comment is not None:
        text += f"COMMENT '{_escaped(known.comment)}'\n"
    if known.kind == "EXTERNAL" and known.location is not None:
        text += f"LOCATION '{_escaped(to_uri(known.location))}'\n"
    return text + _listed("TBLPROPERTIES", known.properties)


def _column(column: StoredColumn) -> str:
    kind = sql_type(column.data_type)
    if isinstance(column.data_type, (CharType, VarcharType)) or kind == "STRING" == sql_type(StringType()):
        kind += " COLLATE UTF8_BINARY"
    default = f" DEFAULT {column.default}" if column.default is not None else ""
    return f"{quoted_if_needed(column.name)} {kind}{default}{_comment(column)}"


def _comment(column: StoredColumn) -> str:
    return f" COMMENT '{_escaped(column.comment)}'" if column.comment is not None else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _listed(word: str, pairs: Any) -> str:
    if not pairs:
        return ""
    inside = ",\n".join(f"  '{_escaped(k)}' = '{_escaped(v)}'" for k, v in sorted(pairs))
    return f"{word} (\n{inside})\n"


# --- functions ---------------------------------------------------------------------------------------------------


def show_functions(session: SparkSession, command: Command) -> LogicalPlan:
    """SHOW FUNCTIONS: built-in ones, those of the session, those of the database."""
    scope, catalog = (command["scope"] or "all").lower(), session._catalog
    pattern = command["pattern"]
    if pattern is None and command["name"]:
        pattern = ".".join(command["name"])
    found = matcher(pattern)
    names: list[str] = []
    if scope in ("all", "system"):
        names += [*builtin_names(), "range"]
    if scope in ("all", "user"):
        names += [*catalog.functions, *catalog.table_functions]
        database = _database(session, command)
        known = catalog.store.database(database).functions if catalog.store.has_database(database) else {}
        names += [f"{CATALOG}.{database}.{name}" for name in known]
    kept = {n for n in names if found.match(n.rpartition(".")[2] if n.startswith(CATALOG) else n)}
    return table("function string", [(n,) for n in sorted(kept)])


def builtin_names() -> list[str]:
    """The names of the built-in functions that a query may call."""
    declare.load_all()
    return [name for name in declare.REGISTRY if not name.startswith("__")]
