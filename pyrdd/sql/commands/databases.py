"""USE, and databases: made, dropped, altered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyrdd.io.filesystem import filesystem_of, qualify
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.catalog_tables import CATALOG, DEFAULT_DATABASE, Database, schema_not_found
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.plan import Command

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def use(session: SparkSession, command: Command) -> None:
    """USE: the database in which names without one are looked up. Raises SCHEMA_NOT_FOUND."""
    parts = command["name"]
    if len(parts) == 1 and parts[0].lower() == CATALOG:
        session._catalog.current_database = DEFAULT_DATABASE
        return
    name = session._catalog.database_name(parts)
    if not session._catalog.store.has_database(name):
        raise schema_not_found((name,))
    session._catalog.current_database = session._catalog.store.database(name).name


def use_catalog(session: SparkSession, command: Command) -> None:
    """SET CATALOG: there is only spark_catalog."""
    session.catalog.setCurrentCatalog(str(command["catalog"]))


def create_database(session: SparkSession, command: Command) -> None:
    """CREATE DATABASE. Raises SCHEMA_ALREADY_EXISTS."""
    store = session._catalog.store
    name = session._catalog.database_name(command["name"])
    if store.has_database(name):
        if command["if_not_exists"]:
            return
        raise analysis_error("SCHEMA_ALREADY_EXISTS", schemaName=quoted(name))
    location = qualify(command["location"]) if command["location"] else store.default_location(name)
    filesystem_of(location).make_dirs(location)
    store.put_database(Database(name, location, command["comment"] or "", tuple(command["properties"] or ())))


def drop_database(session: SparkSession, command: Command) -> None:
    """DROP DATABASE. Raises SCHEMA_NOT_FOUND, and SCHEMA_NOT_EMPTY without CASCADE."""
    catalog = session._catalog
    name = catalog.database_name(command["name"])
    if not catalog.store.has_database(name):
        if command["if_exists"]:
            return
        raise schema_not_found((name,))
    if name.lower() == DEFAULT_DATABASE:
        raise analysis_error("UNSUPPORTED_FEATURE.DROP_DATABASE", database=quoted_parts((CATALOG, name)))
    database = catalog.store.database(name)
    if (database.tables or database.functions) and not command["cascade"]:
        raise analysis_error("SCHEMA_NOT_EMPTY", schemaName=quoted(name))
    catalog.store.drop_database(name)


def alter_database(session: SparkSession, command: Command) -> None:
    """ALTER DATABASE: its properties or its location."""
    store = session._catalog.store
    database = store.database(session._catalog.database_name(command["name"]))
    if command["action"] == "set_location":
        store.put_database(replace(database, location=qualify(command["location"])))
        return
    merged = {**dict(database.properties), **dict(command["properties"] or ())}
    store.put_database(replace(database, properties=tuple(merged.items())))
