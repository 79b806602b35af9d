"""Operators that look at rows by position: zip, zipWithIndex, transpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException
from pyrdd.sql.arguments import columns
from pyrdd.sql.dataframe.handle import DataFrameHandle
from pyrdd.sql.dataframe.transposing import transposed
from pyrdd.sql.expressions import Alias, Attribute, Expression, UnresolvedAlias, new_id
from pyrdd.sql.plan import LogicalPlan, Project, RddRelation
from pyrdd.sql.types import LongType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.dataframe.frame import DataFrame


class Alignment(DataFrameHandle):
    """Members that depend on the order of rows."""

    def zip(self, other: DataFrame) -> DataFrame:
        """The columns of both side by side. Both must be made by projections only of one and the same DataFrame.

        >>> df = spark.createDataFrame([(1, 2)], ["a", "b"])
        >>> df.select("a").zip(df.select("b")).collect()
        [Row(a=1, b=2)]
        """
        left_base, left = _over_base(self._plan)
        right_base, right = _over_base(other._plan)
        if left_base != right_base:
            raise AnalysisException(errorClass="ZIP_PLANS_NOT_MERGEABLE", messageParameters={})
        ids = {e.id for e in left if isinstance(e, (Alias, Attribute))}
        made = [UnresolvedAlias(e, (e.name,)) if e.id in ids else e for e in right if isinstance(e, (Alias, Attribute))]
        return self._with(Project((*left, *made), left_base))

    def zipWithIndex(self, indexColName: str = "index") -> DataFrame:
        """All columns and one that numbers the rows from 0, in the order of the partitions. Runs a job to count.

        >>> spark.createDataFrame([("a",), ("b",)], ["s"]).zipWithIndex().collect()
        [Row(s='a', index=0), Row(s='b', index=1)]
        """
        index = Attribute(indexColName, LongType(), False, new_id())
        tables = self._execution.arrow_rdd()
        starts = _starts(tables.mapPartitions(_size).collect()[:-1])
        schema = StructType([*self._execution.schema.fields, StructField(indexColName, LongType(), False)])
        numbered = tables.mapPartitionsWithIndex(partial(_numbered, starts))
        return self._with(RddRelation((*self._output, index), numbered, schema, arrow=True))

    def transpose(self, indexColumn: Any = None) -> DataFrame:
        """Rows and columns exchanged: the values of the index column (the first one) name the new columns, the names of
        the others are in the column ``key``. Runs a job; the others must have a common type.

        >>> df = spark.createDataFrame([("A", 1, 2), ("B", 3, 4)], ["id", "x", "y"])
        >>> df.transpose().collect()
        [Row(key='x', A=1, B=3), Row(key='y', A=2, B=4)]
        """
        index = None if indexColumn is None else columns((indexColumn,))[0]
        return transposed(self._self, index)


def _size(tables: Iterable[pa.Table]) -> Iterator[int]:
    yield sum(table.num_rows for table in tables)


def _starts(sizes: list[int]) -> list[int]:
    return list(accumulate(sizes, initial=0))


def _numbered(starts: list[int], partition: int, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    import pyarrow as pa  # here: it runs in tasks

    start = starts[partition]
    for table in tables:
        numbers = pa.array(range(start, start + table.num_rows), pa.int64())
        yield pa.Table.from_arrays([*table.columns, numbers], names=[*table.column_names, "index"])
        start += table.num_rows


def _over_base(plan: LogicalPlan) -> tuple[LogicalPlan, tuple[Expression, ...]]:
    """What lies below a chain of projections, and the chain as one list of expressions over it."""
    if not isinstance(plan, Project):
        return plan, plan.output
    base, inner = _over_base(plan.child)
    known = {e.id: e.child if isinstance(e, Alias) else e for e in inner if isinstance(e, (Alias, Attribute))}
    return base, tuple(_placed(e, known) for e in plan.projections)


def _placed(expression: Expression, known: dict[int, Expression]) -> Expression:
    if isinstance(expression, Attribute):
        found = known[expression.id]
        return found if isinstance(found, Attribute) else Alias(found, expression.name, expression.id)

    def rule(node: Expression) -> Expression:
        return known.get(node.id, node) if isinstance(node, Attribute) else node

    made: Expression = expression.transform_up(rule)
    return made
