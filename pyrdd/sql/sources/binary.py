"""Binary files: a row for each file, with its path, time, length and content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pyrdd.errors import UnsupportedOperationException
from pyrdd.io.filesystem import filesystem_of, to_uri
from pyrdd.sql.sources.base import FileEntry, Options, Writer
from pyrdd.sql.sources.columns import arrow_schema, rows_without_columns, selected
from pyrdd.sql.sources.errors import analysis_error, runtime_error
from pyrdd.sql.types import BinaryType, LongType, StringType, StructField, StructType, TimestampType

SCHEMA = StructType(
    [
        StructField("path", StringType(), False),
        StructField("modificationTime", TimestampType(), False),
        StructField("length", LongType(), False),
        StructField("content", BinaryType(), True),
    ]
)
_MOST_BYTES = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class BinaryFileFormat:
    """Files as they are."""

    name: str = "binaryFile"

    def infer_schema(self, files: Sequence[FileEntry], options: Options) -> StructType:
        """The same four columns, always."""
        return SCHEMA

    def scan_sql(self, files: Sequence[FileEntry], schema: StructType, options: Options) -> str | None:
        """The content is read file by file."""
        return None

    def read(
        self, file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The file's row. The content is read only when it is asked for; more than 2 GB of it is an error."""
        target = arrow_schema(selected(schema, columns))
        if not len(target):
            yield rows_without_columns(1)
            return
        values = {
            "path": to_uri(file.path),
            "modificationTime": int(file.modified * 1000) * 1000,
            "length": file.size,
        }
        if "content" in target.names:
            values["content"] = _content(file)
        yield pa.RecordBatch.from_arrays([pa.array([values[one.name]], one.type) for one in target], schema=target)

    def check_read(self, schema: StructType, options: Options) -> None:
        if [(f.name, f.dataType) for f in schema.fields] != [(f.name, f.dataType) for f in SCHEMA.fields]:
            shown = {"expected": SCHEMA.simpleString(), "actual": schema.simpleString()}
            raise analysis_error("BINARY_FILE_SCHEMA_MISMATCH", **shown)

    def check_write(self, schema: StructType, options: Options) -> None:
        raise _write_error()

    def extension(self, options: Options) -> str:
        raise _write_error()

    def open_writer(self, path: str, schema: StructType, options: Options) -> Writer:
        raise _write_error()


def _write_error() -> UnsupportedOperationException:
    condition = "UNSUPPORTED_FEATURE.WRITE_FOR_BINARY_SOURCE"
    return UnsupportedOperationException(errorClass=condition, messageParameters={})


def _content(file: FileEntry) -> bytes:
    if file.size > _MOST_BYTES:
        shown = {"path": to_uri(file.path), "len": file.size, "maxLength": _MOST_BYTES}
        raise runtime_error("BINARY_FILE_TOO_LARGE", **shown)
    try:
        with filesystem_of(file.path).open_read(file.path) as stream:
            return stream.read()
    except FileNotFoundError as error:
        raise runtime_error("FAILED_READ_FILE.FILE_NOT_EXIST", path=to_uri(file.path)) from error
