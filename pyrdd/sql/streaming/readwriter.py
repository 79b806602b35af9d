"""Readers and writers of streams under PySpark's module name; they live in `reader` and `writer`."""

from pyrdd.sql.streaming.reader import DataStreamReader
from pyrdd.sql.streaming.writer import DataStreamWriter

__all__ = ["DataStreamReader", "DataStreamWriter"]
