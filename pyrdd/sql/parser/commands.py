"""Commands: every kind of `Command` that the parser makes, and its parts.

A name is a tuple of its parts, as written; an `UnresolvedIdentifier` if the statement has IDENTIFIER(...). Flags are
True or absent; a part that the statement does not have is absent (``command["part"]`` is None). Property lists are
tuples of (key, value) pairs, both strings, the value None if absent. Partition specifications are tuples of (column,
expression or None). ``query`` is an unresolved plan, ``text`` the source text of the query or expression beside it.
Columns are `ColumnDefinition`.

    kind                  parts
    --- views, tables, databases
    create_view           name, replace, temporary, global, if_not_exists, columns ((name, comment or None), ...),
                          comment, properties, query, text, schema_mode ("BINDING", "COMPENSATION", "EVOLUTION",
                          "TYPE EVOLUTION")
    create_temp_view_using  name, replace, global, columns, using, options
    create_table          name, replace (CREATE OR REPLACE: True; REPLACE TABLE: "must_exist"), if_not_exists, external,
                          temporary, columns, using, partitioned_by (`Transform`s or `ColumnDefinition`s), clustered_by
                          (names), sorted_by ((name, ascending), ...), buckets, cluster_by (names), options, properties,
                          location, comment, collation, row_format, stored_as (texts), query, text
    create_table_like     name, source, if_not_exists, using, location, properties
    create_database       name, if_not_exists, comment, location, properties
    drop_table            name, if_exists, purge
    drop_view             name, if_exists
    drop_database         name, if_exists, cascade
    drop_function         name, if_exists, temporary
    drop_variable         name, if_exists
    alter_table           name, action, and by action:
                            rename            to
                            add_columns       columns (``position``: ("first",) or ("after", name))
                            rename_column     column (name parts), to
                            drop_columns      columns (names), if_exists
                            alter_column      column, and of: data_type, comment, default, position,
                                              set_not_null, drop_not_null, drop_default
                            replace_columns   columns
                            set_properties    properties
                            unset_properties  keys, if_exists
                            set_location      location, partition
                            add_partition     partitions ((specification, location or None), ...), if_not_exists
                            drop_partition    partitions, if_exists, purge
                            rename_partition  partition, to
                            recover_partitions
                            cluster_by        columns (names; empty: NONE)
    alter_view            name, action (rename, set_properties, unset_properties as above; as: query, text)
    alter_database        name, action (set_properties: properties; set_location: location)
    truncate              name, partition
    repair_table          name, mode ("ADD", "DROP", "SYNC")
    analyze               name (absent: all tables, then database), partition, columns (names, or "all"), noscan
    comment_on            object ("database", "table", "column"), name, comment (None: NULL)
    --- data
    insert                name, overwrite, partition, if_not_exists, columns (names), by_name, options, query,
                          replace_where (expression)
    insert_directory      path (None: in the options), local, using, options, query
    multi_insert          inserts (a tuple of insert commands, each with its query)
    update                name, alias, assignments ((name, expression), ...), condition
    delete                name, alias, condition
    merge                 name, alias, source (plan), condition, evolution,
                          clauses ((kind, condition, action, assignments), ...)
    --- session
    use                   name
    use_catalog           catalog
    set                   key, value (value absent: show it; both absent: show all; all: SET -v)
    reset                 key (absent: all)
    set_time_zone         time_zone (text, or "LOCAL"), interval (expression)
    declare_variable      names, replace, data_type, default (expression), text
    set_variable          variables (names), values (expressions) or query
    cache_table           name, lazy, options, query, text
    uncache_table         name, if_exists
    clear_cache           -
    refresh_table         name
    refresh_function      name
    refresh_path          path
    execute_immediate     query (expression), into (names), using (expressions)
    explain               mode ("simple", "extended", "codegen", "cost", "formatted"), query (a plan or a Command)
    --- what is there (each also: pattern, where given)
    show_tables           database
    show_table_extended   database, partition
    show_views            database
    show_databases        database
    show_catalogs         -
    show_current_database -
    show_columns          name, database
    show_functions        scope ("all", "user", "system"), database, name
    show_create_table     name, serde
    show_tblproperties    name, key
    show_partitions       name, partition
    describe_table        name, extended, partition, column (name parts), json
    describe_query        query, text
    describe_database     name, extended
    describe_function     name, extended
    --- functions
    create_function       name, replace, temporary, if_not_exists, params (`FunctionParameter`s), returns (a data type),
                          returns_table (`FunctionParameter`s; an empty tuple: from the body), text,
                          characteristics ((name, value), ...), body (an expression, or a plan)
    create_java_function  name, replace, temporary, if_not_exists, class_name, resources
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyrdd.sql.parser.nodes import Statement
from pyrdd.sql.parser.query import QueryConverter
from pyrdd.sql.plan import Command
from pyrdd.sql.types import DataType


@dataclass(frozen=True)
class ColumnDefinition:
    """A column of CREATE TABLE and ALTER TABLE. ``default`` and ``generated`` are source texts; ``name`` has more than
    one part for a field of a struct."""

    name: tuple[str, ...]
    data_type: DataType | None
    nullable: bool = True
    comment: str | None = None
    default: str | None = None
    generated: str | None = None
    position: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Transform:
    """A partitioning: a column (``identity``), ``bucket(4, a)``, ``years(ts)``, ... ``args``: names or constants."""

    name: str
    args: tuple[Any, ...]


@dataclass(frozen=True)
class FunctionParameter:
    """A parameter of a SQL function, or a column of its table; ``default`` is an expression."""

    name: str
    data_type: DataType
    comment: str | None = None
    default: Any = None
    not_null: bool = False


@dataclass(frozen=True)
class QueryPart:
    """A query inside a command, still syntax."""

    node: Any


@dataclass(frozen=True)
class ExpressionPart:
    """An expression inside a command, still syntax."""

    node: Any


def command_of(statement: Statement, convert: QueryConverter) -> Command:
    """The command of a statement's syntax."""
    parts, with_ = statement.args["parts"], statement.args.get("with_")
    if with_ is not None and isinstance(parts.get("query"), QueryPart):
        parts["query"].node.set("with_", with_)
    found = tuple((name, _converted(value, convert)) for name, value in parts.items() if not _absent(value))
    return Command(statement.args["kind"], found)


def _absent(value: Any) -> bool:
    return value is None or value is False


def _converted(value: Any, convert: QueryConverter) -> Any:
    match value:
        case QueryPart():
            return convert(value.node)
        case ExpressionPart():
            return convert.expressions(value.node)
        case Statement():
            return command_of(value, convert)
        case list() | tuple():
            return tuple([_converted(item, convert) for item in value])
        case FunctionParameter() if isinstance(value.default, ExpressionPart):
            return FunctionParameter(
                value.name, value.data_type, value.comment, convert.expressions(value.default.node), value.not_null
            )
    return value
