"""Arrow arrays of Python values, without loading pandas.

`pyarrow.array` imports pandas where it is installed, to know its values: a quarter of a second, more than a small program
takes. The short columns of such a program are built from their buffers instead::

    [1, None, 3]  ->  validity 101, int64 [1, 0, 3]        ["ab", "c"]  ->  offsets [0, 2, 3], "abc"
"""

from __future__ import annotations

import datetime
import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa

SHORT = 10_000
"""Longer columns repay the import: `pyarrow.array` is faster for each value."""

_EPOCH = datetime.datetime(1970, 1, 1)
_FIRST_DAY = _EPOCH.toordinal()
_MICROSECOND = datetime.timedelta(microseconds=1)


def _same(value: Any) -> Any:
    return value


def _days(value: datetime.date) -> int:
    return value.toordinal() - _FIRST_DAY


def _micros(value: datetime.datetime) -> int:
    return (value - _EPOCH) // _MICROSECOND


# the code of the numbers in a buffer, and what makes a value one of them
_NUMBERS: dict[pa.DataType, tuple[str, Callable[[Any], Any]]] = {
    pa.int8(): ("b", _same),
    pa.int16(): ("h", _same),
    pa.int32(): ("i", _same),
    pa.int64(): ("q", _same),
    pa.float32(): ("f", _same),
    pa.float64(): ("d", _same),
    pa.date32(): ("i", _days),
    pa.timestamp("us"): ("q", _micros),
}
_ENCODE: dict[pa.DataType, Callable[[Any], bytes]] = {pa.string(): str.encode, pa.binary(): bytes}


def array_of(values: Iterable[Any], kind: pa.DataType) -> pa.Array:
    """``pyarrow.array(values, kind)``, for values that have the type's class or are None, and datetimes without a zone."""
    if "pandas" in sys.modules:
        return pa.array(values, kind)
    values = values if isinstance(values, Sequence) else list(values)
    if len(values) > SHORT or sys.byteorder != "little":
        return pa.array(values, kind)
    if kind in _NUMBERS:
        code, number = _NUMBERS[kind]
        numbers = array(code, [0 if value is None else number(value) for value in values])
        return _made(kind, values, pa.py_buffer(numbers))
    if kind in _ENCODE:
        encode = _ENCODE[kind]
        texts = [b"" if value is None else encode(value) for value in values]
        offsets = array("i", accumulate(map(len, texts), initial=0))
        return _made(kind, values, pa.py_buffer(offsets), pa.py_buffer(b"".join(texts)))
    if pa.types.is_boolean(kind):
        return _made(kind, values, _bits(map(bool, values), len(values)))
    return pa.array(values, kind)


def _made(kind: pa.DataType, values: Sequence[Any], *buffers: pa.Buffer) -> pa.Array:
    valid = _bits((value is not None for value in values), len(values)) if None in values else None
    return pa.Array.from_buffers(kind, len(values), [valid, *buffers])


def _bits(flags: Iterable[bool], count: int) -> pa.Buffer:
    """The flags as a bitmap, the first one in the lowest bit."""
    number = int("".join("01"[flag] for flag in flags)[::-1] or "0", 2)
    return pa.py_buffer(number.to_bytes((count + 7) // 8, "little"))
