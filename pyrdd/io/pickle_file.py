"""saveAsPickleFile and pickleFile: the files that PySpark's two methods write and read.

    batches of records -> pickles -> ten to a Java `byte[][]` -> BytesWritable in a SequenceFile with
    NullWritable keys

The Java array is in Java's serialisation format, because Spark's `saveAsObjectFile` puts it there; its bytes
are fixed but for the lengths, so writing and reading it takes a page.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from struct import Struct
from struct import error as StructError
from typing import Any

from pyrdd.io.commit import OutputCommitter, part_name
from pyrdd.io.errors import CorruptFileError, unsupported
from pyrdd.io.sequence_file import Header, SequenceFileReader, SequenceFileWriter
from pyrdd.io.splits import FileSplit
from pyrdd.io.writables import BYTES, NULL, from_bytes

_GROUP = 10
_AUTO_BYTES = 1 << 16
_INT = Struct(">I")
_STREAM = bytes.fromhex("aced0005")
_ARRAY = b"\x75"
_CLASS, _REFERENCE = b"\x72", b"\x71"
_CLASS_TAIL = bytes.fromhex("0200007870")
_BYTES_ARRAY = _ARRAY + _CLASS + bytes.fromhex("00035b5b424bfd19156767db37") + _CLASS_TAIL
_FIRST_ITEM = _ARRAY + _CLASS + bytes.fromhex("00025b42acf317f8060854e0") + _CLASS_TAIL
_NEXT_ITEM = _ARRAY + _REFERENCE + bytes.fromhex("007e0002")


@dataclass(frozen=True, slots=True)
class PickleOutput:
    """How a job writes a pickle file: ``batch_size`` records to a pickle, 0 for as many as make about 64
    KB."""

    committer: OutputCommitter
    batch_size: int = 10

    def write(self, partition: int, attempt_id: object, records: Iterable[Any], sync: bytes) -> int:
        """Writes and commits one partition in a task; returns the number of bytes. ``sync`` is 16 bytes, its
        own for each file."""
        header = Header(NULL.class_name, BYTES.class_name, sync)
        with self.committer.task(partition, attempt_id) as task:
            writer = SequenceFileWriter(task.create(part_name(partition)), header)
            pickles = _pickles(iter(records), self.batch_size)
            while group := list(islice(pickles, _GROUP)):
                writer.append(b"", BYTES.write(java_byte_arrays(group)))
            return writer.finish()


def read_pickle_file(split: FileSplit) -> Iterator[Any]:
    """The records of a split of a pickle file, lazily.

    Raises `PySparkNotImplementedError` for a file of Java objects (Scala's ``saveAsObjectFile`` of anything
    but pickles).
    """
    return chain.from_iterable(_batches(split))


def _batches(split: FileSplit) -> Iterator[Iterable[Any]]:
    with SequenceFileReader(split) as reader:
        if reader.header.value_class != BYTES.class_name:
            raise CorruptFileError(
                f"{split.path} is not a pickle file: its values are {reader.header.value_class}"
            )
        for _, value in reader.records():
            for data in parse_java_byte_arrays(bytes(from_bytes(BYTES, value, split.path)), split.path):
                yield pickle.loads(data)


def _pickles(records: Iterator[Any], batch_size: int) -> Iterator[bytes]:
    size = batch_size or 1
    while batch := list(islice(records, size) if size > 0 else records):
        data = pickle.dumps(batch, 5)
        yield data
        if not batch_size:
            size = _adapted(size, len(data))


def _adapted(size: int, length: int) -> int:
    if length < _AUTO_BYTES:
        return size * 2
    return max(1, size // 2) if length > _AUTO_BYTES * 10 else size


def java_byte_arrays(items: list[bytes]) -> bytes:
    """``items`` as Java serialises a ``byte[][]``."""
    heads = chain((_FIRST_ITEM,), iter(lambda: _NEXT_ITEM, None))
    body = b"".join([head + _INT.pack(len(item)) + item for head, item in zip(heads, items, strict=False)])
    return _STREAM + _BYTES_ARRAY + _INT.pack(len(items)) + body


def parse_java_byte_arrays(data: bytes, name: str) -> list[bytes]:
    """The inverse of `java_byte_arrays`; also takes an ``Object[]`` of byte arrays."""
    try:
        if data[:4] != _STREAM:
            raise CorruptFileError(f"{name}: no serialised Java array")
        at, items = _array_head(data, 4, name, ("[[B", "[Ljava.lang.Object;")), []
        (count,) = _INT.unpack_from(data, at)
        at += 4
        for _ in range(count):
            at = _array_head(data, at, name, ("[B",))
            (length,) = _INT.unpack_from(data, at)
            items.append(data[at + 4 : at + 4 + length])
            at += 4 + length
    except StructError:
        at = len(data) + 1
    if at != len(data):
        raise CorruptFileError(f"{name}: a damaged serialised Java array")
    return items


def _array_head(data: bytes, at: int, name: str, classes: tuple[str, ...]) -> int:
    """The position after the type of the array that begins at ``at``."""
    kind, described = data[at : at + 1], data[at + 1 : at + 2]
    if kind == _ARRAY and described == _REFERENCE:
        return at + 6
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    found = data[at + 4 : at + 4 + length].decode("latin-1")
    if kind != _ARRAY or described != _CLASS or found not in classes:
        raise unsupported(
            f"{name}: reading serialised Java objects", "Only files of saveAsPickleFile can be read."
        )
    return at + 4 + length + 8 + len(_CLASS_TAIL)
