"""DataFrameWriterV2: what `DataFrame.writeTo` returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from pyrdd.sql.arguments import column
from pyrdd.sql.expressions import Expression
from pyrdd.sql.options import option_text

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame


class DataFrameWriterV2:
    """Collects what a new table shall be like; the last method makes it."""

    # where PySpark has it
    __module__ = "pyrdd.sql.readwriter"

    def __init__(self, df: DataFrame, table: str) -> None:
        self._df = df
        self._spark = df.sparkSession
        self._table = table
        self._provider: str | None = None
        self._options: dict[str, str] = {}
        self._properties: dict[str, str] = {}
        self._partitions: list[Expression] = []
        self._clusters: list[str] = []

    def using(self, provider: str) -> DataFrameWriterV2:
        """Sets the format of the new table."""
        self._provider = provider
        return self

    def option(self, key: str, value: Any) -> DataFrameWriterV2:
        """Sets an option of the write; None is ignored."""
        if value is not None:
            self._options[key] = option_text(value)
        return self

    def options(self, **options: Any) -> DataFrameWriterV2:
        """Sets several options."""
        for key, value in options.items():
            self.option(key, value)
        return self

    def tableProperty(self, property: str, value: str) -> DataFrameWriterV2:
        """Notes a property of the new table."""
        self._properties[property] = value
        return self

    def partitionedBy(self, col: Any, *cols: Any) -> DataFrameWriterV2:
        """Spreads the rows of the new table over directories."""
        self._partitions = [column(c).expression for c in (col, *cols)]
        return self

    def clusterBy(self, col: str, *cols: str) -> DataFrameWriterV2:
        """Asks for rows to be clustered by some columns."""
        self._clusters = [col, *cols]
        return self

    def create(self) -> None:
        """Makes the table. Raises AnalysisException if there is one of that name."""
        self._spark._create_table(self, "create")

    def replace(self) -> None:
        """Replaces the table, which must exist."""
        self._spark._create_table(self, "replace")

    def createOrReplace(self) -> None:
        """Makes the table, or replaces it."""
        self._spark._create_table(self, "create_or_replace")

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
