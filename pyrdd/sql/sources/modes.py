"""What readers of text formats do with malformed records."""

from __future__ import annotations

from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.types import StringType, StructType

_MODES = ("PERMISSIVE", "DROPMALFORMED", "FAILFAST")


def parse_mode(options: Options) -> str:
    """The option ``mode``; one that is not known means PERMISSIVE, as in Spark."""
    mode = options.get("mode", "PERMISSIVE").upper()
    return mode if mode in _MODES else "PERMISSIVE"


def corrupt_name(options: Options) -> str:
    """The name that the column of malformed records would have."""
    return options.first("columnNameOfCorruptRecord", default=options.setting("spark.sql.columnNameOfCorruptRecord"))


def corrupt_column(schema: StructType, options: Options) -> str | None:
    """The schema's column for malformed records, if it has one."""
    name = corrupt_name(options)
    return name if name in schema.fieldNames() else None


def check_corrupt_column(schema: StructType, options: Options) -> None:
    """Raises `AnalysisException` ``INVALID_CORRUPT_RECORD_TYPE`` when that column is no nullable string."""
    name = corrupt_column(schema, options)
    if name is not None and not isinstance(schema[name].dataType, StringType):
        shown = {"columnName": f"`{name}`", "actualType": f'"{schema[name].dataType.simpleString().upper()}"'}
        raise analysis_error("INVALID_CORRUPT_RECORD_TYPE", **shown)
