"""What a catalog stores: databases, and the tables, views and functions in them. One `TableStore` for an application.

    TableStore --name--> Database --name--> StoredTable (columns, format, location, partitions, or a view's text)

Records are values: a command that changes a table puts another record in its place. Names are found in any case.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from pyrdd.io.filesystem import filesystem_of, join, qualify
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.types import CharType, DataType, StringType, StructField, StructType, VarcharType

if TYPE_CHECKING:
    from pyrdd.core.context import SparkContext
    from pyrdd.sql.plan import LogicalPlan

CATALOG = "spark_catalog"
DEFAULT_DATABASE = "default"
CHAR_TYPE = "__CHAR_VARCHAR_TYPE_STRING"
"""The metadata under which a string column says that it is a CHAR or VARCHAR."""

Pairs = tuple[tuple[str, str], ...]
Spec = tuple[str | None, ...]
"""A partition: the values of the partition columns as texts."""


@dataclass(frozen=True)
class StoredColumn:
    """A column of a table. ``default`` is the text of its default for new rows; files in ``absent`` were written before
    the column was there: their rows have ``old_value`` (a text too)."""

    name: str
    data_type: DataType
    comment: str | None = None
    default: str | None = None
    old_value: str | None = None
    absent: frozenset[str] = frozenset()

    @property
    def read_type(self) -> DataType:
        """The type that queries see: CHAR and VARCHAR are strings to them."""
        return StringType() if isinstance(self.data_type, (CharType, VarcharType)) else self.data_type

    def field(self) -> StructField:
        """The column as a field of the relation's schema."""
        metadata: dict[str, Any] = {"comment": self.comment} if self.comment is not None else {}
        if self.read_type is not self.data_type:
            metadata[CHAR_TYPE] = self.data_type.simpleString()
        if self.default is not None:
            metadata["CURRENT_DEFAULT"] = self.default
        if self.old_value is not None:
            metadata["EXISTS_DEFAULT"] = self.old_value
        return StructField(self.name, self.read_type, True, metadata or None)


@dataclass(frozen=True)
class Buckets:
    """CLUSTERED BY columns SORTED BY columns INTO count BUCKETS."""

    count: int
    columns: tuple[str, ...]
    sorted_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class ViewText:
    """A view: its query as text, and what that meant when it was made: the database then in use, the settings, the
    names of the query's columns."""

    text: str
    database: str
    settings: Mapping[str, str]
    query_columns: tuple[str, ...]
    schema_mode: str = "COMPENSATION"
    named: bool = False


@dataclass(frozen=True)
class Partition:
    """A directory of a partitioned table."""

    spec: Spec
    location: str
    properties: Pairs = ()


@dataclass(frozen=True)
class Statistics:
    """What ANALYZE TABLE found."""

    size: int
    rows: int | None = None
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredTable:
    """A table or a view."""

    database: str
    name: str
    kind: str
    columns: tuple[StoredColumn, ...]
    provider: str | None = None
    partition_columns: tuple[str, ...] = ()
    buckets: Buckets | None = None
    clustered_by: tuple[str, ...] = ()
    location: str | None = None
    options: Pairs = ()
    properties: Pairs = ()
    comment: str | None = None
    collation: str | None = None
    view: ViewText | None = None
    statistics: Statistics | None = None
    partitions: Mapping[Spec, Partition] = field(default_factory=dict)
    created: float = field(default_factory=time.time)

    @property
    def parts(self) -> tuple[str, str, str]:
        """The full name."""
        return CATALOG, self.database, self.name

    @property
    def quoted_name(self) -> str:
        """The full name as messages show it."""
        return quoted_parts(self.parts)

    @property
    def is_view(self) -> bool:
        """Whether it is a view."""
        return self.kind == "VIEW"

    @property
    def data_columns(self) -> tuple[StoredColumn, ...]:
        """The columns that are in the files."""
        inside = {name.lower() for name in self.partition_columns}
        return tuple(c for c in self.columns if c.name.lower() not in inside)

    @property
    def keys(self) -> tuple[StoredColumn, ...]:
        """The partition columns."""
        known = {c.name.lower(): c for c in self.columns}
        return tuple(known[name.lower()] for name in self.partition_columns)

    @property
    def schema(self) -> StructType:
        """The columns as queries see them."""
        return StructType([c.field() for c in self.columns])

    def with_(self, **changes: Any) -> StoredTable:
        """This record with some fields replaced."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Database:
    """A database. ``tables`` and ``functions`` are by name in lower case."""

    name: str
    location: str
    comment: str = ""
    properties: Pairs = ()
    tables: dict[str, StoredTable] = field(default_factory=dict)
    functions: dict[str, Any] = field(default_factory=dict)


class TableStore:
    """The databases of an application."""

    def __init__(self, sc: SparkContext, warehouse: str | None) -> None:
        # without a setting: in the application's own directory, which goes when it stops
        self.warehouse = qualify(warehouse) if warehouse else mkdtemp(dir=sc._engine.session.subdirectory("warehouse"))
        first = Database(DEFAULT_DATABASE, self.warehouse, "default database")
        self._databases = {DEFAULT_DATABASE: first}
        self.global_views: dict[str, LogicalPlan] = {}

    # --- databases ---------------------------------------------------------------------------------------------

    def databases(self) -> list[str]:
        """The names of the databases, sorted."""
        return sorted(self._databases)

    def database(self, name: str) -> Database:
        """A database. Raises SCHEMA_NOT_FOUND."""
        found = self._databases.get(name.lower())
        if found is None:
            raise schema_not_found((name,))
        return found

    def has_database(self, name: str) -> bool:
        """Whether there is a database of that name."""
        return name.lower() in self._databases

    def put_database(self, database: Database) -> None:
        """Adds a database, or puts it in the place of the one of its name."""
        self._databases[database.name.lower()] = database

    def drop_database(self, name: str) -> None:
        """Forgets a database and removes the files of its managed tables."""
        database = self._databases.pop(name.lower())
        for table in list(database.tables.values()):
            remove_files(table)
        fs = filesystem_of(database.location)
        if fs.status(database.location) is not None:
            fs.delete(database.location)

    def default_location(self, database: str) -> str:
        """Where a database goes that is made without a location."""
        return join(self.warehouse, f"{database}.db")

    # --- tables ------------------------------------------------------------------------------------------------

    def table(self, database: str, name: str) -> StoredTable | None:
        """A table or view, or None."""
        home = self._databases.get(database.lower())
        return None if home is None else home.tables.get(name.lower())

    def tables(self, database: str) -> Iterator[StoredTable]:
        """The tables and views of a database, by name."""
        known = self.database(database).tables
        return iter([known[key] for key in sorted(known)])

    def put(self, table: StoredTable) -> None:
        """Adds a table, or puts it in the place of the one of its name."""
        self.database(table.database).tables[table.name.lower()] = table

    def forget(self, table: StoredTable) -> None:
        """Takes a table out; its files stay."""
        self.database(table.database).tables.pop(table.name.lower(), None)


def remove_files(table: StoredTable) -> None:
    """Removes the directory of a managed table."""
    if table.kind == "MANAGED" and table.location is not None:
        fs = filesystem_of(table.location)
        if fs.status(table.location) is not None:
            fs.delete(table.location)


def schema_not_found(parts: Sequence[str]) -> Exception:
    """SCHEMA_NOT_FOUND."""
    return analysis_error("SCHEMA_NOT_FOUND", schemaName=quoted_parts((CATALOG, *parts)))


def column_list(columns: Sequence[Any]) -> str:
    """Names of columns as messages list them."""
    return ", ".join(quoted(c if isinstance(c, str) else c.name) for c in columns)
