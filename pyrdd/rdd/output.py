"""Saving: each partition is one file, written by its task and moved into place when the job commits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pyrdd import settings
from pyrdd.errors import PySparkRuntimeError
from pyrdd.errors.frames import hides_engine_frames_of
from pyrdd.io.commit import OutputCommitter
from pyrdd.rdd.handle import RDDHandle
from pyrdd.taskcontext import TaskContext
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.io.hadoop_formats import HadoopOutput

T = TypeVar("T")

make_data_frame: Callable[..., Any] | None = None
"""``(rdd, schema, sampling ratio) -> DataFrame``: set by the session when there is one, which stands above RDDs."""


@hides_engine_frames_of(
    "saveAsHadoopDataset", "saveAsHadoopFile", "saveAsNewAPIHadoopDataset", "saveAsNewAPIHadoopFile",
    "saveAsPickleFile", "saveAsSequenceFile", "saveAsTextFile",
)
class Output(RDDHandle[T]):
    """PySpark's save actions. Each runs a job; the output directory must not exist, and has ``_SUCCESS`` in it when all
    is there; a failed job leaves nothing."""

    def saveAsTextFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """A line for each record (``str`` of what is neither text nor bytes). ``compressionCodecClass`` is the Hadoop
        name of gzip, bzip2, deflate or zstd: ``org.apache.hadoop.io.compress.GzipCodec``.

        >>> import tempfile, os
        >>> with tempfile.TemporaryDirectory() as d:
        ...     sc.parallelize(["foo", "bar"], 1).saveAsTextFile(os.path.join(d, "out"))
        ...     sorted(os.listdir(os.path.join(d, "out")))
        ['_SUCCESS', 'part-00000']
        """
        from pyrdd.io.text_output import TextOutput  # formats are loaded where they are used

        output = TextOutput(self._committer(path), compressionCodecClass)
        output.check()
        self._save(output.committer, WritePart(output.write))

    def saveAsPickleFile(self, path: str, batchSize: int = 10) -> None:
        """A SequenceFile of pickled batches, which `SparkContext.pickleFile` (here or in PySpark) reads.

        >>> import tempfile, os
        >>> with tempfile.TemporaryDirectory() as d:
        ...     sc.parallelize(["foo", "bar"], 2).saveAsPickleFile(os.path.join(d, "out"))
        ...     sorted(sc.pickleFile(os.path.join(d, "out")).collect())
        ['bar', 'foo']
        """
        from pyrdd.io.pickle_file import PickleOutput  # formats are loaded where they are used

        output = PickleOutput(self._committer(path), batchSize)
        output.committer.check()
        self._save(output.committer, WriteSequencePart(output.write, path))

    def saveAsSequenceFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Pairs as a Hadoop SequenceFile of the Writables that fit the first pair's types.

        >>> import tempfile, os
        >>> with tempfile.TemporaryDirectory() as d:
        ...     sc.parallelize([(1, "foo"), (2, "bar")]).saveAsSequenceFile(os.path.join(d, "out"))
        ...     sorted(sc.sequenceFile(os.path.join(d, "out")).collect())
        [(1, 'foo'), (2, 'bar')]
        """
        from pyrdd.io.hadoop_formats import sequence_output  # formats are loaded where they are used

        self._save_hadoop(sequence_output(path, compressionCodecClass, self._validate))

    def saveAsHadoopFile(
        self,
        path: str,
        outputFormatClass: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        compressionCodecClass: str | None = None,
    ) -> None:
        """Pairs through an output format of ``org.apache.hadoop.mapred``: text or SequenceFile. Others, and Java
        converters, are refused."""
        from pyrdd.io.hadoop_formats import output_format  # formats are loaded where they are used

        self._save_hadoop(
            output_format(
                path,
                outputFormatClass,
                conf,
                new_api=False,
                key_class=keyClass,
                value_class=valueClass,
                key_converter=keyConverter,
                value_converter=valueConverter,
                compression_codec=compressionCodecClass,
                validate=self._validate,
            )
        )

    def saveAsNewAPIHadoopFile(
        self,
        path: str,
        outputFormatClass: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
    ) -> None:
        """`saveAsHadoopFile` with the classes of ``org.apache.hadoop.mapreduce``."""
        from pyrdd.io.hadoop_formats import output_format  # formats are loaded where they are used

        self._save_hadoop(
            output_format(
                path,
                outputFormatClass,
                conf,
                new_api=True,
                key_class=keyClass,
                value_class=valueClass,
                key_converter=keyConverter,
                value_converter=valueConverter,
                validate=self._validate,
            )
        )

    def saveAsHadoopDataset(
        self, conf: dict[str, str], keyConverter: str | None = None, valueConverter: str | None = None
    ) -> None:
        """`saveAsHadoopFile` described by a Hadoop job configuration."""
        self._save_dataset(conf, False, keyConverter, valueConverter)

    def saveAsNewAPIHadoopDataset(
        self, conf: dict[str, str], keyConverter: str | None = None, valueConverter: str | None = None
    ) -> None:
        """`saveAsNewAPIHadoopFile` described by a Hadoop job configuration."""
        self._save_dataset(conf, True, keyConverter, valueConverter)

    def toDF(self, schema: Any = None, sampleRatio: float | None = None) -> Any:
        """Makes a DataFrame: `SparkSession.createDataFrame`. Raises PySparkRuntimeError without a session."""
        if make_data_frame is not None:
            return make_data_frame(self, schema, sampleRatio)
        raise PySparkRuntimeError(
            errorClass="CALL_BEFORE_INITIALIZE",
            messageParameters={"func_name": "RDD.toDF", "object": "SparkSession"},
        )

    # --- shared -------------------------------------------------------------------------------------------------

    @property
    def _validate(self) -> bool:
        return settings.VALIDATE_OUTPUT.read(self.ctx._conf)

    def _committer(self, path: str) -> OutputCommitter:
        return OutputCommitter.to_directory(path, self._validate)

    def _save_dataset(
        self, conf: dict[str, str], new_api: bool, key_converter: str | None, value_converter: str | None
    ) -> None:
        from pyrdd.io.hadoop_formats import output_dataset  # formats are loaded where they are used

        self._save_hadoop(
            output_dataset(
                conf,
                new_api=new_api,
                key_converter=key_converter,
                value_converter=value_converter,
                validate=self._validate,
            )
        )

    def _save_hadoop(self, output: HadoopOutput) -> None:
        output.check()
        if output.needs_first_record:
            output = output.with_classes_of(self._self.first())
        self._save(output.committer, WriteSequencePart(output.write, output.committer.output))

    def _save(self, committer: OutputCommitter, action: Callable[[Iterator[Any]], Any]) -> None:
        """Runs the job between the protocol's steps."""
        committer.setup_job()
        try:
            parts = self._run(action)
            committer.commit_job(len(parts))
        except BaseException:
            committer.abort_job()
            raise


class _Write(Protocol):
    def __call__(self, partition: int, attempt_id: object, records: Iterator[Any]) -> int: ...


class _WriteSequence(Protocol):
    def __call__(self, partition: int, attempt_id: object, records: Iterator[Any], sync: bytes) -> int: ...


@frozen
class WritePart:
    """Writes one partition of a text output; the result is nothing, the file is the result."""

    write: _Write

    def __call__(self, records: Iterator[Any]) -> None:
        task, counted = _task(), _Counted(records)
        task.metrics.bytes_written = self.write(task.partitionId() or 0, task.taskAttemptId(), counted.records)
        task.metrics.records_written = counted.number()


@frozen
class WriteSequencePart:
    """Writes one partition of an output whose files need a sync marker: 16 bytes, different for each file."""

    write: _WriteSequence
    path: str

    def __call__(self, records: Iterator[Any]) -> None:
        task, counted = _task(), _Counted(records)
        name = f"{self.path}\0{task.partitionId()}\0{task.taskAttemptId()}"
        sync = hashlib.md5(name.encode(), usedforsecurity=False).digest()
        task.metrics.bytes_written = self.write(
            task.partitionId() or 0, task.taskAttemptId(), counted.records, sync
        )
        task.metrics.records_written = counted.number()


class _Counted:
    """Records that are counted as they are read, without a Python call for each."""

    def __init__(self, records: Iterator[Any]) -> None:
        self._counter = count()
        self.records = map(itemgetter(0), zip(records, self._counter, strict=False))

    def number(self) -> int:
        """How many were read. To be asked once, at the end."""
        return next(self._counter)


def _task() -> TaskContext:
    task = TaskContext.get()
    assert task is not None
    return task
