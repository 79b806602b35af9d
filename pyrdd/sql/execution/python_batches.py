"""mapInPandas and mapInArrow: a Python generator over all batches of a partition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pyrdd.sql.execution.border import empty, to_inside, to_outside
from pyrdd.sql.execution.python_arrow import accepted_table, outside_batches
from pyrdd.sql.execution.python_types import Settings
from pyrdd.sql.execution.python_vectors import batches
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.physical.python_tables import TableFunction
from pyrdd.sql.plan import MapBatches
from pyrdd.sql.types import StructField, StructType
from pyrdd.util import PythonEvalType


def make(
    operator: MapBatches, columns: Sequence[tuple[Attribute, ...]], settings: Mapping[str, str]
) -> Callable[..., Iterator[pa.Table]]:
    """The function that a task runs."""
    function: Any = operator.function
    if isinstance(function, TableFunction):
        from pyrdd.sql.execution.python_tables import PartitionCalls  # here: it imports this module

        return PartitionCalls(function, columns[0], operator.columns, Settings.of(settings))
    kind: Any = _InPandas if operator.kind == PythonEvalType.SQL_MAP_PANDAS_ITER_UDF else _InArrow
    made: Callable[..., Iterator[pa.Table]] = kind(function, columns[0], operator.columns, Settings.of(settings))
    return made


@dataclass(frozen=True)
class _Mapped:
    function: Callable[..., Any]
    given: tuple[Attribute, ...]
    columns: tuple[Attribute, ...]
    settings: Settings

    @property
    def schema(self) -> StructType:
        return struct_of(self.columns)

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        some = False
        for made in self.run(tables):
            some = True
            yield made
        if not some:
            yield empty(self.columns)

    def run(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        raise NotImplementedError

    def results(self, given: Iterator[Any], kind: type, expected: str) -> Iterator[Any]:
        """What the function yields, checked."""
        from pyrdd.sql.execution.python_pandas import wrong_result  # here: it loads pandas

        made = self.function(given)
        if not hasattr(made, "__next__"):
            raise wrong_result(f"iterator of {expected}", type(made).__name__)
        for item in made:
            if not isinstance(item, kind):
                raise wrong_result(f"iterator of {expected}", f"iterator of {type(item).__name__}")
            yield item


class _InPandas(_Mapped):
    """mapInPandas."""

    def run(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        import pandas as pd  # here: only this operator needs it in the task

        from pyrdd.sql.execution.python_pandas import from_frame, to_frame  # here: it loads pandas

        chosen = [(i, c.name, c.data_type) for i, c in enumerate(self.given)]
        pieces = (p for table in tables for p in batches(table, self.settings.batch_rows))
        frames = (to_frame(piece, chosen, self.settings) for piece in pieces)
        schema = self.schema
        for frame in self.results(frames, pd.DataFrame, "pandas.DataFrame"):
            yield from_frame(frame, schema, self.settings, truncate=True)


class _InArrow(_Mapped):
    """mapInArrow."""

    def run(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        pieces = (
            batch
            for table in tables
            for batch in outside_batches(to_outside(table, self.given), self.settings.batch_rows)
        )
        schema = self.schema
        for batch in self.results(pieces, pa.RecordBatch, "pyarrow.RecordBatch"):
            table = accepted_table(pa.Table.from_batches([batch]), schema, self.settings.columns_by_name)
            yield to_inside(table, self.columns)


def struct_of(columns: Sequence[Attribute]) -> StructType:
    """The schema of some columns."""
    return StructType([StructField(c.name, c.data_type, c.nullable) for c in columns])
