"""Writing a DataFrame to a directory, all or nothing.

    driver  FileWriteJob.prepare()                   the save mode decides; room for attempts is made
    task    FileWriteJob.write_partition(...)        files in the attempt's own directory -> TaskCommit
    driver  FileWriteJob.commit(commits) / .abort()  what was there is replaced, files move into place, _SUCCESS

The attempt directories and the moves are `pyrdd.io.commit`'s. With mode ``overwrite`` the old files go when the job
commits, so a job that fails leaves them as they were.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyrdd.errors import IllegalArgumentException
from pyrdd.io.commit import SUCCESS, OutputCommitter
from pyrdd.io.filesystem import filesystem_of, join, qualify, to_uri
from pyrdd.sql.sources.base import FileFormat, Options
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.partitions import directory_name
from pyrdd.sql.types import StructType

if TYPE_CHECKING:
    import pyarrow as pa

BUCKET_ID_COLUMN = "__bucket_id"
"""The column in which a bucketed job's batches bring each row's bucket; it is not written."""

SAVE_MODES = ("append", "overwrite", "ignore", "error", "errorifexists", "default")


@dataclass(frozen=True, slots=True)
class TaskCommit:
    """What a task wrote: its files (relative paths), the partition directories they are in, rows and bytes."""

    task_index: int
    files: tuple[str, ...]
    partitions: tuple[str, ...]
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class FileWriteJob:
    """One write of ``schema`` (with its partition columns) to ``path``. It pickles; tasks carry it.

    ``bucket_by`` is the number of buckets, 0 for none; ``sort_by`` are the columns by which each bucket's rows are
    sorted. ``static_partitions`` are the columns that ``INSERT OVERWRITE ... PARTITION (p=1)`` fixes, as texts.
    ``partitionOverwriteMode`` (option, else ``spark.sql.sources.partitionOverwriteMode``) is ``static`` or ``dynamic``.
    """

    path: str
    format: FileFormat
    schema: StructType
    partition_by: Sequence[str] = ()
    bucket_by: int = 0
    sort_by: Sequence[str] = ()
    mode: str = "errorifexists"
    options: Options = field(default_factory=Options)
    static_partitions: Mapping[str, str] = field(default_factory=dict)
    job_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def prepare(self) -> bool:
        """Checks and makes room; ``False`` when there is nothing to do (mode ``ignore``, and the path exists).

        Raises `AnalysisException` ``PATH_ALREADY_EXISTS``, and what the format says of types and options.
        """
        if self._mode not in SAVE_MODES:
            raise analysis_error("INVALID_SAVE_MODE", mode=f'"{self.mode}"')
        self._check_columns()
        self.format.check_write(self.data_schema, self.options)
        self.format.extension(self.options)
        if filesystem_of(self._output).status(self._output) is not None:
            if self._mode == "ignore":
                return False
            if self._mode in ("error", "errorifexists", "default"):
                raise analysis_error("PATH_ALREADY_EXISTS", outputPath=to_uri(self._output))
        self._committer.setup_job()
        return True

    def write_partition(self, task_index: int, attempt: object, tables: Iterable[pa.Table]) -> TaskCommit:
        """Writes one task's rows; the first attempt that ends is the one that counts.

        ``tables`` are Arrow tables or record batches with the columns of ``schema`` (and `BUCKET_ID_COLUMN`).
        """
        from pyrdd.sql.sources.task_writer import write_rows  # needs Arrow, which the driver's checks do not

        with self._committer.task(task_index, attempt) as output:
            return write_rows(self, task_index, output.directory, tables)

    def commit(self, commits: Sequence[TaskCommit]) -> None:
        """Puts the files of all tasks (numbered from 0) into place and writes ``_SUCCESS``."""
        if self._mode == "overwrite":
            self._remove_old(commits)
        self._committer.commit_job(len(commits))
        if not self.options.setting_flag("mapreduce.fileoutputcommitter.marksuccessfuljobs"):
            filesystem_of(self._output).delete(join(self._output, SUCCESS))

    def abort(self) -> None:
        """Removes what the job wrote; what was there before stays."""
        self._committer.abort_job()

    @property
    def data_schema(self) -> StructType:
        """The columns that go into the files."""
        inside = {name.lower() for name in self.partition_by}
        return StructType([one for one in self.schema.fields if one.name.lower() not in inside])

    @property
    def max_records(self) -> int:
        """How many rows a file may have; 0 for any number."""
        default = self.options.setting("spark.sql.files.maxRecordsPerFile")
        return self.options.integer("maxRecordsPerFile", int(default or 0))

    @property
    def _mode(self) -> str:
        return self.mode.lower()

    @property
    def _output(self) -> str:
        if not self.path:
            raise IllegalArgumentException("Can not create a Path from an empty string")
        return qualify(self.path)

    @property
    def _committer(self) -> OutputCommitter:
        # what other jobs wrote there stays when this one is aborted
        return OutputCommitter(self._output, validate=False)

    @property
    def _dynamic(self) -> bool:
        mode = self.options.get("partitionOverwriteMode")
        mode = mode or self.options.setting("spark.sql.sources.partitionOverwriteMode")
        return mode.lower() == "dynamic" and len(self.static_partitions) < len(self.partition_by)

    def _check_columns(self) -> None:
        exact = self.schema.fieldNames()
        for name in exact:
            if exact.count(name) > 1:
                raise analysis_error("COLUMN_ALREADY_EXISTS", columnName=f"`{name}`")
        names = [name.lower() for name in exact]
        for column in self.partition_by:
            if column.lower() not in names:
                shown = {"col": column, "schemaCatalog": self.schema.simpleString()}
                raise analysis_error("_LEGACY_ERROR_TEMP_1155", **shown)
        if self.partition_by and len(self.partition_by) >= len(names):
            raise analysis_error("ALL_PARTITION_COLUMNS_NOT_ALLOWED")

    def _remove_old(self, commits: Sequence[TaskCommit]) -> None:
        fs = filesystem_of(self._output)
        if self._dynamic:
            for directory in {one for commit in commits for one in commit.partitions}:
                fs.delete(join(self._output, *directory.split("/")))
            return
        base = self._output
        if self.static_partitions:
            names = [name for name in self.partition_by if name in self.static_partitions]
            base = join(base, *directory_name(names, [self.static_partitions[name] for name in names]).split("/"))
        if fs.status(base) is not None:
            for entry in fs.list(base):
                if entry.name != "_temporary":
                    fs.delete(entry.path)
