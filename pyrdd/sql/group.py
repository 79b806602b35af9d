"""GroupedData: what `DataFrame.groupBy` returns, waiting for an aggregation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException, UnsupportedOperationException
from pyrdd.sql.arguments import unpacked
from pyrdd.sql.column import Column, call, literal, named
from pyrdd.sql.expressions import Attribute, Expression, UnresolvedAlias, UnresolvedAttribute, UnresolvedStar
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.group_python import PythonGroups
from pyrdd.sql.plan import Aggregate, GroupingSets, Pivot
from pyrdd.sql.types import NumericType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame
    from pyrdd.sql.session import SparkSession


class GroupedData(PythonGroups):
    """Groups of rows. Its methods make a DataFrame with one row for each group, or what a Python function makes of it.

    >>> df = spark.createDataFrame([("a", 1), ("a", 3), ("b", 5)], ["k", "v"])
    >>> df.groupBy("k").agg(F.max("v"), F.count("v").alias("n")).sort("k").collect()
    [Row(k='a', max(v)=3, n=2), Row(k='b', max(v)=5, n=1)]
    """

    def __init__(
        self,
        df: DataFrame,
        keys: tuple[Expression, ...],
        kind: str,
        grouping_sets: GroupingSets | None = None,
        pivot: tuple[Expression, tuple[Expression, ...]] | None = None,
        shown: tuple[Expression, ...] | None = None,
    ) -> None:
        self._df = df
        self._keys = keys
        self._kind = kind
        self._grouping_sets = grouping_sets
        self._pivot = pivot
        self._shown = keys if shown is None else shown

    @property
    def session(self) -> SparkSession:
        """The session of the grouped DataFrame."""
        return self._df.sparkSession

    def agg(self, *exprs: Any) -> DataFrame:
        """One row for each group: the keys, then the aggregates, given as Columns or as ``{column: function}``.
        Needs a shuffle.

        >>> df = spark.createDataFrame([("a", 1), ("a", 3)], ["k", "v"])
        >>> df.groupBy("k").agg({"v": "sum", "*": "count"}).collect()
        [Row(k='a', sum(v)=4, count(1)=2)]
        """
        assert exprs, "exprs should not be empty"
        if len(exprs) == 1 and isinstance(exprs[0], dict):
            return self._aggregated([_by_name(exprs[0][name], name) for name in _java_order(exprs[0])])
        assert all(isinstance(expr, Column) for expr in exprs), "all exprs should be Column"
        return self._aggregated([expr.expression for expr in exprs])

    def _aggregated(self, aggregates: list[Expression]) -> DataFrame:
        df = self._df
        if self._pivot is not None:
            column, values = self._pivot
            return df._with(Pivot(self._keys, column, values, tuple(aggregates), df._plan))
        shown = self._shown if df._session.conf.get("spark.sql.retainGroupColumns") == "true" else ()
        return df._with(Aggregate(self._keys, (*shown, *aggregates), df._plan, self._grouping_sets))

    def count(self) -> DataFrame:
        """The number of rows of each group, as ``count``.

        >>> spark.range(3).groupBy().count().collect()
        [Row(count=3)]
        """
        counted = call("count", literal(1)).expression
        return self._aggregated([counted if self._pivot else UnresolvedAlias(counted, ("count",))])

    def mean(self, *cols: str) -> DataFrame:
        """`avg` by another name."""
        return self.avg(*cols)

    def avg(self, *cols: str) -> DataFrame:
        """The mean of numeric columns, of all of them when none is named.

        >>> spark.range(4).groupBy().avg("id").collect()
        [Row(avg(id)=1.5)]
        """
        return self._numeric("avg", cols)

    def max(self, *cols: str) -> DataFrame:
        """The largest value of numeric columns, of all of them when none is named."""
        return self._numeric("max", cols)

    def min(self, *cols: str) -> DataFrame:
        """The smallest value of numeric columns, of all of them when none is named."""
        return self._numeric("min", cols)

    def sum(self, *cols: str) -> DataFrame:
        """The sum of numeric columns, of all of them when none is named."""
        return self._numeric("sum", cols)

    def _numeric(self, function: str, cols: tuple[Any, ...]) -> DataFrame:
        names = unpacked(cols, (list, tuple))
        found = [self._numeric_column(name) for name in names] if names else self._numeric_columns()
        return self._aggregated([call(function, Column(e)).expression for e in found])

    def _numeric_columns(self) -> list[Expression]:
        return [a for a in self._df._output if isinstance(a.data_type, NumericType)]

    def _numeric_column(self, name: str) -> Expression:
        found = self._df._resolve(name)
        if isinstance(found, Attribute) and not isinstance(found.data_type, NumericType):
            raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1323", messageParameters={"colName": name})
        return found

    def pivot(self, pivot_col: str, values: list[Any] | None = None) -> GroupedData:
        """The values of a column turned into columns. Without ``values`` a job finds them, at most
        ``spark.sql.pivotMaxValues``.

        >>> df = spark.createDataFrame([("a", "x", 1), ("a", "y", 2)], ["k", "p", "v"])
        >>> df.groupBy("k").pivot("p").sum("v").collect()
        [Row(k='a', x=1, y=2)]
        """
        column = named(pivot_col) if isinstance(pivot_col, str) else pivot_col
        if self._kind != "GroupBy":
            raise _refused_pivot(self._kind)
        found = self._pivot_values(column) if values is None else [literal(value) for value in values]
        return GroupedData(
            self._df, self._keys, "Pivot", None, (column.expression, tuple(value.expression for value in found))
        )

    def _pivot_values(self, column: Column) -> list[Column]:
        most = int(self._df._session.conf.get("spark.sql.pivotMaxValues") or 10000)
        found = self._df.select(column.alias("v")).distinct().limit(most + 1).sort("v").collect()
        if len(found) > most:
            raise AnalysisException(
                errorClass="_LEGACY_ERROR_TEMP_1324",
                messageParameters={
                    "pivotColumn": pretty_name(column.expression),
                    "maxValues": str(most),
                    "configKey": "spark.sql.pivotMaxValues",
                },
            )
        return [literal(row[0]) for row in found]

    def __repr__(self) -> str:
        keys = ", ".join(pretty_name(key) for key in self._keys)
        fields = [f"{name}: {kind}" for name, kind in self._df.dtypes]
        more = [f"... {len(fields) - 2} more field{'s' if len(fields) > 3 else ''}"] if len(fields) > 2 else []
        value = ", ".join(fields[:2]) + (f" {more[0]}" if more else "")
        return f"GroupedData[grouping expressions: [{keys}], value: [{value}], type: {self._kind}]"


def _by_name(function: str, name: str) -> Expression:
    """An aggregate that is given by the name of its function, as ``{column: function}`` has it."""
    if name == "*" and function.lower() == "count":
        return call("count", literal(1)).expression
    target = UnresolvedStar() if name == "*" else UnresolvedAttribute(named(name).expression.parts)  # type: ignore[attr-defined]
    known = {"avg": "avg", "average": "avg", "mean": "avg", "stddev": "stddev", "std": "stddev", "size": "count"}
    return call(known.get(function.lower(), function), Column(target)).expression


def _java_order(names: Iterable[str]) -> list[str]:
    """The names in the order of Java's HashMap, through which PySpark hands a dictionary on."""
    given = list(names)
    size = 16
    while len(given) > size * 3 // 4:
        size *= 2
    return sorted(given, key=lambda name: _spread(name) & (size - 1))


def _spread(text: str) -> int:
    code = 0
    units = text.encode("utf-16-be")
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & 0xFFFFFFFF
    return code ^ code >> 16


def _refused_pivot(kind: str) -> UnsupportedOperationException:
    if kind == "Pivot":
        return UnsupportedOperationException(
            errorClass="REPEATED_CLAUSE", messageParameters={"clause": "PIVOT", "operation": "SUBQUERY"}
        )
    return UnsupportedOperationException(errorClass="UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY", messageParameters={})
