"""The values of states: what a user sets, as its schema has it; and keys as something that can be hashed."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.types import DataType, Row, StructType

_PLAIN = frozenset({bool, int, float, str, bytes, type(None), datetime.datetime, datetime.date})
_EXACT: dict[type[DataType], type] = {
    t.StringType: str,
    t.DoubleType: float,
    t.BooleanType: bool,
    t.BinaryType: bytes,
}
_INTEGERS: dict[type[DataType], int] = {
    t.ByteType: 1 << 7,
    t.ShortType: 1 << 15,
    t.IntegerType: 1 << 31,
    t.LongType: 1 << 63,
}


def plain(value: Any) -> Any:
    """The value with Python's own types in place of those of NumPy and pandas.

    >>> import numpy
    >>> plain((numpy.int64(1), [numpy.float64(0.5)]))
    (1, [0.5])
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Row) or (isinstance(value, tuple) and hasattr(value, "_fields")):
        return type(value)(*map(plain, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(plain, value))
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    for method in ("to_pytimedelta", "to_pydatetime"):
        if hasattr(value, method):
            return getattr(value, method)()
    # a NumPy scalar, told by its methods so that NumPy need not be loaded
    return value.tolist() if hasattr(value, "dtype") and getattr(value, "ndim", 1) == 0 else value


def stored_row(schema: StructType) -> Callable[[Any], tuple[Any, ...]]:
    """What makes of a value that a user sets the row that is kept. A field whose class does not fit its type becomes
    None, as it does everywhere that values are pickled."""
    fits = [_fits(f.dataType) for f in schema.fields]

    def convert(value: Any) -> tuple[Any, ...]:
        row = tuple(map(plain, value))
        if len(row) == len(fits) and all(fit(item) for fit, item in zip(fits, row, strict=True)):
            return row
        return _through_arrow(row, schema)

    return convert


def _fits(data_type: DataType) -> Callable[[Any], bool]:
    kind = _EXACT.get(type(data_type))
    if kind is not None:
        return lambda value: value is None or type(value) is kind
    bound = _INTEGERS.get(type(data_type))
    if bound is not None:
        return lambda value: value is None or (type(value) is int and -bound <= value < bound)
    return lambda value: value is None


def _through_arrow(row: tuple[Any, ...], schema: StructType) -> tuple[Any, ...]:
    from pyrdd.sql.arrow import column_to_list, list_to_array  # here: it loads Arrow

    return tuple(column_to_list(list_to_array([row], schema), schema)[0])


def hashable(value: Any) -> Hashable:
    """A key of the state: equal for values that a grouping takes for equal.

    >>> hashable((float("nan"), [1])) == hashable((float("nan"), [1]))
    True
    """
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value + 0.0
    if isinstance(value, (list, tuple)):
        return tuple(map(hashable, value))
    if isinstance(value, dict):
        return frozenset((hashable(k), hashable(v)) for k, v in value.items())
    if isinstance(value, bytearray):
        return bytes(value)
    found: Hashable = value
    return found


def hashable_keys(keys: Sequence[Sequence[Any]]) -> list[Hashable]:
    """Several keys as `hashable` has them."""
    return [hashable(tuple(key)) for key in keys]
