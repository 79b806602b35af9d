"""MergeIntoWriter: PySpark's builder of MERGE INTO.

Tables here are of files, which Spark too refuses to merge into: `merge` raises what Spark raises for them.
"""

from __future__ import annotations

from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.arguments import column
from pyrdd.sql.column import Column


class _Branch:
    """Rows of one kind, and what is to be done with them; each method gives the writer back."""

    kind = ""

    def __init__(self, writer: MergeIntoWriter, condition: Column | None) -> None:
        self.writer = writer
        self._condition = condition

    def _then(self, action: str, assignments: dict[str, Column] | None = None) -> MergeIntoWriter:
        checked = {name: column(value) for name, value in (assignments or {}).items()}
        self.writer._actions.append((self.kind, self._condition, action, checked))
        return self.writer


class MergeIntoWriter:
    """What `DataFrame.mergeInto` gives. Lazy: nothing is looked up before `merge`."""

    def __init__(self, df: Any, table: str, condition: Column) -> None:
        self._df, self._table, self._condition = df, table, condition
        self._actions: list[tuple[str, Column | None, str, dict[str, Column]]] = []
        self._schema_evolution = False

    def whenMatched(self, condition: Column | None = None) -> WhenMatched:
        """The rows of the table that have a row of the DataFrame, under a further condition."""
        return WhenMatched(self, condition)

    def whenNotMatched(self, condition: Column | None = None) -> WhenNotMatched:
        """The rows of the DataFrame that have none in the table, under a further condition."""
        return WhenNotMatched(self, condition)

    def whenNotMatchedBySource(self, condition: Column | None = None) -> WhenNotMatchedBySource:
        """The rows of the table that have none in the DataFrame, under a further condition."""
        return WhenNotMatchedBySource(self, condition)

    def withSchemaEvolution(self) -> MergeIntoWriter:
        """Lets the table take new columns of the DataFrame."""
        self._schema_evolution = True
        return self

    def merge(self) -> None:
        """Runs the merge. Raises SparkRuntimeException (NO_MERGE_ACTION_SPECIFIED) when nothing is to be done,
        AnalysisException (TABLE_OR_VIEW_NOT_FOUND), and for every table that there is UnsupportedOperationException
        (UNSUPPORTED_FEATURE.TABLE_OPERATION), as Spark does for tables of files."""
        if not self._actions:
            raise SparkRuntimeException(errorClass="NO_MERGE_ACTION_SPECIFIED", messageParameters={})
        self._df.sparkSession._merge_into(self._table)


class WhenMatched(_Branch):
    """What is done with rows of the table that have a row of the DataFrame."""

    kind = "matched"

    def updateAll(self) -> MergeIntoWriter:
        """All columns become those of the DataFrame's row."""
        return self._then("update")

    def update(self, assignments: dict[str, Column]) -> MergeIntoWriter:
        """Some columns get new values."""
        return self._then("update", assignments)

    def delete(self) -> MergeIntoWriter:
        """The rows are removed."""
        return self._then("delete")


class WhenNotMatched(_Branch):
    """What is done with rows of the DataFrame that have none in the table."""

    kind = "not matched"

    def insertAll(self) -> MergeIntoWriter:
        """They are added, by the names of their columns."""
        return self._then("insert")

    def insert(self, assignments: dict[str, Column]) -> MergeIntoWriter:
        """Rows of the given values are added."""
        return self._then("insert", assignments)


class WhenNotMatchedBySource(WhenMatched):
    """What is done with rows of the table that have none in the DataFrame."""

    kind = "not matched by source"


MergeIntoWriter.WhenMatched = WhenMatched  # type: ignore[attr-defined]
MergeIntoWriter.WhenNotMatched = WhenNotMatched  # type: ignore[attr-defined]
MergeIntoWriter.WhenNotMatchedBySource = WhenNotMatchedBySource  # type: ignore[attr-defined]
