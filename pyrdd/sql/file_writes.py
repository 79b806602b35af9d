"""A DataFrame written to files: the driver prepares and commits, each task writes its partition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrdd.sql.execution.query import spark_errors
from pyrdd.sql.sources import FileWriteJob, Options, TaskCommit, format_named
from pyrdd.sql.sources.write import BUCKET_ID_COLUMN
from pyrdd.taskcontext import TaskContext

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.dataframe import DataFrame


def write_files(
    df: DataFrame, format_name: str, path: str, mode: str, partitions: Sequence[str], options: dict[str, Any]
) -> None:
    """Writes the rows into a directory. Runs a job unless the mode says that there is nothing to do."""
    given = Options(options, dict(df.sparkSession.conf._values))
    run_write(df, FileWriteJob(path, format_named(format_name), df.schema, tuple(partitions), 0, (), mode, given))


def run_write(df: DataFrame, job: FileWriteJob, bucket_columns: Sequence[str] = ()) -> list[TaskCommit]:
    """Runs a write and returns what its tasks wrote; that is removed if one fails. ``bucket_columns`` are those by whose
    hash the rows go to the job's buckets."""
    if not job.prepare():
        return []
    names = [name.lower() for name in job.schema.fieldNames()]
    positions = tuple(names.index(name.lower()) for name in bucket_columns)
    try:
        with spark_errors():
            commits: list[TaskCommit] = (
                df._execution.arrow_rdd().mapPartitionsWithIndex(partial(_write, job, positions)).collect()
            )
        job.commit(commits)
        return commits
    except BaseException:
        job.abort()
        raise


def _write(
    job: FileWriteJob, buckets: tuple[int, ...], index: int, tables: Iterable[pa.Table]
) -> Iterator[TaskCommit]:
    context = TaskContext.get()
    attempt = 0 if context is None else context.taskAttemptId()
    given = (_with_bucket_ids(table, buckets, job.bucket_by) for table in tables) if buckets else tables
    yield job.write_partition(index, attempt, given)


def _with_bucket_ids(table: pa.Table, columns: Sequence[int], buckets: int) -> pa.Table:
    """The table with the number of each row's bucket: Spark's hash of the columns."""
    import pyarrow as pa  # here: the driver plans, tasks write

    from pyrdd.sql.kernels.hash_columns import partition_ids  # here: as above

    keys = [pa.concat_arrays(table.column(at).chunks) if table.num_rows else None for at in columns]
    ids = partition_ids(keys, buckets) if table.num_rows else []
    return table.append_column(BUCKET_ID_COLUMN, pa.array(ids, pa.int32()))
