"""Tables that travel with a task: by reference to the driver's own threads, elsewhere pickled; large ones as broadcasts,
which each executor reads once for all of its tasks."""

from __future__ import annotations

import itertools
import os
import weakref
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from pyrdd.core.context import SparkContext
    from pyrdd.storage.broadcast import Broadcast

_CARRIED = 64 << 10
"""The bytes up to which a table goes with each task: as many as a broadcast costs a task to look for."""

_numbers = itertools.count(1)
_here: weakref.WeakValueDictionary[int, TableRef] = weakref.WeakValueDictionary()


class TableRef:
    """A table of the driver. ``local``: tasks run in this process, so only a number is pickled."""

    def __init__(self, table: pa.Table, context: SparkContext, local: bool) -> None:
        self.table, self.local = table, local
        self.number = next(_numbers)
        self._broadcast = None if local or table.nbytes <= _CARRIED else context.broadcast(table)
        _here[self.number] = self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.local:
            return _find, (self.number, os.getpid())
        return Carried, (self.table if self._broadcast is None else self._broadcast,)


class Carried:
    """What a `TableRef` is in another process."""

    def __init__(self, value: pa.Table | Broadcast[pa.Table]) -> None:
        self._value = value

    @property
    def table(self) -> pa.Table:
        """The table; a broadcast one is read when the process first asks for it."""
        return self._value if isinstance(self._value, pa.Table) else self._value.value


def _find(number: int, pid: int) -> TableRef:
    assert pid == os.getpid(), "a table of the driver was asked for in another process"
    return _here[number]
