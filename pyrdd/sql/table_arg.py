"""TableArg: a DataFrame as the argument of a table function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.arguments import columns
from pyrdd.sql.expressions import SortOrder
from pyrdd.sql.plan import TableArgument
from pyrdd.sql.tvf_argument import TableValuedFunctionArgument

if TYPE_CHECKING:
    from pyrdd.sql.plan import LogicalPlan


class TableArg(TableValuedFunctionArgument):
    """A table for a table function, with how its rows are grouped and ordered for it. Made by `DataFrame.asTable`."""

    def __init__(self, plan: LogicalPlan | None = None, argument: TableArgument | None = None) -> None:
        self._argument = TableArgument(plan) if argument is None else argument

    def partitionBy(self, *cols: Any) -> TableArg:
        """The rows with the same values in these columns are given to one call."""
        if self._is_partitioned:
            raise IllegalArgumentException(
                "Cannot call partitionBy() after partitionBy() or withSinglePartition() has been called."
            )
        return self._with(partition=tuple(col.expression for col in columns(cols)))

    def orderBy(self, *cols: Any) -> TableArg:
        """The order of the rows inside each partition; `partitionBy` or `withSinglePartition` must come before."""
        if not self._is_partitioned:
            raise IllegalArgumentException("Please call partitionBy() or withSinglePartition() before orderBy().")
        keys = (col.expression for col in columns(cols))
        return self._with(order=tuple(key if isinstance(key, SortOrder) else SortOrder(key) for key in keys))

    def withSinglePartition(self) -> TableArg:
        """All rows are given to one call."""
        if self._is_partitioned:
            raise IllegalArgumentException(
                "Cannot call withSinglePartition() after partitionBy() or withSinglePartition() has been called."
            )
        return self._with(single_partition=True)

    @property
    def _is_partitioned(self) -> bool:
        return bool(self._argument.partition) or self._argument.single_partition

    def _with(self, **changes: Any) -> TableArg:
        old = self._argument
        fields = {"partition": old.partition, "order": old.order, "single_partition": old.single_partition, **changes}
        return TableArg(argument=TableArgument(old.plan, **fields))
