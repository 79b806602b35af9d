"""Which stream a format names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.errors import IllegalArgumentException, UnsupportedOperationException
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.datasource import DataSource
from pyrdd.sql.datasource_run import RegisteredSource, registered_source, schema_of_source
from pyrdd.sql.plan import LogicalPlan, attributes_of
from pyrdd.sql.plan.streaming import StreamingRelation
from pyrdd.sql.sources import Options, format_named, list_files
from pyrdd.sql.sources.registry import is_file_format
from pyrdd.sql.streaming.sources.files import FileProvider
from pyrdd.sql.streaming.sources.python import PythonProvider
from pyrdd.sql.streaming.sources.rate import SCHEMA, RateBatchProvider, RateProvider
from pyrdd.sql.types import StringType, StructField, StructType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

INFERENCE = "spark.sql.streaming.schemaInference"


def stream(
    session: SparkSession, name: str, path: str | None, schema: StructType | None, options: dict[str, Any]
) -> LogicalPlan:
    """The relation of ``readStream.format(name).load(path)``."""
    given = Options({k: v for k, v in options.items() if k.lower() != "path"}, dict(session.conf._values))
    path = path or next((str(v) for k, v in options.items() if k.lower() == "path"), None)
    lower = name.lower()
    if lower in ("rate", "rate-micro-batch"):
        if schema is not None:
            shown = "RateStreamProvider" if lower == "rate" else "RatePerMicroBatchProvider"
            raise UnsupportedOperationException(
                errorClass="_LEGACY_ERROR_TEMP_2242", messageParameters={"provider": shown}
            )
        made = RateProvider.of(given) if lower == "rate" else RateBatchProvider.of(given)
        return StreamingRelation(attributes_of(SCHEMA), lower, made)
    if is_file_format(name):
        return _files(session, name, path, schema, given)
    registered = registered_source(session, name)
    if registered is not None:
        return _python(registered, path, schema, options)
    if lower in ("socket", "kafka", "rate-limited", "statestore", "state-metadata", "delta", "memory"):
        raise not_implemented(f"The streaming source {name}", "Use files, rate, or a Python data source.")
    if lower in ("jdbc", "console", "noop"):
        raise UnsupportedOperationException(
            errorClass="_LEGACY_ERROR_TEMP_2049", messageParameters={"className": name, "operator": "reading"}
        )
    format_named(name)
    raise AssertionError(f"{name} is a file format")


def _files(
    session: SparkSession, name: str, path: str | None, schema: StructType | None, options: Options
) -> LogicalPlan:
    if path is None:
        raise IllegalArgumentException(errorClass="_LEGACY_ERROR_TEMP_2047", messageParameters={})
    kind = format_named(name)
    listing = list_files([path], options, schema)
    if schema is None:
        schema = _own_schema(session, kind, listing, options)
    keys = {f.name.lower() for f in listing.partition_schema.fields}
    data = StructType([f for f in schema.fields if f.name.lower() not in keys])
    kind.check_read(data, options)
    full = StructType([*data.toNullable().fields, *listing.partition_schema.fields])
    return StreamingRelation(attributes_of(full), kind.name, FileProvider(path, kind.name, full, options))


def _own_schema(session: SparkSession, kind: Any, listing: Any, options: Options) -> StructType:
    if kind.name == "text":
        return StructType([StructField("value", StringType())])
    if session.conf.get(INFERENCE, "false") != "true":
        raise IllegalArgumentException(errorClass="_LEGACY_ERROR_TEMP_2048", messageParameters={})
    found: StructType = kind.infer_schema(listing.files, options)
    return found


def _python(
    registered: RegisteredSource, path: str | None, schema: StructType | None, options: dict[str, Any]
) -> LogicalPlan:
    source = registered.open(path, options)
    kind = type(source)
    if kind.streamReader is DataSource.streamReader and kind.simpleStreamReader is DataSource.simpleStreamReader:
        source.streamReader(schema or StructType([]))
    found = schema_of_source(source, schema)
    return StreamingRelation(attributes_of(found), source.name(), PythonProvider(source, found))
