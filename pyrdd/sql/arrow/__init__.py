"""Spark's types and Python's rows as Arrow tables, and back. Columns are addressed by position: names may repeat."""

from __future__ import annotations

from pyrdd.sql.arrow.buffers import array_of
from pyrdd.sql.arrow.collect import column_to_list, rows_of, table_to_rows
from pyrdd.sql.arrow.conform import conform, to_user_table
from pyrdd.sql.arrow.create import list_to_array, rows_to_table
from pyrdd.sql.arrow.pandas_in import infer_series, numpy_to_table, pandas_to_table, series_to_array
from pyrdd.sql.arrow.pandas_out import column_to_pandas, distinct_names, table_to_pandas
from pyrdd.sql.arrow.schema import from_arrow_schema, from_arrow_type, to_arrow_schema, to_arrow_type

__all__ = [
    "array_of",
    "column_to_list",
    "column_to_pandas",
    "conform",
    "distinct_names",
    "from_arrow_schema",
    "from_arrow_type",
    "infer_series",
    "list_to_array",
    "numpy_to_table",
    "pandas_to_table",
    "rows_of",
    "rows_to_table",
    "series_to_array",
    "table_to_pandas",
    "table_to_rows",
    "to_arrow_schema",
    "to_arrow_type",
    "to_user_table",
]
