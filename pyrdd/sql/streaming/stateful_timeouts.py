"""`applyInPandasWithState` in the task: a function of each group's rows and state, called again when the group's timeout is
over.

    family of the store    key              value
    (the only one)         the group's key  (the key's values, the state's row or None, timeout in milliseconds or -1)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pyrdd.errors import PySparkRuntimeError, PySparkTypeError, UnsupportedOperationException
from pyrdd.sql.arrow import list_to_array
from pyrdd.sql.execution.border import empty, inside_type
from pyrdd.sql.execution.grouping import slices
from pyrdd.sql.execution.python_batches import struct_of
from pyrdd.sql.execution.python_groups import Column, visible
from pyrdd.sql.execution.python_types import Settings, inside_array
from pyrdd.sql.execution.python_vectors import batches
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan.stateful import MapGroupsWithState, StatePlace
from pyrdd.sql.streaming.state import GroupState, GroupStateTimeout
from pyrdd.sql.streaming.state_store import StateStore
from pyrdd.sql.streaming.state_values import hashable, stored_row
from pyrdd.sql.streaming.stateful_groups import Side, committed, opened
from pyrdd.sql.types import StructType


@dataclass(frozen=True, eq=False)
class GroupStateFunction:
    """What `applyInPandasWithState` was called with: how its operator runs."""

    function: Callable[..., Any]
    state_schema: StructType
    output_mode: str
    timeout: str

    def task(
        self, operator: MapGroupsWithState, columns: Sequence[tuple[Attribute, ...]], settings: Mapping[str, str]
    ) -> GroupStateTask:
        """The function that a task runs. Raises UnsupportedOperationException outside of a stream."""
        if operator.place is None:
            raise UnsupportedOperationException(errorClass="_LEGACY_ERROR_TEMP_3176", messageParameters={})
        side = Side.of(operator.grouping, columns[0])
        return GroupStateTask(self, side, operator.columns, Settings.of(settings), operator.place)


@dataclass(frozen=True)
class GroupStateTask:
    """The function over the groups of a partition."""

    function: GroupStateFunction
    side: Side
    columns: tuple[Attribute, ...]
    settings: Settings
    place: StatePlace

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table, bounds = self.side.groups(tables)
        store = opened(self.place, index)
        pieces = [*self._with_rows(table, bounds, store), *self._timed_out(store)]
        committed(self.place, store, store.size())
        yield pa.concat_tables(pieces) if pieces else empty(self.columns)

    def _with_rows(self, table: pa.Table, bounds: Sequence[int], store: StateStore) -> Iterator[pa.Table]:
        for key, group in zip(self.side.key_values(table, bounds), slices(table, bounds), strict=True):
            yield from self._called(key, self._shown(group), self._frames(group), store, False)

    def _timed_out(self, store: StateStore) -> Iterator[pa.Table]:
        for _, (key, _, timeout) in store.iterate():
            if timeout != GroupState.NO_TIMESTAMP and timeout < self._limit:
                nothing = [self._no_rows()]
                yield from self._called(key, self._shown(self._key_row(key)), nothing, store, True)

    @property
    def _limit(self) -> int:
        """What is before this time has timed out."""
        match self.function.timeout:
            case GroupStateTimeout.ProcessingTimeTimeout:
                return self.place.timestamp
            case GroupStateTimeout.EventTimeTimeout:
                return self.place.watermark
        return 0

    # --- what the function gets --------------------------------------------------------------------------------

    @property
    def _values(self) -> tuple[Column, ...]:
        return visible(self.side.given)

    def _shown(self, table: pa.Table) -> tuple[Any, ...]:
        """The key as pandas has it in the first row."""
        from pyrdd.sql.execution.python_pandas import to_series  # here: it loads pandas

        kinds = [self.side.given[i].data_type for i in self.side.keys]
        columns = [table.column(i) for i in self.side.keys]
        return tuple(
            to_series(c, kind, self.settings, frames=False).iloc[0] for c, kind in zip(columns, kinds, strict=True)
        )

    def _key_row(self, key: Sequence[Any]) -> pa.Table:
        """One row that has nothing but the key."""
        values = dict(zip(self.side.keys, key, strict=True))
        arrays = []
        for i, column in enumerate(self.side.given):
            kind = inside_type(column.data_type)
            known = i in values
            arrays.append(
                inside_array(list_to_array([values[i]], column.data_type), kind) if known else pa.nulls(1, kind)
            )
        return pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))])

    def _frames(self, group: pa.Table) -> Iterator[Any]:
        from pyrdd.sql.execution.python_pandas import to_frame  # here: as above

        return (to_frame(piece, self._values, self.settings) for piece in batches(group, self.settings.batch_rows))

    def _no_rows(self) -> Any:
        import pandas as pd  # here: as above

        return pd.DataFrame(columns=[name for _, name, _ in self._values])

    # --- the call ----------------------------------------------------------------------------------------------

    def _called(
        self, key: tuple[Any, ...], shown: tuple[Any, ...], frames: Iterable[Any], store: StateStore, timed_out: bool
    ) -> Iterator[pa.Table]:
        from pyrdd.sql.execution.python_pandas import from_frame  # here: as above

        which = hashable(key)
        _, row, timeout = store.get(which) or (key, None, GroupState.NO_TIMESTAMP)
        state = self._state(row, timed_out)
        schema = struct_of(self.columns)
        for frame in _iterable(self.function.function(shown, frames, state)):
            checked = _checked(frame, schema)
            if len(checked):
                if self.settings.columns_by_name:
                    # a column that the result does not name is null, even if the result has positions instead of names
                    checked = checked.reindex(columns=schema.names)
                yield from_frame(checked, schema, self.settings)
        self._keep(which, key, state, timeout, store)

    def _state(self, row: tuple[Any, ...] | None, timed_out: bool) -> GroupState:
        place = self.place
        return GroupState(
            optionalValue=row,
            batchProcessingTimeMs=place.timestamp,
            eventTimeWatermarkMs=place.watermark,
            timeoutConf=self.function.timeout,
            hasTimedOut=timed_out,
            watermarkPresent=place.has_watermark,
            defined=row is not None,
            updated=False,
            removed=False,
            timeoutTimestamp=GroupState.NO_TIMESTAMP,
            keyAsUnsafe=b"",
            valueSchema=self.function.state_schema,
        )

    def _keep(self, which: Any, key: tuple[Any, ...], state: GroupState, timeout: int, store: StateStore) -> None:
        """Puts what the call left into the store. A timeout that was not set anew is none."""
        removed, updated, new_timeout = state._removed, state._updated, state._timeout
        if removed and new_timeout == GroupState.NO_TIMESTAMP:
            store.remove(which)
        elif removed or updated or new_timeout != timeout:
            row = stored_row(self.function.state_schema)(state._value) if state.exists else None
            if row is None and new_timeout == GroupState.NO_TIMESTAMP:
                store.remove(which)
            else:
                store.put(which, (key, row, new_timeout))


def _iterable(made: Any) -> Iterable[Any]:
    import pandas as pd  # here: as above

    if isinstance(made, pd.DataFrame):
        raise _wrong("iterable of pandas.DataFrame", type(made).__name__)
    try:
        found: Iterator[Any] = iter(made)
        return found
    except TypeError:
        raise _wrong("iterable", type(made).__name__) from None


def _checked(frame: Any, schema: StructType) -> Any:
    import pandas as pd  # here: as above

    if not isinstance(frame, pd.DataFrame):
        raise _wrong("iterator of pandas.DataFrame", f"iterator of {type(frame).__name__}")
    if len(frame.columns) != len(schema.fields) and not (len(frame.columns) == 0 and frame.empty):
        raise PySparkRuntimeError(
            errorClass="RESULT_COLUMN_SCHEMA_MISMATCH",
            messageParameters={"expected": str(len(schema.fields)), "actual": str(len(frame.columns))},
        )
    return frame


def _wrong(expected: str, actual: str) -> PySparkTypeError:
    return PySparkTypeError(errorClass="UDF_RETURN_TYPE", messageParameters={"expected": expected, "actual": actual})
