"""Arrow columns brought to the types that Spark's schema asks for, and small tools on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from pyrdd.sql.arrow import to_arrow_schema
from pyrdd.sql.types import StructField, StructType


def arrow_schema(schema: StructType) -> pa.Schema:
    """The Arrow schema of a Spark schema, as all of the DataFrame layer has it."""
    return to_arrow_schema(schema)


def selected(schema: StructType, columns: Sequence[str] | None) -> StructType:
    """The schema of some of its columns, in their order; the schema itself for ``None``."""
    if columns is None:
        return schema
    by_name = {field.name: field for field in schema.fields}
    return StructType([by_name[name] for name in columns])


def find_field(schema: pa.Schema, name: str, case_sensitive: bool) -> int | None:
    """Where a column is in a file's schema; ``None`` when it is not there."""
    at = schema.get_field_index(name)
    if at >= 0 or case_sensitive:
        return at if at >= 0 else None
    folded = name.lower()
    return next((i for i, other in enumerate(schema.names) if other.lower() == folded), None)


def conform(column: pa.Array, target: pa.DataType) -> pa.Array:
    """The column in the target type: fields of structs by name (missing ones null), elements and values inside."""
    if column.type == target:
        return column
    if pa.types.is_dictionary(column.type):
        return conform(column.dictionary_decode(), target)
    if pa.types.is_struct(target) and pa.types.is_struct(column.type):
        return _conform_struct(column, target)
    if pa.types.is_map(target) and pa.types.is_map(column.type):
        keys, items = conform(column.keys, target.key_type), conform(column.items, target.item_type)
        return pa.MapArray.from_arrays(column.offsets, keys, items, type=target, mask=_mask(column))
    if pa.types.is_list(target) and pa.types.is_nested(column.type):
        return _conform_list(column, target)
    if pa.types.is_timestamp(target) and pa.types.is_timestamp(column.type):
        return _conform_timestamp(column, target)
    return column.cast(target)


def _mask(column: pa.Array) -> pa.Array | None:
    return column.is_null() if column.null_count else None


def _conform_struct(column: pa.StructArray, target: pa.StructType) -> pa.Array:
    have = {column.type.field(i).name.lower(): i for i in range(column.type.num_fields)}
    children = []
    for field in target:
        at = have.get(field.name.lower())
        children.append(pa.nulls(len(column), field.type) if at is None else conform(column.field(at), field.type))
    return pa.StructArray.from_arrays(children, fields=list(target), mask=_mask(column))


def _conform_list(column: pa.Array, target: pa.ListType) -> pa.Array:
    if not pa.types.is_list(column.type):
        column = column.cast(pa.list_(column.type.value_type))
    values = conform(column.values, target.value_type)
    return pa.ListArray.from_arrays(column.offsets, values, type=target, mask=_mask(column))


def _conform_timestamp(column: pa.Array, target: pa.TimestampType) -> pa.Array:
    import pyarrow.compute as pc  # here: loading it takes longer than a small query

    if column.type.unit == "ns":
        # files keep more digits than Spark: the rest is cut off towards the past
        column = pc.floor_temporal(column, unit="microsecond")
    if column.type.tz is None and target.tz is not None:
        return pc.assume_timezone(column.cast(pa.timestamp("us")), "UTC").cast(target)
    if column.type.tz is not None and target.tz is None:
        return column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).cast(target)
    return column.cast(target)


def batches_of(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """The table's batches; columns that Arrow chunked differently are cut to fit."""
    return iter(table.to_batches())


def conform_batch(batch: pa.RecordBatch, schema: pa.Schema, case_sensitive: bool) -> pa.RecordBatch:
    """A file's batch as the schema asks: columns by name, missing ones null."""
    columns = []
    for field in schema:
        at = find_field(batch.schema, field.name, case_sensitive)
        columns.append(pa.nulls(batch.num_rows, field.type) if at is None else conform(batch.column(at), field.type))
    if not columns:
        return rows_without_columns(batch.num_rows)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def rows_without_columns(count: int) -> pa.RecordBatch:
    """A batch that has rows but no columns (what ``count()`` reads)."""
    return pa.RecordBatch.from_struct_array(pa.array([{}] * count, pa.struct([])))


def nullable(fields: Iterable[StructField]) -> StructType:
    """The fields as files have them: any value may be missing."""
    return StructType([StructField(f.name, f.dataType, True, f.metadata) for f in fields])
