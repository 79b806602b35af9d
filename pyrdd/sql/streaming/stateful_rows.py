"""Rows as a processor gets and gives them: Rows, or pandas DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa

from pyrdd.errors import PySparkValueError
from pyrdd.sql import types as t
from pyrdd.sql.arrow import to_arrow_type
from pyrdd.sql.execution.border import to_inside
from pyrdd.sql.execution.python_types import Settings, outside_array
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.types import DataType, Row, StructType

Column = tuple[int, str, DataType]
Group = tuple[tuple[Any, ...], Iterable[Any]]


@dataclass(frozen=True)
class RowsOfGroups:
    """What a processor is called with, and what it returns."""

    schema: StructType
    columns: tuple[Attribute, ...]
    settings: Settings

    def groups(
        self, table: pa.Table, bounds: Sequence[int], values: Sequence[Column], keys: Sequence[int]
    ) -> Iterator[Group]:
        """The key and the rows of each group of a sorted table."""
        raise NotImplementedError

    def tables(self, results: Iterable[Any]) -> Iterator[pa.Table]:
        """Results as a stage's tables."""
        raise NotImplementedError


class PlainRows(RowsOfGroups):
    """`transformWithState`: one Row after the other. Values are as Arrow has them, structs being dicts."""

    def groups(
        self, table: pa.Table, bounds: Sequence[int], values: Sequence[Column], keys: Sequence[int]
    ) -> Iterator[Group]:
        lists = {i: self._values(table.column(i), kind) for i, _, kind in values}
        make = Row(*[name for _, name, _ in values])
        rows = list(zip(*(lists[i] for i, _, _ in values), strict=True))
        for start, end in pairwise(bounds):
            yield tuple(lists[i][start] for i in keys), (make(*row) for row in rows[start:end])

    def _values(self, column: pa.ChunkedArray, data_type: DataType) -> list[Any]:
        outside = outside_array(column, data_type)
        if isinstance(data_type, t.TimestampType):
            outside = outside.cast(pa.timestamp("us", self.settings.time_zone))
        found: list[Any] = outside.to_pylist()
        return found

    def tables(self, results: Iterable[Any]) -> Iterator[pa.Table]:
        rows = [row.asDict(True) for row in results]
        schema = pa.schema([pa.field(f.name, to_arrow_type(f.dataType)) for f in self.schema.fields])
        if rows:
            yield to_inside(pa.Table.from_pylist(rows, schema=schema), self.columns)


class PandasRows(RowsOfGroups):
    """`transformWithStateInPandas`: DataFrames of no more than a batch's rows. They are made of rows one by one, so that
    the type of a column is that of the values that the group has."""

    def groups(
        self, table: pa.Table, bounds: Sequence[int], values: Sequence[Column], keys: Sequence[int]
    ) -> Iterator[Group]:
        from pyrdd.sql.execution.python_pandas import to_frame  # here: it loads pandas

        rows = list(to_frame(table, values, self.settings).itertuples(index=False))
        places = [i for i, _, _ in values]
        where = [places.index(key) for key in keys]
        for start, end in pairwise(bounds):
            yield tuple(rows[start][i] for i in where), self._frames(rows[start:end])

    def _frames(self, rows: list[Any]) -> Iterator[Any]:
        import pandas as pd  # here: as above

        size = min(self.settings.batch_rows, len(rows))
        for start in range(0, len(rows), size):
            yield pd.DataFrame(rows[start : start + size])

    def tables(self, results: Iterable[Any]) -> Iterator[pa.Table]:
        import pandas as pd  # here: as above

        from pyrdd.sql.execution.python_pandas import from_frame  # here: as above

        for result in results:
            if not isinstance(result, pd.DataFrame):
                raise PySparkValueError(
                    "transformWithStateInPandas needs each result to be a pandas.DataFrame, "
                    f"not {type(result).__name__}."
                )
            if self.settings.columns_by_name and any(isinstance(name, str) for name in result.columns):
                # columns beyond the schema are let go; one that is missing is pandas' KeyError
                result = result[self.schema.names]
            yield from_frame(result, self.schema, self.settings)
