"""Rows to Arrow tables: what `createDataFrame` takes from Python.

    rows -> columns (one zip) -> an Arrow array each, by the column's Spark type -> table

A column of Python values that all have the expected class is handed to Arrow as it is. Others are first made what
Spark's JVM makes of them: text of anything for strings, null for a value of a wrong class.
"""

from __future__ import annotations

import datetime
import decimal
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa

from pyrdd.errors import ArithmeticException, PySparkTypeError, PySparkValueError
from pyrdd.sql.arrow.buffers import array_of
from pyrdd.sql.arrow.local_time import EPOCH, utc_micros
from pyrdd.sql.arrow.schema import to_arrow_schema, to_arrow_type
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    CharType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    Geography,
    GeographyType,
    Geometry,
    GeometryType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VarcharType,
    VariantType,
    VariantVal,
)
from pyrdd.sql.types.verify import _make_type_verifier

_NONE = type(None)
_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}
_CLASSES: dict[type[DataType], frozenset[type]] = {
    BooleanType: frozenset({bool, _NONE}),
    ByteType: frozenset({int, _NONE}),
    ShortType: frozenset({int, _NONE}),
    IntegerType: frozenset({int, _NONE}),
    LongType: frozenset({int, _NONE}),
    FloatType: frozenset({float, _NONE}),
    DoubleType: frozenset({float, _NONE}),
    DecimalType: frozenset({decimal.Decimal, _NONE}),
    StringType: frozenset({str, _NONE}),
    CharType: frozenset({str, _NONE}),
    VarcharType: frozenset({str, _NONE}),
    BinaryType: frozenset({bytes, _NONE}),
    DateType: frozenset({datetime.date, _NONE}),
    TimestampType: frozenset({datetime.datetime, _NONE}),
    TimestampNTZType: frozenset({datetime.datetime, _NONE}),
    TimeType: frozenset({datetime.time, _NONE}),
    DayTimeIntervalType: frozenset({datetime.timedelta, _NONE}),
}


def rows_to_table(rows: Iterable[Any], schema: StructType, verify: bool = False) -> pa.Table:
    """The table of rows: tuples, lists and rows count by position, dictionaries and other objects by name.

    Naive datetimes are in local time. With ``verify``, values that do not fit the schema raise what PySpark raises.
    """
    rows = rows if isinstance(rows, list) else list(rows)
    try:
        columns = _columns(rows, schema)
        if verify:
            _verify_columns(columns, schema)
    except (PySparkValueError, PySparkTypeError, AssertionError):
        if verify:
            # of all mistakes, PySpark names the first in the order of the rows
            check = _make_type_verifier(schema)
            for row in rows:
                check(row)
        raise
    arrays = [list_to_array(column, field.dataType) for column, field in zip(columns, schema.fields, strict=True)]
    arrow_schema = to_arrow_schema(schema)
    if not arrays:
        return pa.Table.from_struct_array(pa.array([{}] * len(rows), pa.struct([])))
    return pa.Table.from_arrays(arrays, schema=arrow_schema)


def _columns(rows: Sequence[Any], schema: StructType) -> list[Sequence[Any]]:
    """The values of each field, row by row. Raises `PySparkValueError` for rows of a wrong length."""
    names = schema.names
    if not set(map(type, rows)) <= {tuple, list}:
        rows = [_as_tuple(row, names) for row in rows]
    if not set(map(len, rows)) <= {len(names)}:
        wrong = next(row for row in rows if len(row) != len(names))
        raise PySparkValueError(
            errorClass="FIELD_STRUCT_LENGTH_MISMATCH",
            messageParameters={"object_length": str(len(wrong)), "field_length": str(len(names))},
        )
    return list(zip(*rows, strict=True)) if rows else [() for _ in names]


def _as_tuple(row: Any, names: Sequence[str]) -> Sequence[Any]:
    if isinstance(row, (tuple, list)):
        return row
    if row is None:
        return (None,) * len(names)
    values = row if isinstance(row, dict) else getattr(row, "__dict__", None)
    if values is None:
        raise PySparkTypeError(errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": type(row).__name__})
    return tuple(map(values.get, names))


def _verify_columns(columns: Sequence[Sequence[Any]], schema: StructType) -> None:
    for values, field in zip(columns, schema.fields, strict=True):
        if not _certainly_fit(values, field.dataType, field.nullable):
            check = _make_type_verifier(field.dataType, field.nullable, f"field {field.name}")
            for value in values:
                check(value)


def _certainly_fit(values: Sequence[Any], data_type: DataType, nullable: bool) -> bool:
    """Whether all values have exactly the class of their type and are in range; `False` says nothing."""
    kind, classes = type(data_type), set(map(type, values))
    if not nullable and (_NONE in classes or kind is DecimalType):
        return False
    if isinstance(data_type, ArrayType) and classes <= {list, tuple, _NONE}:
        items = list(chain.from_iterable(filter(None, values)))
        return _certainly_fit(items, data_type.elementType, data_type.containsNull)
    if kind in (StringType, CharType, VarcharType, VariantType):
        return True
    if not classes <= _CLASSES.get(kind, frozenset({_NONE})):
        return False
    return kind not in _BITS or _in_range(values, _BITS[kind])


def _in_range(values: Sequence[Any], bits: int) -> bool:
    numbers = [value for value in values if value is not None]
    return not numbers or (-(1 << bits - 1) <= min(numbers) and max(numbers) < 1 << bits - 1)


Encoder = Callable[[Sequence[Any], Any], "pa.Array"]


def list_to_array(values: Sequence[Any], data_type: DataType) -> pa.Array:
    """The Arrow array of Python values of a Spark type."""
    encode = _ENCODERS.get(type(data_type))
    if encode is not None:
        return encode(values, data_type)
    if isinstance(data_type, UserDefinedType):
        return list_to_array([None if v is None else data_type.serialize(v) for v in values], data_type.sqlType())
    return array_of(values, to_arrow_type(data_type))


def _all_of(values: Sequence[Any], data_type: DataType) -> bool:
    return set(map(type, values)) <= _CLASSES[type(data_type)]


# --- leaves -------------------------------------------------------------------------------------------------


def _integers(values: Sequence[Any], data_type: DataType) -> pa.Array:
    bits = _BITS[type(data_type)]
    if not _all_of(values, data_type):
        values = [_whole(value) for value in values]
    if not _in_range(values, bits):
        values = [None if value is None else _wrapped(value, bits) for value in values]
    return array_of(values, to_arrow_type(data_type))


def _whole(value: Any) -> int | None:
    value = _unboxed(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _wrapped(value: int, bits: int) -> int | None:
    """The lowest bits of a number that is too large, as the JVM keeps them; what has more than 64 is null."""
    if not -(1 << 63) <= value < 1 << 63:
        return None
    half = 1 << bits - 1
    return (value + half) % (half * 2) - half


def _unboxed(value: Any) -> Any:
    """A NumPy scalar's Python value; NumPy is known by its module's name, so that it need not be loaded."""
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def _floats(values: Sequence[Any], data_type: DataType) -> pa.Array:
    if not _all_of(values, data_type):
        values = [value if isinstance(value, float) else None for value in map(_unboxed, values)]
    return array_of(values, to_arrow_type(data_type))


def _booleans(values: Sequence[Any], data_type: DataType) -> pa.Array:
    if not _all_of(values, data_type):
        values = [value if isinstance(value, bool) else None for value in map(_unboxed, values)]
    return array_of(values, pa.bool_())


def _strings(values: Sequence[Any], data_type: DataType) -> pa.Array:
    if not _all_of(values, data_type):
        values = [None if value is None else _text(value) for value in values]
    return array_of(values, pa.string())


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _binaries(values: Sequence[Any], data_type: DataType) -> pa.Array:
    if not _all_of(values, data_type):
        values = [bytes(value) if isinstance(value, (bytes, bytearray)) else None for value in values]
    return array_of(values, pa.binary())


def _decimals(values: Sequence[Any], data_type: DecimalType) -> pa.Array:
    kind = to_arrow_type(data_type)
    if _all_of(values, data_type):
        try:
            return pa.array(values, kind)
        except pa.ArrowInvalid:
            pass  # a NaN, or digits to round off: value by value below
    return pa.array([_rounded(value, data_type) for value in values], kind)


def _rounded(value: Any, data_type: DecimalType) -> decimal.Decimal | None:
    if not isinstance(value, decimal.Decimal) or value.is_nan():
        return None
    step = decimal.Decimal(1).scaleb(-data_type.scale)
    context = decimal.Context(prec=data_type.precision, rounding=decimal.ROUND_HALF_UP)
    try:
        return value.quantize(step, context=context)
    except decimal.InvalidOperation:
        raise ArithmeticException(
            errorClass="NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
            messageParameters={
                "roundedValue": str(value),
                "originalValue": str(value),
                "precision": str(data_type.precision),
                "scale": str(data_type.scale),
            },
        ) from None


def _dates(values: Sequence[Any], data_type: DataType) -> pa.Array:
    if not _all_of(values, data_type):
        values = [_day(value) for value in values]
    return array_of(values, pa.date32())


def _day(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else None


def _moments(values: Sequence[Any], data_type: DataType) -> Sequence[Any]:
    if _all_of(values, data_type):
        return values
    return [_datetime(value) if isinstance(value, datetime.datetime) else None for value in values]


def _datetime(value: datetime.datetime) -> datetime.datetime | None:
    """The value without the nanoseconds of pandas, and None for its NaT."""
    if type(value) is datetime.datetime:
        return value
    if value != value:
        return None
    return value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value


def _wall_clock(moments: Sequence[Any]) -> pa.Array:
    """The datetimes as they are on the clock, whatever their zone, in microseconds."""
    if any(moment is not None and moment.tzinfo is not None for moment in moments):
        moments = [None if moment is None else moment.replace(tzinfo=None) for moment in moments]
    return array_of(moments, pa.timestamp("us"))


def _timestamps(values: Sequence[Any], data_type: DataType) -> pa.Array:
    moments = _moments(values, data_type)
    zoned = {i: m for i, m in enumerate(moments) if m is not None and m.tzinfo is not None}
    micros = utc_micros(_wall_clock(moments).view(pa.int64()).to_pylist())
    if zoned:
        micros = [_zoned_micros(zoned[i]) if i in zoned else x for i, x in enumerate(micros)]
    return array_of(micros, pa.int64()).view(pa.timestamp("us", "UTC"))


def _zoned_micros(moment: datetime.datetime) -> int:
    wall = moment.replace(tzinfo=None)
    return (wall - EPOCH - (moment.utcoffset() or datetime.timedelta())) // datetime.timedelta(0, 0, 1)


def _naive_timestamps(values: Sequence[Any], data_type: DataType) -> pa.Array:
    return _wall_clock(_moments(values, data_type))


def _times(values: Sequence[Any], data_type: TimeType) -> pa.Array:
    if not _all_of(values, data_type):
        values = [value if isinstance(value, datetime.time) else None for value in values]
    return pa.array(values, pa.time64("us")).cast(to_arrow_type(data_type))


def _durations(values: Sequence[Any], data_type: DataType) -> pa.Array:
    if not _all_of(values, data_type):
        values = [_span(value) if isinstance(value, datetime.timedelta) else None for value in values]
    return pa.array(values, pa.duration("us"))


def _span(value: datetime.timedelta) -> datetime.timedelta | None:
    if value != value:
        return None
    return datetime.timedelta(value.days, value.seconds, value.microseconds)


def _nulls(values: Sequence[Any], data_type: DataType) -> pa.Array:
    return pa.nulls(len(values))


def _variants(values: Sequence[Any], data_type: DataType) -> pa.Array:
    for value in values:
        if value is not None and not isinstance(value, VariantVal):
            raise _unacceptable(data_type, value)
    stored = [None if v is None else {"value": bytes(v.value), "metadata": bytes(v.metadata)} for v in values]
    return pa.array(stored, to_arrow_type(data_type))


def _shapes(values: Sequence[Any], data_type: DataType) -> pa.Array:
    wanted = Geometry if isinstance(data_type, GeometryType) else Geography
    for value in values:
        if value is not None and not isinstance(value, wanted):
            raise _unacceptable(data_type, value)
    stored = [None if v is None else {"srid": v.srid, "wkb": bytes(v.wkb)} for v in values]
    return pa.array(stored, to_arrow_type(data_type))


def _unacceptable(data_type: DataType, value: Any) -> PySparkTypeError:
    return PySparkTypeError(
        errorClass="FIELD_DATA_TYPE_UNACCEPTABLE",
        messageParameters={"data_type": str(data_type), "obj": repr(value), "obj_type": str(type(value))},
    )


# --- nested values ------------------------------------------------------------------------------------------


def _arrays(values: Sequence[Any], data_type: ArrayType) -> pa.Array:
    lists = [_as_list(value) for value in values]
    items = list_to_array(list(chain.from_iterable(filter(None, lists))), data_type.elementType)
    return pa.ListArray.from_arrays(_offsets(lists), items, type=to_arrow_type(data_type), mask=_mask(lists))


def _as_list(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, array) or (type(value).__module__ == "numpy" and hasattr(value, "tolist")):
        return value.tolist()
    return None


def _maps(values: Sequence[Any], data_type: MapType) -> pa.Array:
    maps = [value if isinstance(value, dict) else None for value in values]
    keys = list(chain.from_iterable(filter(None, maps)))
    if None in keys:
        raise PySparkValueError(
            errorClass="FIELD_NOT_NULLABLE_WITH_NAME", messageParameters={"field_name": "key of map"}
        )
    items = list(chain.from_iterable(value.values() for value in filter(None, maps)))
    wanted = to_arrow_type(data_type)
    return pa.MapArray.from_arrays(
        _offsets(maps),
        list_to_array(keys, data_type.keyType).cast(wanted.key_type),
        list_to_array(items, data_type.valueType),
        type=wanted,
        mask=_mask(maps),
    )


def _structs(values: Sequence[Any], data_type: StructType) -> pa.Array:
    names = data_type.names
    rows = [_as_tuple(value, names) for value in values]
    columns = _columns(rows, data_type)
    fields = list(to_arrow_type(data_type))
    if not fields:
        return pa.array([None if value is None else {} for value in values], pa.struct([]))
    arrays = [list_to_array(column, field.dataType) for column, field in zip(columns, data_type.fields, strict=True)]
    return pa.StructArray.from_arrays(arrays, fields=fields, mask=_mask(values))


def _offsets(sequences: Sequence[Any]) -> pa.Array:
    return array_of(accumulate((len(s) if s else 0 for s in sequences), initial=0), pa.int32())


def _mask(values: Sequence[Any]) -> pa.Array | None:
    return array_of([value is None for value in values], pa.bool_())


_ENCODERS: dict[type[DataType], Callable[[Sequence[Any], Any], pa.Array]] = {
    NullType: _nulls,
    BooleanType: _booleans,
    ByteType: _integers,
    ShortType: _integers,
    IntegerType: _integers,
    LongType: _integers,
    FloatType: _floats,
    DoubleType: _floats,
    DecimalType: _decimals,
    StringType: _strings,
    CharType: _strings,
    VarcharType: _strings,
    BinaryType: _binaries,
    DateType: _dates,
    TimestampType: _timestamps,
    TimestampNTZType: _naive_timestamps,
    TimeType: _times,
    DayTimeIntervalType: _durations,
    VariantType: _variants,
    GeometryType: _shapes,
    GeographyType: _shapes,
    ArrayType: _arrays,
    MapType: _maps,
    StructType: _structs,
}
