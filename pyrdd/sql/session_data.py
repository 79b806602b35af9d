"""Where a session's DataFrames come from: Python data, ranges, SQL, tables, files."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from pyrdd.errors import IllegalArgumentException, PySparkAttributeError, PySparkTypeError
from pyrdd.sql.arguments import not_implemented, wrong_type
from pyrdd.util.loading import load_without_collection

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.plan import LogicalPlan
    from pyrdd.sql.reader import DataFrameReader
    from pyrdd.sql.streaming.query import StreamingQueryManager
    from pyrdd.sql.streaming.readwriter import DataStreamReader
    from pyrdd.sql.tvf import TableValuedFunction
    from pyrdd.sql.types import StructType


class SessionData:
    """The members of `SparkSession` that make DataFrames, and those that are refused. Imports stand inside: a program
    that only wants a context does not load the SQL stack."""

    def _frame(self, plan: LogicalPlan) -> DataFrame:
        with load_without_collection("pyrdd.sql.dataframe"):
            from pyrdd.sql.dataframe import DataFrame  # here: see the class

        return DataFrame._of(self, plan)  # type: ignore[arg-type]

    def createDataFrame(
        self, data: Any, schema: Any = None, samplingRatio: float | None = None, verifySchema: bool = True
    ) -> DataFrame:
        """The DataFrame of Python data: rows, tuples, dictionaries, objects, an RDD of them, a pandas DataFrame, a
        NumPy array, an Arrow table. ``schema`` is a struct, SQL text, one type (the column is then ``value``), or a
        list of names; what it leaves open is inferred from all rows (of an RDD: from the first, or a sample).

        >>> spark.createDataFrame([{"name": "Alice", "age": 1}]).collect()
        [Row(age=1, name='Alice')]
        >>> spark.createDataFrame([1, 2], "int").collect()
        [Row(value=1), Row(value=2)]
        """
        with load_without_collection("pyrdd.sql.create"):
            from pyrdd.sql.create import relation_of  # here: see the class

        return self._frame(relation_of(self, data, schema, samplingRatio, verifySchema))  # type: ignore[arg-type]

    def emptyDataFrame(self, schema: StructType | str) -> DataFrame:
        """A DataFrame without rows.

        >>> spark.emptyDataFrame("n int").count()
        0
        """
        return self.createDataFrame([], schema)

    def range(self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None) -> DataFrame:
        """The whole numbers from ``start`` (or 0) up to and without ``end``, in the bigint column ``id``.

        >>> spark.range(1, 7, 2).collect()
        [Row(id=1), Row(id=3), Row(id=5)]
        """
        with load_without_collection("pyrdd.sql.plan"):
            from pyrdd.sql.plan import Range  # here: see the class

        first, last = (0, start) if end is None else (start, end)
        if step == 0:
            raise IllegalArgumentException("requirement failed: step (0) cannot be 0")
        return self._frame(Range.of(int(first), int(last), int(step), numPartitions))

    def sql(self, sqlQuery: str, args: Any = None, **kwargs: Any) -> DataFrame:
        """The result of a SQL statement. ``:name`` and ``?`` in it take values from ``args`` (a dictionary or a list);
        ``{name}`` takes ``kwargs``: DataFrames, Columns and constants. Commands act at once.

        >>> spark.sql("SELECT * FROM range(3) WHERE id > :least", args={"least": 1}).collect()
        [Row(id=2)]
        >>> spark.sql("SELECT max(id) AS top FROM {df}", df=spark.range(4)).collect()
        [Row(top=3)]
        """
        with load_without_collection("pyrdd.sql.session_sql"):
            from pyrdd.sql.session_sql import plan_of_text  # here: see the class

        if args is not None and not isinstance(args, (dict, list)):
            raise PySparkTypeError(
                errorClass="INVALID_TYPE", messageParameters={"arg_name": "args", "arg_type": type(args).__name__}
            )
        return plan_of_text(self, sqlQuery, args, kwargs)  # type: ignore[arg-type]

    def table(self, tableName: str) -> DataFrame:
        """The DataFrame of a table or view.

        >>> spark.range(2).createOrReplaceTempView("numbers")
        >>> spark.table("numbers").count()
        2
        """
        if not isinstance(tableName, str):
            raise wrong_type("tableName", "str", tableName)
        return self.read.table(tableName)

    @property
    def read(self) -> DataFrameReader:
        """A reader of files and tables."""
        with load_without_collection("pyrdd.sql.reader"):
            from pyrdd.sql.reader import DataFrameReader  # here: see the class

        return DataFrameReader(self)  # type: ignore[arg-type]

    @property
    def readStream(self) -> DataStreamReader:
        """A reader of streams."""
        from pyrdd.sql.streaming.readwriter import DataStreamReader  # here: see the class

        return DataStreamReader(self)  # type: ignore[arg-type]

    @cached_property
    def streams(self) -> StreamingQueryManager:
        """The streaming queries of this session."""
        from pyrdd.sql.streaming.query import StreamingQueryManager  # here: see the class

        return StreamingQueryManager(self)  # type: ignore[arg-type]

    @property
    def tvf(self) -> TableValuedFunction:
        """The table functions as methods."""
        from pyrdd.sql.tvf import TableValuedFunction  # here: see the class

        return TableValuedFunction(self)  # type: ignore[arg-type]

    @property
    def udf(self) -> Any:
        """Registers Python functions for SQL."""
        from pyrdd.sql.udf import UDFRegistration  # here: see the class

        return UDFRegistration(self)  # type: ignore[arg-type]

    @property
    def udtf(self) -> Any:
        """Registers Python table functions for SQL."""
        from pyrdd.sql.udtf import UDTFRegistration  # here: see the class

        return UDTFRegistration(self)  # type: ignore[arg-type]

    @property
    def dataSource(self) -> Any:
        """Registers Python data sources."""
        from pyrdd.sql.datasource import DataSourceRegistration  # here: see the class

        return DataSourceRegistration(self)  # type: ignore[arg-type]

    @property
    def profile(self) -> Any:
        """The profiles of Python UDFs."""
        raise not_implemented("SparkSession.profile", "Set spark.python.profile and use SparkContext.show_profiles.")

    # --- refused --------------------------------------------------------------------------------------------------

    def addArtifacts(self, *path: str, pyfile: bool = False, archive: bool = False, file: bool = False) -> NoReturn:
        """Refused: it belongs to Spark Connect."""
        raise not_implemented("SparkSession.addArtifacts", "Use SparkContext.addPyFile, addArchive or addFile.")

    addArtifact = addArtifacts

    @property
    def client(self) -> NoReturn:
        """Refused, as in classic Spark: it belongs to Spark Connect."""
        raise _connect_only("client")

    def copyFromLocalToFs(self, local_path: str, dest_path: str) -> NoReturn:
        """Refused, as in classic Spark: it belongs to Spark Connect."""
        raise _connect_only("copyFromLocalToFs")

    def registerProgressHandler(self, handler: Any) -> NoReturn:
        """Refused, as in classic Spark: it belongs to Spark Connect."""
        raise _connect_only("registerProgressHandler")

    def removeProgressHandler(self, handler: Any) -> NoReturn:
        """Refused, as in classic Spark: it belongs to Spark Connect."""
        raise _connect_only("removeProgressHandler")

    def clearProgressHandlers(self) -> NoReturn:
        """Refused, as in classic Spark: it belongs to Spark Connect."""
        raise _connect_only("clearProgressHandlers")


def _connect_only(name: str) -> PySparkAttributeError:
    return PySparkAttributeError(
        errorClass="ONLY_SUPPORTED_WITH_SPARK_CONNECT", messageParameters={"feature": f"SparkSession.{name}"}
    )
