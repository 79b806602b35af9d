"""Where RDDs come from: collections of the program, ranges, files."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pyrdd import settings
from pyrdd.core.collections import slices_of
from pyrdd.core.context_core import ContextCore
from pyrdd.errors import PySparkTypeError
from pyrdd.io.text import read_lines, text_splits
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.facade import RDD
from pyrdd.rdd.file_rdd import FileRDD, ReadSplit
from pyrdd.rdd.parallel_collection_rdd import EmptyRDD, InlineSlice, ParallelCollectionRDD, range_slices
from pyrdd.rdd.steps import Flatten
from pyrdd.rdd.union_rdd import PartitionerAwareUnionRDD, UnionRDD
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.io.splits import FileSplit
    from pyrdd.metrics import TaskMetrics

T = TypeVar("T")


class Sources(ContextCore):
    """PySpark's methods that create RDDs. All are lazy: files are listed by the first action."""

    def parallelize(self, c: Iterable[T], numSlices: int | None = None) -> RDD[T]:
        """The records of a collection, sliced as Spark slices them. They are pickled now: later changes are not seen.

        >>> sc.parallelize([0, 2, 3, 4, 6], 5).glom().collect()
        [[0], [2], [3], [4], [6]]
        >>> sc.parallelize(range(0, 6, 2), 5).glom().collect()
        [[], [0], [], [2], [4]]
        """
        count = self.defaultParallelism if numSlices is None else int(numSlices)
        if count < 1:
            raise ValueError(f"Positive number of partitions required, but got {count}")
        if isinstance(c, range) and len(c):
            # only the bounds travel: each partition has one record, a range, which a step unrolls
            slices = [InlineSlice([pickle.dumps([part])], len(part)) for part in range_slices(c, count)]
            bounds = ParallelCollectionRDD(self._new_rdd_id(), slices, self._call_site())
            return self._rdd(bounds)._pipe(Flatten())
        rdd_id, call_site = self._new_rdd_id(), self._call_site()
        engine = self._engine
        directory = engine.session.path if engine.shares_directory and engine.master.kind != "inline" else None
        pickled = slices_of(c, count, self._batch_size, rdd_id, directory, self.serializer)
        return self._rdd(ParallelCollectionRDD(rdd_id, pickled, call_site))

    def range(
        self, start: int, end: int | None = None, step: int = 1, numSlices: int | None = None
    ) -> RDD[int]:
        """The whole numbers from ``start`` up to ``end`` (from 0 when only one is given). Lazy: only the bounds are
        kept.

        >>> sc.range(1, 7, 2).collect()
        [1, 3, 5]
        """
        low, high = (0, start) if end is None else (start, end)
        return self.parallelize(range(low, high, step), numSlices)

    def emptyRDD(self) -> RDD[Any]:
        """An RDD without partitions or records.

        >>> sc.emptyRDD().count()
        0
        """
        return self._rdd(EmptyRDD(self._new_rdd_id(), self._call_site()))

    def union(self, rdds: Sequence[RDD[T]]) -> RDD[T]:
        """The records of all of ``rdds``, one after the other. Lazy, no shuffle.

        >>> sc.union([sc.parallelize(["Hello"]), sc.parallelize(["World!"])]).collect()
        ['Hello', 'World!']
        """
        if not rdds:
            raise ValueError("union() needs at least one RDD")
        for rdd in rdds:
            if not isinstance(rdd, RDD):
                raise PySparkTypeError(f"union() takes RDDs, but got a {type(rdd).__name__}")
        return self._union(rdds)

    def _union(self, rdds: Sequence[RDD[Any]]) -> RDD[Any]:
        nodes: list[BaseRDD] = [rdd._node for rdd in rdds]
        first = nodes[0].partitioner
        together = first is not None and all(node.partitioner == first for node in nodes)
        kind = PartitionerAwareUnionRDD if together else UnionRDD
        return self._rdd(kind(self._new_rdd_id(), nodes, self._call_site()))

    # --- files --------------------------------------------------------------------------------------------------

    def textFile(
        self, name: str, minPartitions: int | None = None, use_unicode: bool = True
    ) -> RDD[str]:
        """The lines of text files: a path, a directory, a glob, or several with commas; decompressed by suffix. Large
        files are split. Other file systems (``s3://``) need ``fsspec``. Lines are bytes without ``use_unicode``.

        >>> import tempfile, os
        >>> with tempfile.TemporaryDirectory() as d:
        ...     sc.parallelize(["x", "y", "z"]).saveAsTextFile(os.path.join(d, "text"))
        ...     sorted(sc.textFile(os.path.join(d, "text")).collect())
        ['x', 'y', 'z']
        """
        least = minPartitions if minPartitions is not None else self.defaultMinPartitions
        rdd = self._files(partial(text_splits, name, least), ReadText(use_unicode))
        rdd._node.rdd_name = name
        return rdd

    def wholeTextFiles(
        self, path: str, minPartitions: int | None = None, use_unicode: bool = True
    ) -> RDD[tuple[str, str]]:
        """``(path, content)`` of each text file.

        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as d:
        ...     _ = pathlib.Path(d, "1.txt").write_text("123")
        ...     sc.wholeTextFiles(d).values().collect()
        ['123']
        """
        from pyrdd.io.whole_files import (  # formats are loaded where they are used
            read_whole_text,
            whole_text_splits,
        )

        least = minPartitions if minPartitions is not None else self.defaultMinPartitions
        read = Plain(partial(read_whole_text, use_unicode=use_unicode))
        return self._files(partial(whole_text_splits, path, least), read)

    def binaryFiles(self, path: str, minPartitions: int | None = None) -> RDD[tuple[str, bytes]]:
        """``(path, content)`` of each file, as bytes.

        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as d:
        ...     _ = pathlib.Path(d, "1.bin").write_bytes(b"abc")
        ...     sc.binaryFiles(d).values().collect()
        [b'abc']
        """
        from pyrdd.io.whole_files import (  # formats are loaded where they are used
            binary_file_splits,
            read_binary_files,
        )

        least = minPartitions if minPartitions is not None else self.defaultMinPartitions
        return self._files(
            partial(
                binary_file_splits,
                path,
                least,
                self.defaultParallelism,
                settings.FILES_MAX_PARTITION.read(self._conf),
                settings.FILES_OPEN_COST.read(self._conf),
            ),
            Plain(read_binary_files),
        )

    def binaryRecords(self, path: str, recordLength: int) -> RDD[bytes]:
        """The records of ``recordLength`` bytes that files consist of.

        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as d:
        ...     _ = pathlib.Path(d, "data").write_bytes(b"0001000200030004")
        ...     sc.binaryRecords(d, 4).collect()
        [b'0001', b'0002', b'0003', b'0004']
        """
        from pyrdd.io.whole_files import (  # loaded where they are used
            binary_record_splits,
            read_binary_records,
        )

        read = Plain(partial(read_binary_records, record_length=recordLength))
        return self._files(partial(binary_record_splits, path, recordLength), read)

    def pickleFile(self, name: str, minPartitions: int | None = None) -> RDD[Any]:
        """The records that `RDD.saveAsPickleFile` wrote. Unpickles what it reads: only for files you trust."""
        from pyrdd.io.pickle_file import read_pickle_file  # formats are loaded where they are used
        from pyrdd.io.sequence_file import sequence_splits

        least = minPartitions if minPartitions is not None else self.defaultMinPartitions
        return self._files(partial(sequence_splits, name, least), Plain(read_pickle_file))

    def sequenceFile(
        self,
        path: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        minSplits: int | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """The pairs of Hadoop SequenceFiles of the common Writables. Classes are read from the files; Java converters
        are refused."""
        return self._hadoop(
            "org.apache.hadoop.mapred.SequenceFileInputFormat",
            path,
            None,
            False,
            keyConverter,
            valueConverter,
            minSplits,
        )

    def hadoopFile(
        self,
        path: str,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """The pairs that an input format of ``org.apache.hadoop.mapred`` reads: text, key-value text or
        SequenceFile."""
        return self._hadoop(inputFormatClass, path, conf, False, keyConverter, valueConverter)

    def hadoopRDD(
        self,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """`hadoopFile` with the paths in a Hadoop configuration."""
        return self._hadoop(inputFormatClass, None, conf, False, keyConverter, valueConverter)

    def newAPIHadoopFile(
        self,
        path: str,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """`hadoopFile` with the classes of ``org.apache.hadoop.mapreduce``."""
        return self._hadoop(inputFormatClass, path, conf, True, keyConverter, valueConverter)

    def newAPIHadoopRDD(
        self,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """`newAPIHadoopFile` with the paths in a Hadoop configuration."""
        return self._hadoop(inputFormatClass, None, conf, True, keyConverter, valueConverter)

    def _hadoop(
        self,
        format_class: str,
        path: str | None,
        conf: dict[str, str] | None,
        new_api: bool,
        key_converter: str | None,
        value_converter: str | None,
        min_splits: int | None = None,
    ) -> RDD[tuple[Any, Any]]:
        from pyrdd.io.hadoop_formats import (  # formats are loaded where they are used
            input_format,
            input_paths,
        )

        source = input_format(
            format_class, conf, new_api=new_api, key_converter=key_converter, value_converter=value_converter
        )
        paths = path if path is not None else input_paths(conf or {})
        least = min_splits if min_splits is not None else self.defaultMinPartitions
        return self._files(partial(source.splits, paths, least), Plain(source.read))

    # --- checkpoints --------------------------------------------------------------------------------------------

    def setCheckpointDir(self, dirName: str) -> None:
        """Where `RDD.checkpoint` writes: a new directory below ``dirName``, which stays after the program."""
        import os  # only checkpoints need it here
        import uuid

        self._checkpoint_dir = os.path.join(os.path.abspath(dirName.removeprefix("file:")), str(uuid.uuid4()))
        os.makedirs(self._checkpoint_dir, exist_ok=True)

    def getCheckpointDir(self) -> str | None:
        """The directory made by `setCheckpointDir`, or ``None``."""
        return None if self._checkpoint_dir is None else self._as_uri(self._checkpoint_dir)

    @staticmethod
    def _as_uri(path: str) -> str:
        from pyrdd.io.filesystem import to_uri  # only checkpoints need it here

        return to_uri(path)

    # --- shared -------------------------------------------------------------------------------------------------

    def _rdd(self, node: BaseRDD) -> RDD[Any]:
        return RDD(node, self)  # type: ignore[arg-type]

    def _files(self, list_splits: Callable[[], Sequence[Any]], read: ReadSplit) -> RDD[Any]:
        return self._rdd(FileRDD(self._new_rdd_id(), list_splits, read, self._call_site()))


@frozen
class ReadText:
    """Reads the lines of a split and counts the bytes."""

    use_unicode: bool

    def __call__(self, split: FileSplit, metrics: TaskMetrics) -> Iterator[Any]:
        def count_bytes(n: int) -> None:
            metrics.bytes_read += n

        def count_lines(n: int) -> None:
            metrics.records_read += n

        return read_lines(split, self.use_unicode, count_bytes, count_lines)


@frozen
class Plain:
    """A reader that counts nothing but the split's length."""

    read: Callable[[Any], Iterator[Any]]

    def __call__(self, split: Any, metrics: TaskMetrics) -> Iterator[Any]:
        metrics.bytes_read += split.length
        return self.read(split)
