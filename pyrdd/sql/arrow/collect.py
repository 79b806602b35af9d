"""Arrow tables to rows: what `collect` gives to Python.

    table -> columns -> a list of Python values each (by the column's Spark type) -> rows

Each kind of value has one function from an Arrow array to a list. Nested values are decoded level by level, all
inner values of a column at once.
"""

from __future__ import annotations

import datetime
import decimal
import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise, repeat
from typing import Any

import pyarrow as pa

from pyrdd.sql.arrow.local_time import EPOCH, local_datetimes, naive_datetimes, out_of_range
from pyrdd.sql.types import (
    ArrayType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    Geography,
    GeographyType,
    Geometry,
    GeometryType,
    MapType,
    NullType,
    Row,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VariantType,
    VariantVal,
    YearMonthIntervalType,
)

_EPOCH_ORDINAL = DateType.EPOCH_ORDINAL
_DAY = 86_400_000_000
_span = datetime.timedelta


def table_to_rows(table: pa.Table, schema: StructType) -> list[Row]:
    """The rows of a table whose columns are those of the schema, in this order.

    Values are PySpark's: timestamps are naive datetimes in local time, binary values ``bytes``, maps dictionaries,
    structs rows. Raises `PySparkNotImplementedError` for intervals with months, and `PySparkValueError` for dates
    that Python lacks.
    """
    with _no_collection():
        columns = [column_to_list(table.column(i), field.dataType) for i, field in enumerate(schema.fields)]
        return rows_of(columns, schema.names, table.num_rows)


def rows_of(columns: Sequence[Sequence[Any]], names: Sequence[str], count: int) -> list[Row]:
    """Rows with these names of columns of values. All of them share one dictionary with the list of names, which takes
    half of the time and of the memory of one for each."""
    with _no_collection():
        tuples = zip(*columns, strict=True) if columns else repeat((), count)
        rows: list[Row] = list(map(tuple.__new__, repeat(Row), tuples))
        # the deque only drives the loop, which so stays in C
        deque(map(object.__setattr__, rows, repeat("__dict__"), repeat({"__fields__": names})), maxlen=0)
    return rows


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cyclic garbage collector, which would look at all rows again and again while they are made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def column_to_list(column: pa.ChunkedArray | pa.Array, data_type: DataType) -> list[Any]:
    """The Python values of a column."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    decode = _decoder(data_type)
    if len(chunks) == 1:
        return decode(chunks[0])
    values: list[Any] = []
    for chunk in chunks:
        values += decode(chunk)
    return values


Decoder = Callable[[Any], "list[Any]"]


def _decoder(data_type: DataType) -> Decoder:
    if type(data_type) in _LEAVES:
        return _LEAVES[type(data_type)]
    if isinstance(data_type, ArrayType):
        return _array_decoder(data_type)
    if isinstance(data_type, MapType):
        return _map_decoder(data_type)
    if isinstance(data_type, StructType):
        return _struct_decoder(data_type)
    if isinstance(data_type, UserDefinedType):
        return _udt_decoder(data_type)
    if isinstance(data_type, (YearMonthIntervalType, CalendarIntervalType)):
        return _uncollectable_decoder(data_type)
    return _plain


# --- leaves -------------------------------------------------------------------------------------------------


def _plain(array: pa.Array) -> list[Any]:
    values: list[Any] = array.to_pylist()
    return values


def _nulls(array: pa.Array) -> list[Any]:
    return [None] * len(array)


def _dates(array: pa.Array) -> list[Any]:
    days = _storage(array, pa.date32()).view(pa.int32()).to_pylist()
    ordinal = datetime.date.fromordinal
    try:
        if array.null_count == 0:
            return [ordinal(day + _EPOCH_ORDINAL) for day in days]
        return [None if day is None else ordinal(day + _EPOCH_ORDINAL) for day in days]
    except (ValueError, OverflowError):
        raise out_of_range("date") from None


def _timestamps(array: pa.Array) -> list[Any]:
    return local_datetimes(_micros(array))


def _naive_timestamps(array: pa.Array) -> list[Any]:
    return naive_datetimes(_micros(array))


def _micros(array: pa.Array) -> list[Any]:
    kind = array.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        import pyarrow.compute as pc  # here: loading it takes longer than a small query

        # a cast would round times before 1970 up
        array = pc.floor_temporal(array, unit="microsecond").cast(pa.timestamp("us", kind.tz), safe=False)
    elif not pa.types.is_int64(kind):
        array = _storage(array, pa.timestamp("us", getattr(kind, "tz", None)))
    micros: list[int | None] = array.view(pa.int64()).to_pylist()
    return micros


def _times(array: pa.Array) -> list[Any]:
    if pa.types.is_time64(array.type) and array.type.unit == "ns":
        array = array.cast(pa.time64("us"), safe=False)
    micros = _storage(array, pa.time64("us")).view(pa.int64()).to_pylist()
    return [None if x is None else (EPOCH + _span(0, 0, x)).time() for x in micros]


def _durations(array: pa.Array) -> list[Any]:
    if pa.types.is_interval(array.type):
        return [None if x is None else _span(x.days, 0, x.nanoseconds // 1000) for x in array.to_pylist()]
    micros = _storage(array, pa.duration("us")).view(pa.int64()).to_pylist()
    return [None if x is None else _span(0, 0, x) for x in micros]


def _decimals(array: pa.Array) -> list[Any]:
    # reading Arrow's text of a decimal takes less than half of the time of to_pylist
    texts = array.cast(pa.string()).to_pylist()
    if array.null_count == 0:
        return list(map(decimal.Decimal, texts))
    return [None if text is None else decimal.Decimal(text) for text in texts]


def _variants(array: pa.Array) -> list[Any]:
    return _pairs(array, "value", "metadata", VariantVal)


def _geometries(array: pa.Array) -> list[Any]:
    return _pairs(array, "wkb", "srid", Geometry)


def _geographies(array: pa.Array) -> list[Any]:
    return _pairs(array, "wkb", "srid", Geography)


def _pairs(array: pa.Array, first: str, second: str, make: Callable[[Any, Any], Any]) -> list[Any]:
    ones, others = array.field(first).to_pylist(), array.field(second).to_pylist()
    return _where_valid(array, list(map(make, ones, others)))


_LEAVES: dict[type[DataType], Decoder] = {
    NullType: _nulls,
    DateType: _dates,
    TimestampType: _timestamps,
    TimestampNTZType: _naive_timestamps,
    TimeType: _times,
    DayTimeIntervalType: _durations,
    DecimalType: _decimals,
    VariantType: _variants,
    GeometryType: _geometries,
    GeographyType: _geographies,
}


def _storage(array: pa.Array, kind: pa.DataType) -> pa.Array:
    return array if array.type == kind else array.cast(kind)


def _uncollectable_decoder(data_type: DataType) -> Decoder:
    def decode(array: pa.Array) -> list[Any]:
        return [data_type.fromInternal(x) if data_type.needConversion() else x for x in array.to_pylist()]

    return decode


# --- nested values ------------------------------------------------------------------------------------------


def _array_decoder(data_type: ArrayType) -> Decoder:
    decode_items = _decoder(data_type.elementType)

    def decode(array: pa.Array) -> list[Any]:
        if pa.types.is_fixed_size_list(array.type):
            array = array.cast(pa.list_(array.type.value_field))
        bounds, (items,) = _children(array, array.values)
        values = decode_items(items)
        return _where_valid(array, [values[start:end] for start, end in bounds])

    return decode


def _map_decoder(data_type: MapType) -> Decoder:
    decode_keys, decode_items = _decoder(data_type.keyType), _decoder(data_type.valueType)

    def decode(array: pa.Array) -> list[Any]:
        bounds, (keys, items) = _children(array, array.keys, array.items)
        pairs = list(zip(decode_keys(keys), decode_items(items), strict=True))
        return _where_valid(array, [dict(pairs[start:end]) for start, end in bounds])

    return decode


def _children(array: pa.Array, *inner: pa.Array) -> tuple[Iterator[tuple[int, int]], list[pa.Array]]:
    """Where each list begins and ends in the inner arrays, which are cut to what is used."""
    offsets = array.offsets.to_pylist() or [0]
    first, last = offsets[0], offsets[-1]
    if first:
        offsets = [offset - first for offset in offsets]
    return pairwise(offsets), [child.slice(first, last - first) for child in inner]


def _where_valid(array: pa.Array, values: list[Any]) -> list[Any]:
    if array.null_count == 0:
        return values
    return [value if valid else None for value, valid in zip(values, array.is_valid().to_pylist(), strict=True)]


def _struct_decoder(data_type: StructType) -> Decoder:
    decoders = [_decoder(field.dataType) for field in data_type.fields]
    names = data_type.names

    def decode(array: pa.Array) -> list[Any]:
        columns = [read(child) for read, child in zip(decoders, array.flatten(), strict=True)]
        return _where_valid(array, rows_of(columns, names, len(array)))

    return decode


def _udt_decoder(data_type: UserDefinedType) -> Decoder:
    decode_stored = _decoder(data_type.sqlType())

    def decode(array: pa.Array) -> list[Any]:
        return [None if value is None else data_type.deserialize(value) for value in decode_stored(array)]

    return decode
