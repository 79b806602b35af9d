"""Files as relations: which files, which columns, read by which format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.sql.expressions import Attribute, new_id
from pyrdd.sql.plan import FileScan, attributes_of
from pyrdd.sql.sources import Options, format_named, list_files
from pyrdd.sql.sources.file_columns import FLAG, METADATA, metadata_type
from pyrdd.sql.types import StructType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def file_relation(
    session: SparkSession,
    format_name: str,
    paths: Sequence[str],
    schema: StructType | None = None,
    options: Mapping[str, Any] | None = None,
    table: str | None = None,
) -> FileScan:
    """The relation of files in a format. Lists them, and looks into them for the schema if none is given.

    Raises AnalysisException for paths that do not exist and for files that do not tell their schema.
    """
    given = Options(options or {}, dict(session.conf._values))
    kind = format_named(format_name)
    listing = list_files(list(paths), given, schema)
    partitions = {f.name.lower() for f in listing.partition_schema.fields}
    full = kind.infer_schema(listing.files, given) if schema is None else schema
    data = StructType([f for f in full.fields if f.name.lower() not in partitions])
    kind.check_read(data, given)
    nullable = StructType([*data.toNullable().fields, *listing.partition_schema.fields])
    return FileScan(attributes_of(nullable), kind.name, data, listing, given, table, metadata_column(kind.name))


def metadata_column(format_name: str) -> Attribute:
    """A new hidden column ``_metadata`` for files of a format."""
    shown = {FLAG: True, "__metadata_col": METADATA}
    return Attribute(METADATA, metadata_type(format_name), False, new_id(), (), shown)
