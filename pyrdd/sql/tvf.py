"""`spark.tvf`: the table functions as methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.column import Column, named
from pyrdd.sql.plan import UnresolvedTableFunction

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.session import SparkSession


class TableValuedFunction:
    """Functions whose result is a table: the rows of one call."""

    def __init__(self, sparkSession: SparkSession) -> None:
        self._sparkSession = sparkSession

    def range(self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None) -> DataFrame:
        """`SparkSession.range`."""
        return self._sparkSession.range(start, end, step, numPartitions)

    def explode(self, collection: Column) -> DataFrame:
        """A row for each item of an array, or for each entry of a map.

        >>> spark.tvf.explode(F.array(F.lit(1), F.lit(2))).collect()
        [Row(col=1), Row(col=2)]
        """
        return self._call("explode", collection)

    def explode_outer(self, collection: Column) -> DataFrame:
        """`explode`, with a row of nulls for an empty or null collection."""
        return self._call("explode_outer", collection)

    def inline(self, input: Column) -> DataFrame:
        """A row for each struct of an array."""
        return self._call("inline", input)

    def inline_outer(self, input: Column) -> DataFrame:
        """`inline`, with a row of nulls for an empty or null array."""
        return self._call("inline_outer", input)

    def json_tuple(self, input: Column, *fields: Column) -> DataFrame:
        """One row with some fields of a JSON object, as text."""
        return self._call("json_tuple", input, *fields)

    def posexplode(self, collection: Column) -> DataFrame:
        """`explode` with each item's position."""
        return self._call("posexplode", collection)

    def posexplode_outer(self, collection: Column) -> DataFrame:
        """`posexplode`, with a row of nulls for an empty or null collection."""
        return self._call("posexplode_outer", collection)

    def stack(self, n: Column, *fields: Column) -> DataFrame:
        """The values dealt out to ``n`` rows."""
        return self._call("stack", n, *fields)

    def collations(self) -> DataFrame:
        """The collations that strings can have."""
        return self._call("collations")

    def sql_keywords(self) -> DataFrame:
        """The words of SQL, and whether each is reserved."""
        return self._call("sql_keywords")

    def variant_explode(self, input: Column) -> DataFrame:
        """A row for each item of a variant array or field of a variant object."""
        return self._call("variant_explode", input)

    def variant_explode_outer(self, input: Column) -> DataFrame:
        """`variant_explode`, with a row of nulls if there is nothing to explode."""
        return self._call("variant_explode_outer", input)

    def python_worker_logs(self) -> DataFrame:
        """Refused: there is no table of what workers logged."""
        raise not_implemented("tvf.python_worker_logs", "Read the application's log.")

    def _call(self, name: str, *args: Any) -> DataFrame:
        from pyrdd.sql.dataframe import DataFrame  # here: DataFrames lead to the session, which leads here

        given = tuple((named(arg) if isinstance(arg, str) else arg).expression for arg in args)
        return DataFrame._of(self._sparkSession, UnresolvedTableFunction((name,), given))
