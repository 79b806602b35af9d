"""What a DataFrame says of itself, and its ways out: schema, plan, views, writers, subqueries."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NoReturn

from pyrdd.errors import PySparkValueError
from pyrdd.io.filesystem import to_uri
from pyrdd.sql.arguments import not_implemented, wrong_type
from pyrdd.sql.column import Column
from pyrdd.sql.dataframe.handle import DataFrameHandle
from pyrdd.sql.dataframe.selfjoin import set_apart
from pyrdd.sql.expressions import SubqueryExpression
from pyrdd.sql.group_python import checked_schema
from pyrdd.sql.merge import MergeIntoWriter
from pyrdd.sql.plan import FileScan, LocalRelation, LogicalPlan, MapBatches, attributes_of
from pyrdd.sql.readwriter import DataFrameWriter, DataFrameWriterV2
from pyrdd.sql.table_arg import TableArg
from pyrdd.sql.types import StructType
from pyrdd.util import PythonEvalType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame


class Describing(DataFrameHandle):
    """Members that make no other rows."""

    def printSchema(self, level: int | None = None) -> None:
        """Prints the columns as a tree, down to a level of nesting.

        >>> spark.range(1).printSchema()
        root
         |-- id: long (nullable = false)
        <BLANKLINE>
        """
        print(self.schema.treeString(level) if level else self.schema.treeString())

    def explain(self, extended: bool | str | None = None, mode: str | None = None) -> None:
        """Prints how the DataFrame is computed. ``mode``: simple, extended, codegen, cost or formatted; ``True`` means
        extended."""
        if extended is not None and mode is not None:
            raise PySparkValueError(
                errorClass="CANNOT_SET_TOGETHER", messageParameters={"arg_list": "extended and mode"}
            )
        if extended is not None and not isinstance(extended, (bool, str)):
            raise wrong_type("extended", "bool or str", extended)
        if mode is not None and not isinstance(mode, str):
            raise wrong_type("mode", "str", mode)
        by_flag = "extended" if extended else "simple"
        chosen = mode or (extended if isinstance(extended, str) else by_flag)
        print(self._execution.explain(chosen))

    def isLocal(self) -> bool:
        """Whether the rows are in the driver already."""
        return isinstance(self._plan, LocalRelation) and self._plan.num_slices is None

    def inputFiles(self) -> list[str]:
        """The files that the rows are read from."""
        found = (to_uri(file.path) for scan in self._plan.find(FileScan) for file in scan.listing.files)
        return list(dict.fromkeys(found))

    def sameSemantics(self, other: DataFrame) -> bool:
        """Whether both are computed the same way, whatever their columns' ids are.

        >>> df = spark.range(5)
        >>> df.filter("id > 1").sameSemantics(df.filter("id > 1"))
        True
        """
        if not isinstance(other, DataFrameHandle):
            raise wrong_type("other", "DataFrame", other)
        return bool(self._session._canonical(self._plan) == self._session._canonical(other._plan))

    def semanticHash(self) -> int:
        """A hash that is equal for DataFrames with `sameSemantics`."""
        made = hash(self._session._canonical(self._plan)) & 0xFFFFFFFF
        return made - (1 << 32) if made >> 31 else made

    @property
    def executionInfo(self) -> NoReturn:
        """Refused, as in classic Spark: it belongs to Spark Connect."""
        raise PySparkValueError(
            errorClass="CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF", messageParameters={"member": "queryExecution"}
        )

    # --- views and writers ----------------------------------------------------------------------------------------

    def createTempView(self, name: str) -> None:
        """Makes this DataFrame a view of the session, for SQL. Raises AnalysisException if there is one of that name.

        >>> spark.range(2).createTempView("two")
        >>> spark.table("two").count()
        2
        >>> spark.catalog.dropTempView("two")
        True
        """
        self._session._register_view(name, self._plan, replace=False, is_global=False)

    def createOrReplaceTempView(self, name: str) -> None:
        """`createTempView` that replaces a view of that name."""
        self._session._register_view(name, self._plan, replace=True, is_global=False)

    def createGlobalTempView(self, name: str) -> None:
        """Makes this DataFrame a view of all sessions of the application: ``global_temp.<name>``."""
        self._session._register_view(name, self._plan, replace=False, is_global=True)

    def createOrReplaceGlobalTempView(self, name: str) -> None:
        """`createGlobalTempView` that replaces a view of that name."""
        self._session._register_view(name, self._plan, replace=True, is_global=True)

    def registerTempTable(self, name: str) -> None:
        """The older name of `createOrReplaceTempView`; warns."""
        warnings.warn("Deprecated in 2.0, use createOrReplaceTempView instead.", FutureWarning, stacklevel=2)
        self.createOrReplaceTempView(name)

    @property
    def write(self) -> DataFrameWriter:
        """How to store the rows in files or tables: ``df.write.parquet(path)``."""
        self._self._check_not_streaming("write")
        return DataFrameWriter(self._self)

    def writeTo(self, table: str) -> DataFrameWriterV2:
        """How to store the rows in a table: ``df.writeTo("t").append()``."""
        self._self._check_not_streaming("writeTo")
        return DataFrameWriterV2(self._self, table)

    def mergeInto(self, table: str, condition: Column) -> MergeIntoWriter:
        """A merge of these rows into a table: which rows match, then what to do with each kind of row. Lazy."""
        return MergeIntoWriter(self._self, table, condition)

    # --- subqueries -----------------------------------------------------------------------------------------------

    def scalar(self) -> Column:
        """The one value of a DataFrame of one row and one column, as a Column for other queries."""
        return Column(SubqueryExpression("scalar", set_apart(self._plan)))

    def exists(self) -> Column:
        """Whether the DataFrame has a row, as a Column for other queries."""
        return Column(SubqueryExpression("exists", set_apart(self._plan)))

    def _set_apart(self) -> LogicalPlan:
        return set_apart(self._plan)

    def asTable(self) -> TableArg:
        """This DataFrame as the argument of a table function."""
        return TableArg(self._plan)

    # --- Python functions on batches ------------------------------------------------------------------------------

    def mapInPandas(self, func: Any, schema: StructType | str, barrier: bool = False, profile: Any = None) -> DataFrame:
        """What a Python generator makes of an iterator of pandas DataFrames, for each partition. Refuses a ``profile``: local
        executors have no resources that one task could be given and another not.

        >>> def double(batches):
        ...     for pdf in batches:
        ...         yield pdf * 2
        >>> spark.range(3).mapInPandas(double, "id long").collect()
        [Row(id=0), Row(id=2), Row(id=4)]
        """
        return self._mapped(func, schema, PythonEvalType.SQL_MAP_PANDAS_ITER_UDF, barrier, profile)

    def mapInArrow(self, func: Any, schema: StructType | str, barrier: bool = False, profile: Any = None) -> DataFrame:
        """What a Python generator makes of an iterator of Arrow record batches, for each partition (see `mapInPandas`)."""
        return self._mapped(func, schema, PythonEvalType.SQL_MAP_ARROW_ITER_UDF, barrier, profile)

    def _mapped(self, func: Any, schema: StructType | str, kind: int, barrier: bool, profile: Any) -> DataFrame:
        if profile is not None:
            raise not_implemented(
                "A ResourceProfile of one stage", "Leave profile out; give spark.executor.* to the session."
            )
        columns = attributes_of(checked_schema(func, schema, kind))
        return self._with(MapBatches(func, kind, columns, self._plan, barrier))
