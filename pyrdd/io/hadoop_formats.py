"""Hadoop's input and output formats by class name, as far as they exist here in plain Python.

    hadoopFile, newAPIHadoopFile, hadoopRDD, newAPIHadoopRDD, sequenceFile   -> HadoopInput.splits, .read
    saveAsHadoopFile, saveAsNewAPIHadoopFile, saveAs...Dataset, saveAsSequenceFile   -> HadoopOutput.check,
    .write

Both are small picklable descriptions, made on the driver from PySpark's arguments and a Hadoop configuration
dict; anything that needs a Java class is refused there, by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.io.codecs import DEFLATE, CompressedStream, codec_for_class
from pyrdd.io.commit import OutputCommitter, TaskOutput, part_name
from pyrdd.io.errors import unsupported
from pyrdd.io.java_text import java_text
from pyrdd.io.sequence_file import Header, SequenceFileReader, SequenceFileWriter, sequence_splits
from pyrdd.io.splits import BLOCK_SIZE, FileSplit, SplitSizes
from pyrdd.io.text import read_delimited, read_lines, read_lines_with_offsets, text_splits
from pyrdd.io.writables import Writable, from_bytes, writable_class, writable_for

Conf = Mapping[str, str]

_OLD, _NEW_IN, _NEW_OUT = (
    "org.apache.hadoop.mapred.",
    "org.apache.hadoop.mapreduce.lib.input.",
    "org.apache.hadoop.mapreduce.lib.output.",
)
_INPUTS = ("TextInputFormat", "KeyValueTextInputFormat", "SequenceFileInputFormat")
_OUTPUTS = ("TextOutputFormat", "SequenceFileOutputFormat")

# Each setting under its present name, then the names it had before.
_INPUT_DIR = ("mapreduce.input.fileinputformat.inputdir", "mapred.input.dir")
_OUTPUT_DIR = ("mapreduce.output.fileoutputformat.outputdir", "mapred.output.dir")
_OLD_FORMAT = ("mapred.output.format.class",)
_NEW_FORMAT = ("mapreduce.job.outputformat.class", "mapreduce.outputformat.class")
_KEY_CLASS = ("mapreduce.job.output.key.class", "mapred.output.key.class")
_VALUE_CLASS = ("mapreduce.job.output.value.class", "mapred.output.value.class")
_COMPRESS = ("mapreduce.output.fileoutputformat.compress", "mapred.output.compress")
_CODEC = ("mapreduce.output.fileoutputformat.compress.codec", "mapred.output.compression.codec")
_TYPE = ("mapreduce.output.fileoutputformat.compress.type", "mapred.output.compression.type")
_OUT_SEPARATOR = ("mapreduce.output.textoutputformat.separator", "mapred.textoutputformat.separator")
_IN_SEPARATOR = (
    "mapreduce.input.keyvaluelinerecordreader.key.value.separator",
    "key.value.separator.in.input.line",
)
_DELIMITER = ("textinputformat.record.delimiter",)
_RECURSIVE = ("mapreduce.input.fileinputformat.input.dir.recursive", "mapred.input.dir.recursive")
_MIN_SIZE = ("mapreduce.input.fileinputformat.split.minsize", "mapred.min.split.size")
_MAX_SIZE = ("mapreduce.input.fileinputformat.split.maxsize", "mapred.max.split.size")
_FILTERS = ("mapreduce.input.pathFilter.class", "mapred.input.pathFilter.class")


def _setting(conf: Conf, names: tuple[str, ...], default: str = "") -> str:
    return next((conf[name] for name in names if name in conf), default)


def _simple_name(class_name: str, packages: tuple[str, ...], known: tuple[str, ...], kind: str) -> str:
    for package in packages:
        name = class_name.removeprefix(package)
        if name in known and name != class_name:
            return name
    raise unsupported(
        f"The Hadoop {kind} {class_name}",
        f"There is no JVM to load it; use one of {', '.join(known)} (of {' or '.join(packages)}*).",
    )


def refuse_converters(key_converter: str | None, value_converter: str | None) -> None:
    """Raises `PySparkNotImplementedError` when a Java converter class is named."""
    for name in filter(None, (key_converter, value_converter)):
        raise unsupported(f"The Java converter {name}", "There is no JVM; convert with map() instead.")


@dataclass(frozen=True, slots=True)
class HadoopInput:
    """An input format: its simple class name, whether of the ``mapreduce`` API, and the settings it obeys."""

    format: str
    new_api: bool
    separator: str = "\t"
    delimiter: str = ""
    sizes: SplitSizes = SplitSizes()  # noqa: RUF009 (frozen)
    recursive: bool = False

    def splits(self, paths: str, min_splits: int) -> list[FileSplit]:
        """The partitions' splits; the new API cuts by blocks whatever ``min_splits`` says. Runs on the
        driver."""
        number = None if self.new_api else min_splits
        cut = sequence_splits if self.format == "SequenceFileInputFormat" else text_splits
        return cut(paths, number, self.sizes, self.recursive)

    def read(self, split: FileSplit) -> Iterator[tuple[Any, Any]]:
        """The pairs of a split, as PySpark converts them to Python; runs in a task, lazily."""
        if self.format == "TextInputFormat":
            delimiter = self.delimiter.encode()
            return read_delimited(split, delimiter) if delimiter else read_lines_with_offsets(split)
        if self.format == "SequenceFileInputFormat":
            return read_sequence_file(split)
        return ((key, value) for key, _, value in (_cut(line, self.separator) for line in read_lines(split)))


def _cut(line: str | bytes, separator: str) -> tuple[str, str, str]:
    return str(line).partition(separator)


def input_format(
    class_name: str,
    conf: Conf | None,
    *,
    new_api: bool,
    key_converter: str | None = None,
    value_converter: str | None = None,
) -> HadoopInput:
    """The input format that PySpark's arguments name.

    Raises `PySparkNotImplementedError` for another class, a converter, or a setting that would change what
    is read.
    """
    refuse_converters(key_converter, value_converter)
    conf = conf or {}
    if path_filter := _setting(conf, _FILTERS):
        raise unsupported(f"The Hadoop path filter {path_filter}", "Use a glob in the path instead.")
    name = _simple_name(class_name, (_NEW_IN,) if new_api else (_OLD,), _INPUTS, "input format")
    max_size = int(_setting(conf, _MAX_SIZE, "0")) if new_api else 0
    return HadoopInput(
        name,
        new_api,
        _setting(conf, _IN_SEPARATOR, "\t")[:1] or "\t",
        _setting(conf, _DELIMITER),
        SplitSizes(max(1, int(_setting(conf, _MIN_SIZE, "1"))), max_size or BLOCK_SIZE),
        _setting(conf, _RECURSIVE, "false").lower() == "true",
    )


def input_paths(conf: Conf) -> str:
    """The input directories that a Hadoop configuration names; `PySparkValueError` when it names none."""
    if not (paths := _setting(conf, _INPUT_DIR)):
        raise PySparkValueError(f"No input paths specified in job: set {_INPUT_DIR[0]}")
    return paths


def read_sequence_file(split: FileSplit) -> Iterator[tuple[Any, Any]]:
    """The pairs of a split of a SequenceFile, converted by the classes that its header names."""
    with SequenceFileReader(split) as reader:
        key_class = writable_class(reader.header.key_class)
        value_class = writable_class(reader.header.value_class)
        for key, value in reader.records():
            yield from_bytes(key_class, key, split.path), from_bytes(value_class, value, split.path)


@dataclass(frozen=True, slots=True)
class HadoopOutput:
    """An output format with all that a task needs. ``key_class`` and ``value_class`` are Java names, ``""``
    until inferred (`with_classes_of`); ``codec_class`` is ``""`` without compression; ``block`` compresses
    SequenceFiles by block."""

    committer: OutputCommitter
    format: str
    new_api: bool
    key_class: str = ""
    value_class: str = ""
    codec_class: str = ""
    block: bool = False
    separator: str = "\t"

    @property
    def needs_first_record(self) -> bool:
        """Whether the classes are to be inferred: Spark then looks at the first record (and fails without
        any)."""
        return not (self.key_class and self.value_class)

    def with_classes_of(self, record: Any) -> HadoopOutput:
        """The same output for records like this one."""
        key, value = _pair(record)
        classes = writable_for(key).class_name, writable_for(value).class_name
        return replace(self, key_class=classes[0], value_class=classes[1])

    def check(self) -> None:
        """Refuses on the driver what cannot be written: an unknown codec, an existing output."""
        if self.codec_class:
            codec_for_class(self.codec_class)
        self.committer.check()

    def write(self, partition: int, attempt_id: object, records: Iterable[Any], sync: bytes) -> int:
        """Writes and commits one partition in a task; returns the bytes before compression of text, the
        file's size of a SequenceFile. ``sync`` is 16 bytes (`sync_mark`), its own for each file."""
        with self.committer.task(partition, attempt_id) as task:
            if self.format == "TextOutputFormat":
                return self._write_text(task, partition, records)
            return self._write_sequence(task, partition, records, sync)

    @property
    def _task_kind(self) -> str:
        return "r" if self.new_api else ""

    def _write_text(self, task: TaskOutput, partition: int, records: Iterable[Any]) -> int:
        codec = codec_for_class(self.codec_class) if self.codec_class else None
        name = part_name(partition, codec.suffix if codec else "", self._task_kind)
        stream = task.create(name)
        out = CompressedStream(stream, codec) if codec else stream
        lines, written = self._lines(records), 0
        while batch := "".join(islice(lines, 1024)):
            written += out.write(batch.encode("utf-8", "replace"))
        out.close()
        return written

    def _lines(self, records: Iterable[Any]) -> Iterator[str]:
        for record in records:
            fields = [field for field in _pair(record) if field is not None]
            for field in fields:
                writable_for(field)
            if fields:
                yield self.separator.join(map(java_text, fields)) + "\n"

    def _write_sequence(self, task: TaskOutput, partition: int, records: Iterable[Any], sync: bytes) -> int:
        codec = codec_for_class(self.codec_class) if self.codec_class else None
        header = Header(self.key_class, self.value_class, sync, codec, self.block and codec is not None)
        writer = SequenceFileWriter(task.create(part_name(partition, "", self._task_kind)), header)
        for record in records:
            key, value = _pair(record)
            writer.append(
                _as_class(writable_for(key), key, self.key_class, "key"),
                _as_class(writable_for(value), value, self.value_class, "value"),
            )
        return writer.finish()


def _as_class(writable: Writable, item: Any, class_name: str, what: str) -> bytes:
    if writable.class_name != class_name:
        raise PySparkTypeError(
            f"wrong {what} class: {writable.class_name} is not class {class_name} ({item!r})"
        )
    return writable.write(item)


def _pair(record: Any) -> tuple[Any, Any]:
    if isinstance(record, tuple) and len(record) == 2:
        return record
    raise PySparkTypeError(
        f"RDD element of type {type(record).__name__} cannot be used: (key, value) pairs are needed"
    )


def output_format(
    path: str,
    class_name: str,
    conf: Conf | None = None,
    *,
    new_api: bool,
    key_class: str | None = None,
    value_class: str | None = None,
    key_converter: str | None = None,
    value_converter: str | None = None,
    compression_codec: str | None = None,
    validate: bool = True,
) -> HadoopOutput:
    """The output that the arguments of ``saveAsHadoopFile`` or ``saveAsNewAPIHadoopFile`` describe.

    ``compression_codec`` compresses SequenceFiles by block, as Spark does. Raises
    `PySparkNotImplementedError` for classes that need a JVM.
    """
    refuse_converters(key_converter, value_converter)
    conf = conf or {}
    name = _simple_name(class_name, (_NEW_OUT,) if new_api else (_OLD,), _OUTPUTS, "output format")
    codec, block = _compression(conf)
    if compression_codec:
        codec, block = compression_codec, True
    classes = (key_class, value_class) if key_class and value_class else ("", "")
    separator = _setting(conf, _OUT_SEPARATOR, "\t")
    committer = OutputCommitter.to_directory(path, validate)
    return HadoopOutput(committer, name, new_api, *classes, codec, block, separator)


def output_dataset(
    conf: Conf,
    *,
    new_api: bool,
    key_converter: str | None = None,
    value_converter: str | None = None,
    validate: bool = True,
) -> HadoopOutput:
    """The output that the configuration of ``saveAsHadoopDataset`` or ``saveAsNewAPIHadoopDataset``
    describes.

    Raises `PySparkValueError` naming the setting when the directory or the format is not there.
    """
    formats = _NEW_FORMAT if new_api else _OLD_FORMAT
    for names in (_OUTPUT_DIR, formats):
        if not _setting(conf, names):
            raise PySparkValueError(
                f"The Hadoop configuration does not say where or how to write: set {names[0]}"
            )
    return output_format(
        _setting(conf, _OUTPUT_DIR),
        _setting(conf, formats),
        conf,
        new_api=new_api,
        key_class=_setting(conf, _KEY_CLASS),
        value_class=_setting(conf, _VALUE_CLASS),
        key_converter=key_converter,
        value_converter=value_converter,
        validate=validate,
    )


def sequence_output(path: str, compression_codec: str | None, validate: bool = True) -> HadoopOutput:
    """The output of ``saveAsSequenceFile``; the classes are to be inferred from the first record."""
    name = _OLD + "SequenceFileOutputFormat"
    return output_format(path, name, new_api=False, compression_codec=compression_codec, validate=validate)


def _compression(conf: Conf) -> tuple[str, bool]:
    """The codec class (``""`` for none) and whether by block."""
    kind = _setting(conf, _TYPE, "RECORD").upper()
    if _setting(conf, _COMPRESS, "false").lower() != "true":
        return "", False
    return _setting(conf, _CODEC, DEFLATE.class_name), kind == "BLOCK"
