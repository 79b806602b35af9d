"""What runs a job: collect, count, show, foreach, conversions."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from pyrdd.sql.arguments import not_implemented, wrong_type
from pyrdd.sql.arrow import table_to_pandas, table_to_rows, to_user_table
from pyrdd.sql.cells import cell_texts
from pyrdd.sql.column import Column, call
from pyrdd.sql.dataframe.handle import DataFrameHandle, int_literal
from pyrdd.sql.dataframe.rows import limited
from pyrdd.sql.execution.query import QueryExecution
from pyrdd.sql.expressions import UnresolvedStar
from pyrdd.sql.plan import LogicalPlan, Project, Tail
from pyrdd.sql.show import html_text, table_text, vertical_text
from pyrdd.sql.types import Row

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from pyrdd.rdd.facade import RDD


class Actions(DataFrameHandle):
    """Methods that compute. Row order is that of the partitions."""

    def collect(self) -> list[Row]:
        """All rows, in a list in the driver.

        >>> spark.range(2).collect()
        [Row(id=0), Row(id=1)]
        """
        return table_to_rows(self._execution.to_table(), self.schema)

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Row]:
        """All rows, of which the driver holds one partition at a time; each partition is a job."""
        for table in self._execution.to_tables(prefetchPartitions):
            yield from table_to_rows(table, self.schema)

    def _rows_of(self, plan: LogicalPlan) -> list[Row]:
        execution = QueryExecution(self._session, plan)
        return table_to_rows(execution.to_table(), execution.schema)

    def take(self, num: int) -> list[Row]:
        """The first rows.

        >>> spark.range(5).take(2)
        [Row(id=0), Row(id=1)]
        """
        return self._rows_of(limited(self._plan, num))

    def tail(self, num: int) -> list[Row]:
        """The last rows.

        >>> spark.range(5).tail(2)
        [Row(id=3), Row(id=4)]
        """
        return self._rows_of(Tail(int_literal(max(num, 0)), self._plan))

    @overload
    def head(self) -> Row | None: ...

    @overload
    def head(self, n: int) -> list[Row]: ...

    def head(self, n: int | None = None) -> Row | None | list[Row]:
        """The first row (None if there is no row), or a list of the first ``n``."""
        if n is not None:
            return self.take(n)
        found = self.take(1)
        return found[0] if found else None

    def first(self) -> Row | None:
        """The first row; None if there is no row."""
        return self.head()

    def count(self) -> int:
        """The number of rows.

        >>> spark.range(5).count()
        5
        """
        return self._execution.count()

    def isEmpty(self) -> bool:
        """Whether there is no row.

        >>> spark.range(0).isEmpty()
        True
        """
        return not self._rows_of(limited(Project((), self._plan), 1))

    # --- showing --------------------------------------------------------------------------------------------------

    def show(self, n: int = 20, truncate: bool | int = True, vertical: bool = False) -> None:
        """Prints the first rows as a table; ``truncate`` cuts cells to 20 or to so many characters.

        >>> spark.range(2).show()
        +---+
        | id|
        +---+
        |  0|
        |  1|
        +---+
        <BLANKLINE>
        """
        print(self._show_string(n, truncate, vertical))

    def _show_string(self, n: int = 20, truncate: bool | int = True, vertical: bool = False) -> str:
        if not isinstance(n, int) or isinstance(n, bool):
            raise wrong_type("n", "int", n)
        if not isinstance(vertical, bool):
            raise wrong_type("vertical", "bool", vertical)
        try:
            width = 20 if truncate is True else int(truncate)
        except ValueError:
            raise wrong_type("truncate", "bool", truncate) from None
        return self._shown(vertical_text if vertical else table_text, n, width)

    def _shown(self, render: Callable[..., str], n: int, truncate: int) -> str:
        size = min(max(n, 0), 2**31 - 2)
        table = QueryExecution(self._session, limited(self._plan, size + 1)).to_table()
        columns = [
            cell_texts(column, field.dataType, self._context.time_zone)
            for column, field in zip(table.slice(0, size).columns, self.schema.fields, strict=False)
        ]
        rows = list(zip(*columns, strict=True)) if columns else [()] * min(table.num_rows, size)
        return render(self.columns, rows, truncate, size if table.num_rows > size else None)

    def __repr__(self) -> str:
        if not self._support_repr_html and self._session.conf.get("spark.sql.repl.eagerEval.enabled") == "true":
            return self._shown(table_text, *self._eager_limits())
        return f"DataFrame[{', '.join(f'{name}: {kind}' for name, kind in self.dtypes)}]"

    def _repr_html_(self) -> str | None:
        self._support_repr_html = True
        if self._session.conf.get("spark.sql.repl.eagerEval.enabled") != "true":
            return None
        return self._shown(html_text, *self._eager_limits())

    def _eager_limits(self) -> tuple[int, int]:
        conf = self._session.conf
        return (
            int(conf.get("spark.sql.repl.eagerEval.maxNumRows") or 20),
            int(conf.get("spark.sql.repl.eagerEval.truncate") or 20),
        )

    # --- other shapes ---------------------------------------------------------------------------------------------

    @cached_property
    def rdd(self) -> RDD[Row]:
        """The rows as an RDD. Lazy; partitions are those of the DataFrame.

        >>> spark.range(3).rdd.map(lambda row: row.id * 2).collect()
        [0, 2, 4]
        """
        return self._execution.row_rdd()

    def toArrow(self) -> pa.Table:
        """All rows as an Arrow table in the driver."""
        return to_user_table(self._execution.to_table(), self.schema)

    def toPandas(self) -> pd.DataFrame:
        """All rows as a pandas DataFrame in the driver.

        >>> spark.range(2).toPandas()
           id
        0   0
        1   1
        """
        mode = self._session.conf.get("spark.sql.execution.pandas.structHandlingMode") or "legacy"
        return table_to_pandas(self._execution.to_table(), self.schema, self._context.time_zone, mode)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.toArrow().__arrow_c_stream__(requested_schema)

    def toJSON(self, use_unicode: bool = True) -> RDD[Any]:
        """Each row as a JSON text, in an RDD. Fields that are null are left out.

        >>> import warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     spark.range(1).toJSON().first()
        '{"id":0}'
        """
        warnings.warn("DataFrame.toJSON will return a DataFrame in a future release.", stacklevel=2)
        packed = call("to_json", call("struct", Column(UnresolvedStar()))).alias("value")
        texts = self._with(Project((packed.expression,), self._plan)).rdd
        return texts.map(_text if use_unicode else _bytes)

    def foreach(self, f: Callable[[Row], None]) -> None:
        """Runs ``f`` on each row, in the tasks; for its effects."""
        self.rdd.foreach(f)

    def foreachPartition(self, f: Callable[[Iterator[Row]], None]) -> None:
        """Runs ``f`` on an iterator of the rows of each partition, in the tasks; for its effects."""
        self.rdd.foreachPartition(f)

    def pandas_api(self, index_col: Any = None) -> Any:
        """Refused: there is no pandas API on Spark here."""
        raise not_implemented("DataFrame.pandas_api", "Use toPandas() for data that fits in memory.")

    @property
    def plot(self) -> Any:
        """Refused: there are no plots here."""
        raise not_implemented("DataFrame.plot", "Use toPandas().plot.")


def _text(row: Row) -> str:
    return str(row[0])


def _bytes(row: Row) -> bytes:
    return str(row[0]).encode()
