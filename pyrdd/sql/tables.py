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
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.catalog_tables import Partition, StoredColumn, StoredTable
from pyrdd.sql.expressions import Alias, Attribute, Cast, new_id
from pyrdd.sql.file_relations import file_relation, metadata_column
from pyrdd.sql.foreign_sources import load
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
    listing = listing_of(table, given)
    kinds = _by_absent_columns(table, listing.files)
    scans = [_scan(table, replace(listing, files=tuple(g)), absent, given, session) for absent, g in kinds.items()]
    plan = scans[0] if len(scans) == 1 else Union(tuple(scans), columns=attributes_of(table.schema))
    return SubqueryAlias(table.parts, plan)


def _foreign(session: SparkSession, table: StoredTable, options: Mapping[str, str] | None) -> LogicalPlan:
    given = {**dict(table.options), **(options or {})}
    found: LogicalPlan = load(session, table.provider or "", table.location, None, given)
    return found


def files_of(table: StoredTable, options: Options) -> tuple[FileEntry, ...]:
    """The files of a table, with the values of their partitions."""
    return listing_of(table, options).files


def listing_of(table: StoredTable, options: Options) -> Listing:
    """The files of a table by its partitions; of one that was made without any, by those that its directories name."""
    assert table.location is not None
    if not table.partition_columns:
        return _named_by_directories(table, options)
    found: list[FileEntry] = []
    for partition in table.partitions.values():
        values = partition_values(table, partition, options)
        found += [replace(file, partition_values=values) for file in _files_at(partition.location, options)]
    keys = StructType([c.field() for c in table.keys])
    return Listing(tuple(sorted(found, key=lambda file: file.path)), keys, (table.location,))


def _named_by_directories(table: StoredTable, options: Options) -> Listing:
    location = table.location or ""
    if filesystem_of(location).status(location) is None:
        return Listing((), StructType([]), (location,))
    found = list_files([location], options.replaced(path=None), table.schema, must_exist=False)
    return replace(found, partition_schema=_fields_of_table(table.columns, found.partition_schema))


def with_directory_columns(
    session: SparkSession, columns: Sequence[StoredColumn], location: str, options: Mapping[str, str]
) -> tuple[StoredColumn, ...]:
    """The columns of a table that is made over a directory, those last that the names of directories in it give."""
    if filesystem_of(location).status(location) is None:
        return tuple(columns)
    wanted = StructType([c.field() for c in columns])
    keys = list_files([location], Options(options, dict(session.conf._values)), wanted, must_exist=False)
    known = {c.name.lower(): c for c in columns}
    last = {f.name.lower(): StoredColumn(f.name, f.dataType) for f in keys.partition_schema}
    kept = [c for c in columns if c.name.lower() not in last]
    return (*kept, *(known.get(name, found) for name, found in last.items()))


def _fields_of_table(columns: Sequence[StoredColumn], keys: StructType) -> StructType:
    """Partition columns that directories name, as the table has them."""
    known = {c.name.lower(): c.field() for c in columns}
    return StructType([known.get(f.name.lower(), f) for f in keys])


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
    table: StoredTable, listing: Listing, absent: tuple[str, ...], options: Options, session: SparkSession
) -> LogicalPlan:
    keys = listing.partition_schema
    elsewhere = {*keys.names, *absent}
    data = StructType([c.field() for c in table.columns if c.name not in elsewhere])
    columns = attributes_of(StructType([*data.fields, *keys.fields]))
    kind = format_named(table.provider or "")
    found = FileScan(columns, kind.name, data, listing, options, ".".join(table.parts), metadata_column(kind.name))
    as_stored = [c.name for c in columns] == [c.name for c in table.columns]
    if as_stored and not any(isinstance(c.data_type, CharType) for c in table.columns):
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
    expression = session._parse_expression(text).expression
    return resolve(expression, Scope(session._analysis_context()))


def inferred_columns(
    session: SparkSession, provider: str, location: str, options: Mapping[str, str]
) -> tuple[StructType, StructType]:
    """The data columns and the partition columns of files that are there already."""
    found = file_relation(session, provider, [location], None, options)
    keys = [StructField(f.name, f.dataType) for f in found.listing.partition_schema.fields]
    return found.schema, StructType(keys)
