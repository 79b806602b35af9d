"""Which stream a format names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pyrdd.errors import IllegalArgumentException, UnsupportedOperationException
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.datasource import DataSource
from pyrdd.sql.datasource_run import RegisteredSource, registered_source, schema_of_source
from pyrdd.sql.options import split_path
from pyrdd.sql.plan import LogicalPlan, attributes_of
from pyrdd.sql.plan.streaming import StreamingRelation
from pyrdd.sql.sources import Options, format_named, list_files
from pyrdd.sql.sources.registry import is_file_format
from pyrdd.sql.streaming.sources.files import FileProvider
from pyrdd.sql.streaming.sources.python import PythonProvider
from pyrdd.sql.streaming.sources.rate import RateBatchProvider, RateProvider
from pyrdd.sql.streaming.sources.socket import SocketProvider
from pyrdd.sql.types import StringType, StructField, StructType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

INFERENCE = "spark.sql.streaming.schemaInference"

PROVIDERS: Mapping[str, tuple[str, Callable[[Options], Any]]] = {
    "rate": ("RateStreamProvider", RateProvider.of),
    "rate-micro-batch": ("RatePerMicroBatchProvider", RateBatchProvider.of),
    "socket": ("TextSocketSourceProvider", SocketProvider.of),
}
"""Sources with a schema of their own: Spark's class, which errors name, and what makes the provider."""


def stream(
    session: SparkSession, name: str, path: str | None, schema: StructType | None, options: dict[str, Any]
) -> LogicalPlan:
    """The relation of ``readStream.format(name).load(path)``."""
    named, others = split_path(options.items())
    path, given = path or named, Options(others, dict(session.conf._values))
    lower = name.lower()
    if lower in PROVIDERS:
        return _provided(lower, schema, given)
    if is_file_format(name):
        return _files(session, name, path, schema, given)
    registered = registered_source(session, name)
    if registered is not None:
        return _python(registered, path, schema, options)
    if lower in ("kafka", "rate-limited", "statestore", "state-metadata", "delta", "memory"):
        raise not_implemented(f"The streaming source {name}", "Use files, socket, rate, or a Python data source.")
    if lower in ("jdbc", "console", "noop"):
        raise UnsupportedOperationException(
            errorClass="_LEGACY_ERROR_TEMP_2049", messageParameters={"className": name, "operator": "reading"}
        )
    format_named(name)
    raise AssertionError(f"{name} is a file format")


def _provided(name: str, schema: StructType | None, options: Options) -> LogicalPlan:
    spark_class, make = PROVIDERS[name]
    if schema is not None:
        raise UnsupportedOperationException(
            errorClass="_LEGACY_ERROR_TEMP_2242", messageParameters={"provider": spark_class}
        )
    provider = make(options)
    return StreamingRelation(attributes_of(provider.schema), name, provider)


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
