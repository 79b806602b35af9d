"""From the name in ``format("parquet")`` or ``USING parquet`` to the format."""

from __future__ import annotations

from importlib import import_module

from pyrdd.sql.sources.base import FileFormat
from pyrdd.sql.sources.errors import analysis_error

_FORMATS = {
    "csv": ("csv", "CsvFormat"),
    "json": ("json", "JsonFormat"),
    "parquet": ("parquet", "ParquetFormat"),
    "orc": ("orc", "OrcFormat"),
    "text": ("text", "TextFormat"),
    "xml": ("xml", "XmlFormat"),
    "binaryfile": ("binary", "BinaryFileFormat"),
}
_LONG_NAMES = {
    "org.apache.spark.sql.parquet": "parquet",
    "org.apache.spark.sql.parquet.defaultsource": "parquet",
    "org.apache.spark.sql.json": "json",
    "org.apache.spark.sql.json.defaultsource": "json",
    "org.apache.spark.sql.orc": "orc",
    "org.apache.spark.sql.orc.defaultsource": "orc",
    "org.apache.spark.sql.hive.orc": "orc",
    "org.apache.spark.sql.execution.datasources.csv": "csv",
    "org.apache.spark.sql.execution.datasources.json": "json",
    "org.apache.spark.sql.execution.datasources.text": "text",
    "org.apache.spark.sql.execution.datasources.parquet": "parquet",
    "org.apache.spark.sql.execution.datasources.orc": "orc",
    "com.databricks.spark.csv": "csv",
    "com.databricks.spark.xml": "xml",
} | {
    f"org.apache.spark.sql.execution.datasources.{name.lower()}.{name.lower()}fileformat": name.lower()
    for name in ("csv", "json", "parquet", "orc", "text", "xml")
}


def short_name(name: str) -> str:
    """The short name, in lower case, of a format's short or long name; others unchanged but in lower case."""
    return _LONG_NAMES.get(name.lower(), name.lower())


def is_file_format(name: str) -> bool:
    """Whether `format_named` knows the name."""
    return short_name(name) in _FORMATS


def format_named(name: str) -> FileFormat:
    """The file format of that name. Nothing of Arrow is loaded for the others.

    Raises `AnalysisException` ``DATA_SOURCE_NOT_FOUND`` for a name that is none.

    >>> format_named("TEXT").name
    'text'
    """
    short = short_name(name)
    if short not in _FORMATS:
        special = {"avro": "AVRO_DATA_SOURCE_NOT_ENABLED", "kafka": "KAFKA_DATA_SOURCE_NOT_ENABLED"}
        raise analysis_error(special.get(short, "DATA_SOURCE_NOT_FOUND"), provider=name)
    module, cls = _FORMATS[short]
    found: FileFormat = getattr(import_module(f"pyrdd.sql.sources.{module}"), cls)()
    return found
