"""DataFrameWriterV2: what `DataFrame.writeTo` returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from pyrdd.sql.arguments import column
from pyrdd.sql.builders import WithOptions, check_one_layout
from pyrdd.sql.expressions import Expression

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame


class DataFrameWriterV2(WithOptions):
    """Collects what a new table shall be like; the last method makes it."""

    # where PySpark has it
    __module__ = "pyrdd.sql.readwriter"

    def __init__(self, df: DataFrame, table: str) -> None:
        super().__init__()
        self._df = df
        self._spark = df.sparkSession
        self._table = table
        self._provider: str | None = None
        self._properties: dict[str, str] = {}
        self._partitions: list[Expression] = []
        self._clusters: list[str] = []

    def using(self, provider: str) -> Self:
        """Sets the format of the new table."""
        self._provider = provider
        return self

    def tableProperty(self, property: str, value: str) -> Self:
        """Notes a property of the new table."""
        self._properties[property] = value
        return self

    def partitionedBy(self, col: Any, *cols: Any) -> Self:
        """Spreads the rows of the new table over directories."""
        self._partitions = [column(c).expression for c in (col, *cols)]
        check_one_layout(clustered=bool(self._clusters), partitioned=True)
        return self

    def clusterBy(self, col: str, *cols: str) -> Self:
        """Notes columns by which rows are to lie together, which the new table remembers."""
        self._clusters = [col, *cols]
        check_one_layout(clustered=True, partitioned=bool(self._partitions))
        return self

    def create(self) -> None:
        """Makes the table. Raises AnalysisException if there is one of that name."""
        self._spark._create_table(self)

    def replace(self) -> None:
        """Replaces the table, which must exist."""
        self._spark._create_table(self, replace="must_exist")

    def createOrReplace(self) -> None:
        """Makes the table, or replaces it."""
        self._spark._create_table(self, replace=True)

    def append(self) -> NoReturn:
        """Refused, as Spark does for tables of files: use ``df.write.insertInto``, or ``saveAsTable`` with the mode
        append."""
        raise self._spark._no_second_version(self._table)

    def overwrite(self, condition: Any) -> NoReturn:
        """Refused, as Spark does for tables of files: use INSERT with REPLACE WHERE."""
        column(condition)
        raise self._spark._no_second_version(self._table)

    def overwritePartitions(self) -> NoReturn:
        """Refused, as Spark does for tables of files: use ``df.write.insertInto`` with
        ``spark.sql.sources.partitionOverwriteMode`` set to dynamic."""
        raise self._spark._no_second_version(self._table)
