"""The state of an operator as one Arrow table, in the driver, by version.

    <checkpoint>/state/<operator>/<version>.arrow

It suits operators that are computed by queries over all of their state (aggregations, duplicates). The state of one query
must fit into the driver's memory; operators that run users' functions keep theirs in `state_store`, by partition.
"""

from __future__ import annotations

import uuid

import pyarrow as pa

from pyrdd.errors import SparkRuntimeException
from pyrdd.io.filesystem import filesystem_of, join

KEPT = 2
"""How many versions before the last are kept: the batch that is run again needs the one before."""


class TableState:
    """The state of one operator."""

    def __init__(self, root: str, operator: int) -> None:
        self._directory = join(root, str(operator))
        self._fs = filesystem_of(self._directory)

    def read(self, version: int, empty: pa.Table) -> pa.Table:
        """A version; version 0 is empty."""
        if version == 0:
            return empty
        path = self._path(version)
        if self._fs.status(path) is None:
            raise SparkRuntimeException(
                errorClass="CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS",
                messageParameters={"fileToRead": path, "clazz": "a stateful operator"},
            )
        with self._fs.open_read(path) as stream, pa.ipc.open_file(stream) as reader:
            found = reader.read_all()
        if found.schema.types != empty.schema.types:
            raise SparkRuntimeException(
                errorClass="STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE",
                messageParameters={
                    "storedValueSchema": ", ".join(map(str, found.schema.types)),
                    "newValueSchema": ", ".join(map(str, empty.schema.types)),
                },
            )
        return found.rename_columns(empty.column_names)

    def write(self, version: int, table: pa.Table) -> None:
        """Stores a version, in the place of one that a run before has left, and forgets old ones."""
        self._fs.make_dirs(self._directory)
        path = self._path(version)
        written = f"{path}.{uuid.uuid4().hex}.tmp"
        named = table.rename_columns([f"c{i}" for i in range(table.num_columns)])
        try:
            with self._fs.open_write(written) as stream, pa.ipc.new_file(stream, named.schema) as writer:
                writer.write_table(named)
            self._fs.delete(path)
            self._fs.rename(written, path)
        finally:
            self._fs.delete(written)
        self._fs.delete(self._path(version - KEPT - 1))

    def _path(self, version: int) -> str:
        return join(self._directory, f"{version}.arrow")
