"""Python aggregates: one value of each group, or of each row's window frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import pandas as pd
import pyarrow as pa

from pyrdd.sql.arrow import to_arrow_type
from pyrdd.sql.execution.border import empty, inside_type
from pyrdd.sql.execution.grouping import grouped
from pyrdd.sql.execution.python_pandas import from_series, to_series
from pyrdd.sql.execution.python_scalar import _with_names
from pyrdd.sql.execution.python_types import Settings, inside_array, outside_array
from pyrdd.sql.execution.python_vectors import one_array
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.physical.python_aggregates import Aggregates, PythonCall, WindowAggregates
from pyrdd.util import PythonEvalType
from pyrdd.util.stop_iteration import fail_on_stopiteration

_E = PythonEvalType
_ITERATING = (_E.SQL_GROUPED_AGG_PANDAS_ITER_UDF, _E.SQL_GROUPED_AGG_ARROW_ITER_UDF)
_ARROW = (_E.SQL_GROUPED_AGG_ARROW_UDF, _E.SQL_GROUPED_AGG_ARROW_ITER_UDF)


class Reducer:
    """One aggregate over slices of a sorted table."""

    def __init__(self, call: PythonCall, table: pa.Table, columns: Sequence[Attribute], settings: Settings) -> None:
        self.call, self.settings = call, settings
        function: Callable[..., Any] = call.function
        if call.arg_names:
            function = partial(_with_names, function, call.arg_names)
        self.function = fail_on_stopiteration(function)
        kinds = [columns[i].data_type for i in call.args]
        if call.kind in _ARROW:
            self.args: list[Any] = [
                one_array(outside_array(table.column(i), kind)) for i, kind in zip(call.args, kinds, strict=True)
            ]
        else:
            self.args = [to_series(table.column(i), kind, settings) for i, kind in zip(call.args, kinds, strict=True)]

    def on(self, start: int, end: int) -> Any:
        """The value for the rows from ``start`` up to ``end``."""
        if self.call.kind in _ITERATING:
            return self.function(self._pieces(start, end))
        return self.function(*(self._slice(arg, start, end) for arg in self.args))

    def _slice(self, arg: Any, start: int, end: int) -> Any:
        if self.call.kind in _ARROW:
            return arg.slice(start, end - start)
        return arg.iloc[start:end].reset_index(drop=True)

    def _pieces(self, start: int, end: int) -> Iterator[Any]:
        for begin in range(start, end, self.settings.batch_rows):
            until = min(end, begin + self.settings.batch_rows)
            made = tuple(self._slice(arg, begin, until) for arg in self.args)
            yield made[0] if len(made) == 1 else made

    def column(self, values: list[Any]) -> pa.Array:
        """The values as a stage's column."""
        if self.call.kind in _ARROW:
            target = to_arrow_type(self.call.data_type)
            plain = [v.as_py() if isinstance(v, pa.Scalar) else v for v in values]
            try:
                made = pa.array(plain).cast(target)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
                made = pa.array(plain, target)
            return inside_array(one_array(made), inside_type(self.call.data_type))
        return from_series(
            pd.Series(values) if values else pd.Series([], dtype=object), self.call.data_type, self.settings
        )


@dataclass(frozen=True)
class _Reduced:
    function: Any
    given: tuple[Attribute, ...]
    keys: tuple[int, ...]
    order: tuple[int, ...]
    columns: tuple[Attribute, ...]
    settings: Settings

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table, bounds = grouped(one_table(tables, self.given), self.keys, self.order)
        if not table.num_rows:
            yield empty(self.columns)
            return
        reducers = [Reducer(call, table, self.given, self.settings) for call in self.function.calls]
        columns = self.run(table, bounds, reducers)
        yield pa.table(columns, names=[f"c{i}" for i in range(len(columns))])

    def run(self, table: pa.Table, bounds: Sequence[int], reducers: Sequence[Reducer]) -> list[Any]:
        raise NotImplementedError


class AggregatedGroups(_Reduced):
    """A row for each group: its keys and the values."""

    function: Aggregates

    def run(self, table: pa.Table, bounds: Sequence[int], reducers: Sequence[Reducer]) -> list[Any]:
        first = table.take(pa.array(bounds[:-1], pa.int64()))
        keys = [first.column(i) for i in self.keys]
        pairs = list(pairwise(bounds))
        return [*keys, *(r.column([r.on(start, end) for start, end in pairs]) for r in reducers)]


class WindowedGroups(_Reduced):
    """Every row, with a value for its frame."""

    function: WindowAggregates

    def run(self, table: pa.Table, bounds: Sequence[int], reducers: Sequence[Reducer]) -> list[Any]:
        kept = [table.column(i) for i in range(self.function.kept)]
        return [*kept, *(r.column(self._values(table, bounds, r)) for r in reducers)]

    def _values(self, table: pa.Table, bounds: Sequence[int], reducer: Reducer) -> list[Any]:
        frame = reducer.call.frame
        pairs = pairwise(bounds)
        if frame is None:
            values: list[Any] = []
            for start, end in pairs:
                values += [reducer.on(start, end)] * (end - start)
            return values
        firsts, lasts = (table.column(i).to_pylist() for i in frame)
        return [
            reducer.on(start, start) if firsts[row] is None else reducer.on(start + firsts[row] - 1, start + lasts[row])
            for start, end in pairs
            for row in range(start, end)
        ]
