"""Python functions of whole groups: applyInPandas, applyInArrow, cogroups, aggregates and windows.

The rows of a group are in one partition; `grouping` sorts them once and cuts slices.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa

from pyrdd.sql.execution.border import empty, to_inside, to_outside
from pyrdd.sql.execution.grouping import grouped, paired, slices
from pyrdd.sql.execution.python_arrow import accepted_table, outside_batches
from pyrdd.sql.execution.python_batches import struct_of
from pyrdd.sql.execution.python_types import Settings
from pyrdd.sql.execution.python_vectors import batches
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.expressions import Alias, Attribute, Expression, SortOrder
from pyrdd.sql.physical.python_aggregates import Aggregates, WindowAggregates
from pyrdd.sql.physical.python_keys import KEY_ONLY
from pyrdd.sql.physical.python_tables import TableFunction
from pyrdd.sql.plan import CoGroup, MapGroups
from pyrdd.sql.plan.stateful import CoGroupWithState, MapGroupsWithState
from pyrdd.sql.types import DataType, StructType
from pyrdd.util import PythonEvalType

_E = PythonEvalType
Column = tuple[int, str, DataType]


def make(
    operator: Any, columns: Sequence[tuple[Attribute, ...]], settings: Mapping[str, str]
) -> Callable[..., Iterator[pa.Table]]:
    """The function that a task runs."""
    if isinstance(operator, MapGroupsWithState | CoGroupWithState):
        # how state is kept is no matter of queries: the function knows
        task: Callable[..., Iterator[pa.Table]] = operator.function.task(operator, columns, settings)  # type: ignore[attr-defined]
        return task
    chosen = Settings.of(settings)
    if isinstance(operator, CoGroup):
        return _cogroup(operator, columns, chosen)
    keys = positions(operator.grouping, columns[0])
    if isinstance(operator.function, Aggregates | WindowAggregates):
        from pyrdd.sql.execution.python_reduce import AggregatedGroups, WindowedGroups  # here: it loads pandas

        kind = AggregatedGroups if isinstance(operator.function, Aggregates) else WindowedGroups
        order = positions(operator.order, columns[0])
        return kind(operator.function, columns[0], keys, order, operator.columns, chosen)
    if isinstance(operator.function, TableFunction):
        from pyrdd.sql.execution.python_tables import GroupCalls  # here: it reads groups with this module

        order = positions(operator.order, columns[0])
        descending = tuple((o.ascending, o.nulls_first) for o in operator.order)
        return GroupCalls(operator.function, columns[0], operator.columns, chosen, keys, order, descending)
    return _groups(operator, columns[0], keys, chosen)


def positions(keys: Sequence[Expression], columns: Sequence[Attribute]) -> tuple[int, ...]:
    """Where the columns of these keys are."""
    where = {c.id: i for i, c in enumerate(columns)}
    return tuple(where[_column(key).id] for key in keys)


def _column(key: Any) -> Attribute:
    while isinstance(key, Alias | SortOrder):
        key = key.child
    assert isinstance(key, Attribute), key
    return key


def _groups(operator: MapGroups, columns: Sequence[Attribute], keys: tuple[int, ...], settings: Settings) -> Groups:
    return _KINDS[operator.kind](
        _with_key(operator.function, 1),
        tuple(columns),
        keys,
        positions(operator.order, columns),
        operator.columns,
        visible(columns),
        settings,
    )


def visible(columns: Sequence[Attribute]) -> tuple[Column, ...]:
    """Columns by position, name and type, without those that only hold computed keys."""
    return tuple((i, c.name, c.data_type) for i, c in enumerate(columns) if c.qualifier != KEY_ONLY)


@dataclass(frozen=True)
class _KeyFirst:
    function: Callable[..., Any]

    def __call__(self, key: Any, *groups: Any) -> Any:
        return self.function(key, *groups)


@dataclass(frozen=True)
class _NoKey:
    function: Callable[..., Any]

    def __call__(self, key: Any, *groups: Any) -> Any:
        return self.function(*groups)


def _with_key(function: Callable[..., Any], groups: int) -> Callable[..., Any]:
    """The function as one of (key, *groups), by the number of its parameters."""
    count = len(inspect.getfullargspec(function).args)
    if inspect.ismethod(function) or (not inspect.isfunction(function) and not isinstance(function, partial)):
        count = len(inspect.signature(function).parameters)
    return _NoKey(function) if count == groups else _KeyFirst(function)


@dataclass(frozen=True)
class Groups:
    """A function of each group of a partition."""

    function: Callable[..., Any]
    given: tuple[Attribute, ...]
    keys: tuple[int, ...]
    order: tuple[int, ...]
    columns: tuple[Attribute, ...]
    values: tuple[Column, ...]
    settings: Settings

    @property
    def schema(self) -> StructType:
        """The schema of the results."""
        return struct_of(self.columns)

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table, bounds = grouped(one_table(tables, self.given), self.keys, self.order)
        made = [piece for piece in self.run(table, bounds) if piece.num_rows]
        yield pa.concat_tables(made) if made else empty(self.columns)

    def run(self, table: pa.Table, bounds: Sequence[int]) -> Iterator[pa.Table]:
        """The results, group by group."""
        raise NotImplementedError

    def named(self, table: pa.Table) -> pa.Table:
        """The columns that the function sees, as Arrow outside."""
        outside = to_outside(table, self.given)
        return pa.table([outside.column(i) for i, _, _ in self.values], names=[name for _, name, _ in self.values])

    def key_scalars(self, table: pa.Table) -> list[tuple[Any, ...]]:
        """The Arrow scalars of the keys of each group, given the first row of each."""
        outside = to_outside(table, self.given)
        return list(zip(*(outside.column(i) for i in self.keys), strict=True)) if self.keys else [()] * table.num_rows


def first_rows(table: pa.Table, bounds: Sequence[int]) -> pa.Table:
    """The first row of each group."""
    return table.take(pa.array(bounds[:-1], pa.int64()))


class PandasGroups(Groups):
    """applyInPandas: the groups as DataFrames. One conversion for the whole table, slices for the groups."""

    def run(self, table: pa.Table, bounds: Sequence[int]) -> Iterator[pa.Table]:
        from pyrdd.sql.execution.python_pandas import from_frame, to_frame  # here: it loads pandas

        schema = self.schema
        whole = to_frame(table, self.values, self.settings)
        keys = pandas_keys(table, bounds, self.given, self.keys, self.settings)
        for key, start, end in zip(keys, bounds, bounds[1:], strict=False):
            group = whole.iloc[start:end].reset_index(drop=True)
            yield from_frame(self.function(key, group), schema, self.settings)


class PandasIterGroups(Groups):
    """applyInPandas with iterators of batches."""

    def run(self, table: pa.Table, bounds: Sequence[int]) -> Iterator[pa.Table]:
        import pandas as pd  # here: as above

        from pyrdd.sql.execution.python_pandas import from_frame, to_frame, wrong_result  # here: it loads pandas

        schema = self.schema
        keys = pandas_keys(table, bounds, self.given, self.keys, self.settings)
        for key, group in zip(keys, slices(table, bounds), strict=True):
            frames = (to_frame(p, self.values, self.settings) for p in batches(group, self.settings.batch_rows))
            results = self.function(key, frames)
            if not hasattr(results, "__next__"):
                raise wrong_result("iterator of pandas.DataFrame", type(results).__name__)
            for frame in results:
                if not isinstance(frame, pd.DataFrame):
                    raise wrong_result("iterator of pandas.DataFrame", f"iterator of {type(frame).__name__}")
                yield from_frame(frame, schema, self.settings)


class ArrowGroups(Groups):
    """applyInArrow: the groups as Arrow tables."""

    def run(self, table: pa.Table, bounds: Sequence[int]) -> Iterator[pa.Table]:
        from pyrdd.sql.execution.python_pandas import wrong_result  # here: it loads pandas

        schema = self.schema
        keys = self.key_scalars(first_rows(table, bounds))
        for key, group in zip(keys, slices(self.named(table), bounds), strict=True):
            result = self.function(key, group)
            if not isinstance(result, pa.Table):
                raise wrong_result("pyarrow.Table", type(result).__name__)
            yield to_inside(accepted_table(result, schema, self.settings.columns_by_name), self.columns)


class ArrowIterGroups(Groups):
    """applyInArrow with iterators of record batches."""

    def run(self, table: pa.Table, bounds: Sequence[int]) -> Iterator[pa.Table]:
        from pyrdd.sql.execution.python_pandas import wrong_result  # here: it loads pandas

        schema = self.schema
        keys = self.key_scalars(first_rows(table, bounds))
        for key, group in zip(keys, slices(self.named(table), bounds), strict=True):
            results = self.function(key, outside_batches(group, self.settings.batch_rows))
            if not hasattr(results, "__next__"):
                raise wrong_result("iterator of pyarrow.RecordBatch", type(results).__name__)
            for batch in results:
                if not isinstance(batch, pa.RecordBatch):
                    raise wrong_result("iterator of pyarrow.RecordBatch", f"iterator of {type(batch).__name__}")
                made = accepted_table(pa.Table.from_batches([batch]), schema, self.settings.columns_by_name)
                yield to_inside(made, self.columns)


_KINDS: dict[int, type[Groups]] = {
    _E.SQL_GROUPED_MAP_PANDAS_UDF: PandasGroups,
    _E.SQL_GROUPED_MAP_PANDAS_ITER_UDF: PandasIterGroups,
    _E.SQL_GROUPED_MAP_ARROW_UDF: ArrowGroups,
    _E.SQL_GROUPED_MAP_ARROW_ITER_UDF: ArrowIterGroups,
}


def pandas_keys(
    table: pa.Table, bounds: Sequence[int], columns: Sequence[Attribute], keys: Sequence[int], settings: Settings
) -> list[tuple[Any, ...]]:
    """The keys of each group as pandas has them (NumPy scalars for numbers)."""
    from pyrdd.sql.execution.python_pandas import to_series  # here: it loads pandas

    first = first_rows(table, bounds)
    if not keys:
        return [()] * first.num_rows
    series = [to_series(first.column(i), columns[i].data_type, settings, frames=False) for i in keys]
    return [tuple(s.iloc[row] for s in series) for row in range(first.num_rows)]


# --- cogroups ----------------------------------------------------------------------------------------------------


def _cogroup(operator: CoGroup, columns: Sequence[tuple[Attribute, ...]], settings: Settings) -> CoGroups:
    keys = (positions(operator.left_grouping, columns[0]), positions(operator.right_grouping, columns[1]))
    kind = PandasCoGroups if operator.kind == _E.SQL_COGROUPED_MAP_PANDAS_UDF else ArrowCoGroups
    given = (tuple(columns[0]), tuple(columns[1]))
    values = (visible(columns[0]), visible(columns[1]))
    return kind(_with_key(operator.function, 2), given, keys, operator.columns, values, settings)


@dataclass(frozen=True)
class CoGroups:
    """A function of the two groups of each key."""

    function: Callable[..., Any]
    given: tuple[tuple[Attribute, ...], tuple[Attribute, ...]]
    keys: tuple[tuple[int, ...], tuple[int, ...]]
    columns: tuple[Attribute, ...]
    values: tuple[tuple[Column, ...], tuple[Column, ...]]
    settings: Settings

    def __call__(self, index: int, left: Iterator[pa.Table], right: Iterator[pa.Table]) -> Iterator[pa.Table]:
        one = grouped(one_table(left, self.given[0]), self.keys[0])
        other = grouped(one_table(right, self.given[1]), self.keys[1])
        if not self.keys[0]:
            pairs: Any = [(one[0], other[0])] if one[0].num_rows or other[0].num_rows else []
        else:
            pairs = paired(one, other, self.keys)
        made = [piece for a, b in pairs if (piece := self.run(a, b)).num_rows]
        yield pa.concat_tables(made) if made else empty(self.columns)

    def run(self, left: pa.Table, right: pa.Table) -> pa.Table:
        """The result for one key."""
        raise NotImplementedError


class PandasCoGroups(CoGroups):
    """cogroup().applyInPandas."""

    def run(self, left: pa.Table, right: pa.Table) -> pa.Table:
        from pyrdd.sql.execution.python_pandas import from_frame, to_frame  # here: it loads pandas

        side = 0 if left.num_rows else 1
        (key,) = pandas_keys((left, right)[side], [0, 1], self.given[side], self.keys[side], self.settings)
        frames = [to_frame(t, v, self.settings) for t, v in zip((left, right), self.values, strict=True)]
        return from_frame(self.function(key, *frames), struct_of(self.columns), self.settings)


class ArrowCoGroups(CoGroups):
    """cogroup().applyInArrow."""

    def run(self, left: pa.Table, right: pa.Table) -> pa.Table:
        from pyrdd.sql.execution.python_pandas import wrong_result  # here: it loads pandas

        outside = [to_outside(t, c) for t, c in zip((left, right), self.given, strict=True)]
        side = 0 if left.num_rows else 1
        key = tuple(outside[side].column(i)[0] for i in self.keys[side])
        tables = [
            pa.table([t.column(i) for i, _, _ in v], names=[n for _, n, _ in v])
            for t, v in zip(outside, self.values, strict=True)
        ]
        result = self.function(key, *tables)
        if not isinstance(result, pa.Table):
            raise wrong_result("pyarrow.Table", type(result).__name__)
        made = accepted_table(result, struct_of(self.columns), self.settings.columns_by_name)
        return to_inside(made, self.columns)
