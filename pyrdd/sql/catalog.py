"""Catalog: what `SparkSession.catalog` returns. It asks and acts by the commands that SQL has for the same things."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from fnmatch import translate
from re import IGNORECASE
from re import compile as pattern_of
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from pyrdd.errors import AnalysisException
from pyrdd.sql.catalog_state import GLOBAL_DATABASE
from pyrdd.sql.java_functions import JavaFunction
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.plan import UnresolvedRelation
from pyrdd.sql.types import Row, StructType
from pyrdd.storagelevel import StorageLevel

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.session import SparkSession

DEFAULT_CATALOG = "spark_catalog"


class CatalogMetadata(NamedTuple):
    """A catalog."""

    name: str
    description: str | None


class Database(NamedTuple):
    """A database."""

    name: str
    catalog: str | None
    description: str | None
    locationUri: str


class Table(NamedTuple):
    """A table or view."""

    name: str
    catalog: str | None
    namespace: list[str] | None
    description: str | None
    tableType: str
    isTemporary: bool

    @property
    def database(self) -> str | None:
        """The database, where the namespace is one."""
        return self.namespace[0] if self.namespace is not None and len(self.namespace) == 1 else None


class Column(NamedTuple):
    """A column of a table or view."""

    name: str
    description: str | None
    dataType: str
    nullable: bool
    isPartition: bool
    isBucket: bool
    isCluster: bool = False


class Function(NamedTuple):
    """A function."""

    name: str
    catalog: str | None
    namespace: list[str] | None
    description: str | None
    className: str
    isTemporary: bool


class TablePartition(NamedTuple):
    """A partition of a table, as ``column=value/...``."""

    partition: str


class Catalog:
    """Databases, tables, views and functions, and cached tables.

    >>> spark.catalog.currentDatabase()
    'default'
    """

    def __init__(self, sparkSession: SparkSession) -> None:
        self._sparkSession = sparkSession

    def _run(self, kind: str, **parts: Any) -> list[Row]:
        return self._sparkSession._frame(self._sparkSession._command(kind, **parts)).collect()

    def _parts(self, name: str) -> tuple[str, ...]:
        return self._sparkSession._name(name)

    # --- catalogs and databases -----------------------------------------------------------------------------------

    def currentCatalog(self) -> str:
        """The catalog in use."""
        return DEFAULT_CATALOG

    def setCurrentCatalog(self, catalogName: str) -> None:
        """Changes the catalog in use; there is only ``spark_catalog``."""
        if catalogName != DEFAULT_CATALOG:
            raise AnalysisException(
                errorClass="CATALOG_NOT_FOUND",
                messageParameters={
                    "catalogName": quoted(catalogName),
                    "config": f'"spark.sql.catalog.{catalogName}"',
                },
            )

    def listCatalogs(self, pattern: str | None = None) -> list[CatalogMetadata]:
        """The catalogs whose name matches."""
        return [CatalogMetadata(DEFAULT_CATALOG, None)] if _matcher(pattern)(DEFAULT_CATALOG) else []

    def currentDatabase(self) -> str:
        """The database in use."""
        return str(self._run("show_current_database")[0][1])

    def setCurrentDatabase(self, dbName: str) -> None:
        """Changes the database in use. Raises AnalysisException (SCHEMA_NOT_FOUND)."""
        self._run("use", name=self._parts(dbName))

    def listDatabases(self, pattern: str | None = None) -> list[Database]:
        """The databases whose name matches."""
        return [self.getDatabase(quoted(row[0])) for row in self._run("show_databases", pattern=pattern)]

    def getDatabase(self, dbName: str) -> Database:
        """A database. Raises AnalysisException (SCHEMA_NOT_FOUND)."""
        facts = {row[0]: row[1] for row in self._run("describe_database", name=self._parts(dbName))}
        return Database(
            facts["Namespace Name"], facts.get("Catalog Name"), facts.get("Comment"), facts.get("Location", "")
        )

    def databaseExists(self, dbName: str) -> bool:
        """Whether there is a database of that name."""
        return _succeeds(lambda: self.getDatabase(dbName))

    def createDatabase(self, dbName: str, ifNotExists: bool = False, properties: dict[str, str] | None = None) -> None:
        """Makes a database; ``comment`` and ``location`` may be among the properties."""
        given = dict(properties or {})
        comment, location = given.pop("comment", None), given.pop("location", None)
        self._run(
            "create_database",
            name=self._parts(dbName),
            if_not_exists=ifNotExists,
            comment=comment,
            location=location,
            properties=tuple(given.items()) or None,
        )

    def dropDatabase(self, dbName: str, ifExists: bool = False, cascade: bool = False) -> None:
        """Removes a database; with ``cascade`` also what is in it."""
        self._run("drop_database", name=self._parts(dbName), if_exists=ifExists, cascade=cascade)

    # --- tables and views -----------------------------------------------------------------------------------------

    def listTables(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """The tables and views of a database whose name matches, and the session's temporary views."""
        return self._listed("show_tables", dbName, pattern)

    def listViews(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """The views of a database whose name matches, and the session's temporary views."""
        return self._listed("show_views", dbName, pattern)

    def _listed(self, kind: str, database: str | None, pattern: str | None) -> list[Table]:
        parts = None if database is None else self._parts(database)
        return [self._table(row[0], row[1], row[2]) for row in self._run(kind, database=parts, pattern=pattern)]

    def _table(self, database: str, name: str, temporary: bool) -> Table:
        if temporary:
            return Table(name, None, [database] if database else [], None, "TEMPORARY", True)
        return self._stored((database, name))

    def _stored(self, parts: tuple[str, ...]) -> Table:
        facts = {row[0]: row[1] for row in self._run("describe_table", name=parts, extended=True)}
        return Table(
            facts.get("Table", parts[-1]),
            facts.get("Catalog", DEFAULT_CATALOG),
            [facts.get("Database", parts[0])],
            facts.get("Comment"),
            facts.get("Type", "MANAGED"),
            False,
        )

    def getTable(self, tableName: str) -> Table:
        """A table or view. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        parts = self._parts(tableName)
        if self._sparkSession._catalog.view_of(parts) is not None:
            return Table(parts[-1], None, list(parts[:-1]), None, "TEMPORARY", True)
        return self._stored(parts)

    def tableExists(self, tableName: str, dbName: str | None = None) -> bool:
        """Whether there is a table or view of that name."""
        return _succeeds(lambda: self._sparkSession._catalog.find_relation(self._qualified(tableName, dbName)))

    def _qualified(self, name: str, database: str | None) -> tuple[str, ...]:
        if database is None:
            return self._parts(name)
        warnings.warn("`dbName` is deprecated since 3.4.0: write `dbName.name`.", FutureWarning, stacklevel=3)
        return (*self._parts(database), *self._parts(name))

    def listColumns(self, tableName: str, dbName: str | None = None) -> list[Column]:
        """The columns of a table or view. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND).

        >>> spark.range(1).createOrReplaceTempView("v")
        >>> spark.catalog.listColumns("v")[0].dataType
        'bigint'
        """
        parts = self._qualified(tableName, dbName)
        df = self._sparkSession._frame(UnresolvedRelation(parts))
        is_view = self._sparkSession._catalog.view_of(parts) is not None
        partitions = [] if is_view else self._partition_columns(parts)
        return [
            Column(
                f.name,
                (f.metadata or {}).get("comment"),
                f.dataType.simpleString(),
                f.nullable,
                f.name in partitions,
                False,
            )
            for f in df.schema.fields
        ]

    def _partition_columns(self, parts: tuple[str, ...]) -> list[str]:
        names = [row[0] for row in self._run("describe_table", name=parts)]
        if "# Partition Information" not in names:
            return []
        return [name for name in names[names.index("# Partition Information") + 1 :] if name and name[0] != "#"]

    def createTable(
        self,
        tableName: str,
        path: str | None = None,
        source: str | None = None,
        schema: StructType | None = None,
        description: str | None = None,
        **options: str,
    ) -> DataFrame:
        """Makes a table and returns it: managed, or over the files at ``path``."""
        from pyrdd.sql.parser.commands import ColumnDefinition  # here: the parser is for those who make tables

        columns = [ColumnDefinition((f.name,), f.dataType, f.nullable) for f in schema.fields] if schema else []
        given = {key: value for key, value in options.items() if key != "path"}
        self._run(
            "create_table",
            name=self._parts(tableName),
            columns=tuple(columns) or None,
            using=source or self._sparkSession.conf.get("spark.sql.sources.default"),
            location=path or options.get("path"),
            comment=description,
            options=tuple(given.items()) or None,
        )
        return self._sparkSession.table(tableName)

    def createExternalTable(
        self,
        tableName: str,
        path: str | None = None,
        source: str | None = None,
        schema: StructType | None = None,
        **options: str,
    ) -> DataFrame:
        """The older name of `createTable`; warns."""
        warnings.warn("createExternalTable is deprecated since 2.2: use createTable.", FutureWarning, stacklevel=2)
        return self.createTable(tableName, path, source, schema, **options)

    def dropTable(self, tableName: str, ifExists: bool = False, purge: bool = False) -> None:
        """Removes a table, and its files if it is managed."""
        self._run("drop_table", name=self._parts(tableName), if_exists=ifExists, purge=purge)

    def dropView(self, viewName: str, ifExists: bool = False) -> None:
        """Removes a view."""
        self._run("drop_view", name=self._parts(viewName), if_exists=ifExists)

    def dropTempView(self, viewName: str) -> bool:
        """Removes a temporary view of the session; whether there was one.

        >>> spark.catalog.dropTempView("nothing")
        False
        """
        return self._drop_temporary(viewName, is_global=False)

    def dropGlobalTempView(self, viewName: str) -> bool:
        """Removes a global temporary view; whether there was one."""
        return self._drop_temporary(viewName, is_global=True)

    def _drop_temporary(self, name: str, is_global: bool) -> bool:
        known = self._sparkSession._catalog
        plan = known.view_of((GLOBAL_DATABASE, name) if is_global else (name,))
        if plan is not None:
            self._sparkSession._cache.remove(plan)
        return known.drop_view(name, is_global)

    def listPartitions(self, tableName: str) -> list[TablePartition]:
        """The partitions of a table."""
        return [TablePartition(row[0]) for row in self._run("show_partitions", name=self._parts(tableName))]

    def getTableProperties(self, tableName: str) -> dict[str, str]:
        """The properties of a table."""
        return {row[0]: row[1] for row in self._run("show_tblproperties", name=self._parts(tableName))}

    def getCreateTableString(self, tableName: str, asSerde: bool = False) -> str:
        """The statement that makes a table like this one."""
        return str(self._run("show_create_table", name=self._parts(tableName), serde=asSerde)[0][0])

    def truncateTable(self, tableName: str) -> None:
        """Removes all rows of a table."""
        self._run("truncate", name=self._parts(tableName))

    def analyzeTable(self, tableName: str, noScan: bool = False) -> None:
        """Collects statistics of a table."""
        self._run("analyze", name=self._parts(tableName), noscan=noScan)

    def refreshTable(self, tableName: str) -> None:
        """Forgets what is known of a table's files."""
        self._run("refresh_table", name=self._parts(tableName))

    def refreshByPath(self, path: str) -> None:
        """Forgets what is known of the files at a path."""
        self._run("refresh_path", path=path)

    def recoverPartitions(self, tableName: str) -> None:
        """Finds the partitions of a table in its directory."""
        self._run("repair_table", name=self._parts(tableName), mode="ADD")

    # --- functions ------------------------------------------------------------------------------------------------

    def listFunctions(self, dbName: str | None = None, pattern: str | None = None) -> list[Function]:
        """The functions whose name matches, built-in ones included."""
        database = None if dbName is None else self._parts(dbName)
        names = [row[0] for row in self._run("show_functions", scope="all", database=database, pattern=pattern)]
        return [self._function(name) for name in names]

    def _function(self, name: str) -> Function:
        known = self._sparkSession._catalog
        parts = tuple(name.split("."))
        found = known.find_function(parts)
        if isinstance(found, JavaFunction):
            catalog, database, name = found.name
            return Function(name, catalog, [database], "N/A.", found.class_name, False)
        own = parts[-1].lower() in known.functions or parts[-1].lower() in known.table_functions
        doc = None if own else getattr(found, "doc", None)
        kind = type(found).__module__ + "." + type(found).__qualname__
        return Function(parts[-1], None, None, doc or "N/A.", kind, own or len(parts) == 1)

    def functionExists(self, functionName: str, dbName: str | None = None) -> bool:
        """Whether there is a function of that name.

        >>> spark.catalog.functionExists("count"), spark.catalog.functionExists("nope")
        (True, False)
        """
        return self._knows_function(self._qualified(functionName, dbName))

    def _knows_function(self, parts: tuple[str, ...]) -> bool:
        known = self._sparkSession._catalog
        return known.find_function(parts) is not None or parts[-1].lower() in known.table_functions

    def getFunction(self, functionName: str) -> Function:
        """A function. Raises AnalysisException (UNRESOLVED_ROUTINE)."""
        parts = self._parts(functionName)
        if not self._knows_function(parts):
            raise AnalysisException(
                errorClass="UNRESOLVED_ROUTINE",
                messageParameters={
                    "routineName": quoted_parts(parts),
                    "searchPath": "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]",
                },
            )
        return self._function(".".join(parts))

    def registerFunction(self, name: str, f: Callable[..., Any], returnType: Any = None) -> Any:
        """The older name of ``spark.udf.register``; warns."""
        warnings.warn("Deprecated in 2.3.0. Use spark.udf.register instead.", FutureWarning, stacklevel=2)
        return self._sparkSession.udf.register(name, f, returnType)

    # --- cached tables --------------------------------------------------------------------------------------------

    def isCached(self, tableName: str) -> bool:
        """Whether the rows of a table or view are kept.

        >>> spark.range(1).createOrReplaceTempView("v")
        >>> spark.catalog.isCached("v")
        False
        """
        df = self._sparkSession.table(tableName)
        return self._sparkSession._cache.entry(df._plan) is not None

    def cacheTable(self, tableName: str, storageLevel: StorageLevel | None = None) -> None:
        """Keeps the rows of a table or view when they are read next."""
        df = self._sparkSession.table(tableName)
        self._sparkSession._cache.add(df._plan, storageLevel or StorageLevel.MEMORY_AND_DISK_DESER)

    def uncacheTable(self, tableName: str) -> None:
        """Forgets the kept rows of a table or view."""
        self._sparkSession._cache.remove(self._sparkSession.table(tableName)._plan)

    def clearCache(self) -> None:
        """Forgets all kept rows."""
        self._sparkSession._cache.clear()


def _succeeds(action: Callable[[], Any]) -> bool:
    try:
        action()
    except AnalysisException:
        return False
    return True


def _matcher(pattern: str | None) -> Callable[[str], bool]:
    """Spark's patterns: ``*`` is any text, ``|`` separates alternatives."""
    if pattern is None:
        return lambda name: True
    known = pattern_of("|".join(translate(part) for part in pattern.split("|")), IGNORECASE)
    return cast("Callable[[str], bool]", lambda name: known.match(name) is not None)
