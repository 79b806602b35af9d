"""Tables that travel with a task. In the driver's own threads they are handed over by reference, elsewhere pickled."""

from __future__ import annotations

import itertools
import os
import weakref
from typing import Any

import pyarrow as pa

_numbers = itertools.count(1)
_here: weakref.WeakValueDictionary[int, TableRef] = weakref.WeakValueDictionary()


class TableRef:
    """A table of the driver. ``local``: tasks run in this process, so only a number is pickled."""

    def __init__(self, table: pa.Table, local: bool) -> None:
        self.table, self.local = table, local
        self.number = next(_numbers)
        _here[self.number] = self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.local:
            return _find, (self.number, os.getpid())
        return _carry, (self.table,)


def _carry(table: pa.Table) -> TableRef:
    return TableRef(table, False)


def _find(number: int, pid: int) -> TableRef:
    assert pid == os.getpid(), "a table of the driver was asked for in another process"
    return _here[number]
