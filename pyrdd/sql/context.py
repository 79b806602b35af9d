"""SQLContext: the entry point before SparkSession; it wraps a session. HiveContext is refused."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from pyrdd.core.context import SparkContext
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.conf import _UNSET
from pyrdd.sql.session import SparkSession

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.reader import DataFrameReader
    from pyrdd.sql.streaming.query import StreamingQueryManager
    from pyrdd.sql.streaming.readwriter import DataStreamReader
    from pyrdd.sql.udf import UDFRegistration
    from pyrdd.sql.udtf import UDTFRegistration

_DEPRECATED = "Deprecated in 3.0.0. Use SparkSession.builder.getOrCreate() instead."


class SQLContext:
    """A session under its older name. Deprecated: use `SparkSession`."""

    _instantiatedContext: ClassVar[SQLContext | None] = None

    def __init__(
        self, sparkContext: SparkContext, sparkSession: SparkSession | None = None, jsqlContext: Any = None
    ) -> None:
        if sparkSession is None:
            warnings.warn(_DEPRECATED, FutureWarning, stacklevel=2)
            sparkSession = SparkSession._getActiveSessionOrCreate()
        self._sc = sparkContext
        self.sparkSession = sparkSession
        if SQLContext._instantiatedContext is None or SQLContext._instantiatedContext._sc._stopped:
            SQLContext._instantiatedContext = self

    @classmethod
    def getOrCreate(cls, sc: SparkContext | None = None) -> SQLContext:
        """The existing SQLContext, or a new one."""
        warnings.warn(_DEPRECATED, FutureWarning, stacklevel=2)
        return cls._get_or_create(sc or SparkContext.getOrCreate())

    @classmethod
    def _get_or_create(cls, sc: SparkContext, **static_conf: Any) -> SQLContext:
        found = cls._instantiatedContext
        if found is None or found._sc._stopped:
            return cls(sc, SparkSession._getActiveSessionOrCreate(**static_conf))
        return found

    def newSession(self) -> SQLContext:
        """A SQLContext of a new session."""
        return self.__class__(self._sc, self.sparkSession.newSession())

    def setConf(self, key: str, value: Any) -> None:
        """`RuntimeConfig.set`."""
        self.sparkSession.conf.set(key, value)

    def getConf(self, key: str, defaultValue: str | None = _UNSET) -> str | None:
        """`RuntimeConfig.get`."""
        return self.sparkSession.conf.get(key, defaultValue)

    @property
    def udf(self) -> UDFRegistration:
        """Registers Python functions for SQL."""
        found: UDFRegistration = self.sparkSession.udf
        return found

    @property
    def udtf(self) -> UDTFRegistration:
        """Registers Python table functions for SQL."""
        found: UDTFRegistration = self.sparkSession.udtf
        return found

    def range(self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None) -> DataFrame:
        """`SparkSession.range`."""
        return self.sparkSession.range(start, end, step, numPartitions)

    def registerFunction(self, name: str, f: Any, returnType: Any = None) -> Any:
        """The older name of ``spark.udf.register``; warns."""
        warnings.warn("Deprecated in 2.3.0. Use spark.udf.register instead.", FutureWarning, stacklevel=2)
        return self.sparkSession.udf.register(name, f, returnType)

    def registerJavaFunction(self, name: str, javaClassName: str, returnType: Any = None) -> NoReturn:
        """Refused: there is no Java here."""
        raise not_implemented("SQLContext.registerJavaFunction", "Register a Python function.")

    def createDataFrame(
        self, data: Any, schema: Any = None, samplingRatio: float | None = None, verifySchema: bool = True
    ) -> DataFrame:
        """`SparkSession.createDataFrame`."""
        return self.sparkSession.createDataFrame(data, schema, samplingRatio, verifySchema)

    def registerDataFrameAsTable(self, df: DataFrame, tableName: str) -> None:
        """`DataFrame.createOrReplaceTempView`."""
        df.createOrReplaceTempView(tableName)

    def dropTempTable(self, tableName: str) -> None:
        """`Catalog.dropTempView`."""
        self.sparkSession.catalog.dropTempView(tableName)

    def createExternalTable(
        self, tableName: str, path: str | None = None, source: str | None = None, schema: Any = None, **options: str
    ) -> DataFrame:
        """`Catalog.createExternalTable`."""
        return self.sparkSession.catalog.createExternalTable(tableName, path, source, schema, **options)

    def sql(self, sqlQuery: str) -> DataFrame:
        """`SparkSession.sql`."""
        return self.sparkSession.sql(sqlQuery)

    def table(self, tableName: str) -> DataFrame:
        """`SparkSession.table`."""
        return self.sparkSession.table(tableName)

    def tables(self, dbName: str | None = None) -> DataFrame:
        """The names of the tables and views of a database, as a DataFrame."""
        return self.sparkSession.sql("SHOW TABLES" if dbName is None else f"SHOW TABLES IN `{dbName}`")

    def tableNames(self, dbName: str | None = None) -> list[str]:
        """The names of the tables and views of a database."""
        return [row["tableName"] for row in self.tables(dbName).collect()]

    def cacheTable(self, tableName: str) -> None:
        """`Catalog.cacheTable`."""
        self.sparkSession.catalog.cacheTable(tableName)

    def uncacheTable(self, tableName: str) -> None:
        """`Catalog.uncacheTable`."""
        self.sparkSession.catalog.uncacheTable(tableName)

    def clearCache(self) -> None:
        """`Catalog.clearCache`."""
        self.sparkSession.catalog.clearCache()

    @property
    def read(self) -> DataFrameReader:
        """`SparkSession.read`."""
        return self.sparkSession.read

    @property
    def readStream(self) -> DataStreamReader:
        """A reader of streams."""
        return self.sparkSession.readStream

    @property
    def streams(self) -> StreamingQueryManager:
        """The streaming queries of the session."""
        return self.sparkSession.streams


class HiveContext(SQLContext):
    """Refused: there is no Hive here."""

    def __init__(self, sparkContext: SparkContext, sparkSession: Any = None, jhiveContext: Any = None) -> None:
        raise not_implemented("HiveContext", "Use SparkSession.")
