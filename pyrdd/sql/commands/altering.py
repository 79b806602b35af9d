"""ALTER TABLE: names, columns, properties, places and partitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrdd.io.filesystem import filesystem_of, qualify
from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import analysis_error, quoted_type
from pyrdd.sql.catalog_tables import Pairs, Partition, StoredColumn, StoredTable
from pyrdd.sql.commands.caching import forget_table, renew_table
from pyrdd.sql.commands.defaults import check_default
from pyrdd.sql.commands.inserting import unsupported
from pyrdd.sql.commands.names import context, dotted, plain_table
from pyrdd.sql.commands.specs import (
    complete_spec,
    directory_of,
    known_partition,
    matching,
    no_partitions,
    resolved_spec,
)
from pyrdd.sql.commands.tables import column_of, repair_table
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import Command
from pyrdd.sql.sources import Options
from pyrdd.sql.storing import target_column
from pyrdd.sql.tables import files_of

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def alter_table(session: SparkSession, command: Command) -> Any:
    """ALTER TABLE, by its action."""
    action = command["action"]
    words = _OPERATIONS.get(action, action.replace("_", " ").upper())
    table = plain_table(session, command["name"], f"ALTER TABLE ... {words}")
    if action == "recover_partitions":
        return repair_table(session, Command("repair_table", (("name", command["name"]), ("mode", "ADD"))))
    _ACTIONS[action](session, table, command)
    # the columns, the name or the partitions may be others now
    (renew_table if "partition" in action else forget_table)(session, table)
    return None


# --- names and properties ----------------------------------------------------------------------------------------


def rename(session: SparkSession, table: StoredTable, command: Command) -> None:
    """RENAME TO: the directory of a managed table is renamed with it."""
    store = session._catalog.store
    parts = command["to"]
    database, name = (table.database, parts[0]) if len(parts) == 1 else session._catalog.table_place(parts)
    if database.lower() != table.database:
        raise analysis_error("_LEGACY_ERROR_TEMP_1073", db=table.database, newDb=database)
    if store.table(database, name) is not None:
        raise analysis_error(
            "TABLE_OR_VIEW_ALREADY_EXISTS", relationName=f"{quoted(table.database)}.{quoted(name.lower())}"
        )
    made = table.with_(name=name.lower())
    if table.kind == "MANAGED" and table.location is not None:
        made = _moved(table, made, table.location[: -len(table.name)] + name.lower())
    store.forget(table)
    store.put(made)


def _moved(table: StoredTable, made: StoredTable, location: str) -> StoredTable:
    assert table.location is not None
    old, fs = table.location, filesystem_of(table.location)
    if fs.status(old) is not None:
        fs.rename(old, location)
    partitions = {
        spec: replace(p, location=location + p.location[len(old) :]) if p.location.startswith(old) else p
        for spec, p in table.partitions.items()
    }
    return made.with_(location=location, partitions=partitions)


def set_properties(session: SparkSession, table: StoredTable, command: Command) -> None:
    """SET TBLPROPERTIES; ``comment`` is the table's comment."""
    given = dict(command["properties"] or ())
    comment = given.pop("comment", table.comment)
    merged = {**dict(table.properties), **given}
    session._catalog.store.put(table.with_(properties=tuple(merged.items()), comment=comment))


def unset_properties(session: SparkSession, table: StoredTable, command: Command) -> None:
    """UNSET TBLPROPERTIES; those that are not there are passed over."""
    keys = list(command["keys"])
    kept: Pairs = tuple((k, v) for k, v in table.properties if k not in keys)
    session._catalog.store.put(table.with_(properties=kept, comment=None if "comment" in keys else table.comment))


def _set_location(session: SparkSession, table: StoredTable, command: Command) -> None:
    location = qualify(command["location"])
    if command["partition"]:
        spec = complete_spec(session, table, command["partition"])
        known = known_partition(table, spec)
        partitions = {**dict(table.partitions), spec: replace(known, location=location)}
        session._catalog.store.put(table.with_(partitions=partitions))
        return
    session._catalog.store.put(table.with_(location=location))


def _cluster_by(session: SparkSession, table: StoredTable, command: Command) -> None:
    session._catalog.store.put(table.with_(clustered_by=tuple(map(dotted, command["columns"] or ()))))


# --- columns -----------------------------------------------------------------------------------------------------


def _add_columns(session: SparkSession, table: StoredTable, command: Command) -> None:
    """ADD COLUMNS: at the end, before the partition columns; rows that are there have the default as it is now."""
    ctx = context(session)
    added: list[StoredColumn] = []
    for definition in command["columns"]:
        if len(definition.name) > 1:
            raise unsupported(table, "ADD COLUMN with qualified column")
        made = column_of(session, definition, "ALTER TABLE ADD COLUMNS")
        if any(ctx.same_name(made.name, c.name) for c in (*table.columns, *added)):
            raise analysis_error("COLUMN_ALREADY_EXISTS", columnName=quoted(made.name.lower()))
        added.append(_with_old_value(session, table, made))
    columns = (*table.data_columns, *added, *table.keys)
    session._catalog.store.put(table.with_(columns=columns))


def _with_old_value(session: SparkSession, table: StoredTable, column: StoredColumn) -> StoredColumn:
    if column.default is None:
        return column
    given = Options(dict(table.options), dict(session.conf._values))
    paths = frozenset(file.path for file in files_of(table, given))
    return replace(column, old_value=column.default, absent=paths)


def with_column(session: SparkSession, table: StoredTable, name: Sequence[str], **changes: Any) -> StoredTable:
    """The table with a column changed. Raises UNRESOLVED_COLUMN."""
    if len(name) > 1:
        raise unsupported(table, "ALTER COLUMN with qualified column")
    found = target_column(table, name[0], context(session))
    columns = tuple(replace(c, **changes) if c is found else c for c in table.columns)
    return table.with_(columns=columns)


def _alter_column(session: SparkSession, table: StoredTable, command: Command) -> None:
    name = command["column"]
    if command["position"] is not None:
        raise unsupported(table, "ALTER COLUMN ... FIRST | AFTER")
    if command["set_not_null"] or command["drop_not_null"]:
        raise unsupported(table, f"ALTER COLUMN ... {'SET' if command['set_not_null'] else 'DROP'} NOT NULL")
    changes: dict[str, Any] = {}
    if command["data_type"] is not None:
        changes["data_type"] = _changed_type(session, table, name, command["data_type"])
    if command["comment"] is not None:
        changes["comment"] = command["comment"]
    if command["default"] is not None:
        column = target_column(table, name[0], context(session))
        check_default(session, "ALTER TABLE ALTER COLUMN", column.name, column.read_type, command["default"])
        changes["default"] = command["default"]
    if command["drop_default"]:
        changes["default"] = None
    session._catalog.store.put(with_column(session, table, name, **changes))


def _changed_type(session: SparkSession, table: StoredTable, name: Sequence[str], wanted: t.DataType) -> t.DataType:
    column = target_column(table, name[0], context(session))
    longer = (
        isinstance(wanted, t.VarcharType)
        and isinstance(column.data_type, t.VarcharType)
        and wanted.length >= column.data_type.length
    )
    if wanted != column.data_type and not longer:
        raise analysis_error(
            "NOT_SUPPORTED_CHANGE_COLUMN",
            originType=quoted_type(column.data_type),
            newType=quoted_type(wanted),
            newName=quoted(column.name),
            originName=quoted(column.name),
            table=table.quoted_name,
        )
    return wanted


def _refused(operation: str) -> Any:
    def action(session: SparkSession, table: StoredTable, command: Command) -> None:
        raise unsupported(table, operation)

    return action


# --- partitions --------------------------------------------------------------------------------------------------


def _check_partitioned(table: StoredTable, action: str) -> None:
    if not table.partition_columns:
        raise analysis_error("_LEGACY_ERROR_TEMP_1251", action=f"ALTER TABLE {action}", tableName=table.name)


def _add_partition(session: SparkSession, table: StoredTable, command: Command) -> None:
    _check_partitioned(table, "ADD PARTITION")
    partitions = dict(table.partitions)
    for written, location in command["partitions"]:
        spec = complete_spec(session, table, written)
        if spec in partitions:
            if command["if_not_exists"]:
                continue
            raise no_partitions("PARTITIONS_ALREADY_EXIST", table, [spec])
        place = qualify(location) if location else directory_of(table, spec)
        filesystem_of(place).make_dirs(place)
        partitions[spec] = Partition(spec, place)
    session._catalog.store.put(table.with_(partitions=partitions))


def _drop_partition(session: SparkSession, table: StoredTable, command: Command) -> None:
    _check_partitioned(table, "DROP PARTITION")
    partitions = dict(table.partitions)
    for written in command["partitions"]:
        found = matching(table, resolved_spec(session, table, written))
        if not found and not command["if_exists"]:
            raise no_partitions("PARTITIONS_NOT_FOUND", table, [complete_spec(session, table, written)])
        for spec in found:
            dropped = partitions.pop(spec, None)
            if dropped is not None and table.kind == "MANAGED":
                _remove(dropped.location)
    session._catalog.store.put(table.with_(partitions=partitions))


def _remove(location: str) -> None:
    fs = filesystem_of(location)
    if fs.status(location) is not None:
        fs.delete(location)


def _rename_partition(session: SparkSession, table: StoredTable, command: Command) -> None:
    _check_partitioned(table, "RENAME PARTITION")
    old, new = complete_spec(session, table, command["partition"]), complete_spec(session, table, command["to"])
    known = known_partition(table, old)
    if new in table.partitions:
        raise no_partitions("PARTITIONS_ALREADY_EXIST", table, [new])
    place, fs = known.location, filesystem_of(known.location)
    if table.kind == "MANAGED" and fs.status(place) is not None:
        target = directory_of(table, new)
        fs.make_dirs(target.rpartition("/")[0])
        fs.rename(place, target)
        place = target
    partitions = {spec: p for spec, p in table.partitions.items() if spec != old}
    partitions[new] = replace(known, spec=new, location=place)
    session._catalog.store.put(table.with_(partitions=partitions))


_ACTIONS = {
    "rename": rename,
    "set_properties": set_properties,
    "unset_properties": unset_properties,
    "set_location": _set_location,
    "cluster_by": _cluster_by,
    "add_columns": _add_columns,
    "alter_column": _alter_column,
    "rename_column": _refused("RENAME COLUMN"),
    "drop_columns": _refused("DROP COLUMN"),
    "replace_columns": _refused("REPLACE COLUMNS"),
    "add_partition": _add_partition,
    "drop_partition": _drop_partition,
    "rename_partition": _rename_partition,
}

_OPERATIONS = {
    "rename": "RENAME TO",
    "set_properties": "SET TBLPROPERTIES",
    "unset_properties": "UNSET TBLPROPERTIES",
    "set_location": "SET LOCATION ...",
    "add_columns": "ADD COLUMNS",
    "alter_column": "ALTER COLUMN",
    "rename_column": "RENAME COLUMN",
    "drop_columns": "DROP COLUMNS",
    "replace_columns": "REPLACE COLUMNS",
    "add_partition": "ADD PARTITION ...",
    "drop_partition": "DROP PARTITION ...",
    "rename_partition": "RENAME TO PARTITION",
    "recover_partitions": "RECOVER PARTITIONS",
}
