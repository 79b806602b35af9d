"""The border between Arrow as users see it and as DuckDB holds it: intervals are plain integers inside.

Inside, a day-time interval is int64 microseconds, a year-month interval int32 months, void int32; all else is as outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa

from pyrdd.sql import types as t
from pyrdd.sql.arrow import to_arrow_type
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.types import DataType


@lru_cache(maxsize=4096)
def inside_type(data_type: DataType) -> pa.DataType:
    """The Arrow type that DuckDB's columns have."""
    match data_type:
        case t.DayTimeIntervalType():
            return pa.int64()
        case t.YearMonthIntervalType() | t.NullType():
            return pa.int32()
        case t.TimeType():
            return pa.time64("us")
        case t.ArrayType():
            return pa.list_(inside_type(data_type.elementType))
        case t.MapType():
            return pa.map_(inside_type(data_type.keyType), inside_type(data_type.valueType))
        case t.StructType():
            if not data_type.fields:
                return pa.struct([pa.field("__empty", pa.bool_())])
            return pa.struct([pa.field(f.name, inside_type(f.dataType)) for f in data_type.fields])
        case t.UserDefinedType():
            return inside_type(data_type.sqlType())
    return to_arrow_type(data_type)


def inside_schema(columns: Sequence[Attribute]) -> pa.Schema:
    """The schema of a stage's tables; columns are called ``c0``, ``c1``, ..."""
    if not columns:
        return pa.schema([pa.field("c0", pa.int32())])
    return pa.schema([pa.field(f"c{i}", inside_type(c.data_type)) for i, c in enumerate(columns)])


def outside_schema(columns: Sequence[Attribute]) -> pa.Schema:
    """The schema of a result as users get it; names may repeat."""
    return pa.schema([pa.field(c.name, kind, c.nullable or pa.types.is_null(kind)) for c, kind in _kinds(columns)])


def _kinds(columns: Sequence[Attribute]) -> list[tuple[Attribute, pa.DataType]]:
    return [(c, to_arrow_type(c.data_type)) for c in columns]


def empty(columns: Sequence[Attribute]) -> pa.Table:
    """No rows, as a stage's table."""
    return pa.Table.from_batches([], inside_schema(columns))  # `empty_table` would load pandas


def to_inside(table: pa.Table, columns: Sequence[Attribute]) -> pa.Table:
    """A table from outside, for DuckDB."""
    return _conformed(table, inside_schema(columns))


def to_outside(table: pa.Table, columns: Sequence[Attribute]) -> pa.Table:
    """A stage's table, for users. One without columns keeps its number of rows in a column that has no name in the schema."""
    return table if not columns else _conformed(table, outside_schema(columns))


def _conformed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    if table.schema.equals(schema):
        return table
    arrays = [
        column if column.type.equals(f.type) else _cast(column, f.type)
        for column, f in zip(table.columns, schema, strict=False)
    ]
    if len(schema) > table.num_columns:
        # a table without columns: only its number of rows counts
        arrays = [pa.chunked_array([pa.nulls(table.num_rows, f.type)]) for f in schema]
    return pa.table(arrays, schema=schema)


def _cast(column: pa.ChunkedArray, target: pa.DataType) -> pa.ChunkedArray:
    try:
        # Arrow's casts of structs go by name, and fill a field that they do not find with nulls
        if _names(column.type) == _names(target):
            return column.cast(target)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        pass
    return pa.chunked_array([recast(chunk, target) for chunk in column.chunks], type=target)


def _names(kind: pa.DataType) -> list[str]:
    """The names of all fields of structs inside of a type."""
    if pa.types.is_struct(kind):
        return [name for f in kind for name in (f.name, *_names(f.type))]
    if pa.types.is_map(kind):
        return _names(kind.key_type) + _names(kind.item_type)
    return _names(kind.value_type) if pa.types.is_list(kind) else []


def recast(array: pa.Array, target: pa.DataType) -> pa.Array:
    """An array as another type of the same shape, where Arrow has no cast: nested ones, and renamed fields."""
    source = array.type
    if source.equals(target):
        return array
    if pa.types.is_null(target):
        return pa.nulls(len(array))
    if pa.types.is_struct(target) and pa.types.is_struct(source):
        fields = [recast(array.field(i), target.field(i).type) for i in range(target.num_fields)]
        return pa.StructArray.from_arrays(fields, fields=list(target), mask=array.is_null())
    if pa.types.is_map(target) and pa.types.is_map(source):
        offsets = _offsets(array)
        keys, items = recast(array.keys, target.key_type), recast(array.items, target.item_type)
        return pa.MapArray.from_arrays(offsets, keys, items, type=target)
    if pa.types.is_list(target) and pa.types.is_list(source):
        return pa.ListArray.from_arrays(_offsets(array), recast(array.values, target.value_type), type=target)
    return array.cast(target)


def _offsets(array: pa.Array) -> pa.Array:
    """The offsets, with a null where the list is null."""
    offsets = array.offsets
    if not array.null_count:
        return offsets
    valid = array.is_valid().to_pylist()
    values = offsets.to_pylist()
    return pa.array([v if i == len(valid) or valid[i] else None for i, v in enumerate(values)], pa.int32())
