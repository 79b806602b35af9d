"""Stored tables as relations: which files, which columns, which values of partition columns.

StoredTable --scan--> SubqueryAlias(spark_catalog.db.t, FileScan)
                      (a Union where files were written before a column was added)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrdd.io.filesystem import filesystem_of, parent_dir
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.catalog_tables import Partition, StoredColumn, StoredTable
from pyrdd.sql.expressions import Alias, Attribute, Cast, new_id
from pyrdd.sql.file_relations import metadata_column
from pyrdd.sql.literals import literal_of
from pyrdd.sql.plan import FileScan, LogicalPlan, Project, SubqueryAlias, Union, attributes_of
from pyrdd.sql.sources import FileEntry, Listing, Options, format_named, list_files
from pyrdd.sql.sources.partitions import typed_value
from pyrdd.sql.sources.registry import is_file_format
from pyrdd.sql.types import CharType, StructField, StructType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def scan(session: SparkSession, table: StoredTable, options: Mapping[str, str] | None = None) -> LogicalPlan:
    """The rows of a table, with columns of their own. Lists its files."""
    if not is_file_format(table.provider or ""):
        return SubqueryAlias(table.parts, _foreign(session, table, options))
    given = Options({**dict(table.options), **(options or {})}, dict(session.conf._values))
    files = files_of(table, given)
    kinds = _by_absent_columns(table, files)
    scans = [_scan(table, tuple(group), absent, given, session) for absent, group in kinds.items()]
    plan = scans[0] if len(scans) == 1 else Union(tuple(scans), columns=attributes_of(table.schema))
    return SubqueryAlias(table.parts, plan)


def _foreign(session: SparkSession, table: StoredTable, options: Mapping[str, str] | None) -> LogicalPlan:
    from pyrdd.sql.foreign_sources import load  # here: databases and Python sources are rare

    given = {**dict(table.options), **(options or {})}
    found: LogicalPlan = load(session, table.provider or "", table.location, None, given)
    return found


def files_of(table: StoredTable, options: Options) -> list[FileEntry]:
    """The files of a table, with the values of their partitions."""
    assert table.location is not None
    if not table.partition_columns:
        return _files_at(table.location, options)
    found: list[FileEntry] = []
    for partition in table.partitions.values():
        values = partition_values(table, partition, options)
        found += [replace(file, partition_values=values) for file in _files_at(partition.location, options)]
    return sorted(found, key=lambda file: file.path)


def partition_values(table: StoredTable, partition: Partition, options: Options) -> tuple[Any, ...]:
    """The values of a partition's columns as scans hold them."""
    pairs = zip(partition.spec, table.keys, strict=True)
    return tuple(None if raw is None else typed_value(raw, c.read_type, c.name, options) for raw, c in pairs)


def _files_at(location: str, options: Options) -> list[FileEntry]:
    if filesystem_of(location).status(location) is None:
        return []
    listing = list_files([location], options.replaced(path=None), None, must_exist=False)
    own = [file for file in listing.files if not listing.partition_schema.fields or parent_dir(file.path) == location]
    return [replace(file, partition_values=()) for file in own]


def _by_absent_columns(table: StoredTable, files: Sequence[FileEntry]) -> dict[tuple[str, ...], list[FileEntry]]:
    """The files by the names of the columns that came after them and have a value for old rows."""
    later = [c for c in table.data_columns if c.old_value is not None and c.absent]
    groups: dict[tuple[str, ...], list[FileEntry]] = {} if files else {(): []}
    for file in files:
        groups.setdefault(tuple(c.name for c in later if file.path in c.absent), []).append(file)
    return groups


def _scan(
    table: StoredTable,
    files: tuple[FileEntry, ...],
    absent: tuple[str, ...],
    options: Options,
    session: SparkSession,
) -> LogicalPlan:
    keys = StructType([c.field() for c in table.keys])
    data = StructType([c.field() for c in table.data_columns if c.name not in absent])
    columns = attributes_of(StructType([*data.fields, *keys.fields]))
    kind = format_named(table.provider or "")
    listing = Listing(files, keys, (table.location or "",))
    found = FileScan(columns, kind.name, data, listing, options, ".".join(table.parts), metadata_column(kind.name))
    if not absent and not any(isinstance(c.data_type, CharType) for c in table.columns):
        return found
    known = {c.name: c for c in columns}
    return Project(tuple(_column(c, known.get(c.name), session) for c in table.columns), found)


def _column(column: StoredColumn, found: Attribute | None, session: SparkSession) -> Any:
    if found is None:
        value = Cast(constant_of(session, column.old_value or "NULL"), column.read_type, "ansi")
        return Alias(value, column.name, new_id(), column.field().metadata or None)
    if isinstance(column.data_type, CharType):
        padded = make_call("rpad", found, literal_of(column.data_type.length), literal_of(" "))
        return Alias(padded, column.name, new_id(), found.metadata)
    return found


def constant_of(session: SparkSession, text: str) -> Any:
    """The resolved expression of a default's text."""
    from pyrdd.sql.analysis.resolve import resolve  # here: few tables have defaults
    from pyrdd.sql.analysis.scope import Scope  # here: as above

    expression = session._parse_expression(text).expression
    return resolve(expression, Scope(session._analysis_context()))


def inferred_columns(
    session: SparkSession, provider: str, location: str, options: Mapping[str, str]
) -> tuple[StructType, StructType]:
    """The data columns and the partition columns of files that are there already."""
    from pyrdd.sql.file_relations import file_relation  # here: most tables name their columns

    found = file_relation(session, provider, [location], None, options)
    keys = [StructField(f.name, f.dataType) for f in found.listing.partition_schema.fields]
    return found.schema, StructType(keys)
