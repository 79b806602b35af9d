"""How files are read: by DuckDB where a format has a text for it, else by Python, with the columns that the plan needs.

FileScan --scan_text--> (SELECT ... FROM read_parquet([...]))   filters and projections reach the scan
         --file_splits--> FileParts, one for each partition     .text(): the same for its files; (): Arrow tables
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

from pyrdd.sql.execution.border import to_inside
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan import FileScan
from pyrdd.sql.sources import FileEntry, Options, format_named
from pyrdd.sql.sources.dataset import read_files, scan_sql
from pyrdd.sql.sources.file_columns import FLAG, PREFIX, ROW_INDEX, metadata_type, with_file_columns
from pyrdd.sql.sources.splitting import partitions
from pyrdd.sql.types import LongType, StructField, StructType

Split = Callable[[], Iterator[pa.Table]]


@dataclass(frozen=True)
class Given:
    """A table that travels with its task."""

    table: pa.Table

    def __call__(self) -> Iterator[pa.Table]:
        yield self.table


@dataclass(frozen=True)
class FileParts:
    """The files of a partition, or parts of them, and which columns of them to read."""

    columns: tuple[Attribute, ...]
    format: str
    schema: StructType
    partition_schema: StructType
    options: Options
    files: tuple[FileEntry, ...]

    def text(self) -> str | None:
        """The DuckDB text of the rows, whose columns are called c0, c1, ...; None if Python reads the files."""
        reader, given = format_named(self.format), self.options
        paths = {file.path for file in self.files}
        if len(paths) < len(self.files) or _forgiving(given):
            return None
        wanted = self._read_schema()
        files, partition = with_file_columns(self.files, self.partition_schema, self._file_columns())
        text = scan_sql(reader, files, wanted, partition, given)
        if text is None:
            return None
        names = [*wanted.fieldNames(), *partition.fieldNames()] or ["1"]
        at = {name: f"s{i}" for i, name in enumerate(names)}
        items = ", ".join(f"{self._item(c, at)} AS c{i}" for i, c in enumerate(self.columns)) or "1 AS c0"
        return f"(SELECT {items} FROM {text} AS scan({', '.join(at.values())}))"

    def __call__(self) -> Iterator[pa.Table]:
        """The rows, read by Python."""
        data = StructType([*self.schema.fields, *([_ROW_INDEX] if self._has_row_index() else [])])
        files, partition = with_file_columns(self.files, self.partition_schema, self._file_columns())
        columns = [*self._read_schema().fieldNames(), *(f.name for f in partition if self._is_read(f.name))]
        for batch in read_files(format_named(self.format), files, data, partition, self.options, columns):
            yield to_inside(self._arranged(pa.Table.from_batches([batch])), self.columns)

    # --- which columns -----------------------------------------------------------------------------------------

    def _structs(self) -> list[StructType]:
        return [metadata_type(self.format) for c in self.columns if is_metadata(c)]

    def _has_row_index(self) -> bool:
        return any("row_index" in struct.fieldNames() for struct in self._structs())

    def _file_columns(self) -> list[str]:
        """The columns that are constants of a file."""
        found = [c.name for c in self.columns if c.name.startswith(PREFIX)]
        found += [PREFIX + f.name for struct in self._structs() for f in struct if PREFIX + f.name != ROW_INDEX]
        return list(dict.fromkeys(found))

    def _is_read(self, name: str) -> bool:
        return name.startswith(PREFIX) or any(c.name == name for c in self.columns)

    def _read_schema(self) -> StructType:
        """The columns that are read from the files themselves."""
        found = [f for f in self.schema.fields if self._is_read(f.name)]
        return StructType([*found, _ROW_INDEX] if self._has_row_index() else found)

    # --- columns in order --------------------------------------------------------------------------------------

    def _item(self, column: Attribute, at: dict[str, str]) -> str:
        if not is_metadata(column):
            return at[column.name]
        fields = metadata_type(self.format).fieldNames()
        return "struct_pack(" + ", ".join(f"{name} := {at[PREFIX + name]}" for name in fields) + ")"

    def _arranged(self, table: pa.Table) -> pa.Table:
        if not self.columns:
            return table
        arrays = [self._array(c, table) for c in self.columns]
        return pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))])

    def _array(self, column: Attribute, table: pa.Table) -> pa.ChunkedArray:
        if not is_metadata(column):
            return table.column(column.name)
        fields = metadata_type(self.format).fieldNames()
        parts = [table.column(PREFIX + name).combine_chunks() for name in fields]
        flat = [p.combine_chunks() if isinstance(p, pa.ChunkedArray) else p for p in parts]
        return pa.chunked_array([pa.StructArray.from_arrays(flat, names=fields)])


_ROW_INDEX = StructField(ROW_INDEX, LongType(), True)


def is_metadata(column: Attribute) -> bool:
    """Whether a column of a scan is the struct ``_metadata``."""
    return bool(column.metadata) and FLAG in column.metadata


def _forgiving(options: Options) -> bool:
    """Whether files may be broken or gone: DuckDB has no such reading."""
    return any(
        options.boolean(key, options.setting_flag(f"spark.sql.files.{key}"))
        for key in ("ignoreCorruptFiles", "ignoreMissingFiles")
    )


@dataclass(frozen=True)
class AllParts:
    """Parts of files that one task reads, in as many threads as there are cores."""

    parts: tuple[FileParts, ...]

    def text(self) -> str | None:
        """None: the parts are read by Python."""
        return None

    def __call__(self) -> Iterator[pa.Table]:
        with ThreadPoolExecutor(min(len(self.parts), _cores()), "pyrdd-files") as pool:
            for tables in pool.map(_read, self.parts):
                yield from tables


def _read(part: FileParts) -> list[pa.Table]:
    return list(part())


def _cores() -> int:
    return os.cpu_count() or 1


def parts_of(scan: FileScan, files: Sequence[FileEntry]) -> FileParts:
    """Some files of a scan, as a split."""
    options = scan.options if isinstance(scan.options, Options) else Options(scan.options)
    return FileParts(scan.columns, scan.format, scan.schema, scan.listing.partition_schema, options, tuple(files))


def grouped(scan: FileScan, parallelism: int) -> list[list[FileEntry]]:
    """The files of each partition of a scan."""
    options = scan.options if isinstance(scan.options, Options) else Options(scan.options)
    return partitions(scan.listing.files, scan.format, options, parallelism)


def file_splits(scan: FileScan, parallelism: int, together: bool) -> list[Split]:
    """One reader for each partition of a scan; a single one for all of it if its rows are wanted together."""
    groups = grouped(scan, _cores() if together else parallelism)
    parts = [parts_of(scan, group) for group in groups or [[]]]
    if together and len(parts) > 1:
        return [AllParts(tuple(parts))]
    return list(parts)


def scan_text(relation: object) -> str | None:
    """The DuckDB text of a whole scan (see `FileParts.text`); None if it is none, or Python reads its files."""
    if not isinstance(relation, FileScan) or not relation.listing.files:
        return None
    files = [file for group in grouped(relation, 1) for file in group if not file.start]
    return parts_of(relation, [file if file.stop is None else file.part(0, file.size) for file in files]).text()
