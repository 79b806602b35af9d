"""Arrow tables as users' functions get them, and those that they return, checked against the schema."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from pyrdd.errors import PySparkRuntimeError
from pyrdd.sql.arrow import to_arrow_schema
from pyrdd.sql.types import StructType


def outside_batches(table: pa.Table, rows: int) -> Iterator[pa.RecordBatch]:
    """The table as record batches of at most so many rows."""
    for batch in table.combine_chunks().to_batches(max_chunksize=rows):
        if batch.num_rows:
            yield batch


def accepted_table(table: pa.Table, schema: StructType, by_name: bool) -> pa.Table:
    """A returned table with its columns in the schema's order. Raises RESULT_COLUMN_NAMES_MISMATCH,
    RESULT_COLUMN_SCHEMA_MISMATCH or RESULT_COLUMN_TYPES_MISMATCH."""
    from pyrdd.sql.execution.python_pandas import check_names  # here: it loads pandas

    wanted = to_arrow_schema(schema)
    if not table.num_columns and not table.num_rows:
        return wanted.empty_table()
    names = table.column_names
    check_names(names, wanted.names, by_name)
    order = [names.index(name) for name in wanted.names] if by_name else list(range(len(names)))
    columns = [table.column(i) for i in order]
    pairs = [(f.name, f.type, c.type) for f, c in zip(wanted, columns, strict=True)]
    wrong = [pair for pair in pairs if not same_type(pair[1], pair[2])]
    if wrong:
        if by_name:
            wrong.sort(key=lambda pair: pair[0])
        raise PySparkRuntimeError(
            errorClass="RESULT_COLUMN_TYPES_MISMATCH",
            messageParameters={"mismatch": ", ".join(f"column '{n}' (expected {e}, actual {a})" for n, e, a in wrong)},
        )
    return pa.table(columns, names=wanted.names)


def same_type(expected: pa.DataType, actual: pa.DataType) -> bool:
    """Whether a type is the expected one, whatever its strings' offsets and its timestamps' zone are."""
    if expected.equals(actual):
        return True
    if pa.types.is_large_string(actual):
        return bool(pa.types.is_string(expected))
    if pa.types.is_large_binary(actual):
        return bool(pa.types.is_binary(expected))
    if pa.types.is_timestamp(expected) and pa.types.is_timestamp(actual):
        return expected.unit == actual.unit and (expected.tz is None) == (actual.tz is None)
    return False
