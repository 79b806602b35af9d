"""CSV, with Spark's options and Spark's reading of quotes, nulls and malformed records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pyrdd.sql.sources.base import FileEntry, Options, Writer
from pyrdd.sql.sources.csv_dialect import read_dialect
from pyrdd.sql.sources.csv_infer import infer
from pyrdd.sql.sources.csv_reader import read_file
from pyrdd.sql.sources.csv_writer import CsvWriter
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.modes import check_corrupt_column
from pyrdd.sql.sources.streams import codec_suffix
from pyrdd.sql.sources.support import check_types
from pyrdd.sql.types import ArrayType, DataType, MapType, StructType


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """Values separated by commas, or by something else."""

    name: str = "csv"

    def infer_schema(self, files: Sequence[FileEntry], options: Options) -> StructType:
        """Names from the header (``_c0``, ``_c1`` without one); strings, or with ``inferSchema`` what the texts look
        like."""
        if not files:
            raise analysis_error("UNABLE_TO_INFER_SCHEMA", format="CSV")
        return infer(files, read_dialect(options), options)

    def scan_sql(self, files: Sequence[FileEntry], schema: StructType, options: Options) -> str | None:
        """DuckDB's own CSV reader follows other rules."""
        return None

    def read(
        self, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The file's records; malformed ones are nulled, dropped or an error by ``mode``."""
        return read_file(file, schema, options, columns)

    def check_read(self, schema: StructType, options: Options) -> None:
        read_dialect(options)
        check_corrupt_column(schema, options)
        check_types(schema, "CSV", _supported)

    def check_write(self, schema: StructType, options: Options) -> None:
        check_types(schema, "CSV", _supported)

    def extension(self, options: Options) -> str:
        return "." + options.get("extension", "csv") + codec_suffix(options)

    def open_writer(self, path: str, schema: StructType, options: Options) -> Writer:
        return CsvWriter(path, schema, options)


def _supported(kind: DataType) -> bool:
    nested = isinstance(kind, (ArrayType, MapType, StructType))
    return not nested and kind.typeName() not in ("void", "calendarinterval", "interval", "variant")
