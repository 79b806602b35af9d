"""One task's rows into files: split by partition values and bucket, cut at ``maxRecordsPerFile``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from pyrdd.io.filesystem import filesystem_of, join, parent_dir
from pyrdd.sql.sources.base import Writer
from pyrdd.sql.sources.columns import arrow_schema, conform
from pyrdd.sql.sources.partitions import directory_name
from pyrdd.sql.sources.value_text import text_column
from pyrdd.sql.sources.write import BUCKET_ID_COLUMN, TaskCommit

if TYPE_CHECKING:
    from pyrdd.sql.sources.write import FileWriteJob

_MOST_OPEN = 200
_Key = tuple[str, int | None]


@dataclass(slots=True)
class _Place:
    """The file of one partition and bucket that is being written."""

    writer: Writer | None = None
    rows: int = 0
    files: int = 0
    waiting: list[pa.Table] = field(default_factory=list)


class _Files:
    """The files of a task. At most `_MOST_OPEN` are open: the one that was opened first is closed for another."""

    def __init__(self, job: FileWriteJob, task_index: int, directory: str) -> None:
        self._job, self._task, self._directory = job, task_index, directory
        self._schema = job.data_schema
        self._arrow = arrow_schema(self._schema)
        self._extension = job.format.extension(job.options)
        self._places: dict[_Key, _Place] = {}
        self._open: list[_Key] = []
        self.names: list[str] = []
        self.rows = 0

    def write(self, key: _Key, table: pa.Table) -> None:
        place = self._places.setdefault(key, _Place())
        if self._job.sort_by and key[1] is not None:
            place.waiting.append(table)
            return
        self._write(key, place, table)

    def open(self, key: _Key) -> None:
        """A file without rows yet."""
        self._opened(key, self._places.setdefault(key, _Place()))

    def close(self) -> None:
        for key, place in self._places.items():
            if place.waiting:
                rows, place.waiting = pa.concat_tables(place.waiting), []
                self._write(key, place, _sorted(rows, self._job.sort_by))
            self._closed(key)

    def abort(self) -> None:
        for place in self._places.values():
            if place.writer is not None:
                place.writer.abort()

    def _write(self, key: _Key, place: _Place, table: pa.Table) -> None:
        most = self._job.max_records
        at = 0
        while at < table.num_rows:
            if most > 0 and place.rows >= most:
                self._closed(key)
            writer = self._opened(key, place)
            part = table.slice(at, most - place.rows) if most > 0 else table
            writer.write(part)
            place.rows += part.num_rows
            at += part.num_rows
        self.rows += table.num_rows

    def _opened(self, key: _Key, place: _Place) -> Writer:
        if place.writer is None:
            if len(self._open) >= _MOST_OPEN:
                self._closed(self._open[0])
            path = join(self._directory, *self._name(key, place.files).split("/"))
            if key[0]:
                filesystem_of(path).make_dirs(parent_dir(path))
            place.writer = self._job.format.open_writer(path, self._schema, self._job.options)
            place.rows, place.files = 0, place.files + 1
            self._open.append(key)
        return place.writer

    def _closed(self, key: _Key) -> None:
        place = self._places[key]
        if place.writer is not None:
            writer, place.writer = place.writer, None
            self._open.remove(key)
            writer.close()

    def _name(self, key: _Key, count: int) -> str:
        directory, bucket = key
        split = self._job.partition_by or self._job.bucket_by
        counter = f".c{count:03d}" if split else f"-c{count:03d}"
        number = "" if bucket is None else f"_{bucket:05d}"
        name = f"part-{self._task:05d}-{self._job.job_id}{number}{counter}{self._extension}"
        self.names.append(f"{directory}/{name}" if directory else name)
        return self.names[-1]


def write_rows(
    job: FileWriteJob, task_index: int, directory: str, tables: Iterable[pa.Table | pa.RecordBatch]
) -> TaskCommit:
    """Writes the rows below ``directory``. A task without rows writes no file, but the first task writes an empty
    one, so that the columns can be read back."""
    files = _Files(job, task_index, directory)
    split = bool(job.partition_by or job.bucket_by)
    data_arrow = arrow_schema(job.data_schema)
    try:
        if task_index == 0 and not split:
            files.open(("", None))
        for rows in tables:
            table = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
            if table.num_rows:
                for key, part in _split(job, table) if split else ((("", None), table),):
                    files.write(key, _data(part, data_arrow))
        files.close()
    except BaseException:
        files.abort()
        raise
    return _commit(files, task_index, directory)


def _commit(files: _Files, task_index: int, directory: str) -> TaskCommit:
    fs = filesystem_of(directory)
    sizes = (fs.status(join(directory, *name.split("/"))) for name in files.names)
    partitions = dict.fromkeys(name.rpartition("/")[0] for name in files.names)
    return TaskCommit(
        task_index,
        tuple(files.names),
        tuple(one for one in partitions if one),
        files.rows,
        sum(status.size for status in sizes if status),
    )


def _data(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = []
    for one in schema:
        column = table.column(one.name)
        if column.type != one.type:
            column = pa.chunked_array([conform(chunk, one.type) for chunk in column.chunks], one.type)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


def _split(job: FileWriteJob, table: pa.Table) -> Iterator[tuple[_Key, pa.Table]]:
    """The table's rows for each partition directory and bucket, in the order in which these first appear."""
    keys = _partition_texts(job, table)
    if job.bucket_by:
        keys.append(table.column(BUCKET_ID_COLUMN).combine_chunks().cast(pa.int32()))
    number, distinct = _group(keys)
    order = pc.sort_indices(number)
    counts = pc.value_counts(number.take(order))
    at = 0
    for group, count in zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True):
        values = distinct[group]
        bucket = values[-1] if job.bucket_by else None
        texts = values[: len(job.partition_by)]
        yield (_directory(job.partition_by, texts), bucket), table.take(order.slice(at, count))
        at += count


def _sorted(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The rows by the columns, nulls first (said by a column of its own, as Arrow's versions say it differently)."""
    keys = {f"{kind}{at}": key for at, name in enumerate(columns)
            for kind, key in (("valid", table.column(name).is_valid()), ("value", table.column(name)))}  # fmt: skip
    return table.take(pc.sort_indices(pa.table(keys), [(name, "ascending") for name in keys]))


def _directory(names: Sequence[str], texts: Sequence[str | None]) -> str:
    return directory_name(names, texts) if names else ""


def _partition_texts(job: FileWriteJob, table: pa.Table) -> list[pa.Array]:
    kinds = {one.name.lower(): one for one in job.schema.fields}
    texts = []
    for name in job.partition_by:
        known = kinds[name.lower()]
        column = table.column(known.name).combine_chunks()
        texts.append(text_column(_one(column), known.dataType, job.options.timezone))
    return texts


def _one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _group(keys: Sequence[pa.Array]) -> tuple[pa.Array, list[tuple[object, ...]]]:
    """A number for each row and the key values of each number."""
    codes: pa.Array | None = None
    distinct: list[tuple[object, ...]] = [()]
    for key in keys:
        encoded = _one(key).dictionary_encode(null_encoding="encode")
        values = encoded.dictionary.to_pylist()
        index = encoded.indices.cast(pa.int64())
        mixed = index if codes is None else pc.add(pc.multiply(codes, len(values)), index)
        again = _one(mixed).dictionary_encode()
        pairs = [divmod(code, len(values)) for code in again.dictionary.to_pylist()]
        distinct = [(*distinct[first], values[second]) for first, second in pairs]
        codes = again.indices.cast(pa.int64())
    assert codes is not None, "a split job has a partition column or buckets"
    return codes, distinct
