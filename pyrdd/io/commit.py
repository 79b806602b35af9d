"""The output commit protocol: a directory is complete with `_SUCCESS` in it, or it is not there (Hadoop's
`FileOutputCommitter`, version 1).

    task    _temporary/0/_temporary/attempt_000003_17/part-00003      written
            _temporary/0/task_000003/part-00003                       committed: one rename, first attempt
            wins
    driver  part-00003, ..., _SUCCESS                                 job committed: moved into place

Duplicate attempts of a task are harmless: the second rename finds the first one's directory and its own is
dropped. A late attempt of a job that has ended cannot write, because the directory it would write into is
gone.
"""

from __future__ import annotations

import errno
from types import TracebackType
from typing import BinaryIO

from pyrdd.io.errors import FileAlreadyExistsException
from pyrdd.io.filesystem import base_name, filesystem_of, join, parent_dir, qualify, to_uri
from pyrdd.util.frozen import frozen

SUCCESS = "_SUCCESS"
_TEMPORARY = "_temporary"
_NO_SPACE = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@frozen
class OutputCommitter:
    """One job's output directory. The driver calls `setup_job`, then `commit_job` or `abort_job`; tasks call
    `task`.

    ``output`` is a qualified path (see `to_directory`). ``validate`` is
    ``spark.hadoop.validateOutputSpecs``: without it the directory may exist, and files of the same names are
    replaced.
    """

    output: str
    validate: bool = True

    @classmethod
    def to_directory(cls, path: str, validate: bool = True) -> OutputCommitter:
        """The committer of a user's path; nothing is touched yet."""
        if not path:
            raise ValueError("Can not create a Path from an empty string")
        return cls(qualify(path), validate)

    def check(self) -> None:
        """Raises `FileAlreadyExistsException` when the output is already there (and is to be validated)."""
        if self.validate and filesystem_of(self.output).status(self.output):
            raise FileAlreadyExistsException(f"Output directory {to_uri(self.output)} already exists")

    def setup_job(self) -> None:
        """Creates the output directory and the room for attempts. Do not abort a job whose set-up failed."""
        self.check()
        fs = filesystem_of(self.output)
        parent = parent_dir(self.output)
        if parent:
            fs.make_dirs(parent)
        try:
            fs.make_dir(self.output)
        except FileExistsError:
            self.check()
        fs.make_dirs(self._attempts)
        fs.open_write(self._marker).close()

    def task(self, partition: int, attempt_id: object) -> TaskOutput:
        """A place for one attempt's files; ``attempt_id`` differs between any two attempts of the
        partition."""
        directory = join(self._attempts, f"attempt_{partition:06d}_{attempt_id}")
        return TaskOutput(directory, self._committed(partition), self._marker, self.output, partition)

    def commit_job(self, partitions: int) -> None:
        """Moves the files of partitions ``0 .. partitions - 1`` into place and writes ``_SUCCESS``.

        Raises `FileNotFoundError` when a partition was never committed. After an error, call `abort_job`.
        """
        fs = filesystem_of(self.output)
        committed = [self._committed(partition) for partition in range(partitions)]
        for partition, directory in enumerate(committed):
            if fs.status(directory) is None:
                raise FileNotFoundError(f"Partition {partition} of {to_uri(self.output)} was not committed")
        for directory in committed:
            self._publish_all(directory, self.output)
        fs.delete(join(self.output, _TEMPORARY))
        fs.open_write(join(self.output, SUCCESS)).close()

    def abort_job(self) -> None:
        """Removes everything the job wrote; the directory too, when the job created it."""
        fs = filesystem_of(self.output)
        fs.delete(self.output if self.validate else join(self.output, _TEMPORARY))

    def _publish_all(self, directory: str, target: str) -> None:
        """Moves what is in ``directory``; directories that are in both places are merged."""
        fs = filesystem_of(self.output)
        for entry in fs.list(directory):
            place = join(target, base_name(entry.path))
            there = fs.status(place) if entry.is_dir else None
            if there is not None and there.is_dir:
                self._publish_all(entry.path, place)
            else:
                self._publish(entry.path, place)

    def _publish(self, path: str, target: str) -> None:
        fs = filesystem_of(self.output)
        if not self.validate:
            fs.delete(target)
            fs.delete(join(self.output, SUCCESS))
        if not fs.rename(path, target):
            raise FileAlreadyExistsException(f"Output file {to_uri(target)} already exists")

    @property
    def _job(self) -> str:
        return join(self.output, _TEMPORARY, "0")

    @property
    def _attempts(self) -> str:
        return join(self._job, _TEMPORARY)

    @property
    def _marker(self) -> str:
        return join(self._attempts, ".running")

    def _committed(self, partition: int) -> str:
        return join(self._job, f"task_{partition:06d}")


class TaskOutput:
    """The files of one task attempt: a context manager that commits, or removes them when the block
    raises."""

    def __init__(self, directory: str, committed: str, marker: str, output: str, partition: int) -> None:
        self._directory, self._committed, self._marker = directory, committed, marker
        self._output, self._partition = output, partition
        self._streams: list[BinaryIO] = []

    def __enter__(self) -> TaskOutput:
        fs = filesystem_of(self._directory)
        if fs.status(self._marker) is None:
            raise FileNotFoundError(f"The job that writes {to_uri(self._output)} has ended")
        fs.make_dir(self._directory)
        return self

    def create(self, name: str) -> BinaryIO:
        """A new file of the attempt, to be written; closed at the end of the block at the latest."""
        stream = filesystem_of(self._directory).open_write(join(self._directory, name))
        self._streams.append(stream)
        return stream

    @property
    def directory(self) -> str:
        """Where the attempt's files are written; subdirectories of it are published as such."""
        return self._directory

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._commit()
        except OSError as failure:
            error = failure
            self._explain(failure)
            raise
        finally:
            if error is not None:
                self._abort()
        if isinstance(error, OSError):
            self._explain(error)

    def _commit(self) -> None:
        for stream in self._streams:
            stream.close()
        fs = filesystem_of(self._directory)
        if not fs.rename(self._directory, self._committed):
            fs.delete(self._directory)

    def _abort(self) -> None:
        for stream in self._streams:
            try:
                stream.close()
            except OSError:
                continue  # a full disk fails again here; the file goes anyway
        filesystem_of(self._directory).delete(self._directory)

    def _explain(self, error: OSError) -> None:
        if error.errno in _NO_SPACE:
            why = f"No space left while writing partition {self._partition} of {to_uri(self._output)}"
            raise OSError(error.errno, why) from error


def part_name(partition: int, suffix: str = "", task_kind: str = "") -> str:
    """The file name of a partition's output; ``task_kind`` is ``"r"`` for the new Hadoop API.

    >>> part_name(3, ".gz"), part_name(3, task_kind="r")
    ('part-00003.gz', 'part-r-00003')
    """
    kind = f"{task_kind}-" if task_kind else ""
    return f"part-{kind}{partition:05d}{suffix}"
