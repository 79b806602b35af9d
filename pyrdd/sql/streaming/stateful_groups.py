"""Functions with state, in the task: the groups of a partition with what is kept of them.

    rows of the partition, by group  ->  function or processor, with the state of each group  ->  rows, and a new version
    groups whose timeout or timer is due  ->  the same, without rows                               of the partition's state

A partition of the state is read and written by one task: the rows of a group always come to the task of the same number.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pyarrow as pa

from pyrdd.sql.arrow import column_to_list
from pyrdd.sql.execution.border import empty
from pyrdd.sql.execution.grouping import grouped, paired
from pyrdd.sql.execution.python_batches import struct_of
from pyrdd.sql.execution.python_groups import first_rows, positions, visible
from pyrdd.sql.execution.python_types import Settings, outside_array
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan.stateful import CoGroupWithState, MapGroupsWithState, StatePlace
from pyrdd.sql.streaming.state_store import SNAPSHOT_EVERY, StateStore, StateStoreId, purge
from pyrdd.sql.streaming.state_values import hashable
from pyrdd.sql.streaming.stateful_processor import (
    ExpiredTimerInfo,
    StatefulProcessor,
    StatefulProcessorHandle,
    TimerValues,
)
from pyrdd.sql.streaming.stateful_rows import PandasRows, PlainRows, RowsOfGroups
from pyrdd.sql.streaming.stateful_variables import ProcessorState
from pyrdd.sql.types import Row


@dataclass(frozen=True)
class Side:
    """The columns of an input, and where its keys are."""

    given: tuple[Attribute, ...]
    keys: tuple[int, ...]

    @staticmethod
    def of(grouping: Sequence[Any], columns: Sequence[Attribute]) -> Side:
        """The side of an operator's input."""
        return Side(tuple(columns), positions(grouping, columns))

    def groups(self, tables: Iterator[pa.Table]) -> tuple[pa.Table, list[int]]:
        """The rows sorted by the keys, and where each group begins."""
        return grouped(one_table(tables, self.given), self.keys)

    def key_values(self, table: pa.Table, bounds: Sequence[int]) -> list[tuple[Any, ...]]:
        """The keys of each group, as Python values."""
        first = first_rows(table, bounds)
        columns = [
            column_to_list(outside_array(first.column(i), self.given[i].data_type), self.given[i].data_type)
            for i in self.keys
        ]
        return list(zip(*columns, strict=True)) if columns else [()] * first.num_rows


def opened(place: StatePlace | None, index: int) -> StateStore:
    """The state of a partition; one that is empty, and never written, outside of a stream."""
    if place is None:
        return StateStore(StateStoreId("", 0, index), 0)
    return StateStore(StateStoreId(place.root, place.operator, index), place.version)


def committed(place: StatePlace, store: StateStore, rows: int) -> None:
    """Makes the state's changes the next version, of so many rows, and tells of them."""
    changes = store.changes
    version = store.commit()
    if version % SNAPSHOT_EVERY == 0:
        purge(store.id, version - place.retained)
    for total, count in zip(place.totals, (rows, *changes), strict=False):
        total.add(count)


# --- transformWithState -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ProcessorFunction:
    """What `transformWithState` was called with: how its operator runs. ``time_mode`` is in small letters."""

    processor: StatefulProcessor
    pandas: bool
    output_mode: str
    time_mode: str

    def task(
        self,
        operator: MapGroupsWithState | CoGroupWithState,
        columns: Sequence[tuple[Attribute, ...]],
        settings: Mapping[str, str],
    ) -> ProcessorTask:
        """The function that a task runs."""
        if isinstance(operator, CoGroupWithState):
            grouping: Sequence[Any] = operator.left_grouping
            initial: Side | None = Side.of(operator.right_grouping, columns[1])
        else:
            grouping, initial = operator.grouping, None
        place = operator.place
        # the batch has one time, which all tasks share
        timestamp = place.timestamp if place is not None else time.time_ns() // 1_000_000
        side = Side.of(grouping, columns[0])
        return ProcessorTask(self, side, initial, operator.columns, Settings.of(settings), place, timestamp)


@dataclass(frozen=True)
class ProcessorTask:
    """A processor over the groups of a partition."""

    function: ProcessorFunction
    side: Side
    initial: Side | None
    columns: tuple[Attribute, ...]
    settings: Settings
    place: StatePlace | None
    timestamp: int

    def __call__(
        self, index: int, tables: Iterator[pa.Table], initial: Iterator[pa.Table] | None = None
    ) -> Iterator[pa.Table]:
        if self.initial is not None:
            assert initial is not None
            work = self._pairs(self.side.groups(tables), self.initial.groups(initial))
        else:
            work = self._single(*self.side.groups(tables))
        store = opened(self.place, index)
        watermark = -1 if self.place is None else self.place.watermark
        state = ProcessorState(store, self.function.time_mode, self.timestamp, watermark)
        pieces = [piece for piece in self._run(work, state) if piece.num_rows]
        if self.place is not None:
            committed(self.place, store, state.rows)
        yield pa.concat_tables(pieces) if pieces else empty(self.columns)

    @property
    def _rows(self) -> RowsOfGroups:
        kind = PandasRows if self.function.pandas else PlainRows
        return kind(struct_of(self.columns), self.columns, self.settings)

    def _single(self, table: pa.Table, bounds: list[int]) -> Iterator[_Work]:
        rows = self._rows.groups(table, bounds, visible(self.side.given), self.side.keys)
        for key, (shown, items) in zip(self.side.key_values(table, bounds), rows, strict=True):
            yield _Work(hashable(key), key, shown, items, ())

    def _pairs(self, groups: tuple[pa.Table, list[int]], initial: tuple[pa.Table, list[int]]) -> Iterator[_Work]:
        """The groups of both sides by their keys: a key may have rows, an initial state, or both."""
        assert self.initial is not None
        for own, first in paired(groups, initial, (self.side.keys, self.initial.keys)):
            side, table = (self.side, own) if own.num_rows else (self.initial, first)
            bounds = [0, table.num_rows]
            (key,) = side.key_values(table, bounds)
            shown: tuple[Any, ...] = key
            rows: Iterable[Any] = ()
            state: Iterable[Any] = ()
            if first.num_rows:
                shown, state = self._one(first, self.initial)
            if own.num_rows:
                shown, rows = self._one(own, self.side)
            yield _Work(hashable(key), key, shown, rows, state)

    def _one(self, table: pa.Table, side: Side) -> tuple[tuple[Any, ...], Iterable[Any]]:
        (found,) = self._rows.groups(table, [0, table.num_rows], visible(side.given), side.keys)
        return found

    def _run(self, work: Iterable[_Work], state: ProcessorState) -> Iterator[pa.Table]:
        function, rows = self.function, self._rows
        times = TimerValues() if function.time_mode == "none" else TimerValues(self.timestamp, state.watermark)
        processor = function.processor
        processor.init(StatefulProcessorHandle(state))
        state.phase = "INITIALIZED"
        for group in work:
            state.at(group.key, self._key_row(group.plain))
            for item in group.initial:
                processor.handleInitialState(group.shown, item, times)
            items, some = _peeked(group.rows)
            if some:
                yield from rows.tables(processor.handleInputRows(group.shown, items, times))
        state.phase = "DATA_PROCESSED"
        yield from rows.tables(self._due(processor, state, times))
        state.phase = "TIMER_PROCESSED"
        state.finish()
        processor.close()
        state.phase = "CLOSED"

    def _key_row(self, key: tuple[Any, ...]) -> Row:
        names = [self.side.given[i].name for i in self.side.keys]
        made: Row = Row(*names)(*key)
        return made

    def _due(self, processor: StatefulProcessor, state: ProcessorState, times: TimerValues) -> Iterator[Any]:
        for expiry, key, shown in state.expired_timers():
            state.at(key, shown)
            yield from processor.handleExpiredTimer(
                key=shown, timerValues=times, expiredTimerInfo=ExpiredTimerInfo(expiry)
            )
            state.delete_timer(expiry)


@dataclass(frozen=True)
class _Work:
    """A group: its key in the store, as it is, and as the user sees it; its rows, its initial state."""

    key: Hashable
    plain: tuple[Any, ...]
    shown: tuple[Any, ...]
    rows: Iterable[Any]
    initial: Iterable[Any]


def _peeked(rows: Iterable[Any]) -> tuple[Iterator[Any], bool]:
    """The rows, and whether there are any: tables of a group are cut lazily."""
    found = iter(rows)
    for first in found:
        return chain((first,), found), True
    return found, False
