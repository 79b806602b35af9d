"""Spark's types and Python's rows as Arrow tables, and back. Columns are addressed by position: names may repeat."""

from __future__ import annotations

from pyrdd.sql.arrow.collect import column_to_list, rows_of, table_to_rows
from pyrdd.sql.arrow.create import list_to_array, rows_to_table
from pyrdd.sql.arrow.schema import from_arrow_schema, from_arrow_type, to_arrow_schema, to_arrow_type

__all__ = [
    "column_to_list",
    "from_arrow_schema",
    "from_arrow_type",
    "list_to_array",
    "rows_of",
    "rows_to_table",
    "table_to_rows",
    "to_arrow_schema",
    "to_arrow_type",
]
