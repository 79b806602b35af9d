"""MergeIntoWriter: PySpark's builder of MERGE INTO.

Tables here are of files, which Spark too refuses to merge into: `merge` raises what Spark raises for them. What a merge is
to do is therefore checked, and not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.arguments import column
from pyrdd.sql.column import Column

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame


class _Branch:
    """Rows of one kind; each method says what is done with them, and gives the writer back."""

    def __init__(self, writer: MergeIntoWriter, condition: Column | None) -> None:
        if condition is not None:
            column(condition)
        self.writer = writer

    def _then(self, assignments: dict[str, Column] | None = None) -> MergeIntoWriter:
        for value in (assignments or {}).values():
            column(value)
        self.writer._has_action = True
        return self.writer


class _RowsOfTable(_Branch):
    def updateAll(self) -> MergeIntoWriter:
        """All columns become those of the DataFrame's row."""
        return self._then()

    def update(self, assignments: dict[str, Column]) -> MergeIntoWriter:
        """Some columns get new values."""
        return self._then(assignments)

    def delete(self) -> MergeIntoWriter:
        """The rows are removed."""
        return self._then()


class MergeIntoWriter:
    """What `DataFrame.mergeInto` gives. Lazy: nothing is looked up before `merge`."""

    class WhenMatched(_RowsOfTable):
        """What is done with rows of the table that have a row of the DataFrame."""

    class WhenNotMatched(_Branch):
        """What is done with rows of the DataFrame that have none in the table."""

        def insertAll(self) -> MergeIntoWriter:
            """They are added, by the names of their columns."""
            return self._then()

        def insert(self, assignments: dict[str, Column]) -> MergeIntoWriter:
            """Rows of the given values are added."""
            return self._then(assignments)

    class WhenNotMatchedBySource(_RowsOfTable):
        """What is done with rows of the table that have none in the DataFrame."""

    def __init__(self, df: DataFrame, table: str, condition: Column) -> None:
        column(condition)
        self._session, self._table = df.sparkSession, table
        self._has_action = False

    def whenMatched(self, condition: Column | None = None) -> WhenMatched:
        """The rows of the table that have a row of the DataFrame, under a further condition."""
        return self.WhenMatched(self, condition)

    def whenNotMatched(self, condition: Column | None = None) -> WhenNotMatched:
        """The rows of the DataFrame that have none in the table, under a further condition."""
        return self.WhenNotMatched(self, condition)

    def whenNotMatchedBySource(self, condition: Column | None = None) -> WhenNotMatchedBySource:
        """The rows of the table that have none in the DataFrame, under a further condition."""
        return self.WhenNotMatchedBySource(self, condition)

    def withSchemaEvolution(self) -> MergeIntoWriter:
        """Lets the table take new columns of the DataFrame."""
        return self

    def merge(self) -> None:
        """Runs the merge. Raises SparkRuntimeException (NO_MERGE_ACTION_SPECIFIED) when nothing is to be done,
        AnalysisException (TABLE_OR_VIEW_NOT_FOUND), and for every table that there is UnsupportedOperationException
        (UNSUPPORTED_FEATURE.TABLE_OPERATION), as Spark does for tables of files."""
        if not self._has_action:
            raise SparkRuntimeException(errorClass="NO_MERGE_ACTION_SPECIFIED", messageParameters={})
        self._session._merge_into(self._table)
