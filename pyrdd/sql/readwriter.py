"""Readers and writers under PySpark's module name; they live in `reader`, `writer` and `writer_v2`."""

from pyrdd.sql.reader import DataFrameReader
from pyrdd.sql.writer import DataFrameWriter
from pyrdd.sql.writer_v2 import DataFrameWriterV2

__all__ = ["DataFrameReader", "DataFrameWriter", "DataFrameWriterV2"]
