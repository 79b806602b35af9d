"""Which columns: select, withColumn, drop, rename."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.problems import unresolved_column
from pyrdd.sql.analysis.select import hidden_columns
from pyrdd.sql.arguments import checked, columns, unpacked, wrong_type
from pyrdd.sql.column import Column
from pyrdd.sql.dataframe.handle import DataFrameHandle
from pyrdd.sql.expressions import (
    Alias,
    Attribute,
    Expression,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedRegex,
    new_id,
)
from pyrdd.sql.names import quoted
from pyrdd.sql.plan import Project, SubqueryAlias, ToSchema
from pyrdd.sql.types import StructType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame


class Selecting(DataFrameHandle):
    """Projections: narrow and lazy."""

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, str):
            return self._column(item)
        if isinstance(item, Column):
            return self._self.filter(item)
        if isinstance(item, (list, tuple)):
            return self.select(*item)
        if isinstance(item, int):
            return self._column_of(self._output[_checked_position(item, len(self._output))])
        raise wrong_type("item", "Column, float, integer, list or string", item)

    def select(self, *cols: Any) -> DataFrame:
        """The given columns: Columns, names, or one list of them. ``"*"`` stands for all. Lazy, without a shuffle.

        >>> df = spark.createDataFrame([(2, "Alice"), (5, "Bob")], ["age", "name"])
        >>> df.select("name", (df.age + 10).alias("age")).collect()
        [Row(name='Alice', age=12), Row(name='Bob', age=15)]
        """
        return self._with(Project(_named(columns(cols)), self._plan))

    def selectExpr(self, *expr: Any) -> DataFrame:
        """`select` with SQL expressions.

        >>> spark.range(2).selectExpr("id * 2 AS twice").collect()
        [Row(twice=0), Row(twice=2)]
        """
        return self.select(*map(self._session._parse_expression, unpacked(expr)))

    def withColumn(self, colName: str, col: Column) -> DataFrame:
        """All columns and one more, which takes the place of those of its name.

        >>> spark.range(2).withColumn("next", F.col("id") + 1).collect()
        [Row(id=0, next=1), Row(id=1, next=2)]
        """
        checked(col, Column, "col", "Column")
        return self._with_columns([(colName, col)])

    def withColumns(self, *colsMap: dict[str, Column]) -> DataFrame:
        """`withColumn` for several columns at once, given as ``{name: Column}``. They do not see each other."""
        assert len(colsMap) == 1
        given = checked(colsMap[0], dict, "colsMap", "dict")
        return self._with_columns([(name, columns([col])[0]) for name, col in given.items()])

    def _with_columns(self, new: list[tuple[str, Column]]) -> DataFrame:
        self._check_distinct([name for name, _ in new])
        made: list[Expression] = []
        for attribute in self._output:
            same = [(name, col) for name, col in new if self._same_name(attribute.name, name)]
            made.append(UnresolvedAlias(same[0][1].expression, (same[0][0],)) if same else attribute)
        for name, col in new:
            if not any(self._same_name(attribute.name, name) for attribute in self._output):
                made.append(UnresolvedAlias(col.expression, (name,)))
        return self._with(Project(tuple(made), self._plan))

    def _check_distinct(self, names: Iterable[str]) -> None:
        seen: list[str] = []
        for name in names:
            if any(self._same_name(name, other) for other in seen):
                shown = name if self._context.case_sensitive else name.lower()
                raise AnalysisException(
                    errorClass="COLUMN_ALREADY_EXISTS", messageParameters={"columnName": quoted(shown)}
                )
            seen.append(name)

    def withColumnRenamed(self, existing: str, new: str) -> DataFrame:
        """A column under another name; nothing happens if there is none of that name.

        >>> spark.range(1).withColumnRenamed("id", "n").columns
        ['n']
        """
        return self._renamed([(existing, new)])

    def withColumnsRenamed(self, colsMap: dict[str, str]) -> DataFrame:
        """`withColumnRenamed` for several columns, one after the other."""
        checked(colsMap, dict, "colsMap", "dict")
        return self._renamed(list(colsMap.items()))

    def _renamed(self, pairs: list[tuple[str, str]]) -> DataFrame:
        names = self.columns
        for existing, new in pairs:
            names = [new if self._same_name(name, existing) else name for name in names]
        if names == self.columns:
            return self._with(self._plan)
        return self._with(Project(tuple(map(_under, self._output, names)), self._plan))

    def withMetadata(self, columnName: str, metadata: dict[str, Any]) -> DataFrame:
        """The same columns, one of them with metadata in the schema.

        >>> spark.range(1).withMetadata("id", {"unit": "m"}).schema["id"].metadata
        {'unit': 'm'}
        """
        checked(metadata, dict, "metadata", "dict")
        old = self._attribute(columnName)
        return self._with_columns([(columnName, Column(UnresolvedAlias(old, (columnName,), metadata)))])

    def drop(self, *cols: Any) -> DataFrame:
        """All columns but some, given by name or as Columns. What is not there is ignored.

        >>> spark.range(1).withColumn("n", F.lit(1)).drop("id", "nothing").columns
        ['n']
        """
        for col in cols:
            if not isinstance(col, (str, Column)):
                raise wrong_type("col", "Column or str", col)
        names = [col for col in cols if isinstance(col, str)]
        found = [self._find(col.expression) for col in cols if isinstance(col, Column)]
        ids = {attribute.id for attribute in found if attribute is not None}
        kept = [a for a in self._output if a.id not in ids and not any(self._same_name(a.name, name) for name in names)]
        return self._with(Project(tuple(kept), self._plan))

    def toDF(self, *cols: str) -> DataFrame:
        """The same columns under new names, one for each.

        >>> spark.createDataFrame([(1, "a")]).toDF("n", "s").collect()
        [Row(n=1, s='a')]
        """
        for col in cols:
            checked(col, str, "cols", "list[str]")
        if len(cols) != len(self._output):
            raise AnalysisException(
                errorClass="ASSIGNMENT_ARITY_MISMATCH",
                messageParameters={"numExpr": str(len(cols)), "numTarget": str(len(self._output))},
            )
        return self._with(Project(tuple(map(_under, self._output, cols)), self._plan))

    def alias(self, alias: str) -> DataFrame:
        """The same DataFrame under a name that its columns can be qualified with.

        >>> df = spark.range(1).alias("t")
        >>> df.select("t.id").columns
        ['id']
        """
        assert isinstance(alias, str), "alias should be a string"
        return self._with(SubqueryAlias((alias,), self._plan))

    def to(self, schema: StructType) -> DataFrame:
        """The columns of a schema, found by name and cast to its types where Spark allows that without loss."""
        assert schema is not None
        return self._with(ToSchema(schema, self._plan))

    def colRegex(self, colName: str) -> Column:
        """The columns whose name matches a regular expression written in back-quotes, for `select`.

        >>> df = spark.createDataFrame([(1, 2, 3)], ["a1", "a2", "b"])
        >>> df.select(df.colRegex("`a.`")).columns
        ['a1', 'a2']
        """
        checked(colName, str, "colName", "str")
        table, dot, rest = colName.partition(".`")
        if colName.startswith("`") and colName.endswith("`"):
            return Column(UnresolvedRegex(colName[1:-1]))
        if dot and rest.endswith("`"):
            return Column(UnresolvedRegex(rest[:-1], table))
        return self._column(colName)

    def metadataColumn(self, colName: str) -> Column:
        """A column that is not shown, as ``_metadata`` of files. Raises AnalysisException if there is none."""
        checked(colName, str, "colName", "str")
        hidden = hidden_columns(self._execution.analyzed)
        found = next((c for c in hidden if self._same_name(c.name, colName)), None)
        if found is None:
            raise unresolved_column((colName,), self._output)
        return Column(UnresolvedAttribute((found.name,)))

    def transform(self, func: Callable[..., DataFrame], *args: Any, **kwargs: Any) -> DataFrame:
        """``func(df, *args, **kwargs)``, for chains of methods.

        >>> spark.range(3).transform(lambda df, n: df.limit(n), 2).count()
        2
        """
        result = func(self._self, *args, **kwargs)
        assert isinstance(result, DataFrameHandle), f"the function returned a {type(result)}, not a DataFrame"
        return result


def _checked_position(position: int, size: int) -> int:
    if not -size <= position < size:
        raise IndexError("list index out of range")
    return position


def _named(cols: list[Column]) -> tuple[Expression, ...]:
    return tuple(col.expression for col in cols)


def _under(attribute: Attribute, name: str) -> Expression:
    return attribute if name == attribute.name else Alias(attribute, name, new_id())
