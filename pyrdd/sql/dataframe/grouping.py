"""Groups: groupBy and its relatives, and what turns columns into rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkIndexError, PySparkValueError
from pyrdd.sql.arguments import column, columns, flat, wrong_type
from pyrdd.sql.column import Column
from pyrdd.sql.dataframe.handle import DataFrameHandle
from pyrdd.sql.expressions import Expression
from pyrdd.sql.group import GroupedData
from pyrdd.sql.observation import Observation
from pyrdd.sql.plan import GroupingSets, Observe, Unpivot

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame


class Grouping(DataFrameHandle):
    """What makes `GroupedData`, and reshapes."""

    def groupBy(self, *cols: Any) -> GroupedData:
        """The rows grouped by Columns, names, positions from 1, or one list of them; an aggregation must follow.

        >>> df = spark.createDataFrame([(1, 2), (1, 3)], ["k", "v"])
        >>> df.groupBy("k").sum("v").collect()
        [Row(k=1, sum(v)=5)]
        """
        return GroupedData(self._self, self._keys(cols), "GroupBy")

    groupby = groupBy

    def rollup(self, *cols: Any) -> GroupedData:
        """`groupBy` with subtotals: also for all keys but the last, and so on up to the grand total.

        >>> df = spark.createDataFrame([("a", 1), ("b", 2)], ["k", "v"])
        >>> df.rollup("k").sum("v").count()
        3
        """
        keys = self._keys(cols)
        sets = tuple(tuple(range(size)) for size in range(len(keys), -1, -1))
        return GroupedData(self._self, keys, "RollUp", GroupingSets("rollup", sets))

    def cube(self, *cols: Any) -> GroupedData:
        """`groupBy` with subtotals for every subset of the keys."""
        keys = self._keys(cols)
        size = len(keys)
        sets = tuple(tuple(i for i in range(size) if not mask >> (size - 1 - i) & 1) for mask in range(2**size))
        return GroupedData(self._self, keys, "Cube", GroupingSets("cube", sets))

    def groupingSets(self, groupingSets: Sequence[Sequence[Any]], *cols: Any) -> GroupedData:
        """`groupBy` with subtotals for the given sets of keys; ``cols`` are the keys that appear in the result.

        >>> df = spark.createDataFrame([("a", 1), ("b", 2)], ["k", "v"])
        >>> df.groupingSets([("k",), ()], "k").sum("v").count()
        3
        """
        keys = self._keys(cols)
        given = [self._keys(tuple(group)) for group in groupingSets]
        missing = [key for group in given for key in group if key not in keys]
        every = (*keys, *dict.fromkeys(missing))
        sets = tuple(tuple(every.index(key) for key in group) for group in given)
        return GroupedData(self._self, every, "GroupingSets", GroupingSets("sets", sets), shown=keys)

    def _keys(self, cols: Sequence[Any]) -> tuple[Expression, ...]:
        return tuple(self._key(col).expression for col in flat(cols, int))

    def _key(self, col: Any) -> Column:
        if isinstance(col, int) and not isinstance(col, bool):
            if col < 1:
                raise PySparkIndexError(errorClass="INDEX_NOT_POSITIVE", messageParameters={"index": str(col)})
            found: Column = self._self[col - 1]
            return found
        return column(col)

    def agg(self, *exprs: Any) -> DataFrame:
        """Aggregates over all rows: ``groupBy().agg(...)``.

        >>> spark.range(4).agg({"id": "max"}).collect()
        [Row(max(id)=3)]
        """
        return self.groupBy().agg(*exprs)

    def observe(self, observation: Observation | str, *exprs: Column) -> DataFrame:
        """The same rows; aggregates over them are computed on the side by the action that reads them.

        >>> from pyrdd.sql import Observation
        >>> seen = Observation()
        >>> spark.range(3).observe(seen, F.count(F.lit(1)).alias("rows")).count()
        3
        >>> seen.get
        {'rows': 3}
        """
        if not exprs:
            raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "exprs"})
        if not all(isinstance(expr, Column) for expr in exprs):
            raise wrong_type("exprs", "list[Column]", exprs)
        metrics = tuple(expr.expression for expr in exprs)
        if isinstance(observation, Observation):
            return self._with(Observe(observation._attach(), metrics, self._plan, observation))
        if not isinstance(observation, str):
            raise wrong_type("observation", "Observation or str", observation)
        return self._with(Observe(observation, metrics, self._plan))

    # --- reshaping ------------------------------------------------------------------------------------------------

    def unpivot(self, ids: Any, values: Any, variableColumnName: str, valueColumnName: str) -> DataFrame:
        """Columns turned into rows: one row for each row and value column, with the column's name and its value.

        >>> df = spark.createDataFrame([(1, 11, 12)], ["id", "a", "b"])
        >>> df.unpivot("id", ["a", "b"], "name", "value").collect()
        [Row(id=1, name='a', value=11), Row(id=1, name='b', value=12)]
        """
        assert ids is not None, "ids must not be None"
        groups = None if values is None else tuple(((e,), None) for e in _expressions(values))
        return self._with(Unpivot(_expressions(ids), groups, variableColumnName, (valueColumnName,), True, self._plan))

    def melt(self, ids: Any, values: Any, variableColumnName: str, valueColumnName: str) -> DataFrame:
        """`unpivot` by another name."""
        return self.unpivot(ids, values, variableColumnName, valueColumnName)


def _expressions(cols: Any) -> tuple[Expression, ...]:
    given = list(cols) if isinstance(cols, (list, tuple)) else [cols]
    return tuple(col.expression for col in columns(given)) if given else ()
