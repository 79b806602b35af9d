"""Tables as an engine made them, to tables as the schema stores them; and as `toArrow` hands them out."""

from __future__ import annotations

import datetime
import re

import pyarrow as pa

from pyrdd.sql.arrow.schema import to_arrow_schema, to_arrow_type, unsupported
from pyrdd.sql.types import (
    ArrayType,
    CalendarIntervalType,
    DataType,
    DayTimeIntervalType,
    MapType,
    NullType,
    StructType,
    TimeType,
    YearMonthIntervalType,
    _has_type,
)

_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?")


def conform(table: pa.Table, schema: StructType, timezone: str = "UTC") -> pa.Table:
    """The table with the schema's names and storage types, its columns taken by position. Units become
    microseconds (nanoseconds are cut off, downwards), intervals of days durations, and so on, inside nested values too;
    nullability is the schema's. Timestamps without a zone that the schema wants with one are in ``timezone``. Raises
    `pyarrow.ArrowInvalid` for values that do not fit."""
    wanted = to_arrow_schema(schema)
    if not schema.fields:
        return table.select([])
    columns = [
        _column(table.column(i), field.dataType, to_arrow_type(field.dataType), timezone)
        for i, field in enumerate(schema.fields)
    ]
    return pa.Table.from_arrays(columns, schema=wanted)


def to_user_table(table: pa.Table, schema: StructType) -> pa.Table:
    """The table as `DataFrame.toArrow` gives it: times of day in nanoseconds, otherwise as stored. Raises
    `PySparkTypeError` for intervals with months, which PySpark does not hand out in Arrow either."""
    for field in schema.fields:
        if _has_type(field.dataType, (YearMonthIntervalType, CalendarIntervalType)):
            raise unsupported(field.dataType)
    wanted = pa.schema([_in_nanoseconds(field) for field in to_arrow_schema(schema)])
    return conform(table, schema).cast(wanted)


def _in_nanoseconds(field: pa.Field) -> pa.Field:
    plain = {key: note for key, note in (field.metadata or {}).items() if not key.startswith(b"pyrdd::")}
    field = field.with_metadata(plain or None)
    kind = field.type
    if pa.types.is_time64(kind):
        return field.with_type(pa.time64("ns"))
    if pa.types.is_map(kind):
        return field.with_type(pa.map_(_in_nanoseconds(kind.key_field), _in_nanoseconds(kind.item_field)))
    if pa.types.is_struct(kind):
        return field.with_type(pa.struct([_in_nanoseconds(inner) for inner in kind]))
    if pa.types.is_list(kind):
        return field.with_type(pa.list_(_in_nanoseconds(kind.value_field)))
    return field


def _column(column: pa.ChunkedArray, data_type: DataType, wanted: pa.DataType, zone: str) -> pa.ChunkedArray:
    if column.type.equals(wanted, check_metadata=True):
        return column
    return pa.chunked_array([_array(chunk, data_type, wanted, zone) for chunk in column.chunks], wanted)


def _array(array: pa.Array, data_type: DataType, wanted: pa.DataType, zone: str) -> pa.Array:
    kind = array.type
    if kind.equals(wanted, check_metadata=True):
        return array
    if isinstance(data_type, NullType):
        return pa.nulls(len(array), wanted)
    if pa.types.is_dictionary(kind):
        return _array(array.dictionary_decode(), data_type, wanted, zone)
    if isinstance(data_type, ArrayType) and not pa.types.is_null(kind):
        return _list(array, data_type, wanted, zone)
    if isinstance(data_type, MapType) and pa.types.is_map(kind):
        return _map(array, data_type, wanted, zone)
    if isinstance(data_type, StructType) and pa.types.is_struct(kind):
        return _struct(array, data_type, wanted, zone)
    return _leaf(array, data_type, wanted, zone)


def _leaf(array: pa.Array, data_type: DataType, wanted: pa.DataType, zone: str) -> pa.Array:
    kind = array.type
    if isinstance(data_type, DayTimeIntervalType) and pa.types.is_interval(kind):
        micros = [None if x is None else x.days * 86_400_000_000 + x.nanoseconds // 1000 for x in array.to_pylist()]
        return pa.array(micros, pa.int64()).cast(wanted)
    if pa.types.is_timestamp(kind):
        return _moments(array, wanted, zone)
    coarser = pa.types.is_duration(kind) or (isinstance(data_type, TimeType) and pa.types.is_time64(kind))
    return array.cast(wanted, safe=not coarser)


def _moments(array: pa.Array, wanted: pa.DataType, zone: str) -> pa.Array:
    if not pa.types.is_timestamp(wanted):
        return array.cast(wanted)
    if array.type.unit == "ns":
        import pyarrow.compute as pc  # here: loading it takes longer than a small query

        # a cast would round times before 1970 up
        array = pc.floor_temporal(array, unit="microsecond")
    if wanted.tz is not None and array.type.tz is None and zone != "UTC":
        array = in_zone(array, zone)
    return array.cast(wanted, safe=array.type.unit != "ns")


def in_zone(array: pa.Array, zone: str) -> pa.Array:
    """Timestamps without a zone, as those of the zone: a region's name, or an offset such as ``+09:00``."""
    import pyarrow.compute as pc  # here: as above

    offset = _OFFSET.fullmatch(zone)
    if offset is None:
        # of an hour that occurs twice the one after summer time, as in PySpark
        return pc.assume_timezone(array, zone, ambiguous="latest")
    sign, hours, minutes = offset.groups(default="0")
    ahead = datetime.timedelta(hours=int(sign + hours), minutes=int(sign + minutes))
    return pc.assume_timezone(pc.subtract(array, pa.scalar(ahead, pa.duration(array.type.unit))), "UTC")


def _list(array: pa.Array, data_type: ArrayType, wanted: pa.DataType, zone: str) -> pa.Array:
    if not pa.types.is_list(array.type):
        array = array.cast(pa.list_(array.type.value_field))
    offsets = array.offsets
    first, last = (offsets[0].as_py(), offsets[-1].as_py()) if len(offsets) else (0, 0)
    items = _array(array.values.slice(first, last - first), data_type.elementType, wanted.value_type, zone)
    return pa.ListArray.from_arrays(_from_zero(offsets, first), items, type=wanted, mask=_mask(array))


def _map(array: pa.Array, data_type: MapType, wanted: pa.DataType, zone: str) -> pa.Array:
    offsets = array.offsets
    first, last = (offsets[0].as_py(), offsets[-1].as_py()) if len(offsets) else (0, 0)
    keys = _array(array.keys.slice(first, last - first), data_type.keyType, wanted.key_type, zone)
    items = _array(array.items.slice(first, last - first), data_type.valueType, wanted.item_type, zone)
    return pa.MapArray.from_arrays(_from_zero(offsets, first), keys, items, type=wanted, mask=_mask(array))


def _struct(array: pa.Array, data_type: StructType, wanted: pa.DataType, zone: str) -> pa.Array:
    pairs = zip(array.flatten(), data_type.fields, wanted, strict=True)
    children = [_array(child, field.dataType, target.type, zone) for child, field, target in pairs]
    if not children:
        return array
    return pa.StructArray.from_arrays(children, fields=list(wanted), mask=array.is_null())


def _from_zero(offsets: pa.Array, first: int) -> pa.Array:
    import pyarrow.compute as pc  # here: as above

    # a slice's offsets begin at its place in the whole array; a copy also leaves that place behind
    return pc.subtract(offsets, pa.scalar(first, offsets.type))


def _mask(array: pa.Array) -> pa.Array | None:
    return array.is_null() if array.null_count else None
