"""A DataFrame written to files: the driver prepares and commits, each task writes its partition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrdd.sql.execution.query import spark_errors
from pyrdd.sql.sources import FileWriteJob, Options, TaskCommit, format_named
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


def run_write(df: DataFrame, job: FileWriteJob) -> list[TaskCommit]:
    """Runs a write and returns what its tasks wrote; that is removed if one fails."""
    if not job.prepare():
        return []
    try:
        with spark_errors():
            commits: list[TaskCommit] = df._execution.arrow_rdd().mapPartitionsWithIndex(partial(_write, job)).collect()
        job.commit(commits)
        return commits
    except BaseException:
        job.abort()
        raise


def _write(job: FileWriteJob, index: int, tables: Iterable[pa.Table]) -> Iterator[TaskCommit]:
    context = TaskContext.get()
    attempt = 0 if context is None else context.taskAttemptId()
    yield job.write_partition(index, attempt, tables)
