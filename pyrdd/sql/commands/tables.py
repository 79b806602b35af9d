"""Tables: made, dropped, emptied, their comments, their partitions found again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.io.filesystem import filesystem_of, join, qualify
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.builders import default_format
from pyrdd.sql.catalog_tables import (
    CHAR_TYPE,
    Buckets,
    Pairs,
    Partition,
    StoredColumn,
    StoredTable,
    column_list,
    remove_files,
    schema_not_found,
)
from pyrdd.sql.commands.caching import forget_table, renew_table
from pyrdd.sql.commands.defaults import check_default
from pyrdd.sql.commands.inserting import spec_of_directory, store_rows, unsupported
from pyrdd.sql.commands.names import analyzed, context, dotted, plain_table, table_named, table_to_drop
from pyrdd.sql.commands.specs import check_partitioned, matching, resolved_spec
from pyrdd.sql.datasource_run import registered_source
from pyrdd.sql.execution.query import schema_of
from pyrdd.sql.names import quoted
from pyrdd.sql.options import split_path
from pyrdd.sql.parser import parse_type
from pyrdd.sql.plan import Command, LogicalPlan, Project
from pyrdd.sql.sources import Options, list_files
from pyrdd.sql.sources.registry import format_named, is_file_format, short_name
from pyrdd.sql.tables import inferred_columns, with_directory_columns
from pyrdd.sql.types import StructType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

_HIVE_FORMATS = ("parquet", "orc")


# --- CREATE TABLE ------------------------------------------------------------------------------------------------


def create_table(session: SparkSession, command: Command) -> None:
    """CREATE TABLE, with or without a query. Runs a job if there is one. Raises TABLE_OR_VIEW_ALREADY_EXISTS."""
    catalog = session._catalog
    database, name = catalog.table_place(command["name"])
    if not catalog.store.has_database(database):
        raise schema_not_found((database,))
    database = catalog.store.database(database).name
    known = catalog.store.table(database, name)
    if known is not None and command["replace"] is None:
        if command["if_not_exists"]:
            return
        raise analysis_error("TABLE_OR_VIEW_ALREADY_EXISTS", relationName=known.quoted_name)
    query = None if command["query"] is None else analyzed(session, command["query"])
    table = _described(session, command, database, name, query)
    if command["replace"] is not None:
        _replace_known(session, command, table, known)
    _make(session, table, query)


def _replace_known(session: SparkSession, command: Command, table: StoredTable, known: StoredTable | None) -> None:
    """`saveAsTable` with mode overwrite replaces a table; the statement REPLACE TABLE is for other kinds of tables."""
    if command["replace"] != "overwrite":
        raise unsupported(table, "REPLACE TABLE")
    if known is not None:
        forget_table(session, known)
        session._catalog.store.forget(known)
        remove_files(known)


def _make(session: SparkSession, table: StoredTable, query: LogicalPlan | None) -> None:
    place = table.location
    if place is not None and table.kind == "MANAGED":
        fs = filesystem_of(place)
        if query is not None and fs.status(place) is not None and fs.list(place):
            raise analysis_error("LOCATION_ALREADY_EXISTS", location=quoted(place), identifier=table.quoted_name)
        fs.make_dirs(place)
    session._catalog.store.put(table)
    if query is None:
        return
    known = {c.name.lower(): c for c in query.output}
    rows = Project(tuple(known[c.name.lower()] for c in table.columns), query)
    try:
        store_rows(session, table, rows, table.kind == "EXTERNAL", {}, {})
    except BaseException:
        session._catalog.store.forget(table)
        remove_files(table)
        raise


def _described(
    session: SparkSession, command: Command, database: str, name: str, query: LogicalPlan | None
) -> StoredTable:
    """The record of the table that a statement describes."""
    provider = _provider(session, command)
    path, options = split_path(command["options"])
    place = command["location"] or path
    is_file = is_file_format(provider)
    store = session._catalog.store
    home = store.database(database)
    location = qualify(place) if place else (join(home.location, name.lower()) if is_file else None)
    columns, keys = _columns(session, command, query, provider, place, options)
    table = StoredTable(
        database, name.lower(), "EXTERNAL" if place or not is_file else "MANAGED", columns, provider,
        location=location, options=tuple(options.items()), properties=_properties(command), comment=command["comment"],
        clustered_by=tuple(dotted(c) for c in command["cluster_by"] or ()), collation=command["collation"],
    )  # fmt: skip
    # what is in directories that are there becomes partitions by MSCK REPAIR TABLE, as in Spark
    return _partitioned(session, command, table, keys)


def _provider(session: SparkSession, command: Command) -> str:
    given = command["using"]
    stored_as = command["stored_as"]
    if given is None and stored_as:
        words = str(stored_as[0] if isinstance(stored_as, tuple) else stored_as).split()
        given = words[-1].lower() if words and words[-1].lower() in _HIVE_FORMATS else None
    provider = given or default_format(session)
    short = short_name(provider)
    if not is_file_format(short) and short != "jdbc" and registered_source(session, provider) is None:
        format_named(provider)
    return short if is_file_format(short) else provider


def _properties(command: Command) -> Pairs:
    return tuple((k, "" if v is None else v) for k, v in command["properties"] or ())


def _columns(
    session: SparkSession,
    command: Command,
    query: LogicalPlan | None,
    provider: str,
    place: str | None,
    options: dict[str, str],
) -> tuple[tuple[StoredColumn, ...], list[str]]:
    """The columns of a table, and those that its directories name already."""
    if query is not None:
        return tuple(_from_field(f) for f in _plain_schema(query).fields), []
    if command["columns"]:
        named = tuple(column_of(session, c, "CREATE TABLE") for c in command["columns"])
        if not place or not is_file_format(provider) or command["partitioned_by"]:
            return named, []
        return with_directory_columns(session, named, qualify(place), options), []
    typed = [c for c in command["partitioned_by"] or () if hasattr(c, "data_type")]
    if typed or (not place and is_file_format(provider)):
        if not typed:
            return (), []
        return tuple(column_of(session, c, "CREATE TABLE") for c in typed), []
    if not is_file_format(provider):
        df = session._load_source(provider, place, None, dict(options))
        return tuple(_from_field(f) for f in df.schema.fields), []
    data, keys = inferred_columns(session, provider, place or "", options)
    fields = [*data.fields, *keys.fields]
    return tuple(StoredColumn(f.name, f.dataType) for f in fields), keys.fieldNames()


def _plain_schema(query: LogicalPlan) -> StructType:
    return schema_of(query)


def _from_field(field: Any) -> StoredColumn:
    metadata = field.metadata or {}
    kept = metadata.get(CHAR_TYPE)
    return StoredColumn(field.name, parse_type(kept) if kept else field.dataType, metadata.get("comment"))


def column_of(session: SparkSession, definition: Any, statement: str) -> StoredColumn:
    """The record of a column as a statement defines it. Raises INVALID_DEFAULT_VALUE."""
    name = definition.name[-1] if isinstance(definition.name, tuple) else definition.name
    if definition.generated is not None:
        raise analysis_error(
            "UNSUPPORTED_FEATURE.TABLE_OPERATION", tableName=quoted(name), operation="generated columns"
        )
    made = StoredColumn(name, definition.data_type, definition.comment, definition.default)
    if definition.default is not None:
        check_default(session, statement, name, made.read_type, definition.default)
    return made


def _partitioned(session: SparkSession, command: Command, table: StoredTable, found: list[str]) -> StoredTable:
    """The table with its partition columns last, and its buckets. Raises for columns that are none of the table's."""
    ctx = context(session)
    names = [c.name if ctx.case_sensitive else c.name.lower() for c in table.columns]
    for name in names:
        if names.count(name) > 1:
            raise analysis_error("COLUMN_ALREADY_EXISTS", columnName=quoted(name))
    wanted = [_identity(table, one) for one in command["partitioned_by"] or ()]
    keys = [_own(table, "partition", name, ctx) for name in wanted] or found
    if keys and len(keys) == len(table.columns):
        raise analysis_error("ALL_PARTITION_COLUMNS_NOT_ALLOWED")
    columns = [c for c in table.columns if c.name not in keys]
    columns += [next(c for c in table.columns if c.name == key) for key in keys]
    return table.with_(columns=tuple(columns), partition_columns=tuple(keys), buckets=_buckets(command, table, ctx))


def _identity(table: StoredTable, one: Any) -> str:
    if hasattr(one, "data_type"):
        return str(one.name[-1])
    if getattr(one, "name", None) != "identity":
        raise unsupported(table, "Partition transforms")
    return ".".join(one.args[0])


def _own(table: StoredTable, kind: str, name: str, ctx: Any) -> str:
    found = next((c.name for c in table.columns if ctx.same_name(c.name, name)), None)
    if found is None:
        raise analysis_error(
            "COLUMN_NOT_DEFINED_IN_TABLE",
            colType=kind,
            colName=quoted(name),
            tableName=table.quoted_name,
            tableCols=column_list(table.columns),
        )
    return found


def _buckets(command: Command, table: StoredTable, ctx: Any) -> Buckets | None:
    if not command["clustered_by"]:
        return None
    columns = tuple(_own(table, "bucket", dotted(n), ctx) for n in command["clustered_by"])
    ordered = tuple(_own(table, "sort", dotted(n), ctx) for n, _ in command["sorted_by"] or ())
    return Buckets(int(command["buckets"]), columns, ordered)


def create_table_like(session: SparkSession, command: Command) -> None:
    """CREATE TABLE ... LIKE: the columns and partitioning of a table or view, without its rows."""
    catalog = session._catalog
    database, name = catalog.table_place(command["name"])
    if not catalog.store.has_database(database):
        raise schema_not_found((database,))
    known = catalog.store.table(database, name)
    if known is not None:
        if command["if_not_exists"]:
            return
        raise analysis_error("TABLE_OR_VIEW_ALREADY_EXISTS", relationName=known.quoted_name)
    source = _source(session, command["source"])
    default = default_format(session)
    provider = command["using"] or (default if source.is_view else source.provider) or default
    place = command["location"]
    location = qualify(place) if place else join(catalog.store.database(database).location, name.lower())
    columns = tuple(StoredColumn(c.name, c.data_type, c.comment, c.default) for c in source.columns)
    table = StoredTable(
        database, name.lower(), "EXTERNAL" if place else "MANAGED", columns, short_name(provider),
        source.partition_columns, source.buckets, source.clustered_by, location,
        source.options if command["using"] is None and not source.is_view else (), _properties(command),
    )  # fmt: skip
    _make(session, table, None)


def _source(session: SparkSession, parts: Sequence[str]) -> StoredTable:
    plan = session._catalog.view_of(parts)
    if plan is not None:
        return StoredTable("", parts[-1], "VIEW", tuple(_from_field(f) for f in _plain_schema(plan).fields))
    return table_named(session, parts)


# --- DROP, TRUNCATE ----------------------------------------------------------------------------------------------


def drop_table(session: SparkSession, command: Command) -> None:
    """DROP TABLE: the record, and the files of a managed table. Temporary views and stored views go too."""
    table = table_to_drop(session, command)
    if table is not None:
        forget_table(session, table)
        session._catalog.store.forget(table)
        remove_files(table)


def truncate(session: SparkSession, command: Command) -> None:
    """TRUNCATE TABLE: removes the rows of a managed table, or of some of its partitions."""
    table = plain_table(session, command["name"], "TRUNCATE TABLE")
    if table.kind == "EXTERNAL":
        raise analysis_error("CANNOT_TRUNCATE_EXTERNAL_TABLE", tableName=table.quoted_name)
    assert table.location is not None
    places = [table.location]
    if table.partition_columns or command["partition"]:
        if command["partition"]:
            check_partitioned(table)
        spec = resolved_spec(session, table, command["partition"] or ())
        found = matching(table, spec)
        if command["partition"] and not found and len(spec) == len(table.partition_columns):
            raise analysis_error(
                "PARTITIONS_NOT_FOUND",
                partitionList=", ".join(f"{quoted(k)} = {v}" for k, v in spec.items()),
                tableName=table.quoted_name,
            )
        places = [table.partitions[one].location for one in found]
    for place in places:
        _empty(place)
    session._catalog.store.put(table.with_(statistics=None))
    renew_table(session, table)


def _empty(location: str) -> None:
    fs = filesystem_of(location)
    if fs.status(location) is not None:
        for entry in fs.list(location):
            fs.delete(entry.path)


# --- comments, partitions ----------------------------------------------------------------------------------------


def comment_on(session: SparkSession, command: Command) -> None:
    """COMMENT ON a database, table or column."""
    store, text = session._catalog.store, command["comment"]
    if command["object"] == "database":
        from dataclasses import replace  # here: databases alone are changed like this

        database = store.database(session._catalog.database_name(command["name"]))
        store.put_database(replace(database, comment=text or ""))
        return
    if command["object"] == "table":
        store.put(table_named(session, command["name"]).with_(comment=text))
        return
    from pyrdd.sql.commands.altering import with_column  # here: it imports this module

    table = table_named(session, command["name"][:-1])
    store.put(with_column(session, table, command["name"][-1:], comment=text))


def repair_table(session: SparkSession, command: Command) -> None:
    """MSCK REPAIR TABLE: enters the partitions whose directories are there, forgets those whose are not."""
    table = plain_table(session, command["name"], "MSCK REPAIR TABLE")
    if not table.partition_columns:
        raise analysis_error(
            "NOT_A_PARTITIONED_TABLE", operation="MSCK REPAIR TABLE", tableIdentWithDB=table.quoted_name
        )
    mode = command["mode"] or "ADD"
    found = _with_found_partitions(session, table.with_(partitions={}))
    kept = dict(table.partitions)
    if mode in ("ADD", "SYNC"):
        kept = {**dict(found.partitions), **kept}
    if mode in ("DROP", "SYNC"):
        kept = {s: p for s, p in kept.items() if filesystem_of(p.location).status(p.location) is not None}
    session._catalog.store.put(table.with_(partitions=kept))
    renew_table(session, table)


def _with_found_partitions(session: SparkSession, table: StoredTable) -> StoredTable:
    assert table.location is not None
    given = Options(dict(table.options), dict(session.conf._values))
    files = list_files([table.location], given, StructType([c.field() for c in table.keys]), must_exist=False).files
    partitions = dict(table.partitions)
    for directory in dict.fromkeys(file.path.rpartition("/")[0] for file in files):
        relative = directory[len(table.location) :].strip("/")
        if relative:
            spec = spec_of_directory(table, relative)
            partitions[spec] = Partition(spec, directory)
    return table.with_(partitions=partitions)
