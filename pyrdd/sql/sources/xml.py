"""XML: the elements of one name as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pyrdd.sql.sources.base import FileEntry, Options, Writer
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.modes import check_corrupt_column
from pyrdd.sql.sources.streams import codec_suffix
from pyrdd.sql.sources.support import check_types
from pyrdd.sql.sources.xml_options import check_options
from pyrdd.sql.sources.xml_reader import infer, read_file, records
from pyrdd.sql.sources.xml_writer import XmlFileWriter, root_element
from pyrdd.sql.types import DataType, StructType


@dataclass(frozen=True, slots=True)
class XmlFormat:
    """Elements as rows: attributes are columns whose names begin with ``_``."""

    name: str = "xml"

    def infer_schema(self, files: Sequence[FileEntry], options: Options) -> StructType:
        """All fields of all elements, sorted by name."""
        check_options(options)
        if not files:
            raise analysis_error("UNABLE_TO_INFER_SCHEMA", format="XML")
        schema = infer((record for file in files for record in records(file, options)), options)
        check_corrupt_column(schema, options)
        return schema

    def scan_sql(self, files: Sequence[FileEntry], schema: StructType, options: Options) -> str | None:
        """DuckDB has no reader of XML."""
        return None

    def read(
        self, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The file's rows; what does not fit the schema is nulled, dropped or an error by ``mode``."""
        return read_file(file, schema, options, columns)

    def check_read(self, schema: StructType, options: Options) -> None:
        check_options(options, texts=True)
        check_corrupt_column(schema, options)
        _check(schema)

    def check_write(self, schema: StructType, options: Options) -> None:
        check_options(options)
        root_element(options)
        _check(schema)

    def extension(self, options: Options) -> str:
        return ".xml" + codec_suffix(options)

    def open_writer(self, path: str, schema: StructType, options: Options) -> Writer:
        return XmlFileWriter(path, schema, options)


def _check(schema: StructType) -> None:
    if any("time(" in field.dataType.simpleString() for field in schema.fields):
        raise analysis_error("UNSUPPORTED_TIME_TYPE")
    check_types(schema, "XML", _supported)


def _supported(kind: DataType) -> bool:
    # intervals have no form in XML: Spark fails where it meets one. It does read and write variants.
    return kind.typeName() not in ("calendarinterval", "interval", "variant", "daytimeinterval", "yearmonthinterval")
